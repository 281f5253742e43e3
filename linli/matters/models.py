from __future__ import annotations

from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.fields.json import KeyTransform

from linli.lib.ids import new_id
from linli.people.models import Person
from linli.places.models import Place
from linli.playbooks.ends import WITHOUT_ANSWER
from linli.playbooks.models import Version
from linli.record.models import Event


class NumberField(models.BigIntegerField):  # type: ignore[type-arg]
    """A number that the database's own sequence gives, known after the insert."""

    db_returning = True


class Matter(models.Model):
    """One thing being handled. The record is the truth; these are the columns that lists need, written with it.

    The database holds the promise: an open matter has a holder and a deadline, an ended one has an outcome, and an answer
    unless it was withdrawn or merged. `version` counts the matter's events and is what a move compares and sets.

    A matter with a parent says by `bond` what it is to it: a unit that was called to a joint action and is judged by who
    called; a part that was split off and is judged by the raiser; or what follows a re-check that found it not done.
    """

    CALLED, PART, FOLLOW_UP = "called", "part", "follow_up"

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = NumberField(unique=True, editable=False, db_default=Func(Value("matter_number"), function="nextval"))
    playbook = models.ForeignKey(Version, models.PROTECT, related_name="matters")
    book = models.CharField(max_length=41)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    place_path = models.CharField(max_length=255)
    place_name = models.CharField(max_length=200)  # as it was when raised, down to the room
    place_public = models.CharField(max_length=200)  # no narrower than the building
    raiser = models.ForeignKey(Person, models.PROTECT, related_name="matters")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    bond = models.CharField(max_length=10, blank=True, default="", db_default="")  # what it is to its parent
    key = models.UUIDField()
    urgency = models.CharField(max_length=12, default="ordinary")
    category = models.CharField(max_length=40, blank=True)
    facts = models.JSONField(default=dict)

    stage = models.CharField(max_length=41)
    entry = models.PositiveIntegerField(default=0)
    rounds = models.PositiveIntegerField(default=1)
    holder = models.ForeignKey("Duty", models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField()
    begun_at = models.DateTimeField()  # the present stage
    due_at = models.DateTimeField(null=True)
    warn_at = models.DateTimeField(null=True)
    warned_at = models.DateTimeField(null=True)
    late_at = models.DateTimeField(null=True)
    climbed = models.PositiveSmallIntegerField(default=0)  # steps of the chain, in the present stage
    climb_at = models.DateTimeField(null=True)
    at_top = models.BooleanField(default=False)
    attend_at = models.DateTimeField(null=True)  # when the lateness job must look again
    objected = models.BooleanField(default=False)
    delays = models.PositiveSmallIntegerField(default=0)  # granted in the present stage
    asked_due = models.DateTimeField(null=True)  # until when the raiser may answer what the holder asked
    told_at = models.DateTimeField(null=True)  # the raiser answered, and the stage has not changed since

    outcome = models.CharField(max_length=12, blank=True)
    answered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=0)
    head = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="matter_raised_once", fields=["raiser", "key"]),
            models.CheckConstraint(
                name="matter_open_has_holder", condition=Q(ended_at__isnull=False) | Q(holder__isnull=False)
            ),
            models.CheckConstraint(
                name="matter_open_has_deadline",
                condition=Q(ended_at__isnull=False) | Q(due_at__isnull=False),
            ),
            models.CheckConstraint(
                name="matter_end_has_outcome",
                condition=Q(ended_at__isnull=True, outcome="") | (Q(ended_at__isnull=False) & ~Q(outcome="")),
            ),
            models.CheckConstraint(
                name="matter_end_has_answer",
                condition=Q(ended_at__isnull=True)
                | Q(outcome__in=tuple(sorted(WITHOUT_ANSWER)))
                | Q(answered_at__isnull=False),
            ),
            models.CheckConstraint(
                name="matter_bond_to_parent",
                condition=Q(parent__isnull=True, bond="")
                | Q(parent__isnull=False, bond__in=("called", "part", "follow_up")),
            ),
        ]
        indexes = [
            models.Index(name="matter_attend", fields=["attend_at"], condition=Q(ended_at__isnull=True)),
            models.Index(name="matter_of_raiser", fields=["raiser", "-raised_at", "id"]),
            models.Index(name="matter_newest", fields=["-raised_at", "id"]),
            models.Index(name="matter_newest_open", fields=["-raised_at", "id"], condition=Q(ended_at__isnull=True)),
            models.Index(name="matter_path", fields=["place_path"], opclasses=["text_pattern_ops"]),
            models.Index(name="matter_category", fields=["category", "-raised_at"], condition=~Q(category="")),
            models.Index(
                KeyTransform("channel", "facts"),
                F("raised_at").desc(),
                name="matter_channel",
                condition=Q(facts__has_key="channel"),
            ),
            models.Index(
                name="matter_overdue", fields=["due_at", "id"], condition=Q(ended_at__isnull=True, at_top=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book} #{self.number}"

    @property
    def is_open(self) -> bool:
        return self.ended_at is None


class Duty(models.Model):
    """Who held, watched or had to rule on a matter, from when to when. The open rows are the desks.

    A duty is held by a seat (role at a place), so that it survives whoever leaves, or by a named person.
    """

    HOLDS, SUPERVISES, RULES_DELAY, RULES_OBJECTION = "holds", "supervises", "rules_delay", "rules_objection"
    RECHECKS = "rechecks"  # after the end: whether it was really done, asked by somebody who had no hand in it
    KINDS = (HOLDS, SUPERVISES, RULES_DELAY, RULES_OBJECTION, RECHECKS)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="duties")
    kind = models.CharField(max_length=16)
    stage = models.CharField(max_length=41)
    entry = models.PositiveIntegerField()
    step = models.PositiveSmallIntegerField(default=0)
    role = models.CharField(max_length=30, blank=True)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="duties", db_index=False)
    since = models.DateTimeField()
    due_at = models.DateTimeField()
    asks = models.JSONField(null=True)  # what is to be ruled on: the new due date of a delay
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="duty_kind_known",
                condition=Q(kind__in=("holds", "supervises", "rules_delay", "rules_objection", "rechecks")),
            ),
            models.CheckConstraint(
                name="duty_seat_or_person",
                condition=Q(person__isnull=False, role="", place__isnull=True)
                | (Q(person__isnull=True, place__isnull=False) & ~Q(role="")),
            ),
            models.CheckConstraint(
                name="duty_dates_in_order", condition=Q(until__isnull=True) | Q(until__gte=F("since"))
            ),
            models.UniqueConstraint(name="duty_one_open", fields=["matter", "kind"], condition=Q(until__isnull=True)),
            models.UniqueConstraint(
                name="duty_climbs_once", fields=["matter", "entry", "step"], condition=Q(kind="supervises")
            ),
        ]
        indexes = [
            models.Index(name="duty_desk", fields=["role", "place", "due_at", "id"], condition=Q(until__isnull=True)),
            models.Index(name="duty_person", fields=["person", "due_at", "id"], condition=Q(until__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.stage} of {self.matter_id}"


class Photo(models.Model):
    """A photo that stands in an answer. Its event commits to it; its bytes lie encrypted in `photo_files`, by this row's key.

    Who sent it and when, the event says.
    `about` is the person with whose sealed texts it is erased: then the key goes, and an empty row says that it was there.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="photos")
    event = models.ForeignKey(Event, models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=60)  # of the field that asked for it
    about = models.ForeignKey(Person, models.PROTECT, related_name="+")
    private = models.BooleanField(default=False)
    key = models.BinaryField(max_length=32, null=True)
    digest = models.BinaryField(max_length=32, null=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    size = models.PositiveIntegerField()
    shredded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="photo_shredded_is_empty",
                condition=Q(shredded_at__isnull=True, key__isnull=False, digest__isnull=False)
                | Q(shredded_at__isnull=False, key__isnull=True, digest__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"photo {self.name} of {self.matter_id}"
