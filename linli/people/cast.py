"""The people of the demonstration whom a visitor may play, grouped by their duty."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from linli.lib.text import Said
from linli.people.models import Post
from linli.people.queries import in_term
from linli.people.roles import ROLES
from linli.places.models import Place
from linli.places.queries import full_name

A_DOZEN = 12
MOST = 300
GROUPS: tuple[tuple[Said, tuple[str, ...]], ...] = (
    (Said("居民", "Residents"), ("resident",)),
    (Said("单元长、楼栋长", "Stairwell and building heads"), ("unit_lead", "building_lead")),
    (Said("网格", "Grids"), ("grid_worker", "grid_branch")),
    (Said("物业公司", "Property company"), ("property_desk", "property_worker", "property_manager")),
    (Said("服务商", "Service providers"), ("provider",)),
    (Said("业委会", "Owners’ committee"), ("committee",)),
    (Said("社区", "Community"), ("community", "community_desk")),
    (Said("街道", "Street office"), ("street",)),
    (Said("职能部门", "Departments"), ("department",)),
)


@dataclass(frozen=True, slots=True)
class Part:
    person: uuid.UUID
    name: str
    role: Said
    where: Said


@dataclass(frozen=True, slots=True)
class Group:
    title: Said
    parts: tuple[Part, ...]


def cast() -> list[Group]:
    """Everybody on a post, and a dozen residents who hold none."""
    held = Post.objects.filter(in_term()).exclude(role="resident")
    on_duty = list(_in_order(held)[:MOST])
    residents = Post.objects.filter(in_term(), role="resident").exclude(
        person_id__in=[post.person_id for post in on_duty]
    )
    posts = [*_in_order(residents)[:A_DOZEN], *on_duty]
    places = _line_by_line([post.place for post in posts])
    parts = [(post.role, _part(post, places)) for post in posts]
    groups = (Group(title, tuple(_of(parts, roles))) for title, roles in GROUPS)
    return [group for group in groups if group.parts]


def _in_order(posts: QuerySet[Post]) -> QuerySet[Post]:
    alive = posts.filter(person__shredded_at__isnull=True)
    return alive.select_related("person", "place", "organisation").order_by("place__order", "place__path", "pk")


def _of(parts: Sequence[tuple[str, Part]], roles: Iterable[str]) -> Iterator[Part]:
    for wanted in roles:
        yield from (part for role, part in parts if role == wanted)


def _line_by_line(places: Iterable[Place]) -> dict[str, Place]:
    """All places on the lines of these, by path, in one query."""
    paths = {path for place in places for path in place.line}
    return {place.path: place for place in Place.objects.filter(path__in=paths)}


def _part(post: Post, places: dict[str, Place]) -> Part:
    line = [places[path] for path in post.place.line if path in places]
    within = [place for place in line if place.level != "estate"] or line
    where = Said(full_name(within, "zh"), full_name(within, "en"))
    if post.organisation and post.role == "department":
        where = Said(post.organisation.name, post.organisation.name_en or post.organisation.name)
    return Part(post.person_id, post.person.name, ROLES[post.role].title, where)
