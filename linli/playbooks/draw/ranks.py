"""Which box stands in which row: the longest way from the first stage along arrows that do not lead back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from linli.playbooks.draw.exits import exits
from linli.playbooks.draw.geometry import START
from linli.playbooks.ends import OUTCOMES
from linli.playbooks.model import Playbook

BEST = ("enacted", "solved")
Graph = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Ranks:
    """`spine` is one longest way; its boxes stand below one another. `parents` follow forward arrows only."""

    row: Mapping[str, int]
    rows: tuple[tuple[str, ...], ...]
    spine: frozenset[str]
    parents: Mapping[str, tuple[str, ...]]


def ranks(book: Playbook) -> Ranks:
    graph = _graph(book)
    forward = _without_returns(graph)
    row = _rows(forward)
    parents = {name: tuple(one for one in forward if name in forward[one]) for name in forward}
    rows = tuple(tuple(name for name in graph if row[name] == at) for at in range(max(row.values()) + 1))
    return Ranks(row, rows, _spine(book, rows, parents, row), parents)


def _graph(book: Playbook) -> dict[str, tuple[str, ...]]:
    """Stages nobody can reach begin beside the first: a picture of a faulty file should show them too."""
    graph = {START: (book.first.name,)}
    for stage in book.stages.values():
        graph[stage.name] = tuple(dict.fromkeys(way.to for way in exits(book, stage)))
    return graph | {end: () for end in book.ends}


def _without_returns(graph: Graph) -> dict[str, tuple[str, ...]]:
    """Leave out each arrow to a box that is still being walked; what remains has no circle."""
    kept: dict[str, list[str]] = {name: [] for name in graph}
    done: set[str] = set()
    for root in graph:
        path, ways = [root], [iter(graph[root] if root not in done else ())]
        while path:
            after = next(ways[-1], None)
            if after is None:
                done.add(path.pop())
                ways.pop()
            elif after not in path:
                kept[path[-1]].append(after)
                if after not in done:
                    path.append(after)
                    ways.append(iter(graph[after]))
    return {name: tuple(targets) for name, targets in kept.items()}


def _rows(forward: Graph) -> dict[str, int]:
    row = {name: int(name != START) for name in forward}
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
    book: Playbook, rows: Sequence[Sequence[str]], parents: Mapping[str, Sequence[str]], row: Mapping[str, int]
) -> frozenset[str]:
    """The longest way to the best end that can be reached: that is what the playbook is for."""
    good = sorted(book.ends.values(), key=lambda end: _worth(end.outcome))
    name = next((end.name for end in good if parents[end.name]), rows[-1][0])
    spine = [name]
    while name != START:
        name = next((one for one in parents[name] if row[one] == row[name] - 1), START)
        spine.append(name)
    return frozenset(spine)
