from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Subquery

from linli.lib.masks import mask_name
from linli.lib.refusals import NotYours
from linli.lib.text import Said
from linli.people.models import Person
from linli.people.reader import Reader
from linli.places.models import Place
from linli.places.queries import full_name
from linli.register.cells import area_text, key_of
from linli.register.kinds import AREA_SOURCES, OWNER_KINDS, PARTY, USES
from linli.register.models import Holding, Member, Owner, OwnerSet, Standing
from linli.register.policies import NOT_THE_PARTY, may_list_standing, readable

PAGE = 50
PARTS = re.compile(r"[^\W_]+")
LEVEL_LABELS = ("p", "b", "u", "")


@dataclass(frozen=True, slots=True)
class RoomRow:
    """A room as the list shows it: who owns it is masked."""

    room: uuid.UUID
    where: Said
    use: Said
    area: str
    source: Said
    kind: str
    kind_title: Said
    owners: str
    path: str


def register_rows(reader: Reader, *, search: str = "", after: str = "", limit: int = PAGE) -> tuple[list[RoomRow], str]:
    """The rooms that the reader's offices cover, as neighbours count; and where the next page begins."""
    rows = Holding.objects.filter(readable(reader, "room__path"), valid_to__isnull=True)
    if search.strip():
        rows = rows.filter(search_for(search))
    if after:
        rows = rows.filter(_beyond(after))
    ordered = rows.select_related("room", "owner_set__organisation").order_by("room__order", "room__path")
    found = list(ordered[: limit + 1])
    shown = rows_of(found[:limit])
    return shown, shown[-1].path if len(found) > limit else ""


def _beyond(path: str) -> Q:
    """What comes after the room of this path, as neighbours count: 1001 after 901."""
    mark = Subquery(Place.objects.filter(path=path).values("order"))
    return Q(room__order__gt=mark) | Q(room__order=mark, room__path__gt=path)


def rows_of(holdings: Sequence[Holding]) -> list[RoomRow]:
    places = _lines([one.room for one in holdings])
    names = _masked_names({one.owner_set_id for one in holdings})
    return [_row(one, places, names) for one in holdings]


def _row(one: Holding, places: dict[str, Place], names: dict[uuid.UUID, list[str]]) -> RoomRow:
    line = [places[path] for path in one.room.line if path in places]
    organisation = one.owner_set.organisation
    owners = [organisation.name] if organisation else names.get(one.owner_set_id, [])
    return RoomRow(
        room=one.room_id,
        where=Said(full_name(line, "zh"), full_name(line, "en")),
        use=USES[one.use],
        area=area_text(one.area),
        source=AREA_SOURCES[one.area_source],
        kind=one.owner_set.kind,
        kind_title=OWNER_KINDS[one.owner_set.kind],
        owners="、".join(owners),
        path=one.room.path,
    )


def _lines(places: Iterable[Place]) -> dict[str, Place]:
    paths = {path for place in places for path in place.line}
    return {place.path: place for place in Place.objects.filter(path__in=paths)}


def _masked_names(sets: set[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    found: dict[uuid.UUID, list[str]] = {}
    rows = Owner.objects.filter(owner_set_id__in=sets).order_by("order").values_list("owner_set_id", "person__name")
    for owner_set, name in rows:
        found.setdefault(owner_set, []).append(mask_name(name))
    return found


def search_for(text: str, *, room: str = "room__") -> Q:
    """`1101`, `5-1101`, `5-2-1101`, `5号楼2单元1101室` and `三期5栋1101` find rooms by the labels of their path."""
    phase, rest = _phase_in(text)
    parts = re.findall(r"\d+", rest)
    if not parts or len(parts) > 3:
        return Q(**{f"{room}name__icontains": text.strip()})
    *above, door = parts
    pattern = rf"\.{int(door)}$"
    if above:
        pattern = (
            rf"\.b0*{int(above[0])}(\.u0*{int(above[1])})" + pattern if above[1:] else _any_unit(above[0], pattern)
        )
    if phase:
        pattern = rf"\.p0*{phase}\..*" + pattern
    return Q(**{f"{room}path__regex": pattern})


def _any_unit(building: str, pattern: str) -> str:
    return rf"\.b0*{int(building)}(\.u[^.]+)?" + pattern


def _phase_in(text: str) -> tuple[str, str]:
    found = re.search(r"(\w{1,3}?)期", text)
    if not found:
        return "", text
    key = key_of("phase", found[1])
    return (key, text[found.end() :]) if key.isdigit() else ("", text)


def holding_of(room: Place) -> Holding | None:
    rows = Holding.objects.filter(room=room, valid_to__isnull=True)
    return rows.select_related("room", "owner_set__organisation").first()


def members_of(room: Place) -> list[Member]:
    rows = Member.objects.filter(household__room=room, household__until__isnull=True, until__isnull=True)
    return list(rows.select_related("person").order_by("verified_at"))


def rooms_of(owner_set: OwnerSet) -> int:
    """How many rooms the same owners have: they are one set, and vote once."""
    return Holding.objects.filter(owner_set=owner_set, valid_to__isnull=True).count()


# -- the electorates, each from its own source


def owner_sets_below(place: Place) -> QuerySet[OwnerSet]:
    """Whoever owns something here today. Read from holdings alone; no standing adds to it."""
    here = Q(room__path=place.path) | Q(room__path__startswith=f"{place.path}.")
    sets = Holding.objects.filter(here, valid_to__isnull=True).values("owner_set_id")
    return OwnerSet.objects.filter(pk__in=sets).annotate(rooms=Count("holdings"))


def electorate(name: str, place: Place, *, reader: Reader) -> QuerySet[Person]:
    """Those who stand in one electorate at a place or below it. The party's list is for the branch itself."""
    if not may_list_standing(reader, name, place):
        raise NotYours(NOT_THE_PARTY)
    within = Q(place=place) if name == PARTY else Q(place=place) | Q(place__path__startswith=f"{place.path}.")
    rows = Standing.objects.filter(within, electorate=name, until__isnull=True)
    return Person.objects.filter(pk__in=rows.values("person_id")).order_by("name", "pk")


def standings_of(person: Person, *, reader: Reader) -> list[Standing]:
    """What the reader may know of somebody's standings: party membership only the person and the branch."""
    rows = Standing.objects.filter(person=person, until__isnull=True).select_related("place").order_by("since", "pk")
    own = reader.person_id == person.pk
    return [one for one in rows if own or may_list_standing(reader, one.electorate, one.place)]


def is_verified(person: Person, room: Place) -> bool:
    return Member.objects.filter(person=person, household__room=room, until__isnull=True).exists()
