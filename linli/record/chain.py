"""The arithmetic of the record: canonical JSON (RFC 8785), salted commitments, and the hash that ties a row to the last.

Pure, so that anyone can check a chain with this file and a dump of the rows.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import rfc8785

START = bytes(32)
SALT_BYTES = 16
MOST = 2**53 - 1
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


@dataclass(frozen=True, slots=True)
class Entry:
    """What is hashed of one event. `body` holds plain JSON; what is personal stands in it as a commitment only."""

    chain: str
    seq: int
    subject: str
    verb: str
    actor: str
    post: str
    place: str
    at: datetime
    body: Mapping[str, Any]


def canonical(value: Any) -> bytes:
    """The one byte form of a JSON value. Integers beyond 2^53 raise `ValueError`; give them as text.

    Where nothing is in it that the standard writes in its own way, the encoder of the standard library gives the same
    bytes in a quarter of the time (tested against `rfc8785`).
    """
    return ENCODER.encode(value).encode() if _is_simple(value) else rfc8785.dumps(value)


def _is_simple(value: Any) -> bool:
    """No number but small whole ones, and no key whose place in the order depends on how characters are counted."""
    kind = type(value)
    if kind is dict:
        return all(type(key) is str and key.isascii() and _is_simple(one) for key, one in value.items())
    if kind is list:
        return all(_is_simple(one) for one in value)
    return kind is str or value is None or kind is bool or (kind is int and abs(value) <= MOST)


def link(previous: bytes, entry: Entry) -> bytes:
    """SHA-256 over the hash before and the canonical form of the entry; the first entry follows 32 zero bytes."""
    return hashlib.sha256(previous + canonical(_plain(entry))).digest()


def commitment(salt: bytes, value: Any) -> str:
    """A hash that binds to a value without telling it. Once the salt is gone the value cannot even be guessed from it."""
    return hashlib.sha256(salt + canonical(value)).hexdigest()


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def _plain(entry: Entry) -> dict[str, Any]:
    return {
        "chain": entry.chain,
        "seq": entry.seq,
        "subject": entry.subject,
        "verb": entry.verb,
        "actor": entry.actor,
        "post": entry.post,
        "place": entry.place,
        "at": stamp(entry.at),
        "body": dict(entry.body),
    }
