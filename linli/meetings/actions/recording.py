"""What happened in a meeting, as events of its own chain. Whoever writes holds the row, so that no two write at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli.meetings.models import Meeting
from linli.people.reader import Reader
from linli.record.models import Event
from linli.record.owners import Deed, add_event, changes, columns_of

STATE = (
    "at", "venue", "due_heads", "extra_present", "called_at", "opened_at", "closed_at", "approved_at", "outcome",
)  # fmt: skip
NOBODY = Reader(None)


def held(meeting: Meeting) -> Meeting:
    """The row as it stands, kept from others until the transaction ends."""
    return Meeting.objects.select_for_update().get(pk=meeting.pk)


def note(meeting: Meeting, deed: Deed, *, actor: Reader = NOBODY, before: Mapping[str, Any] | None = None) -> Event:
    """Write it down and save the columns of the meeting that it changed. `before` is `state_of` of before the change."""
    after = state_of(meeting)
    event = add_event(
        meeting, "meeting", deed, actor=actor.person_id, changed=changes(after if before is None else before, after)
    )
    meeting.save(update_fields=[*STATE, "minutes", "version", "head"])
    return event


def state_of(meeting: Meeting) -> dict[str, Any]:
    return columns_of(meeting, STATE)
