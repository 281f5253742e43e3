"""Reading the public table of divisions: streets with 9 digits, communities and villages with 12 (`rules.md` 10.3)."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.register.counties import CITIES, COUNTIES

BESIDE_THE_PROJECT = Path(__file__).parents[2].parent / "shared" / "data" / "divisions"
SHAPES = {"street": re.compile(r"\d{9}"), "community": re.compile(r"\d{12}")}
TITLES = {"street": Said("街道", "street"), "community": Said("社区（村）", "community")}
COMMITTEE = ((re.compile(r"社区(居委会|居民委员会)$"), "社区"), (re.compile(r"村?(村民委员会|村委会)$"), "村"))
NO_FOLDER = Said(
    "文件夹“{folder}”里没有区划表。里面应有 *streets.csv 和 *villages.csv。请用 --from 写明文件夹。",
    "There is no table of divisions in “{folder}”: it should hold *streets.csv and *villages.csv. Name the folder with --from.",
)
NO_COLUMN = Said(
    "“{file}”缺少列 code 或 name，读不出区划。",
    "“{file}” has no column code or name; no divisions can be read from it.",
)
BAD_LINES = Said(
    "“{file}”有 {count} 行读不出{what}代码和名称，第一处在第 {line} 行：“{text}”。请改正后再导入，现在什么都没有写入。",
    "{count} lines of “{file}” give no {what} code and name, first line {line}: “{text}”. Correct them; nothing was written.",
)
UNKNOWN_COUNTY = Said(
    "表里的区县代码 {codes} 不在内置的区县名录中，先要在 linli/register/counties.py 里补上名称。",
    "The table names counties {codes}, which the built-in list does not know: add their names to linli/register/counties.py.",
)


@dataclass(frozen=True, slots=True)
class Division:
    """`official` is the name in the table; `name` is how neighbours say it: 公主府社区, not 公主府社区居委会."""

    code: str
    level: str
    name: str
    official: str
    name_en: str = ""

    @property
    def above(self) -> str:
        """The code of what stands above, in the form that places keep it."""
        match self.level:
            case "community":
                return self.code[:9]
            case "street":
                return self.code[:6]
            case "county":
                return f"{self.code[:4]}00"
        return ""


def short_name(official: str) -> str:
    for pattern, instead in COMMITTEE:
        if pattern.search(official):
            return pattern.sub(instead, official)
    return official


def read_folder(folder: Path) -> list[Division]:
    """All divisions of the folder, widest first. Refuses the whole table when a line cannot be read."""
    lower: list[Division] = []
    for level, pattern in (("street", "*streets.csv"), ("community", "*villages.csv")):
        files = sorted(folder.glob(pattern)) if folder.is_dir() else []
        if not files:
            raise Refused(NO_FOLDER.filled(folder=folder))
        for file in files:
            lower += _read(file, level)
    return [*above_of(lower), *_told_apart(lower)]


def above_of(divisions: Iterable[Division]) -> list[Division]:
    """The city and the counties that these codes stand in."""
    counties = sorted({one.code[:6] for one in divisions})
    unknown = [code for code in counties if code not in COUNTIES]
    if unknown:
        raise Refused(UNKNOWN_COUNTY.filled(codes="、".join(unknown)))
    cities = sorted({f"{code[:4]}00" for code in counties})
    return [_wide(code, "city", CITIES[code]) for code in cities] + [
        _wide(code, "county", COUNTIES[code]) for code in counties
    ]


def _wide(code: str, level: str, name: Said) -> Division:
    return Division(code, level, name.zh, name.zh, name.en)


def _read(file: Path, level: str) -> list[Division]:
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        if not {"code", "name"} <= set(reader.fieldnames or ()):
            raise Refused(NO_COLUMN.filled(file=file.name))
        rows = [(reader.line_num, (row["code"] or "").strip(), (row["name"] or "").strip()) for row in reader]
    bad = [(line, f"{code},{name}") for line, code, name in rows if not (SHAPES[level].fullmatch(code) and name)]
    if bad:
        line, text = bad[0]
        raise Refused(BAD_LINES.filled(file=file.name, count=len(bad), what=TITLES[level], line=line, text=text))
    unique = {code: name for _, code, name in rows}
    return [Division(code, level, short_name(name), name) for code, name in unique.items()]


def _told_apart(divisions: list[Division]) -> Iterator[Division]:
    """Where two under one street would be called the same, both keep their official names."""
    counted: dict[tuple[str, str], int] = {}
    for one in divisions:
        counted[one.above, one.name] = counted.get((one.above, one.name), 0) + 1
    for one in divisions:
        same = counted[one.above, one.name] > 1
        yield Division(one.code, one.level, one.official, one.official) if same else one
