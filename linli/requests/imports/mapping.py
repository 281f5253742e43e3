"""The mapping of a file to matters: which column is the place, the text, the time and so on.

Its grammar stands in docs/how-to/import-requests.md. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from types import MappingProxyType
from zoneinfo import ZoneInfo

from linli.lib.text import Said
from linli.playbooks.limits import Limit

OPEN = "open"
OUTCOMES = (OPEN, "explained", "declined", "merged", "withdrawn")
CHANNELS = ("web", "phone", "letter", "visit", "patrol", "system", "other")


@dataclass(frozen=True, slots=True)
class When:
    """A column that tells a time. `earliest` and `latest` choose between formats that both fit, and refuse the rest."""

    column: str
    formats: tuple[str, ...]
    zone: ZoneInfo
    earliest: date | None = None
    latest: date | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """A column read through a table of values; `other` is for what the table does not know, None refuses it."""

    column: str = ""
    values: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    other: str | None = None


@dataclass(frozen=True, slots=True)
class Where:
    """Everything at the place `given`, or by a column whose names are places of `level` below it.

    `makes` lets a name that is not known yet become a place; else the matter goes to `given` and the name is sealed with it.
    """

    given: str = ""
    column: str = ""
    level: str = ""
    match: re.Pattern[str] | None = None
    makes: bool = False
    missing: str = ""  # stands in where the column is empty


@dataclass(frozen=True, slots=True)
class Text:
    columns: tuple[str, ...] = ()
    missing: str = ""  # stands in where all columns are empty; without it the row is refused


@dataclass(frozen=True, slots=True)
class Skip:
    column: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class RequestMap:
    source: str
    text: Text
    place: Where
    time: When
    id: tuple[str, ...] = ()
    category: Words = Words()
    channel: Words = Words()
    reply: Text = Text()
    reply_time: When | None = None
    due: When | None = None
    due_after: Limit | None = None
    closed: When | None = None
    outcome: Words = Words()
    skip: tuple[Skip, ...] = ()
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""

    def columns(self) -> Iterable[str]:
        """Every column that must be in the file, once."""
        times = [when.column for when in (self.time, self.reply_time, self.due, self.closed) if when]
        words = [self.place.column, self.category.column, self.channel.column, self.outcome.column]
        named = [*self.id, *self.text.columns, *self.reply.columns, *times, *words, *(one.column for one in self.skip)]
        return dict.fromkeys(name for name in named if name)


NO_COLUMN = Said(
    "文件里没有“{column}”这一列。{hint}文件的列：{headings}。",
    "The file has no column “{column}”. {hint}Its columns: {headings}.",
)
DID_YOU_MEAN = Said("是不是“{near}”？", "Did you mean “{near}”? ")
NOTHING = Said("", "")


def suggestion(word: str, known: Iterable[str]) -> Said:
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return DID_YOU_MEAN.filled(near=near[0]) if near else NOTHING


def missing_columns(plan: RequestMap, headings: Iterable[str]) -> list[Said]:
    there = list(headings)
    shown = ", ".join(there[:40])
    return [
        NO_COLUMN.filled(column=column, hint=suggestion(column, there), headings=shown)
        for column in plan.columns()
        if column not in there
    ]
