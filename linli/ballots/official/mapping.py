"""The mapping of a result file of an official e-voting system: which column is the home, the choice, the sum.

Its grammar stands in docs/how-to/official-evoting.md. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from types import MappingProxyType
from typing import Any

import yaml

from linli.ballots.casting import BLANK, OPTIONS
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.register.cells import tidy

SILENT = "silent"
HOME, NUMBER = ("estate", "phase", "building", "unit", "room"), "number"
SUMS = ("due", "yes", "no", "abstain", SILENT)
ISO = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M")
TOP = ("system", "slot", "time", "delivered", "questions", "totals")
NO_YAML = Said("映射文件不是正确的 YAML（第 {line} 行）。", "The mapping is no sound YAML (line {line}).")
BAD_MAP = Said("映射文件有错，没有导入任何内容：", "The mapping is wrong; nothing was imported:")
UNKNOWN_KEY = Said(
    "“{at}”里不认识“{key}”。{hint}可以写：{known}。", "“{key}” is not known in “{at}”. {hint}It may be: {known}."
)
MEANT = Said("是不是“{word}”？", "Is it “{word}”? ")
NOT_GROUP = Said("“{at}”下面应当是若干“键: 值”。", "“{at}” must hold keys and values.")
NEEDED = Said("缺少“{key}”。", "“{key}” is missing.")
BAD_WORD = Said("“{at}”应当是文字。", "“{at}” must be text.")
ONE_OF = Said("“{at}”写的是“{given}”，只能是：{known}。", "“{at}” says “{given}”; it must be one of: {known}.")
ONE_WAY = Said(
    "“questions”（逐户）和“totals”（合计）要写一个，也只能写一个。",
    "Write either “questions”, one row for each home, or “totals”, one row for each question.",
)
HOW_KNOWN = Said(
    "“slot”要写票面编号（number），或者楼栋和室号（building、room）。",
    "“slot” needs the number on the paper (number), or building and room.",
)
BAD_NUMBER = Said(
    "“{at}”里的“{given}”不是表决事项的序号，请写 1、2……",
    "“{given}” in “{at}” is not the number of a question; write 1, 2, …",
)


@dataclass(frozen=True, slots=True)
class Words:
    """A column read through a table of values; what the table does not know is refused."""

    column: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Sums:
    """One row for each question. `sums`: the columns of heads and of area by what they sum up."""

    question: Words
    sums: Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class OfficialMap:
    """`slot`: the columns that say whose row it is; `questions` by key of the question, or `totals`."""

    system: str
    slot: Mapping[str, str]
    time: str
    formats: tuple[str, ...]
    delivered: Words | None
    questions: Mapping[str, Words]
    totals: Sums | None

    @property
    def columns(self) -> list[str]:
        words = [*self.questions.values(), *([self.delivered] if self.delivered else [])]
        found = [*self.slot.values(), self.time, *(one.column for one in words)]
        if self.totals:
            found += [self.totals.question.column, *(name for pair in self.totals.sums.values() for name in pair)]
        return [name for name in dict.fromkeys(found) if name]


def read_map(text: str) -> OfficialMap:
    """`Refused` with everything that is wrong with it."""
    node = _loaded(text)
    reading = _Reading()
    found = reading.whole(node)
    if reading.problems:
        lines = [BAD_MAP, *reading.problems]
        raise Refused(Said("\n".join(one.zh for one in lines), "\n".join(one.en for one in lines)))
    return found


def _loaded(text: str) -> Any:
    """A mapping needs no aliases, and with them a few lines can stand for billions of words."""
    try:
        for token in yaml.scan(text):
            if isinstance(token, yaml.AliasToken):
                raise Refused(NO_YAML.filled(line=token.start_mark.line + 1))
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as wrong:
        mark = getattr(wrong, "problem_mark", None)
        raise Refused(NO_YAML.filled(line=mark.line + 1 if mark else 1)) from None


class _Reading:
    def __init__(self) -> None:
        self.problems: list[Said] = []

    def say(self, sentence: Said, **values: object) -> None:
        self.problems.append(sentence.filled(**values))

    def whole(self, node: Any) -> OfficialMap:
        top = self.group(node, "YAML", TOP)
        if "system" not in top:
            self.say(NEEDED, key="system")
        if ("questions" in top) == ("totals" in top):
            self.say(ONE_WAY)
        time = top.get("time", "")
        when = self.group(time, "time", ("column", "formats")) if isinstance(time, dict) else {"column": time}
        return OfficialMap(
            system=self.word(top.get("system", ""), "system"),
            slot=self.slot(top) if "questions" in top else {},
            time=self.word(when.get("column", ""), "time.column"),
            formats=(*self.names(when.get("formats", ()), "time.formats"), *ISO),
            delivered=self.delivered(top),
            questions=self.questions(top.get("questions", {})),
            totals=self.totals(top["totals"]) if "totals" in top else None,
        )

    def group(self, node: Any, at: str, known: Iterable[str]) -> Mapping[str, Any]:
        if not isinstance(node, dict):
            self.say(NOT_GROUP, at=at)
            return {}
        allowed = list(known)
        given = {_meant(key): value for key, value in node.items()}
        for key in [key for key in given if key not in allowed]:
            near = get_close_matches(key, allowed, 1)
            hint = MEANT.filled(word=near[0]) if near else ""
            self.say(UNKNOWN_KEY, at=at, key=key, hint=hint, known=", ".join(allowed))
        return given

    def slot(self, top: Mapping[str, Any]) -> Mapping[str, str]:
        group = self.group(top.get("slot", {}), "slot", (NUMBER, *HOME))
        found = {key: self.word(value, f"slot.{key}") for key, value in group.items()}
        if NUMBER not in found and not {"building", "room"} <= found.keys():
            self.say(HOW_KNOWN)
        return MappingProxyType(found)

    def delivered(self, top: Mapping[str, Any]) -> Words | None:
        return self.words(top["delivered"], "delivered", ("yes", "no")) if "delivered" in top else None

    def questions(self, node: Any) -> Mapping[str, Words]:
        if not isinstance(node, dict):
            self.say(NOT_GROUP, at="questions")
            return {}
        allowed = (*(option for option in OPTIONS if option != BLANK), SILENT)
        return MappingProxyType(
            {
                self.key_of(number, "questions"): self.words(one, f"questions.{number}", allowed)
                for number, one in node.items()
            }
        )

    def totals(self, node: Any) -> Sums:
        group = self.group(node, "totals", ("question", *SUMS))
        for key in ("question", "yes", "no", "abstain"):
            if key not in group:
                self.say(NEEDED, key=f"totals.{key}")
        told = group.get("question", {})
        words = self.words(told, "totals.question", None)
        values = {one: self.key_of(number, "totals.question") for one, number in words.values.items()}
        sums = {}
        for name in [name for name in SUMS if name in group]:
            pair = self.group(group[name], f"totals.{name}", ("heads", "area"))
            if "heads" not in pair:
                self.say(NEEDED, key=f"totals.{name}.heads")
            sums[name] = (self.word(pair.get("heads", ""), name), self.word(pair.get("area", ""), name))
        return Sums(Words(words.column, MappingProxyType(values)), MappingProxyType(sums))

    def words(self, node: Any, at: str, allowed: Iterable[str] | None) -> Words:
        group = self.group(node, at, ("column", "values"))
        if not group.get("column"):
            self.say(NEEDED, key=f"{at}.column")
        table = group.get("values")
        if not isinstance(table, dict) or not table:
            self.say(NEEDED, key=f"{at}.values")
            table = {}
        values = {tidy(str(one)): _meant(other) for one, other in table.items()}
        for given in values.values():
            if allowed is not None and given not in allowed:
                self.say(ONE_OF, at=at, given=given, known=", ".join(allowed))
        return Words(self.word(group.get("column", ""), at), MappingProxyType(values))

    def key_of(self, number: Any, at: str) -> str:
        text = str(number)
        if not (text.isascii() and text.isdigit()):
            self.say(BAD_NUMBER, at=at, given=text)
        return f"q{text}"

    def names(self, node: Any, at: str) -> tuple[str, ...]:
        given = node if isinstance(node, list | tuple) else [node]
        return tuple(self.word(one, at) for one in given)

    def word(self, given: Any, at: str) -> str:
        if isinstance(given, dict | list) or given is None:
            self.say(BAD_WORD, at=at)
            return ""
        return tidy(str(given))


def _meant(word: Any) -> str:
    """YAML reads yes and no as true and false."""
    return {True: "yes", False: "no"}[word] if isinstance(word, bool) else str(word)
