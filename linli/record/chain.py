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
from json.encoder import encode_basestring
from typing import Any

import rfc8785

START = bytes(32)
SALT_BYTES = 16
MOST = 2**53 - 1
QUOTE = encode_basestring
PLAIN = frozenset({str, bool, type(None)})
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
        return set(map(type, value)) <= PLAIN or all(map(_is_simple, value))
    return kind is str or value is None or kind is bool or (kind is int and abs(value) <= MOST)


def canonical_of_text(text: str) -> bytes:
    """The same of JSON as a text, such as a database gives it, in a fraction of the time: nothing is looked at twice."""
    try:
        value = DECODER.decode(text)
    except _Unusual:
        return rfc8785.dumps(json.loads(text))
    written = ENCODER.encode(value)
    encoded = written.encode()
    if len(encoded) != len(written) and len(written.encode("utf-16-le")) != 2 * len(written):
        return canonical(value)  # beyond the first plane of Unicode the standard orders keys in its own way
    return encoded


class _Unusual(Exception):
    """A number that the standard writes in its own way, or refuses."""


def _unusual(_: str) -> Any:
    raise _Unusual


def _small(digits: str) -> int:
    number = int(digits) if len(digits) < 18 else MOST + 1
    if abs(number) > MOST:
        raise _Unusual
    return number


DECODER = json.JSONDecoder(parse_float=_unusual, parse_int=_small, parse_constant=_unusual)


def link(previous: bytes, entry: Entry) -> bytes:
    """SHA-256 over the hash before and the canonical form of the entry; the first entry follows 32 zero bytes."""
    return tie(previous, framed(entry, canonical(dict(entry.body))))


def tie(previous: bytes, written: bytes) -> bytes:
    return hashlib.sha256(previous + written).digest()


def framed(entry: Entry, body: bytes) -> bytes:
    """The canonical form of an entry around that of its body: the names stand in the order that the standard wants."""
    return frame(
        entry.actor, stamp(entry.at), body, entry.chain, entry.place, entry.post, entry.seq, entry.subject, entry.verb
    )


def frame(
    actor: str, at: str, body: bytes, chain: str, place: str, post: str, seq: int, subject: str, verb: str
) -> bytes:
    return b"".join(
        (
            f'{{"actor":{QUOTE(actor)},"at":{QUOTE(at)},"body":'.encode(),
            body,
            f',"chain":{QUOTE(chain)},"place":{QUOTE(place)},"post":{QUOTE(post)},"seq":{seq},'
            f'"subject":{QUOTE(subject)},"verb":{QUOTE(verb)}}}'.encode(),
        )
    )


def commitment(salt: bytes, value: Any) -> str:
    """A hash that binds to a value without telling it. Once the salt is gone the value cannot even be guessed from it."""
    return hashlib.sha256(salt + canonical(value)).hexdigest()


def committed_text(salt: bytes, text: str) -> str:
    """The commitment to a value that is given as JSON text."""
    return hashlib.sha256(salt + canonical_of_text(text)).hexdigest()


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
