from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import Func, Q

from linli.lib.ids import new_id


class EventManager(models.Manager["Event"]):
    """Events are added by `record.actions` and read. The database itself refuses to change or delete one."""

    def update(self, **_: Any) -> NoReturn:
        raise TypeError("The record is only ever added to.")

    def delete(self) -> NoReturn:
        raise TypeError("The record is only ever added to.")


class Event(models.Model):
    """What happened: one row of the append-only book.

    `chain` is the matter (or person, place) that it happened to, `seq` counts from 1 within it. `transaction` lets a reader
    that keeps a watermark wait for late commits: read only below the oldest running transaction.
    """

    id = models.BigAutoField(primary_key=True)
    chain = models.UUIDField()
    seq = models.PositiveIntegerField()
    subject = models.CharField(max_length=20)
    verb = models.CharField(max_length=40)
    actor = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey("people.Post", models.PROTECT, null=True, related_name="+", db_index=False)
    place = models.ForeignKey("places.Place", models.PROTECT, null=True, related_name="+", db_index=False)
    at = models.DateTimeField()
    body = models.JSONField()
    key = models.UUIDField(null=True)
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)
    transaction = models.BigIntegerField(db_default=Func(template="(pg_current_xact_id()::text::bigint)"))

    objects = EventManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="event_chain_seq", fields=["chain", "seq"]),
            models.UniqueConstraint(name="event_key_once", fields=["chain", "key"], condition=Q(key__isnull=False)),
            models.CheckConstraint(name="event_seq_from_one", condition=Q(seq__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.chain} #{self.seq} {self.verb}"


class Sealed(models.Model):
    """A text or number that an event commits to by a salted hash. Emptying the row leaves the chain whole.

    `about` is the person whose data it is. Sensitive values stand in `cipher`, others in `value`.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    event = models.ForeignKey(Event, models.PROTECT, related_name="sealed")
    name = models.CharField(max_length=60)
    about = models.ForeignKey("people.Person", models.PROTECT, null=True, related_name="+")
    salt = models.BinaryField(null=True)
    value = models.JSONField(null=True)
    cipher = models.BinaryField(null=True)
    shredded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="sealed_name_once", fields=["event", "name"]),
            models.CheckConstraint(
                name="sealed_shredded_is_empty",
                condition=Q(shredded_at__isnull=True) | Q(salt__isnull=True, value__isnull=True, cipher__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"sealed {self.name} of event {self.event_id}"
