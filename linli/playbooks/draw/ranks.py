"""Which box stands in which row: the longest way from the first stage along arrows that do not lead back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from linli.playbooks.draw.exits import exits
from linli.playbooks.draw.geometry import START
from linli.playbooks.ends import OUTCOMES
from linli.playbooks.model import Playbook

BESIDE, WIDEST = 36, 1080
NO_WIDTHS: Mapping[str, int] = MappingProxyType({})
BEST = ("enacted", "solved")
Graph = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Ranks:
    """`spine` is one longest way; its boxes stand below one another. `parents` follow forward arrows only."""

    row: Mapping[str, int]
    rows: tuple[tuple[str, ...], ...]
    spine: frozenset[str]
    parents: Mapping[str, tuple[str, ...]]


def ranks(book: Playbook, widths: Mapping[str, int] = NO_WIDTHS) -> Ranks:
    """With `widths`, a row that would grow too wide passes on what does not lead back to the spine."""
    graph = _graph(book)
    forward = _without_returns(graph)
    row: Mapping[str, int] = _rows(forward, {})
    parents = {name: tuple(one for one in forward if name in forward[one]) for name in forward}
    spine = _spine(book, parents, row, _reachable(forward, START))
    aside = [name for name in forward if not _reachable(forward, name) & spine]
    row = _narrowed(forward, row, aside, widths)
    rows = tuple(tuple(name for name in graph if row[name] == at) for at in range(max(row.values()) + 1))
    return Ranks(row, rows, spine, parents)


def _graph(book: Playbook) -> dict[str, tuple[str, ...]]:
    """Stages nobody can reach begin beside the first: a picture of a faulty file should show them too."""
    graph: dict[str, tuple[str, ...]] = {START: (book.first.name,)}
    for stage in book.stages.values():
        graph[stage.name] = tuple(dict.fromkeys(way.to for way in exits(book, stage)))
    return graph | {end: () for end in book.ends}


def _without_returns(graph: Graph) -> dict[str, tuple[str, ...]]:
    """Keep every arrow that goes forward in the file, for that is the order the author thinks in, and of those that go
    back all that close no circle. Whatever leads to the first stage leads back."""
    place = {name: at for at, name in enumerate(graph)}
    kept = {name: tuple(one for one in graph[name] if place[one] > place[name]) for name in graph}
    for name in graph:
        for one in graph[name]:
            if place[one] <= place[name] and one not in graph[START] and name not in _reachable(kept, one):
                kept[name] = (*kept[name], one)
    return kept


def _narrowed(
    forward: Graph, row: Mapping[str, int], aside: Sequence[str], widths: Mapping[str, int]
) -> Mapping[str, int]:
    """One row after the other, the last of the file first; ends at the latest below the last row."""
    least: dict[str, int] = {}
    at = 0
    while widths and at <= max(row.values()):
        here = [name for name in forward if row[name] == at]
        movable = [name for name in here if name in aside]
        if len(here) < 2 or not movable or sum(widths[name] for name in here) + BESIDE * len(here) <= WIDEST:
            at += 1
            continue
        least[movable[-1]] = at + 1
        row = _rows(forward, least)
    return row


def _reachable(forward: Graph, name: str) -> set[str]:
    found = [name]
    for one in found:  # grows while it is walked
        found.extend(after for after in forward[one] if after not in found)
    return set(found)


def _rows(forward: Graph, least: Mapping[str, int]) -> dict[str, int]:
    row = {name: least.get(name, int(name != START)) for name in forward}
    waiting = {name: sum(name in targets for targets in forward.values()) for name in forward}
    ready = [name for name in forward if not waiting[name]]
    for name in ready:  # grows while it is walked
        for after in forward[name]:
            row[after] = max(row[after], row[name] + 1)
            waiting[after] -= 1
            if not waiting[after]:
                ready.append(after)
    return row


def _worth(outcome: str) -> int:
    order = (*BEST, *OUTCOMES, outcome)
    return order.index(outcome)


def _spine(
    book: Playbook, parents: Mapping[str, Sequence[str]], row: Mapping[str, int], met: set[str]
) -> frozenset[str]:
    """The longest way to the best end that can be reached: that is what the playbook is for."""
    good = sorted(book.ends.values(), key=lambda end: _worth(end.outcome))
    name = next((end.name for end in good if end.name in met), max(met, key=lambda one: (row[one], one)))
    spine = [name]
    while name != START:
        above = [one for one in parents[name] if one in met]
        name = max(above, key=lambda one: row[one])
        spine.append(name)
    return frozenset(spine)
