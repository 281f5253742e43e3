"""What a change between two versions is called, with its weight: the lighter number is told first."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from linli.lib.text import Said


@dataclass(frozen=True, slots=True)
class Change:
    weight: int
    sentence: Said


@dataclass(frozen=True, slots=True)
class Kind:
    """A sentence with places to fill in, and how much it matters to a neighbour."""

    weight: int
    zh: str
    en: str

    def __call__(self, **values: object) -> Change:
        return Change(self.weight, Said(self.zh, self.en).filled(**values))


RAISED_BY_MORE = Kind(10, "{who}现在也可以提出。", "{who} may now raise it too.")
RAISED_BY_LESS = Kind(10, "{who}不能再提出了。", "{who} may no longer raise it.")
AT_MORE = Kind(11, "现在可以针对“{level}”提出。", "It may now be raised for the level “{level}”.")
AT_LESS = Kind(11, "不能再针对“{level}”提出了。", "It may no longer be raised for the level “{level}”.")

OWN_MOVE_NEW = Kind(20, "在“{stage}”环节，提出人现在可以“{move}”。", "At “{stage}” the raiser may now choose “{move}”.")
OWN_MOVE_GONE = Kind(
    20, "在“{stage}”环节，提出人不能再“{move}”了。", "At “{stage}” the raiser may no longer choose “{move}”."
)
REPLY_SURE = Kind(
    21,
    "在“{stage}”环节“{move}”时，现在必须答复提出人。",
    "At “{stage}”, “{move}” must now come with a reply to the raiser.",
)
REPLY_UNSURE = Kind(
    21,
    "在“{stage}”环节“{move}”时，不再必须答复提出人。",
    "At “{stage}”, “{move}” need no longer come with a reply to the raiser.",
)
STAGE_NEW = Kind(30, "新增环节“{stage}”，由{who}{limit}办理。", "New stage “{stage}”, held by {who}: {limit}.")
STAGE_GONE = Kind(
    30, "取消环节“{stage}”（原由{who}{limit}办理）。", "Stage “{stage}” is gone (it was held by {who}: {limit})."
)
ROUTE_NEW = Kind(31, "新增自动分流“{stage}”。", "New fork “{stage}”, passed at once.")
ROUTE_GONE = Kind(31, "取消自动分流“{stage}”。", "The fork “{stage}” is gone.")
FIRST = Kind(32, "原来从“{old}”开始，改为从“{new}”开始。", "It began with “{old}”; it now begins with “{new}”.")
KIND = Kind(33, "“{stage}”原来是“{old}”，改为“{new}”。", "“{stage}” was a “{old}” stage; it is now a “{new}” stage.")
WHO = Kind(40, "“{stage}”原来由{old}负责，改为由{new}负责。", "“{stage}” was held by {old}; it is now held by {new}.")
CALENDAR = Kind(41, "时限原来{old}，改为{new}。", "Limits were counted {old}; they are now counted {new}.")
LIMIT = Kind(42, "“{stage}”的时限由{old}改为{new}。", "The limit of “{stage}” changes from {old} to {new}.")
MOVE_NEW = Kind(50, "在“{stage}”环节，{who}现在可以“{move}”。", "At “{stage}”, {who} may now choose “{move}”.")
MOVE_GONE = Kind(50, "在“{stage}”环节，{who}不能再“{move}”了。", "At “{stage}”, {who} may no longer choose “{move}”.")
MOVE_WHO = Kind(
    51,
    "在“{stage}”环节，“{move}”原来由{old}来做，改为由{new}来做。",
    "At “{stage}”, “{move}” was for {old}; it is now for {new}.",
)
MOVE_TO = Kind(
    52,
    "在“{stage}”环节“{move}”之后，原来到{old}，改为到{new}。",
    "After “{move}” at “{stage}” it went to {old}; it now goes to {new}.",
)
ROUTE_TO = Kind(52, "“{stage}”原来分到{old}，改为分到{new}。", "“{stage}” led to {old}; it now leads to {new}.")
CLIMBS_MORE = Kind(53, "在“{stage}”环节“{move}”时，现在同时上报一级。", "“{move}” at “{stage}” now also climbs a step.")
CLIMBS_LESS = Kind(
    53, "在“{stage}”环节“{move}”时，不再同时上报一级。", "“{move}” at “{stage}” no longer climbs a step."
)
LATE_NEW = Kind(
    54,
    "“{stage}”到期无人答复，现在会自动转到“{to}”。",
    "When nobody answers “{stage}” in time, it now goes to “{to}” by itself.",
)
LATE_GONE = Kind(
    54,
    "“{stage}”到期无人答复，不再自动转到“{to}”。",
    "When nobody answers “{stage}” in time, it no longer goes to “{to}” by itself.",
)
LATE_TO = Kind(
    54,
    "“{stage}”到期无人答复，原来自动转到“{old}”，改为“{new}”。",
    "When nobody answers “{stage}” in time, it went to “{old}”; it now goes to “{new}”.",
)
END_NEW = Kind(55, "新增一种结局“{end}”（{outcome}）。", "New ending “{end}” ({outcome}).")
END_GONE = Kind(55, "取消一种结局“{end}”（{outcome}）。", "The ending “{end}” ({outcome}) is gone.")
END_OUTCOME = Kind(
    56,
    "“{end}”原来算作“{old}”，改为算作“{new}”。",
    "“{end}” counted as “{old}”; it now counts as “{new}”.",
)
UNRATED = Kind(57, "“{end}”不再计入满意度。", "“{end}” no longer counts towards satisfaction.")
RATED = Kind(57, "“{end}”现在计入满意度。", "“{end}” now counts towards satisfaction.")

ASK_MORE = Kind(60, "{where}时，现在要填写“{field}”（{must}）。", "{where}: “{field}” is now asked for ({must}).")
ASK_LESS = Kind(60, "{where}时，不用再填写“{field}”（{must}）。", "{where}: “{field}” ({must}) is no longer asked for.")
ASK_MUST = Kind(61, "{where}时，“{field}”由{old}改为{new}。", "{where}: “{field}” was {old}; it is now {new}.")
ASK_KIND = Kind(
    62, "{where}时，“{field}”由填{old}改为填{new}。", "{where}: “{field}” was of kind “{old}”; it is now “{new}”."
)
ASK_SETTING = Kind(
    63,
    "{where}时，“{field}”的{setting}由{old}改为{new}。",
    "{where}: the {setting} of “{field}” changes from {old} to {new}.",
)
PRIVATE = Kind(64, "{where}时填写的“{field}”现在保密。", "{where}: “{field}” is now kept private.")
NOT_PRIVATE = Kind(64, "{where}时填写的“{field}”不再保密。", "{where}: “{field}” is no longer kept private.")
PUBLIC_MORE = Kind(70, "“{field}”现在会公开。", "“{field}” is now public.")
PUBLIC_LESS = Kind(70, "“{field}”不再公开。", "“{field}” is no longer public.")

CHAIN_MORE = Kind(80, "超时后，现在还会上报到{who}。", "A late matter now also climbs to {who}.")
CHAIN_LESS = Kind(80, "超时后，不再上报到{who}。", "A late matter no longer climbs to {who}.")
CHAIN_ORDER = Kind(81, "超时上报的次序由{old}改为{new}。", "The order of climbing changes from {old} to {new}.")
CHAIN_LIMIT = Kind(
    82, "超时上报后，每级的时限由{old}改为{new}。", "The limit of each step of the chain changes from {old} to {new}."
)
DELAY_NEW = Kind(83, "现在可以申请延期：{new}。", "More time may now be asked for: {new}.")
DELAY_GONE = Kind(83, "不能再申请延期（原来：{old}）。", "More time may no longer be asked for (it was: {old}).")
DELAY = Kind(83, "可申请的延期由{old}改为{new}。", "The time that may be asked for changes from {old} to {new}.")
OBJECTION_NEW = Kind(84, "认为派错了，现在可以提异议：{new}。", "A holder may now object that it is not theirs: {new}.")
OBJECTION_GONE = Kind(
    84,
    "认为派错了，不能再提异议（原来：{old}）。",
    "A holder may no longer object that it is not theirs (it was: {old}).",
)
OBJECTION = Kind(84, "异议原来由{old}，改为由{new}。", "Objections change from {old} to {new}.")

SETTING = Kind(
    90, "“{stage}”的“{setting}”由“{old}”改为“{new}”。", "At “{stage}”, “{setting}” changes from “{old}” to “{new}”."
)
STEP = Kind(
    91,
    "“{stage}”对应的法定步骤由{old}改为{new}。",
    "The step of the law that “{stage}” carries out changes from {old} to {new}.",
)
STATUTE = Kind(
    91, "所依的法定程序由{old}改为{new}。", "The procedure of the law that it follows changes from {old} to {new}."
)
SUBJECT = Kind(92, "所办的事由“{old}”改为“{new}”。", "What is handled changes from “{old}” to “{new}”.")
WARN = Kind(
    93, "“{stage}”的到期提醒由{old}改为{new}。", "The reminder before “{stage}” is due changes from {old} to {new}."
)
RENAMED = Kind(95, "“{old}”改称“{new}”。", "“{old}” is now called “{new}”.")

NO_CHANGE = Said("没有变化。", "No change.")
NOTHING = Said("无", "none")
REQUIRED, OPTIONAL = Said("必填", "required"), Said("选填", "optional")
WHEN_RAISING = Said("提出", "When raising it")
WHEN_MOVING = Said("在“{stage}”环节“{move}”", "At “{stage}”, with “{move}”")
BEFORE_DUE = Said("到期前{limit}", "{limit} before it is due")
HALF_WAY = Said("时间过半", "half the time")
TIMES = Said("{times}次，最多{limit}", "{times}×, up to {limit}")
DECIDES = Said("{who}在{limit}内裁定", "{who} decides within {limit}")
CALENDARS = MappingProxyType(
    {
        "always": Said("按日历连续计算，夜间和节假日也算", "round the clock, on holidays too"),
        "work": Said("按工作日计算", "in working time"),
    }
)
SETTINGS = MappingProxyType(
    {
        "max": Said("上限", "most"),
        "of": Said("满分", "best score"),
        "role": Said("人选范围", "role to choose from"),
        "options": Said("选项", "options"),
    }
)
STAGE_SETTINGS = MappingProxyType(
    {"units": Said("呼叫单位", "units called"), "playbook": Said("单位办事流程", "playbook")}
)
