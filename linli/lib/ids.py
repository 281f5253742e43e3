"""Identifiers that sort by the time they were made and never clash when districts are moved or merged (RFC 9562, UUIDv7)."""

from __future__ import annotations

import secrets
import time
import uuid


def new_id() -> uuid.UUID:
    """A version 7 UUID: 48 bits of milliseconds, then chance. The real time is meant, also where a test has set the clock."""
    milliseconds = time.time_ns() // 1_000_000
    chance = secrets.randbits(74)
    high = (milliseconds << 16) | 0x7000 | (chance >> 62)
    low = (0b10 << 62) | (chance & ((1 << 62) - 1))
    return uuid.UUID(int=(high << 64) | low)
