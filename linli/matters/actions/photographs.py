"""Keeping the photos of a form or a move, erasing those about a person, and clearing up after a transaction that failed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from functools import partial

from django.db import transaction

from linli.lib import clock
from linli.matters import photo_files
from linli.matters.answers import Answers, NewPhoto
from linli.matters.course import Course
from linli.matters.models import Photo
from linli.record.models import Event


def keep_photos(course: Course, answers: Answers) -> None:
    """Once the event that commits to them is written, in the same transaction."""
    if not answers.photos:
        return
    event = course.events[-1].event
    photos = list(_rows(course, answers, event))
    Photo.objects.bulk_create(row for row, _ in photos)
    for row, new in photos:
        photo_files.put(row.pk, bytes(row.key or b""), {"large": new.picture.jpeg, "small": new.picture.preview})
        transaction.on_commit(partial(photo_files.settle, row.pk), robust=True)


def _rows(course: Course, answers: Answers, event: Event) -> Iterator[tuple[Photo, NewPhoto]]:
    for name, photos in answers.photos.items():
        for new in photos:
            yield _row(course, event, name, new, private=name in answers.sensitive), new


def _row(course: Course, event: Event, name: str, new: NewPhoto, *, private: bool) -> Photo:
    return Photo(
        id=new.id,
        matter=course.matter,
        event=event,
        name=name,
        about_id=course.matter.raiser_id,
        private=private,
        key=photo_files.new_key(),
        digest=bytes.fromhex(new.picture.digest),
        width=new.picture.width,
        height=new.picture.height,
        size=len(new.picture.jpeg),
    )


def forget_photos(person: uuid.UUID) -> None:
    """Erase every photo that stands sealed about a person: with its key goes what could be seen, wherever a copy may lie."""
    rows = Photo.objects.filter(about_id=person, shredded_at__isnull=True)
    gone = list(rows.values_list("pk", flat=True))
    rows.update(key=None, digest=None, width=0, height=0, size=0, shredded_at=clock.now())
    transaction.on_commit(partial(_remove, gone), robust=True)


def _remove(photos: Iterable[uuid.UUID]) -> None:
    for photo in photos:
        photo_files.remove(photo)


def clear_abandoned() -> int:
    """Of the files that a server left behind when it stopped in the middle: keep what was committed, remove the rest."""
    left = list(photo_files.abandoned())
    kept = set(Photo.objects.filter(pk__in=left, shredded_at__isnull=True).values_list("pk", flat=True))
    for photo in left:
        (photo_files.settle if photo in kept else photo_files.remove)(photo)
    return len(left)
