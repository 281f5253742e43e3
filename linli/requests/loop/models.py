"""What closes the loop around a matter: questions, repeats, re-checks, and the list of what is the community's to do."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.lib.ids import new_id
from linli.matters.models import Matter
from linli.people.models import Person
from linli.places.models import Place


class Question(models.Model):
    """What the holder asked the raiser. Its words are sealed in the record; here stands who may still answer, and how.

    A one-time link answers without signing in. Its token is shown once; only a digest of it is kept.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="questions")
    seq = models.PositiveIntegerField()  # the event that holds the words
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    link = models.BinaryField(max_length=32, null=True, unique=True)
    link_until = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # answered, taken back, or followed by another question

    class Meta:
        constraints = [
            models.UniqueConstraint(name="question_one_open", fields=["matter"], condition=Q(closed_at__isnull=True)),
            models.CheckConstraint(
                name="question_answered_is_closed",
                condition=Q(answered_at__isnull=True) | Q(closed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="question_link_ends", condition=Q(link__isnull=True) | Q(link_until__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"question of {self.matter_id}"


class Repeat(models.Model):
    """A matter that was found to be the same as another one and merged into it; undone within a working day or never."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="merged")
    of = models.ForeignKey(Matter, models.PROTECT, related_name="repeats")
    seq = models.PositiveIntegerField()  # the event that merged it; the state before stands in the record
    role = models.CharField(max_length=30, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    undo_until = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    joiners = models.ManyToManyField("requests.Joiner", related_name="+")  # who joined the other one by this

    class Meta:
        constraints = [
            models.UniqueConstraint(name="repeat_one_stands", fields=["matter"], condition=Q(undone_at__isnull=True)),
            models.CheckConstraint(name="repeat_of_another", condition=~Q(matter=F("of"))),
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} is {self.of_id}"


class SampleRule(models.Model):
    """How many of a thousand ended matters of a kind are re-checked, from when on. The latest one counts."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    book = models.CharField(max_length=41)
    per_mille = models.PositiveSmallIntegerField()
    since = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(name="sample_rule_per_mille", condition=Q(per_mille__range=(0, 1000))),
            models.UniqueConstraint(name="sample_rule_once", fields=["book", "since"]),
        ]

    def __str__(self) -> str:
        return f"{self.book}: {self.per_mille}‰"


class Recheck(models.Model):
    """An ended matter that was drawn, by the hash of its end, to be looked at by somebody who had no hand in it."""

    RESULTS = ("confirmed", "not_done", "unreachable", "lapsed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.OneToOneField(Matter, models.PROTECT, related_name="recheck")
    seq = models.PositiveIntegerField()  # the event that ended it, by whose hash it was drawn
    per_mille = models.PositiveSmallIntegerField()
    drawn_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=12, blank=True)
    done_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="recheck_result_known",
                condition=Q(result__in=("", "confirmed", "not_done", "unreachable", "lapsed")),
            ),
            models.CheckConstraint(
                name="recheck_done_whole",
                condition=Q(result="", done_at__isnull=True) | (~Q(result="") & Q(done_at__isnull=False)),
            ),
        ]
        indexes = [models.Index(name="recheck_waiting", fields=["due_at", "id"], condition=Q(result=""))]

    def __str__(self) -> str:
        return f"re-check of {self.matter_id}"


class RemitEntry(models.Model):
    """One line of the list of what the community has to do, helps with, or has nothing to do with; changed by a new row."""

    DUTY, HELPS, NOT_OURS = "duty", "helps", "not_ours"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40)
    kind = models.CharField(max_length=10)
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=200, blank=True)
    whose = models.CharField(max_length=120, blank=True)
    whose_en = models.CharField(max_length=200, blank=True)
    contact = models.CharField(max_length=120, blank=True)
    basis = models.CharField(max_length=200, blank=True)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="remit_one_now", fields=["code"], condition=Q(until__isnull=True)),
            models.CheckConstraint(name="remit_kind_known", condition=Q(kind__in=("duty", "helps", "not_ours"))),
            models.CheckConstraint(
                name="remit_says_whose",
                condition=Q(kind="duty") | (~Q(whose="") & ~Q(contact="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
