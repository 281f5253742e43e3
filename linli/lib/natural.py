"""The order in which people count: 9号楼 before 10号楼, 二期 before 十一期, 201室 before 1001室."""

from __future__ import annotations

import re
from unicodedata import normalize

DIGITS = "零一二三四五六七八九"
WIDTH = 9
LONGEST = 60
NUMBER = re.compile(rf"[0-9]+|[{DIGITS}]?十[{DIGITS[1:]}]?|[〇{DIGITS}]")


def sort_key(name: str) -> str:
    """A text that sorts by its characters as the name sorts by its numbers, Arabic or Chinese up to ninety-nine."""
    plain = re.sub(r"\s+", "", normalize("NFKC", name).lower())
    return NUMBER.sub(lambda found: f"{number_in(found[0]):0{WIDTH}}", plain)[:LONGEST]


def number_in(text: str) -> int:
    """十二 is 12, 二十 is 20, 三 is 3; digits are what they are."""
    if text.isascii():
        return int(text)
    if "十" not in text:
        return DIGITS.index(text.replace("〇", "零"))
    tens, _, ones = text.partition("十")
    return (DIGITS.index(tens) if tens else 1) * 10 + (DIGITS.index(ones) if ones else 0)
