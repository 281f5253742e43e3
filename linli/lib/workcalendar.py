"""Which days and hours the offices work: the State Council's yearly arrangement, shifted working days included.

The arrangement of a year is published in October or November of the year before. Until then its days count as ordinary
weeks, and `is_announced` says so, that a caller can warn.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from hashlib import sha256
from importlib.metadata import version
from itertools import pairwise
from types import MappingProxyType
from zoneinfo import ZoneInfo

import chinese_calendar

from linli.lib.clock import ZONE
from linli.lib.text import Said

KNOWN_FROM = date(min(chinese_calendar.holidays).year, 1, 1)
KNOWN_UNTIL = date(max(chinese_calendar.holidays).year, 12, 31)
HOURS = ((time(8, 30), time(12)), (time(14, 30), time(17, 30)))
BAD_HOURS = Said(
    "办公时间不对：每一段的开始要早于结束，各段按先后排列、互不重叠，且至少有一段，例如 8:30–12:00、14:30–17:30。",
    "The business hours are wrong: each part must begin before it ends, the parts follow one another without overlap, "
    "and there is at least one, for example 8:30–12:00 and 14:30–17:30.",
)


class BadCalendar(ValueError):
    """The settings of a work calendar contradict one another."""

    def __init__(self, sentence: Said) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """`corrections` (day to whether it is worked) win over everything. `weekday_hours` (0 is Monday) are the business hours of
    single days of the week, where they differ from `hours`; whether a day is worked they do not decide.

    Whoever enters the arrangement of a coming year as corrections moves `known_until` to its last day, so that the
    warnings stop.
    """

    hours: tuple[tuple[time, time], ...] = HOURS
    zone: ZoneInfo = ZONE
    corrections: Mapping[date, bool] = field(default_factory=dict, hash=False)
    known_until: date = KNOWN_UNTIL
    weekday_hours: Mapping[int, tuple[tuple[time, time], ...]] = field(default_factory=dict, hash=False)
    _years: dict[int, tuple[int, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for hours in (self.hours, *self.weekday_hours.values()):
            _check_hours(hours)
        object.__setattr__(self, "weekday_hours", MappingProxyType(dict(self.weekday_hours)))
        object.__setattr__(self, "corrections", MappingProxyType(dict(self.corrections)))

    @property
    def version(self) -> str:
        """Names the table that a deadline was computed with; corrections and business hours change it."""
        own = repr((self.hours, self.zone.key, sorted(self.corrections.items()), self.known_until))
        own += repr(sorted(self.weekday_hours.items())) if self.weekday_hours else ""
        return f"chinesecalendar-{version('chinesecalendar')}+{sha256(own.encode()).hexdigest()[:8]}"

    def is_working(self, day: date) -> bool:
        days, number = self._days(day.year), day.toordinal()
        place = bisect_left(days, number)
        return place < len(days) and days[place] == number

    def is_announced(self, day: date) -> bool:
        """Whether the arrangement of this day is published, and not only supposed from the weekday."""
        return KNOWN_FROM <= day <= self.known_until or day in self.corrections

    def working_day_after(self, day: date, count: int) -> date:
        """The `count`-th working day after `day`; the day itself is not counted."""
        year, days = day.year, self._days(day.year)
        place = bisect_right(days, day.toordinal()) + count - 1
        while place >= len(days):
            place -= len(days)
            year += 1
            days = self._days(year)
        return date.fromordinal(days[place])

    def working_day_before(self, day: date, count: int) -> date:
        """The `count`-th working day before `day`; the day itself is not counted."""
        year, days = day.year, self._days(day.year)
        place = bisect_left(days, day.toordinal()) - count
        while place < 0:
            year -= 1
            days = self._days(year)
            place += len(days)
        return date.fromordinal(days[place])

    def next_working_day(self, day: date) -> date:
        return self.working_day_after(day, 1)

    def previous_working_day(self, day: date) -> date:
        return self.working_day_before(day, 1)

    def working_day_from(self, day: date) -> date:
        """The day itself when it is worked, else the next that is."""
        return day if self.is_working(day) else self.next_working_day(day)

    def working_day_until(self, day: date) -> date:
        """The day itself when it is worked, else the last that was."""
        return day if self.is_working(day) else self.previous_working_day(day)

    def hours_on(self, day: date) -> tuple[tuple[time, time], ...]:
        """The business hours of a day that is worked."""
        return self.weekday_hours.get(day.weekday(), self.hours)

    def closing(self, day: date) -> datetime:
        """When business stops on a working day."""
        return datetime.combine(day, self.hours_on(day)[-1][1], self.zone)

    def after_business(self, moment: datetime, span: timedelta) -> datetime:
        """When so much business time has passed since `moment`; just at a closing time it stays at that closing."""
        local = moment.astimezone(self.zone)
        day, total = local.date(), span
        if self.is_working(day):
            total += self._worked(day, local.time())
            if total <= self._full_day(day):
                return self._reached(day, total)
            total -= self._full_day(day)
        day, total = self._past_equal_days(day, total)
        while total > self._full_day(day := self.next_working_day(day)):
            total -= self._full_day(day)
        return self._reached(day, total)

    def _past_equal_days(self, day: date, total: timedelta) -> tuple[date, timedelta]:
        """Where all days are alike, the full ones are skipped at once."""
        full = self._full_day(day)
        whole = 0 if self.weekday_hours else (total - timedelta.resolution) // full
        return (self.working_day_after(day, whole), total - whole * full) if whole else (day, total)

    def before_business(self, moment: datetime, span: timedelta) -> datetime:
        """The latest moment with so much business time up to `moment`; just at an opening it stays there."""
        local = moment.astimezone(self.zone)
        day, total = local.date(), span
        if self.is_working(day):
            total += self._full_day(day) - self._worked(day, local.time())
            if total <= self._full_day(day):
                return self._left(day, total)
            total -= self._full_day(day)
        while total > self._full_day(day := self.previous_working_day(day)):
            total -= self._full_day(day)
        return self._left(day, total)

    def business_between(self, start: datetime, end: datetime) -> timedelta:
        """How much business time lies between two moments."""
        first, last = start.astimezone(self.zone), end.astimezone(self.zone)
        if last <= first:
            return timedelta()
        into_last = self._worked(last.date(), last.time()) if self.is_working(last.date()) else timedelta()
        into_first = self._worked(first.date(), first.time()) if self.is_working(first.date()) else timedelta()
        return self._whole_days(first.date(), last.date()) + into_last - into_first

    def _whole_days(self, first: date, last: date) -> timedelta:
        """The business time of the working days from the first day on, up to the last and without it."""
        days = [number for year in range(first.year, last.year + 1) for number in self._days(year)]
        between = days[bisect_left(days, first.toordinal()) : bisect_left(days, last.toordinal())]
        if not self.weekday_hours:
            return len(between) * self._full_day(first)
        return sum((self._full_day(date.fromordinal(number)) for number in between), timedelta())

    def _days(self, year: int) -> tuple[int, ...]:
        """The ordinals of the working days of a year, in order."""
        if year not in self._years:
            changed = {day.toordinal(): worked for day, worked in self.corrections.items() if day.year == year}
            official = {number for number in _official(year) if changed.get(number, True)}
            self._years[year] = tuple(sorted(official | {number for number, worked in changed.items() if worked}))
        return self._years[year]

    def _full_day(self, day: date) -> timedelta:
        return sum((_between(opens, closes) for opens, closes in self.hours_on(day)), timedelta())

    def _worked(self, day: date, wall: time) -> timedelta:
        """The business time that has passed on a working day when the clock on the wall shows `wall`."""
        parts = ((opens, min(closes, wall)) for opens, closes in self.hours_on(day) if opens < wall)
        return sum((_between(opens, closes) for opens, closes in parts), timedelta())

    def _reached(self, day: date, worked: timedelta) -> datetime:
        """The first moment of a working day at which so much of its business time, more than none, is over."""
        for opens, closes in self.hours_on(day):
            part = _between(opens, closes)
            if worked <= part:
                return datetime.combine(day, opens, self.zone) + worked
            worked -= part
        raise AssertionError("more business time than the day has")

    def _left(self, day: date, left: timedelta) -> datetime:
        """The last moment of a working day at which so much of its business time, more than none, is still to come."""
        for opens, closes in reversed(self.hours_on(day)):
            part = _between(opens, closes)
            if left <= part:
                return datetime.combine(day, closes, self.zone) - left
            left -= part
        raise AssertionError("more business time than the day has")


def _check_hours(hours: tuple[tuple[time, time], ...]) -> None:
    edges = [edge for part in hours for edge in part]
    ordered = all(first <= second for first, second in pairwise(edges))
    if not edges or not ordered or any(opens == closes for opens, closes in hours):
        raise BadCalendar(BAD_HOURS)


def holiday_of(day: date) -> Said:
    """The holiday for which the arrangement makes this a day of rest, or of work instead; empty where there is none."""
    name = chinese_calendar.holidays.get(day) or chinese_calendar.workdays.get(day) or ""
    return Said(next((one.chinese for one in chinese_calendar.Holiday if one.value == name), ""), name)


@lru_cache(maxsize=64)
def _official(year: int) -> tuple[int, ...]:
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    days = (date.fromordinal(number) for number in range(first, last + 1))
    return tuple(day.toordinal() for day in days if _is_officially_working(day))


def _is_officially_working(day: date) -> bool:
    if KNOWN_FROM <= day <= KNOWN_UNTIL:
        return bool(chinese_calendar.is_workday(day))
    return day.weekday() < 5


def _between(opens: time, closes: time) -> timedelta:
    return timedelta(
        hours=closes.hour - opens.hour,
        minutes=closes.minute - opens.minute,
        seconds=closes.second - opens.second,
        microseconds=closes.microsecond - opens.microsecond,
    )
