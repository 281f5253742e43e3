"""Where a matter goes next. Pure: a playbook, a stage and facts go in; the stage or end that follows comes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.playbooks.ends import BESIDE, OUTCOMES
from linli.playbooks.facts import STANDARD_FACTS
from linli.playbooks.guards import FactKind, Guard, MissingFact, read_guard
from linli.playbooks.model import RAISER, Branch, End, Field, Move, Playbook, Stage

NO_GUARD_HOLDS = Said(
    "现在还不能“{move}”：条件不满足。请核对已填内容后再试。",
    "“{move}” is not possible yet: its condition does not hold. Check the answers and try again.",
)
NOT_OPEN = Said(
    "现在处于“{stage}”环节，不能“{move}”。请刷新页面，查看可以做的动作。",
    "“{move}” is not open while this is “{stage}”. Reload the page to see what can be done.",
)
FACT_KINDS = MappingProxyType(
    {
        "number": FactKind.NUMBER,
        "score": FactKind.NUMBER,
        "money": FactKind.NUMBER,
        "yes_no": FactKind.BOOL,
        "choice": FactKind.TEXT,
    }
)


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a matter has come to: just one of `stage` and `end` is set. `passed` names the routes on the way."""

    stage: Stage | None
    end: End | None
    passed: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.stage.name if self.stage else self.end.name if self.end else ""


def known_facts(book: Playbook) -> dict[str, FactKind]:
    """The names that a guard of this playbook may use: the standard facts and every field that can be compared."""
    known = {name: kind for name, (kind, _) in STANDARD_FACTS.items()}
    known.update({field.name: FACT_KINDS[field.kind] for field in fields(book) if field.kind in FACT_KINDS})
    return known


def fields(book: Playbook) -> Iterable[Field]:
    """Every field of the form and of every move."""
    yield from book.form
    for stage in book.stages.values():
        for move in stage.moves:
            yield from move.needs


def start(book: Playbook, facts: Mapping[str, Any]) -> Arrival:
    return _enter(book, book.first.name, facts)


def advance(book: Playbook, stage: str, move: str, facts: Mapping[str, Any]) -> Arrival:
    """Where `move` leads; `Conflict` when it is not open in `stage`, `Refused` when no guard holds."""
    here = book.stages.get(stage)
    rule = here.move(move) if here else None
    if rule is None:
        raise not_open(book, stage, move)
    branch = _first(book, rule.branches, facts)
    if branch is None:
        raise Refused(rule.otherwise or NO_GUARD_HOLDS.filled(move=rule.title))
    return _enter(book, branch.to, facts)


def is_shut(book: Playbook, move: Move, facts: Mapping[str, Any]) -> bool:
    """Whether no answer to what the move asks could open it, as the facts stand now."""
    known = {name: value for name, value in facts.items() if name not in {need.name for need in move.needs}}
    return not any(_may_hold(book, branch, known) for branch in move.branches)


def _may_hold(book: Playbook, branch: Branch, known: Mapping[str, Any]) -> bool:
    try:
        return not branch.when or bool(_guard(book, branch.when)(known))
    except MissingFact:
        return True


def not_open(book: Playbook, stage: str, move: str) -> Conflict:
    return Conflict(NOT_OPEN.filled(move=_move_title(book, move), stage=book.title_of(stage)))


def conclude(book: Playbook, stage: str, outcome: str, facts: Mapping[str, Any]) -> Arrival:
    """Where the outcome of a stage's kind leads."""
    return _enter(book, book.stages[stage].on[outcome].to, facts)


def lapse(book: Playbook, stage: str, facts: Mapping[str, Any]) -> Arrival | None:
    """Where lateness leads by itself; None for all stages but those where the raiser's silence closes."""
    late = book.stages[stage].late
    return _enter(book, late.to, facts) if late else None


def end_as(book: Playbook, outcome: str) -> Arrival:
    """An end that no move leads to, with this outcome: the playbook's own, or one beside it for any playbook."""
    own = next((end for end in book.ends.values() if end.outcome == outcome and not end.unrated), None)
    return Arrival(None, own or End(BESIDE + outcome, OUTCOMES[outcome], book.mark, outcome))


def asks_verdict(book: Playbook, stage: Stage) -> bool:
    """Whether the raiser judges an answer here. Agreeing to a price, or trying it oneself first, judges nothing."""
    if stage.duty is None or stage.duty.person != RAISER:
        return False
    answering = [rule for one in book.stages.values() for rule in one.moves if rule.replies]
    return any(branch.to == stage.name for rule in answering for branch in rule.branches)


def reopens(book: Playbook, stage: Stage, move: Move, arrival: Arrival) -> bool:
    """A new round begins when the raiser, asked for a verdict on an answer, sends the matter back."""
    return arrival.stage is not None and move.by is None and asks_verdict(book, stage)


def _enter(book: Playbook, name: str, facts: Mapping[str, Any]) -> Arrival:
    """Pass through routes until a stage that waits, or an end. P09 has shown that this comes to a stop."""
    passed: list[str] = []
    while name in book.stages and book.stages[name].kind == "route":
        branch = None if name in passed else _first(book, book.stages[name].branches, facts)
        if branch is None:
            raise Refused(NO_GUARD_HOLDS.filled(move=book.title_of(name)))
        passed.append(name)
        name = branch.to
    return Arrival(book.stages.get(name), book.ends.get(name), tuple(passed))


def _first(book: Playbook, branches: Iterable[Branch], facts: Mapping[str, Any]) -> Branch | None:
    return next((branch for branch in branches if not branch.when or _guard(book, branch.when)(facts)), None)


def _guard(book: Playbook, text: str) -> Guard:
    return _cached_guard(text, tuple(sorted(known_facts(book).items())))


@lru_cache(maxsize=1024)
def _cached_guard(text: str, known: tuple[tuple[str, FactKind], ...]) -> Guard:
    return read_guard(text, dict(known))


def _move_title(book: Playbook, name: str) -> Said:
    for stage in book.stages.values():
        if (move := stage.move(name)) is not None:
            return move.title
    return Said(name, name)
