"""Who serves where: the seats that an office fills, and the public card of each grid."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from linli.lib.masks import mask_name
from linli.lib.text import Said
from linli.people.models import Post
from linli.people.queries import in_term
from linli.people.reader import Reader
from linli.people.roles import ROLES, STAFF
from linli.places.models import Place
from linli.places.queries import full_name, line_of
from linli.register.models import PublicCard
from linli.register.policies import APPOINTS, appointers

GRID_ROLES = ("grid_worker", "grid_branch")
HEADS = ("building_lead", "unit_lead")
_Seats = dict[tuple[str, uuid.UUID], list[Post]]
SUPERVISES = ("community", "community_desk")


@dataclass(frozen=True, slots=True)
class Shown:
    """Somebody on a post as everybody may see it."""

    role: Said
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Head:
    """A building or unit, and who looks after it; nobody where the post is vacant."""

    where: Said
    role: Said
    holders: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class GridCard:
    grid: Place
    where: Said
    workers: tuple[Shown, ...]
    heads: tuple[Head, ...]
    supervision: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Seat:
    role: str
    title: Said
    place: Place
    where: Said
    posts: tuple[Post, ...]

    @property
    def invited(self) -> bool:
        """Whether its holder signs in by an invitation, a password and a second step."""
        return self.role in STAFF


@dataclass(frozen=True, slots=True)
class SeatGroup:
    title: Said
    seats: tuple[Seat, ...]


def grids() -> list[tuple[Place, Said, tuple[Shown, ...]]]:
    """All grids with who serves them, in the order of the place tree, in four queries."""
    found = list(Place.objects.filter(level="grid", valid_to__isnull=True).order_by("order", "path"))
    posts = _posts(Q(place__in=found, role__in=GRID_ROLES))
    known = _lines(found)
    return [(grid, _where(grid, known), _shown_at(grid, posts)) for grid in found]


def grid_named(which: str) -> Place | None:
    """By its id, or by its label where only one grid has it."""
    grids_now = Place.objects.filter(level="grid", valid_to__isnull=True)
    try:
        return grids_now.filter(pk=uuid.UUID(which)).first()
    except ValueError:
        found = list(grids_now.filter(label=which)[:2])
        return found[0] if len(found) == 1 else None


def card_of(grid: Place) -> GridCard:
    inside = Q(place__path__startswith=f"{grid.path}.") & Q(role__in=HEADS)
    line = line_of(grid)
    posts = _posts(Q(place=grid, role__in=GRID_ROLES) | inside | Q(place__in=line, role__in=SUPERVISES))
    blocks = Place.objects.filter(
        path__startswith=f"{grid.path}.", level__in=("building", "unit"), valid_to__isnull=True
    )
    places = list(blocks.order_by("order", "path"))
    known = {place.path: place for place in [*line, *places]}
    return GridCard(
        grid=grid,
        where=_where(grid, known),
        workers=_shown_at(grid, posts),
        heads=tuple(_head(place, known, posts) for place in places),
        supervision=tuple(one for place in line if place.level == "community" for one in _shown_at(place, posts)),
    )


def _posts(condition: Q) -> list[Post]:
    rows = Post.objects.filter(condition, in_term()).select_related("person", "public_card")
    return list(rows.order_by("-role", "since"))


def _shown_at(place: Place, posts: Iterable[Post]) -> tuple[Shown, ...]:
    return tuple(shown(post) for post in posts if post.place_id == place.pk)


def shown(post: Post) -> Shown:
    card: PublicCard | None = getattr(post, "public_card", None)
    name = card.shown_name if card and card.shown_name else mask_name(post.person.name)
    return Shown(ROLES[post.role].title, name, card.office_phone if card else "")


def _head(place: Place, known: dict[str, Place], posts: Iterable[Post]) -> Head:
    role = "building_lead" if place.level == "building" else "unit_lead"
    return Head(_where(place, known, after="grid"), ROLES[role].title, _shown_at(place, posts))


def _where(place: Place, known: dict[str, Place], *, after: str = "") -> Said:
    """How the place is called, from the estate down; or only from below the level `after`."""
    line = [known[path] for path in place.line if path in known]
    levels = [one.level for one in line]
    if after in levels:
        line = line[levels.index(after) + 1 :]
    words = Said(full_name(line, "zh"), full_name(line, "en"))
    if place.level != "grid":
        return words
    return Said(f"{words.zh} {place.in_('zh')}", f"{words.en} {place.in_('en')}")


def _lines(places: Iterable[Place]) -> dict[str, Place]:
    paths = {path for place in places for path in place.line}
    return {place.path: place for place in Place.objects.filter(path__in=paths)}


# -- the seats that a reader fills


def seat_groups(reader: Reader) -> list[SeatGroup]:
    """Every seat that the reader's posts fill, vacant ones too, grouped by role."""
    found: dict[str, dict[uuid.UUID, Place]] = {}
    for by in appointers(reader):
        for role in APPOINTS[by.role]:
            for place in _places_for(role, by.place):
                found.setdefault(role, {})[place.pk] = place
    places = [place for seats in found.values() for place in seats.values()]
    posts = _by_seat(Post.objects.filter(in_term(), role__in=found, place__in=places))
    known = _lines(places)
    return [
        SeatGroup(ROLES[role].title, tuple(_seat(role, place, known, posts) for place in seats.values()))
        for role, seats in found.items()
    ]


def _places_for(role: str, under: Place) -> QuerySet[Place]:
    here = Q(path=under.path) | Q(path__startswith=f"{under.path}.")
    return Place.objects.filter(here, level__in=ROLES[role].levels, valid_to__isnull=True).order_by("order", "path")


def _by_seat(posts: QuerySet[Post]) -> _Seats:
    seats: _Seats = {}
    for post in posts.select_related("person").order_by("since", "pk"):
        seats.setdefault((post.role, post.place_id), []).append(post)
    return seats


def _seat(role: str, place: Place, known: dict[str, Place], posts: _Seats) -> Seat:
    return Seat(role, ROLES[role].title, place, _where(place, known), tuple(posts.get((role, place.pk), ())))
