"""The lists that people look at all day. Plain rows, a fixed number of queries, and a cursor instead of page numbers."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Q, QuerySet
from django.urls import reverse

from linli.lib.text import Said
from linli.matters.models import Duty, Matter, Photo
from linli.people.models import Post
from linli.people.queries import Line, in_term
from linli.people.reader import Reader
from linli.people.roles import ROLES
from linli.playbooks.model import Playbook
from linli.playbooks.models import Version
from linli.playbooks.versions import book_of

MINE = "me"  # the tab of what a person holds by name
EXCERPT = 60
DUTY_COLUMNS = (
    "due_at", "id", "kind", "role", "place_id", "matter_id", "matter__number", "matter__playbook_id", "matter__stage",
    "matter__place_name", "matter__urgency", "matter__late_at", "matter__climbed", "matter__rounds", "matter__category",
    "matter__asked_due", "matter__told_at",
)  # fmt: skip
MATTER_COLUMNS = (
    "number", "id", "playbook_id", "stage", "place_name", "raised_at", "due_at", "late_at", "climbed", "outcome", "ended_at",
    "raiser_id", "holder__person_id", "holder__role", "bond", "asked_due",
)  # fmt: skip
OVERDUE_COLUMNS = ("number", "id", "playbook_id", "stage", "place_public", "due_at", "late_at", "climbed", "raised_at")

# One statement whatever their number, so that the server prepares it once: `IN` would make one for each length of a list.
OPENINGS = """
SELECT event.chain, sealed.name, sealed.value FROM record_event AS event JOIN record_sealed AS sealed ON sealed.event_id = event.id
WHERE event.chain = ANY(%s::uuid[]) AND event.seq = 1 AND sealed.cipher IS NULL AND sealed.value IS NOT NULL
"""


@cache
def _matters_root() -> str:
    """Where the pages of matters begin: looked up once, since fifty look-ups are a tenth of a desk."""
    return reverse("matter", args=[0]).removesuffix("0/")


def address_of(number: int) -> str:
    return f"{_matters_root()}{number}/"


@dataclass(frozen=True, slots=True)
class DeskRow:
    """One open duty of the reader."""

    due_at: datetime
    duty: uuid.UUID
    kind: str
    role: str
    place: uuid.UUID | None
    matter: uuid.UUID
    number: int
    playbook: uuid.UUID
    stage: str
    place_name: str
    urgency: str
    late_at: datetime | None
    climbed: int
    rounds: int
    category: str
    asked_due: datetime | None = None  # the raiser was asked something
    told_at: datetime | None = None  # and has answered
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


@dataclass(frozen=True, slots=True)
class MatterRow:
    """One matter that the reader raised."""

    number: int
    matter: uuid.UUID
    playbook: uuid.UUID
    stage: str
    place_name: str
    raised_at: datetime
    due_at: datetime | None
    late_at: datetime | None
    climbed: int
    outcome: str
    ended_at: datetime | None
    raiser: uuid.UUID
    holder_person: uuid.UUID | None
    holder_role: str | None
    bond: str = ""
    asked_due: datetime | None = None
    excerpt: str = ""

    @property
    def book(self) -> Said:
        return book_of(self.playbook).title

    @property
    def stage_title(self) -> Said:
        return book_of(self.playbook).title_of(self.stage)

    @property
    def is_raisers_turn(self) -> bool:
        return self.ended_at is None and self.holder_person == self.raiser

    @property
    def holder_title(self) -> Said | None:
        return ROLES[self.holder_role].title if self.holder_role else None


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """One matter that has climbed to the top and is still late, as anybody may see it."""

    number: int
    matter: uuid.UUID
    playbook: uuid.UUID
    stage: str
    place_public: str
    due_at: datetime
    late_at: datetime
    climbed: int
    raised_at: datetime

    @property
    def book(self) -> Said:
        return book_of(self.playbook).title

    @property
    def stage_title(self) -> Said:
        return book_of(self.playbook).title_of(self.stage)

    @property
    def place(self) -> str:
        """Where, when the playbook lets the building be known; nothing otherwise."""
        return self.place_public if "place.building" in public_names(book_of(self.playbook)) else ""


def public_names(book: Playbook) -> frozenset[str]:
    return frozenset(name for name, _ in book.public)


def desk_rows(
    reader: Reader, *, after: str | None = None, limit: int = 50, tab: str = "", also: Q | None = None
) -> tuple[list[DeskRow], str | None]:
    """What waits for the reader, soonest due first: by seat and by name, with the cursor of what follows.

    One statement, in which each seat reads at most `limit` rows from its own index; the excerpts take a second one.
    `tab` narrows to the seats of one role, or to what the reader holds by name; `also` by a condition on the duty.
    """
    branches = list(_branches(reader, tab))
    if not branches:
        return [], None
    mark = read_cursor(after)
    narrow = _beyond(mark, "due_at") & (also or Q())
    parts = [_first(branch & narrow, limit + 1) for branch in branches]
    found = parts[0].union(*parts[1:], all=True).order_by("due_at", "id")[: limit + 1] if len(parts) > 1 else parts[0]
    rows = [DeskRow(*row) for row in found]
    texts = excerpts({row.matter: row.playbook for row in rows[:limit]})
    following = cursor_of(rows[limit - 1].due_at, rows[limit - 1].duty) if len(rows) > limit else None
    return [replace(row, excerpt=texts.get(row.matter, "")) for row in rows[:limit]], following


def _branches(reader: Reader, tab: str) -> Iterator[Q]:
    if reader.person is None:
        return
    if tab in ("", MINE):
        yield Q(person_id=reader.person_id)
    for role, place in sorted(reader.seats, key=str):
        if tab in ("", role):
            yield Q(role=role, place_id=place)


def _first(condition: Q, limit: int) -> QuerySet[Duty, tuple[Any, ...]]:
    rows = Duty.objects.filter(condition, until__isnull=True).order_by("due_at", "id")
    return rows.values_list(*DUTY_COLUMNS)[:limit]


def _beyond(mark: tuple[datetime, uuid.UUID] | None, column: str) -> Q:
    """What stands after the mark. The first condition alone lets the index begin at the right place."""
    if mark is None:
        return Q()
    moment, key = mark
    return Q(**{f"{column}__gte": moment}) & (Q(**{f"{column}__gt": moment}) | Q(id__gt=key))


def matters_of(reader: Reader, *, after: str | None = None, limit: int = 20) -> tuple[list[MatterRow], str | None]:
    """What the reader raised, newest first. Units called by a joint call are not among them: nobody raised those.

    Parts stand on the page of the matter that they were split off from, unless they wait for the reader.
    """
    if reader.person is None:
        return [], None
    mark = read_cursor(after)
    older = Q()
    if mark is not None:
        older = Q(raised_at__lte=mark[0]) & (Q(raised_at__lt=mark[0]) | Q(id__gt=mark[1]))
    shown = Q(bond__in=("", Matter.FOLLOW_UP)) | Q(bond=Matter.PART, holder__person_id=reader.person_id)
    shown |= Q(bond=Matter.PART, asked_due__isnull=False)
    found = Matter.objects.filter(older, shown, raiser_id=reader.person_id).order_by("-raised_at", "id")
    rows = [MatterRow(*row) for row in found.values_list(*MATTER_COLUMNS)[: limit + 1]]
    following = cursor_of(rows[limit - 1].raised_at, rows[limit - 1].matter) if len(rows) > limit else None
    texts = excerpts({row.matter: row.playbook for row in rows[:limit]})
    return [replace(row, excerpt=texts.get(row.matter, "")) for row in rows[:limit]], following


def overdue_rows(*, after: str | None = None, limit: int = 50) -> tuple[list[OverdueRow], str | None]:
    """The public list: what has climbed to the top of its chain and is still not done, longest overdue first."""
    found = Matter.objects.filter(_beyond(read_cursor(after), "due_at"), ended_at__isnull=True, at_top=True)
    rows = [OverdueRow(*row) for row in found.order_by("due_at", "id").values_list(*OVERDUE_COLUMNS)[: limit + 1]]
    following = cursor_of(rows[limit - 1].due_at, rows[limit - 1].matter) if len(rows) > limit else None
    return rows[:limit], following


def open_parts(matters: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[int]]:
    """The numbers of the parts that were split off from these matters and go on."""
    found: dict[uuid.UUID, list[int]] = {}
    parts = Matter.objects.filter(parent__in=list(matters), bond=Matter.PART, ended_at__isnull=True)
    for parent, number in parts.order_by("number").values_list("parent_id", "number"):
        found.setdefault(parent, []).append(number)
    return found


def find(number: int) -> Matter | None:
    return Matter.objects.select_related("holder__person", "place", "raiser", "parent").filter(number=number).first()


def find_photo(number: int, photo: uuid.UUID) -> Photo | None:
    kept = Photo.objects.select_related("matter").filter(shredded_at__isnull=True)
    return kept.filter(pk=photo, matter__number=number).first()


def excerpts(books: dict[uuid.UUID, uuid.UUID]) -> dict[uuid.UUID, str]:
    """The first words of what each matter (with its playbook's version) is about, in one query."""
    if not books:
        return {}
    found: dict[uuid.UUID, dict[str, Any]] = {}
    with connection.cursor() as cursor:
        cursor.execute(OPENINGS, [list(books)])
        for matter, name, value in cursor.fetchall():
            found.setdefault(matter, {})[name] = json.loads(value)
    return {matter: _shortened(_opening(book_of(books[matter]), texts)) for matter, texts in found.items()}


def _opening(book: Playbook, texts: dict[str, Any]) -> str:
    names = ["what", *(field.name for field in book.form if field.kind == "text")]
    return next((str(texts[name]) for name in names if name in texts), "")


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else f"{line[: EXCERPT - 1]}…"


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be named, or called: an organisation's people are known to others by the organisation."""

    person: uuid.UUID
    name: str
    organisation: str = ""
    organisation_en: str = ""

    def in_(self, language: str) -> str:
        organisation = (self.organisation_en if language.startswith("en") else "") or self.organisation
        return f"{organisation} {self.name}".strip()

    def unit(self, language: str) -> str:
        """The organisation alone, for eyes that need no names."""
        return (self.organisation_en if language.startswith("en") else "") or self.organisation


CANDIDATE = ("person_id", "person__name", "organisation__name", "organisation__name_en")


def candidates(role: str, line: Line) -> list[Candidate]:
    """Who may be named for a role on a matter's line of places."""
    posts = Post.objects.filter(in_term(), role=role, place_id__in=[pk for pk, _, _ in line.places])
    rows = posts.order_by("organisation__name", "person__name", "person_id").values_list(*CANDIDATE)
    return list({row[0]: _candidate(row) for row in rows}.values())


def known_as(people: Iterable[uuid.UUID], roles: Iterable[str]) -> dict[str, Candidate]:
    """How those who were once named are called, also after their posts have ended."""
    wanted = list(people)
    if not wanted:
        return {}
    posts = Post.objects.filter(person_id__in=wanted, role__in=list(roles)).order_by("since", "pk")
    return {str(row[0]): _candidate(row) for row in posts.values_list(*CANDIDATE)}


def _candidate(row: Sequence[Any]) -> Candidate:
    return Candidate(row[0], row[1], row[2] or "", row[3] or "")


def current_books() -> dict[str, Playbook]:
    """The playbooks in use here, by name."""
    versions = Version.objects.filter(current=True).order_by("name").values_list("name", "pk")
    return {name: book_of(pk) for name, pk in versions}


def books_to_choose(books: dict[str, Playbook]) -> dict[str, Playbook]:
    """Those that a person begins; what a joint call opens for each unit is chosen by nobody."""
    called = frozenset[str]().union(*(_called_by(book) for book in books.values()))
    return {name: book for name, book in books.items() if name not in called}


def _called_by(book: Playbook) -> frozenset[str]:
    return frozenset(str(stage.settings["playbook"]) for stage in book.stages.values() if stage.kind == "join")


def cursor_of(moment: datetime, key: uuid.UUID) -> str:
    return base64.urlsafe_b64encode(f"{moment.isoformat()}/{key}".encode()).decode().rstrip("=")


def read_cursor(text: str | None) -> tuple[datetime, uuid.UUID] | None:
    """A cursor that somebody mangled begins at the beginning."""
    try:
        moment, _, key = base64.urlsafe_b64decode(f"{text or ''}===").decode().partition("/")
        read = datetime.fromisoformat(moment), uuid.UUID(key)
    except (ValueError, binascii.Error):
        return None
    return read if read[0].utcoffset() is not None else None
