"""Where each chain must end. A chain whose last events were cut off still links well: only its owner can tell.

An app registers where it keeps the count and the last hash of its chains, in its module `beside_record.py`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import connection

from linli.record.broken import CUT_OFF, Broken

BATCH = 2000
# What stands at the end that the owner knows, and beyond it: one index look-up for each chain.
ENDS = """
SELECT told.chain, event.seq, event.hash FROM unnest(%s::uuid[], %s::int[]) AS told (chain, seq)
JOIN record_event AS event ON event.chain = told.chain AND event.seq >= told.seq
"""
LAST = "SELECT seq, id FROM record_event WHERE chain = %s ORDER BY seq DESC LIMIT 1"


@dataclass(frozen=True, slots=True)
class Head:
    """The last event of a chain, as its owner knows it."""

    chain: uuid.UUID
    seq: int
    hash: bytes


_owners: dict[str, Callable[[], Iterable[Head]]] = {}


def register(subject: str, heads: Callable[[], Iterable[Head]]) -> None:
    """Called at start-up only."""
    _owners[subject] = heads


def cut_chains() -> Iterator[Broken]:
    """Chains that do not end where their owner says."""
    for subject, heads in _owners.items():
        told = iter(heads())
        while batch := list(islice(told, BATCH)):
            yield from _cut(subject, batch)


def _cut(subject: str, batch: Sequence[Head]) -> Iterator[Broken]:
    ends: dict[uuid.UUID, list[tuple[int, bytes]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(ENDS, [[head.chain for head in batch], [head.seq for head in batch]])
        for chain, seq, found in cursor:
            ends.setdefault(chain, []).append((seq, bytes(found)))
        for head in batch:
            if ends.get(head.chain, []) != [(head.seq, head.hash)]:
                cursor.execute(LAST, [head.chain])
                seq, pk = cursor.fetchone() or (0, 0)
                yield Broken(subject, head.chain, seq, pk, CUT_OFF.filled(seq=head.seq))
