"""The tokens of printed codes: ten signs of Crockford's base 32, which has no I, L, O or U to be mistaken for another."""

from __future__ import annotations

import re
import secrets

SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
SHAPE = r"^[0-9A-HJKMNP-TV-Z]{10}$"
MISREAD = str.maketrans("ILO", "110")


def new_token() -> str:
    """50 bits of chance: of 100,000 codes in use, a guess hits one in ten thousand million."""
    return "".join(secrets.choice(SIGNS) for _ in range(LENGTH))


def read_token(text: str) -> str | None:
    """As typed off a sticker: small letters, dashes and look-alikes are forgiven."""
    token = re.sub(r"[\s-]", "", text).upper().translate(MISREAD)
    return token if re.fullmatch(SHAPE, token) else None
