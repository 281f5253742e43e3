"""P10: every condition can be decided, and one of the alternatives always holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from linli.lib.text import Said
from linli.playbooks.checks.graph import Case, gives
from linli.playbooks.checks.parts import fields_of, ways_without
from linli.playbooks.checks.registries import Registries
from linli.playbooks.checks.witness import way
from linli.playbooks.checks.wording import place, problem, titled
from linli.playbooks.engine import known_facts
from linli.playbooks.facts import URGENCIES
from linli.playbooks.guards import BadGuard, FactKind, Guard, covers, read_guard
from linli.playbooks.model import Branch, Mark, Move, Playbook, Problem, Stage

UNREADABLE = Said("{where}的条件“{when}”有误：{why}", "The condition “{when}” of {where} is wrong: {why}")
NEVER_TAKEN = Said(
    "{where}的去向“{to}”永远轮不到：它前面的去向没有条件，总会先走。请把没有条件的去向放到最后。",
    "The alternative “{to}” of {where} can never be taken: the one before it has no condition and always comes first. "
    "Put the alternative without a condition last.",
)
MOVE_GAP = Said(
    "{where}的各个条件有遗漏：{example} 时没有去处。请在最后加一个不带条件的去向；确实不允许的，用 otherwise "
    "写明原因。",
    "The conditions of {where} leave a gap: nothing holds when {example}. Add a last alternative without a condition, "
    "or, if it shall not be possible then, say why in `otherwise`.",
)
ROUTE_GAP = Said(
    "{where}的各个条件有遗漏：{example} 时没有去处，事项会停在半路。请在最后加一个不带条件的去向。",
    "The conditions of {where} leave a gap: nothing holds when {example}, and the matter would be stuck. Add a last "
    "alternative without a condition.",
)
NOT_GIVEN_YET = Said(
    "{where}的条件要看“{name}”，可是到这里时可能还没有填：{way}。请让前面每条路都必填“{name}”，或在这个动作里必填。",
    "The condition of {where} asks for “{name}”, which on this way has not been given yet: {way}. Make it a required "
    "answer on every way here, or of the move itself.",
)
OF_MOVE = Said("动作“{title}”", "the move “{title}”")
OF_ROUTE = Said("分流环节“{title}”", "the route “{title}”")
ANY_CASE = Said("某些情况", "some case comes up")
MOST_ROUNDS = 1_000


@dataclass(frozen=True, slots=True)
class Choice:
    """The alternatives of one move or route in the order in which they are tried, with the conditions as read."""

    stage: Stage
    where: Said
    mark: Mark
    branches: Sequence[Branch]
    guards: Sequence[Guard | BadGuard]
    move: Move | None = None


def conditions_can_be_decided(case: Case) -> Iterator[Problem]:
    """P10."""
    book = case.book
    choices = tuple(_choices(book, case.registries))
    for choice in choices:
        yield from _unreadable(choice)
        yield from _never_taken(book, choice)
        yield from _gap(book, choice)
    yield from _not_given_yet(case, choices)


def _choices(book: Playbook, registries: Registries) -> Iterator[Choice]:
    known = {**{name: kind for name, (kind, _) in registries.facts.items()}, **known_facts(book)}
    for stage in book.stages.values():
        if not registries.holds(stage.kind):
            where = OF_ROUTE.filled(title=titled(stage.title, stage.name))
            yield Choice(stage, where, stage.mark, stage.branches, _guards(stage.branches, known))
        for move in stage.moves:
            where = OF_MOVE.filled(title=titled(move.title, move.name))
            yield Choice(stage, where, move.mark, move.branches, _guards(move.branches, known), move)


def _guards(branches: Sequence[Branch], known: Mapping[str, FactKind]) -> Sequence[Guard | BadGuard]:
    return tuple(_read(branch.when, known) for branch in branches if branch.when)


def _read(when: str, known: Mapping[str, FactKind]) -> Guard | BadGuard:
    try:
        return read_guard(when, known)
    except BadGuard as bad:
        return bad


def _unreadable(choice: Choice) -> Iterator[Problem]:
    for branch, guard in zip((branch for branch in choice.branches if branch.when), choice.guards, strict=True):
        if isinstance(guard, BadGuard):
            begin = branch.when_mark or branch.mark
            mark = Mark(begin.line, begin.column + guard.column - 1)
            yield problem("P10", mark, UNREADABLE, where=choice.where, when=branch.when, why=guard.sentence)


def _never_taken(book: Playbook, choice: Choice) -> Iterator[Problem]:
    taken = next((number for number, branch in enumerate(choice.branches) if not branch.when), len(choice.branches))
    for branch in choice.branches[taken + 1 :]:
        yield problem("P10", branch.mark, NEVER_TAKEN, where=choice.where, to=place(book, branch.to))


def _gap(book: Playbook, choice: Choice) -> Iterator[Problem]:
    guards = [guard for guard in choice.guards if isinstance(guard, Guard)]
    marked = choice.move is not None and choice.move.otherwise is not None
    if marked or not guards or len(guards) < len(choice.branches):
        return  # said in the file, always open, or not to be judged while a condition is wrong
    example = covers(guards, domains(book, guards))
    if example is not None:
        sentence = MOVE_GAP if choice.move else ROUTE_GAP
        yield problem("P10", choice.mark, sentence, where=choice.where, example=_shown(example))


def domains(book: Playbook, guards: Sequence[Guard]) -> Mapping[str, Sequence[object]]:
    """The values that a fact can have at all, where these are known; the others are open."""
    edges = [edge for guard in guards for question in guard.questions if isinstance(edge := question.edge, int)]
    most = max(edges, default=0) + 2
    found: dict[str, Sequence[object]] = {
        "urgency": tuple(URGENCIES),
        "climbed": range(len(book.chain) + 1),
        **({"level": book.at} if book.at else {}),
        **({"rounds": range(1, most + 1)} if most <= MOST_ROUNDS else {}),
    }
    asked: dict[str, dict[object, None]] = {}
    for _, field in fields_of(book):
        values = range(1, (field.of or 0) + 1) if field.kind == "score" else tuple(field.options)
        if values:
            asked.setdefault(field.name, {}).update(dict.fromkeys(values))
    return {**found, **{name: tuple(values) for name, values in asked.items()}}


def _shown(example: Mapping[str, object]) -> Said:
    """As one would write it in a condition."""
    if not example:
        return ANY_CASE
    facts = [_fact(name, value) for name, value in example.items()]
    return Said("、".join(facts), " and ".join(facts))


def _fact(name: str, value: object) -> str:
    if isinstance(value, bool):
        return name if value else f"not {name}"
    return f'{name} == "{value}"' if isinstance(value, str) else f"{name} == {value}"


def _not_given_yet(case: Case, choices: Sequence[Choice]) -> Iterator[Problem]:
    book, graph = case.book, case.graph
    fields = {field.name for _, field in fields_of(book)} - case.registries.facts.keys()
    ways = {
        name: ways_without(book, graph, name) for name in fields & {n for each in choices for n in _asked_first(each)}
    }
    for choice in choices:
        here = choice.stage.name
        for name in sorted(_asked_first(choice) & ways.keys()):
            if here in ways[name] and not (choice.move and gives(choice.move, name)):
                shown = way(book, ways[name][here], graph.first)
                yield problem("P10", choice.mark, NOT_GIVEN_YET, where=choice.where, name=name, way=shown)


def _asked_first(choice: Choice) -> frozenset[str]:
    """The facts that are looked up in each case. Later ones may stand behind a test that keeps them from being needed,
    as in `rounds > 1 and score <= 2`, so nothing is claimed about them."""
    first = choice.guards[0] if choice.guards and choice.branches[0].when else None
    return first.questions[0].term.names if isinstance(first, Guard) and first.questions else frozenset()
