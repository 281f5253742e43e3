"""What became of a service, told from its events."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from linli.lib.text import Said
from linli.people.roles import ROLES
from linli.record.models import Event
from linli.record.queries import events_of
from linli.requests.menu.kinds import money_said
from linli.requests.menu.models import ServiceItem
from linli.requests.menu.reading import TITLES

NEWEST = 30
TOLD: Mapping[str, Said] = MappingProxyType(
    {
        "added": Said("上菜单", "Put on the menu"),
        "changed": Said("修改：{fields}", "Changed: {fields}"),
        "withdrawn": Said("从菜单撤下", "Taken off the menu"),
        "slots_added": Said("添加 {count} 个时段", "{count} slots added"),
        "slot_withdrawn": Said("撤下一个时段", "A slot withdrawn"),
    }
)
PRICE_NOW = Said("{title}改为 {price}", "{title} now {price}")


@dataclass(frozen=True, slots=True)
class Entry:
    at: datetime
    said: Said
    by: Said


def history_of(item: ServiceItem) -> list[Entry]:
    """Newest first."""
    return [_entry(event) for event in reversed(events_of(item.pk)[-NEWEST:])]


def _entry(event: Event) -> Entry:
    body = event.body
    said = TOLD[event.verb].filled(fields=_fields(body.get("now", {})), count=body.get("count", 0))
    role = ROLES[event.post.role].title if event.post else Said("", "")
    name = event.actor.name if event.actor else ""
    return Entry(event.at, said, Said(f"{role.zh}{name}", f"{role.en} {name}"))


def _fields(now: Mapping[str, Any]) -> Said:
    """What was changed; of a price also what it is since."""
    named = [_field(name, value) for name, value in now.items() if name in TITLES]
    return Said("、".join(one.zh for one in named), ", ".join(one.en for one in named))


def _field(name: str, value: Any) -> Said:
    if name == "price" and isinstance(value, int):
        return PRICE_NOW.filled(title=TITLES[name], price=money_said(value))
    return TITLES[name]
