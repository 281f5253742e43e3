"""The `when:` of a playbook: a yes/no question over named facts, such as `score <= 2 or not ballot.passed`.

The text is parsed by Python's grammar but never evaluated by Python: each node of an allow-list becomes a closure of
our own, and every other node is refused with the column where it stands. Kinds are checked here too, so a guard that
was accepted can only fail later because a fact is missing.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import pairwise
from operator import eq, ge, gt, le, lt, ne
from types import MappingProxyType
from typing import Any

from linli.lib.text import Said
from linli.playbooks import guard_sentences as sentences
from linli.playbooks.conditions import (
    KIND_NAMES,
    Ask,
    Called,
    Fact,
    FactKind,
    Guard,
    Line,
    MissingFact,
    Product,
    Question,
    Same,
    Term,
)
from linli.playbooks.coverage import covers

__all__ = ["FUNCTIONS", "BadGuard", "FactKind", "Function", "Guard", "MissingFact", "covers", "read_guard"]

LONGEST = 500
LONGEST_TEXT = 200
DEEPEST = 20
GREATEST = 10**12


@dataclass(frozen=True, slots=True)
class Function:
    """A function of whole numbers that a guard may call, and how many numbers it takes."""

    apply: Callable[..., int]
    least: int
    most: int


FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {"min": Function(min, 2, 9), "max": Function(max, 2, 9), "abs": Function(abs, 1, 1)}
)
COMPARE: Mapping[type[ast.cmpop], Callable[[Any, Any], bool]] = MappingProxyType(
    {ast.Eq: eq, ast.NotEq: ne, ast.Lt: lt, ast.LtE: le, ast.Gt: gt, ast.GtE: ge}
)


class BadGuard(ValueError):
    """A condition that is refused when its playbook is checked; `column` counts from 1 within the condition."""

    def __init__(self, sentence: Said, column: int = 1) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence
        self.column = column


@dataclass(frozen=True, slots=True)
class _Words:
    """A text: a fact, or what stands in quotes."""

    term: Fact | str


@dataclass(frozen=True, slots=True)
class _Verdict:
    """A yes or no."""

    ask: Ask


_Value = Line | _Words | _Verdict


def read_guard(text: str, known: Mapping[str, FactKind]) -> Guard:
    """Read a condition over the facts in `known`; `BadGuard` says what is wrong and in which column."""
    root = _parse(text)
    reader = _Reader(text, known)
    value = reader.value(root, 1)
    if not isinstance(value, _Verdict):
        raise reader.bad(root, sentences.NOT_YES_NO.filled(got=KIND_NAMES[_kind(value)]))
    return Guard(text, MappingProxyType(reader.kinds), tuple(reader.questions), value.ask)


def _parse(text: str) -> ast.expr:
    if not text.strip():
        raise BadGuard(sentences.EMPTY)
    if len(text) > LONGEST:
        raise BadGuard(sentences.TOO_LONG.filled(most=LONGEST), LONGEST + 1)
    odd = next((place for place, sign in enumerate(text) if sign == "\\" or not sign.isprintable()), None)
    if odd is not None:
        raise BadGuard(sentences.ODD_CHARACTER, odd + 1)
    blanks = len(text) - len(text.lstrip(" "))  # Python would take them for an indent
    try:
        root = _quietly_parsed(text[blanks:])
    except SyntaxError as error:
        raise BadGuard(sentences.UNREADABLE, blanks + max(1, error.offset or 1)) from None
    except (ValueError, MemoryError, RecursionError):
        raise BadGuard(sentences.UNREADABLE) from None
    _shift(root, blanks)
    end = root.end_col_offset or 0
    if text.encode()[end:].strip(b" )"):  # such as a comment, which hides a part from the reader
        raise BadGuard(sentences.LEFT_OVER, _column(text, end))
    return root


def _quietly_parsed(text: str) -> ast.expr:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text, mode="eval").body


def _shift(root: ast.expr, blanks: int) -> None:
    for node in ast.walk(root):
        if isinstance(node, ast.expr):
            node.col_offset += blanks
            node.end_col_offset = (node.end_col_offset or 0) + blanks


def _column(text: str, offset: int) -> int:
    """Python counts bytes, people count characters."""
    return len(text.encode()[:offset].decode(errors="ignore")) + 1


def _kind(value: _Value) -> FactKind:
    if isinstance(value, Line):
        return FactKind.NUMBER
    return FactKind.TEXT if isinstance(value, _Words) else FactKind.BOOL


@dataclass(slots=True)
class _Reader:
    text: str
    known: Mapping[str, FactKind]
    kinds: dict[str, FactKind] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)

    def bad(self, node: ast.expr, sentence: Said) -> BadGuard:
        return BadGuard(sentence, _column(self.text, node.col_offset))

    def value(self, node: ast.expr, depth: int) -> _Value:
        if depth > DEEPEST:
            raise self.bad(node, sentences.TOO_DEEP.filled(most=DEEPEST))
        read = READERS.get(type(node))
        if read is None:
            raise self.bad(node, sentences.NOT_ALLOWED)
        return read(self, node, depth)

    def constant(self, node: ast.Constant, depth: int) -> _Value:
        found = node.value
        if isinstance(found, bool):
            return _Verdict(lambda weigh: found)
        if isinstance(found, str):
            return self._quoted(node, found)
        if isinstance(found, float | complex):
            raise self.bad(node, sentences.WHOLE_NUMBERS)
        if not isinstance(found, int):
            raise self.bad(node, sentences.NOT_ALLOWED)
        if found > GREATEST:
            raise self.bad(node, sentences.TOO_GREAT.filled(most=GREATEST))
        return Line(constant=found)

    def fact(self, node: ast.Name | ast.Attribute, depth: int) -> _Value:
        name = self._plain_name(node)
        kind = self.known.get(name)
        if kind is None:
            near = get_close_matches(name, [*self.known, "True", "False"], n=1)
            hint = sentences.DID_YOU_MEAN.filled(name=near[0]) if near else sentences.SEE_FACTS
            raise self.bad(node, sentences.UNKNOWN.filled(name=name, hint=hint))
        self.kinds[name] = kind
        if kind is FactKind.NUMBER:
            return Line(((Fact(name), 1),))
        return _Words(Fact(name)) if kind is FactKind.TEXT else self._question(Fact(name), bool, True)

    def joined(self, node: ast.BoolOp, depth: int) -> _Value:
        asks = tuple(self._verdict(part, depth + 1) for part in node.values)
        if isinstance(node.op, ast.And):
            return _Verdict(lambda weigh: all(ask(weigh) for ask in asks))
        return _Verdict(lambda weigh: any(ask(weigh) for ask in asks))

    def signed(self, node: ast.UnaryOp, depth: int) -> _Value:
        if isinstance(node.op, ast.Not):
            ask = self._verdict(node.operand, depth + 1)
            return _Verdict(lambda weigh: not ask(weigh))
        if isinstance(node.op, ast.Invert):
            raise self.bad(node, sentences.NOT_ALLOWED)
        return self._line(node.operand, depth + 1).times(-1 if isinstance(node.op, ast.USub) else 1)

    def reckoned(self, node: ast.BinOp, depth: int) -> _Value:
        if isinstance(node.op, ast.Div | ast.FloorDiv | ast.Mod | ast.Pow):
            raise self.bad(node, sentences.WHOLE_NUMBERS)
        if not isinstance(node.op, ast.Add | ast.Sub | ast.Mult):
            raise self.bad(node, sentences.NOT_ALLOWED)
        left, right = self._line(node.left, depth + 1), self._line(node.right, depth + 1)
        if not isinstance(node.op, ast.Mult):
            return left.plus(right.times(-1 if isinstance(node.op, ast.Sub) else 1))
        if left.parts and right.parts:
            one, other = sorted((left, right), key=str)
            return Line(((Product(one, other), 1),))
        return left.times(right.constant) if left.parts else right.times(left.constant)

    def called(self, node: ast.Call, depth: int) -> _Value:
        function = FUNCTIONS.get(node.func.id) if isinstance(node.func, ast.Name) else None
        if function is None or not isinstance(node.func, ast.Name):
            raise self.bad(node, sentences.UNKNOWN_FUNCTION.filled(known=" ".join(FUNCTIONS)))
        self._plain_name(node.func)
        if node.keywords or not function.least <= len(node.args) <= function.most:
            raise self.bad(node, sentences.ARGUMENTS.filled(name=node.func.id))
        arguments = tuple(self._line(argument, depth + 1) for argument in node.args)
        if any(argument.parts for argument in arguments):
            return Line(((Called(node.func.id, function.apply, arguments), 1),))
        return Line(constant=function.apply(*(argument.constant for argument in arguments)))

    def compared(self, node: ast.Compare, depth: int) -> _Value:
        if isinstance(node.ops[0], ast.In | ast.NotIn):
            return self._among(node, depth)
        sides = [(side, self.value(side, depth + 1)) for side in (node.left, *node.comparators)]
        pairs = zip(pairwise(sides), node.ops, strict=True)
        asks = tuple(self._pair(right[0], op, left[1], right[1]).ask for (left, right), op in pairs)
        return _Verdict(lambda weigh: all(ask(weigh) for ask in asks))

    def _among(self, node: ast.Compare, depth: int) -> _Verdict:
        listed = node.comparators[0]
        if len(node.ops) != 1 or not isinstance(listed, ast.Tuple | ast.List | ast.Set) or not listed.elts:
            raise self.bad(listed, sentences.BAD_LIST)
        left = self.value(node.left, depth + 1)
        values = [(element, self.value(element, depth + 2)) for element in listed.elts]
        asks = tuple(self._pair(element, ast.Eq(), left, value).ask for element, value in values)
        wanted = isinstance(node.ops[0], ast.In)
        return _Verdict(lambda weigh: any(ask(weigh) for ask in asks) is wanted)

    def _pair(self, node: ast.expr, op: ast.cmpop, left: _Value, right: _Value) -> _Verdict:
        compare = COMPARE.get(type(op))
        if compare is None:
            raise self.bad(node, sentences.USE_EQUALS if isinstance(op, ast.Is | ast.IsNot) else sentences.BAD_LIST)
        if isinstance(left, Line) and isinstance(right, Line):
            return self._numbers(compare, left.plus(right.times(-1)))
        if _kind(left) is not _kind(right):
            raise self.bad(node, sentences.UNLIKE.filled(left=KIND_NAMES[_kind(left)], right=KIND_NAMES[_kind(right)]))
        if not isinstance(op, ast.Eq | ast.NotEq):
            raise self.bad(node, sentences.NO_ORDER)
        ask = self._alike(left, right)
        return _Verdict(lambda weigh: compare(ask(weigh), True))

    def _numbers(self, compare: Callable[[Any, Any], bool], difference: Line) -> _Verdict:
        if not difference.parts:
            answer = compare(difference.constant, 0)
            return _Verdict(lambda weigh: answer)
        term, times = difference.without_constant()
        constant = difference.constant
        return self._question(term, lambda value: compare(times * value + constant, 0), -constant // times)

    def _alike(self, left: _Value, right: _Value) -> Ask:
        if isinstance(left, _Verdict) and isinstance(right, _Verdict):
            one_ask, other_ask = left.ask, right.ask
            return lambda weigh: one_ask(weigh) is other_ask(weigh)
        assert isinstance(left, _Words)
        assert isinstance(right, _Words)
        return self._texts(left, right)

    def _texts(self, left: _Words, right: _Words) -> Ask:
        one, other = sorted((left.term, right.term), key=lambda term: (isinstance(term, str), str(term)))
        if isinstance(one, str) or one == other:
            answer = one == other
            return lambda weigh: answer
        if isinstance(other, Fact):
            return self._question(Same(one, other), bool, True).ask
        return self._question(one, lambda value: bool(value == other), other).ask

    def _question(self, term: Term, holds: Callable[[Any], bool], edge: object) -> _Verdict:
        question = Question(term, holds, edge)
        self.questions.append(question)
        return _Verdict(question.ask)

    def _verdict(self, node: ast.expr, depth: int) -> Ask:
        value = self.value(node, depth)
        if not isinstance(value, _Verdict):
            raise self._wanted(node, FactKind.BOOL, value)
        return value.ask

    def _line(self, node: ast.expr, depth: int) -> Line:
        value = self.value(node, depth)
        if not isinstance(value, Line):
            raise self._wanted(node, FactKind.NUMBER, value)
        return value

    def _wanted(self, node: ast.expr, wanted: FactKind, value: _Value) -> BadGuard:
        return self.bad(node, sentences.WANTED.filled(wanted=KIND_NAMES[wanted], got=KIND_NAMES[_kind(value)]))

    def _quoted(self, node: ast.Constant, text: str) -> _Words:
        if len(text) > LONGEST_TEXT:
            raise self.bad(node, sentences.TEXT_TOO_LONG.filled(most=LONGEST_TEXT))
        return _Words(text)

    def _plain_name(self, node: ast.Name | ast.Attribute) -> str:
        """The dotted name, when it stands in the file just so: Python would also read `ｓｃｏｒｅ` as `score`."""
        parts: list[str] = []
        inner: ast.expr = node
        while isinstance(inner, ast.Attribute):
            parts.insert(0, inner.attr)
            inner = inner.value
        if not isinstance(inner, ast.Name):
            raise self.bad(node, sentences.NOT_ALLOWED)
        parts.insert(0, inner.id)
        if any(part.startswith("_") for part in parts):
            raise self.bad(node, sentences.UNDERSCORE)
        if self.text.encode()[node.col_offset : node.end_col_offset].decode() != ".".join(parts):
            raise self.bad(node, sentences.PLAIN_NAME)
        return ".".join(parts)


READERS: Mapping[type[ast.expr], Callable[[_Reader, Any, int], _Value]] = MappingProxyType(
    {
        ast.Constant: _Reader.constant,
        ast.Name: _Reader.fact,
        ast.Attribute: _Reader.fact,
        ast.BoolOp: _Reader.joined,
        ast.UnaryOp: _Reader.signed,
        ast.BinOp: _Reader.reckoned,
        ast.Call: _Reader.called,
        ast.Compare: _Reader.compared,
    }
)
