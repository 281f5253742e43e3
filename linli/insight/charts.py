"""A bar chart as SVG text, without floats in what it counts: heights are whole pixels of a field of 400 by 190.

Colours stand as attributes, so that a strict policy and paper show them, and are chosen to be seen on light and on dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

COLOURS = ("#4686a8", "#3a8a69", "#c4573f")
WIDTH, HEIGHT, TOP, BASE, LEFT = 400, 190, 14, 160, 34
EVERY = 4  # a label under each so many groups


def bars(groups: Sequence[tuple[str, Sequence[int]]], *, title: str, key: str) -> str:
    """Groups of bars side by side; each group with the label for the ground line, the title for those who hear the page."""
    most = _round_up(max((number for _, numbers in groups for number in numbers), default=0))
    inside = "".join(_group(index, len(groups), label, numbers, most) for index, (label, numbers) in enumerate(groups))
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="{key}">'
        f'<title id="{key}">{escape(title)}</title>{_scale(most)}{inside}</svg>'
    )


def _round_up(most: int) -> int:
    """The next of 4, 10, 20, 40, 100, 200, 400 …, so that the scale has whole steps."""
    size = 1
    while True:
        for step in (4, 10, 20):
            if most <= step * size:
                return step * size
        size *= 10


def _scale(most: int) -> str:
    lines = []
    for number in (0, most // 2, most):
        y = _y(number, most)
        lines.append(
            f'<path d="M{LEFT} {y}H{WIDTH}" stroke="currentColor" stroke-opacity=".2"/>'
            f'<text x="{LEFT - 5}" y="{y + 5}" text-anchor="end" font-size="13" fill="currentColor">{number}</text>'
        )
    return "".join(lines)


def _y(number: int, most: int) -> int:
    return BASE - number * (BASE - TOP) // most


def _group(index: int, count: int, label: str, numbers: Sequence[int], most: int) -> str:
    room = (WIDTH - LEFT) // max(count, 1)
    x = LEFT + index * room + 3
    wide = max(2, (room - 6) // max(len(numbers), 1))
    drawn = [
        f'<rect x="{x + place * wide}" y="{_y(number, most)}" width="{wide - 1}" height="{BASE - _y(number, most)}" '
        f'fill="{COLOURS[place]}"/>'
        for place, number in enumerate(numbers)
        if number
    ]
    if index % EVERY == 0 or index == count - 1:
        anchor = "end" if index == count - 1 else "start"
        at = x + room - 6 if index == count - 1 else x
        drawn.append(
            f'<text x="{at}" y="{BASE + 20}" text-anchor="{anchor}" font-size="13" fill="currentColor">{escape(label)}</text>'
        )
    return "".join(drawn)
