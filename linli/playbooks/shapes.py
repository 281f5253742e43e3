"""The shapes of single values and plain lists: text, numbers, limits, duties, titles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from linli.lib.text import Said
from linli.playbooks.grammar import FACT, NAME, TITLED
from linli.playbooks.limits import BadLimit, Limit, read_limit
from linli.playbooks.model import Duty, Mark
from linli.playbooks.reading import At, Reader, Shape, short
from linli.playbooks.yaml_nodes import Listed, Mapped, Node, Scalar

MOST = 1_000_000
DUTY = re.compile(rf"({NAME.pattern})@({NAME.pattern})")
NOT_A_NUMBER = Said(
    "这里要写一个正整数，不加引号和单位，例如 9；这里是“{text}”。",
    "This must be a whole number from 1 on, without quotes or a unit, such as 9; it is “{text}”.",
)
NOT_YES_NO = Said(
    "这里只能写 true（是）或 false（否），不加引号；这里是“{text}”。",
    "This must be true or false, without quotes; it is “{text}”.",
)
NOT_A_DUTY = Said(
    "看不懂职责“{text}”。请写“角色@层级”（如 property_desk@estate）、raiser（提出人）、supervisor（督办人），"
    "或者前面某个动作里指定人员的项目名。{hint}",
    "“{text}” is no duty. Write role@level (such as property_desk@estate), raiser, supervisor, or the name of an "
    "earlier answer that names a person. {hint}",
)
WIDE_AT = Said("“＠”是全角符号，请改成“@”。", "“＠” is the full-width sign; write “@”.")
NOT_A_FACT = Said(
    "“{text}”不能作项目名。请写小写字母的名称，或者像 place.building 这样用点连接。",
    "“{text}” is no name of a fact. Write a name in small letters, or names joined by dots, such as place.building.",
)
NOT_MOVES = Said(
    "看不懂“{text}”。请写动作名，几个动作用竖线连接，例如 accept|decline。",
    "“{text}” is not understood. Write the names of moves, joined by bars, such as accept|decline.",
)
NOTHING = Said("", "")


def text(reader: Reader, at: At, node: Node) -> str | None:
    scalar = reader.text(node)
    return scalar.text.strip() if scalar else None


def words(reader: Reader, at: At, node: Node) -> str | None:
    """Text that may be empty here, since a check of its own asks for both languages."""
    scalar = reader.single(node)
    return scalar.text.strip() if scalar else None


def name(reader: Reader, at: At, node: Node) -> str | None:
    scalar = reader.text(node)
    return reader.named(scalar) if scalar else None


def fact(reader: Reader, at: At, node: Node) -> str | None:
    scalar = reader.text(node)
    return _fact(reader, scalar) if scalar else None


def number(reader: Reader, at: At, node: Node) -> int | None:
    scalar = reader.text(node)
    if scalar is None:
        return None
    if scalar.plain and re.fullmatch("[1-9][0-9]{0,6}", scalar.text) and int(scalar.text) <= MOST:
        return int(scalar.text)
    reader.complain("G03", scalar.mark, NOT_A_NUMBER, text=short(scalar.text))
    return None


def yes_no(reader: Reader, at: At, node: Node) -> bool | None:
    scalar = reader.text(node)
    if scalar is None:
        return None
    if scalar.plain and scalar.text in ("true", "false"):
        return scalar.text == "true"
    reader.complain("G03", scalar.mark, NOT_YES_NO, text=short(scalar.text))
    return None


def guard(reader: Reader, at: At, node: Node) -> tuple[str, Mark] | None:
    """The text with the place of its first character. Whether it means something is a check of the whole book."""
    scalar = reader.text(node)
    return (scalar.text, scalar.inner or scalar.mark) if scalar else None


def limit(reader: Reader, at: At, node: Node) -> Limit | None:
    scalar = reader.text(node)
    if scalar is None:
        return None
    try:
        return read_limit(scalar.text)
    except BadLimit as bad:
        reader.complain("G07", scalar.mark, bad.sentence)
        return None


def duty(reader: Reader, at: At, node: Node) -> Duty | None:
    scalar = reader.text(node)
    if scalar is None:
        return None
    if found := DUTY.fullmatch(scalar.text):
        return Duty(scalar.mark, role=found[1], level=found[2])
    if NAME.fullmatch(scalar.text):
        return Duty(scalar.mark, person=scalar.text)
    hint = WIDE_AT if "＠" in scalar.text else NOTHING
    reader.complain("G07", scalar.mark, NOT_A_DUTY, text=short(scalar.text), hint=hint)
    return None


def titled(reader: Reader, at: At, node: Node) -> Said | None:
    found = reader.form(at, node, TITLED)
    return None if found is None else Said(found.get("zh", ""), found.get("en", ""))


def names(reader: Reader, at: At, node: Node) -> tuple[str, ...]:
    return tuple(name for word in reader.words(at, node, "room, unit") if (name := reader.named(word)))


def duties(reader: Reader, at: At, node: Node) -> tuple[Duty, ...]:
    found = (duty(reader, at, word) for word in reader.words(at, node, "building_lead@building, community@community"))
    return tuple(each for each in found if each is not None)


def facts(reader: Reader, at: At, node: Node) -> tuple[tuple[str, Mark], ...]:
    return tuple(
        (name, word.mark) for word in reader.words(at, node, "title, stage, reply") if (name := _fact(reader, word))
    )


def moves_named(reader: Reader, at: At, node: Node) -> tuple[str, ...] | None:
    scalar = reader.text(node)
    if scalar is None:
        return None
    found = tuple(part.strip() for part in scalar.text.split("|"))
    if all(NAME.fullmatch(part) for part in found):
        return found
    reader.complain("G07", scalar.mark, NOT_MOVES, text=short(scalar.text))
    return None


def setting(reader: Reader, at: At, node: Node) -> object:
    """What a kind of stage is told; the kind knows what it needs, so any nesting is taken as it stands."""
    if isinstance(node, Mapped):
        return MappingProxyType({key.text: setting(reader, at, value) for key, value in node.entries})
    if isinstance(node, Listed):
        return tuple(setting(reader, at, item) for item in node.items)
    return _plain(node) if isinstance(node, Scalar) else None


def _plain(scalar: Scalar) -> str | int | bool:
    if scalar.plain and re.fullmatch("0|-?[1-9][0-9]{0,8}", scalar.text):
        return int(scalar.text)
    if scalar.plain and scalar.text in ("true", "false"):
        return scalar.text == "true"
    return scalar.text


def _fact(reader: Reader, scalar: Scalar) -> str | None:
    if FACT.fullmatch(scalar.text):
        return scalar.text
    reader.complain("G07", scalar.mark, NOT_A_FACT, text=short(scalar.text))
    return None


SINGLE: Mapping[str, Shape] = MappingProxyType(
    {
        "text": text,
        "words": words,
        "name": name,
        "fact": fact,
        "number": number,
        "yes_no": yes_no,
        "guard": guard,
        "limit": limit,
        "duty": duty,
        "titled": titled,
        "names": names,
        "duties": duties,
        "facts": facts,
        "moves_named": moves_named,
        "setting": setting,
    }
)
