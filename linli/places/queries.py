from __future__ import annotations

from django.db.models import Q, QuerySet

from linli.places.models import Place


def below(place: Place) -> QuerySet[Place]:
    """The place itself and everything under it."""
    return Place.objects.filter(Q(path=place.path) | Q(path__startswith=f"{place.path}."))


def line_of(place: Place) -> list[Place]:
    """The place and all above it, widest first, in one query."""
    return list(Place.objects.filter(path__in=place.line).order_by("path"))


def full_name(line: list[Place], language: str = "zh") -> str:
    """How neighbours say where it is: from the estate down, `塞尚公馆 三期 5号楼 2单元`."""
    near = [place for place in line if place.level not in ("city", "county", "street", "community", "grid")]
    return " ".join(place.in_(language) for place in near or line[-1:])


def found_by_name(name: str) -> QuerySet[Place]:
    """Places that carry the name today or once did."""
    return Place.objects.filter(Q(name=name) | Q(names__name=name)).distinct()
