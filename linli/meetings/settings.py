"""What a playbook tells a meeting, in `with:` of its stage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from linli.lib.text import Said
from linli.meetings.models import Meeting
from linli.playbooks.model import Playbook, Stage
from linli.playbooks.versions import book_of

NO_RULE = "none"


@dataclass(frozen=True, slots=True)
class Settings:
    """`seats` names who is due by side, as role@level; `electorate` seats a whole electorate of the register instead.

    `question`: the matter itself is put to the vote as the first point, and its verdict is the meeting's outcome.
    `plan`: the answer whose text is what the meeting decides on; each wording of it in the matter is a version.
    """

    rule: str = ""  # of those by which votes are counted; empty where none is prescribed
    notice_days: int = 0
    seats: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    electorate: str = ""
    question: bool = False
    monthly: bool = False
    voting: tuple[str, ...] = ()  # the sides with a vote; empty: all
    plan: str = ""


def read_settings(stage: Stage) -> Settings:
    given: Mapping[str, Any] = stage.settings
    rule = str(given.get("rule", NO_RULE))
    return Settings(
        "" if rule == NO_RULE else rule,
        int(given.get("notice_days", 0)),
        given.get("seats", MappingProxyType({})),
        str(given.get("electorate", "")),
        bool(given.get("question", False)),
        bool(given.get("monthly", False)),
        tuple(given.get("voting", ())),
        str(given.get("plan", "")),
    )


def is_monthly(book: Playbook) -> bool:
    return any(stage.kind == "meeting" and read_settings(stage).monthly for stage in book.stages.values())


def settings_of(meeting: Meeting) -> Settings:
    return read_settings(book_of(meeting.matter.playbook_id).stages[meeting.stage])


def title_of(meeting: Meeting) -> Said:
    """What the meeting is called: by its stage, where the matter meets in several."""
    book = book_of(meeting.matter.playbook_id)
    several = sum(stage.kind == "meeting" for stage in book.stages.values()) > 1
    return book.stages[meeting.stage].title if several else book.title
