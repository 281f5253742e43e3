"""Reading single cells of a register. Whatever cannot be read says so in a sentence; nothing is guessed."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from linli.lib.phones import bare
from linli.lib.text import Said

MOST_AREA = 10_000_000  # 100,000 m², in 0.01 m²
NONE = frozenset({"", "0", "无", "-", "—", "/", "n/a", "none"})
DIGITS = "零一二三四五六七八九"
SUFFIX = MappingProxyType(
    {
        "phase": re.compile(r"期$|^phase\s*"),
        "building": re.compile(r"(号楼|号栋|号|栋|幢|座|楼|#)$|^(building|block)\s*"),
        "unit": re.compile(r"(单元|门|#)$|^unit\s*"),
        "room": re.compile(r"(室|户|房|号|#)$|^(room|door)\s*"),
    }
)
PHONE = re.compile(r"1[3-9]\d{9}|0\d{9,11}|[48]00\d{7}", re.ASCII)
BETWEEN = re.compile(r"[、,;/\n|]+")
FORMULA = ("=", "+", "-", "@")

NO_AREA = Said("缺少面积", "the area is missing")
NOT_A_NUMBER = Said("面积“{text}”不是数字", "the area “{text}” is not a number")
NOT_ABOVE_ZERO = Said("面积是 {text}，必须大于 0", "the area is {text}; it must be above 0")
TOO_PRECISE = Said("面积 {text} 的小数多于两位", "the area {text} has more than two decimals")
TOO_LARGE = Said("面积 {text} 平方米过大，请核对单位", "the area of {text} m² is too large; check the unit")
BAD_PHONE = Said(
    "电话“{text}”不对：应是 11 位手机号或带区号的座机",
    "the phone “{text}” is malformed: 11 digits, or a landline with its area code",
)
MASKED = Said("“{text}”被打了星号，请填写原文", "“{text}” has been masked; give it in full")
BAD_NAME = Said(
    "姓名“{text}”不对：不能以 = + - @ 开头，不超过 60 个字",
    "the name “{text}” cannot stand: no = + - @ in front, and at most 60 characters",
)
TOO_LONG = Said("“{text}”太长", "“{text}” is too long")


class Bad(Exception):
    """A cell that cannot be read, and why."""

    def __init__(self, why: Said) -> None:
        super().__init__(why.en)
        self.why = why


def tidy(text: str) -> str:
    """Full-width letters and digits made ordinary; spaces at the ends, line breaks and a spreadsheet's apostrophe gone."""
    return re.sub(r"^'(?=[=+@-])", "", re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip())


def read_area(text: str) -> int:
    """In 0.01 m². `89.35`, `89.35㎡` and `８９.３５` are the same; `89.354` is refused rather than rounded."""
    text = tidy(text)
    number = re.sub(r"\s*(m2|m\^2|平方米|平米|平)$", "", text.lower())
    if not number:
        raise Bad(NO_AREA)
    try:
        area = Decimal(number) if re.fullmatch(r"[+-]?[0-9.]+", number) else None
    except InvalidOperation:
        area = None
    if area is None:
        raise Bad(NOT_A_NUMBER.filled(text=text[:30]))
    return _in_bounds(area * 100, text[:30])


def _in_bounds(hundredths: Decimal, text: str) -> int:
    if hundredths <= 0:
        raise Bad(NOT_ABOVE_ZERO.filled(text=text))
    if hundredths > MOST_AREA:
        raise Bad(TOO_LARGE.filled(text=text))
    if hundredths != int(hundredths):
        raise Bad(TOO_PRECISE.filled(text=text))
    return int(hundredths)


def area_text(hundredths: int) -> str:
    """8935 is 89.35; 9000 is 90.00."""
    return f"{hundredths // 100}.{hundredths % 100:02}"


def read_phones(text: str) -> list[str]:
    """One for each owner, in order."""
    return [_phone(part) for part in BETWEEN.split(tidy(text)) if part.strip()]


def read_phone(text: str) -> str:
    return _phone(tidy(text))


def _phone(text: str) -> str:
    if "*" in text:
        raise Bad(MASKED.filled(text=text.strip()))
    digits = bare(text)
    if not PHONE.fullmatch(digits):
        raise Bad(BAD_PHONE.filled(text=_hinted(text.strip())))
    return digits


def _hinted(text: str) -> str:
    """Enough of a wrong number to find it in the file; a sentence is no place for the whole of it."""
    return text if len(text) <= 4 else f"{text[:3]}…{text[-2:]}"


def read_names(text: str) -> list[str]:
    return [read_name(part) for part in BETWEEN.split(tidy(text)) if part.strip()]


def read_name(text: str) -> str:
    name = tidy(text)
    if "*" in name:
        raise Bad(MASKED.filled(text=name[:20]))
    if name.startswith(FORMULA) or len(name) > 60:
        raise Bad(BAD_NAME.filled(text=name[:20]))
    return name


def key_of(level: str, text: str) -> str:
    """What tells places of a level apart however they are written: 5, 05, 5.0, 5号楼, 5栋 and 五号楼 are all `5`."""
    text = tidy(text).lower().replace(" ", "")
    text = SUFFIX[level].sub("", text) or text
    text = re.sub(r"^(\d+)\.0+$", r"\1", text)
    text = _from_chinese(text)
    return text.lstrip("0") or "0" if text.isdigit() and text.isascii() else text


def _from_chinese(text: str) -> str:
    """三 is 3, 十二 is 12, 二十 is 20; other words stay."""
    found = re.fullmatch(rf"(?:([{DIGITS[1:]}])?(十))?([{DIGITS[1:]}])?", text)
    if not text or not found:
        return text
    tens, ten, ones = found.groups()
    value = (DIGITS.index(tens) if tens else 1) * 10 if ten else 0
    return str(value + (DIGITS.index(ones) if ones else 0))


def chinese_number(number: int) -> str:
    """1 to 99 as neighbours write phases: 三, 十二, 二十."""
    tens, ones = divmod(number, 10)
    front = "" if tens == 0 else "十" if tens == 1 else f"{DIGITS[tens]}十"
    return front + (DIGITS[ones] if ones else "")


def label_of(prefix: str, key: str) -> str:
    """A label for a path. Words without Latin letters get one that is made from them, always the same."""
    plain = re.sub(r"[^a-z0-9]+", "_", key)
    whole = re.fullmatch(r"[\x00-\x7f]{1,30}", key) and plain.strip("_")
    return f"{prefix}{plain}" if whole else f"{prefix}x{hashlib.sha256(key.encode()).hexdigest()[:10]}"
