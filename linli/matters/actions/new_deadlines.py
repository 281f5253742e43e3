"""After the working calendar was changed: which deadlines would be later by it, and moving them, told to everybody.

A deadline never moves by itself. Nobody's time is shortened after the fact, so what would be earlier stays; so does what is
late already, and what somebody granted more time for.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from linli.lib import clock
from linli.lib.refusals import Conflict
from linli.lib.text import Said
from linli.lib.workcalendar import WorkCalendar
from linli.matters.calendars import office_calendar
from linli.matters.course import Course, facts_of, limit_for
from linli.matters.keeping import keep
from linli.matters.models import Duty, Matter
from linli.matters.seats import Holder, roles_of
from linli.people.queries import lines_with_seats
from linli.people.reader import Reader
from linli.playbooks.limits import due_at, follows_calendar
from linli.playbooks.versions import book_of
from linli.record.chain import stamp
from linli.workdays.policies import require_keeper

BATCH = 500
CHANGED_MEANWHILE = Said(
    "工作日历刚刚又有改动。请看过新的预览再确认。",
    "The working calendar was changed again just now. Please look at the new preview and then confirm.",
)
IMPORTED = "imported_request"  # its deadlines are those of the source


@dataclass(frozen=True, slots=True)
class Later:
    """A matter whose deadline would be later."""

    matter: Matter
    due: datetime


@dataclass
class Preview:
    """`token` names the calendar that it was worked out with."""

    token: str
    later: list[Later] = field(default_factory=list)
    earlier: int = 0
    same: int = 0


def preview(*, actor: Reader) -> Preview:
    """What moving would do at the places of this person's post and below; nothing is written."""
    post = require_keeper(actor)
    calendar = office_calendar()
    found = Preview(calendar.version)
    for matter in _concerned(post.place.path).iterator(chunk_size=2000):
        due = _due(matter, calendar)
        if due is None or matter.due_at is None or due == matter.due_at:
            found.same += 1
        elif due < matter.due_at:
            found.earlier += 1
        else:
            found.later.append(Later(matter, due))
    return found


def move_deadlines(token: str, *, actor: Reader) -> int:
    """Move every deadline that is later by the calendar named in the preview; returns how many. Repeated, it finds none."""
    seen = preview(actor=actor)
    if seen.token != token:
        raise Conflict(CHANGED_MEANWHILE)
    post, calendar = require_keeper(actor), office_calendar()
    later = [one.matter.pk for one in seen.later]
    return sum(
        _move(later[place : place + BATCH], calendar, actor.person_id, post.pk) for place in range(0, len(later), BATCH)
    )


@transaction.atomic
def _move(batch: Sequence[uuid.UUID], calendar: WorkCalendar, actor: uuid.UUID | None, post: uuid.UUID) -> int:
    """Locked, and looked at again: what somebody moved on meanwhile is left alone."""
    locked = Matter.objects.filter(pk__in=batch).order_by("pk").select_for_update().values_list("pk", flat=True)
    matters = list(_standing().filter(pk__in=list(locked)).select_related("holder", "place"))
    courses = list(_courses(matters, calendar))
    moved = [course for course in courses if _later(course, calendar, actor, post)]
    keep(moved)
    return len(moved)


def _courses(matters: Sequence[Matter], calendar: WorkCalendar) -> Iterator[Course]:
    roles = frozenset(role for matter in matters for role in roles_of(book_of(matter.playbook_id)))
    lines = lines_with_seats([matter.place for matter in matters], roles)
    waiting = _side_dues(matters)
    for matter in matters:
        course = Course(matter, book_of(matter.playbook_id), lines[matter.place_id], clock.now(), calendar)
        course.side_due = waiting.get(matter.pk)
        yield course


def _side_dues(matters: Sequence[Matter]) -> dict[uuid.UUID, datetime]:
    kinds = (Duty.RULES_DELAY, Duty.RULES_OBJECTION)
    rows = Duty.objects.filter(matter__in=[one.pk for one in matters], kind__in=kinds, until__isnull=True)
    return {duty.matter_id: duty.due_at for duty in rows.order_by("-due_at")}


def _later(course: Course, calendar: WorkCalendar, actor: uuid.UUID | None, post: uuid.UUID) -> bool:
    matter, was = course.matter, course.matter.due_at
    due = _due(matter, calendar)
    if was is None or due is None or due <= was:
        return False
    stage = course.book.stages[matter.stage]
    course.set_due(due, stage)
    if matter.warn_at is not None and matter.warn_at > course.now:
        matter.warned_at = None
    course.closes.add(Duty.HOLDS)
    course.hold(course.holder or Holder(), stage)
    body = {"was": stamp(was), "due": stamp(due), "calendar": calendar.version}
    course.note("due_moved", actor=actor, post=post, body=body)
    return True


def _due(matter: Matter, calendar: WorkCalendar) -> datetime | None:
    """The end of the present stage's limit, counted from when the stage began; None where no holiday can move it."""
    book = book_of(matter.playbook_id)
    limit, working = limit_for(book.stages[matter.stage], facts_of(matter)), book.calendar == "work"
    if not follows_calendar(limit, working=working):
        return None
    return due_at(matter.begun_at, limit, calendar=calendar, working=working).astimezone(UTC)


def _standing() -> QuerySet[Matter]:
    """Open matters with the deadline that their stage gave them."""
    return Matter.objects.filter(ended_at__isnull=True, late_at__isnull=True, delays=0).exclude(book=IMPORTED)


def _concerned(path: str) -> QuerySet[Matter]:
    """Those below a place; where holidays cannot move the limit, working it out anew gives the same."""
    below = Q(place_path=path) | Q(place_path__startswith=f"{path}.")
    return _standing().filter(below).order_by("due_at", "pk")
