"""Who is due in a ballot, read from the register: owner sets by their holdings, or the people of an electorate.

Heads: one for an owner set however many rooms it has, so also one for the developer's unsold and undelivered rooms together and
one for a co-owned room (Interpretation on divided ownership 2020, art. 9). Area: every room that counts, each by its source.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from django.db.models import Q

from linli.places.models import Place
from linli.register.models import Holding, Standing

OWNERS = "owners"
USES = ("dwelling", "shop", "other")  # parking and storage count only where the estate's rules say so


@dataclass(slots=True)
class Elector:
    kind: str
    heads: int = 1
    area: int = 0
    owner_set: uuid.UUID | None = None
    person: uuid.UUID | None = None
    place: uuid.UUID | None = None
    sources: dict[str, int] = field(default_factory=dict)

    @property
    def identity(self) -> str:
        return f"owner_set:{self.owner_set}" if self.owner_set else f"person:{self.person}"


def electors_of(electorate: str, scope: Place) -> list[Elector]:
    return owners_below(scope) if electorate == OWNERS else people_of(electorate, scope)


def owners_below(scope: Place) -> list[Elector]:
    """Those who share what lies at the place or below it; a shared lift is decided by its building alone."""
    here = Q(room__path=scope.path) | Q(room__path__startswith=f"{scope.path}.")
    rows = Holding.objects.filter(here, valid_to__isnull=True, use__in=USES).order_by("room__path")
    found: dict[uuid.UUID, Elector] = {}
    for owner_set, kind, room, area, source in rows.values_list(
        "owner_set_id", "owner_set__kind", "room_id", "area", "area_source"
    ).iterator(chunk_size=5000):
        one = found.setdefault(owner_set, Elector(kind, owner_set=owner_set, place=room))
        one.area += area
        one.sources[source] = one.sources.get(source, 0) + area
    return list(found.values())


def people_of(electorate: str, scope: Place) -> list[Elector]:
    """One head each; area is not counted for them."""
    here = Q(place=scope) | Q(place__path__startswith=f"{scope.path}.")
    rows = Standing.objects.filter(here, electorate=electorate, until__isnull=True).order_by("person_id")
    return [
        Elector("person", person=person, place=place)
        for person, place in dict(rows.values_list("person_id", "place_id")).items()
    ]
