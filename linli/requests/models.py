from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from linli.lib.ids import new_id
from linli.matters.models import Matter
from linli.people.models import Person
from linli.places.models import Facility, Inspection
from linli.requests.loop.models import Question, Recheck, RemitEntry, Repeat, SampleRule
from linli.requests.menu.models import ServiceItem, ServiceOrder, ServiceSlot
from linli.requests.replies.models import ReplyTemplate

__all__ = [
    "CategoryTree",
    "FacilityMatter",
    "Joiner",
    "Question",
    "Recheck",
    "RemitEntry",
    "Repeat",
    "ReplyTemplate",
    "SampleRule",
    "ServiceItem",
    "ServiceOrder",
    "ServiceSlot",
    "VectorField",
    "Words",
]


class FacilityMatter(models.Model):
    """A matter is about a facility: found at an inspection, or reported by somebody who scanned its code."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="reports")
    matter = models.OneToOneField(Matter, models.PROTECT, related_name="about_facility")
    inspection = models.ForeignKey(Inspection, models.PROTECT, null=True, related_name="reports")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="facility_matter_finding_once", fields=["inspection"], condition=Q(inspection__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} about {self.facility_id}"


class VectorField(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's `tsvector`, made by `lib.bigrams`: Django's own field wants its whole application for full texts."""

    def db_type(self, connection: Any) -> str:
        return "tsvector"


class Words(models.Model):
    """What a matter can be found by: the words of its sealed texts, its place and its number, and marks of who may find it.

    Follows the record in the same transaction; whatever is erased there is gone here. Never shown, only asked.
    """

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="words")
    raised_at = models.DateTimeField()
    near = (
        models.UUIDField()
    )  # the place that neighbours share: the building, or whatever wider place it was raised for
    vector = VectorField()

    class Meta:
        indexes = [
            GinIndex(name="words_vector", fields=["vector"]),
            models.Index(name="words_near", fields=["near", "-raised_at"]),
        ]

    def __str__(self) -> str:
        return f"words of {self.matter_id}"


class CategoryTree(models.Model):
    """The tree of categories as a neighbourhood adopted it. Its text never changes; the newest one stands."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.PositiveIntegerField(unique=True)
    source = models.TextField()
    adopted_at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    def __str__(self) -> str:
        return f"categories {self.number}"


class Joiner(models.Model):
    """Somebody whom a matter concerns as well: counted, told of the end, asked once how it went. No party to it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="joiners")
    person = models.ForeignKey(Person, models.PROTECT, related_name="joined")
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    score = models.PositiveSmallIntegerField(null=True)
    judged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="joiner_once", fields=["matter", "person"], condition=Q(left_at__isnull=True)),
            models.CheckConstraint(name="joiner_score", condition=Q(score__isnull=True) | Q(score__range=(1, 5))),
            models.CheckConstraint(
                name="joiner_judged_has_score",
                condition=Q(score__isnull=True, judged_at__isnull=True)
                | Q(score__isnull=False, judged_at__isnull=False),
            ),
            models.CheckConstraint(
                name="joiner_dates_in_order", condition=Q(left_at__isnull=True) | Q(left_at__gte=F("joined_at"))
            ),
        ]
        indexes = [models.Index(name="joiner_of_person", fields=["person", "-joined_at", "id"])]

    def __str__(self) -> str:
        return f"joiner {self.pk}"
