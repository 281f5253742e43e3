"""The ways through a playbook as a graph: which stage or end follows which, and by what.

Guards are not asked: whatever a branch allows in any case counts as possible. So what is proved for all ways here holds
for each matter; the other way round, a way that is named as a witness may need answers that nobody will give.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from linli.playbooks.checks.registries import Registries
from linli.playbooks.checks.wording import closest
from linli.playbooks.model import RAISER, Branch, Duty, Move, Playbook, Stage

LATE = "late"


@dataclass(frozen=True, slots=True)
class Arc:
    """One way from a stage to a stage or an end: by a move, by `outcome` (of the kind, or `late`), or else by a route.

    Lateness is put down to the holder of the stage; what a kind or a route does has no maker. `answers`: with this way
    the raiser surely gets a reply.
    """

    source: str
    target: str
    branch: Branch
    move: Move | None = None
    outcome: str = ""
    maker: Duty | None = None
    answers: bool = False

    def gives(self, name: str) -> bool:
        """Whether the answer `name` is surely there once this way has been taken."""
        return self.move is not None and gives(self.move, name)


Trail = tuple[Arc, ...]
Allowed = Callable[[Arc], bool]


@dataclass(frozen=True, slots=True)
class Graph:
    """`routes` are the stages that are passed at once; at all others a matter waits for somebody."""

    first: str
    leaving: Mapping[str, Sequence[Arc]]
    entering: Mapping[str, Sequence[Arc]]
    routes: frozenset[str]

    def trails(self, allowed: Allowed = lambda arc: True, start: str = "") -> Mapping[str, Trail]:
        """A shortest way to each place that can be come to by allowed arcs; the start itself has the empty way."""
        start = start or self.first
        came_by: dict[str, Arc | None] = {start: None} if start else {}
        waiting = deque(came_by)
        while waiting:
            for arc in self.leaving.get(waiting.popleft(), ()):
                if arc.target not in came_by and allowed(arc):
                    came_by[arc.target] = arc
                    waiting.append(arc.target)
        return _Trails(came_by)

    def leads_to(self, goals: Iterable[str]) -> frozenset[str]:
        """All places from which one of the goals can be come to."""
        found = set(goals)
        waiting = deque(found)
        while waiting:
            for arc in self.entering.get(waiting.popleft(), ()):
                if arc.source not in found:
                    found.add(arc.source)
                    waiting.append(arc.source)
        return frozenset(found)

    def last_legs(self, goal: str) -> Iterator[Trail]:
        """For each way into `goal`, from the arc that leaves a waiting stage through the routes that follow it.

        When a matter can come to `goal` by routes from its very beginning, one leg starts with a route.
        """
        next_arc: dict[str, Arc | None] = {goal: None}
        waiting = deque([goal])
        while waiting:
            here = waiting.popleft()
            if here == self.first and here != goal:
                yield _followed(next_arc, here)
            for arc in self.entering.get(here, ()):
                if arc.source not in self.routes:
                    yield (arc, *_followed(next_arc, here))
                elif arc.source not in next_arc:
                    next_arc[arc.source] = arc
                    waiting.append(arc.source)


def _followed(next_arc: Mapping[str, Arc | None], start: str) -> Trail:
    trail: list[Arc] = []
    arc = next_arc[start]
    while arc is not None:
        trail.append(arc)
        arc = next_arc[arc.target]
    return tuple(trail)


class _Trails(Mapping[str, Trail]):
    """Ways are put together when asked for; to keep them all would take the square of the file's length."""

    def __init__(self, came_by: Mapping[str, Arc | None]) -> None:
        self._came_by = came_by

    def __getitem__(self, place: str) -> Trail:
        trail: list[Arc] = []
        arc = self._came_by[place]
        while arc is not None:
            trail.append(arc)
            arc = self._came_by[arc.source]
        return tuple(reversed(trail))

    def __contains__(self, place: object) -> bool:
        return place in self._came_by

    def __iter__(self) -> Iterator[str]:
        return iter(self._came_by)

    def __len__(self) -> int:
        return len(self._came_by)


@dataclass(frozen=True, slots=True)
class Case:
    """What a check is given: the playbook, what it may name, and the ways through it."""

    book: Playbook
    registries: Registries
    graph: Graph


def open_case(book: Playbook, registries: Registries) -> Case:
    return Case(book, registries, read_graph(book, registries))


def read_graph(book: Playbook, registries: Registries) -> Graph:
    """A target that does not exist is followed to the name that was probably meant: one slip, one complaint (P13)."""
    places = {**book.stages, **book.ends}
    leaving, entering = defaultdict(list), defaultdict(list)
    for arc in (arc for stage in book.stages.values() for arc in _arcs(book, stage, registries, places)):
        leaving[arc.source].append(arc)
        entering[arc.target].append(arc)
    routes = frozenset(name for name, stage in book.stages.items() if not registries.holds(stage.kind))
    return Graph(next(iter(book.stages), ""), MappingProxyType(leaving), MappingProxyType(entering), routes)


def gives(move: Move, name: str) -> bool:
    return any(need.name == name and not need.optional for need in move.needs)


def _arcs(book: Playbook, stage: Stage, registries: Registries, places: Mapping[str, object]) -> Iterator[Arc]:
    for arc in _exits(book, stage, registries):
        target = arc.target if arc.target in places else closest(arc.target, places)
        if target:
            yield replace(arc, target=target)


def _exits(book: Playbook, stage: Stage, registries: Registries) -> Iterator[Arc]:
    """The ways that are really taken: a route knows only its branches, all other stages everything else."""
    if not registries.holds(stage.kind):
        yield from (Arc(stage.name, branch.to, branch) for branch in stage.branches)
        return
    for move in stage.moves:
        maker = move.by or stage.duty
        answers = move.replies and not _speaks_to_itself(book, maker)
        yield from (Arc(stage.name, branch.to, branch, move, "", maker, answers) for branch in move.branches)
    yield from (Arc(stage.name, branch.to, branch, None, outcome) for outcome, branch in stage.on.items())
    if stage.late is not None:
        yield Arc(stage.name, stage.late.to, stage.late, None, LATE, stage.duty)


def _speaks_to_itself(book: Playbook, maker: Duty | None) -> bool:
    """What a resident writes is no answer to that resident; a post that raises what it found may answer for itself."""
    return maker is not None and maker.person == RAISER and "resident" in book.raised_by
