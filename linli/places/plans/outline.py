"""What a plan is made of, whatever file it came from: shapes on a field of whole units, each within fixed limits.

Nothing of a file is ever shown as it is. Both readers give `Drawn`, this module fits them to a field, and our own pen draws that.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from linli.lib.refusals import Refused
from linli.lib.text import Said

Point = tuple[float, float]
Ring = tuple[Point, ...]

MOST_BYTES = 5 * 1024 * 1024
MOST_SHAPES, MOST_POINTS = 3000, 60_000
FARTHEST = 1e7
FIELD = 2000  # the longer side of the drawn plan
MARGIN = 40
GROUNDS = MappingProxyType(
    {
        "border": Said("小区边界", "Border"),
        "green": Said("绿地", "Green"),
        "water": Said("水面", "Water"),
        "parking": Said("停车场", "Parking"),
        "road": Said("道路", "Road"),
        "wall": Said("围墙", "Wall"),
    }
)
TOO_LARGE = Said(
    "文件超过 5 MB。请在绘图软件里去掉图片和不需要的细节，再导入。",
    "The file is larger than 5 MB. Remove pictures and needless detail in the drawing program and import it again.",
)
TOO_MUCH = Said(
    "图上的形状或顶点太多（最多 3000 个形状、60000 个顶点）。请删去不需要的细节。",
    "There are too many shapes or points (3000 shapes and 60000 points at the most). Remove needless detail.",
)
TOO_FAR = Said("坐标不是有限的数，或者太大", "a coordinate is no finite number, or too large")
TOO_FEW = Said("多边形至少要有三个不同的顶点", "a polygon needs three different points at the least")
NOTHING_DRAWN = Said(
    "文件里没有可以导入的形状。每栋楼要写明它的名称、代码或路径，见“怎样画小区平面图”。",
    "The file has no shape that can be taken. Each building must name its place, code or path; see “Draw the estate”.",
)
NO_EXTENT = Said("图上的形状都在一个点上，画不出来。", "All shapes stand at one point; nothing can be drawn.")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one thing in the file, and in which line it stands."""

    line: int
    why: Said


@dataclass(frozen=True, slots=True)
class Drawn:
    """One shape. It names a building or a facility, or it is ground; a point is a ring of one, a line is not closed."""

    line: int
    building: str = ""
    facility: str = ""
    ground: str = ""
    rings: tuple[Ring, ...] = ()
    closed: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a reader found in a file."""

    shapes: tuple[Drawn, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """The shapes in whole units on a field that they fill, with the spot for each one's name."""

    width: int
    height: int
    shapes: tuple[tuple[Drawn, tuple[int, int]], ...]


def checked(shape: Drawn) -> Drawn | Problem:
    """The shape without repeated points, or what is wrong with it."""
    if not all(math.isfinite(x) and math.isfinite(y) and abs(x) + abs(y) <= FARTHEST for x, y in points(shape)):
        return Problem(shape.line, TOO_FAR)
    rings = tuple(_plain(ring) for ring in shape.rings)
    if shape.closed and shape.building and any(len(set(ring)) < 3 for ring in rings):
        return Problem(shape.line, TOO_FEW)
    return replace(shape, rings=rings)


def points(shape: Drawn) -> Iterator[Point]:
    for ring in shape.rings:
        yield from ring


def _plain(ring: Ring) -> Ring:
    """Neighbours that are the same point are one, and the end does not repeat the beginning."""
    kept = [point for at, point in enumerate(ring) if at == 0 or point != ring[at - 1]]
    return tuple(kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept)


def require_bounds(shapes: Sequence[Drawn]) -> None:
    if len(shapes) > MOST_SHAPES or sum(len(ring) for shape in shapes for ring in shape.rings) > MOST_POINTS:
        raise Refused(TOO_MUCH)


def fitted(shapes: Sequence[Drawn]) -> Field:
    """Moved and scaled together, so that the longer side fills the field."""
    if not shapes:
        raise Refused(NOTHING_DRAWN)
    xs, ys = zip(*(point for shape in shapes for point in points(shape)), strict=True)
    left, top, wide, high = min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)
    if max(wide, high) <= 0:
        raise Refused(NO_EXTENT)
    scale = (FIELD - 2 * MARGIN) / max(wide, high)

    def put(point: Point) -> Point:
        return round((point[0] - left) * scale) + MARGIN, round((point[1] - top) * scale) + MARGIN

    moved = [replace(shape, rings=tuple(tuple(map(put, ring)) for ring in shape.rings)) for shape in shapes]
    size = round(wide * scale) + 2 * MARGIN, round(high * scale) + 2 * MARGIN
    return Field(*size, tuple((shape, spot(shape.rings[0])) for shape in moved))


def spot(ring: Ring) -> tuple[int, int]:
    """Where a name may stand inside: the middle of the area, or of the widest stretch where the middle lies outside."""
    middle = _centre(ring)
    if not _is_inside(middle, ring):
        middle = _widest(ring) or ring[0]
    return round(middle[0]), round(middle[1])


def _centre(ring: Ring) -> Point:
    pairs = list(zip(ring, (*ring[1:], ring[0]), strict=True))
    area = sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)
    if not area:
        return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)
    x = sum((a[0] + b[0]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (3 * area)
    y = sum((a[1] + b[1]) * (a[0] * b[1] - b[0] * a[1]) for a, b in pairs) / (3 * area)
    return x, y


def _crossings(y: float, ring: Ring) -> list[float]:
    """Where a level line meets the sides, from left to right."""
    found = []
    for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (ay > y) != (by > y):
            found.append(ax + (y - ay) * (bx - ax) / (by - ay))
    return sorted(found)


def _is_inside(point: Point, ring: Ring) -> bool:
    return sum(1 for x in _crossings(point[1], ring) if x > point[0]) % 2 == 1


def _widest(ring: Ring) -> Point | None:
    """The middle of the widest stretch inside, looked for on nine level lines."""
    low, high = min(y for _, y in ring), max(y for _, y in ring)
    best: tuple[float, Point] | None = None
    for part in range(1, 10):
        y = low + (high - low) * part / 10
        met = _crossings(y, ring)
        for left, right in zip(met[::2], met[1::2], strict=False):
            if best is None or right - left > best[0]:
                best = right - left, ((left + right) / 2, y)
    return best[1] if best else None
