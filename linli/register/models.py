from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.lib.ids import new_id
from linli.people.models import Organisation, Person, Post
from linli.places.models import Place
from linli.register.kinds import AREA_SOURCES, CLAIMS, ELECTORATES, OWNER_KINDS, PROOFS, USES, VERDICTS

ENDS_AFTER_IT_BEGINS = Q(until__isnull=True) | Q(until__gte=F("since"))


class OwnerSet(models.Model):
    """Who owns something together. Two rooms of the same owners are one set, however many rooms: it votes once.

    `digest` finds the set again by its people; it is empty where somebody in it has no phone number to be known by, since two
    people of one name are two people. Whether a set is a head is worked out by a ballot's rule, never stored here.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12)
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="owner_sets")
    digest = models.BinaryField(max_length=32, null=True, blank=True, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="owner_set_kind_known", condition=Q(kind__in=list(OWNER_KINDS))),
            models.CheckConstraint(
                name="owner_set_developer_is_named", condition=~Q(kind="developer") | Q(organisation__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Owner(models.Model):
    """A person in an owner set; the share is kept when it is known, as a fraction."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner_set = models.ForeignKey(OwnerSet, models.CASCADE, related_name="owners")
    person = models.ForeignKey(Person, models.PROTECT, related_name="ownerships")
    order = models.PositiveSmallIntegerField(default=1)
    share_part = models.PositiveIntegerField(null=True, blank=True)
    share_whole = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="owner_once_in_a_set", fields=["owner_set", "person"]),
            models.CheckConstraint(
                name="owner_share_is_a_fraction",
                condition=Q(share_part__isnull=True, share_whole__isnull=True)
                | Q(share_part__gte=1, share_whole__gte=F("share_part")),
            ),
        ]

    def __str__(self) -> str:
        return f"owner {self.pk}"


class Holding(models.Model):
    """A room as property: its use, its area, whose it is, from when to when. A change ends the row and begins another.

    The area is in 0.01 m², with its source beside it (Interpretation on divided ownership, art. 8).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    room = models.ForeignKey(Place, models.PROTECT, related_name="holdings")
    use = models.CharField(max_length=12)
    area = models.PositiveIntegerField()
    area_source = models.CharField(max_length=12)
    owner_set = models.ForeignKey(OwnerSet, models.PROTECT, related_name="holdings")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="holding_one_for_a_room", fields=["room"], condition=Q(valid_to__isnull=True)),
            models.CheckConstraint(name="holding_area_above_zero", condition=Q(area__gte=1)),
            models.CheckConstraint(name="holding_use_known", condition=Q(use__in=list(USES))),
            models.CheckConstraint(name="holding_source_known", condition=Q(area_source__in=list(AREA_SOURCES))),
            models.CheckConstraint(
                name="holding_dates_in_order", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
            ),
        ]

    def __str__(self) -> str:
        return f"holding {self.pk}"


class Household(models.Model):
    """Those who live in a room together, for a time; they need not own it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    room = models.ForeignKey(Place, models.PROTECT, related_name="households")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="household_one_in_a_room", fields=["room"], condition=Q(until__isnull=True)),
            models.CheckConstraint(name="household_dates_in_order", condition=ENDS_AFTER_IT_BEGINS),
        ]

    def __str__(self) -> str:
        return f"household {self.pk}"


class Member(models.Model):
    """Somebody of a household, how that was verified, by whom and when. Nobody is a member unverified."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    household = models.ForeignKey(Household, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    verified_how = models.CharField(max_length=12)
    verified_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    verified_at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="member_once", fields=["household", "person"], condition=Q(until__isnull=True)
            ),
            models.CheckConstraint(name="member_proof_known", condition=Q(verified_how__in=list(PROOFS))),
            models.CheckConstraint(
                name="member_verified_by_somebody", condition=Q(verified_how="register") | Q(verified_by__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"member {self.pk}"


class Claim(models.Model):
    """Somebody says that a room is theirs or that they live there, and asks to be verified. Open while `decided_at` is empty.

    `due_at` is when the answer is owed. Why a claim was refused is sealed beside the event, never here.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="claims")
    room = models.ForeignKey(Place, models.PROTECT, related_name="claims")
    how = models.CharField(max_length=12)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    verdict = models.CharField(max_length=12, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="claim_one_open", fields=["person", "room"], condition=Q(decided_at__isnull=True)
            ),
            models.CheckConstraint(name="claim_how_known", condition=Q(how__in=list(CLAIMS))),
            models.CheckConstraint(
                name="claim_decided_with_a_verdict",
                condition=Q(decided_at__isnull=True, verdict="")
                | Q(decided_at__isnull=False, verdict__in=list(VERDICTS)),
            ),
        ]
        indexes = [
            models.Index(name="claim_waiting", fields=["due_at", "id"], condition=Q(decided_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"claim {self.pk}"


class Standing(models.Model):
    """That somebody belongs to an electorate at a place, for a term. One person may stand in all of them; none follows another.

    Owners have no row here: who owns is read from owner sets. Party membership is sensitive: the person and the branch's own
    post see it, nothing exports it (Personal Information Protection Law, art. 28).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="standings")
    electorate = models.CharField(max_length=20)
    place = models.ForeignKey(Place, models.PROTECT, related_name="standings")
    verified_how = models.CharField(max_length=12, blank=True)  # empty where it was entered before this was asked
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="standing_once", fields=["person", "electorate", "place"], condition=Q(until__isnull=True)
            ),
            models.CheckConstraint(name="standing_electorate_known", condition=Q(electorate__in=list(ELECTORATES))),
            models.CheckConstraint(name="standing_dates_in_order", condition=ENDS_AFTER_IT_BEGINS),
            models.CheckConstraint(name="standing_proof_known", condition=Q(verified_how__in=["", *PROOFS])),
        ]

    def __str__(self) -> str:
        return f"standing {self.pk}"


class PublicCard(models.Model):
    """How a post appears on the public card of its grid. `shown_name` is filled by its holder alone; else the name is masked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    post = models.OneToOneField(Post, models.CASCADE, related_name="public_card")
    shown_name = models.CharField(max_length=60, blank=True)
    office_phone = models.CharField(max_length=20, blank=True)

    def __str__(self) -> str:
        return f"card of post {self.post_id}"
