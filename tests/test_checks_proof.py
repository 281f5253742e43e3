"""The checks on small random playbooks against an oracle that simply walks every way, up to a length that suffices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from types import MappingProxyType

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.lib.text import Said
from linli.playbooks.checks import SHIPPED, Registries, check_book
from linli.playbooks.kinds import StageKind
from linli.playbooks.limits import Limit
from linli.playbooks.model import Branch, Duty, End, Field, LimitRule, Mark, Move, Playbook, Problem, Stage
from linli.playbooks.statutes import Statute, Step

TOP = Mark(1, 1)
RAISER, WORKER, GRID = Duty(TOP, person="raiser"), Duty(TOP, person="worker"), Duty(TOP, "grid_worker", "grid")
STAGES = ("one", "two", "three", "four")
ENDS = MappingProxyType({"solved": "solved", "declined": "declined", "withdrawn": "withdrawn", "enacted": "enacted"})
LONGEST = 8  # to a stage, and on from it through all the others: more steps only repeat some
STEPS = ("propose", "post", "resolve")
LENT = replace(
    SHIPPED,
    stage_kinds=MappingProxyType({**SHIPPED.stage_kinds, "meeting": StageKind(Said("会议", "Meeting"), ("passed",))}),
    statutes=MappingProxyType(
        {
            "test-law": Statute(
                Said("试行办法", "The test law"),
                "§1",
                MappingProxyType({name: Step(Said("步骤", "Step")) for name in STEPS}),
                frozenset({"enacted"}),
            )
        }
    ),
)


@dataclass(frozen=True)
class Taken:
    """One step of a walk, as the oracle sees it."""

    source: Stage
    target: str
    line: int
    way: str
    replies: bool = False
    names_worker: bool = False
    maker: str = ""


def fields(replies: bool, names_worker: bool) -> tuple[Field, ...]:
    reply = Field("reply", "text", Said("答复", "Reply"), TOP)
    worker = Field("worker", "person", Said("师傅", "Worker"), TOP, role="property_worker")
    return (*([reply] if replies else []), *([worker] if names_worker else []))


@st.composite
def stage(draw: st.DrawFn, name: str, targets: tuple[str, ...], first_line: int) -> Stage:
    """Each branch stands in a line of its own, by which complaints are told apart."""
    kind = draw(st.sampled_from(("task", "task", "route", "meeting")))
    title = Said(f"环节{name}", f"Stage {name}")
    mark = Mark(first_line, 1)
    to = [
        Branch(draw(st.sampled_from(targets)), Mark(first_line + 1 + number, 9))
        for number in range(draw(st.integers(1, 2)))
    ]
    if kind == "route":
        return Stage(name, title, mark, "route", branches=tuple(to))
    moves = tuple(
        Move(
            name=f"go_{name}_{number}",
            title=Said(f"动作{number}", f"Go {number}"),
            mark=mark,
            branches=(branch,),
            needs=fields(draw(st.booleans()), draw(st.booleans())),
            by=draw(st.sampled_from((None, None, RAISER, GRID))),
        )
        for number, branch in enumerate(to)
    )
    late = draw(st.sampled_from((None, *targets)))
    return Stage(
        name,
        title,
        mark,
        kind,
        duty=draw(st.sampled_from((RAISER, WORKER, GRID))),
        limit=LimitRule(Limit(2, "d"), mark),
        moves=moves,
        on={"passed": Branch(draw(st.sampled_from(targets)), Mark(first_line + 4, 9))} if kind == "meeting" else {},
        late=Branch(late, Mark(first_line + 5, 9)) if late else None,
        step=draw(st.sampled_from(("", *STEPS))),
    )


@st.composite
def books(draw: st.DrawFn, most: int = 4) -> Playbook:
    names = STAGES[: draw(st.integers(1, most))]
    ends = draw(st.lists(st.sampled_from(tuple(ENDS)), min_size=1, max_size=3, unique=True))
    stages = {name: draw(stage(name, (*names, *ends), 10 * number)) for number, name in enumerate(names, start=1)}
    return Playbook(
        name="random",
        title=Said("随机", "Random"),
        origin="test",
        subject="request",
        mark=TOP,
        raised_by=("grid_worker",),
        at=("room",),
        chain=(Duty(TOP, "community", "community"),),
        stages=stages,
        ends={name: End(name, Said("结局", "End"), Mark(100 + n, 1), ENDS[name]) for n, name in enumerate(ends)},
        statute="test-law",
    )


def exits(book: Playbook, name: str) -> Iterator[Taken]:
    here = book.stages[name]
    for branch in here.branches:
        yield Taken(here, branch.to, branch.mark.line, "route")
    for move in here.moves:
        needs = {need.name for need in move.needs}
        for branch in move.branches:
            maker = str(move.by or here.duty)
            yield Taken(here, branch.to, branch.mark.line, "move", "reply" in needs, "worker" in needs, maker)
    for branch in here.on.values():
        yield Taken(here, branch.to, branch.mark.line, "outcome", maker="nobody")
    if here.late:
        yield Taken(here, here.late.to, here.late.mark.line, "late", maker=str(here.duty))


def walks(book: Playbook, start: str, longest: int = LONGEST) -> Iterator[tuple[Taken, ...]]:
    """Every walk of at most so many steps, the empty one too."""
    yield ()
    if start in book.stages and longest:
        for step in exits(book, start):
            yield from ((step, *rest) for rest in walks(book, step.target, longest - 1))


def found(book: Playbook, check: str, registries: Registries = LENT) -> tuple[Problem, ...]:
    return tuple(problem for problem in check_book(book, registries=registries) if problem.check == check)


def lines(problems: tuple[Problem, ...]) -> set[int]:
    return {problem.mark.line for problem in problems}


def come_to(book: Playbook) -> set[str]:
    return {book.first.name, *(step.target for walk in walks(book, book.first.name) for step in walk[-1:])}


small = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@small
@given(books())
def test_p01_names_just_what_no_walk_comes_to(book: Playbook) -> None:
    seen = come_to(book)
    marks = {**{n: s.mark.line for n, s in book.stages.items()}, **{n: e.mark.line for n, e in book.ends.items()}}
    assert lines(found(book, "P01")) == {line for name, line in marks.items() if name not in seen}


@small
@given(books())
def test_p02_names_just_the_stages_from_which_no_walk_comes_to_an_end(book: Playbook) -> None:
    stuck = {
        name
        for name in come_to(book) & book.stages.keys()
        if not any(walk and walk[-1].target in book.ends for walk in walks(book, name, 4))
    }
    assert lines(found(book, "P02")) == {book.stages[name].mark.line for name in stuck}


@small
@given(books())
def test_p03_names_the_stages_where_the_worker_may_not_have_been_named(book: Playbook) -> None:
    entered = {book.first.name}
    for walk in walks(book, book.first.name):
        if walk and not any(step.names_worker for step in walk):
            entered.add(walk[-1].target)
    nameless = {name for name in entered & book.stages.keys() if book.stages[name].duty == WORKER}
    exists = any(need.name == "worker" for here in book.stages.values() for move in here.moves for need in move.needs)
    said = " ".join(problem.message.en for problem in found(book, "P03"))
    assert {name for name in book.stages if f"“Stage {name}” is held" in said} == (nameless if exists else set())


@small
@given(books())
def test_p05_points_to_each_last_step_into_an_end_without_an_answer(book: Playbook) -> None:
    guilty = set()
    for walk in walks(book, book.first.name):
        if walk and walk[-1].target in book.ends and ENDS[walk[-1].target] != "withdrawn":
            by_people = [step for step in walk if step.way != "route"]
            if not any(step.replies for step in walk):
                guilty.add(by_people[-1].line if by_people else None)
    said = lines(found(book, "P05"))
    straight = {None} if guilty & {None} else set()
    first_way = {line for line in said if line // 10 == 1 and book.first.kind == "route"}
    assert said - first_way == guilty - straight
    assert bool(first_way) == bool(straight)


@small
@given(books())
def test_p08_points_to_each_step_into_solved_that_the_raiser_did_not_make(book: Playbook) -> None:
    guilty = set()
    for name, here in book.stages.items():
        for walk in walks(book, name, 5) if here.kind != "route" else ():
            through_routes = all(step.way == "route" for step in walk[1:])
            if walk and walk[-1].target == "solved" and through_routes and walk[0].maker != "raiser":
                guilty.add(walk[0].line)
    assert lines(found(book, "P08")) == guilty


@small
@given(books())
def test_p09_shows_each_route_that_can_come_back_to_itself_without_a_person(book: Playbook) -> None:
    turning = {
        name
        for name in book.stages
        if any(
            walk and walk[-1].target == name and all(s.way == "route" for s in walk) for walk in walks(book, name, 4)
        )
    }
    problems = found(book, "P09")
    said = " ".join(problem.message.en for problem in problems)
    assert {name for name in book.stages if f"Stage {name} →" in said} == turning
    assert lines(problems) <= {book.stages[name].mark.line for name in turning}


def kept(steps: tuple[int, ...]) -> bool:
    """All three steps in their order, and after none of them a return to what comes before it."""
    return any(
        all(steps[place] == turn for turn, place in enumerate(places))
        and all(later >= turn for turn, place in enumerate(places) for later in steps[place + 1 :])
        for places in combinations(range(len(steps)), len(STEPS))
    )


@small
@given(books(most=3))
def test_p14_complains_just_when_some_walk_to_a_binding_end_does_not_keep_the_order(book: Playbook) -> None:
    """Three stages, each entered at most once for each step that has been done: nine steps suffice."""
    order = {name: turn for turn, name in enumerate(STEPS)}
    broken = False
    for walk in walks(book, book.first.name, 9):
        if walk and walk[-1].target == "enacted":
            steps = tuple(order[step.source.step] for step in walk if step.source.step)
            broken = broken or not kept(steps)
    complaints = [each for each in found(book, "P14") if "skipped" in each.message.en]
    assert bool(complaints) == broken
