"""P13: whatever is named exists."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from linli.lib.text import Said
from linli.playbooks.checks.graph import Case
from linli.playbooks.checks.parts import branches_of, duties_of, fields_of, mark_of, moves_of
from linli.playbooks.checks.registries import CALENDARS, Registries
from linli.playbooks.checks.wording import hint, problem
from linli.playbooks.engine import FACT_KINDS
from linli.playbooks.facts import URGENCIES
from linli.playbooks.guards import FactKind
from linli.playbooks.model import RAISER, SUPERVISOR, Field, LimitRule, Mark, Playbook, Problem, Stage

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
RULE = Said("表决规则", "voting rule")
NO_RULE = ("none", "chosen")  # none is prescribed; the kind of matter of each question names it
# Names that a form may use although matters have a fact of that name: the raiser's own choice of it.
CHOSEN_BY_RAISER = frozenset({"urgency", "category"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in the file, and the names that can stand there."""

    name: str
    names: Collection[str]
    what: Said
    mark: Mark


@dataclass(frozen=True, slots=True)
class Named:
    """What the playbook itself gives a name to, gathered once."""

    places: Mapping[str, object]
    moves: Mapping[str, object]
    answers: Mapping[str, Mapping[str, object]]  # by kind
    deciders: Mapping[str, Collection[str]]  # what a limit can go by, with its values; none: these are open


def whatever_is_named_exists(case: Case) -> Iterator[Problem]:
    """P13. Outcomes of a stage's kind are left to P07, facts in conditions to P10 and what is made public to P11; a name
    that is not there at all was complained of by the reader."""
    for mention in _mentions(case.book, case.registries, _named(case.book, case.registries)):
        if mention.name and mention.name not in mention.names:
            advice = hint(mention.name, mention.names)
            yield problem("P13", mention.mark, NO_SUCH, name=mention.name, what=mention.what, hint=advice)
    yield from _fields_named_well(case.book, case.registries)
    for stage in case.book.stages.values():
        if stage.step and not case.book.statute:
            mark = mark_of(case.book, f"stages.{stage.name}.step", stage.mark)
            yield problem("P13", mark, NO_STATUTE, name=stage.name)


def _named(book: Playbook, registries: Registries) -> Named:
    answers: dict[str, dict[str, object]] = {"person": {}, "units": {}}
    deciders: dict[str, Collection[str]] = {
        **{name: () for name, (kind, _) in registries.facts.items() if kind is FactKind.TEXT},
        "urgency": tuple(URGENCIES),
        "level": tuple(registries.levels),
    }
    options: dict[str, dict[str, object]] = {}
    for _, field in fields_of(book):
        answers.setdefault(field.kind, {})[field.name] = field
        if field.kind == "choice":
            options.setdefault(field.name, {}).update(field.options)
    answers["person"].update(dict.fromkeys((RAISER, SUPERVISOR)))
    moves = {move.name: move for _, _, move in moves_of(book)}
    return Named({**book.stages, **book.ends}, moves, answers, {**deciders, **options})


def _mentions(book: Playbook, registries: Registries, named: Named) -> Iterator[Mention]:
    yield from _in_heading(book, registries, named)
    for path, field in fields_of(book):
        yield Mention(field.kind, registries.field_kinds, FIELD_KIND, mark_of(book, f"{path}.kind", field.mark))
        yield Mention(field.role, registries.roles, ROLE, mark_of(book, f"{path}.role", field.mark))
    for duty in (*book.chain, *duties_of(book)):
        yield Mention(duty.role, registries.roles, ROLE, duty.mark)
        yield Mention(duty.level, registries.levels, LEVEL, duty.mark)
        yield Mention(duty.person, named.answers["person"], PERSON, duty.mark)
    for stage in book.stages.values():
        yield from _in_stage(book, stage, registries, named)
    for end in book.ends.values():
        yield Mention(end.outcome, registries.outcomes, OUTCOME, mark_of(book, f"stages.{end.name}.end", end.mark))
    for branch in branches_of(book):
        yield Mention(branch.to, named.places, PLACE, branch.mark)


def _in_heading(book: Playbook, registries: Registries, named: Named) -> Iterator[Mention]:
    yield Mention(book.subject, registries.subjects, SUBJECT, mark_of(book, "subject"))
    yield Mention(book.calendar, CALENDARS, CALENDAR, mark_of(book, "calendar"))
    yield Mention(book.statute, registries.statutes, STATUTE, mark_of(book, "statute"))
    for number, role in enumerate(book.raised_by):
        yield Mention(role, registries.roles, ROLE, mark_of(book, f"raised_by.{number}"))
    for number, level in enumerate(book.at):
        yield Mention(level, registries.levels, LEVEL, mark_of(book, f"at.{number}"))
    for count, moves in book.counts.items():
        yield from (Mention(move, named.moves, MOVE, mark_of(book, f"counts.{count}")) for move in moves)


def _in_stage(book: Playbook, stage: Stage, registries: Registries, named: Named) -> Iterator[Mention]:
    path = f"stages.{stage.name}"
    yield Mention(stage.kind, registries.stage_kinds, STAGE_KIND, mark_of(book, f"{path}.kind", stage.mark))
    if statute := registries.statutes.get(book.statute):
        yield Mention(stage.step, statute.steps, STEP, mark_of(book, f"{path}.step", stage.mark))
    if stage.limit is not None:
        yield from _in_limit(book, stage.limit, f"{path}.limit", named)
    units, playbook = stage.settings.get("units"), stage.settings.get("playbook")
    if isinstance(units, str):
        yield Mention(units, named.answers["units"], UNITS, mark_of(book, f"{path}.with.units", stage.mark))
    rule = stage.settings.get("rule")
    if isinstance(rule, str) and registries.rules:
        mark = mark_of(book, f"{path}.with.rule", stage.mark)
        yield Mention(rule, [*sorted(registries.rules), *NO_RULE], RULE, mark)
    if isinstance(playbook, str) and registries.playbooks is not None:
        mark = mark_of(book, f"{path}.with.playbook", stage.mark)
        yield Mention(playbook, sorted(registries.playbooks), PLAYBOOK, mark)


def _in_limit(book: Playbook, rule: LimitRule, path: str, named: Named) -> Iterator[Mention]:
    yield Mention(rule.by, named.deciders, DECIDER, mark_of(book, f"{path}.by", rule.mark))
    if values := named.deciders.get(rule.by):
        yield from (Mention(case, values, CASE, mark_of(book, f"{path}.{case}", rule.mark)) for case in rule.cases)


def _fields_named_well(book: Playbook, registries: Registries) -> Iterator[Problem]:
    first: dict[str, Field] = {}
    for _, field in fields_of(book):
        if _is_taken(field, registries):
            yield problem("P13", field.mark, TAKEN, name=field.name)
        before = first.setdefault(field.name, field)
        if before.kind != field.kind:
            kinds = {"kind": field.kind, "before": before.kind, "line": before.mark.line}
            yield problem("P13", field.mark, TWO_KINDS, name=field.name, **kinds)


def _is_taken(field: Field, registries: Registries) -> bool:
    if field.name in CHOSEN_BY_RAISER:
        return FACT_KINDS.get(field.kind) is not FactKind.TEXT
    return field.name in (RAISER, SUPERVISOR) or field.name in {**registries.facts, **registries.public_facts}
