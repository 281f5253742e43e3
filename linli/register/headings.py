"""The headings of a table from an office, in the words that offices use: here those of a housing register."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from linli.lib.refusals import Refused
from linli.lib.text import Said

HEADINGS = MappingProxyType(
    {
        "estate": ("小区", "小区名称", "物业小区", "estate", "compound"),
        "phase": ("期", "期数", "分期", "phase"),
        "building": ("楼栋", "楼号", "栋", "幢", "幢号", "栋号", "楼", "building", "block"),
        "unit": ("单元", "单元号", "unit", "stairwell"),
        "room": ("室", "室号", "房号", "房间号", "门牌号", "户号", "room", "door"),
        "area": ("面积", "建筑面积", "产权面积", "专有面积", "专有部分面积", "area"),
        "area_source": ("面积来源", "面积依据", "area source"),
        "owner": ("产权人", "业主", "业主姓名", "所有权人", "owner"),
        "co_owners": ("共有人", "共有产权人", "co-owners", "co-owner"),
        "phone": ("电话", "联系电话", "手机", "手机号", "手机号码", "联系方式", "phone", "telephone", "mobile"),
        "use": ("用途", "房屋用途", "房屋性质", "use"),
        "ownership": ("产权性质", "产权状态", "销售状态", "ownership"),
    }
)
IGNORED = frozenset(
    {
        "序号",
        "编号",
        "备注",
        "说明",
        "no",
        "number",
        "note",
        "notes",
        "remark",
        "remarks",
        "原因",
        "行号",
        "line",
        "reason",
    }
)
NEEDED = ("building", "room", "area", "owner")
ROWS_ABOVE = 10  # a title and a date may stand above the headings
NOTHING_LIKE_IT = Said(
    "前 {rows} 行里没有表头。表头至少要有：{names}。",
    "There are no headings in the first {rows} rows. At least these are needed: {names}.",
)
MISSING = Said(
    "表头缺少：{names}。请补上这一列（中文或英文表头都可以）。",
    "These headings are missing: {names}. Add the columns; headings may be Chinese or English.",
)
UNKNOWN = Said(
    "表头“{name}”认不出来{meant}。请改名；如果不用导入这一列，请加 --ignore {name}。",
    "The heading “{name}” is not known{meant}. Rename it, or leave the column out with --ignore {name}.",
)
MEANT = Said("，是不是“{meant}”", "; did you mean “{meant}”")
TWICE = Said(
    "表头“{first}”和“{second}”说的是同一列，不知道该读哪一个。请删掉一个，或用 --ignore 写明不用的。",
    "The headings “{first}” and “{second}” mean the same column. Remove one, or name the one to leave out with --ignore.",
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the headings stand, and which cell of a row each column is."""

    row: int
    of: dict[str, int]
    titles: tuple[str, ...]


def plain(text: str) -> str:
    """A heading without its unit, its spaces and its brackets: “建筑面积（㎡）” is 建筑面积."""
    text = unicodedata.normalize("NFKC", text).strip().lower().replace("_", " ")
    text = re.sub(r"\(.*?\)|\[.*?\]|[*:.]", "", text)
    return re.sub(r"(?<=[\u3400-\u9fff])\s+|\s+(?=[\u3400-\u9fff])", "", text).strip()


@dataclass(frozen=True, slots=True)
class Headings:
    """Which columns a kind of table has, each with the words for it, and which of them it cannot do without."""

    words: Mapping[str, tuple[str, ...]]
    needed: tuple[str, ...]

    @property
    def names(self) -> dict[str, str]:
        return {plain(word): column for column, words in self.words.items() for word in words}

    def said(self, columns: Sequence[str]) -> Said:
        zh = "、".join(self.words[one][0] for one in columns)
        return Said(zh, ", ".join(next(word for word in self.words[one] if word.isascii()) for one in columns))


REGISTER = Headings(HEADINGS, NEEDED)


def find_columns(
    rows: Sequence[Sequence[str]], *, ignore: Sequence[str] = (), headings: Headings = REGISTER
) -> Columns:
    """The row with the headings among the first rows. Every problem of the headings is said at once."""
    names = headings.names
    best = max(range(min(len(rows), ROWS_ABOVE)), key=lambda at: _known(rows[at], names), default=-1)
    if best < 0 or _known(rows[best], names) < 2:
        raise Refused(NOTHING_LIKE_IT.filled(rows=ROWS_ABOVE, names=headings.said(headings.needed)))
    left_out = {plain(word) for word in ignore} | (IGNORED - set(names))
    of: dict[str, int] = {}
    problems: list[Said] = []
    for at, title in enumerate(rows[best]):
        name = plain(title)
        if not name or name in left_out:
            continue
        column = names.get(name)
        if column is None:
            problems.append(_unknown(title.strip(), names))
        elif column in of:
            problems.append(TWICE.filled(first=rows[best][of[column]].strip(), second=title.strip()))
        else:
            of[column] = at
    missing = [column for column in headings.needed if column not in of]
    problems += [MISSING.filled(names=headings.said(missing))] if missing else []
    if problems:
        raise Refused(Said("\n".join(one.zh for one in problems), "\n".join(one.en for one in problems)))
    return Columns(best, of, tuple(rows[best]))


def _known(row: Sequence[str], names: Mapping[str, str]) -> int:
    return sum(1 for title in row if plain(title) in names)


def _unknown(title: str, names: Mapping[str, str]) -> Said:
    close = difflib.get_close_matches(plain(title), names, n=1, cutoff=0.5) or [
        name for name in names if len(name) > 1 and name in plain(title)
    ]
    meant = MEANT.filled(meant=close[0]) if close else Said("", "")
    return UNKNOWN.filled(name=title, meant=meant)
