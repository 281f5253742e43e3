"""From the cells of one row to what the register should say of one room, with all that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeVar

from linli.lib.text import Said
from linli.register import cells
from linli.register.cells import Bad, key_of, tidy

T = TypeVar("T")
Spot = tuple[str, str, str, str, str]  # keys of estate, phase, building, unit and room; empty where there is none

USE_WORDS = MappingProxyType(
    {
        **dict.fromkeys(("", "住宅", "住房", "普通住宅", "dwelling", "home", "residential"), "dwelling"),
        **dict.fromkeys(("商铺", "商业", "店铺", "底商", "门市", "shop", "commercial"), "shop"),
        **dict.fromkeys(("车位", "车库", "停车位", "parking", "parking space", "garage"), "parking"),
        **dict.fromkeys(("储藏", "储藏室", "储藏间", "地下室", "storage"), "storage"),
        **dict.fromkeys(("其他", "其它", "other"), "other"),
    }
)
SOURCE_WORDS = MappingProxyType(
    {
        **dict.fromkeys(("不动产登记", "登记", "房产证", "不动产权证", "产权证", "registered"), "registered"),
        **dict.fromkeys(("测绘", "实测", "测绘实测", "surveyed", "survey"), "surveyed"),
        **dict.fromkeys(("合同", "买卖合同", "购房合同", "contract"), "contract"),
    }
)
KIND_WORDS = MappingProxyType(
    {
        **dict.fromkeys(("", "业主", "已售", "私有", "已交付", "owner", "sold"), "owner"),
        **dict.fromkeys(("共有", "共有人", "co-owned", "co_owners", "co-owners"), "co_owners"),
        **dict.fromkeys(("开发商", "未售", "未交付", "已售未交付", "developer", "unsold"), "developer"),
        **dict.fromkeys(("公有", "公共", "公房", "public"), "public"),
    }
)
NO_ROOM = Said("缺少室号", "the room is missing")
NO_BUILDING = Said("缺少楼栋", "the building is missing")
NO_ESTATE = Said("缺少小区", "the estate is missing")
NO_OWNER = Said(
    "缺少产权人；未售的房屋请在“产权性质”写“未售”，“产权人”写开发商名称",
    "the owner is missing; for an unsold room write “unsold” under ownership and the developer's name under owner",
)
NO_CO_OWNER = Said("产权性质是共有，但没有写共有人", "it is said to be co-owned, but no co-owner is given")
NO_SOURCE = Said(
    "缺少面积来源：不动产登记、测绘或合同", "the source of the area is missing: registered, surveyed or contract"
)
NOT_ONE_OF = Said(
    "{what}“{text}”认不出来，应是{words}之一", "the {what} “{text}” is not known; it should be one of {words}"
)
SAME_NAME_TWICE = Said("产权人和共有人里“{name}”重复了", "“{name}” stands twice among the owners")
TOO_MANY_PHONES = Said("电话有 {phones} 个，人只有 {people} 位", "there are {phones} phones for {people} people")
SAME_PHONE_TWICE = Said("两位共有人的电话相同", "two co-owners have the same phone")
TOO_MANY_CELLS = Said("这一行比表头多出内容，列可能错位了", "this row has more cells than there are headings")
USE, SOURCE, KIND = Said("用途", "use"), Said("面积来源", "area source"), Said("产权性质", "ownership")


@dataclass(frozen=True, slots=True)
class Name:
    """An owner as the file gives one. Without a phone nobody can be told apart from another of that name."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What a good row says of one room."""

    line: int
    spot: Spot
    words: tuple[str, str, str, str, str]
    use: str
    area: int
    source: str
    kind: str
    owners: tuple[Name, ...]


@dataclass(frozen=True, slots=True)
class BadRow:
    line: int
    reasons: tuple[Said, ...]
    cells: Sequence[str]


class _Reading:
    """Collects what is wrong with a row while its cells are read."""

    def __init__(self, given: Mapping[str, str]) -> None:
        self.given = given
        self.wrong: list[Said] = []

    def text(self, column: str) -> str:
        return tidy(self.given.get(column, ""))

    def take(self, read: Callable[[str], T], column: str, instead: T) -> T:
        try:
            return read(self.given.get(column, ""))
        except Bad as bad:
            self.wrong.append(bad.why)
            return instead

    def word(self, column: str, words: Mapping[str, str], what: Said, instead: str) -> str:
        text = self.text(column).lower()
        if text not in words:
            known = [word for word in words if word and not word.isascii()]
            self.wrong.append(NOT_ONE_OF.filled(what=what, text=self.text(column)[:20], words="、".join(known)))
            return instead
        return words[text]


def read_row(line: int, given: Mapping[str, str], *, estate: str, area_source: str) -> Entry | tuple[Said, ...]:
    """An entry, or everything that is wrong with the row."""
    reading = _Reading(given)
    use = reading.word("use", USE_WORDS, USE, "dwelling")
    area = reading.take(cells.read_area, "area", 1)
    source = _source(reading, area_source)
    words, spot = _where(reading, use, estate)
    kind, owners = _owners(reading)
    if reading.wrong:
        return tuple(reading.wrong)
    return Entry(line, spot, words, use, area, source, kind, owners)


def _source(reading: _Reading, otherwise: str) -> str:
    if not reading.text("area_source"):
        if not otherwise:
            reading.wrong.append(NO_SOURCE)
        return otherwise
    return reading.word("area_source", SOURCE_WORDS, SOURCE, "")


def _where(reading: _Reading, use: str, estate: str) -> tuple[tuple[str, str, str, str, str], Spot]:
    home = reading.text("estate") or estate
    phase, building, unit, room = (reading.text(column) for column in ("phase", "building", "unit", "room"))
    phase, unit = ("" if word.lower() in cells.NONE else word for word in (phase, unit))
    for word, sentence in ((home, NO_ESTATE), (building, NO_BUILDING), (room, NO_ROOM)):
        if not word:
            reading.wrong.append(sentence)
    reading.wrong += [
        cells.TOO_LONG.filled(text=word[:12]) for word in (home, phase, building, unit, room) if len(word) > 40
    ]
    key = key_of("room", room)
    room_key = f"车位{key}" if use == "parking" and not key.startswith("车位") else key
    phase_key, unit_key = key_of("phase", phase) if phase else "", key_of("unit", unit) if unit else ""
    return (home, phase, building, unit, room), (home, phase_key, key_of("building", building), unit_key, room_key)


def _owners(reading: _Reading) -> tuple[str, tuple[Name, ...]]:
    kind = reading.word("ownership", KIND_WORDS, KIND, "owner")
    names = reading.take(cells.read_names, "owner", ["?"])
    nobody: list[str] = []
    names = names + reading.take(cells.read_names, "co_owners", nobody)
    phones = reading.take(cells.read_phones, "phone", nobody)
    reading.wrong += _faults(kind, names, phones)
    if kind in ("owner", "co_owners"):
        kind = "co_owners" if len(names) > 1 else "owner"
    filled = [*phones, *[""] * len(names)]
    return kind, tuple(Name(name, phone) for name, phone in zip(names, filled, strict=False))


def _faults(kind: str, names: Sequence[str], phones: Sequence[str]) -> list[Said]:
    found: list[Said] = []
    if not names and kind != "public":
        found.append(NO_OWNER)
    if kind == "co_owners" and len(names) == 1:
        found.append(NO_CO_OWNER)
    found += [SAME_NAME_TWICE.filled(name=name) for name in sorted({one for one in names if names.count(one) > 1})]
    if len(phones) > len(names) > 0:
        found.append(TOO_MANY_PHONES.filled(phones=len(phones), people=len(names)))
    elif len(set(phones)) < len(phones):
        found.append(SAME_PHONE_TWICE)
    return found
