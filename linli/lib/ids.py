"""Identifiers that sort by the time they were made and never clash when districts are moved or merged (RFC 9562, UUIDv7)."""

from __future__ import annotations

import secrets
import threading
import time
import uuid

_lock = threading.Lock()
_last = (0, 0)


def new_id() -> uuid.UUID:
    """A version 7 UUID: 48 bits of milliseconds, then chance. The real time is meant, also where a test has set the clock.

    One process makes them in ascending order: within a millisecond chance is added to the last one (RFC 9562, 6.2, method 2).
    """
    global _last
    with _lock:
        milliseconds = time.time_ns() // 1_000_000
        # A bit is left free at the top, so that what is added within a millisecond has room.
        fresh = milliseconds > _last[0]
        _last = (milliseconds, secrets.randbits(73)) if fresh else (_last[0], _last[1] + secrets.randbits(48) + 1)
        milliseconds, chance = _last
    high = (milliseconds << 16) | 0x7000 | (chance >> 62)
    low = (0b10 << 62) | (chance & ((1 << 62) - 1))
    return uuid.UUID(int=(high << 64) | low)
