"""The working calendar of the present district."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import lru_cache

from django.db import connection

from linli.districts.schema import present_schema
from linli.lib.text import Said
from linli.lib.workcalendar import HOURS, KNOWN_UNTIL, WorkCalendar, holiday_of
from linli.workdays.models import CalendarState, OfficeHours, Workday
from linli.workdays.written import Parts, read_parts

SOON = timedelta(days=60)
STANDING = "SELECT token FROM workdays_calendarstate WHERE id = 1"


def office_calendar() -> WorkCalendar:
    """The calendar that stands at this moment: one look at one row; the days are read again only after a change."""
    with connection.cursor() as cursor:
        cursor.execute(STANDING)
        found = cursor.fetchone()
    return _calendar(present_schema(), found[0]) if found else SHIPPED


SHIPPED = WorkCalendar()


@lru_cache(maxsize=256)
def _calendar(schema: str, token: uuid.UUID) -> WorkCalendar:
    """A token is never used again, so what is remembered under one is right for ever."""
    hours: dict[int | None, Parts] = {one.weekday: read_parts(one.parts) for one in OfficeHours.objects.all()}
    return WorkCalendar(
        hours=hours.pop(None, HOURS),
        corrections=dict(Workday.objects.values_list("day", "working")),
        known_until=known_until(CalendarState.objects.get().years),
        weekday_hours={weekday: parts for weekday, parts in hours.items() if weekday is not None},
    )


def known_until(years: list[int]) -> date:
    """The end of the last year without a gap before it."""
    year = KNOWN_UNTIL.year
    while year + 1 in years:
        year += 1
    return date(year, 12, 31)


@dataclass(frozen=True, slots=True)
class Shown:
    """A day that differs from the ordinary week. `removable`: entered by hand here."""

    day: date
    working: bool
    name: Said
    source: str
    removable: bool


def days_shown(year: int) -> list[Shown]:
    """What the year has beside its ordinary weeks: the shipped arrangement, and over it what stands here."""
    own = {one.day: one for one in Workday.objects.filter(day__year=year)}
    shown = [Shown(day, one.working, Said(one.name, one.name), one.source, not one.listed) for day, one in own.items()]
    first = date(year, 1, 1)
    for day in (first + timedelta(days=number) for number in range((date(year + 1, 1, 1) - first).days)):
        if day not in own and SHIPPED.is_working(day) != (day.weekday() < 5):
            shown.append(Shown(day, SHIPPED.is_working(day), holiday_of(day), "", False))
    return sorted(shown, key=lambda one: one.day)


def ends_soon(calendar: WorkCalendar, today: date) -> bool:
    """Whether the arrangement of the days to come should be looked up by now."""
    return calendar.known_until - today < SOON


def hours_of(calendar: WorkCalendar) -> list[tuple[int | None, tuple[tuple[time, time], ...]]]:
    return [(None, calendar.hours), *sorted(calendar.weekday_hours.items())]
