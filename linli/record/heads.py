"""Where each chain must end. A chain whose last events were cut off still links well: only its owner can tell.

An app registers where it keeps the count and the last hash of its chains, in its module `beside_record.py`.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from linli.lib.text import Said
from linli.record.models import Event
from linli.record.queries import Broken

CUT_OFF = Said(
    "记录到此为止，但事项本身登记的是第 {seq} 条：后面的记录被删，或与登记不符",
    "the chain ends here, but its owner says number {seq}: what followed was cut off or does not match",
)
BATCH = 2000


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
    last: dict[uuid.UUID, tuple[int, int, bytes]] = {}
    rows = Event.objects.filter(chain__in=[head.chain for head in batch]).order_by("seq")
    for chain, seq, pk, found in rows.values_list("chain", "seq", "pk", "hash"):
        last[chain] = (seq, pk, bytes(found))
    for head in batch:
        seq, pk, found = last.get(head.chain, (0, 0, b""))
        if (seq, found) != (head.seq, head.hash):
            yield Broken(subject, head.chain, seq, pk, CUT_OFF.filled(seq=head.seq))
