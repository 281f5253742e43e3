from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.lib.ids import new_id
from linli.matters.models import Matter
from linli.meetings.kinds import ENDINGS, OUTCOMES, PRESENCE, PURPOSES, SIDES
from linli.people.models import Person
from linli.places.models import Place


class Meeting(models.Model):
    """A meeting that a stage of a matter opened: called, opened, closed, its minutes approved; then the matter goes on.

    What happened in it is its own chain of events: `version` counts them, `head` is the hash of the last. `due_heads` is set
    when it is called and never follows the register afterwards: a quorum is of those who were due then.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="meetings")
    entry = models.PositiveIntegerField()
    stage = models.CharField(max_length=40)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    book = models.CharField(max_length=60)
    token = models.CharField(max_length=32, unique=True)  # of the code by which people check in; tells nothing itself
    at = models.DateTimeField(null=True, blank=True)
    venue = models.CharField(max_length=100, blank=True)
    due_heads = models.PositiveIntegerField(null=True, blank=True)
    extra_present = models.PositiveIntegerField(default=0)  # counted at the door, without a seat of their own
    called_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    minutes = models.TextField(blank=True)
    plan_version = models.PositiveSmallIntegerField(null=True, blank=True)
    plan_digest = models.BinaryField(max_length=32, null=True)  # SHA-256 of the words that it decides on
    version = models.PositiveIntegerField(default=0)
    head = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="meeting_once_for_an_entry", fields=["matter", "entry"]),
            models.CheckConstraint(name="meeting_outcome_known", condition=Q(outcome__in=["", *OUTCOMES])),
            models.CheckConstraint(
                name="meeting_called_has_time_and_place",
                condition=Q(called_at__isnull=True) | Q(at__isnull=False, due_heads__isnull=False) & ~Q(venue=""),
            ),
            models.CheckConstraint(
                name="meeting_opened_was_called",
                condition=Q(opened_at__isnull=True) | Q(called_at__isnull=False, opened_at__gte=F("called_at")),
            ),
            models.CheckConstraint(
                name="meeting_closed_has_outcome", condition=Q(closed_at__isnull=True) | ~Q(outcome="")
            ),
            models.CheckConstraint(
                name="meeting_approved_was_closed", condition=Q(approved_at__isnull=True) | Q(closed_at__isnull=False)
            ),
            models.CheckConstraint(
                name="meeting_plan_has_its_digest",
                condition=Q(plan_version__isnull=True, plan_digest__isnull=True)
                | Q(plan_version__isnull=False, plan_digest__isnull=False),
            ),
        ]
        indexes = [models.Index(name="meeting_by_time", fields=["place", "-at", "id"])]

    def __str__(self) -> str:
        return f"meeting {self.pk}"


class Seat(models.Model):
    """Somebody who is due at a meeting, on which side, whether they vote, and when they came and went."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="seats")
    side = models.CharField(max_length=20)
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    votes = models.BooleanField(default=True)
    present = models.CharField(max_length=8, blank=True)
    arrived_at = models.DateTimeField(null=True, blank=True)
    left_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="seat_once_in_a_meeting", fields=["meeting", "person"]),
            models.CheckConstraint(name="seat_side_known", condition=Q(side__in=list(SIDES))),
            models.CheckConstraint(
                name="seat_presence_has_a_time",
                condition=Q(present="", arrived_at__isnull=True)
                | Q(present__in=list(PRESENCE), arrived_at__isnull=False),
            ),
            models.CheckConstraint(
                name="seat_left_after_arriving",
                condition=Q(left_at__isnull=True) | Q(left_at__gte=F("arrived_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"seat {self.pk}"


class Item(models.Model):
    """A point of the agenda. None is lost: it ends as decision, task, information, or deferred, which the next meeting takes up.

    Votes are counted by hand: `due` and `present` are what the count was held against.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    purpose = models.CharField(max_length=10)
    matter = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="agenda_items")
    asker = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    carried_from = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="carried_to", editable=False
    )
    yes = models.PositiveIntegerField(null=True, blank=True)
    no = models.PositiveIntegerField(null=True, blank=True)
    abstain = models.PositiveIntegerField(null=True, blank=True)
    present = models.PositiveIntegerField(null=True, blank=True)
    verdict = models.CharField(max_length=12, blank=True)
    ending = models.CharField(max_length=12, blank=True)
    answer = models.TextField(blank=True)
    task = models.ForeignKey(Matter, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="item_number_once", fields=["meeting", "number"]),
            models.CheckConstraint(name="item_purpose_known", condition=Q(purpose__in=list(PURPOSES))),
            models.CheckConstraint(name="item_ending_known", condition=Q(ending__in=["", *ENDINGS])),
            models.CheckConstraint(name="item_ended_is_answered", condition=Q(ending="") | ~Q(answer="")),
            models.CheckConstraint(name="item_task_is_a_matter", condition=~Q(ending="task") | Q(task__isnull=False)),
            models.CheckConstraint(
                name="item_votes_within_present",
                condition=Q(yes__isnull=True, no__isnull=True, abstain__isnull=True, present__isnull=True)
                | Q(present__gte=F("yes") + F("no") + F("abstain")),
            ),
        ]

    def __str__(self) -> str:
        return f"item {self.number}"
