"""What a guard is made of once it is read: facts, whole-number sums of them, and yes/no questions about those.

A comparison of numbers is kept as one question about a sum without its constant: `a >= b + 3` asks `a - b` against 3,
and `2 * a < 6` asks `a` against 3. So guards that speak of the same sum can be compared, whatever way they are written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import reduce
from math import gcd
from types import MappingProxyType
from typing import Any

from linli.lib.refusals import Refused
from linli.lib.text import Said


class FactKind(StrEnum):
    NUMBER = "number"
    TEXT = "text"
    BOOL = "bool"


KIND_NAMES = MappingProxyType(
    {
        FactKind.NUMBER: Said("数字", "a number"),
        FactKind.TEXT: Said("文字", "text"),
        FactKind.BOOL: Said("“是/否”", "yes or no"),
    }
)
MISSING = Said(
    "还缺少“{name}”，无法判断下一步。请先补上，再试一次。",
    "“{name}” is still missing, so the next step cannot be decided. Fill it in and try again.",
)
WRONG_KIND = Said(
    "“{name}”应该是{wanted}，现在的值不是，无法判断下一步。请改正后再试。",
    "“{name}” should be {wanted} and is not, so the next step cannot be decided. Correct it and try again.",
)


class MissingFact(Refused):
    """A fact that the guard needs is not there, or has a value of another kind. The value is not repeated: it may be
    private."""

    def __init__(self, sentence: Said, name: str) -> None:
        super().__init__(sentence)
        self.name = name


@dataclass(frozen=True, slots=True)
class Fact:
    name: str

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.name})

    def worth(self, look: Look) -> Worth:
        return look(self)

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True)
class Same:
    """Whether two facts hold the same text."""

    one: Fact
    other: Fact

    @property
    def names(self) -> frozenset[str]:
        return self.one.names | self.other.names

    def worth(self, look: Look) -> bool:
        return bool(look(self.one) == look(self.other))

    def __str__(self) -> str:
        return f"{self.one} == {self.other}"


@dataclass(frozen=True, slots=True)
class Line:
    """A sum of whole multiples of terms, ordered by their text, and a constant."""

    parts: tuple[tuple[Term, int], ...] = ()
    constant: int = 0

    @property
    def names(self) -> frozenset[str]:
        return frozenset().union(*(term.names for term, _ in self.parts))

    def worth(self, look: Look) -> int:
        return sum((times * term.worth(look) for term, times in self.parts), self.constant)

    def plus(self, other: Line) -> Line:
        times = dict(self.parts)
        for term, more in other.parts:
            times[term] = times.get(term, 0) + more
        parts = sorted(((term, many) for term, many in times.items() if many), key=lambda part: str(part[0]))
        return Line(tuple(parts), self.constant + other.constant)

    def times(self, factor: int) -> Line:
        parts = tuple((term, factor * many) for term, many in self.parts) if factor else ()
        return Line(parts, factor * self.constant)

    def without_constant(self) -> tuple[Term, int]:
        """The smallest term that this sum is a multiple of, constant aside, and the multiple."""
        many = reduce(gcd, (times for _, times in self.parts))
        many = many if self.parts[0][1] > 0 else -many
        parts = tuple((term, times // many) for term, times in self.parts)
        return (parts[0][0] if len(parts) == 1 and parts[0][1] == 1 else Line(parts)), many

    def __str__(self) -> str:
        shown = [f"{term}" if times == 1 else f"{times} * {term}" for term, times in self.parts]
        return " + ".join([*shown, str(self.constant)] if self.constant or not shown else shown)


@dataclass(frozen=True, slots=True)
class Product:
    """Two sums multiplied, neither of them a plain number."""

    one: Line
    other: Line

    @property
    def names(self) -> frozenset[str]:
        return self.one.names | self.other.names

    def worth(self, look: Look) -> int:
        return self.one.worth(look) * self.other.worth(look)

    def __str__(self) -> str:
        return f"({self.one}) * ({self.other})"


@dataclass(frozen=True, slots=True)
class Called:
    function: str
    apply: Callable[..., int]
    arguments: tuple[Line, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset().union(*(argument.names for argument in self.arguments))

    def worth(self, look: Look) -> int:
        return self.apply(*(argument.worth(look) for argument in self.arguments))

    def __str__(self) -> str:
        return f"{self.function}({', '.join(map(str, self.arguments))})"


Term = Fact | Same | Line | Product | Called
Worth = Any  # a number, a text or a yes/no: what the term's kind says
Look = Callable[[Fact], Worth]
Weigh = Callable[[Term], Worth]  # what a term is worth: from facts, or in a case that `coverage` supposes
Ask = Callable[[Weigh], bool]


@dataclass(frozen=True, slots=True)
class Question:
    """One yes/no question to one term. `edge`: the answer can change only at this value and its neighbours."""

    term: Term
    holds: Callable[[Worth], bool]
    edge: Worth

    def ask(self, weigh: Weigh) -> bool:
        return self.holds(weigh(self.term))


@dataclass(frozen=True, slots=True)
class Guard:
    """A condition to call with facts. `and` and `or` stop early: `held and ballot.passed` asks for `ballot.passed` only
    when `held`."""

    text: str
    kinds: Mapping[str, FactKind]
    questions: tuple[Question, ...]
    ask: Ask

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.kinds)

    def __call__(self, facts: Mapping[str, object]) -> bool:
        def look(fact: Fact) -> object:
            return _checked(fact.name, self.kinds[fact.name], facts.get(fact.name))

        return self.ask(lambda term: term.worth(look))


def _checked(name: str, kind: FactKind, value: object) -> object:
    if value is None:
        raise MissingFact(MISSING.filled(name=name), name)
    if not _is_of(kind, value):
        raise MissingFact(WRONG_KIND.filled(name=name, wanted=KIND_NAMES[kind]), name)
    return value


def _is_of(kind: FactKind, value: object) -> bool:
    if kind is FactKind.NUMBER:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, str if kind is FactKind.TEXT else bool)
