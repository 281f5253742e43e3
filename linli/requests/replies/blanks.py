"""The blanks in words kept ready: which there are, and filling them. Pure; nothing of a text is ever run or formatted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from linli.lib.text import Said

BLANKS: Mapping[str, Said] = MappingProxyType(
    {
        "place": Said("楼栋", "the building"),
        "number": Said("编号", "the number"),
        "due": Said("期限", "the deadline"),
        "office": Said("本单位", "your office"),
    }
)
BLANK = re.compile(r"\{([^{}]*)\}")
UNKNOWN = Said(
    "没有“{{{name}}}”这个空格。可以用的有：{known}。",
    "There is no blank “{{{name}}}”. Those that can be used: {known}.",
)
LOOSE = Said(
    "文字里有单独的花括号。花括号只用来写空格，例如 {{number}}；其他地方请用圆括号。",
    "A brace stands alone. Braces are for blanks only, such as {{number}}; use round brackets elsewhere.",
)


def wrong_blank(text: str) -> Said | None:
    """What is wrong with the blanks of a text, if anything."""
    unknown = next((name for name in BLANK.findall(text) if name not in BLANKS), None)
    if unknown is not None:
        known = " ".join(f"{{{name}}}" for name in BLANKS)
        return UNKNOWN.filled(name=unknown[:20], known=known)
    left = BLANK.sub("", text)
    return LOOSE.filled() if "{" in left or "}" in left else None


def fill(text: str, values: Mapping[str, str]) -> str:
    """Once through the text: what is filled in is not looked at again."""
    return BLANK.sub(lambda found: values.get(found[1], ""), text)
