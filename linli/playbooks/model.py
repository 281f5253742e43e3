"""A playbook after reading: frozen values that say who must act, in which order, by when, and what is answered.

Nothing here knows the web framework or the database. `Mark` points into the file, so that every later complaint has a
line and a column, both counted from 1.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from linli.lib.text import Said
from linli.playbooks.ends import BESIDE, OUTCOMES
from linli.playbooks.limits import Limit

RAISER = "raiser"
SUPERVISOR = "supervisor"


@dataclass(frozen=True, slots=True)
class Mark:
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a file: which check found it, where, and a sentence with what to do."""

    check: str
    mark: Mark
    message: Said


@dataclass(frozen=True, slots=True)
class Duty:
    """Who must act: either a role at a level of the place tree, or `person`.

    `person` is `raiser`, `supervisor` (the step of the chain that watches the matter now) or the name of an earlier
    answer of kind `person`. Just one of (`role` with `level`) and `person` is set.
    """

    mark: Mark
    role: str = ""
    level: str = ""
    person: str = ""

    def __str__(self) -> str:
        return self.person or f"{self.role}@{self.level}"


@dataclass(frozen=True, slots=True)
class LimitRule:
    """A limit, possibly chosen by a fact: `{default: 24h, by: urgency, emergency: 2h}`."""

    default: Limit
    mark: Mark
    by: str = ""
    cases: Mapping[str, Limit] = field(default_factory=lambda: MappingProxyType({}))

    def choose(self, facts: Mapping[str, Any]) -> Limit:
        return self.cases.get(str(facts.get(self.by, "")), self.default)


@dataclass(frozen=True, slots=True)
class Field:
    """One thing asked for, in the form or by a move. Which settings a kind understands stands in `fields.FIELD_KINDS`."""

    name: str
    kind: str
    title: Said
    mark: Mark
    optional: bool = False
    private: bool = False
    max: int | None = None  # text: characters; photos: how many
    of: int | None = None  # score: the best score, counted from 1
    role: str = ""  # person: the role that the person must hold
    options: Mapping[str, Said] = field(default_factory=lambda: MappingProxyType({}))  # choice


@dataclass(frozen=True, slots=True)
class Branch:
    """Where a move or a route may lead; `when` empty means always."""

    to: str
    mark: Mark
    when: str = ""
    when_mark: Mark | None = None  # of the guard's first character, inside its quotes


@dataclass(frozen=True, slots=True)
class Move:
    name: str
    title: Said
    mark: Mark
    branches: tuple[Branch, ...]  # tried in order; the first whose guard holds is taken
    needs: tuple[Field, ...] = ()
    by: Duty | None = None  # who may make it when that is not the holder of the stage
    climbs: bool = False  # supervision climbs one step of the chain with the move
    otherwise: Said | None = None  # the sentence when no guard holds

    @property
    def replies(self) -> bool:
        """Whether the raiser gets an answer with this move."""
        return any(need.name == "reply" and not need.optional for need in self.needs)


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a matter stands. `kind` names an entry of `kinds.STAGE_KINDS`; a `route` is passed at once and has no duty."""

    name: str
    title: Said
    mark: Mark
    kind: str = "task"
    duty: Duty | None = None
    limit: LimitRule | None = None
    warn: Limit | None = None  # before `due`; None means half of the time
    moves: tuple[Move, ...] = ()
    branches: tuple[Branch, ...] = ()  # of a route
    on: Mapping[str, Branch] = field(default_factory=lambda: MappingProxyType({}))  # of a kind: outcome to stage
    settings: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))  # `with:`, for the kind
    late: Branch | None = None  # the raiser's silence closes: where lateness leads by itself
    step: str = ""  # the statute's step that this stage carries out

    def move(self, name: str) -> Move | None:
        return next((move for move in self.moves if move.name == name), None)

    def exits(self) -> Iterator[Branch]:
        """Every way out: moves, outcomes, a route's branches, lateness."""
        for move in self.moves:
            yield from move.branches
        yield from self.branches
        yield from self.on.values()
        if self.late is not None:
            yield self.late


@dataclass(frozen=True, slots=True)
class End:
    name: str
    title: Said
    mark: Mark
    outcome: str  # one of `ends.OUTCOMES`
    unrated: bool = False


@dataclass(frozen=True, slots=True)
class Delay:
    """More time on a stage: how much at the most, and how often in one stage."""

    at_most: Limit
    times: int
    mark: Mark


@dataclass(frozen=True, slots=True)
class Objection:
    """A holder may say once per matter that it is not theirs; `to` decides while the resident's clock runs on."""

    to: Duty
    limit: Limit
    mark: Mark


@dataclass(frozen=True, slots=True)
class Playbook:
    name: str
    title: Said
    origin: str
    subject: str
    mark: Mark
    raised_by: tuple[str, ...]
    at: tuple[str, ...]
    chain: tuple[Duty, ...]
    stages: Mapping[str, Stage]  # in the order of the file; the first is where a matter begins
    ends: Mapping[str, End]
    calendar: str = "always"
    form: tuple[Field, ...] = ()
    chain_limit: Limit | None = None  # how long each step of the chain has; None means 24 h
    public: tuple[tuple[str, Mark], ...] = ()
    counts: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    statute: str = ""
    delay: Delay | None = None
    objection: Objection | None = None
    summary: Said | None = None
    # Where a value stands, by its path: `subject`, `at.0`, `counts.finished`, `stages.doing.step`, `form.worker.role`,
    # `stages.called.with.units`. A list or mapping stands where its key stands.
    marks: Mapping[str, Mark] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def first(self) -> Stage:
        return next(iter(self.stages.values()))

    def title_of(self, name: str) -> Said:
        """The title of a stage or an end."""
        if name.startswith(BESIDE):
            return OUTCOMES[name.removeprefix(BESIDE)]
        return self.stages[name].title if name in self.stages else self.ends[name].title
