"""The plan that a matter is about, in all its wordings: which version a meeting decided, and what those words were."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from linli.matters.models import Matter
from linli.record.models import Event, Sealed
from linli.record.queries import value_of


@dataclass(frozen=True, slots=True)
class Plan:
    """One version. `text` is None once the words were erased with their person; number and moment stay."""

    number: int
    text: str | None
    at: datetime
    event: int

    @property
    def digest(self) -> bytes:
        return hashlib.sha256((self.text or "").encode()).digest()


def plans_of(matter: Matter, name: str) -> list[Plan]:
    """Oldest first. The same words sent again are no new version."""
    rows = Sealed.objects.filter(event__chain=matter.pk, name=name, cipher__isnull=True).select_related("event")
    written = [(_text(row), row.event) for row in rows.order_by("event__seq")]
    return list(_numbered(written))


def _text(row: Sealed) -> str | None:
    return None if row.shredded_at is not None else str(value_of(row))


def _numbered(written: Sequence[tuple[str | None, Event]]) -> Iterable[Plan]:
    for number, (text, group) in enumerate(groupby(written, key=lambda one: one[0]), start=1):
        event = next(group)[1]
        yield Plan(number, text, event.at, event.pk)
