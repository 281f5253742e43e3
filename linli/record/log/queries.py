"""What the public log tells: how long it is, its checkpoints, and the two proofs. Each proof is two small reads at any size."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import connection

from linli.lib.merkle import Range, consistency_ranges, inclusion_ranges
from linli.lib.notes import Verifier, read_verifier
from linli.record.log.tiles import Tiles, Where, hash_of, needed
from linli.record.models import Checkpoint, Cosignature, LogEntry, LogKey, LogTile, PublicLog, Witness

TILES = "SELECT level, number, hashes FROM record_logtile WHERE (level, number) IN (SELECT * FROM unnest(%s::int[], %s::bigint[]))"


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That a leaf stands at an index of the log of this size."""

    index: int
    size: int
    leaf: bytes
    path: tuple[bytes, ...]
    root: bytes


def public_log() -> PublicLog:
    """The log, also before anything was appended to it."""
    return PublicLog.objects.filter(pk=PublicLog.ONLY).first() or PublicLog()


def tiles_at(places: Iterable[Where]) -> Tiles:
    wanted = sorted(places)
    with connection.cursor() as cursor:
        cursor.execute(TILES, [[level for level, _ in wanted], [number for _, number in wanted]])
        return {(level, number): bytes(hashes) for level, number, hashes in cursor.fetchall()}


def hashes_of(ranges: Sequence[Range]) -> list[bytes]:
    """The hash of the tree over each range of leaves, all from one read."""
    tiles = tiles_at(needed(ranges))
    return [hash_of(one, tiles) for one in ranges]


def root_at(size: int) -> bytes:
    return hashes_of([(0, size)])[0]


def inclusion(index: int, size: int) -> Inclusion:
    """`ValueError` where the log of that size has no such index."""
    *path, leaf, root = hashes_of([*inclusion_ranges(index, size), (index, index + 1), (0, size)])
    return Inclusion(index, size, leaf, tuple(path), root)


def consistency(first: int, second: int) -> list[bytes]:
    """`ValueError` where the one is no beginning of the other."""
    return hashes_of(consistency_ranges(first, second))


def index_of(event: int) -> int | None:
    return LogEntry.objects.filter(event=event).values_list("index", flat=True).first()


def indexes_of(events: Iterable[int]) -> dict[int, int]:
    """Event to index, for those that are in the log."""
    return dict(LogEntry.objects.filter(event__in=list(events)).values_list("event", "index"))


def newest_checkpoint() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-size").first()


def checkpoint_at(size: int) -> Checkpoint | None:
    return Checkpoint.objects.filter(size=size).first()


def first_checkpoint_with(index: int) -> Checkpoint | None:
    """The oldest checkpoint that has the entry at this index."""
    return Checkpoint.objects.filter(size__gt=index).order_by("size").first()


def recent_checkpoints(limit: int) -> list[Checkpoint]:
    return list(Checkpoint.objects.prefetch_related("cosignatures__witness").order_by("-size")[:limit])


def signed_note(checkpoint: Checkpoint) -> str:
    """The checkpoint with the lines of all witnesses that saw it."""
    lines = Cosignature.objects.filter(checkpoint=checkpoint).order_by("seen_at", "pk").values_list("line", flat=True)
    return checkpoint.note + "".join(lines)


def log_keys() -> list[LogKey]:
    """Newest first."""
    return list(LogKey.objects.order_by("-number"))


def witnesses() -> list[Witness]:
    return list(Witness.objects.filter(until__isnull=True).order_by("name"))


def verifiers_of_witnesses() -> dict[Verifier, Witness]:
    return {read_verifier(witness.text): witness for witness in witnesses()}


def tile(level: int, number: int) -> bytes | None:
    found = LogTile.objects.filter(level=level, number=number).values_list("hashes", flat=True).first()
    return None if found is None else bytes(found)


def indexes_in(chained: uuid.UUID) -> list[tuple[int, int]]:
    """For one thing: number of the event in its own chain, and index in the log, of those that are in it."""
    rows = LogEntry.objects.filter(event__chain=chained).order_by("event__seq")
    return list(rows.values_list("event__seq", "index"))
