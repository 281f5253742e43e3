"""Reading a mapping from its YAML."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

import yaml

from linli.lib.clock import ZONE
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.places.levels import LEVELS
from linli.playbooks.limits import BadLimit, Limit, read_limit
from linli.requests.imports.mapping import CHANNELS, OUTCOMES, RequestMap, Skip, Text, When, Where, Words, suggestion

ISO = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d")
KEYS = MappingProxyType(
    {
        "": ("source", "zone", "formats", "encoding", "delimiter", "sheet", "id", "text", "place", "time", "category",
             "channel", "reply", "reply_time", "due", "closed", "outcome", "skip"),
        "text": ("columns", "missing"),
        "reply": ("columns", "missing"),
        "place": ("at", "column", "level", "match", "unknown", "missing"),
        "time": ("column", "formats", "earliest", "latest"),
        "reply_time": ("column", "formats", "earliest", "latest"),
        "due": ("column", "formats", "earliest", "latest", "after"),
        "closed": ("column", "formats", "earliest", "latest"),
        "category": ("column", "values", "else", "value"),
        "channel": ("column", "values", "else", "value"),
        "outcome": ("column", "values", "else"),
        "skip": ("column", "is"),
    }
)  # fmt: skip
NO_YAML = Said("映射文件不是正确的 YAML（第 {line} 行）。", "The mapping is no sound YAML (line {line}).")
BAD_MAP = Said("映射文件有错，没有导入任何内容：", "The mapping is wrong; nothing was imported:")
UNKNOWN_KEY = Said("{at}不认识“{key}”。{hint}可以写：{known}。", "{at}“{key}” is not known. {hint}It may be: {known}.")
NOT_GROUP = Said("“{at}”下面应当是若干“键: 值”。", "“{at}” must hold keys and values.")
NEEDED = Said("缺少“{key}”。", "“{key}” is missing.")
ONE_OF = Said("“{at}”写的是“{given}”，只能是：{known}。", "“{at}” says “{given}”; it must be one of: {known}.")
BAD_SOURCE = Said(
    "“source”是来源的代号：2 到 40 个小写字母、数字或连字符，例如 hotline-2026。",
    "“source” names where the file comes from: 2 to 40 lower-case letters, digits or hyphens, such as hotline-2026.",
)
BAD_PATTERN = Said("“place.match”不是正确的正则表达式。", "“place.match” is no sound regular expression.")
BAD_DAY = Said("“{at}”请写日期，例如 2026-05-09。", "“{at}” must be a date such as 2026-05-09.")
BAD_FORMAT = Said("时间格式“{given}”里没有年月日（%Y、%m、%d）。", "The time format “{given}” has no %Y, %m and %d.")
BAD_WORD = Said("“{at}”应当是文字。", "“{at}” must be text.")


def read_map(text: str) -> RequestMap:
    """`Refused` with everything that is wrong with it."""
    try:
        node = yaml.safe_load(text)
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        raise Refused(NO_YAML.filled(line=mark.line + 1 if mark else 1)) from None
    reading = _Reading()
    plan = reading.whole(node)
    if reading.problems or plan is None:
        raise Refused(together(BAD_MAP, reading.problems))
    return plan


def together(first: Said, problems: Iterable[Said]) -> Said:
    lines = [first, *problems]
    return Said("\n".join(one.zh for one in lines), "\n".join(one.en for one in lines))


class _Reading:
    def __init__(self) -> None:
        self.problems: list[Said] = []
        self.zone: ZoneInfo = ZONE
        self.formats: tuple[str, ...] = ()

    def say(self, sentence: Said, **values: object) -> None:
        self.problems.append(sentence.filled(**values))

    def whole(self, node: Any) -> RequestMap | None:
        top = self.group(node, "")
        for key in ("source", "text", "place", "time"):
            if key not in top:
                self.say(NEEDED, key=key)
        self.zone, self.formats = self.zone_of(top), self.formats_of(top.get("formats"))
        time, due = self.when(top, "time"), self.group(top.get("due", {}), "due")
        plan: dict[str, Any] = {
            "source": self.source(top),
            "text": self.text(top, "text"),
            "place": self.place(self.group(top.get("place", {}), "place")),
            "id": self.names(top.get("id", ()), "id"),
            "category": self.words(top, "category", None),
            "channel": self.words(top, "channel", CHANNELS),
            "reply": self.text(top, "reply"),
            "reply_time": self.when(top, "reply_time"),
            "due": self.when(top, "due") if due.get("column") else None,
            "due_after": self.limit(due),
            "closed": self.when(top, "closed"),
            "outcome": self.words(top, "outcome", OUTCOMES),
            "skip": self.skips(top.get("skip", ())),
            "encoding": self.encoding(top),
            **{key: self.word(top.get(key, ""), key) for key in ("delimiter", "sheet")},
        }
        return RequestMap(**plan, time=time) if time is not None else None

    def group(self, node: Any, at: str) -> Mapping[str, Any]:
        if not isinstance(node, dict):
            self.say(NOT_GROUP, at=at or "YAML")
            return {}
        for key in [key for key in node if key not in KEYS[at]]:
            known = KEYS[at]
            self.say(UNKNOWN_KEY, at=f"{at}: " if at else "", key=key, hint=suggestion(str(key), known),
                     known=", ".join(known))  # fmt: skip
        return node

    def source(self, top: Mapping[str, Any]) -> str:
        given = str(top.get("source", ""))
        if "source" in top and not re.fullmatch(r"[a-z0-9][a-z0-9-]{1,39}", given):
            self.say(BAD_SOURCE)
        return given

    def zone_of(self, top: Mapping[str, Any]) -> ZoneInfo:
        name = str(top.get("zone", ZONE.key))
        if name not in available_timezones():
            self.say(ONE_OF, at="zone", given=name, known="Asia/Shanghai, America/New_York, UTC …")
            return ZONE
        return ZoneInfo(name)

    def encoding(self, top: Mapping[str, Any]) -> str:
        name = self.word(top.get("encoding", ""), "encoding")
        try:
            return codecs.lookup(name).name if name else ""
        except LookupError:
            self.say(ONE_OF, at="encoding", given=name, known="utf-8, gb18030, utf-16, cp1252 …")
            return ""

    def formats_of(self, node: Any) -> tuple[str, ...]:
        formats = self.names(node or (), "formats")
        for one in formats:
            if not (("%Y" in one or "%y" in one) and ("%m" in one or "%b" in one or "%B" in one) and "%d" in one):
                self.say(BAD_FORMAT, given=one)
        return formats

    def when(self, top: Mapping[str, Any], key: str) -> When | None:
        if key not in top:
            return None
        node = top[key] if isinstance(top[key], dict) else {"column": top[key]}
        group = self.group(node, key)
        if not group.get("column"):
            self.say(NEEDED, key=f"{key}.column")
        formats = self.formats_of(group.get("formats")) or self.formats
        days = (self.day(group, key, "earliest"), self.day(group, key, "latest"))
        return When(self.word(group.get("column", ""), key), tuple(dict.fromkeys((*formats, *ISO))), self.zone, *days)

    def day(self, group: Mapping[str, Any], at: str, key: str) -> date | None:
        given = group.get(key)
        if given is not None and type(given) is not date:
            self.say(BAD_DAY, at=f"{at}.{key}")
            return None
        return given

    def limit(self, group: Mapping[str, Any]) -> Limit | None:
        if "after" not in group:
            return None
        try:
            return read_limit(str(group["after"]))
        except BadLimit as bad:
            self.problems.append(bad.sentence)
            return None

    def text(self, top: Mapping[str, Any], key: str) -> Text:
        if key not in top:
            return Text()
        node = top[key] if isinstance(top[key], dict) else {"columns": top[key]}
        group = self.group(node, key)
        return Text(self.names(group.get("columns", ()), key), self.word(group.get("missing", ""), f"{key}.missing"))

    def words(self, top: Mapping[str, Any], key: str, allowed: Iterable[str] | None) -> Words:
        """`allowed` None: any word will do, and what the table does not know stays as it is."""
        if key not in top:
            return Words()
        node = top[key] if isinstance(top[key], dict) else {"column": top[key]}
        group = self.group(node, key)
        table = group.get("values") or {}
        values = {str(one): str(other) for one, other in table.items()} if isinstance(table, dict) else {}
        other = group.get("value", group.get("else"))
        for given in [*values.values(), *([str(other)] if other is not None else [])]:
            if allowed is not None and given not in allowed:
                self.say(ONE_OF, at=key, given=given, known=", ".join(allowed))
        column = self.word(group.get("column", ""), key)
        return Words(column, MappingProxyType(values), None if other is None else str(other))

    def place(self, group: Mapping[str, Any]) -> Where:
        level, unknown = str(group.get("level", "")), str(group.get("unknown", "given"))
        if group.get("column") and level not in LEVELS:
            self.say(ONE_OF, at="place.level", given=level, known=", ".join(LEVELS))
        if unknown not in ("given", "make"):
            self.say(ONE_OF, at="place.unknown", given=unknown, known="given, make")
        return Where(
            given=self.word(group.get("at", ""), "place.at"),
            column=self.word(group.get("column", ""), "place.column"),
            level=level,
            match=self.pattern(group.get("match")),
            makes=unknown == "make",
            missing=self.word(group.get("missing", ""), "place.missing"),
        )

    def pattern(self, given: Any) -> re.Pattern[str] | None:
        try:
            return re.compile(str(given)) if given else None
        except re.error:
            self.say(BAD_PATTERN)
            return None

    def skips(self, node: Any) -> tuple[Skip, ...]:
        found = []
        for one in node if isinstance(node, list | tuple) else [node]:
            group = self.group(one, "skip")
            found.append(
                Skip(self.word(group.get("column", ""), "skip"), frozenset(self.names(group.get("is", ()), "skip")))
            )
        return tuple(found)

    def names(self, node: Any, at: str) -> tuple[str, ...]:
        given = node if isinstance(node, list | tuple) else [node]
        return tuple(self.word(one, at) for one in given)

    def word(self, given: Any, at: str) -> str:
        if isinstance(given, dict | list) or given is None:
            self.say(BAD_WORD, at=at)
            return ""
        return str(given)
