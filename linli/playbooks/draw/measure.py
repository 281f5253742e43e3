"""How wide text will be, and where it may break. Without the reader's fonts this is an estimate on the safe side."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

# Hundredths of the font's size. System fonts differ by some per cent; these lie at the wide end.
FULL, WIDE, USUAL, DIGIT, THIN = 100, 88, 60, 63, 36
WIDE_LETTERS = frozenset("MWmw@%&—…")
THIN_LETTERS = frozenset("iljtfrI.,:;'!|()[]- ·")
SIGNS = "≤≥<>×+"
NEVER_FIRST = SIGNS + "，。、；：！？）》”’…,.;:!?)]%"
NEVER_LAST = SIGNS + "（《“‘(["
PIECES = re.compile(r"\s?[≤≥<>×+]\s?|（[^（）]{1,8}）|[^\W_一-鿿㐀-䶿　-〿＀-￯]+|\s+|.", re.ASCII | re.DOTALL)
BOLD = 112


@lru_cache(maxsize=4096)
def width(text: str, size: int, *, bold: bool = False) -> int:
    """In pixels, rounded up."""
    hundredths = sum(map(_letter, text)) * size * (BOLD if bold else 100)
    return -(-hundredths // 10_000)


def wrap(text: str, size: int, room: int, *, lines: int, bold: bool = False) -> tuple[str, ...]:
    """Break into at most `lines` lines no wider than `room`; what does not fit ends in an ellipsis."""
    made: list[str] = [""]
    for piece in _pieces(text, size, room, bold=bold):
        if made[-1] and width(made[-1] + piece.rstrip(), size, bold=bold) > room:
            made.append("")
        made[-1] += piece if made[-1] else piece.lstrip()
    made = [line.rstrip() for line in made]
    if len(made) <= lines:
        return tuple(made)
    return (*made[: lines - 1], _cut(made[lines - 1] + "…", size, room, bold=bold))


def narrowest(text: str, size: int, *, bold: bool = False) -> int:
    """The least room in which no word must be broken."""
    return max(
        (width(piece.rstrip(), size, bold=bold) for piece in _pieces(text, size, FULL * 10, bold=bold)), default=0
    )


def _letter(letter: str) -> int:
    if unicodedata.east_asian_width(letter) in "WFA":
        return FULL
    if letter.isdigit():
        return DIGIT
    if letter in THIN_LETTERS:
        return THIN
    return WIDE if letter in WIDE_LETTERS or letter.isupper() else USUAL


def _pieces(text: str, size: int, room: int, *, bold: bool) -> list[str]:
    """What may not be broken: a Latin word, a Chinese character with the punctuation that clings to it."""
    made: list[str] = []
    for piece in PIECES.findall(text):
        clings = made and (piece.isspace() or piece.strip()[0] in NEVER_FIRST or made[-1].strip()[-1:] in NEVER_LAST)
        if clings:
            made[-1] += piece
        elif width(piece, size, bold=bold) > room:
            made.extend(piece)
        else:
            made.append(piece)
    return made


def _cut(text: str, size: int, room: int, *, bold: bool) -> str:
    while width(text, size, bold=bold) > room and len(text) > 1:
        text = text[:-2].rstrip() + "…"
    return text
