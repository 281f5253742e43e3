"""The rows of a table of facilities: the words that offices use, read into what the register keeps."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from linli.lib.text import Said
from linli.places.facilities import CONDITIONS, GOOD, KINDS
from linli.places.facility_actions import Details
from linli.register.cells import tidy
from linli.register.headings import Headings

HEADINGS = Headings(
    MappingProxyType(
        {
            "kind": ("类别", "设施类别", "类型", "设施类型", "种类", "kind", "type"),
            "place": (
                "位置",
                "地点",
                "安装位置",
                "地址",
                "地点代码",
                "地点路径",
                "楼栋单元",
                "place",
                "location",
                "where",
            ),
            "name": ("名称", "设施名称", "编号", "设施编号", "标识", "name", "label"),
            "maker": ("出厂编号", "设备编号", "注册代码", "maker's number", "serial number", "serial"),
            "installed": ("安装日期", "投用日期", "启用日期", "installed on", "installed"),
            "planned": ("规划点位", "是否规划", "规划", "planned"),
            "condition": ("状况", "设施状况", "现状", "condition", "state"),
            "inspected": ("上次巡检", "最近巡检", "上次检验", "last inspection", "inspected on"),
            "next": ("下次巡检", "下次检验", "下次巡检日期", "next inspection"),
        }
    ),
    ("kind", "place", "name"),
)
YES = frozenset({"是", "有", "√", "y", "yes", "true", "1", "规划"})
NO = frozenset({"", "否", "无", "x", "×", "n", "no", "false", "0"})
DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]0?0:00(?::00)?)?")
MORE_KINDS = MappingProxyType(
    {
        "灯": "lamp", "路灯": "lamp", "楼道灯": "lamp", "照明": "lamp", "垂直电梯": "lift", "客梯": "lift", "elevator": "lift",
        "摄像头": "camera", "监控": "camera", "充电": "charging", "充电桩位": "charging", "垃圾桶": "bin", "垃圾点": "bin",
        "绿地": "greenery", "绿化": "greenery", "健身器材": "fitness", "门禁": "door", "单元门": "door", "管道": "pipe",
        "其他": "other",
    }
)  # fmt: skip
KIND_WORDS = MappingProxyType(
    {**MORE_KINDS, **{word: kind for kind, one in KINDS.items() for word in (kind, one.title.zh, one.title.en.lower())}}
)
CONDITION_WORDS = MappingProxyType(
    {
        **{word: name for name, said in CONDITIONS.items() for word in (name, said.zh, said.en.lower())},
        "正常": "good", "良好": "good", "磨损": "worn", "老化": "worn", "故障": "broken", "坏": "broken", "报废": "out_of_use",
    }
)  # fmt: skip
NO_KIND = Said("类别“{text}”认不出来，应是：{known}", "the kind “{text}” is not known; there are: {known}")
NO_NAME = Said("缺少名称，或超过 60 个字", "the name is missing, or longer than 60 characters")
NO_CONDITION = Said("状况“{text}”认不出来，应是：{known}", "the condition “{text}” is not known; there are: {known}")
NO_DAY = Said("{what}“{text}”不是日期，请写成 2026-05-09", "the {what} “{text}” is no date; write 2026-05-09")
LATER = Said("{what} {day} 晚于今天", "the {what} {day} lies in the future")
NOT_YES = Said("“规划点位”只能填是或否，这里是“{text}”", "“planned” takes yes or no, not “{text}”")
NEITHER = Said(
    "没有安装日期，也不是规划点位；请填其中一个",
    "there is neither a day of installation nor a planned point; give one of them",
)
NOT_THERE = Said(
    "还没有安装（没有安装日期），不能有状况或巡检日期",
    "nothing is installed yet (no day of installation), so it has no condition and no inspection",
)
BEFORE_IT_STOOD = Said("上次巡检 {day} 早于安装日期", "the last inspection {day} lies before the installation")
TWO_INSPECTIONS = Said(
    "上次巡检和下次巡检对不上：{kind}每 {every} 天一次",
    "last and next inspection do not fit: {kind}, every {every} days",
)
INSTALLED_ON, INSPECTED_ON = Said("安装日期", "day of installation"), Said("上次巡检", "last inspection")
NEXT_ON = Said("下次巡检", "next inspection")


class Bad(Exception):
    def __init__(self, why: Said) -> None:
        super().__init__(why.en)
        self.why = why


@dataclass(frozen=True, slots=True)
class Told:
    """One row: what stands where, how it was found, and when it was looked at last."""

    line: int
    place: str
    details: Details
    condition: str
    inspected_on: date | None


def read_row(line: int, given: Mapping[str, str], today: date) -> Told | tuple[Said, ...]:
    """Everything that is wrong with a row is said at once."""
    reader = _Row({column: tidy(text) for column, text in given.items()}, today)
    kind, planned, installed = reader.kind(), reader.planned(), reader.day("installed", INSTALLED_ON)
    name, condition = reader.name(), reader.condition()
    inspected = reader.inspection(kind)
    reader.require_sense(planned, installed, condition, inspected)
    if reader.wrong:
        return tuple(reader.wrong)
    details = Details(kind, name, reader.given.get("maker", "")[:60], planned, installed)
    return Told(line, reader.given["place"], details, condition or (GOOD if installed else ""), inspected)


class _Row:
    def __init__(self, given: Mapping[str, str], today: date) -> None:
        self.given, self.today = given, today
        self.wrong: list[Said] = []

    def kind(self) -> str:
        text = self.given.get("kind", "")
        found = KIND_WORDS.get(text.lower(), "")
        if not found:
            self.wrong.append(NO_KIND.filled(text=text[:20], known=_all(KINDS[kind].title for kind in KINDS)))
        return found

    def name(self) -> str:
        name = self.given.get("name", "")
        if not 1 <= len(name) <= 60:
            self.wrong.append(NO_NAME)
        return name

    def planned(self) -> bool:
        text = self.given.get("planned", "").lower()
        if text not in YES | NO:
            self.wrong.append(NOT_YES.filled(text=text[:20]))
        return text in YES

    def condition(self) -> str:
        text = self.given.get("condition", "").lower()
        if text and text not in CONDITION_WORDS:
            self.wrong.append(NO_CONDITION.filled(text=text[:20], known=_all(CONDITIONS.values())))
        return CONDITION_WORDS.get(text, "")

    def day(self, column: str, what: Said, *, past: bool = True) -> date | None:
        text = self.given.get(column, "")
        if not text:
            return None
        found = _day(text)
        if found is None:
            self.wrong.append(NO_DAY.filled(what=what, text=text[:20]))
        elif past and found > self.today:
            self.wrong.append(LATER.filled(what=what, day=found.isoformat()))
        return found

    def inspection(self, kind: str) -> date | None:
        """When it was looked at last. Of a day on which it is due, the one that lies as many days before as its kind asks for."""
        last, following = self.day("inspected", INSPECTED_ON), self.day("next", NEXT_ON, past=False)
        if following is None or not kind:
            return last
        every = KINDS[kind].every
        reckoned = following - timedelta(days=every)
        if last is not None and last != reckoned:
            self.wrong.append(TWO_INSPECTIONS.filled(kind=KINDS[kind].title, every=every))
        if last is None and reckoned > self.today:
            self.wrong.append(LATER.filled(what=INSPECTED_ON, day=reckoned.isoformat()))
        return reckoned

    def require_sense(self, planned: bool, installed: date | None, condition: str, inspected: date | None) -> None:
        if self.given.get("installed"):
            if installed and inspected and inspected < installed:
                self.wrong.append(BEFORE_IT_STOOD.filled(day=inspected.isoformat()))
        elif condition or inspected:
            self.wrong.append(NOT_THERE)
        elif not planned:
            self.wrong.append(NEITHER)


def _day(text: str) -> date | None:
    found = DAY.fullmatch(text)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def _all(said: Iterable[Said]) -> Said:
    titles = list(said)
    return Said("、".join(one.zh for one in titles), ", ".join(one.en for one in titles))
