"""How long a stage may last, and when that is over.

Residents may contest these rules; `docs/algorithms/deadlines.md` states them with examples that are run.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from difflib import get_close_matches
from types import MappingProxyType
from typing import Literal, get_args
from unicodedata import normalize

from linli.lib.clock import ZONE, aware, local_day
from linli.lib.text import Said
from linli.lib.workcalendar import WorkCalendar

Unit = Literal["min", "h", "d", "workhours", "workdays"]
UNITS: tuple[Unit, ...] = get_args(Unit)
# Ten years in each unit: longer than any procedure, short enough that a slip of the finger is seen.
MOST = MappingProxyType({"min": 5_270_400, "h": 87_840, "d": 3_660, "workhours": 20_000, "workdays": 2_500})
SPANS = MappingProxyType(
    {
        "min": timedelta(minutes=1),
        "h": timedelta(hours=1),
        "d": timedelta(days=1),
        "workhours": timedelta(hours=1),
    }
)
# What people write instead, without spaces and hyphens and in lower case.
NEAR_MISSES = MappingProxyType(
    {
        **dict.fromkeys(("m", "mins", "minute", "minutes", "分", "分钟"), "min"),
        **dict.fromkeys(("hr", "hrs", "hour", "hours", "小时", "个小时"), "h"),
        **dict.fromkeys(("day", "days", "天", "日", "自然日", "个自然日"), "d"),
        **dict.fromkeys(("wh", "workh", "workhour", "workinghour", "workinghours", "businesshours"), "workhours"),
        **dict.fromkeys(("工作小时", "个工作小时", "工时"), "workhours"),
        **dict.fromkeys(("wd", "workd", "workday", "workingday", "workingdays", "businessdays"), "workdays"),
        **dict.fromkeys(("工作日", "个工作日", "工作天"), "workdays"),
        **{unit: unit for unit in UNITS},
    }
)
NAMES = MappingProxyType(
    {
        "min": Said("分钟", "minute"),
        "h": Said("小时", "hour"),
        "d": Said("天", "day"),
        "workhours": Said("个工作小时", "working hour"),
        "workdays": Said("个工作日", "working day"),
    }
)
NOT_A_LIMIT = Said(
    "看不懂时限“{text}”。{hint}时限写一个整数加单位，中间不留空格：30min、2h、7d、4workhours、3workdays。",
    "“{text}” is not a limit. {hint}Write a whole number and a unit without a space between them: "
    "30min, 2h, 7d, 4workhours or 3workdays.",
)
DID_YOU_MEAN = Said("是不是想写“{limit}”？", "Did you mean “{limit}”? ")
NO_TIME = Said(
    "时限“{text}”等于没有时间。最少写 1，例如 1{unit}。",
    "The limit “{text}” leaves no time at all. Write at least 1, for example 1{unit}.",
)
TOO_LONG = Said(
    "时限“{text}”太长，超过了十年。最多可写 {most}{unit}，请检查数字和单位。",
    "The limit “{text}” is too long: more than ten years. The most is {most}{unit}; check the number and the unit.",
)


class BadLimit(ValueError):
    """What was written is no limit; the sentence says what to write."""

    def __init__(self, sentence: Said) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Limit:
    """Limits have no order: whether 1 day or 9 working hours is longer depends on when they begin."""

    value: int
    unit: Unit

    def __post_init__(self) -> None:
        if self.unit not in UNITS:
            raise _not_a_limit(str(self))
        if self.value < 1:
            raise BadLimit(NO_TIME.filled(text=_short(str(self)), unit=self.unit))
        if self.value > MOST[self.unit]:
            raise BadLimit(TOO_LONG.filled(text=_short(str(self)), unit=self.unit, most=MOST[self.unit]))

    def __str__(self) -> str:
        return f"{self.value}{self.unit}"

    def said(self) -> Said:
        name, plural = NAMES[self.unit], "" if self.value == 1 else "s"
        return Said(f"{self.value}{name.zh}", f"{self.value} {name.en}{plural}")


def read_limit(text: str) -> Limit:
    """Read just the notation that `str(limit)` writes; all else is refused, with a suggestion when one is near."""
    found = re.fullmatch(r"(0|[1-9][0-9]{0,17})(min|h|d|workhours|workdays)", text)
    if found is None:
        raise _not_a_limit(text)
    unit: Unit = next(unit for unit in UNITS if unit == found[2])
    return Limit(int(found[1]), unit)


def due_at(start: datetime, limit: Limit, *, calendar: WorkCalendar, working: bool = False) -> datetime:
    """When a limit that begins at `start` is over, in the calendar's zone.

    `working` is a playbook's `calendar: work`: it turns days on the clock into the days of the Civil Code (arts.
    201–203). Working hours and working days keep to the calendar either way, minutes and hours to the clock.
    """
    local = aware(start).astimezone(calendar.zone)
    if limit.unit == "workdays":
        return calendar.closing(calendar.working_day_after(local.date(), limit.value))
    if limit.unit == "workhours":
        return calendar.after_business(local, limit.value * SPANS[limit.unit])
    if limit.unit == "d" and working:
        return _end_of_civil_days(local, limit.value, calendar)
    return _on_the_clock(local, limit.value * SPANS[limit.unit])


def warn_at(start: datetime, due: datetime, warn: Limit | None, calendar: WorkCalendar) -> datetime:
    """When to remind the holder: `warn` before `due`, or at half of the clock time; never before the start."""
    begun, ends = aware(start).astimezone(calendar.zone), aware(due).astimezone(calendar.zone)
    if warn is None:
        half = (ends.astimezone(UTC) - begun.astimezone(UTC)) // 2
        return max(begun, _on_the_clock(begun, half))
    return max(begun, _counted_back(ends, warn, calendar))


def after_whole_days(start: datetime, days: int) -> datetime:
    """The first moment after so many whole days, for a notice: the day it goes out is not counted (Civil Code, art. 201)."""
    return datetime.combine(local_day(start) + timedelta(days=days + 1), time(), ZONE) if days else start


def follows_calendar(limit: Limit, *, working: bool = False) -> bool:
    """Whether holidays can move the end of this limit."""
    return limit.unit in ("workhours", "workdays") or (limit.unit == "d" and working)


def _on_the_clock(local: datetime, span: timedelta) -> datetime:
    """Through UTC, because adding to a local time would lose or gain an hour where summer time exists."""
    return (local.astimezone(UTC) + span).astimezone(local.tzinfo)


def _end_of_civil_days(local: datetime, count: int, calendar: WorkCalendar) -> datetime:
    """Art. 201: the first day is not counted. Art. 203: a last day of rest gives way to the next working day; 24:00."""
    last = calendar.working_day_from(local.date() + timedelta(days=count))
    return datetime.combine(last + timedelta(days=1), time(), calendar.zone)


def _counted_back(ends: datetime, warn: Limit, calendar: WorkCalendar) -> datetime:
    if warn.unit == "workdays":
        return _whole_working_days_before(ends, warn.value, calendar)
    if warn.unit == "workhours":
        return calendar.before_business(ends, warn.value * SPANS[warn.unit])
    return _on_the_clock(ends, -warn.value * SPANS[warn.unit])


def _whole_working_days_before(ends: datetime, count: int, calendar: WorkCalendar) -> datetime:
    """At the same time of day, so that `count` full working days are left; an end on a rest day counts as the last
    closing before it."""
    if not calendar.is_working(ends.date()):
        ends = calendar.closing(calendar.previous_working_day(ends.date()))
    return datetime.combine(calendar.working_day_before(ends.date(), count), ends.timetz())


def _not_a_limit(text: str) -> BadLimit:
    meant = _meant(text)
    hint = DID_YOU_MEAN.filled(limit=meant) if meant else Said("", "")
    return BadLimit(NOT_A_LIMIT.filled(text=_short(text), hint=hint))


def _meant(text: str) -> Limit | None:
    found = re.fullmatch(
        r"0*([1-9][0-9]{0,6})([^0-9]*)", re.sub(r"[\s_-]", "", normalize("NFKC", text[:40])).casefold()
    )
    if found is None or not found[2]:
        return None
    near = get_close_matches(found[2], NEAR_MISSES, n=1, cutoff=0.75)
    unit = next((unit for unit in UNITS if near and unit == NEAR_MISSES[near[0]]), None)
    return Limit(int(found[1]), unit) if unit and int(found[1]) <= MOST[unit] else None


def _short(text: str) -> str:
    """What was written, fit to be repeated in a sentence."""
    plain = "".join(character if character.isprintable() else " " for character in text)
    return plain if len(plain) <= 30 else f"{plain[:30]}…"
