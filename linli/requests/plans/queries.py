"""What a plan shows: the shapes, and how many open matters of each building the reader may know about.

Everybody may know of matters whose playbook publishes the building; those who have a part in a matter, of that one besides. Counts
are told of whole buildings, never of a unit or a room. Matters that a joint call opened are counted in the one that called.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from linli.lib.text import Said
from linli.matters.forms import read_number
from linli.matters.models import Matter
from linli.matters.policies import of_party
from linli.matters.queries import public_names
from linli.people.reader import Reader
from linli.places.models import Place, PlanShape, SitePlan
from linli.playbooks.models import Version
from linli.playbooks.versions import book_of

BUILDING = "place.building"
FEW = 30
Row = tuple[str, uuid.UUID, int, int]  # path, version of the playbook, open, late


@dataclass(frozen=True, slots=True)
class Number:
    """Open matters of a building, and how many of them are late."""

    open: int = 0
    late: int = 0


def plans() -> list[SitePlan]:
    return list(SitePlan.objects.select_related("place").order_by("place__order", "place__path"))


def shapes_of(plan: SitePlan) -> list[PlanShape]:
    """Ground first, then buildings as neighbours count, then facilities, as they are to be drawn."""
    rows = PlanShape.objects.filter(plan=plan).select_related("building", "facility__place")
    return sorted(rows, key=_turn)


def _turn(shape: PlanShape) -> tuple[int, str, str]:
    if shape.building:
        return 1, shape.building.order, shape.building.path
    return (2, shape.facility.name, str(shape.pk)) if shape.facility else (0, shape.ground, str(shape.pk))


def numbers_below(place: Place, buildings: Iterable[Place], reader: Reader) -> dict[uuid.UUID, Number]:
    """By building; one statement for whoever has not signed in."""
    rows = list(_told(_open_below(place), reader))
    return {building.pk: _sum(building.path, rows) for building in buildings}


def _open_below(place: Place) -> QuerySet[Matter]:
    here = Q(place_path=place.path) | Q(place_path__startswith=f"{place.path}.")
    return Matter.objects.filter(here, ended_at__isnull=True, parent__isnull=True)


def _told(matters: QuerySet[Matter], reader: Reader) -> Iterator[Row]:
    yield from (row for row in _counted(matters) if _tells_building(row[1]))
    quiet = {pk: book_of(pk) for pk in _versions() if not _tells_building(pk)} if reader.person else {}
    if quiet:
        yield from _counted(matters.filter(of_party(reader, quiet), playbook_id__in=list(quiet)))


def _counted(matters: QuerySet[Matter]) -> QuerySet[Matter, Row]:
    late = Count("pk", filter=Q(late_at__isnull=False))
    return matters.order_by().values_list("place_path", "playbook_id").annotate(open=Count("pk"), late=late)


def _tells_building(version: uuid.UUID) -> bool:
    return BUILDING in public_names(book_of(version))


def _versions() -> list[uuid.UUID]:
    return list(Version.objects.values_list("pk", flat=True))


def _sum(path: str, rows: Iterable[Row]) -> Number:
    inside = [row for row in rows if row[0] == path or row[0].startswith(f"{path}.")]
    return Number(sum(row[2] for row in inside), sum(row[3] for row in inside))


@dataclass(frozen=True, slots=True)
class OpenRow:
    """One open matter of a building, as anybody who may know of it sees it in a list."""

    number: int
    book: Said
    stage: Said
    raised_at: datetime
    due_at: datetime | None
    late: bool


def open_rows(building: Place, reader: Reader, *, after: str = "") -> tuple[list[OpenRow], str]:
    """Newest first, with the cursor of what follows."""
    versions = _versions()
    known = Q(playbook_id__in=[pk for pk in versions if _tells_building(pk)])
    if reader.person is not None:
        known |= of_party(reader, {pk: book_of(pk) for pk in versions})
    rows = _open_below(building).filter(known)
    mark = read_number(after)
    if mark is not None:
        rows = rows.filter(number__lt=mark)
    columns = ("number", "playbook_id", "stage", "raised_at", "due_at", "late_at")
    found = [_row(*row) for row in rows.order_by("-number").values_list(*columns)[: FEW + 1]]
    return found[:FEW], str(found[FEW - 1].number) if len(found) > FEW else ""


def _row(
    number: int, version: uuid.UUID, stage: str, raised_at: datetime, due_at: datetime | None, late_at: datetime | None
) -> OpenRow:
    book = book_of(version)
    return OpenRow(number, book.title, book.title_of(stage), raised_at, due_at, late_at is not None)
