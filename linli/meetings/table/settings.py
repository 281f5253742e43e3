"""What a playbook tells a table, in `with:` of its stage."""

from __future__ import annotations

from linli.meetings.kinds import AT_THE_TABLE
from linli.meetings.models import Topic
from linli.playbooks.versions import book_of


def sides_of(topic: Topic) -> tuple[str, ...]:
    """Who sits at the table, in this order; all sides where the playbook names none."""
    stage = book_of(topic.matter.playbook_id).stages[topic.stage]
    named = tuple(side for side in stage.settings.get("sides", ()) if side in AT_THE_TABLE)
    return named or tuple(AT_THE_TABLE)
