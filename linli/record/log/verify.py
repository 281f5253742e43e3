"""Working the public log out again from the record, entry by entry, and naming the first that differs.

The hash of each event is worked out from its content, the tree from those hashes; tiles, checkpoints, signatures of keys and of
witnesses are held against that. So a changed event, a changed tile and a forged checkpoint are each found, and told apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from linli.lib.merkle import fold, leaf_hash, node_hash
from linli.lib.notes import BadNote, open_note, read_checkpoint, read_verifier
from linli.lib.text import Said
from linli.record import chain
from linli.record.actions import entry_of
from linli.record.log.queries import public_log, signed_note, tile
from linli.record.log.tiles import HASH, HEIGHT, WIDTH
from linli.record.models import Checkpoint, Event, LogEntry, LogKey, LogTile, Witness

BATCH = 2048  # a whole number of tiles
ENTRY_MISSING = Said("日志第 {index} 条缺失", "entry {index} of the log is missing")
EVENT_MISSING = Said("日志第 {index} 条对应的记录被删", "the event of entry {index} is gone")
EVENT_CHANGED = Said("日志第 {index} 条对应的记录被改过", "the event of entry {index} was changed")
LEAF_DIFFERS = Said(
    "日志第 {index} 条：记录与当时写入日志的摘要不符", "entry {index}: the event is not the one whose hash was appended"
)
NODE_DIFFERS = Said("日志存储块 {level}/{number} 与记录算出的不符", "tile {level}/{number} is not what the events give")
SIZE_DIFFERS = Said(
    "日志登记为 {told} 条，实际为 {found} 条", "the log says that it has {told} entries, and {found} are there"
)
ROOT_DIFFERS = Said(
    "{size} 条的检查点与记录算出的根哈希不符", "the checkpoint at {size} has not the root that the events give"
)
TOO_LONG = Said("检查点有 {size} 条，日志没有这么长", "a checkpoint speaks of {size} entries; the log is shorter")
FORGED = Said("{size} 条的检查点签名无效：{why}", "the checkpoint at {size} is not signed as it should be: {why}")


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not hold, and at which index where there is one."""

    why: Said
    index: int | None = None


@dataclass
class Growing:
    """The root over leaves as they come: the hashes of the whole parts so far, largest first."""

    size: int = 0
    parts: list[tuple[int, bytes]] = field(default_factory=list)

    def add(self, leaf: bytes) -> None:
        level, found = 0, leaf
        while self.parts and self.parts[-1][0] == level:
            found, level = node_hash(self.parts.pop()[1], found), level + 1
        self.parts.append((level, found))
        self.size += 1

    @property
    def root(self) -> bytes:
        return fold([part for _, part in self.parts])


def faults() -> Iterator[Fault]:
    """Everything in this district's log that does not hold, in the order of the log."""
    growing = Growing()
    levels: list[list[bytes]] = [[]]
    checkpoints = list(Checkpoint.objects.order_by("size"))
    keys = {key.number: key for key in LogKey.objects.all()}
    waiting = iter(checkpoints)
    upcoming = next(waiting, None)
    for leaf, fault in _leaves():
        if fault is not None:
            yield fault
        growing.add(leaf)
        levels[0].append(leaf)
        if growing.size % WIDTH == 0:
            yield from _whole_tiles(levels, growing.size)
        while upcoming is not None and upcoming.size == growing.size:
            yield from _checkpoint_faults(upcoming, growing.root, keys)
            upcoming = next(waiting, None)
    yield from _last_tiles(levels, growing.size)
    yield from _size_faults(growing.size)
    yield from (Fault(TOO_LONG.filled(size=one.size)) for one in checkpoints if one.size > growing.size)


def _leaves() -> Iterator[tuple[bytes, Fault | None]]:
    """Each leaf as its event gives it now; what cannot be worked out is taken from the tile, so that one fault is told once."""
    expected = 0
    for entries in _batches():
        events = Event.objects.in_bulk([event for _, event in entries])
        kept = _kept(entries[0][0], entries[-1][0] + 1)
        for index, event in entries:
            for gap in range(expected, index):
                yield kept.get(gap, bytes(HASH)), Fault(ENTRY_MISSING.filled(index=gap), gap)
            leaf, why = _leaf(events.get(event), kept.get(index, b""))
            yield leaf, Fault(why.filled(index=index), index) if why else None
            expected = index + 1


def _leaf(event: Event | None, kept: bytes) -> tuple[bytes, Said | None]:
    if event is None:
        return kept, EVENT_MISSING
    if chain.link(bytes(event.previous), entry_of(event)) != bytes(event.hash):
        return leaf_hash(bytes(event.hash)), EVENT_CHANGED
    leaf = leaf_hash(bytes(event.hash))
    return leaf, None if leaf == kept else LEAF_DIFFERS


def _batches() -> Iterator[list[tuple[int, int]]]:
    last = -1
    while True:
        rows = LogEntry.objects.filter(index__gt=last).order_by("index").values_list("index", "event")
        found = list(rows[:BATCH])
        if not found:
            return
        last = found[-1][0]
        yield found


def _kept(start: int, end: int) -> dict[int, bytes]:
    """Index to leaf hash, as the tiles have it."""
    wanted = range(start // WIDTH, (end - 1) // WIDTH + 1)
    rows = LogTile.objects.filter(level=0, number__in=wanted).values_list("number", "hashes")
    found = {}
    for number, hashes in rows:
        content = bytes(hashes)
        for at in range(0, len(content), HASH):
            found[number * WIDTH + at // HASH] = content[at : at + HASH]
    return found


def _whole_tiles(levels: list[list[bytes]], size: int) -> Iterator[Fault]:
    """Compare each tile that has just become whole, and hand its root to the level above."""
    level = 0
    while level < len(levels) and len(levels[level]) == WIDTH:
        hashes, number = levels[level], (size >> (HEIGHT * (level + 1))) - 1
        yield from _tile_faults(level, number, hashes)
        above = Growing()
        for one in hashes:
            above.add(one)
        levels[level] = []
        if level + 1 == len(levels):
            levels.append([])
        levels[level + 1].append(above.root)
        level += 1


def _last_tiles(levels: Sequence[Sequence[bytes]], size: int) -> Iterator[Fault]:
    for level, hashes in enumerate(levels):
        if hashes:
            yield from _tile_faults(level, (size >> (HEIGHT * level)) // WIDTH, hashes)


def _tile_faults(level: int, number: int, hashes: Iterable[bytes]) -> Iterator[Fault]:
    if tile(level, number) != b"".join(hashes):
        yield Fault(NODE_DIFFERS.filled(level=level, number=number), (number * WIDTH) << (HEIGHT * level))


def _size_faults(found: int) -> Iterator[Fault]:
    told = public_log().size
    if told != found:
        yield Fault(SIZE_DIFFERS.filled(told=told, found=found))


def _checkpoint_faults(checkpoint: Checkpoint, root: bytes, keys: dict[int, LogKey]) -> Iterator[Fault]:
    why = _forged(checkpoint, keys[checkpoint.key_id])
    if why is not None:
        yield Fault(FORGED.filled(size=checkpoint.size, why=why), checkpoint.size)
    elif bytes(checkpoint.root) != root:
        yield Fault(ROOT_DIFFERS.filled(size=checkpoint.size), checkpoint.size)


def _forged(checkpoint: Checkpoint, key: LogKey) -> str | None:
    """Signed by the key of its time, by every witness whose line stands under it, and about what its row says."""
    log_key = read_verifier(key.text)
    witnesses = [read_verifier(text) for text in Witness.objects.values_list("text", flat=True)]
    try:
        opened = open_note(signed_note(checkpoint), [log_key, *witnesses])
        told = read_checkpoint(opened.text)
    except BadNote as bad:
        return str(bad)
    if log_key not in dict(opened.by):
        return "The key of the log did not sign it."
    row = (log_key.name, checkpoint.size, bytes(checkpoint.root))
    return None if (told.origin, told.size, told.root) == row else "It is about something else than its row."


def not_appended() -> int:
    """How many events of the record are not in the log."""
    return Event.objects.filter(log_entry__isnull=True).count()
