"""The job that looks after what nobody looked after: warns, makes late, climbs, closes by silence, hands on what fell free.

It takes what is due in batches that other runners skip, so any number may run at once; running twice changes nothing, since
every step changes the moment at which the job must look again. Matters that nobody has taken climb like any other.

A job never waits for a matter while it holds others: two that did could wait for one another for ever. What it may come to
write, the due matters and those that called them, is locked beforehand, and what somebody else holds is left for the next time.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from linli.lib import clock
from linli.matters.actions.delays import lapse_delay
from linli.matters.actions.moving import after_arrival
from linli.matters.actions.objections import lapse_objection
from linli.matters.calendars import office_calendar
from linli.matters.course import Course, limit_for
from linli.matters.keeping import keep
from linli.matters.models import Duty, Matter
from linli.matters.queries import open_parts
from linli.matters.seats import Holder, roles_of
from linli.people.queries import lines_with_seats
from linli.playbooks.engine import lapse
from linli.playbooks.versions import book_of
from linli.record.chain import stamp

BATCH = 500


@dataclass
class Report:
    """How many matters the job warned, made late, let climb, closed; keyed by the verb in the record."""

    done: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return ", ".join(f"{verb} {count}" for verb, count in sorted(self.done.items())) or "nothing to do"


def look_after(*, moment: datetime | None = None, batch: int = BATCH) -> Report:
    """Do all that is due at `moment` (now, unless told). Returns when nothing is left."""
    report, passed = Report(), set[uuid.UUID]()
    with clock.at(moment or clock.now()) as now:
        while _look_once(now, batch, report, passed):
            pass
    return report


@transaction.atomic
def _look_once(now: datetime, batch: int, report: Report, passed: set[uuid.UUID]) -> bool:
    """One batch. False when nothing happened in it: a matter that stayed due must not keep the job for ever.

    `passed` are those that it passed over, for this time.
    """
    before = len(passed)
    due = _claim(now, batch, passed)
    sides = _side_duties(due)
    courses = list(_courses(due, now))
    parts = _parts_of_the_silent(courses)
    ended = [course for course in courses if _attend(course, sides.get(course.matter.pk, []), parts)]
    keep(courses)
    for course in ended:
        after_arrival(course, by=None)
    report.done.update(prepared.event.verb for course in courses for prepared in course.events)
    return any(course.events for course in courses) or len(passed) > before


def _claim(now: datetime, batch: int, passed: set[uuid.UUID]) -> list[Matter]:
    """Locked first and read afterwards: a row that changed while it was being locked would come with its old holder."""
    waiting = Matter.objects.filter(ended_at__isnull=True, attend_at__lte=now).exclude(pk__in=passed)
    locked = waiting.order_by("attend_at", "pk").select_for_update(skip_locked=True)
    claimed = dict(locked.values_list("pk", "parent_id")[:batch])
    passed |= (busy := _with_a_busy_caller(claimed))
    claimed = {pk: parent for pk, parent in claimed.items() if pk not in busy}
    return list(Matter.objects.select_related("holder", "place").filter(pk__in=claimed).order_by("attend_at", "pk"))


def _with_a_busy_caller(claimed: Mapping[uuid.UUID, uuid.UUID | None]) -> set[uuid.UUID]:
    """Those of which a matter above, that their end could bring on, is locked by somebody else. Locks the others' above them."""
    above = {pk: parent for pk, parent in claimed.items() if parent is not None}
    busy: set[uuid.UUID] = set()
    while above:
        wanted = Matter.objects.filter(pk__in=set(above.values())).order_by("pk")
        locked = dict(wanted.select_for_update(skip_locked=True).values_list("pk", "parent_id"))
        busy |= {pk for pk, parent in above.items() if parent not in locked}
        above = {pk: up for pk, parent in above.items() if (up := locked.get(parent)) is not None}
    return busy


def _side_duties(matters: Iterable[Matter]) -> dict[uuid.UUID, list[Duty]]:
    found: dict[uuid.UUID, list[Duty]] = {}
    kinds = (Duty.RULES_DELAY, Duty.RULES_OBJECTION)
    for duty in Duty.objects.filter(matter__in=[matter.pk for matter in matters], until__isnull=True, kind__in=kinds):
        found.setdefault(duty.matter_id, []).append(duty)
    return found


def _courses(matters: list[Matter], now: datetime) -> Iterable[Course]:
    books = {matter.pk: book_of(matter.playbook_id) for matter in matters}
    roles = frozenset(role for book in books.values() for role in roles_of(book))
    lines, calendar = lines_with_seats([matter.place for matter in matters], roles), office_calendar()
    for matter in matters:
        yield Course(matter, books[matter.pk], lines[matter.place_id], now, calendar)


def _parts_of_the_silent(courses: Iterable[Course]) -> Mapping[uuid.UUID, list[int]]:
    """The open parts of those that the raiser's silence could close."""
    stages = {course.matter.pk: course.book.stages.get(course.matter.stage) for course in courses}
    silent = [pk for pk, stage in stages.items() if stage is not None and stage.late is not None]
    return open_parts(silent) if silent else {}


def _attend(course: Course, sides: list[Duty], parts: Mapping[uuid.UUID, list[int]]) -> bool:
    """Do what is due with one matter, in the order in which it fell due. True when it moved on by itself."""
    matter, now = course.matter, course.now
    _lapse_requests(course, sides)
    if matter.asked_due is not None and matter.asked_due <= now:
        matter.asked_due = None
        course.note("question_lapsed", actor=None)
    if matter.late_at is None and matter.due_at is not None and matter.due_at <= now:
        return _become_late(course, parts.get(matter.pk, []))
    if matter.late_at is None and matter.warned_at is None and matter.warn_at is not None and matter.warn_at <= now:
        matter.warned_at = now
        course.note("warned", actor=None)
    if matter.climb_at is not None and matter.climb_at <= now:
        course.climb(after=matter.climbed)
        course.note("climbed", actor=None)
    course.settle()
    return False


def _lapse_requests(course: Course, sides: list[Duty]) -> None:
    over = [duty for duty in sides if duty.due_at <= course.now]
    course.side_due = min((duty.due_at for duty in sides if duty not in over), default=None)
    for duty in over:
        (lapse_delay if duty.kind == Duty.RULES_DELAY else lapse_objection)(course, duty)


def _wait_for_parts(course: Course, numbers: list[int]) -> None:
    """Silence does not solve what has parts going on: the time for a verdict begins anew."""
    matter, stage = course.matter, course.book.stages[course.matter.stage]
    if stage.limit is None:
        raise ValueError(f"The stage {stage.name} of {course.book.name} has no limit; it was never checked.")
    due = course.until(limit_for(stage, course.facts))
    matter.warned_at = None
    course.set_due(due, stage)
    course.closes.add(Duty.HOLDS)
    course.hold(course.holder or Holder(), stage)
    course.note("waits_for_parts", actor=None, body={"numbers": numbers, "due": stamp(due)})


def _become_late(course: Course, parts: list[int]) -> bool:
    """Late is a stored fact, and the chain climbs at once; where silence is the raiser's, the matter goes on by itself."""
    arrival = lapse(course.book, course.matter.stage, course.facts)
    if parts and arrival is not None and arrival.end is not None and arrival.end.outcome == "solved":
        _wait_for_parts(course, parts)
        return False
    if arrival is not None:
        was = course.matter.stage
        course.arrive(arrival)
        course.note("lapsed", actor=None, body={"from": was, "to": arrival.name})
        return True
    course.matter.late_at = course.matter.warned_at = course.now
    course.climb(after=course.matter.climbed)
    course.note("late", actor=None)
    return False
