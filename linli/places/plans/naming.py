"""Which building or facility a shape of a file means. Buildings alone: units and rooms are never drawn."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from linli.lib.natural import sort_key
from linli.lib.text import Said
from linli.places.models import Facility, Place
from linli.places.plans.outline import Drawn, Problem
from linli.places.queries import below

UNKNOWN_BUILDING = Said(
    "“{place}”里没有“{name}”这栋楼；请写楼栋的名称、代码或路径",
    "“{place}” has no building “{name}”; give its name, code or path",
)
NOT_A_BUILDING = Said(
    "“{name}”不是楼栋；平面图只画到楼栋，不画单元和户",
    "“{name}” is no building; a plan shows buildings, never units or rooms",
)
WHICH_BUILDING = Said(
    "“{name}”不止一栋；请写路径，例如：{paths}", "there is more than one “{name}”; give a path, for example: {paths}"
)
UNKNOWN_FACILITY = Said("设施名册里没有“{name}”", "the register of facilities has no “{name}”")
WHICH_FACILITY = Said(
    "名为“{name}”的设施不止一处；请写编号（设施页面地址里的那一串）",
    "there is more than one facility “{name}”; give its id, which stands in the address of its page",
)
TWICE = Said("“{name}”在第 {line} 行已经画过", "“{name}” is drawn in line {line} already")


@dataclass(frozen=True, slots=True)
class Meant:
    """A shape with what it stands for."""

    shape: Drawn
    building: Place | None = None
    facility: Facility | None = None

    @property
    def key(self) -> uuid.UUID | None:
        known = self.building or self.facility
        return known.pk if known else None


@dataclass
class Names:
    """Everything below a place by each of its names."""

    place: Place
    buildings: dict[str, list[Place]] = field(default_factory=dict)
    others: set[str] = field(default_factory=set)
    facilities: dict[str, list[Facility]] = field(default_factory=dict)

    def of(self, shape: Drawn) -> Meant | Problem:
        if shape.building:
            return self._building(shape)
        return self._facility(shape) if shape.facility else Meant(shape)

    def _building(self, shape: Drawn) -> Meant | Problem:
        name = shape.building
        found = self.buildings.get(name) or self.buildings.get(sort_key(name), [])
        if len(found) == 1:
            return Meant(shape, building=found[0])
        if found:
            paths = ", ".join(self._short(one) for one in found[:3])
            return Problem(shape.line, WHICH_BUILDING.filled(name=name[:60], paths=paths))
        why = NOT_A_BUILDING if name in self.others else UNKNOWN_BUILDING
        return Problem(shape.line, why.filled(name=name[:60], place=self.place.name))

    def _facility(self, shape: Drawn) -> Meant | Problem:
        name = shape.facility
        found = self.facilities.get(name, [])
        if len(found) == 1:
            return Meant(shape, facility=found[0])
        return Problem(shape.line, (WHICH_FACILITY if found else UNKNOWN_FACILITY).filled(name=name[:60]))

    def _short(self, building: Place) -> str:
        return building.path.removeprefix(f"{self.place.path}.")

    def know(self, place: Place) -> None:
        names = {
            place.path,
            self._short(place),
            place.code,
            place.label,
            place.name,
            place.name_en,
            sort_key(place.name),
        }
        if place.level != "building":
            self.others |= names
            return
        for name in names - {""}:
            self.buildings.setdefault(name, []).append(place)


def names_below(place: Place) -> Names:
    """Two queries, however many names there are."""
    names = Names(place)
    for one in below(place).filter(valid_to__isnull=True).order_by("order", "path"):
        names.know(one)
    standing = Facility.objects.filter(place__in=below(place).values("pk"), valid_to__isnull=True)
    for facility in standing.select_related("place"):
        for name in {facility.name, f"{facility.kind}:{facility.name}", str(facility.pk)}:
            names.facilities.setdefault(name, []).append(facility)
    return names


def find_all(shapes: Sequence[Drawn], names: Names) -> tuple[list[Meant], list[Problem]]:
    """What each shape stands for; nothing is drawn twice."""
    meant: list[Meant] = []
    problems: list[Problem] = []
    seen: dict[uuid.UUID, int] = {}
    for one in _each(shapes, names):
        if isinstance(one, Problem):
            problems.append(one)
        elif one.key in seen:
            name = one.shape.building or one.shape.facility
            problems.append(Problem(one.shape.line, TWICE.filled(name=name[:60], line=seen[one.key])))
        else:
            meant.append(one)
            if one.key is not None:
                seen[one.key] = one.shape.line
    return meant, problems


def _each(shapes: Sequence[Drawn], names: Names) -> Iterator[Meant | Problem]:
    for shape in shapes:
        yield names.of(shape)
