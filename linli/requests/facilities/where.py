"""Where a facility stands, as an office writes it: by code or path, or `一期5号楼2单元`, `5号楼`, `5-2`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from linli.lib.text import Said
from linli.places.models import Place
from linli.register.cells import key_of, tidy
from linli.requests.facilities.actions import LEVELS
from linli.requests.facilities.table import Bad

ADDRESS = re.compile(
    r"(?:(?P<phase>[^\s期]{1,4}期))?\s*(?:(?P<building>[^\s期单门]{1,20}?(?:号楼|号栋|栋|幢|座|楼|#)))?\s*"
    r"(?:(?P<unit>[^\s号楼栋幢座]{1,6}(?:单元|门)))?"
)
NUMBERS = re.compile(r"(\w{1,6})(?:-(\w{1,6}))?", re.ASCII)
UNKNOWN = Said(
    "找不到地点“{text}”；请写代码、路径，或像“一期5号楼2单元”这样写",
    "there is no place “{text}”; give a code or path, or write “一期5号楼2单元” or 5-2",
)
SEVERAL = Said(
    "“{text}”不止一处；请写明小区或期，或写路径，例如 {paths}",
    "“{text}” is several places; give a path, for example {paths}",
)
TOO_NARROW = Said(
    "“{text}”是一户；设施请登记到小区、期、楼栋或单元", "“{text}” is a room; a facility stands at a unit or wider"
)
MISSING = Said("缺少位置", "the place is missing")
Spot = tuple[str, str, str]  # keys of phase, building and unit, each empty where it is not said


@dataclass
class Atlas:
    """All places where a facility may stand, by every way to write them. Read once for a file."""

    exact: dict[str, Place] = field(default_factory=dict)
    estates: dict[str, str] = field(default_factory=dict)  # name to path
    spots: dict[Spot, list[Place]] = field(default_factory=dict)
    known: dict[str, Place | Bad] = field(default_factory=dict)

    def find(self, text: str) -> Place:
        """The same words are worked out once, however many rows say them."""
        if text not in self.known:
            try:
                self.known[text] = self._find(text)
            except Bad as bad:
                self.known[text] = bad
        found = self.known[text]
        if isinstance(found, Bad):
            raise Bad(found.why)
        return found

    def _find(self, text: str) -> Place:
        if not text:
            raise Bad(MISSING)
        if text in self.exact:
            return self._wide_enough(self.exact[text], text)
        estate, rest = self._estate(text)
        spot = _spot(rest)
        found = [one for one in self.spots.get(spot, ()) if f"{one.path}.".startswith(estate)] if spot else []
        if len(found) > 1:
            raise Bad(SEVERAL.filled(text=text[:40], paths=", ".join(one.path for one in found[:2])))
        if not found:
            raise Bad(UNKNOWN.filled(text=text[:40]))
        return found[0]

    def _wide_enough(self, place: Place, text: str) -> Place:
        if place.level not in LEVELS:
            raise Bad(TOO_NARROW.filled(text=text[:40]))
        return place

    def _estate(self, text: str) -> tuple[str, str]:
        """The path of the estate that is named in front, and what comes after it."""
        name = next((name for name in sorted(self.estates, key=len, reverse=True) if text.startswith(name)), "")
        return (f"{self.estates[name]}.", text[len(name) :].strip()) if name else ("", text)


def atlas() -> Atlas:
    """One query. Rooms are left out: there are many, and none may have a facility."""
    told, lines = Atlas(), dict[str, Spot]()
    rows = Place.objects.filter(valid_to__isnull=True).exclude(level="room").order_by("path")
    for place in rows.iterator(chunk_size=5000):
        above = lines.get(place.path.rpartition(".")[0], ("", "", ""))
        spot = lines[place.path] = _with(above, place)
        for name in {place.path, place.code} - {""}:
            told.exact[name] = place
        if place.level in LEVELS:
            for one in _ways(spot):
                told.spots.setdefault(one, []).append(place)
        if place.level == "estate":
            told.estates[tidy(place.name)] = place.path
            told.exact.setdefault(tidy(place.name), place)
    return told


def _with(above: Spot, place: Place) -> Spot:
    if place.level not in ("phase", "building", "unit"):
        return above
    key, (phase, building, unit) = key_of(place.level, place.name), above
    match place.level:
        case "phase":
            return key, building, unit
        case "building":
            return phase, key, unit
    return phase, building, key


def _ways(spot: Spot) -> Iterable[Spot]:
    """With its phase and, where something narrower is said, without."""
    _, building, unit = spot
    return {spot, ("", building, unit)} if building or unit else {spot}


def _spot(text: str) -> Spot | None:
    short = NUMBERS.fullmatch(text)
    if short:
        return "", key_of("building", short[1]), key_of("unit", short[2]) if short[2] else ""
    found = ADDRESS.fullmatch(text)
    if found is None or not any(found.groups()):
        return None
    said = {level: key_of(level, word) if word else "" for level, word in found.groupdict().items()}
    return said["phase"], said["building"], said["unit"]
