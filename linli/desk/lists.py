"""Matters of the reader's places, newest first, narrowed by a filter: one query for the rows, one for their first words."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import OuterRef, Q, QuerySet, Subquery

from linli.desk.filters import Filter, below, condition
from linli.lib.text import Said
from linli.matters.models import Duty, Matter
from linli.matters.policies import of_party
from linli.matters.queries import address_of, cursor_of, excerpts, read_cursor
from linli.people.models import Person
from linli.people.reader import Reader
from linli.people.roles import ROLES
from linli.places.models import Place
from linli.playbooks.model import Playbook
from linli.playbooks.models import Version
from linli.playbooks.versions import book_of
from linli.requests.searching import hits

PAGE = 50
# Names are looked up for the rows that are shown, not joined to all that a page is chosen from.
RAISER = Person.objects.filter(pk=OuterRef("raiser_id")).values("name")
HOLDER = Duty.objects.filter(pk=OuterRef("holder_id"))
COLUMNS = (
    "number", "id", "playbook_id", "stage", "place_name", "urgency", "category", "raised_at", "due_at", "late_at", "outcome",
    "ended_at", "rounds", "facts__channel",
    Subquery(RAISER), Subquery(HOLDER.values("role")), Subquery(HOLDER.values("person__name")),
)  # fmt: skip
LEVELS = ("county", "street", "community", "estate", "phase", "grid", "building")
MOST_PLACES = 400


@dataclass(frozen=True, slots=True)
class ListRow:
    """One matter that is open whole to the reader."""

    number: int
    matter: uuid.UUID
    playbook: uuid.UUID
    stage: str
    place_name: str
    urgency: str
    category: str
    raised_at: datetime
    due_at: datetime | None
    late_at: datetime | None
    outcome: str
    ended_at: datetime | None
    rounds: int
    channel: str | None
    raiser: str
    holder_role: str | None
    holder_name: str | None
    excerpt: str = ""

    @property
    def address(self) -> str:
        return address_of(self.number)

    @property
    def book(self) -> Said:
        return book_of(self.playbook).title

    @property
    def stage_title(self) -> Said:
        return book_of(self.playbook).title_of(self.stage)

    @property
    def holder_title(self) -> Said | None:
        return ROLES[self.holder_role].title if self.holder_role else None


def visible(reader: Reader, books: Mapping[uuid.UUID, Playbook]) -> Q:
    """What the reader raised, and what is open whole to them at the places of their posts.

    Every seat that can hold a matter stands on the matter's own line of places, so nothing is lost by looking below the
    posts alone, and an index by place can serve.
    """
    near = Q(raiser_id=reader.person_id)
    for path in sorted({post.place.path for post in reader.posts}):
        near |= below(path)
    return near & of_party(reader, books)


def all_books() -> dict[uuid.UUID, Playbook]:
    """Every version here: one small query, and each is read once in a process."""
    return {pk: book_of(pk) for pk in Version.objects.order_by("name", "number").values_list("pk", flat=True)}


def narrowed(reader: Reader, asked: Filter, books: Mapping[uuid.UUID, Playbook]) -> QuerySet[Matter]:
    if reader.person is None:
        return Matter.objects.none()
    found = Matter.objects.filter(visible(reader, books), condition(asked, reader))
    return found.order_by("-raised_at", "id")


def list_rows(
    reader: Reader, asked: Filter, books: Mapping[uuid.UUID, Playbook], *, after: str | None = None, limit: int = PAGE
) -> tuple[list[ListRow], str | None]:
    found = narrowed(reader, asked, books).filter(_older(after)).values_list(*COLUMNS)[: limit + 1]
    rows = [ListRow(*row) for row in found]
    more = cursor_of(rows[limit - 1].raised_at, rows[limit - 1].matter) if len(rows) > limit else None
    return with_words(rows[:limit]), more


def found_rows(
    reader: Reader, asked: Filter, books: Mapping[uuid.UUID, Playbook], text: str, *, after: str | None = None
) -> tuple[list[ListRow], str | None]:
    """Those in which the words stand. The search looks at a stretch at a time, so that a page may hold few and go on."""
    matched, more = hits(reader, text, after=after)
    found = narrowed(reader, asked, books).filter(pk__in=matched).values_list(*COLUMNS)
    return with_words([ListRow(*row) for row in found]), more


def with_words(rows: Sequence[ListRow]) -> list[ListRow]:
    texts = excerpts({row.matter: row.playbook for row in rows})
    return [replace(row, excerpt=texts.get(row.matter, "")) for row in rows]


def _older(after: str | None) -> Q:
    mark = read_cursor(after)
    if mark is None:
        return Q()
    return Q(raised_at__lte=mark[0]) & (Q(raised_at__lt=mark[0]) | Q(id__gt=mark[1]))


def places_below(reader: Reader) -> list[Place]:
    """The places of the reader's offices and what lies below them, no narrower than a building: rooms are no filter."""
    offices = [post.place for post in reader.posts if post.place.level in LEVELS]
    if not offices:
        return []
    under = Q()
    for office in offices:
        under |= Q(path=office.path) | Q(path__startswith=f"{office.path}.")
    return list(Place.objects.filter(under, level__in=LEVELS, valid_to__isnull=True).order_by("path")[:MOST_PLACES])


def stages_of(books: Mapping[uuid.UUID, Playbook], name: str) -> Iterator[tuple[str, Said]]:
    """The stages and ends of a playbook, those of its versions together."""
    known: dict[str, Said] = {}
    for book in books.values():
        if book.name == name:
            known |= {one: book.title_of(one) for one in [*book.stages, *book.ends]}
    yield from known.items()
