from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from linli.lib.text import Said
from linli.record import chain
from linli.record.actions import entry_of
from linli.record.models import Event, Sealed
from linli.record.sealer import sealer


def events_of(subject: uuid.UUID) -> list[Event]:
    """All that happened to one thing, oldest first."""
    return list(Event.objects.filter(chain=subject).select_related("actor", "post").order_by("seq"))


def opened(rows: Iterable[Sealed]) -> dict[int, dict[str, Any]]:
    """Event id to the values it sealed; what was shredded is left out."""
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        if row.shredded_at is None:
            found.setdefault(row.event_id, {})[row.name] = value_of(row)
    return found


def value_of(row: Sealed) -> Any:
    return json.loads(sealer().open(row.cipher)) if row.cipher else row.value


def sealed_of(subject: uuid.UUID, *, sensitive: bool) -> list[Sealed]:
    """The sealed rows of one thing; sensitive ones only for who gave a reason to see them."""
    rows = Sealed.objects.filter(event__chain=subject)
    return list(rows if sensitive else rows.filter(cipher__isnull=True))


@dataclass(frozen=True, slots=True)
class Broken:
    """The first row of a chain that does not hold, and in what way."""

    subject: str
    chain: uuid.UUID
    seq: int
    event: int
    why: Said


HASH_CHANGED = Said("内容与登记时的摘要不符", "its content no longer matches the hash it was written with")
NOT_LINKED = Said("与上一条记录接不上", "it does not follow the row before it")
GAP = Said("序号不连续，中间缺了记录", "its number does not follow: a row is missing")
SEALED_CHANGED = Said(
    "封存内容“{name}”与登记时的摘要不符", "the sealed “{name}” no longer matches what was committed to"
)
SEALED_MISSING = Said("封存内容“{name}”不见了", "the sealed “{name}” is missing")


def broken_chains(subject: uuid.UUID | None = None) -> Iterator[Broken]:
    """Walk every chain (or one) and yield the first broken row of each."""
    events = Event.objects.order_by("chain", "seq").prefetch_related("sealed")
    if subject:
        events = events.filter(chain=subject)
    current, seq, head, lost = None, 0, chain.START, False
    for event in events.iterator(chunk_size=2000):
        if event.chain != current:
            current, seq, head, lost = event.chain, 0, chain.START, False
        why = None if lost else _fault(event, seq + 1, head)
        if why is not None:
            lost = True
            yield Broken(event.subject, event.chain, event.seq, event.pk, why)
        seq, head = event.seq, bytes(event.hash)


def _fault(event: Event, seq: int, head: bytes) -> Said | None:
    if event.seq != seq:
        return GAP
    if bytes(event.previous) != head:
        return NOT_LINKED
    if chain.link(head, entry_of(event)) != bytes(event.hash):
        return HASH_CHANGED
    return _sealed_fault(event)


def _sealed_fault(event: Event) -> Said | None:
    rows = {row.name: row for row in event.sealed.all()}
    for name, committed in event.body.get("sealed", {}).items():
        row = rows.get(name)
        if row is None:
            return SEALED_MISSING.filled(name=name)
        if row.shredded_at is None and chain.commitment(bytes(row.salt or b""), value_of(row)) != committed:
            return SEALED_CHANGED.filled(name=name)
    return None
