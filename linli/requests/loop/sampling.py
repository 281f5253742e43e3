"""Which ended matters are re-checked, and who may do it. The draw is by the hash of the end's event, so nobody picks.

Whoever doubts it works it out again: the first eight bytes of the hash as a number, modulo 1000, below the share.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import yaml
from django.db.models import Q

from linli.matters.course import Course
from linli.matters.models import Duty, Matter
from linli.matters.seats import Holder
from linli.people.models import Post
from linli.people.queries import holders, line_with_seats
from linli.record.models import Event
from linli.requests.loop.models import SampleRule

SHIPPED = Path(__file__).parents[1] / "shipped" / "rechecks.yaml"
THOUSAND = 1000
DRAWN_ENDS = frozenset({"solved", "explained"})
STEPS = (("grid_branch", "grid"), ("community", "community"), ("street", "street"))


@cache
def shipped_shares() -> Mapping[str, int]:
    return MappingProxyType(
        {str(name): int(share) for name, share in yaml.safe_load(SHIPPED.read_text("utf-8")).items()}
    )


def shares(books: Iterable[str]) -> dict[str, int]:
    """The share in use for each playbook: the neighbourhood's latest, else the shipped one."""
    shipped = shipped_shares()
    wanted = set(books)
    found = {name: shipped.get(name, shipped["default"]) for name in wanted}
    for book, share in SampleRule.objects.filter(book__in=wanted).order_by("since").values_list("book", "per_mille"):
        found[book] = share
    return found


def lot(digest: bytes) -> int:
    return int.from_bytes(bytes(digest)[:8], "big") % THOUSAND


def is_drawn(digest: bytes, per_mille: int) -> bool:
    return lot(digest) < per_mille


def outcome_of(event: Event) -> str:
    return str(event.body.get("now", {}).get("outcome") or "")


def had_a_hand(matter: Matter) -> set[uuid.UUID]:
    """Everybody who held or moved it: by name, by a post for the seat at that time, or as the maker of an event."""
    people = {person for (person,) in Event.objects.filter(chain=matter.pk).values_list("actor_id") if person}
    people.add(matter.raiser_id)
    held = Q(pk__in=[])
    for duty in Duty.objects.filter(matter=matter, kind=Duty.HOLDS):
        if duty.person_id is not None:
            people.add(duty.person_id)
        else:
            until = duty.until or duty.since
            at_work = Q(since__lte=until) & (Q(until__isnull=True) | Q(until__gt=duty.since))
            held |= at_work & Q(role=duty.role, place_id=duty.place_id)
    return people | set(Post.objects.filter(held).values_list("person_id", flat=True))


def checker_for(course: Course) -> Holder | None:
    """The lowest seat that somebody fills who had no hand in it; None when there is no such seat."""
    line = line_with_seats(course.matter.place, [role for role, _ in STEPS])
    handlers = had_a_hand(course.matter)
    for role, level in STEPS:
        place = line.at(level)
        if place is not None and set(holders(role, place).values_list("pk", flat=True)) - handlers:
            return Holder(role, place)
    return None
