from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.lib.ids import new_id
from linli.places.levels import LEVELS, ORDER


class Place(models.Model):
    """One place in the tree 市-区-街道-社区-小区-期-网格-楼栋-单元-户.

    `path` is the labels from the top joined by dots (`nm.sh.keq.wzsd.ssgg.p3`); everything below a place is a prefix search on
    one index. Streets are renamed and buildings join other grids: names have a history, and a matter keeps the place it had.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    level = models.CharField(max_length=12)
    label = models.CharField(max_length=40)
    path = models.CharField(max_length=255, unique=True)
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

    def __str__(self) -> str:
        return self.name

    def in_(self, language: str) -> str:
        if not language.startswith("en"):
            return self.name
        return self.name_en or f"{LEVELS[self.level].en} {self.name}"

    @property
    def line(self) -> tuple[str, ...]:
        """The paths of this place and of all above it, widest first."""
        labels = self.path.split(".")
        return tuple(".".join(labels[: count + 1]) for count in range(len(labels)))


class PlaceName(models.Model):
    """A name that a place had, or is also known by."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(Place, models.CASCADE, related_name="names")
    name = models.CharField(max_length=100, db_index=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name
