"""P13: whatever is named exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from linli.lib.text import Said
from linli.places.levels import LEVELS
from linli.playbooks.checks.parts import branches_of, duties_of, fields_of, mark_of, named_answer
from linli.playbooks.checks.registries import CALENDARS, Registries
from linli.playbooks.checks.wording import hint, problem
from linli.playbooks.engine import FACT_KINDS
from linli.playbooks.facts import URGENCIES
from linli.playbooks.guards import FactKind
from linli.playbooks.model import RAISER, SUPERVISOR, Duty, Field, LimitRule, Mark, Playbook, Problem, Stage

NO_SUCH = Said("没有“{name}”这个{what}。{hint}", "There is no {what} called “{name}”. {hint}")
TWO_KINDS = Said(
    "“{name}”在这里是“{kind}”类，前面（第 {line} 行）却是“{before}”类。同一个名称只能有一种类型，请改用另一个名称。",
    "“{name}” is of the kind “{kind}” here, but of the kind “{before}” in line {line}. One name has one kind; use "
    "another name.",
)
TAKEN = Said(
    "“{name}”是系统自己用的名称，不能作填写项。请改用另一个名称。",
    "“{name}” is a name that the program itself uses, so no field can have it. Use another name.",
)
NO_STATUTE = Said(
    "这个办事流程没有写 statute，环节“{name}”就不能写 step。请补上 statute，或删去 step。",
    "This playbook names no statute, so its stage “{name}” cannot carry out a step. Add `statute`, or delete `step`.",
)
ROLE = Said("角色", "role")
LEVEL = Said("层级", "level")
SUBJECT = Said("事项类别（subject）", "subject")
CALENDAR = Said("日历", "calendar")
STATUTE = Said("法定程序", "statute")
STEP = Said("法定步骤", "step of the statute")
FIELD_KIND = Said("填写项类型", "kind of field")
STAGE_KIND = Said("环节类型", "kind of stage")
OUTCOME = Said("办结方式", "outcome of an end")
PLACE = Said("环节或结局", "stage or end")
MOVE = Said("动作", "move")
PERSON = Said("人员（person）填写项", "answer of the kind person")
UNITS = Said("单位（units）填写项", "answer of the kind units")
DECIDER = Said("可以用来区分时限的选项", "choice that a limit can go by")
CASE = Said("选项值", "value to choose a limit by")
PLAYBOOK = Said("办事流程", "playbook")
# Names that a form may use although matters have a fact of that name: the raiser's own choice of it.
CHOSEN_BY_RAISER = frozenset({"urgency", "category"})


def whatever_is_named_exists(book: Playbook, registries: Registries) -> Iterator[Problem]:
    """P13. Outcomes of a stage's kind are left to P07, facts in conditions to P10 and what is made public to P11."""
    yield from _heading(book, registries)
    yield from _fields(book, registries)
    for duty in (*book.chain, *duties_of(book)):
        yield from _duty(book, duty, registries)
    for stage in book.stages.values():
        yield from _stage(book, stage, registries)
    for end in book.ends.values():
        if end.outcome:
            mark = mark_of(book, f"stages.{end.name}.end", end.mark)
            yield from _known(end.outcome, registries.outcomes, OUTCOME, mark)
    for branch in branches_of(book):
        if branch.to:
            yield from _known(branch.to, (*book.stages, *book.ends), PLACE, branch.mark)


def _known(name: str, names: Iterable[str], what: Said, mark: Mark) -> Iterator[Problem]:
    names = tuple(names)
    if name not in names:
        yield problem("P13", mark, NO_SUCH, name=name, what=what, hint=hint(name, names))


def _heading(book: Playbook, registries: Registries) -> Iterator[Problem]:
    if book.subject:
        yield from _known(book.subject, registries.subjects, SUBJECT, mark_of(book, "subject"))
    yield from _known(book.calendar, CALENDARS, CALENDAR, mark_of(book, "calendar"))
    if book.statute:
        yield from _known(book.statute, registries.statutes, STATUTE, mark_of(book, "statute"))
    for number, role in enumerate(book.raised_by):
        yield from _known(role, registries.roles, ROLE, mark_of(book, f"raised_by.{number}"))
    for number, level in enumerate(book.at):
        yield from _known(level, registries.levels, LEVEL, mark_of(book, f"at.{number}"))
    moves = [move.name for stage in book.stages.values() for move in stage.moves]
    for count, names in book.counts.items():
        for name in names:
            yield from _known(name, moves, MOVE, mark_of(book, f"counts.{count}"))


def _fields(book: Playbook, registries: Registries) -> Iterator[Problem]:
    first: dict[str, Field] = {}
    for path, field in fields_of(book):
        yield from _known(field.kind, registries.field_kinds, FIELD_KIND, mark_of(book, f"{path}.kind", field.mark))
        if field.role:
            yield from _known(field.role, registries.roles, ROLE, mark_of(book, f"{path}.role", field.mark))
        if _is_taken(field, registries):
            yield problem("P13", field.mark, TAKEN, name=field.name)
        before = first.setdefault(field.name, field)
        if before.kind != field.kind:
            kinds = {"kind": field.kind, "before": before.kind, "line": before.mark.line}
            yield problem("P13", field.mark, TWO_KINDS, name=field.name, **kinds)


def _is_taken(field: Field, registries: Registries) -> bool:
    if field.name in CHOSEN_BY_RAISER:
        return FACT_KINDS.get(field.kind) is not FactKind.TEXT
    return field.name in (RAISER, SUPERVISOR) or field.name in registries.facts or field.name in registries.public_facts


def _duty(book: Playbook, duty: Duty, registries: Registries) -> Iterator[Problem]:
    if duty.role:
        yield from _known(duty.role, registries.roles, ROLE, duty.mark)
    if duty.level:
        yield from _known(duty.level, registries.levels, LEVEL, duty.mark)
    if person := named_answer(duty):
        yield from _answer(book, person, "person", PERSON, duty.mark)


def _answer(book: Playbook, name: str, kind: str, what: Said, mark: Mark) -> Iterator[Problem]:
    """`raiser` and `supervisor` are suggested too where somebody is named."""
    names = {field.name for _, field in fields_of(book) if field.kind == kind}
    if name not in names:
        also = (RAISER, SUPERVISOR) if kind == "person" else ()
        yield problem("P13", mark, NO_SUCH, name=name, what=what, hint=hint(name, (*sorted(names), *also)))


def _stage(book: Playbook, stage: Stage, registries: Registries) -> Iterator[Problem]:
    path = f"stages.{stage.name}"
    yield from _known(stage.kind, registries.stage_kinds, STAGE_KIND, mark_of(book, f"{path}.kind", stage.mark))
    if stage.step:
        yield from _step(book, stage, registries, mark_of(book, f"{path}.step", stage.mark))
    if stage.limit is not None and stage.limit.by:
        yield from _limit(book, stage.limit, path, registries)
    units, playbook = stage.settings.get("units"), stage.settings.get("playbook")
    if isinstance(units, str):
        yield from _answer(book, units, "units", UNITS, mark_of(book, f"{path}.with.units", stage.mark))
    if isinstance(playbook, str) and registries.playbooks is not None:
        mark = mark_of(book, f"{path}.with.playbook", stage.mark)
        yield from _known(playbook, sorted(registries.playbooks), PLAYBOOK, mark)


def _step(book: Playbook, stage: Stage, registries: Registries, mark: Mark) -> Iterator[Problem]:
    statute = registries.statutes.get(book.statute)
    if not book.statute:
        yield problem("P13", mark, NO_STATUTE, name=stage.name)
    elif statute is not None:
        yield from _known(stage.step, statute.steps, STEP, mark)


def _limit(book: Playbook, rule: LimitRule, path: str, registries: Registries) -> Iterator[Problem]:
    values = _values(book, registries)
    yield from _known(rule.by, values, DECIDER, mark_of(book, f"{path}.limit.by", rule.mark))
    allowed = values.get(rule.by)
    for case in rule.cases if allowed else ():
        yield from _known(case, allowed or (), CASE, mark_of(book, f"{path}.limit.{case}", rule.mark))


def _values(book: Playbook, registries: Registries) -> Mapping[str, tuple[str, ...]]:
    """What a limit can go by, and the values it can have; none listed means that they are open, such as categories."""
    texts = {name: () for name, (kind, _) in registries.facts.items() if kind is FactKind.TEXT}
    found: dict[str, tuple[str, ...]] = {**texts, "urgency": tuple(URGENCIES), "level": tuple(LEVELS)}
    chosen: dict[str, tuple[str, ...]] = {}
    for _, field in fields_of(book):
        if field.kind == "choice":
            chosen[field.name] = (*chosen.get(field.name, ()), *field.options)
    return {**found, **chosen}
