"""A filter as a form, as the words that stand above a list, and the filters that were saved."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.db import connection

from linli.desk.filters import CHANNELS, HELD, STANDINGS, Filter
from linli.desk.lists import places_below, stages_of
from linli.lib.text import Said
from linli.people.queries import Seat
from linli.people.reader import Reader
from linli.people.roles import ROLES
from linli.places.models import Place
from linli.playbooks.model import Playbook
from linli.requests.categories import categories, title_of

TITLES: Mapping[str, Said] = {
    "book": Said("事项类型", "Kind"),
    "stage": Said("环节", "Stage"),
    "standing": Said("状态", "Standing"),
    "category": Said("类别", "Category"),
    "place": Said("地点", "Place"),
    "held": Said("在谁手里", "With whom"),
    "channel": Said("来源渠道", "Channel"),
    "since": Said("提出不早于", "Raised from"),
    "until": Said("提出不晚于", "Raised until"),
}
DAYS = ("since", "until")
NOT_ON_A_DESK = ("held", "standing")
ON_A_DESK = ("late", "warned")
SEAT = Said("{role}（{place}）", "{role} ({place})")
SAVED = """
SELECT id, name, query, page, person_id FROM desk_savedfilter
WHERE person_id = %s OR (role <> '' AND (role, place_id) IN (SELECT * FROM unnest(%s::text[], %s::uuid[])))
ORDER BY name, saved_at, id
"""
INDENT = "\u3000"


@dataclass(frozen=True, slots=True)
class Choice:
    name: str
    title: Said
    value: str
    options: tuple[tuple[str, Said], ...] = ()
    day: bool = False

    @property
    def chosen(self) -> Said | None:
        if self.day:
            return Said(self.value, self.value) if self.value else None
        return next(
            (Said(said.zh.strip(), said.en.strip()) for value, said in self.options if value == self.value), None
        )


@dataclass(frozen=True, slots=True)
class Active:
    """One condition that is set, and the address of the page without it."""

    title: Said
    said: Said
    without: str


@dataclass(frozen=True, slots=True)
class Chip:
    id: uuid.UUID
    name: str
    query: str
    page: str
    own: bool
    chosen: bool


@dataclass(frozen=True, slots=True)
class FilterForm:
    page: str
    asked: Filter
    choices: tuple[Choice, ...]
    seats: tuple[tuple[str, Said], ...]

    @property
    def active(self) -> list[Active]:
        found = []
        for one in self.choices:
            if one.value:
                rest = replace(self.asked, **{one.name: "", **({"stage": ""} if one.name == "book" else {})})
                found.append(Active(one.title, one.chosen or Said(one.value, one.value), rest.query))
        return found


def form_of(page: str, asked: Filter, reader: Reader, books: Mapping[uuid.UUID, Playbook]) -> FilterForm:
    """The questions of a page; a desk says by its tabs with whom something is, and holds only what is open."""
    offered = dict(_offered(page, asked, reader, books))
    choices = [
        Choice(name, title, getattr(asked, name), tuple(offered.get(name, ())), name in DAYS)
        for name, title in TITLES.items()
        if name in DAYS or offered.get(name)
    ]
    return FilterForm(page, asked, tuple(choices), tuple(seats_to_share(reader)))


def _offered(
    page: str, asked: Filter, reader: Reader, books: Mapping[uuid.UUID, Playbook]
) -> Iterator[tuple[str, Iterable[tuple[str, Said]]]]:
    yield "book", {book.name: book.title for book in books.values()}.items()
    yield "stage", list(stages_of(books, asked.book)) if asked.book else []
    on_desk = page == "desk"
    yield "standing", [(name, said) for name, said in STANDINGS.items() if not on_desk or name in ON_A_DESK]
    yield "category", [(code, title_of(code) or one.title) for code, one in categories().items()]
    yield "place", _places(places_below(reader))
    yield "held", [] if on_desk else HELD.items()
    yield "channel", CHANNELS.items()


def _places(places: Sequence[Place]) -> Iterator[tuple[str, Said]]:
    """Indented by how far each lies below the first."""
    least = min((place.path.count(".") for place in places), default=0)
    for place in places:
        indent = INDENT * (place.path.count(".") - least)
        yield place.path, Said(indent + place.in_("zh"), indent + place.in_("en"))


def seats_to_share(reader: Reader) -> Iterator[tuple[str, Said]]:
    for post in reader.posts:
        if post.role != "resident":
            place = post.place.said
            yield f"{post.role}/{post.place_id}", SEAT.filled(role=ROLES[post.role].title, place=place)


def seat_in(text: str) -> Seat | None:
    role, _, place = text.partition("/")
    try:
        return (role, uuid.UUID(place)) if role else None
    except ValueError:
        return None


def chips(reader: Reader, page: str, query: str) -> list[Chip]:
    """The reader's own filters and those that colleagues on the same seats share, in one query."""
    if reader.person is None:
        return []
    roles, places = zip(*reader.seats, strict=True) if reader.seats else ((), ())
    with connection.cursor() as cursor:
        cursor.execute(SAVED, [reader.person_id, list(roles), list(places)])
        rows = cursor.fetchall()
    return [
        Chip(pk, name, saved, at, person == reader.person_id, at == page and saved == query)
        for pk, name, saved, at, person in rows
    ]
