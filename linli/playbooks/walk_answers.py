"""What is typed in answer to a question of a playbook: from text to the value that guards and limits compare."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.playbooks.model import Field

Answer = str | int | bool | None
GREATEST = 10**12

NEEDED = Said("这一项必填。请填写，或输入 b 返回。", "This one is needed. Fill it in, or type b to go back.")
TOO_LONG = Said("太长了，最多 {most} 个字。", "Too long: at most {most} characters.")
PICK = Said("请输入 1 到 {last} 之间的序号。", "Type a number from 1 to {last}.")
YES_OR_NO = Said("请输入“是”或“否”。", "Type yes or no.")
WHOLE = Said("请输入一个整数，不超过 {most}。", "Type a whole number, at most {most}.")
YUAN = Said("请输入金额（元），例如 120 或 99.50。", "Type an amount in yuan, such as 120 or 99.50.")
YES = frozenset({"是", "有", "对", "y", "yes", "1"})
NO = frozenset({"否", "不", "没有", "n", "no", "0", "2"})


def read_answer(asked: Field, typed: str) -> Answer:
    """The value, None for an optional field that is left empty; `Refused` says what to type instead."""
    text = typed.strip()
    if not text:
        if asked.optional:
            return None
        raise Refused(NEEDED)
    return READERS.get(asked.kind, _text)(asked, text)


def pick(names: Sequence[str], titles: Sequence[Said], typed: str) -> str | None:
    """One of several by its number, its name or its title in either language."""
    text = typed.strip()
    if text.isdecimal() and 1 <= int(text) <= len(names):
        return names[int(text) - 1]
    return next((name for name, title in zip(names, titles, strict=True) if text in (name, title.zh, title.en)), None)


def _text(asked: Field, text: str) -> Answer:
    if asked.kind == "text" and asked.max is not None and len(text) > asked.max:
        raise Refused(TOO_LONG.filled(most=asked.max))
    return text


def _choice(asked: Field, text: str) -> Answer:
    chosen = pick(tuple(asked.options), tuple(asked.options.values()), text)
    if chosen is None:
        raise Refused(PICK.filled(last=len(asked.options)))
    return chosen


def _score(asked: Field, text: str) -> Answer:
    best = asked.of or 5
    if not text.isdecimal() or not 1 <= int(text) <= best:
        raise Refused(PICK.filled(last=best))
    return int(text)


def _number(asked: Field, text: str) -> Answer:
    most = asked.max or GREATEST
    digits = text.removeprefix("-")
    if not digits.isdecimal() or int(digits) > most:
        raise Refused(WHOLE.filled(most=most))
    return int(text)


def _yes_no(asked: Field, text: str) -> Answer:
    if text.casefold() not in YES | NO:
        raise Refused(YES_OR_NO)
    return text.casefold() in YES


def _money(asked: Field, text: str) -> Answer:
    """In fen, as the guards compare it."""
    try:
        fen = Decimal(text) * 100
    except InvalidOperation:
        raise Refused(YUAN) from None
    if not fen.is_finite() or fen != fen.to_integral_value() or not 0 <= fen <= GREATEST:
        raise Refused(YUAN)
    return int(fen)


READERS: Mapping[str, Callable[[Field, str], Answer]] = MappingProxyType(
    {"choice": _choice, "score": _score, "number": _number, "yes_no": _yes_no, "money": _money}
)
