"""A meeting that is held every month prepares its next one by itself."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import transaction

from linli.lib import clock
from linli.matters.actions.raising import begin
from linli.matters.answers import Answers
from linli.matters.models import Matter
from linli.matters.seats import roles_of
from linli.meetings.settings import is_monthly
from linli.people.queries import line_with_seats
from linli.playbooks.models import Version
from linli.playbooks.versions import book_of, current_version

LOOKED_BACK = timedelta(days=62)


def begin_next(matter: Matter) -> Matter | None:
    """The matter of the next meeting, with a holder and a deadline from this moment on; None where it stands already."""
    key = uuid.uuid5(matter.pk, "next")
    if Matter.objects.filter(raiser_id=matter.raiser_id, key=key).exists():
        return None
    version = current_version(matter.book)
    line = line_with_seats(matter.place, roles_of(book_of(version.pk)))
    return begin(version, matter.place, line, raiser=matter.raiser, post=None, answers=Answers(), key=key)


def begin_missing() -> int:
    """Wherever a monthly meeting has ended, held or not, and none is open, begin the next; returns how many."""
    monthly = [version for version in Version.objects.only("pk") if is_monthly(book_of(version.pk))]
    if not monthly:
        return 0
    with transaction.atomic():
        last = {(matter.book, matter.place_id): matter for matter in _ended(monthly)}
        under_way = Matter.objects.filter(playbook__in=monthly, ended_at__isnull=True).values_list("book", "place_id")
        for here in under_way:
            last.pop(here, None)
        return sum(1 for matter in last.values() if begin_next(matter) is not None)


def _ended(monthly: Sequence[Version]) -> Iterable[Matter]:
    """Oldest first; held by one runner at a time."""
    ended = Matter.objects.filter(playbook__in=monthly, ended_at__gte=clock.now() - LOOKED_BACK)
    return ended.select_related("place", "raiser").select_for_update(of=("self",)).order_by("ended_at", "pk")
