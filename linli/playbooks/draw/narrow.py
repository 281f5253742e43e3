"""The picture for a phone: one column, each box with its moves as lines of a list, arrows in rails at both sides.

Ends have no box of their own here: they stand as pills beside the moves that lead to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from linli.playbooks.draw.cards import (
    CHIP_PAD,
    DIAMOND,
    PAD,
    PILL,
    SMALL_LINE,
    STACK,
    TEXT,
    chip,
    head_card,
    start_card,
)
from linli.playbooks.draw.edges import BACK, SKIP
from linli.playbooks.draw.exits import Exit, exits
from linli.playbooks.draw.geometry import START, Box, Card, Chip, Label, Layout, Line
from linli.playbooks.draw.ladder import ladder
from linli.playbooks.draw.measure import narrowest, wrap
from linli.playbooks.draw.ranks import ranks
from linli.playbooks.draw.tracks import rail_lanes
from linli.playbooks.model import Playbook, Stage

WIDTH, MARGIN, RAIL, FIRST_RAIL, GAP, ROW_GAP, ARROW = 360, 10, 8, 14, 26, 8, 26
ENTRY = 23
Rails = Mapping[tuple[str, str], int]


def narrow_layout(book: Playbook, language: str, *, top: int = 0) -> Layout:
    order = _order(book)
    rails = rail_lanes(_spans(book, order))
    room_left, room_right = _room(rails, BACK), _room(rails, SKIP)
    wide = WIDTH - room_left - room_right
    boxes = _column(book, language, order, room_left, wide, top + MARGIN)
    foot = max(box.bottom for box in boxes)
    side = ladder(book, language, MARGIN, foot + GAP, WIDTH - 2 * MARGIN)
    xs = {rail: _rail_x(rail, lane, room_left, wide) for rail, lane in rails.items()}
    labels = tuple(label for box in boxes for label in _labels(box))
    lines = (_first(boxes), *_lines(boxes, labels, xs))
    return Layout(WIDTH, side.y + side.h + MARGIN, boxes, labels, lines, side)


def _order(book: Playbook) -> tuple[str, ...]:
    placed = ranks(book)
    by_row = (
        sorted(names, key=lambda name: (name != book.first.name, name not in placed.spine)) for names in placed.rows
    )
    return tuple(name for names in by_row for name in names if name in book.stages)


def _spans(book: Playbook, order: tuple[str, ...]) -> dict[tuple[str, str], tuple[int, int]]:
    """From where to where each rail reaches; only the order counts, for heights are not known yet."""
    reach: dict[tuple[str, str], list[int]] = {}
    for at, name in enumerate(order):
        for row, way in enumerate(exits(book, book.stages[name])):
            if way.to in order:
                to = order.index(way.to)
                reach.setdefault((_side(at, to), way.to), []).extend((at * 10_000 + row * 100 + 100, to * 10_000))
    return {rail: (min(ends), max(ends)) for rail, ends in reach.items()}


def _side(at: int, to: int) -> str:
    return SKIP if to > at else BACK


def _room(rails: Rails, side: str) -> int:
    lanes = [lane for rail, lane in rails.items() if rail[0] == side]
    return MARGIN + (FIRST_RAIL + RAIL * max(lanes) if lanes else 0)


def _rail_x(rail: tuple[str, str], lane: int, left: int, wide: int) -> int:
    off = FIRST_RAIL + RAIL * lane
    return left - off if rail[0] == BACK else left + wide + off


def _column(book: Playbook, language: str, order: tuple[str, ...], x: int, wide: int, y: int) -> tuple[Box, ...]:
    start = start_card(book, language, wide)
    boxes = [Box(start, x + (wide - start.w) // 2, y)]
    for name in order:
        boxes.append(Box(_card(book, book.stages[name], language, wide), x, boxes[-1].bottom + GAP))
    return tuple(boxes)


def _card(book: Playbook, stage: Stage, language: str, wide: int) -> Card:
    front = wide - (STACK if stage.kind == "join" else 0)
    chips = tuple(_row(book, way, language, front - 2 * PAD) for way in exits(book, stage))
    tall = sum(one.h + ROW_GAP for one in chips)
    if stage.kind == "route":
        title = wrap(stage.title.in_(language), TEXT, wide - 2 * PAD - DIAMOND, lines=2)
        return Card(stage.name, "fork", wide, 16 + SMALL_LINE * len(title) + 8 + tall, title, chips=chips)
    head = head_card(book, stage, language, front)
    extra = wide - front
    return replace(head, w=wide, h=head.h + tall + extra, chips=chips)


def _row(book: Playbook, way: Exit, language: str, room: int) -> Chip:
    """A move on the left, what it leads to on the right."""
    to, end = book.title_of(way.to).in_(language), book.ends.get(way.to)
    around = PILL if end else 0
    least = narrowest(to, TEXT, bold=bool(end)) + around + ARROW + 2 * CHIP_PAD
    made = chip(
        way, language, max(min(room * 56 // 100 - 2 * CHIP_PAD, room - least), narrowest(way.title.in_(language), TEXT))
    )
    goal = wrap(to, TEXT, max(room - made.w - ARROW - around, 40), lines=9, bold=bool(end))
    if end is None:
        return replace(made, goal=goal, h=max(made.h, 8 + SMALL_LINE * len(goal)))
    return replace(made, goal=goal, h=max(made.h, 14 + 20 * len(goal)), outcome=end.outcome)


def _labels(box: Box) -> list[Label]:
    made, y = [], box.bottom - sum(one.h + ROW_GAP for one in box.card.chips) - 4
    for one in box.card.chips:
        made.append(Label(one, box.card.name, box.x + PAD, y))
        y += one.h + ROW_GAP
    return made


def _first(boxes: tuple[Box, ...]) -> Line:
    start, first = boxes[0], boxes[1]
    return Line(START, first.card.name, ((start.middle, start.bottom), (start.middle, first.y)))


def _lines(boxes: tuple[Box, ...], labels: tuple[Label, ...], rails: Rails) -> list[Line]:
    at = {box.card.name: box for box in boxes}
    place = {box.card.name: number for number, box in enumerate(boxes)}
    made = []
    for label in labels:
        way, source = label.chip.way, at[label.source]
        if way.to in at:
            side = _side(place[label.source], place[way.to])
            x, y = rails[side, way.to], label.y + label.chip.h // 2
            entry = at[way.to].y + ENTRY + (STACK if at[way.to].card.kind == "join" else 0)
            edge = source.x if side == BACK else source.x + source.card.w - (STACK if source.card.kind == "join" else 0)
            arrive = at[way.to].x if side == BACK else at[way.to].right
            made.append(Line(label.source, way.to, ((edge, y), (x, y), (x, entry), (arrive, entry)), way.late))
    return made
