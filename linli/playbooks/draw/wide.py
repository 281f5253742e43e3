"""The picture for a page or a sheet: rows from top to bottom, arrows in the gaps between them and in rails at both sides.

An arrow to the next row goes down through the gap; one that leads back goes round the left side, one that skips rows
round the right side, unless it can fall straight down. Arrows to one box share their rail, so that few lines suffice.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from linli.playbooks.draw.cards import DIAMOND, end_card, stage_cards, start_card
from linli.playbooks.draw.columns import columns
from linli.playbooks.draw.edges import BACK, DOWN, Edge, Plan, chip_lefts, edges, port_height, ports
from linli.playbooks.draw.geometry import START, Box, Card, Label, Ladder, Layout, Line, Point
from linli.playbooks.draw.ladder import ladder
from linli.playbooks.draw.ranks import ranks
from linli.playbooks.draw.tracks import Net, in_key, lanes, nets, out_key, rail_lanes
from linli.playbooks.model import Playbook

MARGIN, BESIDE, SIDE = 20, 26, 44
ABOVE, BELOW, TRACK, RAIL, LEAST_GAP = 16, 24, 12, 14, 44


@dataclass(frozen=True, slots=True)
class Levels:
    """Heights: the top of each row, and the level of each stretch between rows."""

    tops: tuple[int, ...]
    tracks: Mapping[Hashable, int]
    foot: int


@dataclass(frozen=True, slots=True)
class Wiring:
    plan: Plan
    lefts: Mapping[str, Mapping[int, int]]
    arrows: tuple[Edge, ...]
    ports: Mapping[tuple[str, ...] | Edge, int]
    levels: Levels
    rails: Mapping[tuple[str, str], int]

    def chip_bottom(self, arrow: Edge) -> int:
        return self.levels.tops[self.plan.row(arrow.source)] + self.plan.cards[arrow.source].h

    def entry(self, target: str) -> int:
        return self.levels.tops[self.plan.row(target)] + port_height(self.plan.cards[target])


def wide_layout(book: Playbook, language: str, *, top: int = 0) -> Layout:
    plan = _plan(book, language)
    lefts = {name: chip_lefts(plan, name) for name in plan.cards}
    arrows = tuple(edges(plan, lefts))
    places = ports(plan, arrows)
    levels = _levels(plan, nets(plan, arrows, places), top + MARGIN)
    rails = _rails(plan, arrows, places, levels)
    return _laid(book, language, Wiring(plan, lefts, arrows, places, levels, rails), top)


def _plan(book: Playbook, language: str) -> Plan:
    cards: dict[str, Card] = {START: start_card(book, language), **stage_cards(book, language)}
    cards |= {end.name: end_card(end, language) for end in book.ends.values()}
    placed = ranks(book, {name: card.w for name, card in cards.items()})
    return Plan(cards, placed, columns(cards, placed))


def _levels(plan: Plan, level: Sequence[Net], y: int) -> Levels:
    tops: list[int] = []
    tracks: dict[Hashable, int] = {}
    for at, names in enumerate(plan.ranks.rows):
        tops.append(y)
        y += max(plan.cards[name].h for name in names)
        here = lanes(net for net in level if net.gap == at)
        tracks |= {key: y + ABOVE + TRACK * lane for key, lane in here.items()}
        if at < len(plan.ranks.rows) - 1 or here:
            y += max(LEAST_GAP, ABOVE + BELOW + TRACK * max(here.values(), default=0))
    return Levels(tuple(tops), tracks, y)


def _rails(
    plan: Plan, arrows: Sequence[Edge], places: Mapping[tuple[str, ...] | Edge, int], levels: Levels
) -> dict[tuple[str, str], int]:
    """The x of each rail."""
    reach: dict[tuple[str, str], list[int]] = {}
    for arrow in (one for one in arrows if one.way != DOWN):
        reach.setdefault(arrow.rail, []).append(levels.tracks[out_key(arrow, plan.row(arrow.source))])
    for rail, ys in reach.items():
        top = levels.tops[plan.row(rail[1])]
        ys.append(levels.tracks[in_key(rail)] if rail in places else top + port_height(plan.cards[rail[1]]))
    leftmost, rightmost = min(plan.left.values()), max(map(plan.right, plan.cards))
    found = rail_lanes({rail: (min(ys), max(ys)) for rail, ys in reach.items()})
    return {
        rail: leftmost - BESIDE - RAIL * lane if rail[0] == BACK else rightmost + BESIDE + RAIL * lane
        for rail, lane in found.items()
    }


def _laid(book: Playbook, language: str, wiring: Wiring, top: int) -> Layout:
    plan, levels = wiring.plan, wiring.levels
    xs = [*plan.left.values(), *map(plan.right, plan.cards), *wiring.rails.values()]
    shift, flow = MARGIN - min(xs), max(xs) - min(xs)
    boxes = tuple(Box(card, plan.left[name] + shift, levels.tops[plan.row(name)]) for name, card in plan.cards.items())
    side = ladder(book, language, MARGIN + flow + SIDE, top + MARGIN)
    return Layout(
        side.x + side.w + MARGIN,
        max(levels.foot, _foot(side)) + MARGIN,
        boxes,
        tuple(label for box in boxes for label in _labels(wiring, box, shift)),
        tuple(_line(wiring, arrow, shift) for arrow in wiring.arrows),
        side,
    )


def _labels(wiring: Wiring, box: Box, shift: int) -> list[Label]:
    lefts = wiring.lefts[box.card.name]
    return [
        Label(chip, box.card.name, lefts[at] + shift, box.bottom - max(one.h for one in box.card.chips))
        for at, chip in enumerate(box.card.chips)
    ]


def _line(wiring: Wiring, arrow: Edge, shift: int) -> Line:
    down = arrow.way == DOWN
    points = _down(wiring, arrow) if down else _round(wiring, arrow)
    return Line(arrow.source, arrow.target, tuple((x + shift, y) for x, y in points), arrow.late)


def _down(wiring: Wiring, arrow: Edge) -> list[Point]:
    port, top = wiring.ports[arrow], wiring.levels.tops[wiring.plan.row(arrow.target)]
    start = (arrow.x, wiring.chip_bottom(arrow))
    if port == arrow.x:
        return [start, (port, top)]
    level = wiring.levels.tracks[arrow]
    return [start, (arrow.x, level), (port, level), (port, top)]


def _round(wiring: Wiring, arrow: Edge) -> list[Point]:
    plan, rail = wiring.plan, wiring.rails[arrow.rail]
    level = wiring.levels.tracks[out_key(arrow, plan.row(arrow.source))]
    points = [(arrow.x, wiring.chip_bottom(arrow)), (arrow.x, level), (rail, level)]
    if arrow.rail in wiring.ports:
        port, turn = wiring.ports[arrow.rail], wiring.levels.tracks[in_key(arrow.rail)]
        return [*points, (rail, turn), (port, turn), (port, wiring.levels.tops[plan.row(arrow.target)])]
    entry = wiring.entry(arrow.target)
    return [*points, (rail, entry), (_side(plan, arrow), entry)]


def _side(plan: Plan, arrow: Edge) -> int:
    card, left = plan.cards[arrow.target], plan.left[arrow.target]
    if card.kind == "route":
        return left + card.w // 2 - DIAMOND // 2
    return left if arrow.way == BACK else left + card.w


def _foot(side: Ladder) -> int:
    return side.y + side.h
