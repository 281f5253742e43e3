"""The hashes of the public log's tree in tiles of 256 (as in tlog-tiles): what grows, and what of it a proof reads. Pure.

A tile at level 0 holds hashes of leaves, one at level 1 the roots of whole tiles of level 0, and so on. Every whole part of the
tree lies in one tile, so a proof at a million entries reads a handful of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from linli.lib.merkle import Range, fold, root, whole_parts
from linli.lib.refusals import Refused
from linli.lib.text import Said

HEIGHT = 8
WIDTH = 1 << HEIGHT
HASH = 32
Where = tuple[int, int]
Tiles = Mapping[Where, bytes]


MISSING = Said(
    "公开日志的存储块 {level}/{number} 缺失或不全。请运行 linli log verify 查明，再从备份恢复。",
    "Tile {level}/{number} of the public log is missing or too short. linli log verify says more; restore it from a backup.",
)


class TileMissing(Refused):
    """A stored tile is gone or too short."""

    def __init__(self, where: Where) -> None:
        super().__init__(MISSING.filled(level=where[0], number=where[1]))


@dataclass(frozen=True, slots=True)
class Tile:
    level: int
    number: int
    hashes: bytes


def edge(size: int) -> Iterator[Where]:
    """The last tile of each level of a tree of this size."""
    level = 0
    while size:
        yield level, (size - 1) // WIDTH
        level, size = level + 1, size >> HEIGHT


def grown(tiles: Tiles, size: int, hashes: Sequence[bytes]) -> list[Tile]:
    """What the tiles become that change when leaves are added; `tiles` holds the edge at `size`."""
    changed: list[Tile] = []
    level, fresh = 0, list(hashes)
    while fresh:
        count = size >> (HEIGHT * level)
        number, kept = count // WIDTH, b""
        if count % WIDTH:
            kept = tiles.get((level, number), b"")
            if len(kept) != count % WIDTH * HASH:
                raise TileMissing((level, number))
        content = kept + b"".join(fresh)
        pieces = [content[at : at + WIDTH * HASH] for at in range(0, len(content), WIDTH * HASH)]
        changed += [Tile(level, number + step, piece) for step, piece in enumerate(pieces)]
        fresh = [root(parted(piece)) for piece in pieces if len(piece) == WIDTH * HASH]
        level += 1
    return changed


def parted(hashes: bytes) -> list[bytes]:
    return [hashes[at : at + HASH] for at in range(0, len(hashes), HASH)]


def needed(ranges: Iterable[Range]) -> set[Where]:
    """The tiles in which the hashes of these ranges lie."""
    return {_place(part)[:2] for one in ranges for part in whole_parts(*one)}


def hash_of(one: Range, tiles: Tiles) -> bytes:
    return fold([_part(part, tiles) for part in whole_parts(*one)])


def _place(part: Where) -> tuple[int, int, int, int]:
    """Level and number of the tile, the first hash in it, and how many, whose root is the hash of a whole part."""
    level, within = divmod(part[0], HEIGHT)
    number, first = divmod(part[1] << within, WIDTH)
    return level, number, first, 1 << within


def _part(part: Where, tiles: Tiles) -> bytes:
    level, number, first, count = _place(part)
    hashes = tiles.get((level, number), b"")[first * HASH : (first + count) * HASH]
    if len(hashes) != count * HASH:
        raise TileMissing((level, number))
    return root(parted(hashes))
