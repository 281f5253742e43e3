"""The lists of the electorates as those who keep them see them: masked, page by page, as neighbours count the rooms."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from linli.lib.masks import mask_name
from linli.lib.text import Said
from linli.people.reader import Reader
from linli.places.models import Place
from linli.places.queries import full_name, lines_of
from linli.register.kinds import ELECTORATES, PARTY, PROOFS, REPRESENTATIVES
from linli.register.models import Standing
from linli.register.policies import VERIFIES, offices
from linli.register.queries import search_for

PAGE = 50
AT_GRID = Said("{line} {grid}", "{line} {grid}")


@dataclass(frozen=True, slots=True)
class Row:
    pk: uuid.UUID
    name: str
    where: Said
    how: Said | None
    since: date


@dataclass(frozen=True, slots=True)
class Own:
    """One of the reader's own standings."""

    title: Said
    where: Said
    since: date


def kept_by(reader: Reader) -> dict[str, list[Place]]:
    """The electorates whose lists the reader keeps, each with the places where."""
    community = offices(reader, VERIFIES)
    branch = [post.place for post in reader.posts if post.role == "grid_branch"]
    kept = {name: branch if name == PARTY else community for name in ELECTORATES}
    return {name: list({place.pk: place for place in places}.values()) for name, places in kept.items() if places}


def keeps_some(reader: Reader) -> bool:
    return bool(kept_by(reader))


def rows_of(
    electorate: str, places: Sequence[Place], *, search: str = "", after: str = "", masked: bool = True
) -> tuple[list[Row], str]:
    """One page of those who stand in it today, and where the next begins."""
    rows = _standing(electorate, places)
    if search.strip():
        rows = rows.filter(search_for(search, room="place__"))
    mark = _mark(rows, after)
    if mark is not None:
        rows = rows.filter(_beyond(mark))
    ordered = rows.select_related("person", "place").order_by("place__order", "place__path", "pk")
    found = list(ordered[: PAGE + 1])
    shown = found[:PAGE]
    lines = lines_of(one.place for one in shown)
    told = [_row(one, lines[one.place_id], masked) for one in shown]
    return told, str(shown[-1].pk) if len(found) > PAGE else ""


def _standing(electorate: str, places: Sequence[Place]) -> QuerySet[Standing]:
    """The party's list is that of the branch alone, whatever lies below its grid."""
    within = Q(place__in=[place.pk for place in places])
    for place in places if electorate != PARTY else ():
        within |= Q(place__path__startswith=f"{place.path}.")
    return Standing.objects.filter(within, electorate=electorate, until__isnull=True)


def _mark(rows: QuerySet[Standing], after: str) -> Standing | None:
    try:
        return rows.select_related("place").filter(pk=uuid.UUID(after)).first()
    except ValueError:
        return None


def _beyond(mark: Standing) -> Q:
    order, path = mark.place.order, mark.place.path
    here = Q(place__path=path, pk__gt=mark.pk)
    return Q(place__order__gt=order) | Q(place__order=order) & (Q(place__path__gt=path) | here)


def _row(one: Standing, line: list[Place], masked: bool) -> Row:
    name = mask_name(one.person.name) if masked else one.person.name
    return Row(one.pk, name, where(line), PROOFS.get(one.verified_how), one.since)


def where(line: list[Place]) -> Said:
    """As neighbours say it; of a grid, its own name as well."""
    said = Said(full_name(line), full_name(line, "en"))
    if line[-1].level != "grid":
        return said
    return AT_GRID.filled(line=said, grid=line[-1].said)


def entered_at(electorate: str, kept: Sequence[Place]) -> list[Place]:
    """Where somebody can be entered without a room; representatives also for a grid of the community's."""
    if electorate != REPRESENTATIVES:
        return list(kept)
    below = Q(pk__in=())
    for place in kept:
        below |= Q(path__startswith=f"{place.path}.")
    return [*kept, *Place.objects.filter(below, level="grid", valid_to__isnull=True)]


def places_said(places: Iterable[Place]) -> list[tuple[Place, Said]]:
    wanted = sorted(places, key=lambda place: (place.order, place.path))
    lines = lines_of(wanted)
    return [(place, where(lines[place.pk])) for place in wanted]


def room_called(text: str, places: Sequence[Place]) -> list[Place]:
    """The rooms below these places that answer to what was typed; more than one when it is not enough."""
    inside = Q(pk__in=())
    for place in places:
        inside |= Q(path__startswith=f"{place.path}.")
    if not text.strip():
        return []
    return list(Place.objects.filter(inside, search_for(text, room=""), level="room", valid_to__isnull=True)[:2])


def own_standings(reader: Reader) -> list[Own]:
    """What the book says of the reader, party membership included: it is theirs to see. Two queries."""
    if reader.person is None:
        return []
    rows = Standing.objects.filter(person=reader.person, until__isnull=True).select_related("place")
    found = list(rows.order_by("since", "pk"))
    lines = lines_of(one.place for one in found) if found else {}
    return [Own(ELECTORATES[one.electorate], where(lines[one.place_id]), one.since) for one in found]
