"""Making and revoking printed codes, and counting how often one was opened."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.db.models import F

from linli.lib import clock
from linli.places.models import Code, CodeOpening, Facility, Place
from linli.places.tokens import new_token


def make_codes(
    places: Sequence[Place] = (), facilities: Sequence[Facility] = (), *, by: uuid.UUID | None
) -> list[Code]:
    """One live code for each that has none yet; returns those that were made. Two people at once make no second one."""
    marked = set(Code.objects.filter(revoked_at__isnull=True, place__in=places).values_list("place_id", flat=True))
    fitted = set(
        Code.objects.filter(revoked_at__isnull=True, facility__in=facilities).values_list("facility_id", flat=True)
    )
    now = clock.now()
    codes = [Code(token=new_token(), place=one, made_by_id=by, made_at=now) for one in places if one.pk not in marked]
    codes += [
        Code(token=new_token(), facility=one, made_by_id=by, made_at=now) for one in facilities if one.pk not in fitted
    ]
    Code.objects.bulk_create(codes, ignore_conflicts=True, batch_size=1000)
    return list(Code.objects.filter(pk__in=[code.pk for code in codes]))


def revoke(code: Code, *, by: uuid.UUID | None) -> bool:
    """From now on the sticker leads nowhere. False when that was so already."""
    live = Code.objects.filter(pk=code.pk, revoked_at__isnull=True)
    return bool(live.update(revoked_at=clock.now(), revoked_by_id=by))


@transaction.atomic
def count_opening(code: Code) -> None:
    """One more today."""
    today = clock.local_day(clock.now())
    CodeOpening.objects.bulk_create([CodeOpening(code=code, day=today, number=0)], ignore_conflicts=True)
    CodeOpening.objects.filter(code=code, day=today).update(number=F("number") + 1)
