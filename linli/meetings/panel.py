"""What a matter's page shows of its meetings: each with its outcome and its count, and the wordings of the plan they decided."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from linli.matters.models import Matter
from linli.meetings.actions.agenda import QUESTIONS
from linli.meetings.models import Item, Meeting
from linli.meetings.page import MeetingPage
from linli.meetings.plans import plans_of
from linli.meetings.settings import read_settings
from linli.people.reader import Reader
from linli.playbooks.versions import book_of


@dataclass(frozen=True)
class Row:
    """One meeting; `question` is the matter itself as it stood on the agenda, where it was put to the vote."""

    page: MeetingPage
    question: Item | None

    @cached_property
    def meeting(self) -> Meeting:
        return self.page.meeting


def panel_of(matter: Matter, viewer: Reader) -> dict[str, object] | None:
    meetings = list(Meeting.objects.filter(matter=matter).select_related("matter").order_by("entry"))
    if not meetings:
        return None
    questions = {item.meeting_id: item for item in Item.objects.filter(QUESTIONS, meeting__in=meetings)}
    rows = [Row(MeetingPage(one, viewer), questions.get(one.pk)) for one in meetings]
    stages = book_of(matter.playbook_id).stages.values()
    named = next((name for one in stages if one.kind == "meeting" and (name := read_settings(one).plan)), "")
    return {"rows": rows, "plans": plans_of(matter, named) if named else []}
