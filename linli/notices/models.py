from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q

from linli.lib import clock
from linli.lib.ids import new_id
from linli.lib.text import Said
from linli.matters.models import Matter
from linli.people.models import Person
from linli.places.models import Place
from linli.record.models import Event


class Posting(models.Model):
    """Something put up for everybody to read, for a time that counts from the proof that it hangs.

    `entry` is the matter's entry of the stage that opened it; the posting stands as long as the matter does there. `text` is
    public and written by an office; `digest` is what the record binds.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="postings")
    entry = models.PositiveIntegerField()
    stage = models.CharField(max_length=40)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False)
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    text = models.TextField()
    digest = models.BinaryField(max_length=32)
    limit = models.CharField(max_length=20)
    answer_limit = models.CharField(max_length=20)
    objectors = models.CharField(max_length=30)
    opened_at = models.DateTimeField()
    proof_due_at = models.DateTimeField()
    proven_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="posting_once_for_an_entry", fields=["matter", "entry"]),
            models.CheckConstraint(
                name="posting_time_runs_from_the_proof",
                condition=Q(proven_at__isnull=True, ends_at__isnull=True)
                | Q(proven_at__isnull=False, ends_at__isnull=False, ends_at__gt=F("proven_at")),
            ),
            models.CheckConstraint(
                name="posting_ends_with_an_outcome",
                condition=Q(outcome="", ended_at__isnull=True) | (~Q(outcome="") & Q(ended_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="posting_hangs_its_whole_time",
                condition=~Q(outcome="posted") | Q(ends_at__isnull=False, ended_at__gte=F("ends_at")),
                violation_error_message="It may end only when its time is over.",
            ),
        ]
        indexes = [
            models.Index(name="posting_newest", fields=["-opened_at", "-id"]),
            models.Index(name="posting_over", fields=["ends_at"], condition=Q(outcome="")),
        ]

    def __str__(self) -> str:
        return f"posting {self.pk} of {self.matter_id}"

    @property
    def last_day(self) -> Said:
        """The last day on which it hangs: nobody reads midnight of the next one as that."""
        if self.ends_at is None:
            return Said("", "")
        day = clock.local_day(self.ends_at - timedelta(microseconds=1))
        return Said(f"{day.year}年{day.month}月{day.day}日", f"{day.day} {day:%B %Y}")


class Concern(models.Model):
    """What somebody says about a posting or against it: sealed in the record, answered by who posted, one by one."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    posting = models.ForeignKey(Posting, models.PROTECT, related_name="concerns")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    event = models.OneToOneField(Event, models.PROTECT, related_name="+")
    key = models.UUIDField(unique=True)
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField()
    answer_event = models.OneToOneField(Event, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)
    upheld = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="concern_number_once", fields=["posting", "number"]),
            models.CheckConstraint(
                name="concern_answered_whole",
                condition=Q(answered_at__isnull=True, upheld__isnull=True, answer_event__isnull=True)
                | Q(answered_at__isnull=False, upheld__isnull=False, answer_event__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"concern {self.number} of {self.posting_id}"


class Notice(models.Model):
    """That something happened which concerns a person: which event, in what way. It holds no word of anybody."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="+", db_index=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="notice_once", fields=["event", "person"])]
        indexes = [
            models.Index(name="notice_newest", fields=["person", "-at", "-id"]),
            models.Index(name="notice_unread", fields=["person"], condition=Q(read_at__isnull=True)),
            models.Index(name="notice_old", fields=["at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} for {self.person_id}"


class Declined(models.Model):
    """A kind of notice that a person does not want."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=20)

    class Meta:
        constraints = [models.UniqueConstraint(name="declined_once", fields=["person", "kind"])]

    def __str__(self) -> str:
        return f"{self.person_id} wants no {self.kind}"


class ToldUpTo(models.Model):
    """Below which transaction everybody was told of everything. One row; who tells holds it."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    transaction = models.BigIntegerField(default=0)
    event = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(name="told_up_to_only_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.transaction}/{self.event}"
