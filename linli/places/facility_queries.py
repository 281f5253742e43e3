"""The register of facilities as lists and as figures."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet

from linli.lib import clock
from linli.places.facilities import KINDS, WORKS
from linli.places.models import Facility, Place
from linli.places.paths import paths_to


@dataclass(frozen=True, slots=True)
class Part:
    """How many of how many, exact."""

    of: int
    number: int

    @property
    def percent(self) -> str:
        """Rounded down to a tenth, so that only all of them are ever 100 %; nothing where there is nothing to count."""
        if not self.of:
            return "—"
        tenths = self.number * 1000 // self.of
        return f"{tenths // 10}%" if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}%"

    def __add__(self, other: Part) -> Part:
        return Part(self.of + other.of, self.number + other.number)


@dataclass(frozen=True, slots=True)
class Figures:
    """Coverage: planned points at which something is installed and works. Inspected: of all installed, those looked at in time."""

    covered: Part = Part(0, 0)
    inspected: Part = Part(0, 0)
    broken: int = 0
    installed: int = 0

    def __add__(self, other: Figures) -> Figures:
        return Figures(
            self.covered + other.covered,
            self.inspected + other.inspected,
            self.broken + other.broken,
            self.installed + other.installed,
        )


def standing(under: Place | None = None) -> QuerySet[Facility]:
    """What is on the register today, at a place and below it."""
    rows = Facility.objects.filter(valid_to__isnull=True)
    return rows if under is None else rows.filter(_at_or_below([under.path]))


def _at_or_below(paths: Iterable[str]) -> Q:
    condition = Q(pk__in=())
    for path in paths:
        condition |= Q(place__path=path) | Q(place__path__startswith=f"{path}.")
    return condition


def within(rows: QuerySet[Facility], paths: Sequence[str]) -> QuerySet[Facility]:
    return rows.filter(_at_or_below(paths))


def in_time_since(kind: str, today: date) -> datetime:
    """The beginning of the day since which an inspection of this kind still counts."""
    return datetime.combine(today - timedelta(days=KINDS[kind].every), time(), clock.ZONE)


def overdue(rows: QuerySet[Facility]) -> QuerySet[Facility]:
    """Installed, and not looked at within the days of its kind."""
    today = clock.local_day(clock.now())
    late = Q(pk__in=())
    for kind in KINDS:
        since = in_time_since(kind, today)
        late |= Q(kind=kind) & (Q(inspected_at__isnull=True) | Q(inspected_at__lt=since))
    return rows.filter(late, installed_on__isnull=False)


def figures_by_kind(under: Place | None = None) -> dict[str, Figures]:
    """In the order of the registry; kinds of which there is nothing are left out. One query."""
    found = {kind: figures for (kind, _), figures in _counted(under, by_place=False)}
    return {kind: found[kind] for kind in KINDS if kind in found}


def figures_by_place(level: str, under: Place | None = None) -> list[tuple[Place, Figures]]:
    """For each place of a level that has any below it, as neighbours count. Two queries."""
    rows = _counted(under, by_place=True)
    totals: dict[str, Figures] = {}
    for (_, path), figures in rows:
        totals[path] = totals.get(path, Figures()) + figures
    places = Place.objects.filter(level=level, path__in=_lines(totals)).order_by("order", "path")
    return [(place, _sum(place, totals)) for place in places]


def _lines(paths: Iterable[str]) -> set[str]:
    return {above for path in paths for above in paths_to(path)}


def _sum(place: Place, totals: dict[str, Figures]) -> Figures:
    inside = (figures for path, figures in totals.items() if path == place.path or path.startswith(f"{place.path}."))
    return sum(inside, Figures())


def _counted(under: Place | None, *, by_place: bool) -> list[tuple[tuple[str, str], Figures]]:
    """Every kind's own days make one condition of the one query."""
    today = clock.local_day(clock.now())
    installed = Q(installed_on__isnull=False)
    in_time = Q(pk__in=())
    for kind in KINDS:
        in_time |= Q(kind=kind, inspected_at__gte=in_time_since(kind, today))
    keys = ("kind", "place__path") if by_place else ("kind",)
    rows = (
        standing(under)
        .order_by()
        .values(*keys)
        .annotate(
            points=Count("pk", filter=Q(planned=True)),
            working=Count("pk", filter=Q(planned=True, condition__in=WORKS)),
            there=Count("pk", filter=installed),
            seen=Count("pk", filter=installed & in_time),
            not_working=Count("pk", filter=installed & ~Q(condition__in=WORKS)),
        )
    )
    return [
        (
            (row["kind"], row.get("place__path", "")),
            Figures(
                Part(row["points"], row["working"]), Part(row["there"], row["seen"]), row["not_working"], row["there"]
            ),
        )
        for row in rows
    ]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list of facilities is narrowed to."""

    kind: str = ""
    condition: str = ""
    under: Place | None = None
    late: bool = False

    def of(self, rows: QuerySet[Facility]) -> QuerySet[Facility]:
        rows = rows.filter(kind=self.kind) if self.kind else rows
        rows = rows.filter(condition=self.condition) if self.condition else rows
        rows = rows.filter(_at_or_below([self.under.path])) if self.under else rows
        return overdue(rows) if self.late else rows


def facility_rows(
    rows: QuerySet[Facility], *, after: uuid.UUID | None = None, limit: int = 50
) -> tuple[list[Facility], uuid.UUID | None]:
    """One page in the order of the places, and the facility after which the next one begins."""
    mark = Facility.objects.select_related("place").filter(pk=after).first() if after else None
    if mark is not None:
        rows = rows.filter(_beyond(mark))
    found = list(rows.select_related("place").order_by("place__order", "place__path", "pk")[: limit + 1])
    return found[:limit], found[limit - 1].pk if len(found) > limit else None


def _beyond(mark: Facility) -> Q:
    """What comes after this one in the list."""
    order, path = mark.place.order, mark.place.path
    same_place = Q(place__path=path, pk__gt=mark.pk)
    return Q(place__order__gt=order) | Q(place__order=order) & (Q(place__path__gt=path) | same_place)


def total(figures: Iterable[Figures]) -> Figures:
    return sum(figures, Figures())
