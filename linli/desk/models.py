from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.lib.ids import new_id
from linli.matters.models import Matter
from linli.people.models import Person, Post
from linli.places.models import Place


class SavedFilter(models.Model):
    """A filter under a name, for one person; shared, it stands on the desk of everybody who holds that seat.

    `query` is what stands in the address, so it holds no words that were searched for.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="saved_filters")
    page = models.CharField(max_length=10)  # the page that it narrows: desk or matters
    name = models.CharField(max_length=20)
    query = models.CharField(max_length=600)
    role = models.CharField(max_length=30, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", db_index=False)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="saved_filter_named_once",
                fields=["person", "page", "name"],
                violation_error_message="This person has a filter of that name already.",
            ),
            models.CheckConstraint(
                name="saved_filter_seat_whole",
                condition=Q(role="", place__isnull=True) | (~Q(role="") & Q(place__isnull=False)),
            ),
        ]
        indexes = [models.Index(name="saved_filter_seat", fields=["role", "place"], condition=~Q(role=""))]

    def __str__(self) -> str:
        return f"saved filter {self.pk}"


class Export(models.Model):
    """Somebody took a list out of the house: who, when, by which filter, how many rows. Written before the first row leaves.

    The words that a list was searched for may name somebody, so they are not kept: `searched` says that there were some.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    query = models.CharField(max_length=600, blank=True)
    searched = models.BooleanField(default=False, db_default=False)
    format = models.CharField(max_length=4)
    rows = models.PositiveIntegerField()
    exported_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"export {self.pk}"


class BulkMove(models.Model):
    """One move made on several matters at once, with what became of each. Its id is the key of the form that was sent."""

    id = models.UUIDField(primary_key=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    move = models.CharField(max_length=41)
    lines = models.JSONField(default=list)  # number, what became of it, and the sentence where it was refused
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"bulk move {self.pk}"


class TakenDown(models.Model):
    """A matter that staff wrote down for somebody who called, came by or was met: the raiser is that person, not the staff."""

    matter = models.OneToOneField(Matter, models.PROTECT, primary_key=True, related_name="taken_down")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, models.PROTECT, related_name="+", db_index=False)
    channel = models.CharField(max_length=12)
    taken_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(name="taken_down_by", fields=["by", "-taken_at"])]

    def __str__(self) -> str:
        return f"taken down {self.matter_id}"
