"""Counting what may be tried only so often, and writing down who came in.

Rows, not a cache: they are the same for every process of the server, they follow the one clock, and two tries at once are two.
"""

from __future__ import annotations

import math
import uuid
from datetime import timedelta

from django.db import connection, transaction

from linli.lib import clock
from linli.lib.refusals import Refused
from linli.people.entrance.limits import KEPT, LIMITS, Limit
from linli.people.models import Attempt, SignIn, SignInCode
from linli.record.sealer import sealer

IN, STEP, FAILED, LOCKED, OUT, EVERYWHERE = "in", "second_step", "failed", "locked", "out", "out_everywhere"


class TooOften(Refused):
    """Something was tried more often than its limit allows. A web face answers 429."""


def subject_of(name: str, value: str) -> bytes:
    return sealer().digest(f"{name}\0{value}")


@transaction.atomic
def take(name: str, value: str) -> None:
    """Count one try; refuse it when the limit is reached. Whoever succeeds afterwards is given the tries back by `give_back`."""
    limit, subject, now = LIMITS[name], subject_of(name, value), clock.now()
    _one_at_a_time(name, subject)
    tries = Attempt.objects.filter(limit=name, subject=subject, at__gt=now - limit.within)
    if tries.count() >= limit.most:
        raise TooOften(
            limit.sentence.filled(minutes=_minutes_left(limit, tries.order_by("at").values_list("at", flat=True)[0]))
        )
    Attempt.objects.create(limit=name, subject=subject, at=now)


def give_back(name: str, value: str) -> None:
    Attempt.objects.filter(limit=name, subject=subject_of(name, value)).delete()


def _minutes_left(limit: Limit, first: object) -> int:
    left: timedelta = first + limit.within - clock.now()  # type: ignore[operator]
    return max(math.ceil(left.total_seconds() / 60), 1)


def _one_at_a_time(name: str, subject: bytes) -> None:
    """Two tries of one subject wait for each other, so that neither is counted before the other is written."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s::text, 0))",
            [f"{getattr(connection, 'schema_name', '')} {name} {subject.hex()}"],
        )


def write_down(person: uuid.UUID | None, how: str, outcome: str, device: str = "") -> None:
    """A row for each sign-in and each failure, with the person where one is known: never a number, an address or a code."""
    SignIn.objects.create(person_id=person, how=how, outcome=outcome, device=device, at=clock.now())


def clear_old() -> None:
    """What no limit counts any more."""
    before = clock.now() - KEPT
    Attempt.objects.filter(at__lte=before).delete()
    SignInCode.objects.filter(sent_at__lte=before).delete()
