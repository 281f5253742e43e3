"""One phone number however it is written: +86 138 0000 0001, 138-0000-0001 and 13800000001 are the same."""

from __future__ import annotations

import re
from unicodedata import normalize

MOBILE = re.compile(r"1[3-9]\d{9}", re.ASCII)
COUNTRY = re.compile(r"^(\+|00)86(?=\d)")


def bare(text: str) -> str:
    """Without the country's number, spaces, brackets and dashes; full-width digits made ordinary."""
    return COUNTRY.sub("", re.sub(r"[\s()\-‐-―]", "", normalize("NFKC", text)))


def mobile(text: str) -> str:
    """The eleven digits of a mobile phone, to which a message can be sent; empty for anything else."""
    digits = re.sub(r"^86(?=1\d{10}$)", "", bare(text))
    return digits if MOBILE.fullmatch(digits) else ""


def digits(text: str) -> str:
    """What counts of a code that somebody typed. Whatever else stands in it must not make a used code look new."""
    return "".join(one for one in normalize("NFKC", text) if one.isascii() and one.isdigit())
