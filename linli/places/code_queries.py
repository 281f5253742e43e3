from __future__ import annotations

from django.db.models import Q, QuerySet, Sum

from linli.places.models import Code, Place
from linli.places.queries import below
from linli.places.tokens import read_token


def code_of(token: str) -> Code | None:
    """The code, live or revoked, however it was typed."""
    read = read_token(token)
    if read is None:
        return None
    return Code.objects.select_related("place", "facility__place").filter(token=read).first()


def is_live(code: Code) -> bool:
    """Not revoked, and what it was made for is still there."""
    ended = code.facility.valid_to if code.facility else code.place.valid_to if code.place else None
    return code.revoked_at is None and ended is None


def place_of(code: Code) -> Place:
    place = code.facility.place if code.facility else code.place
    if place is None:
        raise ValueError(f"code {code.pk} stands for nothing")
    return place


def live_codes(under: Place) -> QuerySet[Code]:
    """The codes in use at a place and below it, with how often each was opened."""
    inside = below(under).values("pk")
    rows = Code.objects.filter(revoked_at__isnull=True).filter(Q(place__in=inside) | Q(facility__place__in=inside))
    return rows.select_related("place", "facility__place").annotate(opened=Sum("openings__number", default=0))


def codes_for(under: Place, level: str) -> list[Code]:
    """The live codes for places of one level, or without a level for the facilities, in the order of the places."""
    rows = live_codes(under)
    if level:
        return list(
            rows.filter(place__level=level, place__valid_to__isnull=True).order_by("place__order", "place__path")
        )
    there = rows.filter(facility__isnull=False, facility__valid_to__isnull=True)
    return list(there.order_by("facility__place__order", "facility__place__path", "facility__kind", "facility__name"))


def places_of_level(under: Place, level: str) -> list[Place]:
    return list(below(under).filter(level=level, valid_to__isnull=True).order_by("order", "path"))
