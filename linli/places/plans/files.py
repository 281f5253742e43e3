"""A plan's file from the disk: which of the two languages it speaks is told by how it begins, not by its name."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.places.plans.geojson import read_geojson
from linli.places.plans.outline import MOST_BYTES, TOO_LARGE, Sheet
from linli.places.plans.svg import read_svg

NO_FILE = Said("找不到文件“{file}”。", "There is no file “{file}”.")
NEITHER = Said("“{file}”既不是 UTF-8 的 GeoJSON，也不是 SVG。", "“{file}” is neither GeoJSON in UTF-8 nor SVG.")


@dataclass(frozen=True, slots=True)
class PlanFile:
    digest: str
    sheet: Sheet


def read_plan(file: Path) -> PlanFile:
    if not file.is_file():
        raise Refused(NO_FILE.filled(file=file.name))
    if file.stat().st_size > MOST_BYTES:
        raise Refused(TOO_LARGE)
    content = file.read_bytes()
    return PlanFile(hashlib.sha256(content).hexdigest(), _sheet(content, file.name))


def _sheet(content: bytes, name: str) -> Sheet:
    begins = content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if begins == b"<" or content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return read_svg(content)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(NEITHER.filled(file=name)) from None
    if begins != b"{":
        raise Refused(NEITHER.filled(file=name))
    return read_geojson(text)
