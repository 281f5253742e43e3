from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.ballots.log import CHANNELS, REASONS
from linli.lib.ids import new_id
from linli.matters.models import Matter
from linli.people.models import Person
from linli.places.models import Place
from linli.register.models import OwnerSet

SILENT = ("not_counted", "abstain", "follow_majority")
NOMINATED_BY = ("self", "owners", "community")


class Ballot(models.Model):
    """A vote over a frozen roll that a stage of a matter opened.

    Drafted, announced (the roll is frozen and posted), open, closed, published. Its log is rows of `LogRow`, a tree of its own;
    what was done by whom is its chain of events besides: `version` counts them, `head` is the hash of the last.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    matter = models.ForeignKey(Matter, models.PROTECT, related_name="ballots")
    entry = models.PositiveIntegerField()
    stage = models.CharField(max_length=41)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")  # those who share what it is about: its scope
    electorate = models.CharField(max_length=20)
    second_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")  # it found no quorum
    title = models.CharField(max_length=120, blank=True)
    title_en = models.CharField(max_length=200, blank=True)
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    silent = models.CharField(max_length=16, default="not_counted")
    silent_clause = models.TextField(blank=True)  # the words of the estate's rules that allow it
    proxies_each = models.PositiveSmallIntegerField(default=3)
    platform = models.CharField(max_length=60, blank=True)  # the official e-voting system that the notice names
    platform_only = models.BooleanField(default=False)  # it is prescribed there: nobody votes by phone here
    coin_area = models.PositiveIntegerField(null=True, blank=True)
    roll_root = models.BinaryField(max_length=32, null=True, blank=True)
    roll_count = models.PositiveIntegerField(null=True, blank=True)
    roll_heads = models.PositiveIntegerField(null=True, blank=True)
    roll_area = models.PositiveBigIntegerField(null=True, blank=True)
    opening = models.TextField(blank=True)  # the signed checkpoints, as they stand on the notices
    closing = models.TextField(blank=True)
    announced_at = models.DateTimeField(null=True, blank=True)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    verdict = models.CharField(max_length=12, blank=True)
    bundle_digest = models.BinaryField(max_length=32, null=True, blank=True)
    log_size = models.PositiveIntegerField(default=0)
    # Whose ballots count, moved with each cast: it holds this row for the log anyway, and a page need not add up the roll.
    voted_slots = models.PositiveIntegerField(default=0)
    voted_heads = models.PositiveIntegerField(default=0)
    voted_area = models.PositiveBigIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    head = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="ballot_once_for_an_entry", fields=["matter", "entry"]),
            models.CheckConstraint(name="ballot_silent_known", condition=Q(silent__in=SILENT)),
            models.CheckConstraint(
                name="ballot_silent_has_a_clause", condition=Q(silent="not_counted") | ~Q(silent_clause="")
            ),
            models.CheckConstraint(
                name="ballot_announced_is_whole",
                condition=Q(announced_at__isnull=True)
                | Q(opens_at__isnull=False, closes_at__gt=F("opens_at"), roll_root__isnull=False),
            ),
            models.CheckConstraint(
                name="ballot_opened_was_announced",
                condition=Q(opened_at__isnull=True) | (Q(announced_at__isnull=False) & ~Q(opening="")),
            ),
            models.CheckConstraint(
                name="ballot_closed_was_opened",
                condition=Q(closed_at__isnull=True) | (Q(opened_at__isnull=False) & ~Q(closing="")),
            ),
            models.CheckConstraint(
                name="ballot_published_has_verdict",
                condition=Q(published_at__isnull=True)
                | (Q(closed_at__isnull=False) & ~Q(verdict="") & (Q(bundle_digest__isnull=False) | ~Q(platform=""))),
            ),
            models.CheckConstraint(
                name="ballot_platform_only_names_it", condition=Q(platform_only=False) | ~Q(platform="")
            ),
            models.CheckConstraint(
                name="ballot_turnout_within_roll",
                condition=Q(voted_slots=0, voted_heads=0, voted_area=0)
                | Q(
                    announced_at__isnull=False,
                    voted_slots__lte=F("roll_count"),
                    voted_heads__lte=F("roll_heads"),
                    voted_area__lte=F("roll_area"),
                ),
            ),
        ]
        indexes = [
            models.Index(
                name="ballot_to_tend",
                fields=["opens_at", "closes_at"],
                condition=Q(announced_at__isnull=False, closed_at__isnull=True),
            ),
            models.Index(name="ballot_by_time", fields=["-opens_at", "id"]),
        ]

    def __str__(self) -> str:
        return f"ballot {self.pk}"


class BallotQuestion(models.Model):
    """One question, with the rule that the kind of matter names and all its words, as they stood when it was announced."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="questions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=300, blank=True)
    text = models.TextField(blank=True)
    rule = models.CharField(max_length=40)
    published = models.JSONField(null=True, blank=True)  # the published part of the bundle, without its tokens

    class Meta:
        constraints = [models.UniqueConstraint(name="ballot_question_number_once", fields=["ballot", "number"])]

    def __str__(self) -> str:
        return f"question {self.number}"

    @property
    def key(self) -> str:
        return f"q{self.number}"


class Election(models.Model):
    """The seats of a body that the candidates of a ballot stand for. How they are ranked stands in the rule of their questions."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ballot = models.OneToOneField(Ballot, models.PROTECT, related_name="election")
    title = models.CharField(max_length=120, blank=True)
    title_en = models.CharField(max_length=200, blank=True)
    seats = models.PositiveSmallIntegerField(null=True, blank=True)  # to be filled now
    seated = models.PositiveSmallIntegerField(default=0)  # of the same body, in the rounds before
    reserves = models.PositiveSmallIntegerField(default=0)
    published = models.JSONField(null=True, blank=True)  # who is elected, as the bundle says it

    def __str__(self) -> str:
        return f"election {self.pk}"


class Candidate(models.Model):
    """Somebody who stands in an election: a question of the ballot whose title is the name."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    election = models.ForeignKey(Election, models.PROTECT, related_name="candidates")
    question = models.OneToOneField(BallotQuestion, models.CASCADE, related_name="candidate")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    nominated_by = models.CharField(max_length=12)
    withdrawn_at = models.DateTimeField(null=True, blank=True)  # after the announcement: stays on the ballot

    class Meta:
        constraints = [
            models.UniqueConstraint(name="candidate_stands_once", fields=["election", "person"]),
            models.CheckConstraint(name="candidate_nominated_by_known", condition=Q(nominated_by__in=NOMINATED_BY)),
        ]

    def __str__(self) -> str:
        return f"candidate {self.pk}"


class Slot(models.Model):
    """The one place of a voting subject in a ballot, with the weight copied from the register when the roll was frozen.

    `tag` says nothing and is what everybody sees; `salt` opens the roll's commitment to who it is. Every change sets `version`
    by compare-and-set, so that paper, phone and two co-owners at the same instant give one counted cast.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="slots", db_index=False)
    tag = models.CharField(max_length=16)
    owner_set = models.ForeignKey(OwnerSet, models.PROTECT, null=True, blank=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    place = models.ForeignKey(Place, models.PROTECT, null=True, blank=True, related_name="+")  # where to knock
    kind = models.CharField(max_length=12)
    heads = models.PositiveIntegerField()
    area = models.PositiveBigIntegerField()
    sources = models.JSONField(default=dict)  # area in 0.01 m² by its source
    salt = models.BinaryField(max_length=16)
    nonce = models.CharField(max_length=24, unique=True)  # on the paper sheet; says nothing of the choice
    delivered_at = models.DateTimeField(null=True, blank=True)
    delivered_how = models.CharField(max_length=12, blank=True)
    called_at = models.DateTimeField(null=True, blank=True)  # somebody was at the door and could not hand it over
    called_how = models.CharField(max_length=12, blank=True)
    paper_at = models.DateTimeField(null=True, blank=True)  # paper was taken in: nothing else counts any more
    disputed = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="slot_tag_once", fields=["ballot", "tag"]),
            models.UniqueConstraint(name="slot_owner_set_once", fields=["ballot", "owner_set"]),
            models.UniqueConstraint(
                name="slot_person_once", fields=["ballot", "person"], condition=Q(person__isnull=False)
            ),
            models.CheckConstraint(
                name="slot_is_somebodys",
                condition=Q(owner_set__isnull=False, person__isnull=True)
                | Q(owner_set__isnull=True, person__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"slot {self.tag}"

    @property
    def identity(self) -> str:
        return f"owner_set:{self.owner_set_id}" if self.owner_set_id else f"person:{self.person_id}"


class VoteCast(models.Model):
    """A ballot that was cast. Choices and secret lie sealed; the log holds the commitment at `index`. One counts for a slot."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="casts")
    channel = models.CharField(max_length=8)
    by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    index = models.PositiveIntegerField()
    commitment = models.CharField(max_length=64)
    cipher = models.BinaryField()
    key = models.UUIDField(null=True, blank=True)
    at = models.DateTimeField()
    counted = models.BooleanField(default=True)
    set_aside = models.CharField(max_length=16, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="vote_cast_one_counts", fields=["slot"], condition=Q(counted=True)),
            models.UniqueConstraint(name="vote_cast_sent_once", fields=["slot", "key"], condition=Q(key__isnull=False)),
            models.CheckConstraint(name="vote_cast_channel_known", condition=Q(channel__in=CHANNELS)),
            models.CheckConstraint(
                name="vote_cast_set_aside_known",
                condition=Q(set_aside="") | Q(set_aside__in=list(REASONS), counted=False),
            ),
        ]

    def __str__(self) -> str:
        return f"cast {self.pk}"


class PlatformImport(models.Model):
    """A file of the official e-voting system that was taken in. What it said lies sealed, whether it counts or stood behind."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="platform_imports")
    digest = models.BinaryField(max_length=32)  # SHA-256 of the file
    entered = models.PositiveIntegerField()  # ballots of it that were entered
    behind = models.PositiveIntegerField()  # ballots of it that paper or a later ballot stood before
    totals = models.BooleanField(default=False)  # it told only sums, so nobody can recount it here
    cipher = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="platform_import_once", fields=["ballot", "digest"])]

    def __str__(self) -> str:
        return f"import {self.pk}"


class PaperReading(models.Model):
    """What one scrutineer read on a paper ballot, sealed until a second one has read it without seeing the first."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="readings")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    cipher = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="paper_reading_once_each", fields=["slot", "by"])]

    def __str__(self) -> str:
        return f"reading {self.pk}"


class Proxy(models.Model):
    """Somebody may vote for a slot by written authority, whose document is kept as a digest."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="proxies")
    agent = models.ForeignKey(Person, models.PROTECT, related_name="+")
    document = models.BinaryField(max_length=32)
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="proxy_one_for_a_slot", fields=["slot"], condition=Q(ended_at__isnull=True))
        ]

    def __str__(self) -> str:
        return f"proxy {self.pk}"


class LogRow(models.Model):
    """One entry of a ballot's log; only ever added."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="log_rows", db_index=False)
    index = models.PositiveIntegerField()
    entry = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(name="log_row_index_once", fields=["ballot", "index"])]

    def __str__(self) -> str:
        return f"log row {self.index}"


class RollObjection(models.Model):
    """Somebody says the roll is wrong, before it opens; what they say lies sealed beside the event, and is answered."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ballot = models.ForeignKey(Ballot, models.PROTECT, related_name="objections")
    by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    upheld = models.BooleanField(default=False)
    event = models.OneToOneField("record.Event", models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="roll_objection_one_open", fields=["ballot", "by"], condition=Q(answered_at__isnull=True)
            )
        ]

    def __str__(self) -> str:
        return f"objection {self.pk}"
