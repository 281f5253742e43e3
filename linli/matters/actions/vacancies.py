"""What somebody held who is gone: the duty falls to the next filled step of the chain, and the record says so."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from linli.lib import clock
from linli.matters.keeping import keep
from linli.matters.models import Duty
from linli.matters.reading import read_course
from linli.matters.seats import Holder, fall_from
from linli.people.queries import vacated_people, vacated_seats

LOOK_BACK = timedelta(days=2)


def hand_on_vacant(*, look_back: timedelta = LOOK_BACK) -> int:
    """Hand on what is held by seats and people whose posts ended within `look_back`; returns how many matters moved.

    Looking back over days instead of keeping a watermark makes a job that was down, or ran twice, do no harm.
    """
    since = clock.now() - look_back
    seats, people = vacated_seats(since), vacated_people(since)
    if not seats and not people:
        return 0
    held = Q(pk__in=[])
    for role, place in seats:
        held |= Q(role=role, place_id=place)
    held |= Q(person_id__in=list(people))
    duties = Duty.objects.filter(held, until__isnull=True, kind=Duty.HOLDS)
    return sum(_hand_on(duty, people.get(duty.person_id, "")) for duty in duties if not _is_raisers(duty))


def _is_raisers(duty: Duty) -> bool:
    return duty.person_id is not None and duty.person_id == duty.matter.raiser_id


@transaction.atomic
def _hand_on(duty: Duty, lost_role: str) -> bool:
    course = read_course(duty.matter_id)
    if course.matter.holder_id != duty.pk:
        return False
    holder = fall_from(course.book, duty.role or lost_role, course.line)
    if (holder.role, holder.place) == (duty.role, duty.place_id):
        return False
    stage = course.book.stages[course.matter.stage]
    course.closes.add(Duty.HOLDS)
    course.hold(Holder(holder.role, holder.place, fell=holder.fell), stage)
    course.note("fell", actor=None)
    keep([course])
    return True
