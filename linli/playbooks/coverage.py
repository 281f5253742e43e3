"""Whether some guards together leave a gap: a case in which none of them holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linli.playbooks.conditions import Fact, FactKind, Guard, Question, Same, Term, Worth

MOST_CASES = 20_000
ANYTHING_ELSE = "…"  # stands for a text that no guard mentions

Case = Mapping[Term, Any]
Tries = Mapping[Term, Sequence[Any]]
Domains = Mapping[str, Sequence[object]]
Kinds = Mapping[str, FactKind]


def covers(guards: Sequence[Guard], domains: Domains) -> dict[str, object] | None:
    """An example of facts for which no guard holds, or None when there is none.

    Exact for facts with a domain, for yes/no facts, and for a number or text compared with constants. A comparison of
    open facts with each other is taken as if it knew nothing of other comparisons, so a gap may be named that cannot
    happen, never the other way round; its example then speaks of the sum: `{"money.needed + -1 * money.raised": -1}`.
    Too many cases to try count as a gap too, with the case reached as its example.
    """
    kinds = {name: kind for guard in guards for name, kind in guard.kinds.items()}
    questions = tuple(question for guard in guards for question in guard.questions)
    supposed = _Search(guards, _supposed(questions, kinds, domains)).gap({})
    if supposed is None:
        return None
    if all(isinstance(term, Fact) for term in supposed):
        return _named(supposed)
    real = _Search(guards, _pools(questions, kinds, domains)).gap({})
    if real is not None and not any(guard(_named(real)) for guard in guards):
        return _named(real)
    return _named(supposed)


class _NotYet(Exception):
    """A guard asks about a term that no value is supposed for yet."""

    def __init__(self, term: Term) -> None:
        super().__init__()
        self.term = term


@dataclass(slots=True)
class _Search:
    """Supposes a value only for what some guard asks about, and leaves a case as soon as one guard holds in it."""

    guards: Sequence[Guard]
    tries: Tries
    cases: int = 0

    def gap(self, case: Case) -> Case | None:
        self.cases += 1
        verdicts = tuple(self._verdicts(case))
        if True in verdicts:
            return None
        asked = next((verdict for verdict in verdicts if not isinstance(verdict, bool)), None)
        if asked is None or self.cases > MOST_CASES:
            return {term: case.get(term, next(iter(values), None)) for term, values in self.tries.items()}
        found = (self.gap({**case, asked: value}) for value in self.tries[asked])
        return next((gap for gap in found if gap is not None), None)

    def _verdicts(self, case: Case) -> Iterator[bool | Term]:
        """For each guard whether it holds, or the term that must be known first."""

        def weigh(term: Term) -> Worth:
            if term in case:
                return case[term]
            if term in self.tries:
                raise _NotYet(term)
            return term.worth(weigh)

        for guard in self.guards:
            try:
                yield guard.ask(weigh)
            except _NotYet as open_:
                yield open_.term


def _supposed(questions: Sequence[Question], kinds: Kinds, domains: Domains) -> Tries:
    """Values that stand for all cases: of facts where that is possible, else of whole terms."""
    tries: dict[Term, Sequence[Any]] = {}
    whole: set[str] = set()  # facts whose every value counts, because a sum over domains asks for them
    for term in {question.term for question in questions}:
        if isinstance(term, Fact):
            continue
        if term.names <= domains.keys():
            whole |= term.names
        else:
            tries[term] = (False, True) if isinstance(term, Same) else _around(_edges(questions, term))
    simple = {str(question.term) for question in questions if isinstance(question.term, Fact)}
    for name in sorted(simple | whole):
        values = _values(Fact(name), questions, kinds, domains)
        tries[Fact(name)] = values if name in whole else _unlike(values, _asked_of(questions, Fact(name)))
    return tries


def _pools(questions: Sequence[Question], kinds: Kinds, domains: Domains) -> Tries:
    """Values of single facts among which a real example is looked for."""
    edges = {question.edge for question in questions}
    numbers = _around({0, 1, *(edge for edge in edges if not isinstance(edge, str | bool))})
    texts = (*sorted(edge for edge in edges if isinstance(edge, str)), ANYTHING_ELSE, ANYTHING_ELSE * 2)
    open_values: Mapping[FactKind, Sequence[object]] = {
        FactKind.NUMBER: numbers,
        FactKind.TEXT: texts,
        FactKind.BOOL: (False, True),
    }
    return {Fact(name): domains.get(name, open_values[kind]) for name, kind in kinds.items()}


def _values(fact: Fact, questions: Sequence[Question], kinds: Kinds, domains: Domains) -> Sequence[object]:
    kind = kinds[fact.name]
    if fact.name in domains:
        return domains[fact.name]
    if kind is FactKind.BOOL:
        return (False, True)
    edges = _edges(questions, fact)
    if kind is FactKind.NUMBER:
        return _around(edges)
    return (*sorted(edges), max([ANYTHING_ELSE, *(f"{edge}{ANYTHING_ELSE}" for edge in edges)]))


def _unlike(values: Sequence[object], questions: Sequence[Question]) -> Sequence[object]:
    """One value for each way in which the questions can be answered."""
    found: dict[tuple[bool, ...], object] = {}
    for value in values:
        found.setdefault(tuple(question.holds(value) for question in questions), value)
    return tuple(found.values())


def _asked_of(questions: Sequence[Question], term: Term) -> Sequence[Question]:
    return tuple(question for question in questions if question.term == term)


def _edges(questions: Sequence[Question], term: Term) -> set[Any]:
    return {question.edge for question in _asked_of(questions, term)}


def _around(edges: set[Any]) -> tuple[int, ...]:
    values = {value for edge in edges for value in (edge - 1, edge, edge + 1)}
    return tuple(
        sorted(values, key=lambda value: (value < 0, value))
    )  # an example below zero only if there is no other


def _named(case: Case) -> dict[str, object]:
    return {str(term): value for term, value in case.items()}
