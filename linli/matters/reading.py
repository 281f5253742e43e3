"""Reading one matter as it stands, ready to go on."""

from __future__ import annotations

import uuid

from linli.lib import clock
from linli.matters.course import Course
from linli.matters.models import Duty, Matter
from linli.matters.seats import roles_of
from linli.people.queries import line_with_seats
from linli.playbooks.versions import book_of


def read_course(matter_id: uuid.UUID) -> Course:
    matter = Matter.objects.select_related("holder__person", "place", "raiser").get(pk=matter_id)
    book = book_of(matter.playbook_id)
    return Course(matter, book, line_with_seats(matter.place, roles_of(book)), clock.now())


def read_beside(matter_id: uuid.UUID) -> Course:
    """For what is only written down beside the stages: a request that waits for a ruling goes on waiting."""
    course = read_course(matter_id)
    course.side_due = min((duty.due_at for duty in side_duties(matter_id)), default=None)
    return course


def side_duties(matter_id: uuid.UUID) -> list[Duty]:
    """The open requests on a matter: a delay or an objection that somebody has to rule on."""
    kinds = (Duty.RULES_DELAY, Duty.RULES_OBJECTION)
    return list(Duty.objects.filter(matter_id=matter_id, kind__in=kinds, until__isnull=True))
