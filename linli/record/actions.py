"""The only writers of the record."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from linli.lib import clock
from linli.postgres.copying import copy_in, reserve
from linli.record import beside, chain
from linli.record.models import Event, Sealed
from linli.record.sealer import sealer


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must not stand in the record in the clear. `sensitive` ones are encrypted as well."""

    value: Any
    about: uuid.UUID | None
    sensitive: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """What is to be written down. `seq` and `previous` come from the row that owns the chain, held by its version."""

    chain: uuid.UUID
    seq: int
    previous: bytes
    subject: str
    verb: str
    at: datetime
    body: Mapping[str, Any]
    actor: uuid.UUID | None
    post: uuid.UUID | None = None
    place: uuid.UUID | None = None
    key: uuid.UUID | None = None
    secrets: Mapping[str, Secret] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Prepared:
    """An event with its hash, and the secrets that it commits to with their salts; nothing is written yet."""

    event: Event
    secrets: tuple[tuple[str, Secret, bytes], ...]


def prepare(note: Note) -> Prepared:
    """Work out the event, so that the next one of the same chain can follow it in the same transaction."""
    salted = tuple((name, secret, chain.new_salt()) for name, secret in note.secrets.items())
    sealed = {name: chain.commitment(salt, secret.value) for name, secret, salt in salted}
    event = Event(
        chain=note.chain,
        seq=note.seq,
        subject=note.subject,
        verb=note.verb,
        actor_id=note.actor,
        post_id=note.post,
        place_id=note.place,
        at=note.at,
        body={**note.body, "sealed": sealed} if sealed else dict(note.body),
        key=note.key,
        previous=note.previous,
    )
    event.hash = chain.link(note.previous, entry_of(event))
    return Prepared(event, salted)


def write(prepared: Sequence[Prepared]) -> list[Event]:
    """Add events in two statements. The unique (chain, seq) refuses a second writer of the same place in a chain."""
    events = Event.objects.bulk_create([one.event for one in prepared], batch_size=1000)
    sealed = [row for one in prepared for row in _sealed(one)]
    if sealed:
        Sealed.objects.bulk_create(sealed, batch_size=1000)
    beside.follow(events, sealed)
    return events


def write_many(prepared: Sequence[Prepared]) -> None:
    """The same by COPY, for thousands at once."""
    for one, number in zip(prepared, reserve(Event._meta.db_table, len(prepared)), strict=True):
        one.event.pk = number
    events, sealed = [one.event for one in prepared], [row for one in prepared for row in _sealed(one)]
    copy_in(events)
    copy_in(sealed)
    beside.follow(events, sealed)


def entry_of(event: Event) -> chain.Entry:
    """What of a stored event is hashed."""
    return chain.Entry(
        chain=str(event.chain),
        seq=event.seq,
        subject=event.subject,
        verb=event.verb,
        actor=str(event.actor_id or ""),
        post=str(event.post_id or ""),
        place=str(event.place_id or ""),
        at=event.at,
        body=event.body,
    )


def _sealed(prepared: Prepared) -> list[Sealed]:
    return [
        Sealed(
            event=prepared.event,
            name=name,
            about_id=secret.about,
            salt=salt,
            value=None if secret.sensitive else secret.value,
            cipher=sealer().seal(json.dumps(secret.value)) if secret.sensitive else None,
        )
        for name, secret, salt in prepared.secrets
    ]


def shred(person: uuid.UUID) -> int:
    """Erase every sealed value about a person; returns how many. The chains stay whole: they held only commitments."""
    rows = Sealed.objects.filter(about_id=person, shredded_at__isnull=True)
    erased = rows.update(salt=None, value=None, cipher=None, shredded_at=clock.now())
    beside.forget(person)
    return erased
