"""Things with a chain of events of their own: a meeting, a ballot. Their row keeps how many there are and the last hash."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from django.db import models

from linli.lib import clock
from linli.record.actions import Note, Secret, prepare, write
from linli.record.chain import stamp
from linli.record.heads import Head
from linli.record.models import Event


class Owner(Protocol):
    pk: Any
    version: int
    head: Any
    place_id: uuid.UUID


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that somebody did. `secrets` are texts: the event holds only their salted hashes."""

    verb: str
    body: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    key: uuid.UUID | None = None


def add_event(
    owner: Owner, subject: str, deed: Deed, *, actor: uuid.UUID | None, changed: Mapping[str, Any] | None = None
) -> Event:
    """Write what happened behind the last event. The caller holds the owner's row and saves `version` and `head` with it."""
    prepared = prepare(
        Note(
            chain=owner.pk,
            seq=owner.version + 1,
            previous=bytes(owner.head),
            subject=subject,
            verb=deed.verb,
            at=clock.now(),
            body={**deed.body, "now": dict(changed)} if changed else dict(deed.body),
            actor=actor,
            place=owner.place_id,
            key=deed.key,
            secrets=deed.secrets,
        )
    )
    owner.version, owner.head = owner.version + 1, bytes(prepared.event.hash)
    return write([prepared])[0]


def columns_of(owner: models.Model, names: Sequence[str]) -> dict[str, Any]:
    """Columns as plain JSON, to see what a deed changed."""
    return {name: _plain(getattr(owner, name)) for name in names}


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in after.items() if before.get(name) != value}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, bytes | memoryview):
        return bytes(value).hex()
    return value.isoformat() if isinstance(value, date) else value


def heads_of(model: type[models.Model]) -> Iterable[Head]:
    rows = model._default_manager.values_list("pk", "version", "head").iterator(chunk_size=2000)
    return (Head(pk, version, bytes(head)) for pk, version, head in rows)


def done_before(owner: Owner, key: uuid.UUID | None) -> bool:
    """Whether this very submission was written down already."""
    return key is not None and Event.objects.filter(chain=owner.pk, key=key).exists()
