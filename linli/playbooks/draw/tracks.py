"""Lanes for the level parts of arrows in the gap between two rows, and for the upright parts in the rails at the sides."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from linli.playbooks.draw.edges import BACK, DOWN, FAR, Edge, Plan

AIR = 14
OUT, ACROSS, IN = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Net:
    """A level stretch. `order` puts those first that must lie above; only stretches that overlap need different lanes.

    One that crosses the gap comes down at `leaves` and goes on down at `enters`.
    """

    key: Hashable
    gap: int
    order: tuple[int, int]
    start: int
    stop: int
    leaves: int | None = None
    enters: int | None = None


def out_key(arrow: Edge, row: int) -> tuple[str, str, str, int]:
    return ("out", arrow.way, arrow.target, row)


def in_key(rail: tuple[str, str]) -> tuple[str, str, str]:
    return ("in", *rail)


def nets(plan: Plan, arrows: Sequence[Edge], ports: Mapping[tuple[str, ...] | Edge, int]) -> list[Net]:
    found = [_across(plan, arrow, ports[arrow]) for arrow in arrows if arrow.way == DOWN and arrow.x != ports[arrow]]
    turned = [arrow for arrow in arrows if arrow.way != DOWN]
    leaving: dict[tuple[str, str, str, int], list[int]] = {}
    for arrow in turned:
        leaving.setdefault(out_key(arrow, plan.row(arrow.source)), []).append(arrow.x)
    for key, xs in leaving.items():
        back = key[1] == BACK
        start, stop = (-FAR, max(xs)) if back else (min(xs), FAR)
        found.append(Net(key, key[3], (OUT, max(xs) if back else -min(xs)), start, stop))
    for rail in dict.fromkeys(arrow.rail for arrow in turned):
        if rail in ports:
            found.append(_in(plan, rail, ports[rail]))
    return found


def lanes(level: Iterable[Net]) -> dict[Hashable, int]:
    """Each below all earlier ones that it overlaps."""
    placed: list[tuple[Net, int]] = []
    for net in _from_above(sorted(level, key=lambda one: (one.order, one.start, str(one.key)))):
        above = [lane for one, lane in placed if one.start - AIR < net.stop and net.start < one.stop + AIR]
        placed.append((net, max(above, default=-1) + 1))
    return {net.key: lane for net, lane in placed}


def _from_above(waiting: list[Net]) -> Iterator[Net]:
    """In their order; but what comes down where another goes on down lies above that one, or the two would run together."""
    while waiting:
        same = [one for one in waiting if one.order[0] == waiting[0].order[0]]
        free = (one for one in same if not any(_comes_down_on(other, one) for other in same))
        net = next(free, waiting[0])
        waiting.remove(net)
        yield net


def _comes_down_on(upper: Net, lower: Net) -> bool:
    return upper is not lower and upper.leaves is not None and upper.leaves == lower.enters


def rail_lanes(spans: Mapping[tuple[str, str], tuple[int, int]]) -> dict[tuple[str, str], int]:
    """The shortest lie next to the boxes; the two sides are apart."""
    taken: dict[tuple[str, int], list[tuple[int, int]]] = {}
    found: dict[tuple[str, str], int] = {}
    for rail, (top, bottom) in sorted(spans.items(), key=lambda item: (item[1][1] - item[1][0], item[0])):
        lane = 0
        while any(top - AIR < stop and start < bottom + AIR for start, stop in taken.get((rail[0], lane), ())):
            lane += 1
        taken.setdefault((rail[0], lane), []).append((top, bottom))
        found[rail] = lane
    return found


def _across(plan: Plan, arrow: Edge, port: int) -> Net:
    order = (ACROSS, -arrow.x if port > arrow.x else arrow.x)
    return Net(arrow, plan.row(arrow.target) - 1, order, min(arrow.x, port), max(arrow.x, port), arrow.x, port)


def _in(plan: Plan, rail: tuple[str, str], port: int) -> Net:
    gap = plan.row(rail[1]) - 1
    if rail[0] == BACK:
        return Net(in_key(rail), gap, (IN, -port), -FAR, port)
    return Net(in_key(rail), gap, (IN, port), port, FAR)
