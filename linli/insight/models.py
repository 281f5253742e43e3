from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.lib.ids import new_id
from linli.matters.models import Matter
from linli.people.models import Person


class Counted(models.Model):
    """One matter, counted under one measure on one day: the rows behind every figure, so that each can be opened.

    `path` is where, no narrower than the building. `whole`: counts among all kinds; a matter with a parent counts in its own
    kind alone, since the parent is counted already.
    """

    id = models.BigAutoField(primary_key=True)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+", db_index=False)
    measure = models.CharField(max_length=48)
    day = models.DateField()
    seq = models.PositiveIntegerField()  # the event that decided it
    path = models.CharField(max_length=255)
    book = models.CharField(max_length=41)
    category = models.CharField(max_length=40, blank=True)
    whole = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="counted_once", fields=["matter", "measure", "seq"])]
        indexes = [models.Index(name="counted_rows", fields=["measure", "-day", "-id"])]

    def __str__(self) -> str:
        return f"{self.measure} {self.day} of {self.matter_id}"


class DayCount(models.Model):
    """How often a measure was counted on a day, at a place with all below it; the path of all places together is empty.

    An empty `book` is all kinds together; an empty `category` all categories. The board reads nothing but these rows.
    """

    id = models.BigAutoField(primary_key=True)
    place = models.CharField(max_length=255)
    book = models.CharField(max_length=41, blank=True)
    category = models.CharField(max_length=40, blank=True)
    measure = models.CharField(max_length=48)
    day = models.DateField()
    number = models.IntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="day_count_once", fields=["place", "book", "category", "measure", "day"], include=["number"]
            ),
            models.CheckConstraint(name="day_count_not_negative", condition=Q(number__gte=0)),
        ]

    def __str__(self) -> str:
        return f"{self.measure} {self.day} {self.place}: {self.number}"


class Watermark(models.Model):
    """Up to where the record has been folded: the transaction and the event read last. One row; who folds holds it."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    transaction = models.BigIntegerField(default=0)
    event = models.BigIntegerField(default=0)
    folded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="watermark_only_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.transaction}/{self.event}"


class Exclusion(models.Model):
    """A matter that is to be left out of the rates: asked for by one person, ruled on by another, both in the record."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="exclusions")
    reason = models.CharField(max_length=20)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    asked_at = models.DateTimeField()
    ruled_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    ruled_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="exclusion_one_stands", fields=["matter"], condition=Q(approved__isnull=True) | Q(approved=True)
            ),
            models.CheckConstraint(
                name="exclusion_by_two", condition=Q(ruled_by__isnull=True) | ~Q(ruled_by=F("asked_by"))
            ),
            models.CheckConstraint(
                name="exclusion_ruled_whole",
                condition=Q(approved__isnull=True, ruled_by__isnull=True, ruled_at__isnull=True)
                | Q(approved__isnull=False, ruled_by__isnull=False, ruled_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"exclusion of {self.matter_id}"
