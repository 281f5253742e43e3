"""Writing courses down: the matters by compare-and-set, their duties, their events. The only place that does."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

from django.db import connection

from linli.lib.refusals import Conflict
from linli.lib.text import Said
from linli.matters.course import Course
from linli.matters.models import Duty, Matter
from linli.postgres.copying import copy_in
from linli.record.actions import write, write_many

OVERTAKEN = Said(
    "刚刚有人处理过这件事。请刷新页面，看看现在到了哪一步，再决定要不要继续。",
    "Somebody has just dealt with this matter. Reload the page, see where it stands now, and then go on.",
)


class Overtaken(Conflict):
    """Between reading and writing somebody else wrote. What is still right after reading again may be tried again."""

    def __init__(self) -> None:
        super().__init__(OVERTAKEN)


CHANGING = MappingProxyType(
    {
        "stage": "text",
        "entry": "int",
        "rounds": "int",
        "urgency": "text",
        "category": "text",
        "facts": "jsonb",
        "holder_id": "uuid",
        "begun_at": "timestamptz",
        "due_at": "timestamptz",
        "warn_at": "timestamptz",
        "warned_at": "timestamptz",
        "late_at": "timestamptz",
        "climbed": "int",
        "climb_at": "timestamptz",
        "at_top": "bool",
        "attend_at": "timestamptz",
        "objected": "bool",
        "delays": "int",
        "asked_due": "timestamptz",
        "told_at": "timestamptz",
        "outcome": "text",
        "answered_at": "timestamptz",
        "ended_at": "timestamptz",
        "version": "int",
        "head": "bytea",
    }
)
UPDATE = (  # noqa: S608 only column names of our own are put in
    "UPDATE matters_matter AS matter SET {columns} "
    "FROM unnest(%s::uuid[], %s::int[], {arrays}) AS new (id, was, {names}) "
    "WHERE matter.id = new.id AND matter.version = new.was"
).format(
    columns=", ".join(f"{name} = new.{name}" for name in CHANGING),
    arrays=", ".join(f"%s::{kind}[]" for kind in CHANGING.values()),
    names=", ".join(CHANGING),
)
CLOSE = (
    "UPDATE matters_duty AS duty SET until = gone.until "
    "FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[]) AS gone (matter, kind, until) "
    "WHERE duty.until IS NULL AND duty.matter_id = gone.matter AND duty.kind = gone.kind"
)


def keep_new(course: Course) -> None:
    """Write a matter that was not there; an `IntegrityError` says that this very submission came before."""
    course.matter.save(force_insert=True)
    Duty.objects.bulk_create(course.opens)
    write(course.events)


def keep_many_new(courses: Sequence[Course]) -> None:
    """Write thousands of new matters at once, with duties that may have ended already. All of them, or none."""
    copy_in([course.matter for course in courses])
    copy_in([duty for course in courses for duty in course.opens])
    write_many([prepared for course in courses for prepared in course.events])


def keep(courses: Sequence[Course]) -> None:
    """Write what became of matters, in four statements for any number of them.

    `Overtaken` when one is no longer at the version that was read; the transaction around it must then be given up.
    """
    if _update(courses) != len(courses):
        raise Overtaken
    _close(courses)
    Duty.objects.bulk_create([duty for course in courses for duty in course.opens], batch_size=1000)
    write([prepared for course in courses for prepared in course.events])


def _update(courses: Sequence[Course]) -> int:
    matters = [course.matter for course in courses]
    columns = [[_stored(matter, name) for matter in matters] for name in CHANGING]
    with connection.cursor() as cursor:
        cursor.execute(UPDATE, [[matter.pk for matter in matters], [course.version for course in courses], *columns])
        return int(cursor.rowcount)


def _stored(matter: Matter, name: str) -> Any:
    value = getattr(matter, name)
    return json.dumps(value) if name == "facts" else value


def _close(courses: Sequence[Course]) -> None:
    gone: list[tuple[uuid.UUID, str, Any]] = [
        (course.matter.pk, kind, course.now) for course in courses for kind in sorted(course.closes)
    ]
    if gone:
        with connection.cursor() as cursor:
            cursor.execute(CLOSE, [list(column) for column in zip(*gone, strict=True)])
