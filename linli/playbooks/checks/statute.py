"""P14: a procedure that the law prescribes is gone through whole, in its order, and no period in it is cut short."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from linli.lib.text import Said
from linli.playbooks.checks.graph import Arc, Case, Graph, Trail
from linli.playbooks.checks.parts import mark_of
from linli.playbooks.checks.registries import Registries
from linli.playbooks.checks.witness import way
from linli.playbooks.checks.wording import listed, place, problem
from linli.playbooks.kinds import StageKind
from linli.playbooks.limits import Limit
from linli.playbooks.model import Mark, Playbook, Problem, Stage
from linli.playbooks.statutes import Statute

SKIPPED = Said(
    "{statute}的“{step}”被跳过了，事项仍能以“{end}”办结：{way}。请让每条路都按次序经过这一步。（依据：{source}）",
    "The step “{step}” of {statute} can be skipped and the matter still end as “{end}”: {way}. Lead every way through "
    "it, in the order of the law. (Source: {source})",
)
CUT_SHORT = Said(
    "{statute}的“{step}”至少要满{least}，这条路上却可以由人提前结束：{way}。"
    "请让环节“{stage}”只在期满（late）或由环节类型的结果往下走。（依据：{source}）",
    "The step “{step}” of {statute} lasts at least {least}, but on this way a person can end it early: {way}. Let the "
    "stage “{stage}” go on only when its period is over (`late`) or by an outcome of its kind. (Source: {source})",
)
TOO_SHORT = Said(
    "{statute}规定“{step}”至少{least}，环节“{stage}”却可以只有{limit}。请改为 {least}或更长。（依据：{source}）",
    "{statute} gives the step “{step}” at least {least}, but the stage “{stage}” may have only {limit}. Make it "
    "{least} or longer. (Source: {source})",
)
OTHER_UNIT = Said(
    "{statute}规定“{step}”至少{least}，环节“{stage}”写的是{limit}，单位不同，无法比较。请用同一单位，例如 "
    "{example}。（依据：{source}）",
    "{statute} gives the step “{step}” at least {least}; the stage “{stage}” says {limit}, in another unit, so they "
    "cannot be compared. Use the same unit, for example {example}. (Source: {source})",
)
NOT_DONE = Said(
    "{statute}的“{step}”没有办成，这条路却接着往下走，事项仍能以“{end}”办结：{way}。请让它回到“{stage}”或更早的环节，"
    "或者不以此办结。（依据：{source}）",
    "The step “{step}” of {statute} was not carried, and yet this way goes on to end as “{end}”: {way}. Lead it back to "
    "the stage “{stage}” or an earlier one, or to another end. (Source: {source})",
)
AT_ONCE = Said("0 天", "0 days")
PASSED_AT_ONCE = Said(
    "“{stage}”是分流环节，一经过就走，不能用来办{statute}的“{step}”。请改成有人负责、有时限的环节。",
    "“{stage}” is a route and passed at once, so it cannot carry out the step “{step}” of {statute}. Make it a stage "
    "with a holder and a deadline.",
)
NOTHING_BINDS = Said(
    "写明了按{statute}办，却没有一个结局的办结方式是：{outcomes}，各个步骤就约束不了任何结果。"
    "请把办成的结局写成其中一种。",
    "This follows {statute}, but no end has the outcome {outcomes}, so its steps bind nothing. Give that outcome to "
    "the end at which the matter has succeeded.",
)


State = tuple[str, int]  # a stage or end, and how many steps of the statute have been done in their order


@dataclass(frozen=True, slots=True)
class Law:
    """A playbook's statute, with what the walk through the playbook asks of it."""

    statute: Statute
    book: Playbook
    kinds: Mapping[str, StageKind]

    @property
    def order(self) -> tuple[str, ...]:
        return tuple(self.statute.steps)

    def turn(self, name: str) -> int | None:
        """The place in the order of the step that the stage `name` carries out."""
        step = self.book.stages[name].step if name in self.book.stages else ""
        return self.order.index(step) if step in self.statute.steps else None

    def after(self, done: int, arc: Arc) -> int:
        """A step ahead of its turn does not count; to come back to a step is to begin again there."""
        turn = self.turn(arc.target)
        done = self.left(done, arc)
        return done if turn is None or turn > done else turn + 1

    def left(self, done: int, arc: Arc) -> int:
        """A step with a period that a person can end at any time has not been kept, nor one whose vote did not carry. What
        a kind of stage does, and lateness, wait for the limit, which is held against the period on its own."""
        turn = self.turn(arc.source)
        if turn is None:
            return done
        early = arc.move is not None and self.statute.steps[self.order[turn]].at_least is not None
        return min(done, turn) if early or self.fails(arc) else done

    def fails(self, arc: Arc) -> bool:
        """Whether the stage's kind ended it without the thing being done: voted down, put off, taken down."""
        kind = self.kinds.get(self.book.stages[arc.source].kind)
        return bool(kind and kind.completes and arc.outcome) and arc.outcome not in (kind.completes if kind else ())

    def said(self, step: str) -> dict[str, object]:
        """What every sentence about a step tells."""
        least = self.statute.steps[step].at_least
        return {
            "statute": self.statute.title,
            "step": self.statute.steps[step].title,
            "source": self.statute.source,
            "least": least.said() if least else "",
            "example": least or "",
        }


def the_law_is_kept(case: Case) -> Iterator[Problem]:
    """P14. A statute that does not exist is left to P13."""
    book, registries = case.book, case.registries
    if book.statute not in registries.statutes:
        return
    law = Law(registries.statutes[book.statute], book, registries.stage_kinds)
    for stage in book.stages.values():
        if stage.step in law.statute.steps:
            yield from _periods(book, law, stage, registries)
    yield from _whole_and_in_order(case, law)


def _periods(book: Playbook, law: Law, stage: Stage, registries: Registries) -> Iterator[Problem]:
    said = {**law.said(stage.step), "stage": place(book, stage.name)}
    least = law.statute.steps[stage.step].at_least
    if not registries.holds(stage.kind):
        yield problem("P14", stage.mark, PASSED_AT_ONCE, **said)
    elif least is not None:
        for path, limit in _lasting(stage, law.kinds.get(stage.kind)):
            if (sentence := _shortfall(limit, least)) is not None:
                mark = mark_of(book, f"stages.{stage.name}.{path}", stage.limit.mark if stage.limit else stage.mark)
                yield problem("P14", mark, sentence, limit=limit.said() if limit else AT_ONCE, **said)


def _lasting(stage: Stage, kind: StageKind | None) -> Iterator[tuple[str, Limit | None]]:
    """How long the stage lasts at least, in each case, with where that stands. A meeting can be over long before its limit."""
    if kind is not None and kind.period:
        days = str(stage.settings.get(kind.period, 0))
        yield f"with.{kind.period}", Limit(int(days), "d") if days.isdecimal() and int(days) else None
    elif stage.limit is not None:
        yield "limit.default", stage.limit.default
        yield from ((f"limit.{case}", limit) for case, limit in stage.limit.cases.items())


def _shortfall(limit: Limit | None, least: Limit) -> Said | None:
    """Days and working days have no order, and a day is not 24 hours where the first day is not counted."""
    if limit is None:
        return TOO_SHORT
    if limit.unit != least.unit:
        return OTHER_UNIT
    return TOO_SHORT if limit.value < least.value else None


def _whole_and_in_order(case: Case, law: Law) -> Iterator[Problem]:
    book, registries = case.book, case.registries
    bound = [name for name, end in book.ends.items() if end.outcome in law.statute.binding]
    if not bound:
        outcomes = listed(registries.outcomes.get(name, Said(name, name)) for name in sorted(law.statute.binding))
        yield problem("P14", mark_of(book, "statute"), NOTHING_BINDS, statute=law.statute.title, outcomes=outcomes)
    came_by = _walk(law, case.graph)
    told: set[tuple[Mark, int]] = set()
    for goal in ((end, done) for end in bound for done in range(len(law.order))):
        trail = _trail(came_by, goal)
        if trail and (place_of := (_guilty(law, trail, goal[1]).branch.mark, goal[1])) not in told:
            told.add(place_of)
            yield _not_kept(book, law, trail, goal)


def _not_kept(book: Playbook, law: Law, trail: Trail, goal: State) -> Problem:
    end, missing = goal
    guilty = _guilty(law, trail, missing)
    sentence = SKIPPED
    if law.turn(guilty.source) == missing:
        sentence = NOT_DONE if law.fails(guilty) else CUT_SHORT
    shown = {"end": place(book, end), "stage": place(book, guilty.source), "way": way(book, trail, trail[0].source)}
    return problem("P14", guilty.branch.mark, sentence, **shown, **law.said(law.order[missing]))


def _walk(law: Law, graph: Graph) -> Mapping[State, tuple[State, Arc] | None]:
    """Every state that can be come to, and from where by which arc."""
    turn = law.turn(graph.first)
    start = (graph.first, 1 if turn == 0 else 0)
    came_by: dict[State, tuple[State, Arc] | None] = {start: None}
    waiting = deque([start])
    while waiting:
        here = waiting.popleft()
        for arc in graph.leaving.get(here[0], ()):
            there = (arc.target, law.after(here[1], arc))
            if there not in came_by:
                came_by[there] = (here, arc)
                waiting.append(there)
    return came_by


def _trail(came_by: Mapping[State, tuple[State, Arc] | None], goal: State) -> Trail:
    trail: list[Arc] = []
    step = came_by.get(goal)
    while step is not None:
        trail.append(step[1])
        step = came_by[step[0]]
    return tuple(reversed(trail))


def _guilty(law: Law, trail: Trail, missing: int) -> Arc:
    """The arc by which the missing step is ended early, or passed by: to a later step, or into the end."""
    last = max((number for number, arc in enumerate(trail) if _in_order(law.turn(arc.source), missing)), default=0)
    rest = trail[last:]
    if law.turn(rest[0].source) == missing:
        return rest[0]
    return next((arc for arc in rest if not _in_order(law.turn(arc.target) or 0, missing)), rest[-1])


def _in_order(turn: int | None, missing: int) -> bool:
    return turn is not None and turn <= missing
