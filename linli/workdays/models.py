from __future__ import annotations

import uuid
from datetime import date, datetime

from django.db import models
from django.db.models import Q


class Workday(models.Model):
    """Whether a day is worked, where a neighbourhood knows better than the calendar that comes with Linli.

    `listed` days come from an official list and give way to the next edition of that list; the others were entered by hand.
    """

    day: models.DateField[date, date] = models.DateField(primary_key=True)
    working = models.BooleanField()
    name = models.CharField(max_length=60)
    source = models.CharField(max_length=200)
    listed = models.BooleanField(default=False)
    entered_at: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.day} {'work' if self.working else 'rest'}"


class OfficeHours(models.Model):
    """The business hours: of a day of the week (0 is Monday), or of all that have none of their own."""

    weekday = models.PositiveSmallIntegerField(null=True, unique=True)
    parts = models.JSONField()  # [["09:00", "12:00"], ["13:30", "17:30"]]

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="office_hours_weekday", condition=Q(weekday__isnull=True) | Q(weekday__range=(0, 6))
            ),
            models.UniqueConstraint(
                name="office_hours_one_for_all",
                fields=["weekday"],
                condition=Q(weekday__isnull=True),
                nulls_distinct=False,
            ),
        ]

    def __str__(self) -> str:
        return f"hours of {self.weekday}"


class CalendarState(models.Model):
    """The one row that says which calendar stands: `token` is new with every change, so that every process notices.

    `version` and `head` are those of its chain in the record; `years` those whose official list was imported.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.UUIDField(default=uuid.uuid4)
    years = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)
    head = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.CheckConstraint(name="calendar_state_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"calendar {self.token}"
