from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.lib.ids import new_id
from linli.matters.models import Matter
from linli.meetings.kinds import CHOICES, ENDINGS, OUTCOMES, PRESENCE, PURPOSES, SIDES
from linli.people.models import Person
from linli.places.models import Place
from linli.record.models import Event


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


class Topic(models.Model):
    """What lies on the deliberation table for a matter. Taken up again, it is the same topic in another round.

    Its events are a chain of their own: `version` counts them, `head` is the hash of the last. Positions and the words of
    statements lie sealed beside those events; a single opinion is in no event.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.OneToOneField(Matter, models.PROTECT, related_name="topic")
    entry = models.PositiveIntegerField()
    stage = models.CharField(max_length=40)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    question = models.CharField(max_length=200)
    round = models.PositiveSmallIntegerField(default=1)
    opened_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=12, blank=True)
    conclusion = models.TextField(blank=True)
    promise = models.OneToOneField(Matter, models.PROTECT, null=True, blank=True, related_name="promised_at")
    version = models.PositiveIntegerField(default=0)
    head = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="topic_outcome_known", condition=Q(outcome__in=["", "consensus", "no_consensus"])
            ),
            models.CheckConstraint(
                name="topic_ended_has_outcome",
                condition=Q(ended_at__isnull=True, outcome="") | Q(ended_at__isnull=False) & ~Q(outcome=""),
            ),
            models.CheckConstraint(
                name="topic_agreed_has_words", condition=~Q(outcome="consensus") | ~Q(conclusion="")
            ),
        ]
        indexes = [models.Index(name="topic_by_time", fields=["-opened_at", "id"])]

    def __str__(self) -> str:
        return f"topic {self.pk}"


class Statement(models.Model):
    """A short sentence that neighbours agree or disagree with. Its words lie sealed beside `event`.

    The three figures are those of the last count, which is taken once five people have said something new since the one
    before: nobody can watch the figures and tell what one neighbour said.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="statements")
    number = models.PositiveSmallIntegerField()
    author = models.ForeignKey(Person, models.PROTECT, related_name="+")
    event = models.OneToOneField(Event, models.PROTECT, related_name="+")
    set_aside = models.OneToOneField(Event, models.PROTECT, null=True, blank=True, related_name="+")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    agree = models.PositiveIntegerField(default=0)
    disagree = models.PositiveIntegerField(default=0)
    unsure = models.PositiveIntegerField(default=0)
    counted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="statement_number_once", fields=["topic", "number"]),
            models.CheckConstraint(
                name="statement_merged_is_set_aside",
                condition=Q(merged_into__isnull=True) | Q(set_aside__isnull=False) & ~Q(merged_into=F("id")),
            ),
            models.CheckConstraint(
                name="statement_figures_are_counted",
                condition=Q(counted_at__isnull=False) | Q(agree=0, disagree=0, unsure=0),
            ),
        ]

    def __str__(self) -> str:
        return f"statement {self.number}"


class Opinion(models.Model):
    """What one neighbour says to one statement; the last stands. It is shown to that neighbour alone and is in no event."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="opinions")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    choice = models.CharField(max_length=8)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="opinion_once", fields=["statement", "person"]),
            models.CheckConstraint(name="opinion_choice_known", condition=Q(choice__in=list(CHOICES))),
        ]

    def __str__(self) -> str:
        return f"opinion {self.pk}"


class OptionSheet(models.Model):
    """One way to do it: what, at what cost, who pays, whom it touches. Each saving is a new `edition`, kept in the record."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="sheets")
    number = models.PositiveSmallIntegerField()
    edition = models.PositiveSmallIntegerField(default=1)
    title = models.CharField(max_length=60)
    text = models.TextField()
    cost = models.PositiveBigIntegerField()  # in fen
    payer = models.CharField(max_length=120)
    touches = models.CharField(max_length=200)
    drawing = models.CharField(max_length=200, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(name="option_sheet_number_once", fields=["topic", "number"])]

    def __str__(self) -> str:
        return f"option sheet {self.number}"
