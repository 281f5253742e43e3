"""Splitting a matter: each part is a matter of its own, with its own method, holder, deadline and end, for the same raiser.

A part's end is its own and nothing else; the parent cannot end as solved before (`matters.actions.moving`). Units called to a
joint action stand below a matter too, but by another bond, and are judged by who called.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from linli.lib.ids import new_id
from linli.lib.pictures import Picture
from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.matters import photo_files
from linli.matters.actions.raising import begin
from linli.matters.answers import MOST_PHOTOS, Answers, NewPhoto
from linli.matters.course import Course
from linli.matters.keeping import keep
from linli.matters.models import Matter, Photo
from linli.matters.reading import read_beside
from linli.matters.seats import roles_of
from linli.people.queries import line_with_seats
from linli.people.reader import Reader
from linli.places.levels import LEVELS
from linli.places.models import Place
from linli.playbooks.model import Playbook
from linli.playbooks.versions import book_of, current_version
from linli.record.models import Event
from linli.requests.loop.policies import require_office
from linli.requests.loop.splits import may_be_part, photos_field, photos_to_take, stands_near

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


NO_ROOM_FOR_PHOTOS = Said(
    "“{book}”没有照片这一项，带不了照片。请不选照片，或换一个办法。",
    "“{book}” has no field for photos. Leave the photos out, or choose another method.",
)
TOO_MANY_PHOTOS = Said("“{book}”最多带 {most} 张照片。", "“{book}” takes {most} photos at the most.")
PHOTO_GONE = Said(
    "所选的照片里有的已经不在了，请重新选择。", "One of the chosen photos is no longer there; please choose again."
)


@dataclass(frozen=True, slots=True)
class NewPart:
    """`answers` were read against the form of the method already. `photos` are some of the whole matter's own."""

    book: str
    place: Place
    answers: Answers
    photos: tuple[uuid.UUID, ...] = ()


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
    if part.photos:
        _check_photos(book, len(part.photos))


def _check_photos(book: Playbook, many: int) -> None:
    takes = photos_field(book)
    if takes is None:
        raise Refused(NO_ROOM_FOR_PHOTOS.filled(book=book.title))
    if many > (takes.max or MOST_PHOTOS):
        raise Refused(TOO_MANY_PHOTOS.filled(book=book.title, most=takes.max or MOST_PHOTOS))


def _begin(parent: Matter, part: NewPart, key: uuid.UUID) -> int:
    version = current_version(part.book)
    book = book_of(version.pk)
    line = line_with_seats(part.place, roles_of(book))
    begun = begin(
        version,
        part.place,
        line,
        raiser=parent.raiser,
        post=None,
        answers=_with_photos(parent, part, book),
        key=key,
        urgency=parent.urgency,
        parent=parent,
        bond=Matter.PART,
    )
    return int(begun.number)


def _with_photos(parent: Matter, part: NewPart, book: Playbook) -> Answers:
    """Copies with keys of their own: the part's holder sees them by the part's own rules, and each is erased by itself."""
    takes = photos_field(book)
    if not part.photos or takes is None:
        return part.answers
    there = {photo.pk: photo for photo in photos_to_take(parent)}
    if not there.keys() >= set(part.photos):
        raise Refused(PHOTO_GONE)
    copies = tuple(_copy(there[photo]) for photo in part.photos)
    return replace(part.answers, photos={**part.answers.photos, takes.name: copies})


def _copy(photo: Photo) -> NewPhoto:
    large, small = (photo_files.get(photo.pk, bytes(photo.key or b""), size) for size in photo_files.SIZES)
    if large is None or small is None:
        raise Refused(PHOTO_GONE)
    return NewPhoto(new_id(), Picture(large, small, photo.width, photo.height))
