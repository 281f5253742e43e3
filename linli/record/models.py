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


class PublicLog(models.Model):
    """The public log of this district: how long it is and up to which transaction the record is in it. One row.

    Who appends or signs holds it. `version` and `head` end the log's own chain of events: its keys and witnesses.
    """

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    chain = models.UUIDField(default=new_id)
    origin = models.CharField(max_length=200, blank=True)
    size = models.BigIntegerField(default=0)
    below = models.BigIntegerField(default=0)
    version = models.PositiveIntegerField(default=0)
    head = models.BinaryField(max_length=32, default=bytes(32))

    class Meta:
        constraints = [models.CheckConstraint(name="public_log_only_one", condition=Q(id=1))]

    def __str__(self) -> str:
        return f"{self.origin}: {self.size}"


class LogEntry(models.Model):
    """Which event stands at which index of the public log."""

    index = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, related_name="log_entry")

    class Meta:
        constraints = [models.CheckConstraint(name="log_entry_from_zero", condition=Q(index__gte=0))]

    def __str__(self) -> str:
        return f"{self.index}: event {self.event_id}"


class LogTile(models.Model):
    """Up to 256 hashes of the tree in a row: of leaves at level 0, of whole tiles of the level below at the others."""

    id = models.BigAutoField(primary_key=True)
    level = models.PositiveSmallIntegerField()
    number = models.BigIntegerField()
    hashes = models.BinaryField(max_length=8192)

    class Meta:
        constraints = [models.UniqueConstraint(name="log_tile_once", fields=["level", "number"])]

    def __str__(self) -> str:
        return f"tile {self.level}/{self.number}"


class LogKey(models.Model):
    """A key under which checkpoints are signed. The private half is a file; a new key ends the one before."""

    number = models.PositiveIntegerField(primary_key=True)
    text = models.CharField(max_length=300)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="log_key_one_signs", fields=["until"], nulls_distinct=False),
            models.UniqueConstraint(name="log_key_once", fields=["text"]),
        ]

    def __str__(self) -> str:
        return self.text


class Checkpoint(models.Model):
    """How long the public log was and what its root was, signed. `note` is the text that everybody gets."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    key = models.ForeignKey(LogKey, models.PROTECT, related_name="+")
    signed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(name="checkpoint_of_something", condition=Q(size__gte=1))]

    def __str__(self) -> str:
        return f"checkpoint at {self.size}"


class Witness(models.Model):
    """Somebody outside who watches that the log is only added to; `text` is the public key that is trusted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    text = models.CharField(max_length=300)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="witness_once", fields=["name"], condition=Q(until__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.name


class Cosignature(models.Model):
    """A witness says that it saw this checkpoint, after all that it saw before, at this moment."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="cosignatures")
    witness = models.ForeignKey(Witness, models.PROTECT, related_name="cosignatures")
    line = models.CharField(max_length=400)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="cosignature_once", fields=["checkpoint", "witness"])]

    def __str__(self) -> str:
        return f"{self.witness_id} saw {self.checkpoint_id}"


class Walk(models.Model):
    """One walk along every chain: when, how far it has come, what it found.

    `transaction`: everything written by transactions before this one was there when the walk began. `upto` is the last chain
    that it has passed; once it has ended there is none.
    """

    id = models.BigAutoField(primary_key=True)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    transaction = models.BigIntegerField(
        db_default=Func(template="(pg_snapshot_xmin(pg_current_snapshot())::text::bigint)")
    )
    upto = models.UUIDField(null=True)
    events = models.PositiveBigIntegerField(default=0)
    broken = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"walk of {self.began_at:%Y-%m-%d %H:%M}"
