"""The list of what the community has to do, helps with, and has nothing to do with: reading a file of it, and asking it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from linli.lib.text import Said
from linli.matters import gates
from linli.matters.actions.objections import ByList
from linli.matters.models import Matter
from linli.people.reader import Reader
from linli.requests.loop.models import RemitEntry
from linli.requests.loop.policies import is_office

SHIPPED = Path(__file__).parents[1] / "shipped" / "remit.yaml"
KINDS = MappingProxyType(
    {
        RemitEntry.DUTY: Said("依法履职", "By law the community's"),
        RemitEntry.HELPS: Said("协助", "The community helps"),
        RemitEntry.NOT_OURS: Said("不属于社区", "Not the community's"),
    }
)
COMMUNITY = frozenset({"community", "community_desk"})
CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
KEYS = frozenset({"kind", "title", "whose", "contact", "basis"})
MOST = 500
LENGTHS = MappingProxyType({"title": 120, "title_en": 200, "whose": 120, "whose_en": 200, "contact": 120, "basis": 200})
NO_LIST = Said("文件要以“remit:”开头，下面逐条写代码。", "The file must begin with “remit:”, with the codes below it.")
NOT_YAML = Said("文件不是正确的 YAML：第 {line} 行附近看不懂。", "The file is not proper YAML: look near line {line}.")
TOO_LARGE = Said("一份清单最多 {most} 条。", "A list has {most} lines at the most.")
BAD_CODE = Said(
    "“{code}”不能作代码。用小写英文字母开头，只含小写字母、数字和下划线，最多 40 个字符。",
    "“{code}” cannot be a code: begin with a small letter, then small letters, digits and underscores, 40 at most.",
)
UNKNOWN_KEY = Said("{code}：不认识“{key}”。可以写 {keys}。", "{code}: “{key}” is not known. There are: {keys}.")
BAD_KIND = Said(
    "{code}：kind 只能是 duty（依法履职）、helps（协助）或 not_ours（不属于社区）。",
    "{code}: kind is one of duty, helps and not_ours.",
)
NO_TITLE = Said("{code}：请写明是什么事项。", "{code}: please say what it is about.")
NO_WHOSE = Said(
    "{code}：不由社区主办的，要写明归谁负责和怎样联系，提出人要靠它找到人。",
    "{code}: for what is not the community's to lead, say whose it is and how to reach them; the raiser depends on it.",
)
TOO_LONG = Said("{code}：“{key}”最多 {most} 个字。", "{code}: “{key}” has {most} characters at the most.")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list as somebody wrote it."""

    code: str
    kind: str
    title: str
    title_en: str = ""
    whose: str = ""
    whose_en: str = ""
    contact: str = ""
    basis: str = ""


def problems_of(line: Line) -> Iterator[Said]:
    if not CODE.fullmatch(line.code):
        yield BAD_CODE.filled(code=line.code[:60])
    if line.kind not in KINDS:
        yield BAD_KIND.filled(code=line.code)
    if not line.title:
        yield NO_TITLE.filled(code=line.code)
    if line.kind in (RemitEntry.HELPS, RemitEntry.NOT_OURS) and not (line.whose and line.contact):
        yield NO_WHOSE.filled(code=line.code)
    for key, most in LENGTHS.items():
        if len(getattr(line, key)) > most:
            yield TOO_LONG.filled(code=line.code, key=key, most=most)


def read_lines(text: str) -> tuple[list[Line], list[Said]]:
    """Every line of a file, and everything that is wrong with it; with a mistake nothing is to be taken in."""
    try:
        data = yaml.safe_load(text)
    except yaml.MarkedYAMLError as bad:
        return [], [NOT_YAML.filled(line=(bad.problem_mark.line + 1) if bad.problem_mark else 1)]
    except yaml.YAMLError:
        return [], [NOT_YAML.filled(line=1)]
    rows = data.get("remit") if isinstance(data, dict) else None
    if not isinstance(rows, dict) or not rows:
        return [], [NO_LIST]
    if len(rows) > MOST:
        return [], [TOO_LARGE.filled(most=MOST)]
    return _read(rows)


def _read(rows: Mapping[Any, Any]) -> tuple[list[Line], list[Said]]:
    lines, problems = [], []
    for code, given in rows.items():
        fields = given if isinstance(given, dict) else {}
        unknown = [str(key) for key in fields if key not in KEYS]
        problems += [UNKNOWN_KEY.filled(code=str(code), key=key[:40], keys=", ".join(sorted(KEYS))) for key in unknown]
        line = _line(str(code), fields)
        problems += problems_of(line)
        lines.append(line)
    return lines, problems


def _line(code: str, given: Mapping[Any, Any]) -> Line:
    title, title_en = _both(given.get("title"))
    whose, whose_en = _both(given.get("whose"))
    contact, basis = (str(given.get(name) or "").strip() for name in ("contact", "basis"))
    return Line(code, str(given.get("kind") or ""), title, title_en, whose, whose_en, contact, basis)


def _both(value: Any) -> tuple[str, str]:
    if isinstance(value, dict):
        return str(value.get("zh") or "").strip(), str(value.get("en") or "").strip()
    return str(value or "").strip(), ""


def entries() -> list[RemitEntry]:
    """The list as it is now: duties first, then what the community helps with, then what is others'."""
    order = {kind: place for place, kind in enumerate(KINDS)}
    found = RemitEntry.objects.filter(until__isnull=True)
    return sorted(found, key=lambda one: (order[one.kind], one.code))


def title_of(entry: RemitEntry) -> Said:
    return Said(entry.title, entry.title_en or entry.title)


def whose_of(entry: RemitEntry) -> Said:
    return Said(entry.whose, entry.whose_en or entry.whose)


def as_ground(entry: RemitEntry) -> ByList:
    return ByList(entry.code, title_of(entry), whose_of(entry), entry.contact)


def may_refuse(reader: Reader, matter: Matter) -> bool:
    """Whether the community holds it, has not objected yet, and this person acts for it."""
    held = matter.holder
    if held is None or held.role not in COMMUNITY or gates.is_guarded(matter):
        return False
    return not matter.objected and is_office(reader, matter)
