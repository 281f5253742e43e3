"""What somebody held who is gone: the duty falls to the next filled step of the chain, and the record says so."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q, QuerySet

from linli.lib import clock
from linli.lib.refusals import Conflict
from linli.matters.course import Course
from linli.matters.keeping import keep
from linli.matters.models import Duty
from linli.matters.reading import read_course, side_duties
from linli.matters.seats import Holder, fall_from
from linli.people.queries import people_who_left, people_with_role, vacated_seats
from linli.playbooks.engine import fields

LOOK_BACK = timedelta(days=2)


def hand_on_vacant(*, look_back: timedelta = LOOK_BACK) -> int:
    """Hand on what is held by seats and people whose posts ended within `look_back`; returns how many matters moved.

    Looking back over days instead of keeping a watermark makes a job that was down, or ran twice, do no harm.
    """
    return sum(_hand_on_unless_moved(duty) for duty in _held_by_the_gone(look_back))


def _held_by_the_gone(look_back: timedelta) -> QuerySet[Duty]:
    """What the raiser holds stays with the raiser, whatever posts there were."""
    since = clock.now() - look_back
    held = Q(person_id__in=people_who_left(since)) & ~Q(person_id=F("matter__raiser_id"))
    for role, place in vacated_seats(since):
        held |= Q(role=role, place_id=place)
    return Duty.objects.filter(held, until__isnull=True, kind=Duty.HOLDS)


def _hand_on_unless_moved(duty: Duty) -> bool:
    """Who moved the matter at this very moment was faster; if the duty is still vacant, the next run sees it."""
    try:
        return _hand_on(duty)
    except Conflict:
        return False


@transaction.atomic
def _hand_on(duty: Duty) -> bool:
    course = read_course(duty.matter_id)
    if course.matter.holder_id != duty.pk:
        return False
    roles = [duty.role] if duty.role else _named_for(course)
    if duty.person_id is not None and _still_holds(duty.person_id, roles, course):
        return False
    holder = fall_from(course.book, roles[0] if roles else "", course.line)
    if (holder.role, holder.place) == (duty.role, duty.place_id):
        return False
    course.side_due = min((side.due_at for side in side_duties(course.matter.pk)), default=None)
    course.closes.add(Duty.HOLDS)
    course.hold(Holder(holder.role, holder.place, fell=holder.fell), course.book.stages[course.matter.stage])
    course.note("fell", actor=None)
    keep([course])
    return True


def _named_for(course: Course) -> list[str]:
    """The roles for which the person who holds this stage may have been named; moves may ask for different ones."""
    owed = course.book.stages[course.matter.stage].duty
    asked = (one.role for one in fields(course.book) if owed is not None and one.name == owed.person)
    return list(dict.fromkeys(asked))


def _still_holds(person: uuid.UUID, roles: Iterable[str], course: Course) -> bool:
    """Losing one post leaves what was given for another."""
    places = [pk for pk, _, _ in course.line.places]
    return any(people_with_role(role, places).filter(pk=person).exists() for role in roles)
