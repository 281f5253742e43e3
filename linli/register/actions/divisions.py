"""Loading the public divisions into the place tree, and adding a place that is newer than the table."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from django.db import transaction

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.places.actions import add_place, rename_place
from linli.places.levels import LEVELS
from linli.places.models import Place, PlaceName
from linli.register.counties import COUNTIES
from linli.register.divisions import Division, above_of

WIDE = ("city", "county", "street", "community")
PROVISIONAL = re.compile(r"P\d{2}$")
BELOW = MappingProxyType({"county": "street", "street": "community"})
OWN_DIGITS = MappingProxyType(
    {"city": slice(0, 4), "county": slice(4, 6), "street": slice(6, 9), "community": slice(9, 12)}
)  # of the code: what a label is made from
NO_PARENT = Said(
    "没有代码为 {code} 的区县或街道。请先运行 linli import places。",
    "There is no county or street with the code {code}. Run linli import places first.",
)
NOT_UNDER = Said(
    "“{name}”是{level}，临时代码只能加在区县或街道下面。",
    "“{name}” is a {level}; a provisional code can only be given below a county or a street.",
)


@dataclass(slots=True)
class Loaded:
    """What loading a table did, by the names of the places."""

    made: int = 0
    unchanged: int = 0
    adopted: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Tree:
    """The wide places that stand, found by code, or by name (also a former one) where no official code is on them yet."""

    by_code: dict[str, Place]
    by_name: dict[tuple[uuid.UUID | None, str, str], Place]
    names: dict[uuid.UUID, set[str]]

    def put(self, place: Place, names: Iterable[str]) -> None:
        if place.code:
            self.by_code[place.code] = place
        for name in {place.name, *names}:
            self.names.setdefault(place.pk, set()).add(name)
            self.by_name.setdefault((place.parent_id, place.level, name), place)


def is_provisional(code: str) -> bool:
    return bool(PROVISIONAL.search(code))


@transaction.atomic
def load_divisions(divisions: Sequence[Division], *, since: date) -> Loaded:
    """Make what is missing. What stands is found by its code, else by its name, and keeps its id and its path.

    A name that somebody gave since the table was printed is kept: the table's name is one that the place had.
    """
    tree, loaded = _standing(), Loaded()
    fresh: list[Place] = []
    for level in WIDE:
        batch = [_place_for(one, tree, loaded, since) for one in divisions if one.level == level]
        made = Place.objects.bulk_create([place for place in batch if place is not None], batch_size=1000)
        fresh += made
    _keep_official_names(fresh, divisions)
    loaded.made = len(fresh)
    return loaded


@transaction.atomic
def add_newer_place(name: str, *, under: str, since: date) -> tuple[Place, bool]:
    """A place that the table does not know yet, with a provisional code such as 150105P01. Returns whether it was made."""
    if under in COUNTIES:
        load_divisions(above_of([Division(f"{under}000", "street", "", "")]), since=since)
    parent = Place.objects.select_for_update().filter(code=under, valid_to__isnull=True).first()
    if parent is None:
        raise Refused(NO_PARENT.filled(code=under))
    if parent.level not in BELOW:
        raise Refused(NOT_UNDER.filled(name=parent.name, level=LEVELS[parent.level]))
    there = Place.objects.filter(parent=parent, name=name, valid_to__isnull=True).first()
    if there is not None:
        return there, False
    code = _next_code(parent)
    label = code[len(parent.code) :].lower()
    return add_place(parent, level=BELOW[parent.level], label=label, name=name, since=since, code=code), True


def _next_code(parent: Place) -> str:
    """Numbers are not used again, also where a real code has replaced one: the label keeps it."""
    labels = Place.objects.filter(parent=parent, label__regex=r"^p\d{2}$").values_list("label", flat=True)
    return f"{parent.code}P{max((int(label[1:]) for label in labels), default=0) + 1:02}"


def _standing() -> _Tree:
    tree = _Tree({}, {}, {})
    for place in Place.objects.filter(level__in=WIDE, valid_to__isnull=True).prefetch_related("names"):
        tree.put(place, [old.name for old in place.names.all()])
    return tree


def _place_for(one: Division, tree: _Tree, loaded: Loaded, since: date) -> Place | None:
    """The place to be made for a division, or None where it stands already."""
    place = tree.by_code.get(one.code) or _adopted(one, tree, loaded)
    if place is not None:
        _named_anew(place, one, tree, loaded, since)
        return None
    parent = tree.by_code.get(one.above)
    label = one.code[OWN_DIGITS[one.level]]
    place = Place(
        parent=parent, level=one.level, label=label, path=f"{parent.path}.{label}" if parent else label,
        name=one.name, name_en=one.name_en, code=one.code, valid_from=since,
    )  # fmt: skip
    tree.put(place, [one.official])
    return place


def _adopted(one: Division, tree: _Tree, loaded: Loaded) -> Place | None:
    """A place of this name that has no official code yet takes the table's."""
    above = tree.by_code.get(one.above)
    for name in (one.name, one.official):
        place = tree.by_name.get((above.pk if above else None, one.level, name))
        if place is not None and (not place.code or is_provisional(place.code)):
            place.code = one.code
            place.save(update_fields=["code"])
            tree.by_code[one.code] = place
            loaded.adopted.append(place.name)
            return place
    return None


def _named_anew(place: Place, one: Division, tree: _Tree, loaded: Loaded, since: date) -> None:
    if {one.name, one.official} & tree.names[place.pk]:
        loaded.unchanged += 1
        return
    rename_place(place, name=one.name, since=since, name_en=one.name_en)
    tree.put(place, [one.official])
    loaded.renamed.append(one.name)


def _keep_official_names(fresh: Sequence[Place], divisions: Sequence[Division]) -> None:
    official = {one.code: one.official for one in divisions if one.official != one.name}
    rows = [PlaceName(place=place, name=official[place.code]) for place in fresh if place.code in official]
    PlaceName.objects.bulk_create(rows, batch_size=1000)
