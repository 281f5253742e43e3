"""Setting papers as PDF. Words go in as data and never as markup, so nothing that somebody typed can change a page.

The same words give the same bytes: a paper carries no time of its making, and no other type than the one it was set in.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import segno
import typst

from linli.lib.refusals import Refused
from linli.lib.text import Said

FAMILIES = (
    "Noto Serif CJK SC",
    "Noto Serif SC",
    "Source Han Serif SC",
    "Noto Sans CJK SC",
    "Noto Sans SC",
    "Source Han Sans SC",
)
LATIN = "Libertinus Serif"  # comes with the type-setter
REGIONS = MappingProxyType({"zh": "cn", "en": "gb"})
NO_TYPE = Said(
    "这台服务器没有中文字体，公告和证明印不出来。请管理员安装 Noto CJK 字体（Debian：fonts-noto-cjk），"
    "或者用 LINLI_FONTS 指定字体所在的文件夹。页面上的内容不受影响。",
    "This server has no Chinese type, so papers cannot be set. Whoever runs it should install the Noto CJK fonts "
    "(Debian: fonts-noto-cjk), or name their folder in LINLI_FONTS. The pages are not affected.",
)


def set_type(source: Path, words: Mapping[str, Any], language: str, *, folder: str = "") -> bytes:
    """The PDF. `source` reads the words from `sys.inputs.words`; `folder` holds type that the system does not have."""
    chinese = family_of(folder)
    families = [LATIN, chinese] if language == "en" else [chinese]  # in Chinese type quotes are as wide as a character
    told = {**words, "families": families, "language": language, "region": REGIONS[language]}
    inputs = {"words": json.dumps(told, ensure_ascii=False, sort_keys=True)}
    made: bytes = typst.compile(source.read_bytes(), format="pdf", font_paths=_fonts(folder), sys_inputs=inputs)
    return made


def family_of(folder: str) -> str:
    """The first family with Chinese that is there; `Refused` where none is, rather than a paper full of boxes."""
    there = set(_fonts(folder).families())
    found = next((family for family in FAMILIES if family in there), None)
    if found is None:
        raise Refused(NO_TYPE)
    return found


@cache
def _fonts(folder: str) -> typst.Fonts:
    """Looked up once: reading the folders of a system takes longer than setting a page."""
    return typst.Fonts(font_paths=[folder] if folder else [])


def code_rows(address: str) -> list[str]:
    """The modules of a QR code, row by row, `1` for dark; without its quiet border."""
    return ["".join(str(int(dark)) for dark in row) for row in segno.make_qr(address, error="m").matrix]
