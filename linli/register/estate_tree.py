"""The places of estates as a register file means them: found however they are written, and made where they are missing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Q

from linli.lib.text import Said
from linli.places.models import Place, PlaceName
from linli.register.cells import Bad, chinese_number, key_of, label_of
from linli.register.rows import Entry

UNKNOWN_ESTATE = Said(
    "没有小区“{name}”；要新建，请用 --under 写明属于哪个社区（代码或名称）",
    "there is no estate “{name}”; to make it, name its community with --under (code or name)",
)
WHICH_BUILDING = Said("“{name}”不止一栋，请填写“期”", "there is more than one building “{name}”; give its phase")
TOO_DEEP = Said("地点名称太长，存不下", "the names of the place are too long to be kept")
Key = tuple[uuid.UUID, str]


@dataclass(slots=True)
class EstateTree:
    """Holds what stands and, beside it, what is yet to be made: `made`, widest first."""

    parent: Place | None  # where an estate that is missing is made
    since: date
    estates: dict[str, Place] = field(default_factory=dict)
    phases: dict[Key, Place] = field(default_factory=dict)
    buildings: dict[Key, list[tuple[uuid.UUID, Place]]] = field(default_factory=dict)
    doors: dict[Key, Place] = field(default_factory=dict)  # units, and rooms, by what they hang on
    paths: set[str] = field(default_factory=set)
    made: list[Place] = field(default_factory=list)

    def room_of(self, entry: Entry) -> Place:
        estate_key, phase_key, building_key, unit_key, room_key = entry.spot
        _, phase, building, unit, room = entry.words
        estate = self._estate(estate_key)
        block = self._building(estate, (phase_key, phase), (building_key, building))
        home = self._door(block, "unit", f"单元{unit_key}", unit_key, unit) if unit_key else block
        return self._door(home, "room", room_key, room_key, room)

    def _estate(self, name: str) -> Place:
        estate = self.estates.get(name)
        if estate is None:
            if self.parent is None:
                raise Bad(UNKNOWN_ESTATE.filled(name=name))
            estate = self._make(self.parent, "estate", label_of("e", name.lower()), name, "")
            self.estates[name] = estate
        return estate

    def _building(self, estate: Place, phase: tuple[str, str], building: tuple[str, str]) -> Place:
        key, name = building
        there = self.buildings.get((estate.pk, key), [])
        if phase[0]:
            above = self._phase(estate, *phase)
            there = [(one, block) for one, block in there if one == above.pk]
        else:
            above = estate
        if len(there) > 1:
            raise Bad(WHICH_BUILDING.filled(name=name))
        if there:
            return there[0][1]
        title, english = _titles("building", key, name)
        block = self._make(above, "building", label_of("b", key), title, english)
        self.buildings.setdefault((estate.pk, key), []).append((above.pk, block))
        return block

    def _phase(self, estate: Place, key: str, name: str) -> Place:
        phase = self.phases.get((estate.pk, key))
        if phase is None:
            title, english = _titles("phase", key, name)
            phase = self.phases[estate.pk, key] = self._make(estate, "phase", label_of("p", key), title, english)
        return phase

    def _door(self, above: Place, level: str, known_as: str, key: str, name: str) -> Place:
        door = self.doors.get((above.pk, known_as))
        if door is None:
            title, english = _titles(level, key, name)
            prefix = "u" if level == "unit" else ""
            door = self.doors[above.pk, known_as] = self._make(above, level, label_of(prefix, key), title, english)
        return door

    def _make(self, parent: Place, level: str, label: str, name: str, name_en: str) -> Place:
        path = f"{parent.path}.{label}"
        while path in self.paths:
            label += "_"
            path = f"{parent.path}.{label}"
        if len(path) > 255 or len(label) > 40:
            raise Bad(TOO_DEEP)
        self.paths.add(path)
        place = Place(
            parent=parent, level=level, label=label, path=path, name=name, name_en=name_en, valid_from=self.since
        )
        self.made.append(place)
        return place


def standing(names: Iterable[str], *, parent: Place | None, since: date) -> EstateTree:
    """The estates of these names with all below them. Where a community is given, only its own are meant."""
    tree = EstateTree(parent, since)
    wanted = set(names)
    called = Q(name__in=wanted) | Q(pk__in=PlaceName.objects.filter(name__in=wanted).values("place_id"))
    estates = Place.objects.filter(called, level="estate", valid_to__isnull=True).prefetch_related("names")
    if parent is not None:
        estates = estates.filter(path__startswith=f"{parent.path}.")
        tree.paths |= set(Place.objects.filter(parent=parent).values_list("path", flat=True))
    for estate in estates:
        for name in {estate.name, *(old.name for old in estate.names.all())} & wanted:
            tree.estates.setdefault(name, estate)
    for estate in {one.pk: one for one in tree.estates.values()}.values():
        _read_below(tree, estate)
    return tree


def _read_below(tree: EstateTree, estate: Place) -> None:
    within: dict[uuid.UUID, Place] = {estate.pk: estate}  # place to its phase, or to the estate
    rows = Place.objects.filter(path__startswith=f"{estate.path}.", valid_to__isnull=True).order_by("path")
    for place in rows.iterator(chunk_size=5000):
        tree.paths.add(place.path)
        above = place.parent_id
        if above is None or above not in within:
            continue
        within[place.pk] = place if place.level == "phase" else within[above]
        _enter(tree, estate, place, above, within[place.pk])


def _enter(tree: EstateTree, estate: Place, place: Place, above: uuid.UUID, phase: Place) -> None:
    match place.level:
        case "phase":
            tree.phases[estate.pk, key_of("phase", place.name)] = place
        case "building":
            tree.buildings.setdefault((estate.pk, key_of("building", place.name)), []).append((phase.pk, place))
        case "unit":
            tree.doors[above, f"单元{key_of('unit', place.name)}"] = place
        case "room":
            tree.doors[above, key_of("room", place.name)] = place


def _titles(level: str, key: str, word: str) -> tuple[str, str]:
    """How a new place is called in both languages: 5 becomes 5号楼 and Building 5; a word that says more is kept."""
    number = key if key.isascii() else ""
    match level:
        case "phase" if key.isdigit() and 1 <= int(key) <= 99:
            return f"{chinese_number(int(key))}期", f"Phase {key}"
        case "building" if key.isdigit():
            return f"{key}号楼", f"Building {key}"
        case "unit" if number:
            return f"{key.upper()}单元", f"Unit {key.upper()}"
        case "room" if number:
            return f"{key.upper()}室", f"Room {key.upper()}"
        case "room" if key.startswith("车位"):
            return f"车位{key[2:].upper()}", f"Parking space {key[2:].upper()}"
    return word, ""
