"""Where a place stands in a list: a key for each place that sorts as neighbours count, whatever its label is.

One piece for each level that people say, joined by a sign that is smaller than all others, so that a place stands before what lies
below it: `e青榆家园 f000000001期 h000000010号楼`. Grids are left out of the keys of what lies in them, since nobody says them:
9号楼 stands before 10号楼 also where they belong to different grids.
"""

from __future__ import annotations

from typing import Any, Protocol

from django.db import models

from linli.lib.natural import sort_key
from linli.places.levels import ORDER

BETWEEN = " "
LONGEST = 660


def order_of(name: str, level: str, begins: str) -> str:
    """The key of a place below another one, whose `order_below` it begins with."""
    return f"{begins}{chr(ord('a') + ORDER.index(level))}{sort_key(name)}"


def order_below(order: str, level: str) -> str:
    """What the keys of the places below one begin with."""
    whole = order.rpartition(BETWEEN)[0] if level == "grid" else order
    return f"{whole}{BETWEEN}" if whole else ""


class Placed(Protocol):
    """What of a place its key follows from."""

    name: str
    level: str
    order: str

    @property
    def parent(self) -> Placed | None: ...


def order_for(place: Placed) -> str:
    """Worked out from the place and from the one above it, which has its key already."""
    above = place.parent
    return order_of(place.name, place.level, order_below(above.order, above.level) if above else "")


class OrderField(models.CharField):  # type: ignore[type-arg]
    """Filled in whenever a place is written, however: saved, in bulk, or copied in."""

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        if add:
            model_instance.order = order_for(model_instance)  # type: ignore[attr-defined, arg-type]
        return super().pre_save(model_instance, add)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        """For migrations it is a column of text."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", list(args), dict(kwargs)
