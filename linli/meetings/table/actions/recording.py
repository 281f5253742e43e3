"""What happened at a table, as events of its topic's own chain. Whoever writes holds the row, so that no two write at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linli.lib.refusals import Conflict
from linli.lib.text import Said
from linli.meetings.models import Topic
from linli.people.reader import Reader
from linli.record.models import Event
from linli.record.owners import Deed, add_event, changes, columns_of

STATE = ("entry", "round", "opened_at", "ended_at", "outcome")
NOBODY = Reader(None)
OVER = Said(
    "这一议题已经议完，不能再改。结果和下一步都在这一页上。",
    "The table has ended, so nothing more is added. Its result and what follows stand on this page.",
)


def held(topic: Topic) -> Topic:
    """The row as it stands, kept from others until the transaction ends."""
    return Topic.objects.select_for_update().get(pk=topic.pk)


def held_open(topic: Topic) -> Topic:
    row = held(topic)
    if row.ended_at is not None:
        raise Conflict(OVER)
    return row


def note(topic: Topic, deed: Deed, *, actor: Reader = NOBODY, before: Mapping[str, Any] | None = None) -> Event:
    """Write it down and save what it changed of the topic. `before` is `state_of` of before the change."""
    after = state_of(topic)
    event = add_event(
        topic, "table", deed, actor=actor.person_id, changed=changes(after if before is None else before, after)
    )
    topic.save(update_fields=[*STATE, "question", "conclusion", "promise", "version", "head"])
    return event


def state_of(topic: Topic) -> dict[str, Any]:
    return columns_of(topic, STATE)
