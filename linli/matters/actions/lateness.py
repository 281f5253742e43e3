"""The job that looks after what nobody looked after: warns, makes late, climbs, closes by silence, hands on what fell free.

It takes what is due in batches that other runners skip, so any number may run at once; running twice changes nothing, since
every step changes the moment at which the job must look again. Matters that nobody has taken climb like any other.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction

from linli.lib import clock
from linli.matters.actions.delays import lapse_delay
from linli.matters.actions.moving import after_arrival
from linli.matters.actions.objections import lapse_objection
from linli.matters.course import Course
from linli.matters.keeping import keep
from linli.matters.models import Duty, Matter
from linli.matters.seats import roles_of
from linli.people.queries import lines_with_seats
from linli.playbooks.engine import lapse
from linli.playbooks.versions import book_of

BATCH = 500


@dataclass
class Report:
    """How many matters the job warned, made late, let climb, closed; keyed by the verb in the record."""

    done: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return ", ".join(f"{verb} {count}" for verb, count in sorted(self.done.items())) or "nothing to do"


def look_after(*, moment: datetime | None = None, batch: int = BATCH) -> Report:
    """Do all that is due at `moment` (now, unless told). Returns when nothing is left."""
    report = Report()
    with clock.at(moment or clock.now()) as now:
        while _look_once(now, batch, report):
            pass
    return report


@transaction.atomic
def _look_once(now: datetime, batch: int, report: Report) -> bool:
    """One batch. False when nothing happened in it: a matter that stayed due must not keep the job for ever."""
    due = _claim(now, batch)
    sides = _side_duties(due)
    courses = list(_courses(due, now))
    ended = [course for course in courses if _attend(course, sides.get(course.matter.pk, []))]
    keep(courses)
    for course in ended:
        after_arrival(course, by=None)
    report.done.update(prepared.event.verb for course in courses for prepared in course.events)
    return any(course.events for course in courses)


def _claim(now: datetime, batch: int) -> list[Matter]:
    """Locked first and read afterwards: a row that changed while it was being locked would come with its old holder."""
    waiting = Matter.objects.filter(ended_at__isnull=True, attend_at__lte=now).order_by("attend_at", "pk")
    claimed = list(waiting.select_for_update(skip_locked=True).values_list("pk", flat=True)[:batch])
    return list(Matter.objects.select_related("holder", "place").filter(pk__in=claimed).order_by("attend_at", "pk"))


def _side_duties(matters: Iterable[Matter]) -> dict[uuid.UUID, list[Duty]]:
    found: dict[uuid.UUID, list[Duty]] = {}
    kinds = (Duty.RULES_DELAY, Duty.RULES_OBJECTION)
    for duty in Duty.objects.filter(matter__in=[matter.pk for matter in matters], until__isnull=True, kind__in=kinds):
        found.setdefault(duty.matter_id, []).append(duty)
    return found


def _courses(matters: list[Matter], now: datetime) -> Iterable[Course]:
    books = {matter.pk: book_of(matter.playbook_id) for matter in matters}
    roles = frozenset(role for book in books.values() for role in roles_of(book))
    lines = lines_with_seats([matter.place for matter in matters], roles)
    for matter in matters:
        yield Course(matter, books[matter.pk], lines[matter.place_id], now)


def _attend(course: Course, sides: list[Duty]) -> bool:
    """Do what is due with one matter, in the order in which it fell due. True when it moved on by itself."""
    matter, now = course.matter, course.now
    _lapse_requests(course, sides)
    if matter.late_at is None and matter.due_at is not None and matter.due_at <= now:
        return _become_late(course)
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


def _become_late(course: Course) -> bool:
    """Late is a stored fact, and the chain climbs at once; where silence is the raiser's, the matter goes on by itself."""
    arrival = lapse(course.book, course.matter.stage, course.facts)
    if arrival is not None:
        was = course.matter.stage
        course.arrive(arrival)
        course.note("lapsed", actor=None, body={"from": was, "to": arrival.name})
        return True
    course.matter.late_at = course.matter.warned_at = course.now
    course.climb(after=course.matter.climbed)
    course.note("late", actor=None)
    return False
