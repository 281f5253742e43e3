from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from linli.lib.ids import new_id
from linli.people.models import Person
from linli.places.models import Place


class ReplyTemplate(models.Model):
    """Words that an office uses again and again in its answers, for the office's own people. Inserted, never sent by itself.

    The office is a seat: a role at a place. Empty `book` and `move` mean any.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    role = models.CharField(max_length=30)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+")
    book = models.CharField(max_length=41, blank=True)
    move = models.CharField(max_length=41, blank=True)
    category = models.CharField(max_length=40, blank=True)
    title = models.CharField(max_length=40)
    text = models.TextField()
    text_en = models.TextField(blank=True)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="reply_title_once", fields=["role", "place", "title"], condition=Q(withdrawn_at__isnull=True)
            ),
            models.CheckConstraint(name="reply_has_text", condition=~Q(text="")),
            models.CheckConstraint(
                name="reply_dates_in_order",
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("changed_at")),
            ),
        ]

    def __str__(self) -> str:
        return f"reply template {self.pk}"
