"""Which slots a weekly pattern stands for. Pure: days, times and the working calendar go in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from linli.lib.clock import ZONE
from linli.lib.workcalendar import WorkCalendar
from linli.requests.menu.reading import Pattern

A_DAY = timedelta(days=1)
A_WEEKEND = 2


def days_of(pattern: Pattern, calendar: WorkCalendar) -> tuple[list[date], list[date]]:
    """The days on which there is service, and those passed over because they are holidays."""
    wanted = [
        day
        for day in (pattern.first + timedelta(days=number) for number in range(pattern.weeks * 7))
        if str(day.isoweekday()) in pattern.days
    ]
    holidays = [] if pattern.holidays_too else [day for day in wanted if is_holiday(day, calendar)]
    return [day for day in wanted if day not in holidays], holidays


def is_holiday(day: date, calendar: WorkCalendar) -> bool:
    """A weekday that is not worked, or a weekend that became a longer holiday. An ordinary weekend is none."""
    if calendar.is_working(day):
        return False
    return day.isoweekday() <= 5 or _days_off_around(day, calendar) > A_WEEKEND


def _days_off_around(day: date, calendar: WorkCalendar) -> int:
    before, after = calendar.working_day_until(day), calendar.working_day_from(day)
    return (after - before).days - 1


def slots_on(day: date, pattern: Pattern) -> Iterator[tuple[datetime, datetime]]:
    """From the first to the last that ends in time; what is left over at the end is no slot."""
    begin, end = (datetime.combine(day, wall, ZONE) for wall in (pattern.starts, pattern.ends))
    length = timedelta(minutes=pattern.minutes)
    while begin + length <= end:
        yield begin, begin + length
        begin += length
