from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import FilteredRelation, Q, QuerySet

from linli.lib import clock
from linli.people.models import Person, Post
from linli.places.models import Place

Seat = tuple[str, uuid.UUID]  # a role at a place


def in_term(moment: datetime | None = None, prefix: str = "") -> Q:
    """The condition that a post's term has begun and not ended."""
    now = moment or clock.now()
    begun = Q(**{f"{prefix}since__lte": now})
    return begun & (Q(**{f"{prefix}until__isnull": True}) | Q(**{f"{prefix}until__gt": now}))


def posts_of(person: Person) -> list[Post]:
    return list(Post.objects.filter(in_term(), person=person).select_related("place").order_by("since", "pk"))


def holders(role: str, place_id: uuid.UUID) -> QuerySet[Person]:
    return Person.objects.filter(
        pk__in=Post.objects.filter(in_term(), role=role, place_id=place_id).values("person_id")
    )


@dataclass(frozen=True, slots=True)
class Line:
    """The places above a matter, widest first, and which seats on them are filled now."""

    places: tuple[tuple[uuid.UUID, str, str], ...]  # id, level, name
    filled: frozenset[Seat] = field(default_factory=frozenset)

    def at(self, level: str) -> uuid.UUID | None:
        return next((pk for pk, place_level, _ in self.places if place_level == level), None)


def line_with_seats(place: Place, roles: Iterable[str]) -> Line:
    """The line of a place and the filled seats of these roles on it, in one query."""
    return lines_with_seats([place], roles)[place.pk]


def people_with_role(role: str, place_ids: Sequence[uuid.UUID]) -> QuerySet[Person]:
    """Who may be named where a playbook asks for a person with this role, at one of these places."""
    posts = Post.objects.filter(in_term(), role=role, place_id__in=place_ids)
    return Person.objects.filter(pk__in=posts.values("person_id")).order_by("name", "pk")


def people_around(place: Place, role: str) -> QuerySet[Person]:
    """Who holds a role at a place, above it or below it: the heads of an estate's buildings, its community."""
    near = Q(place__path__in=place.line) | Q(place__path__startswith=f"{place.path}.")
    posts = Post.objects.filter(in_term(), near, role=role)
    return Person.objects.filter(pk__in=posts.values("person_id")).order_by("name", "pk")


def lines_with_seats(places: Sequence[Place], roles: Iterable[str]) -> dict[uuid.UUID, Line]:
    """The lines of many places at once, in one query."""
    wanted = {place.pk: place.line for place in places}
    rows: dict[str, list[tuple[uuid.UUID, str, str, str | None]]] = {}
    paths = {path for line in wanted.values() for path in line}
    for path, pk, level, name, role in _seat_rows(paths, roles):
        rows.setdefault(path, []).append((pk, level, name, role))
    return {pk: _line(row for path in line for row in rows.get(path, ())) for pk, line in wanted.items()}


def _seat_rows(paths: Iterable[str], roles: Iterable[str]) -> Iterable[tuple[str, uuid.UUID, str, str, str | None]]:
    """Path, id, level and name of each place, once for each filled role there, or once with None."""
    filled = Q(posts__role__in=list(roles)) & in_term(prefix="posts__")
    places = Place.objects.filter(path__in=list(paths)).annotate(seat=FilteredRelation("posts", condition=filled))
    columns: tuple[Any, ...] = ("path", "pk", "level", "name", "seat__role")
    return places.values_list(*columns).distinct()


def _line(rows: Iterable[tuple[uuid.UUID, str, str, str | None]]) -> Line:
    found = list(rows)
    places = tuple(dict.fromkeys((pk, level, name) for pk, level, name, _ in found))
    return Line(places, frozenset((role, pk) for pk, _, _, role in found if role))


def vacated_seats(since: datetime) -> list[Seat]:
    """Seats whose last holder's term ended after `since` and which nobody fills now."""
    ended = Post.objects.filter(until__gt=since, until__lte=clock.now()).values_list("role", "place_id").distinct()
    filled = set(
        Post.objects.filter(in_term(), place_id__in=[place for _, place in ended]).values_list("role", "place_id")
    )
    return sorted(set(ended) - filled, key=str)


def people_who_left(since: datetime) -> set[uuid.UUID]:
    """People any of whose terms ended after `since`."""
    return set(Post.objects.filter(until__gt=since, until__lte=clock.now()).values_list("person_id", flat=True))
