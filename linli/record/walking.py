"""Walking chains: every hash is worked out anew from the row as the database has it.

Made for millions of events: rows come from a cursor on the server in the order of the unique index, as text, so that nothing
is unpacked that the hash does not need; and a record is cut into stretches, which any number of processes can walk.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from django.db import connection, transaction

from linli.lib.text import Said
from linli.record import chain
from linli.record.broken import GAP, HASH_CHANGED, NOT_LINKED, SEALED_CHANGED, SEALED_MISSING, Broken
from linli.record.sealer import sealer

CHUNK = 2000
STRETCH = 50_000
ROWS = """
SELECT id, chain::text, seq, subject, verb, coalesce(actor_id::text, ''), coalesce(post_id::text, ''),
    coalesce(place_id::text, ''), to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), body::text, previous, hash
FROM record_event WHERE {where} ORDER BY chain, seq
"""
SEALED = """
SELECT event_id, name, shredded_at IS NOT NULL, salt, value::text, cipher FROM record_sealed WHERE event_id = ANY(%s)
"""
# Every so many rows of the index one chain, so that stretches end between chains.
CUTS = """
SELECT DISTINCT chain FROM (SELECT chain, row_number() OVER (ORDER BY chain, seq) AS place FROM record_event) AS numbered
WHERE place %% %s = 0 ORDER BY chain
"""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Chains after one and up to another, or some that are named; without anything, all."""

    after: uuid.UUID | None = None
    until: uuid.UUID | None = None
    chains: tuple[uuid.UUID, ...] = ()

    def where(self) -> tuple[str, list[Any]]:
        given = (("chain > %s", self.after), ("chain <= %s", self.until))
        parts = [(text, value) for text, value in given if value is not None]
        if self.chains:
            parts.append(("chain = ANY(%s)", list(self.chains)))  # type: ignore[arg-type]
        return " AND ".join(text for text, _ in parts) or "TRUE", [value for _, value in parts]


WHOLE = Stretch()


class _Row(NamedTuple):
    id: int
    chain: str
    seq: int
    subject: str
    verb: str
    actor: str
    post: str
    place: str
    at: str
    body: str
    previous: bytes
    hash: bytes


class _Seal(NamedTuple):
    event: int
    name: str
    shredded: bool
    salt: bytes | None
    value: str | None
    cipher: bytes | None


def stretches(after: uuid.UUID | None = None, size: int = STRETCH) -> list[Stretch]:
    """The whole record, or what comes after a chain, in pieces of about `size` events."""
    with connection.cursor() as cursor:
        cursor.execute(CUTS, [size])
        cuts = [cut for (cut,) in cursor.fetchall() if after is None or cut > after]
    return [Stretch(first, last) for first, last in zip([after, *cuts], [*cuts, None], strict=True)]


@dataclass
class Walker:
    """One walk along a stretch: `broken()` yields the first broken row of each chain, `events` counts as it goes."""

    stretch: Stretch
    events: int = 0
    _chain: str = ""
    _seq: int = 0
    _head: bytes = field(default=chain.START)
    _lost: bool = False

    def broken(self) -> Iterator[Broken]:
        for rows, seals in _chunks(self.stretch):
            self.events += len(rows)
            for row in rows:
                why = self._fault(row, seals)
                if why is not None:
                    self._lost = True
                    yield Broken(row.subject, uuid.UUID(row.chain), row.seq, row.id, why)
                self._seq, self._head = row.seq, row.hash

    def _fault(self, row: _Row, seals: dict[int, dict[str, _Seal]]) -> Said | None:
        if row.chain != self._chain:
            self._chain, self._seq, self._head, self._lost = row.chain, 0, chain.START, False
        if self._lost:
            return None
        if row.seq != self._seq + 1:
            return GAP
        if row.previous != self._head:
            return NOT_LINKED
        if not _holds(row):
            return HASH_CHANGED
        return _sealed_fault(row, seals.get(row.id, {})) if '"sealed"' in row.body else None


def _chunks(stretch: Stretch) -> Iterator[tuple[list[_Row], dict[int, dict[str, _Seal]]]]:
    where, values = stretch.where()
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(ROWS.format(where=where), values)
        rows = map(_Row._make, cursor)
        while chunk := list(islice(rows, CHUNK)):
            yield chunk, _seals([row.id for row in chunk if '"sealed"' in row.body])


def _seals(events: Sequence[int]) -> dict[int, dict[str, _Seal]]:
    found: dict[int, dict[str, _Seal]] = {}
    if events:
        with connection.cursor() as cursor:
            cursor.execute(SEALED, [list(events)])
            for seal in map(_Seal._make, cursor):
                found.setdefault(seal.event, {})[seal.name] = seal
    return found


def _holds(row: _Row) -> bool:
    try:
        body = chain.canonical_of_text(row.body)
    except (ValueError, RecursionError):  # nothing that was ever hashed
        return False
    written = chain.frame(row.actor, row.at, body, row.chain, row.place, row.post, row.seq, row.subject, row.verb)
    return chain.tie(row.previous, written) == row.hash


def _sealed_fault(row: _Row, seals: dict[str, _Seal]) -> Said | None:
    for name, committed in json.loads(row.body).get("sealed", {}).items():
        seal = seals.get(name)
        if seal is None:
            return SEALED_MISSING.filled(name=name)
        if not seal.shredded and not _kept(seal, committed):
            return SEALED_CHANGED.filled(name=name)
    return None


def _kept(seal: _Seal, committed: str) -> bool:
    """Whether it is still what was committed to. What another key sealed cannot be read, so it does not hold either."""
    try:
        text = sealer().open(seal.cipher) if seal.cipher else seal.value or "null"
        return chain.committed_text(seal.salt or b"", text) == committed
    except (ValueError, RecursionError):
        return False
