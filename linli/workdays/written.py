"""Business hours as they are written, such as `9:00–12:00, 13:30–17:30`, and an official list of holidays. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from unicodedata import normalize

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.lib.workcalendar import BadCalendar, WorkCalendar

Parts = tuple[tuple[time, time], ...]
BAD_PARTS = Said(
    "看不懂办公时间“{text}”。请这样写：9:00–12:00，13:30–17:30。",
    "“{text}” is not understood. Write business hours like this: 9:00–12:00, 13:30–17:30.",
)
NOT_A_LIST = Said(
    "“{file}”不是节假日安排文件。需要 JSON：year 是年份，days 里每一天有 date、name 和 isOffDay。",
    "“{file}” is no list of holidays. It must be JSON: `year`, and `days`, each with `date`, `name` and `isOffDay`.",
)
EMPTY_LIST = Said(
    "“{file}”里一天也没有，这一年的安排可能还没有公布。", "“{file}” has no days; perhaps the year is not announced yet."
)
WRONG_YEAR = Said(
    "“{file}”写的是 {year} 年，里面却有 {day}。请检查文件。",
    "“{file}” is about {year} but holds {day}. Check the file.",
)
TWO_WAYS = Said(
    "“{file}”里 {day} 出现两次，一次上班一次休息。", "“{file}” has {day} twice, once as work and once as rest."
)
PART = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*[-–—~～至到]+\s*([0-9]{1,2}):([0-9]{2})")
LONGEST = 60
NAME_LENGTH, SOURCE_LENGTH = 60, 200


@dataclass(frozen=True, slots=True)
class HolidayList:
    year: int
    source: str
    days: Mapping[date, tuple[bool, str]]


def read_hours(text: str) -> Parts:
    """Refuses what is not understood, and hours that overlap or run backwards."""
    plain = normalize("NFKC", text).strip()
    found = [PART.fullmatch(piece.strip()) for piece in re.split(r"[,、;]", plain)]
    try:
        parts = tuple((time(int(one[1]), int(one[2])), time(int(one[3]), int(one[4]))) for one in found if one)
    except ValueError:
        raise Refused(BAD_PARTS.filled(text=text[:LONGEST])) from None
    if len(parts) != len(found):
        raise Refused(BAD_PARTS.filled(text=text[:LONGEST]))
    try:
        WorkCalendar(hours=parts)
    except BadCalendar as bad:
        raise Refused(bad.sentence) from None
    return parts


def read_parts(stored: Sequence[Sequence[str]]) -> Parts:
    return tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in stored)


def stored_parts(parts: Parts) -> list[list[str]]:
    return [[opens.isoformat("minutes"), closes.isoformat("minutes")] for opens, closes in parts]


def written_hours(parts: Parts) -> str:
    return ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in parts)


def read_list(text: str, file: str) -> HolidayList:
    """A year of the arrangement as published data has it; refuses the whole file when something in it is off."""
    try:
        given = json.loads(text)
        year, rows = int(given["year"]), [_row(one) for one in given["days"]]
        source = next(iter(given.get("papers") or []), "")
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Refused(NOT_A_LIST.filled(file=file)) from None
    if not rows:
        raise Refused(EMPTY_LIST.filled(file=file))
    days: dict[date, tuple[bool, str]] = {}
    for day, working, name in rows:
        if not date(year - 1, 12, 1) <= day <= date(year + 1, 1, 31):  # a holiday may span the turn of the year
            raise Refused(WRONG_YEAR.filled(file=file, year=year, day=day.isoformat()))
        if days.get(day, (working, ""))[0] != working:
            raise Refused(TWO_WAYS.filled(file=file, day=day.isoformat()))
        days[day] = (working, name)
    return HolidayList(year, str(source)[:SOURCE_LENGTH] or file[:SOURCE_LENGTH], days)


def _row(given: Any) -> tuple[date, bool, str]:
    off = given["isOffDay"]
    if not isinstance(off, bool):
        raise TypeError
    return date.fromisoformat(given["date"]), not off, str(given["name"])[:NAME_LENGTH]
