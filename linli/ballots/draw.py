"""The audit draw: which sealed originals are opened before the scrutineers; the same for everybody who repeats it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import comb

from linli.record.chain import canonical


def draw(ballot: str, closing_root: bytes, chance: str, ballots: Sequence[int], picks: int) -> list[int]:
    """`picks` of the counted ballots (their indexes in the log), none twice, in the order drawn.

    `chance` is what was thrown or drawn in public after the close, such as "3 5 1 6 2"; nobody could choose the ballots by it
    before. A partial Fisher–Yates shuffle over the sorted indexes, each number taken without bias.
    """
    left = sorted(ballots)
    numbers = _numbers(canonical({"ballot": ballot, "closing": closing_root.hex(), "chance": chance}))
    for place in range(min(picks, len(left))):
        other = place + _below(len(left) - place, numbers)
        left[place], left[other] = left[other], left[place]
    return left[: min(picks, len(left))]


def chance_to_miss(counted: int, wrong: int, picks: int) -> Fraction:
    """How likely it is that a draw shows none of `wrong` false ballots."""
    return Fraction(comb(counted - wrong, picks), comb(counted, picks)) if picks <= counted else Fraction(0)


def picks_for(counted: int, wrong: int, miss: Fraction = Fraction(1, 20)) -> int:
    """The least number of picks that misses all `wrong` false ballots with at most this chance (1 in 20)."""
    low, high = 0, counted - wrong + 1
    while low < high:
        middle = (low + high) // 2
        if chance_to_miss(counted, wrong, middle) <= miss:
            high = middle
        else:
            low = middle + 1
    return low


def _numbers(seed: bytes) -> Iterator[int]:
    key, index = hashlib.sha256(seed).digest(), 0
    while True:
        yield int.from_bytes(hashlib.sha256(key + index.to_bytes(8, "big")).digest()[:8], "big")
        index += 1


def _below(limit: int, numbers: Iterator[int]) -> int:
    """Even among 0 … limit-1: what lies above the last whole multiple of the limit is passed over."""
    top = 2**64 - 2**64 % limit
    return next(number for number in numbers if number < top) % limit
