"""What the loop's pages read."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from linli.lib import clock
from linli.lib.text import Said
from linli.matters.models import Matter
from linli.matters.policies import of_party
from linli.matters.queries import excerpts
from linli.people.reader import Reader
from linli.people.roles import ROLES
from linli.playbooks.models import Version
from linli.playbooks.versions import book_of
from linli.record.models import Event, Sealed
from linli.requests.loop.actions.questions import digest_of
from linli.requests.loop.models import Question

ALIKE = 6
OFFICE = Said("社区工作人员", "the neighbourhood's office")


@dataclass(frozen=True, slots=True)
class Waiting:
    """A question that may still be answered."""

    words: str
    asked_at: datetime
    due_at: datetime
    over: bool
    link_until: datetime | None


def waiting_question(matter: Matter) -> Waiting | None:
    question = Question.objects.filter(matter=matter, closed_at__isnull=True).first()
    return _waiting(question) if question is not None else None


def _waiting(question: Question) -> Waiting:
    now = clock.now()
    live = question.link is not None and question.link_until is not None and question.link_until > now
    return Waiting(
        words=words_of(question),
        asked_at=question.asked_at,
        due_at=question.due_at,
        over=question.due_at <= now,
        link_until=question.link_until if live else None,
    )


def words_of(question: Question) -> str:
    """Empty once they were erased."""
    rows = Sealed.objects.filter(event__chain=question.matter_id, event__seq=question.seq, name="question")
    value = rows.values_list("value", flat=True).first()
    return str(value) if value is not None else ""


@dataclass(frozen=True, slots=True)
class Linked:
    """All that the page of a one-time link shows: what kind of thing, who asks, and what. No place and nobody's name."""

    book: Said
    asked_by: Said
    asked_at: datetime
    words: str


def question_by_link(token: str) -> Linked | None:
    """None for a link that was used, revoked or is over, and for one that never was: they are not told apart."""
    found = Question.objects.select_related("matter").filter(link=digest_of(token), link_until__gt=clock.now()).first()
    words = words_of(found) if found is not None else ""
    if found is None or not words or not found.matter.is_open:
        return None
    event = Event.objects.select_related("post").get(chain=found.matter_id, seq=found.seq)
    asker = ROLES[event.post.role].title if event.post is not None else OFFICE
    return Linked(book_of(found.matter.playbook_id).title, asker, found.asked_at, words)


@dataclass(frozen=True, slots=True)
class Alike:
    number: int
    book: Said
    stage: Said
    raised_at: datetime
    excerpt: str


def alike(matter: Matter, reader: Reader) -> list[Alike]:
    """Open matters of the same kind at the same building that the reader may see whole, newest first."""
    books = {pk: book_of(pk) for pk in Version.objects.filter(name=matter.book).values_list("pk", flat=True)}
    found = Matter.objects.filter(
        of_party(reader, books),
        book=matter.book,
        place_public=matter.place_public,
        ended_at__isnull=True,
        bond="",
    ).exclude(pk=matter.pk)
    rows = list(found.order_by("-raised_at", "pk")[:ALIKE])
    texts = excerpts({row.pk: row.playbook_id for row in rows})
    return _alike(rows, texts)


def _alike(rows: Sequence[Matter], texts: dict[uuid.UUID, str]) -> list[Alike]:
    return [
        Alike(row.number, books.title, books.title_of(row.stage), row.raised_at, texts.get(row.pk, ""))
        for row in rows
        for books in [book_of(row.playbook_id)]
    ]
