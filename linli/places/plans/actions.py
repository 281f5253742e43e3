"""Drawing the plan of a place anew, as a whole."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from linli.lib import clock
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.places.models import Place, PlanShape, SitePlan
from linli.places.plans.naming import Meant
from linli.places.plans.outline import NOTHING_DRAWN, Drawn, fitted

LEVELS = ("estate", "phase")
WRONG_LEVEL = Said(
    "平面图属于小区或期；“{place}”不是。", "A plan belongs to an estate or a phase; “{place}” is neither."
)


def is_drawn(place: Place, digest: str, shapes: int) -> bool:
    """Whether the plan of this place comes from the very same file, with nothing of it that is known only now."""
    return PlanShape.objects.filter(plan__place=place, plan__digest=digest).count() == shapes > 0


@transaction.atomic
def draw_plan(place: Place, meant: Sequence[Meant], *, digest: str) -> SitePlan:
    """What was drawn before gives way. Two at once: the second waits for the first and draws over it."""
    if place.level not in LEVELS:
        raise Refused(WRONG_LEVEL.filled(place=place.name))
    if not any(one.building for one in meant):
        raise Refused(NOTHING_DRAWN)
    Place.objects.select_for_update().get(pk=place.pk)
    field = fitted([one.shape for one in meant])
    size = {"width": field.width, "height": field.height, "digest": digest, "drawn_at": clock.now()}
    plan, _ = SitePlan.objects.update_or_create(place=place, defaults=size)
    PlanShape.objects.filter(plan=plan).delete()
    shapes = [_row(plan, one, *told) for one, told in zip(meant, field.shapes, strict=True)]
    PlanShape.objects.bulk_create(shapes, batch_size=1000)
    return plan


def _row(plan: SitePlan, one: Meant, shape: Drawn, spot: tuple[int, int]) -> PlanShape:
    outline = [[int(value) for point in ring for value in point] for ring in shape.rings]
    return PlanShape(
        plan=plan, building=one.building, facility=one.facility, ground=shape.ground, outline=outline, closed=shape.closed,
        x=spot[0], y=spot[1],
    )  # fmt: skip
