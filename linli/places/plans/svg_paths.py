"""The path language of SVG, as far as plans need it: lines, and curves laid out in short straight pieces. No arcs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

Point = tuple[float, float]
NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
COMMAND = re.compile(r"([MmLlHhVvCcSsQqTtZz])([^A-DF-Za-df-z]*)")
TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "Z": 0}
PIECES = 8


class BadPath(Exception):
    """It cannot be drawn: malformed, or with an arc."""


def numbers(text: str) -> list[float]:
    return [float(found) for found in NUMBER.findall(text)]


@dataclass
class _Pen:
    rings: list[list[Point]] = field(default_factory=list)
    at: Point = (0, 0)
    bend: Point | None = None  # the last control point, for curves that go on smoothly
    closed: bool = False

    def start(self, to: Point) -> None:
        self.rings.append([to])
        self.at, self.bend = to, None

    def line(self, to: Point) -> None:
        self._ring().append(to)
        self.at, self.bend = to, None

    def curve(self, *given: Point) -> None:
        """By its control points, the last of which is where it ends: two make it quadratic, three cubic."""
        ring, corners = self._ring(), (self.at, *given)
        ring.extend(_on_curve(corners, part / PIECES) for part in range(1, PIECES + 1))
        self.at, self.bend = given[-1], given[-2]

    def close(self) -> None:
        self.closed = True
        self.at, self.bend = self._ring()[0], None

    def mirrored(self) -> Point:
        return (2 * self.at[0] - self.bend[0], 2 * self.at[1] - self.bend[1]) if self.bend else self.at

    def _ring(self) -> list[Point]:
        if not self.rings:
            raise BadPath
        return self.rings[-1]


def _on_curve(corners: tuple[Point, ...], part: float) -> Point:
    while len(corners) > 1:
        pairs = pairwise(corners)
        corners = tuple((a[0] + (b[0] - a[0]) * part, a[1] + (b[1] - a[1]) * part) for a, b in pairs)
    return corners[0]


def rings_of_path(text: str) -> tuple[tuple[tuple[Point, ...], ...], bool]:
    """The pieces of a path, and whether it was closed."""
    if COMMAND.sub("", text).strip():
        raise BadPath
    pen = _Pen()
    for command, told in COMMAND.findall(text):
        for kind, given in _steps(command.upper(), numbers(told)):
            _draw(pen, kind, given, relative=command.islower())
    if not pen.rings:
        raise BadPath
    return tuple(tuple(ring) for ring in pen.rings), pen.closed


def _steps(kind: str, told: list[float]) -> Iterator[tuple[str, list[float]]]:
    """One command with several sets of numbers is several commands; moving on is drawing a line."""
    size = TAKES[kind]
    if not size:
        yield kind, []
        return
    if not told or len(told) % size:
        raise BadPath
    for start in range(0, len(told), size):
        yield ("L" if kind == "M" and start else kind), told[start : start + size]


def _draw(pen: _Pen, kind: str, given: list[float], *, relative: bool) -> None:
    x, y = pen.at if relative else (0.0, 0.0)
    if kind == "Z":
        pen.close()
    elif kind == "H":
        pen.line((given[0] + x, pen.at[1]))
    elif kind == "V":
        pen.line((pen.at[0], given[0] + y))
    else:
        spots = [(a + x, b + y) for a, b in zip(given[::2], given[1::2], strict=True)]
        _WITH_POINTS[kind](pen, spots)


_WITH_POINTS: dict[str, Callable[[_Pen, list[Point]], None]] = {
    "M": lambda pen, spots: pen.start(spots[0]),
    "L": lambda pen, spots: pen.line(spots[0]),
    "C": lambda pen, spots: pen.curve(*spots),
    "S": lambda pen, spots: pen.curve(pen.mirrored(), *spots),
    "Q": lambda pen, spots: pen.curve(*spots),
    "T": lambda pen, spots: pen.curve(pen.mirrored(), *spots),
}
