"""P01, P02, P07, P09: the stages hang together, every outcome leads on, and nothing turns in circles by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from linli.lib.text import Said
from linli.playbooks.checks.graph import Case, Graph, Trail
from linli.playbooks.checks.parts import mark_of, written
from linli.playbooks.checks.witness import way
from linli.playbooks.checks.wording import hint, place, problem, titled
from linli.playbooks.kinds import StageKind
from linli.playbooks.model import Playbook, Problem, Stage

UNREACHABLE_STAGE = Said(
    "从第一个环节“{first}”出发，走不到环节“{stage}”。请让某个动作的 to 指向它，或者删去这个环节。",
    "The stage “{stage}” cannot be reached from the first stage “{first}”. Let the `to` of some move name it, or "
    "delete the stage.",
)
UNREACHABLE_END = Said(
    "从第一个环节“{first}”出发，走不到结局“{stage}”。请让某个动作的 to 指向它，或者删去这个结局。",
    "The end “{stage}” cannot be reached from the first stage “{first}”. Let the `to` of some move name it, or "
    "delete the end.",
)
NO_WAY_OUT = Said(
    "事项到了环节“{stage}”就再也办结不了：从这里走不到任何结局。请加一个通向结局的动作。",
    "Once at the stage “{stage}” a matter can never end: no end can be reached from there. Add a move that leads to "
    "an end.",
)
OUTCOME_LEADS_NOWHERE = Said(
    "环节“{stage}”（{kind}）的结果“{outcome}”没有写下一步。请在 on 里加上：{outcome}: 环节名。",
    "The stage “{stage}” ({kind}) does not say what follows the outcome “{outcome}”. Add to `on`: {outcome}: STAGE.",
)
NO_SUCH_OUTCOME = Said(
    "环节“{stage}”（{kind}）没有“{outcome}”这个结果。{hint}",
    "The stage “{stage}” ({kind}) has no outcome “{outcome}”. {hint}",
)
OUTCOME_TO_NOTHING = Said(
    "环节“{stage}”的结果“{outcome}”指向“{to}”，但没有这个环节。{hint}",
    "The outcome “{outcome}” of the stage “{stage}” leads to “{to}”, which is no stage. {hint}",
)
SETTING_MISSING = Said(
    "环节“{stage}”（{kind}）缺少设置“{setting}”。请在 with 里写上它。",
    "The stage “{stage}” ({kind}) lacks the setting “{setting}”. Add it under `with`.",
)
NO_SUCH_SETTING = Said(
    "环节“{stage}”（{kind}）没有“{setting}”这个设置。{hint}",
    "The stage “{stage}” ({kind}) knows no setting “{setting}”. {hint}",
)
FOR_EVER = Said(
    "这些分流环节会自己转个不停，没有人也没有时限：{way}。请让其中一个通向有人负责的环节。",
    "These routes can turn for ever, without a person or a deadline: {way}. Let one of them lead to a stage that "
    "somebody holds.",
)


def reached(case: Case) -> Iterator[Problem]:
    """P01."""
    book, found = case.book, case.graph.trails()
    marks = {name: stage.mark for name, stage in book.stages.items()}
    marks.update({name: end.mark for name, end in book.ends.items()})
    for name, mark in marks.items() if book.stages else ():
        if name not in found:
            sentence = UNREACHABLE_STAGE if name in book.stages else UNREACHABLE_END
            yield problem("P01", mark, sentence, first=place(book, book.first.name), stage=place(book, name))


def comes_to_an_end(case: Case) -> Iterator[Problem]:
    """P02. What cannot be reached is left to P01."""
    book, graph = case.book, case.graph
    found, ending = graph.trails(), graph.leads_to(book.ends)
    for name, stage in book.stages.items():
        if name in found and name not in ending:
            yield problem("P02", stage.mark, NO_WAY_OUT, stage=place(book, name))


def outcomes_lead_on(case: Case) -> Iterator[Problem]:
    """P07."""
    book = case.book
    for stage in book.stages.values():
        kind = case.registries.stage_kinds.get(stage.kind)
        if kind is not None:
            yield from _outcomes(book, stage, kind)
            yield from _settings(book, stage, kind)


def _outcomes(book: Playbook, stage: Stage, kind: StageKind) -> Iterator[Problem]:
    here: Mapping[str, object] = {"stage": titled(stage.title, stage.name), "kind": kind.title}
    for outcome in kind.outcomes:
        if outcome not in stage.on and not written(book, f"stages.{stage.name}.on.{outcome}"):
            yield problem("P07", stage.mark, OUTCOME_LEADS_NOWHERE, outcome=outcome, **here)
    places = (*book.stages, *book.ends)
    for outcome, branch in stage.on.items():
        if outcome not in kind.outcomes:
            advice = hint(outcome, kind.outcomes)
            yield problem("P07", branch.mark, NO_SUCH_OUTCOME, outcome=outcome, hint=advice, **here)
        elif branch.to and branch.to not in places:
            advice = hint(branch.to, places)
            yield problem("P07", branch.mark, OUTCOME_TO_NOTHING, outcome=outcome, to=branch.to, hint=advice, **here)


def _settings(book: Playbook, stage: Stage, kind: StageKind) -> Iterator[Problem]:
    here: Mapping[str, object] = {"stage": titled(stage.title, stage.name), "kind": kind.title}
    for setting, required in kind.settings.items():
        if required and setting not in stage.settings and not written(book, f"stages.{stage.name}.with.{setting}"):
            yield problem("P07", stage.mark, SETTING_MISSING, setting=setting, **here)
    for setting in stage.settings:
        if setting not in kind.settings:
            advice = hint(setting, kind.settings)
            mark = mark_of(book, f"stages.{stage.name}.with.{setting}", stage.mark)
            yield problem("P07", mark, NO_SUCH_SETTING, setting=setting, hint=advice, **here)


def does_not_turn_for_ever(case: Case) -> Iterator[Problem]:
    """P09. Each route on a loop is named in at least one of the loops that are shown."""
    book, graph = case.book, case.graph
    shown: set[str] = set()
    for name, stage in book.stages.items():
        loop = _loop(graph, name) if name in graph.routes and name not in shown else ()
        if loop:
            shown.update(arc.source for arc in loop)
            yield problem("P09", stage.mark, FOR_EVER, way=way(book, loop, name))


def _loop(graph: Graph, name: str) -> Trail:
    """A shortest way from a route back to itself through routes alone."""
    found = graph.trails(lambda arc: arc.target in graph.routes, start=name)
    back = [(*found[arc.source], arc) for arc in graph.entering.get(name, ()) if arc.source in found]
    return min(back, key=len, default=())
