from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from linli.record.broken import Broken
from linli.record.models import Event, Sealed
from linli.record.sealer import sealer
from linli.record.walking import WHOLE, Stretch, Walker


def events_of(subject: uuid.UUID) -> list[Event]:
    """All that happened to one thing, oldest first."""
    return list(Event.objects.filter(chain=subject).select_related("actor", "post").order_by("seq"))


def opened(rows: Iterable[Sealed]) -> dict[int, dict[str, Any]]:
    """Event id to the values it sealed; what was shredded is left out."""
    found: dict[int, dict[str, Any]] = {}
    for row in rows:
        if row.shredded_at is None:
            found.setdefault(row.event_id, {})[row.name] = value_of(row)
    return found


def value_of(row: Sealed) -> Any:
    return json.loads(sealer().open(row.cipher)) if row.cipher else row.value


def sealed_of(subject: uuid.UUID, *, sensitive: bool) -> list[Sealed]:
    """The sealed rows of one thing; sensitive ones only for who gave a reason to see them."""
    rows = Sealed.objects.filter(event__chain=subject)
    return list(rows if sensitive else rows.filter(cipher__isnull=True))


def broken_chains(subject: uuid.UUID | None = None) -> Iterator[Broken]:
    """Walk every chain (or one) and yield the first broken row of each."""
    return Walker(Stretch(chains=(subject,)) if subject else WHOLE).broken()
