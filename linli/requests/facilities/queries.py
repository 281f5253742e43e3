from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from linli.lib import clock
from linli.lib.text import Said
from linli.matters.models import Matter
from linli.people.roles import ROLES
from linli.places.facilities import CONDITIONS, KINDS
from linli.places.facility_queries import in_time_since, standing, within
from linli.places.models import Facility, Inspection, Place
from linli.places.queries import full_name, lines_of
from linli.playbooks.versions import book_of
from linli.record.models import Sealed
from linli.record.queries import opened
from linli.requests.facilities.actions import LEVELS
from linli.requests.models import FacilityMatter

MOST_PLACES, NEWEST = 500, 20


@dataclass(frozen=True, slots=True)
class Row:
    """One facility in a list."""

    facility: Facility
    where: Said

    @property
    def kind(self) -> Said:
        return KINDS[self.facility.kind].title

    @property
    def condition(self) -> Said | None:
        return CONDITIONS.get(self.facility.condition)

    @property
    def is_late(self) -> bool:
        """Installed, and not looked at within the days of its kind."""
        one = self.facility
        if one.installed_on is None or one.valid_to is not None:
            return False
        since = in_time_since(one.kind, clock.local_day(clock.now()))
        return one.inspected_at is None or one.inspected_at < since

    @property
    def every(self) -> int:
        return KINDS[self.facility.kind].every


def said_of(line: list[Place]) -> Said:
    return Said(full_name(line), full_name(line, "en"))


def rows_of(facilities: Sequence[Facility]) -> list[Row]:
    lines = lines_of(one.place for one in facilities)
    return [Row(one, said_of(lines[one.place.pk])) for one in facilities]


def in_areas(areas: Sequence[Place]) -> QuerySet[Facility]:
    return within(standing(), [place.path for place in areas])


def places_in(areas: Iterable[Place], levels: Iterable[str] = LEVELS) -> list[tuple[Place, Said]]:
    """The places that may be chosen in a form, in the order of the tree."""
    inside = Q(pk__in=())
    for area in areas:
        inside |= Q(path=area.path) | Q(path__startswith=f"{area.path}.")
    found = list(
        Place.objects.filter(inside, level__in=list(levels), valid_to__isnull=True).order_by("order", "path")[
            :MOST_PLACES
        ]
    )
    lines = lines_of(found)
    return [(place, said_of(lines[place.pk])) for place in found]


def find_facility(key: uuid.UUID) -> Facility | None:
    return Facility.objects.select_related("place").filter(pk=key).first()


@dataclass(frozen=True, slots=True)
class Seen:
    """One inspection, as it stands in the history."""

    inspection: uuid.UUID
    at: datetime
    condition: str
    by: str
    role: Said | None
    note: str

    @property
    def condition_said(self) -> Said:
        return CONDITIONS[self.condition]


def inspections_of(facility: Facility) -> list[Seen]:
    """The newest ones with what was noted, as far as it was not erased."""
    rows = list(
        Inspection.objects.filter(facility=facility).select_related("by", "event__post").order_by("-at", "-pk")[:NEWEST]
    )
    notes = opened(Sealed.objects.filter(event__in=[row.event_id for row in rows], name="note"))
    return [_seen(row, str(notes.get(row.event_id, {}).get("note", ""))) for row in rows]


def _seen(row: Inspection, note: str) -> Seen:
    post = row.event.post
    return Seen(row.pk, row.at, row.condition, row.by.name, ROLES[post.role].title if post else None, note)


@dataclass(frozen=True, slots=True)
class Report:
    """A matter about a facility."""

    matter: Matter
    inspection: uuid.UUID | None

    @property
    def book(self) -> Said:
        return book_of(self.matter.playbook_id).title

    @property
    def stage(self) -> Said:
        return book_of(self.matter.playbook_id).title_of(self.matter.stage)


def reports_of(facility: Facility) -> list[Report]:
    links = FacilityMatter.objects.filter(facility=facility).select_related("matter").order_by("-matter__raised_at")
    return [Report(link.matter, link.inspection_id) for link in links[:NEWEST]]
