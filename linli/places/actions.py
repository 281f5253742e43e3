from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Concat, Substr

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.places.levels import is_above
from linli.places.models import Place, PlaceName
from linli.places.ordering import BETWEEN, order_below, order_for
from linli.places.queries import below

WRONG_ORDER = Said(
    "“{name}”不能放在“{parent}”下面：上一级必须比它大。",
    "“{name}” cannot stand under “{parent}”: what stands above must be wider.",
)


def add_place(
    parent: Place | None, *, level: str, label: str, name: str, since: date, name_en: str = "", code: str = ""
) -> Place:
    if parent is not None and not is_above(parent.level, level):
        raise Refused(WRONG_ORDER.filled(name=name, parent=parent.name))
    path = f"{parent.path}.{label}" if parent else label
    return Place.objects.create(
        parent=parent, level=level, label=label, path=path, name=name, name_en=name_en, code=code, valid_from=since
    )


@transaction.atomic
def rename_place(place: Place, *, name: str, since: date, name_en: str = "") -> Place:
    """Give a new name; the old one stays findable with the day it ended."""
    PlaceName.objects.create(place=place, name=place.name, valid_to=since)
    was = place.order
    place.name, place.name_en = name, name_en
    place.order = order_for(place)
    place.save(update_fields=["name", "name_en", "order"])
    _reorder(below(place).filter(order__startswith=f"{was}{BETWEEN}"), was, place.order)
    return place


@transaction.atomic
def move_place(place: Place, *, to: Place) -> Place:
    """Hang a place with all below it under another parent: a building joins another grid. One statement for the subtree."""
    if not is_above(to.level, place.level) or to.path == place.path or to.path.startswith(f"{place.path}."):
        raise Refused(WRONG_ORDER.filled(name=place.name, parent=to.name))
    was, now = place.path, f"{to.path}.{place.label}"
    above = place.parent
    left = order_below(above.order, above.level) if above else ""
    _reorder(below(place), left, order_below(to.order, to.level))
    below(place).update(path=Concat(Value(now), Substr(F("path"), len(was) + 1)))
    Place.objects.filter(pk=place.pk).update(parent=to)
    place.refresh_from_db()
    return place


def _reorder(places: QuerySet[Place], was: str, now: str) -> None:
    """Let the keys that began with one text begin with another: lists follow a new name or a new parent at once."""
    places.update(order=Concat(Value(now), Substr(F("order"), len(was) + 1)))
