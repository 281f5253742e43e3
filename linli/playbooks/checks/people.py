"""P03, P04, P08: everything has a holder and a deadline, and nobody judges their own work."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from linli.lib.text import Said
from linli.playbooks.checks.graph import LATE, Case, Trail
from linli.playbooks.checks.parts import fields_of, mark_of, named_answer, ways_without, written
from linli.playbooks.checks.registries import Registries
from linli.playbooks.checks.witness import way
from linli.playbooks.checks.wording import holder, place, problem, titled
from linli.playbooks.model import RAISER, Mark, Playbook, Problem, Stage

NO_DUTY = Said(
    "环节“{stage}”没有人负责。请写上 duty，例如 duty: grid_worker@grid。",
    "Nobody holds the stage “{stage}”. Give it a `duty`, for example duty: grid_worker@grid.",
)
NOT_NAMED_YET = Said(
    "环节“{stage}”由“{person}”负责，可是走到这里时可能还没有人被指定：{way}。请让前面每条路都必填“{person}”，"
    "或改写 duty。",
    "The stage “{stage}” is held by “{person}”, but on this way nobody has been named yet: {way}. Make “{person}” a "
    "required answer on every way here, or change the `duty`.",
)
MAKER_NOT_NAMED_YET = Said(
    "环节“{stage}”有一个动作要由“{person}”来做，可是走到这里时可能还没有人被指定：{way}。"
    "请让前面每条路都必填“{person}”，或改写 by。",
    "A move of the stage “{stage}” is made by “{person}”, but on this way nobody has been named yet: {way}. Make "
    "“{person}” a required answer on every way here, or change `by`.",
)
NOBODY_CALLED_YET = Said(
    "环节“{stage}”要叫“{person}”里的单位，可是走到这里时可能还没有填：{way}。请让前面每条路都必填“{person}”。",
    "The stage “{stage}” calls the units in “{person}”, but on this way none have been named yet: {way}. Make "
    "“{person}” a required answer on every way here.",
)
NO_LIMIT = Said(
    "环节“{stage}”没有时限。请写上 limit，例如 limit: 24h 或 limit: 3workdays。",
    "The stage “{stage}” has no deadline. Give it a `limit`, for example limit: 24h or limit: 3workdays.",
)
SOLVED_WITHOUT_VERDICT = Said(
    "“{who}”可以自己把事项办成“{end}”，提出人没有机会评价：{way}。请先转到一个由提出人负责的环节，由提出人确认。",
    "“{who}” can end the matter as “{end}” without the raiser's verdict: {way}. Lead to a stage held by the raiser "
    "first, and let the raiser confirm.",
)
SOLVED_BY_ITSELF = Said(
    "环节“{stage}”的结果“{outcome}”直接办成“{end}”，提出人没有机会评价：{way}。请先转到一个由提出人负责的环节，"
    "由提出人确认。",
    "The outcome “{outcome}” of “{stage}” ends the matter as “{end}” without the raiser's verdict: {way}. Lead to a "
    "stage held by the raiser first, and let the raiser confirm.",
)


@dataclass(frozen=True, slots=True)
class Awaited:
    """An answer that must be there when a stage is entered, because it says who acts in it."""

    answer: str
    kind: str
    stage: Stage
    mark: Mark
    sentence: Said


def everything_has_a_holder(case: Case) -> Iterator[Problem]:
    """P03. That a named person is there is proved for all ways to the stage, not for one."""
    book, registries, graph = case.book, case.registries, case.graph
    for stage in _unset(book, registries, "duty"):
        yield problem("P03", stage.mark, NO_DUTY, stage=titled(stage.title, stage.name))
    kinds = {field.name: field.kind for _, field in fields_of(book)}
    # An answer that does not exist, or is of another kind, is left to P13.
    awaited = tuple(each for each in _awaited(book, registries) if kinds.get(each.answer) == each.kind)
    without = {name: ways_without(book, graph, name) for name in {each.answer for each in awaited}}
    for each in awaited:
        here, ways = each.stage.name, without[each.answer]
        if here in ways:
            shown = way(book, ways[here], graph.first)
            yield problem("P03", each.mark, each.sentence, stage=place(book, here), person=each.answer, way=shown)


def _awaited(book: Playbook, registries: Registries) -> Iterator[Awaited]:
    for stage in book.stages.values():
        if stage.duty is not None:
            yield Awaited(named_answer(stage.duty), "person", stage, stage.duty.mark, NOT_NAMED_YET)
        for move in stage.moves:
            if move.by is not None:
                yield Awaited(named_answer(move.by), "person", stage, move.by.mark, MAKER_NOT_NAMED_YET)
        units = stage.settings.get("units")
        if isinstance(units, str):
            mark = mark_of(book, f"stages.{stage.name}.with.units", stage.mark)
            yield Awaited(units, "units", stage, mark, NOBODY_CALLED_YET)


def everything_has_a_deadline(case: Case) -> Iterator[Problem]:
    """P04."""
    for stage in _unset(case.book, case.registries, "limit"):
        yield problem("P04", stage.mark, NO_LIMIT, stage=titled(stage.title, stage.name))


def _unset(book: Playbook, registries: Registries, key: str) -> Iterator[Stage]:
    """What was written but could not be read was complained of by the reader."""
    for stage in book.stages.values():
        missing = getattr(stage, key) is None and not written(book, f"stages.{stage.name}.{key}")
        if missing and registries.holds(stage.kind):
            yield stage


def the_raiser_judges(case: Case) -> Iterator[Problem]:
    """P08. Routes are looked through: what counts is who made the move before them."""
    for end in case.book.ends.values():
        if end.outcome == "solved":
            for leg in case.graph.last_legs(end.name):
                yield from _judged_by_another(case.book, leg)


def _judged_by_another(book: Playbook, leg: Trail) -> Iterator[Problem]:
    """A leg of routes alone begins with the form: that it has no answer is said by P05."""
    arc = leg[0]
    shown = {"end": place(book, leg[-1].target), "way": way(book, leg, arc.source)}
    if arc.maker is not None and arc.maker.person != RAISER:
        yield problem("P08", arc.branch.mark, SOLVED_WITHOUT_VERDICT, who=holder(arc.maker), **shown)
    elif arc.outcome and arc.outcome != LATE:
        here = place(book, arc.source)
        yield problem("P08", arc.branch.mark, SOLVED_BY_ITSELF, stage=here, outcome=arc.outcome, **shown)
