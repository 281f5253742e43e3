"""Splitting a matter: each part is a matter of its own, with its own method, holder, deadline and end, for the same raiser.

A part's end is its own and nothing else; the parent cannot end as solved before (`matters.actions.moving`). Units called to a
joint action stand below a matter too, but by another bond, and are judged by who called.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.matters.actions.raising import begin
from linli.matters.answers import Answers
from linli.matters.course import Course
from linli.matters.keeping import keep
from linli.matters.models import Matter
from linli.matters.reading import read_beside
from linli.matters.seats import roles_of
from linli.people.queries import line_with_seats
from linli.people.reader import Reader
from linli.places.levels import LEVELS
from linli.places.models import Place
from linli.playbooks.versions import book_of, current_version
from linli.record.models import Event
from linli.requests.loop.policies import require_office
from linli.requests.loop.splits import may_be_part, stands_near

MOST = 10
AT_LEAST_ONE = Said("请至少写一件分事项。", "Please write at least one part.")
TOO_MANY = Said(
    "一件事最多分成 {most} 件，已有 {there} 件。", "A matter has {most} parts at the most; there are {there} already."
)
PART_OF_PART = Said(
    "这件事本身是从另一件分出来的，不能再分。", "This is a part of another matter and cannot be split again."
)
NOT_THIS_BOOK = Said(
    "分事项不能用“{book}”办理，请换一个办法。", "A part cannot be handled by “{book}”; please choose another method."
)
NOT_THERE = Said(
    "分事项的地点要在原事项的地点或它所属的各级上。",
    "A part must be at the matter's own place, below it, or on the line above.",
)
WRONG_LEVEL = Said(
    "“{book}”不能在“{level}”这一级办理，请换一个地点。",
    "“{book}” is not for a place of the level “{level}”; please choose another place.",
)


@dataclass(frozen=True, slots=True)
class NewPart:
    """`answers` were read against the form of the method already."""

    book: str
    place: Place
    answers: Answers


@transaction.atomic
def split(matter: Matter, parts: Sequence[NewPart], *, actor: Reader, key: uuid.UUID) -> list[int]:
    """The numbers of the new parts. The same submission sent again brings those of the first time."""
    Matter.objects.select_for_update().get(pk=matter.pk)
    before = Event.objects.filter(chain=matter.pk, key=key).first()
    if before is not None:
        return [int(number) for number in before.body.get("numbers", ())]
    course = read_beside(matter.pk)
    require_office(actor, course.matter)
    _check(course, parts)
    numbers = [_begin(course.matter, part, uuid.uuid5(key, str(place))) for place, part in enumerate(parts)]
    post = course.post_of_holder(actor)
    course.note("split", actor=actor.person_id, post=post, key=key, body={"numbers": numbers})
    keep([course])
    return numbers


def _check(course: Course, parts: Sequence[NewPart]) -> None:
    if not parts:
        raise Refused(AT_LEAST_ONE)
    if course.matter.bond in (Matter.CALLED, Matter.PART):
        raise Conflict(PART_OF_PART)
    there = course.matter.children.filter(bond=Matter.PART).count()
    if there + len(parts) > MOST:
        raise Refused(TOO_MANY.filled(most=MOST, there=there))
    for part in parts:
        _check_part(course, part)


def _check_part(course: Course, part: NewPart) -> None:
    book = book_of(current_version(part.book).pk)
    if not may_be_part(book):
        raise Refused(NOT_THIS_BOOK.filled(book=book.title))
    if not stands_near(part.place, course.matter):
        raise Refused(NOT_THERE)
    if part.place.level not in book.at:
        raise Refused(WRONG_LEVEL.filled(book=book.title, level=LEVELS[part.place.level]))


def _begin(parent: Matter, part: NewPart, key: uuid.UUID) -> int:
    version = current_version(part.book)
    line = line_with_seats(part.place, roles_of(book_of(version.pk)))
    begun = begin(
        version,
        part.place,
        line,
        raiser=parent.raiser,
        post=None,
        answers=part.answers,
        key=key,
        urgency=parent.urgency,
        parent=parent,
        bond=Matter.PART,
    )
    return int(begun.number)
