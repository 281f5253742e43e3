from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.lib.ids import new_id
from linli.matters.models import Matter
from linli.places.models import Facility, Inspection


class FacilityMatter(models.Model):
    """A matter is about a facility: found at an inspection, or reported by somebody who scanned its code."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    facility = models.ForeignKey(Facility, models.PROTECT, related_name="reports")
    matter = models.OneToOneField(Matter, models.PROTECT, related_name="about_facility")
    inspection = models.ForeignKey(Inspection, models.PROTECT, null=True, related_name="reports")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="facility_matter_finding_once", fields=["inspection"], condition=Q(inspection__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.matter_id} about {self.facility_id}"
