"""The words that the reader's offices keep ready."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q

from linli.lib import clock
from linli.lib.text import Said
from linli.lib.times import day_said
from linli.matters.models import Matter
from linli.people.models import Post
from linli.people.reader import Reader
from linli.people.roles import ROLES
from linli.playbooks.model import Playbook
from linli.requests.categories import categories
from linli.requests.models import ReplyTemplate
from linli.requests.replies.blanks import fill
from linli.requests.replies.shipped import Ready, shipped_replies

MOST = 200
RESIDENT = "resident"
NO_LIMIT = Said("尽快", "soon")


def offices(reader: Reader) -> list[Post]:
    """The posts by which somebody answers for an office; a neighbour's own home is none."""
    return [post for post in reader.posts if post.role != RESIDENT]


def own_templates(reader: Reader) -> list[ReplyTemplate]:
    seats = offices(reader)
    if not seats:
        return []
    where = Q(pk__in=())
    for post in seats:
        where |= Q(role=post.role, place_id=post.place_id)
    rows = ReplyTemplate.objects.filter(where, withdrawn_at__isnull=True).select_related("place")
    return list(rows.order_by("role", "title", "pk")[:MOST])


def find_own(reader: Reader, key: uuid.UUID) -> ReplyTemplate | None:
    """One of the reader's own offices; of another office it does not exist."""
    found = ReplyTemplate.objects.select_related("place").filter(pk=key, withdrawn_at__isnull=True).first()
    return found if found is not None and reader.holds(found.role, found.place_id) else None


def ready_for(reader: Reader) -> list[Ready]:
    """An office's own words first, then those that come with Linli for its role."""
    roles = {post.role for post in offices(reader)}
    if not roles:
        return []
    own = [_ready(one) for one in own_templates(reader)]
    return [*own, *(one for one in shipped_replies() if roles & set(one.roles))]


def _ready(one: ReplyTemplate) -> Ready:
    title, text = Said(one.title, one.title), Said(one.text, one.text_en or one.text)
    return Ready(str(one.pk), one.book, one.move, one.category, title, text, (one.role,))


class Templates:
    """Lent to the move forms of matters."""

    def offered(
        self, matter: Matter, book: Playbook, reader: Reader, moves: Sequence[str]
    ) -> Mapping[str, Sequence[tuple[str, Said]]]:
        kept = ready_for(reader)
        return {move: [(one.key, one.title) for one in _fitting(kept, matter, book, move)] for move in moves}

    def words(self, matter: Matter, book: Playbook, reader: Reader, move: str, key: str, language: str) -> str | None:
        one = next((one for one in _fitting(ready_for(reader), matter, book, move) if one.key == key), None)
        return fill(one.text.in_(language), _values(matter, reader, one, language)) if one else None


def _fitting(kept: Iterable[Ready], matter: Matter, book: Playbook, move: str) -> list[Ready]:
    known = categories().get(matter.category)
    line = known.line if known else ()
    return [one for one in kept if one.fits(book.name, move, line)]


def _values(matter: Matter, reader: Reader, one: Ready, language: str) -> dict[str, str]:
    """The place no narrower than the building: an answer may be public."""
    due = day_said(matter.due_at, clock.now()) if matter.due_at else NO_LIMIT
    post = next((post for post in offices(reader) if post.role in one.roles), None)
    return {
        "place": matter.place_public,
        "number": str(matter.number),
        "due": due.in_(language),
        "office": ROLES[post.role].title.in_(language) if post else "",
    }
