"""What an owner's secret makes: the commitment that is logged at casting, the tokens that are published at the close.

The secret is 32 bytes from the owner's device (on paper, from the intake). Everything below is HMAC-SHA-256 under it, so that
whoever holds it can find everything again and nobody else can tie two of the pieces together.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from operator import sub
from struct import Struct

from linli.counting.tally import Subject
from linli.record.chain import canonical

SECRET_BYTES = 32
TOKEN_BYTES = 16
COINS = 8  # at least so many for a subject; with fewer the amounts tell more than the totals do
BLANK = "blank"  # took part in the ballot and left this question empty
OPTIONS = ("yes", "no", "abstain", BLANK)
NUMBERS = Struct(">8I")
BLOCK_BYTES = 64
INNER, OUTER = (bytes(byte ^ pad for byte in range(256)) for pad in (0x36, 0x5C))


@dataclass(frozen=True, slots=True)
class Ballot:
    """One subject's counted ballot: its choice for each question."""

    subject: str
    choices: Mapping[str, str]
    secret: bytes

    def commitment(self, ballot: str) -> str:
        """Binds ballot, subject and choices; hides them as long as the secret is kept."""
        plain = {
            "ballot": ballot,
            "subject": self.subject,
            "choices": dict(self.choices),
            "blind": Keyed(self.secret).piece("commit", "", 0).hex(),
        }
        return sha256(canonical(plain)).hexdigest()


def head_tokens(secret: bytes, question: str, heads: int) -> list[str]:
    """One for each head."""
    return Keyed(secret).tokens("head", question, heads)


def coins(secret: bytes, question: str, area: int, coin_area: int) -> list[tuple[str, int]]:
    """Area cut at random places into pieces of at least 1 (0.01 m²) that sum up to it, each with its token."""
    keyed, number = Keyed(secret), coin_count(area, coin_area)
    return list(zip(keyed.tokens("coin", question, number), keyed.cuts(question, area, number), strict=True))


def coin_count(area: int, coin_area: int) -> int:
    """Eight for a subject of the usual area or less; a larger one gets more, so that its pieces do not stand out.

    Never more pieces than 0.01 m²: an area below 0.08 m² is cut into fewer.
    """
    return min(area, COINS * -(-area // coin_area))


def usual_area(subjects: Mapping[str, Subject]) -> int:
    """The middle area of the roll (the upper one of two), said in the notice: by it coins are cut."""
    areas = sorted(subject.area for subject in subjects.values())
    return max(1, areas[len(areas) // 2]) if areas else 1


class Keyed:
    """HMAC-SHA-256 (RFC 2104) under one secret. Both hashes are begun once and copied for each piece: `hmac.digest` would
    take three times as long, and a large ballot has millions of pieces."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, secret: bytes) -> None:
        if len(secret) != SECRET_BYTES:
            raise ValueError("A secret is 32 bytes.")
        block = secret.ljust(BLOCK_BYTES, b"\0")
        self._inner, self._outer = sha256(block.translate(INNER)), sha256(block.translate(OUTER))

    def piece(self, purpose: str, question: str, index: int) -> bytes:
        return self._piece(_message(purpose, question, index))

    def tokens(self, purpose: str, question: str, number: int) -> list[str]:
        return [self._piece(message)[:TOKEN_BYTES].hex() for message in _messages(purpose, question, number)]

    def _piece(self, message: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(message)
        outer.update(inner.digest())
        return outer.digest()

    def cuts(self, question: str, area: int, wanted: int) -> list[int]:
        """An area in so many pieces. They follow from the secret, so the owner knows the amounts to look for."""
        if wanted <= 1:
            return [area] * wanted
        if 2 * wanted > area:  # a few hundredths only: drawing different places would take long
            return [area - wanted + 1] + [1] * (wanted - 1)
        places: set[int] = set()
        for number in self._numbers(question):
            places.add(1 + number % (area - 1))
            if len(places) == wanted - 1:
                break
        ends = [*sorted(places), area]
        return list(map(sub, ends, [0, *ends]))

    def _numbers(self, question: str) -> Iterator[int]:
        """32-bit numbers without end, eight from each piece. That a remainder is not quite even matters to nobody here."""
        block = 0
        while True:
            yield from NUMBERS.unpack(self.piece("cuts", question, block))
            block += 1


@lru_cache(maxsize=1024)
def _messages(purpose: str, question: str, number: int) -> tuple[bytes, ...]:
    return tuple(_message(purpose, question, index) for index in range(number))


@lru_cache(maxsize=4096)
def _message(purpose: str, question: str, index: int) -> bytes:
    """Purpose, question and index, parted by zero bytes, which none of them holds."""
    return f"linli-ballot/1\0{purpose}\0{question}\0{index}".encode()
