"""What a list of matters is narrowed to, as it stands in an address. Words that are searched for never stand there:
they may name somebody, so they are sent in a form."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time, timedelta
from types import MappingProxyType
from urllib.parse import urlencode

from django.db.models import Q
from django.http import QueryDict

from linli.lib.clock import ZONE
from linli.lib.text import Said
from linli.people.reader import Reader

STANDINGS: Mapping[str, Said] = MappingProxyType(
    {
        "open": Said("办理中", "Open"),
        "late": Said("已超时", "Late"),
        "warned": Said("快到期", "Limit near"),
        "ended": Said("已办结", "Closed"),
        "all": Said("全部", "All"),
    }
)
HELD: Mapping[str, Said] = MappingProxyType(
    {"seat": Said("在我的岗位上", "With my post"), "me": Said("指名给我", "With me by name")}
)
CHANNELS: Mapping[str, Said] = MappingProxyType(
    {
        "web": Said("自己提交", "Sent in person"),
        "phone": Said("电话", "Telephone"),
        "visit": Said("上门或来访", "Visit"),
        "patrol": Said("巡查", "Patrol"),
        "letter": Said("信件", "Letter"),
        "system": Said("其他系统", "Another system"),
        "other": Said("其他", "Other"),
    }
)
NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
PATH = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*")


@dataclass(frozen=True, slots=True)
class Filter:
    """Empty fields narrow nothing. What cannot be read is left out, as if it had not been asked for."""

    book: str = ""
    category: str = ""
    stage: str = ""
    place: str = ""
    standing: str = ""
    held: str = ""
    channel: str = ""
    since: str = ""
    until: str = ""

    @property
    def query(self) -> str:
        """As it stands in an address; the same filter always reads the same."""
        return urlencode({one.name: value for one in fields(self) if (value := getattr(self, one.name))})

    def __bool__(self) -> bool:
        return bool(self.query)


def read_filter(given: QueryDict) -> Filter:
    return Filter(
        book=_matching(NAME, given.get("book", "")),
        category=_matching(NAME, given.get("category", "")),
        stage=_matching(NAME, given.get("stage", "")),
        place=_matching(PATH, given.get("place", ""))[:255],
        standing=_one_of(STANDINGS, given.get("standing", "")),
        held=_one_of(HELD, given.get("held", "")),
        channel=_one_of(CHANNELS, given.get("channel", "")),
        since=_day(given.get("since", "")),
        until=_day(given.get("until", "")),
    )


def _matching(pattern: re.Pattern[str], text: str) -> str:
    return text if pattern.fullmatch(text) else ""


def _one_of(known: Mapping[str, Said], text: str) -> str:
    return text if text in known else ""


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def condition(asked: Filter, reader: Reader, *, of: str = "") -> Q:
    """The filter as a condition; `of` leads to the matter, such as `matter__` from a duty."""
    found = Q()
    for name, column in (("book", "book"), ("category", "category"), ("stage", "stage")):
        if value := getattr(asked, name):
            found &= Q(**{of + column: value})
    if asked.place:
        found &= below(asked.place, of)
    for part in (_standing(asked.standing, of), _held(asked.held, reader, of), _channel(asked.channel, of)):
        found &= part
    if asked.since:
        found &= Q(**{f"{of}raised_at__gte": _midnight(asked.since)})
    if asked.until:
        found &= Q(**{f"{of}raised_at__lt": _midnight(asked.until) + timedelta(days=1)})
    return found


def below(path: str, of: str = "") -> Q:
    """At a place or under it."""
    return Q(**{f"{of}place_path": path}) | Q(**{f"{of}place_path__startswith": f"{path}."})


def _standing(standing: str, of: str) -> Q:
    is_open = Q(**{f"{of}ended_at__isnull": True})
    return {
        "open": is_open,
        "late": is_open & Q(**{f"{of}late_at__isnull": False}),
        "warned": is_open & Q(**{f"{of}late_at__isnull": True, f"{of}warned_at__isnull": False}),
        "ended": Q(**{f"{of}ended_at__isnull": False}),
    }.get(standing, Q())


def _held(held: str, reader: Reader, of: str) -> Q:
    if held == "me":
        return Q(**{f"{of}holder__person_id": reader.person_id})
    if held != "seat":
        return Q()
    found = Q(pk__in=list[uuid.UUID]())
    for role, place in sorted(reader.seats, key=str):
        found |= Q(**{f"{of}holder__role": role, f"{of}holder__place_id": place})
    return found


def _channel(channel: str, of: str) -> Q:
    """Who raises a matter in person says no channel."""
    if channel == "web":
        return Q(**{f"{of}facts__channel__isnull": True}) | Q(**{f"{of}facts__channel": "web"})
    if not channel:
        return Q()
    return Q(**{f"{of}facts__has_key": "channel", f"{of}facts__channel": channel})


def _midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(), ZONE)
