"""Whose row it is: the rooms and the numbers on paper of a frozen roll, as an official system writes them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db.models import Q

from linli.ballots.models import Ballot, Slot
from linli.ballots.official.mapping import HOME, NUMBER
from linli.lib import clock
from linli.lib.text import Said
from linli.places.models import Place
from linli.register.cells import Bad, key_of, tidy
from linli.register.models import Holding

UNKNOWN = Said(
    "“{home}”不在表决名册上，请核对楼栋、单元和室号",
    "“{home}” is not on the roll; check building, unit and room",
)
SEVERAL = Said(
    "“{home}”在名册上不止一处，请在映射里写明小区、期或单元的列",
    "“{home}” is several homes of the roll; map the columns of estate, phase or unit",
)
NO_NUMBER = Said("没有票面编号“{number}”，请核对", "there is no paper with the number “{number}”")
EMPTY = Said("没有写是哪一户", "the row does not say which home it is")
Near = tuple[str, str, str]  # keys of building, unit and room
Wide = tuple[str, str, str]  # keys of estate and phase, and the tag of the slot


@dataclass
class Homes:
    numbers: Mapping[str, str]
    rooms: dict[Near, set[Wide]] = field(default_factory=dict)

    def add(self, line: Iterable[Place], tag: str) -> None:
        """By its room with the unit and without it, since many lists leave it out."""
        spot = {place.level: _key(place.level, place.name) for place in line if place.level in HOME}
        wide = (spot.get("estate", ""), spot.get("phase", ""), tag)
        building, unit, room = (spot.get(level, "") for level in ("building", "unit", "room"))
        for near in {(building, unit, room), (building, "", room)}:
            self.rooms.setdefault(near, set()).add(wide)

    def find(self, told: Mapping[str, str]) -> str:
        """The tag of the slot, or `Bad`."""
        if NUMBER in told:
            number = tidy(told[NUMBER]).lower()
            if number not in self.numbers:
                raise Bad(NO_NUMBER.filled(number=number[:32]) if number else EMPTY)
            return self.numbers[number]
        words = {level: tidy(word) for level, word in told.items()}
        if not words["room"]:
            raise Bad(EMPTY)
        home = " ".join(word for word in words.values() if word)[:40]
        key = {level: _key(level, word) if word else "" for level, word in words.items()}
        near = (key["building"], key.get("unit", ""), key["room"])
        found = {
            tag
            for estate, phase, tag in self.rooms.get(near, ())
            if key.get("estate") in (None, "", estate) and key.get("phase") in (None, "", phase)
        }
        if len(found) != 1:
            raise Bad((SEVERAL if found else UNKNOWN).filled(home=home))
        return next(iter(found))


def _key(level: str, word: str) -> str:
    return tidy(word).lower() if level == "estate" else key_of(level, word)


def homes_on(ballot: Ballot) -> Homes:
    """The rooms of everybody on the roll: as the slot says, as they stood when it was announced, and as they stand now."""
    slots = list(Slot.objects.filter(ballot=ballot).values_list("tag", "nonce", "owner_set_id", "place_id"))
    by_set = {owners: tag for tag, _, owners, _ in slots if owners}
    owned = {place: tag for tag, _, _, place in slots if place}
    several = {place: [tag for tag, _, _, other in slots if other == place] for place in owned}
    for room, owners in _held(ballot, by_set):
        owned.setdefault(room, by_set[owners])
    found = Homes({nonce: tag for tag, nonce, _, _ in slots})
    places = {place.path: place for place in _places(ballot)}
    for place in places.values():
        line = [places[path] for path in place.line if path in places]
        for tag in several.get(place.pk) or ([owned[place.pk]] if place.pk in owned else []):
            found.add(line, tag)
    return found


def _held(ballot: Ballot, by_set: Mapping[uuid.UUID, str]) -> list[tuple[uuid.UUID, uuid.UUID]]:
    day = clock.local_day(ballot.announced_at or clock.now())
    then = Q(valid_from__lte=day) & (Q(valid_to__isnull=True) | Q(valid_to__gt=day))
    rows = Holding.objects.filter(then | Q(valid_to__isnull=True)).filter(owner_set_id__in=list(by_set))
    rows = rows.filter(_below("room__path", ballot)).order_by("valid_from", "pk")
    return list(rows.values_list("room_id", "owner_set_id"))


def _places(ballot: Ballot) -> list[Place]:
    return list(Place.objects.filter(Q(path__in=ballot.place.line) | _below("path", ballot)).order_by("path"))


def _below(field_name: str, ballot: Ballot) -> Q:
    path = ballot.place.path
    return Q(**{field_name: path}) | Q(**{f"{field_name}__startswith": f"{path}."})
