"""How personal data look to those who need not know them (`rules.md` 9.2): 张*, 138****5678, no room numbers."""

from __future__ import annotations

import re

PHONE = re.compile(r"(?<!\d)(1[3-9]\d)[ -]?\d{4}[ -]?(\d{4})(?!\d)")
LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})[ -]?\d{3,4}(\d{4})(?!\d)")
IDENTITY_NUMBER = re.compile(r"(?<!\d)\d{17}[\dXx](?!\w)")
BANK_CARD = re.compile(r"(?<!\d)\d{12,15}(\d{4})(?!\d)")
MAIL = re.compile(r"([\w.+-])[\w.+-]*@([\w-]+\.[\w.]+)")
ROOM = re.compile(r"\d{2,4}\s*(?:室|户|房)")
PLATE = re.compile(r"([\u4e00-\u9fff][A-Z])[·\s]?[A-Z0-9]{2,3}([A-Z0-9]{3})(?![A-Z0-9])")


def mask_name(name: str) -> str:
    """张三 → 张*, 王小明 → 王*; a name in Latin letters keeps its first letter."""
    return f"{name[0]}*" if name else ""


def mask_phone(phone: str) -> str:
    """138****5678; a number of another shape keeps its last two digits at the most."""
    return PHONE.sub(r"\1****\2", phone) if PHONE.fullmatch(phone) else "*" * max(len(phone) - 2, 4) + phone[-2:]


def mask_text(text: str) -> str:
    """Hide what looks like a number that leads to a person. Names inside running text cannot be found this way."""
    for pattern, instead in (
        (IDENTITY_NUMBER, "******************"),
        (PHONE, r"\1****\2"),
        (BANK_CARD, r"************\1"),
        (LANDLINE, r"\1****\2"),
        (MAIL, r"\1***@\2"),
        (PLATE, r"\1·**\2"),
        (ROOM, "***室"),
    ):
        text = pattern.sub(instead, text)
    return text
