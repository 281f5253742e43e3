"""What happened to the calendar, told from the record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from linli.lib.text import Said
from linli.people.roles import ROLES
from linli.record.models import Event
from linli.workdays.actions import CHAIN

LATEST = 10
WORK, REST = Said("上班", "a day of work"), Said("休息", "a day of rest")
VERBS: Mapping[str, Said] = MappingProxyType(
    {
        "day_entered": Said("{day} 改为{kind}：{name}", "{day} is {kind}: {name}"),
        "day_removed": Said("撤销 {day} 的手工安排", "the entry for {day} was removed"),
        "hours_set": Said("修改办公时间", "business hours changed"),
        "list_imported": Said("导入 {year} 年的官方安排", "the official list of {year} was imported"),
    }
)


@dataclass(frozen=True, slots=True)
class Change:
    at: datetime
    who: Said | None
    what: Said


def changes() -> list[Change]:
    """The latest first. Who: the office, not the person."""
    rows = Event.objects.filter(chain=CHAIN).select_related("post").order_by("-seq")[:LATEST]
    return [Change(one.at, ROLES[one.post.role].title if one.post else None, _what(one.verb, one.body)) for one in rows]


def _what(verb: str, body: Mapping[str, Any]) -> Said:
    filling = {name: body.get(name, "") for name in ("day", "name", "year")}
    return VERBS[verb].filled(kind=WORK if body.get("working") else REST, **filling)
