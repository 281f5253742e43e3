from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.lib.ids import new_id
from linli.lib.text import Said
from linli.places.facilities import CONDITIONS
from linli.places.levels import ORDER, named
from linli.places.ordering import LONGEST, OrderField
from linli.places.paths import paths_to
from linli.places.tokens import SHAPE
from linli.record.models import Event


class Place(models.Model):
    """One place in the tree 市-区-街道-社区-小区-期-网格-楼栋-单元-户.

    `path` is the labels from the top joined by dots (`nm.sh.keq.wzsd.ssgg.p3`); everything below a place is a prefix search on
    one index. Streets are renamed and buildings join other grids: names have a history, and a matter keeps the place it had.
    Lists are sorted by `order`, which follows the names: 9号楼 before 10号楼.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    level = models.CharField(max_length=12)
    label = models.CharField(max_length=40)
    path = models.CharField(max_length=255, unique=True)
    order = OrderField(max_length=LONGEST, db_collation="C", editable=False)  # by which lists of places are sorted
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100, blank=True)
    code = models.CharField(max_length=30, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="place_level_known", condition=Q(level__in=ORDER)),
            models.CheckConstraint(name="place_label_shape", condition=Q(label__regex=r"^[a-z0-9_]{1,40}$")),
            models.CheckConstraint(
                name="place_dates_in_order", condition=Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from"))
            ),
            models.UniqueConstraint(
                name="place_code_once", fields=["code"], condition=Q(valid_to__isnull=True) & ~Q(code="")
            ),
        ]
        indexes = [models.Index(name="place_in_order", fields=["order", "path"])]

    def __str__(self) -> str:
        return self.name

    def in_(self, language: str) -> str:
        return self.said.in_(language)

    @property
    def said(self) -> Said:
        return named(self.level, self.name, self.name_en)

    @property
    def line(self) -> tuple[str, ...]:
        """The paths of this place and of all above it, widest first."""
        return paths_to(self.path)


class PlaceName(models.Model):
    """A name that a place had, or is also known by."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(Place, models.CASCADE, related_name="names")
    name = models.CharField(max_length=100, db_index=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class SitePlan(models.Model):
    """The plan of an estate or a phase: shapes on a field of whole units, drawn by our own pen. One for each place, drawn anew
    as a whole. `digest` is that of the file it came from.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.OneToOneField(Place, models.PROTECT, related_name="site_plan")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    drawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"plan of {self.place_id}"


class PlanShape(models.Model):
    """A building, a facility or a piece of ground on a plan. `outline` holds its rings as lists of x and y in turn."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    plan = models.ForeignKey(SitePlan, models.CASCADE, related_name="shapes")
    building = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    facility = models.ForeignKey("Facility", models.PROTECT, null=True, related_name="+")
    ground = models.CharField(max_length=12, blank=True)
    outline = models.JSONField()
    closed = models.BooleanField(default=True)
    x = models.IntegerField()  # where its name stands
    y = models.IntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="plan_shape_is_one_thing",
                condition=Q(building__isnull=False, facility__isnull=True, ground="")
                | Q(building__isnull=True, facility__isnull=False, ground="")
                | (Q(building__isnull=True, facility__isnull=True) & ~Q(ground="")),
            ),
            models.UniqueConstraint(name="plan_shape_building_once", fields=["plan", "building"]),
            models.UniqueConstraint(name="plan_shape_facility_once", fields=["plan", "facility"]),
        ]

    def __str__(self) -> str:
        return f"shape {self.pk}"


class Facility(models.Model):
    """A lamp, a lift, a camera: something at a place that is looked after. The record is the truth, these are its columns.

    A point that is planned and not installed yet has no condition. What a facility went through is its own chain of events:
    `version` counts them, `head` is the hash of the last.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(Place, models.PROTECT, related_name="facilities")
    kind = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    maker_number = models.CharField(max_length=60, blank=True)
    planned = models.BooleanField(default=False)  # whether it is a point of the plan, by which coverage is counted
    installed_on = models.DateField(null=True, blank=True)
    condition = models.CharField(max_length=12, blank=True)
    inspected_at = models.DateTimeField(null=True, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=0)
    head = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="facility_installed_has_condition",
                condition=Q(installed_on__isnull=True, condition="")
                | Q(installed_on__isnull=False, condition__in=tuple(CONDITIONS)),
            ),
            models.CheckConstraint(
                name="facility_planned_or_installed", condition=Q(planned=True) | Q(installed_on__isnull=False)
            ),
            models.CheckConstraint(
                name="facility_dates_in_order", condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from"))
            ),
            models.UniqueConstraint(
                name="facility_name_once", fields=["place", "kind", "name"], condition=Q(valid_to__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"


class Inspection(models.Model):
    """Somebody looked at a facility. What they noted stands sealed beside the event; the row itself is only ever added."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="inspections")
    event = models.OneToOneField(Event, models.PROTECT, related_name="+")
    by = models.ForeignKey("people.Person", models.PROTECT, related_name="+")
    at = models.DateTimeField()
    condition = models.CharField(max_length=12)

    class Meta:
        constraints = [
            models.CheckConstraint(name="inspection_condition_known", condition=Q(condition__in=tuple(CONDITIONS)))
        ]
        indexes = [models.Index(name="inspection_newest", fields=["facility", "-at", "id"])]

    def __str__(self) -> str:
        return f"inspection {self.pk}"


class Code(models.Model):
    """A printed QR code. The token tells nothing and follows from nothing; what it stands for is known here alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    token = models.CharField(max_length=10, unique=True)
    place = models.ForeignKey(Place, models.PROTECT, null=True, related_name="codes")
    facility = models.ForeignKey(Facility, models.PROTECT, null=True, related_name="codes")
    made_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(name="code_token_shape", condition=Q(token__regex=SHAPE)),
            models.CheckConstraint(
                name="code_place_or_facility",
                condition=Q(place__isnull=False, facility__isnull=True) | Q(place__isnull=True, facility__isnull=False),
            ),
            models.UniqueConstraint(name="code_live_place", fields=["place"], condition=Q(revoked_at__isnull=True)),
            models.UniqueConstraint(
                name="code_live_facility", fields=["facility"], condition=Q(revoked_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"code {self.pk}"


class CodeOpening(models.Model):
    """How often a code was opened on one day. Nothing about who did is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.ForeignKey(Code, models.PROTECT, related_name="openings")
    day = models.DateField()
    number = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(name="code_opening_day", fields=["code", "day"])]

    def __str__(self) -> str:
        return f"{self.number} on {self.day}"
