"""Which way each arrow takes, and where on the edge of its target it arrives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from linli.playbooks.draw.cards import CHIP_GAP, DIAMOND, STACK
from linli.playbooks.draw.geometry import START, Card
from linli.playbooks.draw.ranks import Ranks

DOWN, BACK, SKIP = "down", "back", "skip"
FAR = 10**6
INSET, APART, CLEAR = 26, 18, 16


@dataclass(frozen=True, slots=True)
class Edge:
    """`x` is where it leaves its box; `chip` counts the labels of that box in the order of the file, -1 at the start."""

    source: str
    target: str
    chip: int
    way: str
    x: int
    late: bool = False

    @property
    def rail(self) -> tuple[str, str]:
        return (self.way, self.target)


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is settled before heights are known."""

    cards: Mapping[str, Card]
    ranks: Ranks
    left: Mapping[str, int]

    def right(self, name: str) -> int:
        return self.left[name] + self.cards[name].w

    def middle(self, name: str) -> int:
        return self.left[name] + front_width(self.cards[name]) // 2

    def row(self, name: str) -> int:
        return self.ranks.row[name]

    def enters_at_side(self, way: str, target: str) -> bool:
        """A rail can reach the outermost box of a row without crossing another; a route's title stands on its right."""
        beside = self.ranks.rows[self.row(target)]
        if way == BACK:
            return all(self.left[target] <= self.left[one] for one in beside)
        return self.cards[target].kind != "route" and all(self.right(target) >= self.right(one) for one in beside)


def front_width(card: Card) -> int:
    return card.w - STACK if card.kind == "join" else card.w


def chip_lefts(plan: Plan, name: str) -> dict[int, int]:
    """Labels stand in the order of where their arrows go, so that arrows of one box do not cross."""
    card = plan.cards[name]
    order = sorted(range(len(card.chips)), key=lambda at: (*_direction(plan, name, card.chips[at].way.to), at))
    total = sum(chip.w for chip in card.chips) + CHIP_GAP * (len(card.chips) - 1)
    x, lefts = plan.left[name] + (front_width(card) - total) // 2, {}
    for at in order:
        lefts[at] = x
        x += card.chips[at].w + CHIP_GAP
    return lefts


def edges(plan: Plan, lefts: Mapping[str, Mapping[int, int]]) -> Iterator[Edge]:
    first = next(name for name, parents in plan.ranks.parents.items() if START in parents)
    yield Edge(START, first, -1, DOWN, plan.middle(START))
    for name, card in plan.cards.items():
        for at, chip in enumerate(card.chips):
            x = lefts[name][at] + chip.w // 2
            yield Edge(name, chip.way.to, at, _way(plan, name, chip.way.to, x), x, chip.way.late)


def ports(plan: Plan, arrows: Sequence[Edge]) -> dict[tuple[str, ...] | Edge, int]:
    """Where along its upper edge each box is entered, by arrow or by rail; a box entered at its side needs no place."""
    found: dict[tuple[str, ...] | Edge, int] = {}
    for name in plan.cards:
        wanted = _arrivals(plan, name, arrows)
        low, high = _span(plan, name)
        xs = [min(max(x, low), high) for x, _ in wanted]
        found |= dict(zip((key for _, key in wanted), _spread(xs, low, high), strict=True))
    return found


def _arrivals(plan: Plan, name: str, arrows: Sequence[Edge]) -> list[tuple[int, tuple[str, ...] | Edge]]:
    down: list[tuple[int, tuple[str, ...] | Edge]] = [
        (arrow.x, arrow) for arrow in arrows if arrow.target == name and arrow.way == DOWN
    ]
    rails = dict.fromkeys(arrow.rail for arrow in arrows if arrow.target == name and arrow.way != DOWN)
    turned = [(-FAR if rail[0] == BACK else FAR, rail) for rail in rails if not plan.enters_at_side(*rail)]
    return sorted([*down, *turned], key=lambda pair: pair[0])


def _span(plan: Plan, name: str) -> tuple[int, int]:
    card, left = plan.cards[name], plan.left[name]
    if card.kind == "route":
        return plan.middle(name), plan.middle(name)
    return left + INSET, left + front_width(card) - INSET


def _spread(xs: list[int], low: int, high: int) -> list[int]:
    if (len(xs) - 1) * APART > high - low:
        return [(low + high) // 2] * len(xs)
    for at in range(1, len(xs)):
        xs[at] = max(xs[at], xs[at - 1] + APART)
    for at in range(len(xs) - 1, -1, -1):
        xs[at] = min(xs[at], high - (len(xs) - 1 - at) * APART)
    return xs


def _direction(plan: Plan, source: str, target: str) -> tuple[int, int]:
    """Arrows back on the left, the shortest outermost, for they turn upwards; those that skip rows on the right, the
    longest outermost, for they turn downwards."""
    far = plan.row(target) - plan.row(source)
    if far <= 0:
        return 0, -plan.row(target)
    return (1, plan.middle(target)) if far == 1 else (2, plan.row(target))


def _way(plan: Plan, source: str, target: str, x: int) -> str:
    if plan.row(target) <= plan.row(source):
        return BACK
    between = plan.ranks.rows[plan.row(source) + 1 : plan.row(target)]
    clear = all(x + CLEAR < plan.left[name] or plan.right(name) < x - CLEAR for row in between for name in row)
    return DOWN if clear else SKIP


def port_height(card: Card) -> int:
    """How far below its top a box is entered from the side."""
    if card.kind == "route":
        return DIAMOND // 2
    return card.h // 2 if card.kind == "end" else 24 + (STACK if card.kind == "join" else 0)
