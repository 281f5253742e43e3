from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from linli.places.models import Place


def below(place: Place) -> QuerySet[Place]:
    """The place itself and everything under it."""
    return Place.objects.filter(Q(path=place.path) | Q(path__startswith=f"{place.path}."))


def line_of(place: Place) -> list[Place]:
    """The place and all above it, widest first, in one query."""
    return list(Place.objects.filter(path__in=place.line).order_by("path"))


def lines_of(places: Iterable[Place]) -> dict[uuid.UUID, list[Place]]:
    """Each place with all above it, widest first, in one query."""
    wanted = list(places)
    paths = {path for place in wanted for path in place.line}
    by_path = {place.path: place for place in Place.objects.filter(path__in=paths)}
    return {place.pk: [by_path[path] for path in place.line if path in by_path] for place in wanted}


def full_name(line: list[Place], language: str = "zh") -> str:
    """How neighbours say where it is: from the estate down, `塞尚公馆 三期 5号楼 2单元`."""
    near = [place for place in line if place.level not in ("city", "county", "street", "community", "grid")]
    return " ".join(place.in_(language) for place in near or line[-1:])


def found_by_name(name: str) -> QuerySet[Place]:
    """Places that carry the name today or once did."""
    return Place.objects.filter(Q(name=name) | Q(names__name=name)).distinct()
