"""Every way out of a stage, each with the words that stand at the tail of its arrow."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from linli.lib.text import Said
from linli.playbooks.model import Branch, Move, Playbook, Stage
from linli.playbooks.saying import OTHERWISE, duty_said, guard_said

TIME_RUNS_OUT = Said("到期无人答复", "No answer in time")
ALWAYS = Said("继续", "Onward")
NOTHING = Said("", "")
CLIMBS = Said("并上报一级", "and climbs a step")
# Outcomes of kinds are words of the program, not of the file.
OUTCOME_WORDS = MappingProxyType(
    {
        "all_back": Said("各单位均已反馈", "All have reported"),
        "posted": Said("公示期满", "Posted in full"),
        "objected": Said("有异议", "Objected to"),
        "passed": Said("通过", "Passed"),
        "failed": Said("未通过", "Not passed"),
        "no_quorum": Said("人数不足", "No quorum"),
        "adjourned": Said("延期再议", "Adjourned"),
        "accepted": Said("验收合格", "Accepted"),
        "abandoned": Said("中止", "Abandoned"),
        "closed": Said("调查结束", "Closed"),
    }
)


@dataclass(frozen=True, slots=True)
class Exit:
    """`note` is the small print under the title: who makes the move when not the holder, and on which condition."""

    name: str
    title: Said
    note: Said
    to: str
    late: bool = False


def exits(book: Playbook, stage: Stage) -> tuple[Exit, ...]:
    """In the order of the file. A branch that leads nowhere is left out: the checks speak about it."""
    return tuple(way for way in _all(book, stage) if way.to in book.stages or way.to in book.ends)


def _all(book: Playbook, stage: Stage) -> Iterator[Exit]:
    for move in stage.moves:
        for branch in move.branches:
            yield Exit(move.name, move.title, _note(book, stage, move, branch), branch.to)
    for branch in stage.branches:
        yield Exit("", _condition(book, branch, stage.branches) or ALWAYS, NOTHING, branch.to)
    for outcome, branch in stage.on.items():
        yield Exit(outcome, OUTCOME_WORDS.get(outcome, Said(outcome, outcome)), NOTHING, branch.to)
    if stage.late is not None:
        yield Exit("late", TIME_RUNS_OUT, NOTHING, stage.late.to, late=True)


def _note(book: Playbook, stage: Stage, move: Move, branch: Branch) -> Said:
    maker = duty_said(book, move.by) if move.by is not None and str(move.by) != str(stage.duty) else None
    parts = [maker, _condition(book, branch, move.branches), CLIMBS if move.climbs else None]
    kept = [part for part in parts if part is not None]
    return Said(" · ".join(part.zh for part in kept), " · ".join(part.en for part in kept))


def _condition(book: Playbook, branch: Branch, beside: tuple[Branch, ...]) -> Said | None:
    if branch.when:
        return guard_said(book, branch.when)
    return OTHERWISE if len(beside) > 1 else None
