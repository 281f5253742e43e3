"""What those who joined a matter see of it, and how many they are."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from linli.lib.masks import mask_text
from linli.lib.text import Said
from linli.matters.models import Matter
from linli.matters.queries import public_names
from linli.people.reader import Reader
from linli.playbooks.ends import OUTCOMES
from linli.playbooks.model import RAISER, Playbook
from linli.playbooks.versions import book_of
from linli.record.models import Sealed
from linli.requests.models import Joiner

BEST = 5
ON_MINE = 20
COLUMNS = (
    "matter__number", "matter__playbook_id", "matter__stage", "matter__place_public", "matter__due_at", "matter__late_at",
    "matter__outcome", "matter__ended_at", "matter__answered_at", "joined_at", "score",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class JoinedRow:
    """One matter that the reader joined, as neighbours may see it."""

    number: int
    playbook: uuid.UUID
    stage: str
    place: str
    due_at: datetime | None
    late_at: datetime | None
    outcome: str
    ended_at: datetime | None
    answered_at: datetime | None
    joined_at: datetime
    score: int | None

    @property
    def book(self) -> Said:
        return book_of(self.playbook).title

    @property
    def standing(self) -> Said:
        return OUTCOMES[self.outcome] if self.outcome else book_of(self.playbook).title_of(self.stage)

    @property
    def asks_verdict(self) -> bool:
        book = book_of(self.playbook)
        return self.score is None and _asks(book, self.stage, self.answered_at, ended=self.ended_at is not None)


def joined_rows(reader: Reader) -> list[JoinedRow]:
    """Newest first; those that still ask for a verdict or go on are never many."""
    if reader.person is None:
        return []
    rows = Joiner.objects.filter(person=reader.person, left_at__isnull=True).order_by("-joined_at", "id")
    return [JoinedRow(*row) for row in rows.values_list(*COLUMNS)[:ON_MINE]]


def joiner_of(matter: Matter, reader: Reader) -> Joiner | None:
    if reader.person is None:
        return None
    return Joiner.objects.filter(matter=matter, person=reader.person, left_at__isnull=True).first()


def numbers_joined(matters: Sequence[uuid.UUID]) -> dict[uuid.UUID, int]:
    rows = Joiner.objects.filter(matter__in=matters, left_at__isnull=True).values_list("matter")
    return dict(rows.annotate(number=Count("pk")))


def asks_verdict(matter: Matter, book: Playbook) -> bool:
    """From the moment at which the raiser is asked for one."""
    return _asks(book, matter.stage, matter.answered_at, ended=not matter.is_open)


def _asks(book: Playbook, stage: str, answered_at: datetime | None, *, ended: bool) -> bool:
    duty = book.stages[stage].duty if stage in book.stages else None
    return answered_at is not None and (ended or (duty is not None and duty.person == RAISER))


def reply_for(matter: Matter, book: Playbook) -> str:
    """The last answer, masked, for who joined; empty where the public page shows it anyway."""
    if "reply" in public_names(book):
        return ""
    rows = Sealed.objects.filter(event__chain=matter.pk, name="reply", value__isnull=False)
    value = rows.order_by("-event__seq").values_list("value", flat=True).first()
    return mask_text(str(value)) if value else ""
