"""Writing imported matters, a batch at a time: each batch is there whole, or not at all."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from linli.lib import clock
from linli.lib.text import Said
from linli.matters.course import Course
from linli.matters.keeping import keep_many_new
from linli.matters.models import Matter
from linli.matters.seats import roles_of
from linli.people.models import Person
from linli.people.queries import lines_with_seats
from linli.playbooks.versions import book_of, current_version
from linli.requests.imports.history import Setting, course_of
from linli.requests.imports.mapping import RequestMap
from linli.requests.imports.rows import IMPORTS, Told
from linli.requests.imports.whereabouts import NOWHERE, Whereabouts

BOOK = "imported_request"
RAISER = "来信人"
CHANGED = Said(
    "以前导入过同一编号，但内容不同（{what}）；已有的没有改动",
    "the same id came before with something else ({what}); what is there was left as it is",
)
RAISED, CATEGORY, PLACE, CLOSED = (
    Said("提出时间", "time"),
    Said("类别", "category"),
    Said("地点", "place"),
    Said("已办结", "closed"),
)


@dataclass(frozen=True, slots=True)
class Before:
    """What stands in the book of a request that was imported earlier."""

    raised: datetime
    category: str
    place: uuid.UUID
    closed: bool


@dataclass
class Batch:
    made: int = 0
    known: int = 0
    refused: list[tuple[Told, Said]] = field(default_factory=list)


def setting_of(plan: RequestMap, *, writes: bool) -> Setting:
    """One stand-in per source raises all its requests: nobody is made up, and nobody's name is taken over."""
    version = current_version(BOOK)
    raiser = uuid.uuid5(IMPORTS, plan.source)
    if writes:
        Person.objects.get_or_create(pk=raiser, defaults={"name": RAISER, "password": make_password(None)})
    return Setting(plan.source, version, book_of(version.pk), raiser, clock.now(), plan.due_after)


@transaction.atomic
def import_batch(batch: Sequence[Told], setting: Setting, whereabouts: Whereabouts) -> Batch:
    """Make matters of those that are not there yet. A second import of the same source at the same time waits its turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(current_schema() || %s, 0))", [setting.source])
    done, fresh = sorted_out(batch, setting, whereabouts)
    keep_many_new(_courses(fresh, setting, whereabouts))
    done.made = len(fresh)
    return done


def sorted_out(batch: Sequence[Told], setting: Setting, whereabouts: Whereabouts) -> tuple[Batch, list[Told]]:
    """Which of them are new, each key once; reads only."""
    done, fresh = Batch(), dict[uuid.UUID, Told]()
    before = _before(batch, setting.raiser)
    for told in batch:
        if told.key in fresh:
            changes = _between(fresh[told.key], told)
        elif told.key in before:
            changes = _changes(before[told.key], told, whereabouts)
        elif whereabouts.has_home(told.place):
            fresh[told.key] = told
            continue
        else:
            done.refused.append((told, NOWHERE))
            continue
        _note_known(done, told, changes)
    return done, list(fresh.values())


def _note_known(done: Batch, told: Told, changes: list[Said]) -> None:
    if not changes:
        done.known += 1
        return
    what = Said("、".join(one.zh for one in changes), ", ".join(one.en for one in changes))
    done.refused.append((told, CHANGED.filled(what=what)))


def _before(batch: Sequence[Told], raiser: uuid.UUID) -> Mapping[uuid.UUID, Before]:
    rows = Matter.objects.filter(raiser_id=raiser, key__in=[told.key for told in batch])
    columns = rows.values_list("key", "raised_at", "category", "place_id", "ended_at")
    return {key: Before(raised, category, place, ended is not None) for key, raised, category, place, ended in columns}


def _changes(before: Before, told: Told, whereabouts: Whereabouts) -> list[Said]:
    """What the file tells otherwise. A matter that was closed here while the source has it open is no difference."""
    home = whereabouts.find(told.place) or whereabouts.fallback
    differs = (
        (RAISED, before.raised != told.raised),
        (CATEGORY, before.category != told.category),
        (PLACE, home is None or before.place != home.pk),
        (CLOSED, bool(told.outcome) and not before.closed),
    )
    return [what for what, is_so in differs if is_so]


def _between(first: Told, second: Told) -> list[Said]:
    differs = (
        (RAISED, first.raised != second.raised),
        (CATEGORY, first.category != second.category),
        (PLACE, first.place != second.place),
        (CLOSED, first.outcome != second.outcome),
    )
    return [what for what, is_so in differs if is_so]


def _courses(fresh: Iterable[Told], setting: Setting, whereabouts: Whereabouts) -> list[Course]:
    homes = [(told, *whereabouts.place(told.place)) for told in fresh]
    lines = lines_with_seats(list({place.pk: place for _, place, _ in homes}.values()), roles_of(setting.book))
    return [course_of(told, setting, place, lines[place.pk], written=written) for told, place, written in homes]
