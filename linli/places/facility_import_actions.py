"""Entering thousands of facilities at once: the same events and columns as one by one, in few statements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction

from linli.lib import clock
from linli.lib.ids import new_id
from linli.places.facility_actions import Actor, Change, Details, body_of, noted
from linli.places.models import Facility, Place
from linli.postgres.copying import copy_in
from linli.record.actions import Prepared, write_many
from linli.record.chain import START

BATCH = 5000


@dataclass(frozen=True, slots=True)
class Entry:
    """A facility as a table tells it; how it was found and when it was looked at last, as far as that is known."""

    place: Place
    details: Details
    condition: str
    inspected_on: date | None


@transaction.atomic
def add_facilities(entries: Sequence[Entry], *, actor: Actor) -> None:
    """All of them or none."""
    for start in range(0, len(entries), BATCH):
        made = [_added(entry, actor) for entry in entries[start : start + BATCH]]
        write_many([event for _, event in made])
        copy_in([facility for facility, _ in made])


def _added(entry: Entry, actor: Actor) -> tuple[Facility, Prepared]:
    given = entry.details
    facility = Facility(
        id=new_id(),
        place=entry.place,
        kind=given.kind,
        name=given.name,
        maker_number=given.maker_number,
        planned=given.planned,
        installed_on=given.installed_on,
        condition=entry.condition,
        inspected_at=_noon(entry.inspected_on) if entry.inspected_on else None,
        valid_from=given.installed_on or clock.local_day(clock.now()),
        head=START,
    )
    return facility, noted(facility, Change("added", actor, body={**body_of(facility), "imported": True}), before={})


def _noon(day: date) -> datetime:
    """A table tells the day alone; the middle of it is as near as one can come."""
    return datetime.combine(day, time(12), clock.ZONE)
