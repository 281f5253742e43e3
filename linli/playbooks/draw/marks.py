"""Small pieces of SVG: text, shapes, arrows. Colours are attributes, for a page may forbid styles written in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from xml.sax.saxutils import escape, quoteattr

from linli.playbooks.draw import palette
from linli.playbooks.draw.geometry import Point

ROUND = 9
HEAD = 9  # length of an arrow's head
# What XML 1.0 cannot carry at all, however it is written.
UNWRITABLE = dict.fromkeys([*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF])


def tag(name: str, /, *inside: str, **attributes: object) -> str:
    """`class_` and `stroke_width` are written as `class` and `stroke-width`; what is None is left out."""
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(str(value).translate(UNWRITABLE))}"
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{''.join(inside)}</{name}>" if inside else f"<{name}{written}/>"


def text(
    words: str, x: int, y: int, size: int, *, class_: str, fill: str, bold: bool = False, middle: bool = False
) -> str:
    return tag(
        "text",
        escaped(words),
        x=x,
        y=y,
        font_size=size,
        class_=class_,
        fill=fill,
        font_weight=600 if bold else None,
        text_anchor="middle" if middle else None,
    )


def lines(
    words: Iterable[str],
    x: int,
    y: int,
    size: int,
    pitch: int,
    *,
    class_: str,
    fill: str,
    bold: bool = False,
    middle: bool = False,
) -> str:
    """`y` is the base line of the first."""
    return "".join(
        text(line, x, y + at * pitch, size, class_=class_, fill=fill, bold=bold, middle=middle)
        for at, line in enumerate(words)
    )


def escaped(words: str) -> str:
    return escape(words.translate(UNWRITABLE))


def box(
    x: int, y: int, w: int, h: int, *, class_: str, fill: str, stroke: str, round_: int = 10, **more: object
) -> str:
    return tag("rect", x=x, y=y, width=w, height=h, rx=round_, class_=class_, fill=fill, stroke=stroke, **more)


def route(points: Sequence[Point]) -> str:
    """A path through the points with rounded corners, that stops short of the last for the arrow's head."""
    points = _distinct(points)
    *_, before, last = points
    points = [*points[:-1], _towards(last, before, HEAD - 2)]
    steps = [f"M{points[0][0]} {points[0][1]}"]
    for a, corner, b in zip(points, points[1:], points[2:], strict=False):
        radius = min(ROUND, _far(a, corner) // 2, _far(corner, b) // 2)
        (x1, y1), (x2, y2) = _towards(corner, a, radius), _towards(corner, b, radius)
        steps.append(f"L{x1} {y1}Q{corner[0]} {corner[1]} {x2} {y2}")
    return "".join(steps) + f"L{points[-1][0]} {points[-1][1]}"


def head(points: Sequence[Point]) -> str:
    """The triangle at the end of a path."""
    before, last = _distinct(points)[-2:]
    x, y = _towards(last, before, HEAD)
    across, along = (5, 0) if before[0] == last[0] else (0, 5)
    return f"M{last[0]} {last[1]}L{x - across} {y - along}L{x + across} {y + along}Z"


def person(x: int, y: int) -> str:
    """Who: `y` is the base line of the words beside it."""
    return tag(
        "path",
        d=f"M{x + 7} {y - 6}a3 3 0 1 0 -.01 0zM{x + 1} {y + 2}c0 -8 12 -8 12 0",
        class_="pb-icon",
        fill="none",
        stroke=palette.SOFT,
        stroke_width="1.4",
        stroke_linecap="round",
    )


def clock(x: int, y: int) -> str:
    """By when."""
    return tag(
        "path",
        d=f"M{x + 13} {y - 5}a6 6 0 1 1 -12 0a6 6 0 1 1 12 0M{x + 7} {y - 9}v4l3 2",
        class_="pb-icon",
        fill="none",
        stroke=palette.SOFT,
        stroke_width="1.4",
        stroke_linecap="round",
    )


def tick(x: int, y: int) -> str:
    circle = tag("circle", cx=x, cy=y, r=9, class_="pb-tick", fill=palette.STOOD)
    return circle + tag(
        "path", d=f"M{x - 4} {y}l3 3l5 -6", fill="none", stroke="#ffffff", stroke_width=2, stroke_linecap="round"
    )


def _distinct(points: Sequence[Point]) -> list[Point]:
    return [point for at, point in enumerate(points) if at == 0 or point != points[at - 1]]


def _far(a: Point, b: Point) -> int:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _towards(start: Point, goal: Point, far: int) -> Point:
    """`far` pixels from one point to another, on an upright or level line."""
    dx, dy = goal[0] - start[0], goal[1] - start[1]
    return start[0] + far * ((dx > 0) - (dx < 0)), start[1] + far * ((dy > 0) - (dy < 0))
