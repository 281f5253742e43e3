"""The single seam of time: whatever asks what time it is asks here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Shanghai")

_set_to: ContextVar[datetime | None] = ContextVar("clock", default=None)


def now() -> datetime:
    """The present moment, in UTC."""
    return _set_to.get() or datetime.now(UTC)


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Let it be `moment` inside the block. Blocks nest; a thread started inside one keeps the real time."""
    token = _set_to.set(aware(moment).astimezone(UTC))
    try:
        yield now()
    finally:
        _set_to.reset(token)


def local_day(moment: datetime, zone: ZoneInfo = ZONE) -> date:
    """The day that the neighbours would write on paper at this moment."""
    return aware(moment).astimezone(zone).date()


def aware(moment: datetime) -> datetime:
    """The same moment; `ValueError` when it does not say its zone, since guessing one moves deadlines by hours."""
    if moment.utcoffset() is None:
        raise ValueError(f"{moment.isoformat()} does not say its time zone")
    return moment
