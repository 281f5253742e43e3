"""How much waits for a person."""

from __future__ import annotations

from django.db.models import Q

from linli.matters.models import Duty
from linli.people.reader import Reader

MOST = 99


def number_waiting(reader: Reader) -> int:
    """Counted to one above what the page can show, so that a long desk costs no more than a short one."""
    if reader.person is None:
        return 0
    mine = Q(person_id=reader.person_id)
    for role, place in reader.seats:
        mine |= Q(role=role, place_id=place)
    return Duty.objects.filter(mine, until__isnull=True)[: MOST + 1].count()
