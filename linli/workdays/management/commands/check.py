"""Django's `check`, and whether the working calendar reaches far enough. As a check of its own every command would tell it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.management.commands.check import Command as SystemCheck
from django_tenants.utils import tenant_context

from linli.districts.queries import all_districts
from linli.lib import clock
from linli.lib.workcalendar import WorkCalendar
from linli.workdays.queries import SHIPPED, ends_soon, office_calendar

SOON = (
    "{name} knows holidays until {day} only. As soon as the arrangement of the coming year is published: "
    "linli import holidays FILE. Until then ordinary weeks are assumed."
)


class Command(SystemCheck):
    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        today = clock.local_day(clock.now())
        found = _districts() if options["databases"] else [("The calendar that comes with Linli", SHIPPED)]
        for name, calendar in found:
            if ends_soon(calendar, today):
                self.stderr.write(self.style.WARNING(SOON.format(name=name, day=calendar.known_until.isoformat())))


def _districts() -> Iterable[tuple[str, WorkCalendar]]:
    for district in all_districts():
        with tenant_context(district):
            yield district.schema_name, office_calendar()
