"""What a stage of the kind `meeting` opens: the meeting, its seats, and what comes back from the last one."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable

from linli.lib.text import Said
from linli.matters.answers import Answers
from linli.matters.course import Course
from linli.matters.models import Matter
from linli.meetings.actions.agenda import put_off_before, take_up_deferred
from linli.meetings.actions.recording import note
from linli.meetings.models import Item, Meeting, Seat
from linli.meetings.panel import panel_of
from linli.meetings.plans import plans_of
from linli.meetings.queries import roll_of
from linli.meetings.settings import Settings, read_settings
from linli.people.queries import people_around
from linli.people.reader import Reader
from linli.playbooks.model import Stage
from linli.record.chain import START
from linli.record.owners import Deed

THE_QUESTION = Said("{book}：第 {number} 号事项", "{book}: matter {number}")


class HoldsMeeting:
    """The stage ends with the meeting's outcome, once its minutes are approved or it was adjourned."""

    name = "meeting"

    def open(self, course: Course, stage: Stage, *, by: uuid.UUID | None, answers: Answers) -> None:
        matter, settings = course.matter, read_settings(stage)
        plan = next(reversed(plans_of(matter, settings.plan)), None) if settings.plan else None
        meeting = Meeting.objects.create(
            matter=matter,
            entry=matter.entry,
            stage=stage.name,
            place_id=matter.place_id,
            book=course.book.name,
            token=secrets.token_urlsafe(12),
            plan_version=plan.number if plan else None,
            plan_digest=plan.digest if plan else None,
            head=START,
        )
        Seat.objects.bulk_create(_seats(course, settings, meeting))
        if settings.question:
            title = THE_QUESTION.filled(book=course.book.title, number=matter.number).zh
            again = put_off_before(meeting)
            Item.objects.create(
                meeting=meeting, number=1, title=title, purpose="decide", matter=matter, carried_from=again
            )
        carried = take_up_deferred(meeting)
        body: dict[str, object] = {"matter": str(matter.pk), "carried": carried}
        if plan:
            body |= {"plan": plan.number, "plan_digest": plan.digest.hex()}
        note(meeting, Deed("begun", body))

    def outcome(self, matter: Matter, stage: Stage) -> str | None:
        found = Meeting.objects.filter(matter=matter, entry=matter.entry, approved_at__isnull=False).first()
        return found.outcome if found else None

    def panel(self, matter: Matter, stage: Stage, viewer: Reader) -> dict[str, object] | None:
        return panel_of(matter, viewer)


def _seats(course: Course, settings: Settings, meeting: Meeting) -> Iterable[Seat]:
    """Who is due by the playbook; the convener adds to them. Each person sits once: whoever is on the roll, with the roll."""
    side = settings.electorate
    roll = roll_of(course.matter.place, side) if side else {}
    found = {key: Seat(meeting=meeting, side=side, person_id=key) for key in roll}
    for side, role in settings.seats.items():
        for person in people_around(course.matter.place, role):
            found.setdefault(
                person.pk,
                Seat(meeting=meeting, side=side, person=person, votes=not settings.voting or side in settings.voting),
            )
    return found.values()
