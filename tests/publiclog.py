"""The public log within a test that is rolled back: its own events are never below the oldest running transaction."""

from __future__ import annotations

from linli.record.log.actions import append, hold, sign_checkpoint
from linli.record.models import Event


def append_everything() -> int:
    """Append what is in the record, in the order of the job; returns how long the log is."""
    log = hold()
    events = Event.objects.filter(log_entry__isnull=True).order_by("transaction", "pk")
    append(log, [(row[0], row[1], bytes(row[2])) for row in events.values_list("transaction", "pk", "hash")])
    log.save(update_fields=["size"])
    return log.size


def log_everything() -> int:
    """The same, and a checkpoint at once."""
    size = append_everything()
    sign_checkpoint(at_once=True)
    return size
