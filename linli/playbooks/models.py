from __future__ import annotations

from django.db import models
from django.db.models import Q

from linli.lib.ids import new_id


class Version(models.Model):
    """A playbook as a neighbourhood adopted it. Its text never changes; a matter keeps the version it began with."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=41)
    number = models.PositiveIntegerField()
    source = models.TextField()
    digest = models.CharField(max_length=64)
    current = models.BooleanField(default=True)
    adopted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="version_number_once", fields=["name", "number"]),
            models.UniqueConstraint(name="version_one_current", fields=["name"], condition=Q(current=True)),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"
