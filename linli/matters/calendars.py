"""The working calendar that limits run on here."""

from __future__ import annotations

from functools import cache

from linli.lib.workcalendar import WorkCalendar


@cache
def office_calendar() -> WorkCalendar:
    """The official arrangement with the shipped business hours."""
    return WorkCalendar()
