"""`linli due 2026-02-13T16:00 3workdays`: when a limit is over, for whoever wants to check a deadline by hand."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand

from linli.lib.clock import ZONE
from linli.lib.refusals import Refused
from linli.lib.text import LANGUAGES, Said
from linli.lib.workcalendar import KNOWN_FROM, WorkCalendar
from linli.playbooks.limits import BadLimit, Limit, due_at, follows_calendar, read_limit

CALENDARS = ("always", "work")
BAD_START = Said(
    "看不懂开始时间“{text}”。请写成 2026-02-13T16:00，需要时加上时区，例如 2026-02-13T16:00+08:00。",
    "“{text}” is not a start time. Write it as 2026-02-13T16:00, with an offset where needed: 2026-02-13T16:00+08:00.",
)
BAD_ZONE = Said(
    "没有“{text}”这个时区。请写 Asia/Shanghai 这样的名称。",
    "There is no time zone “{text}”. Write a name such as Asia/Shanghai.",
)
BAD_CALENDAR = Said(
    "没有“{text}”这种日历。请写 always（天数按钟点算）或 work（天数按工作日历顺延）。",
    "There is no calendar “{text}”. Write always (days run on the clock) or work (a last day of rest moves on).",
)
BAD_LANGUAGE = Said(
    "没有“{text}”这种语言。请写 zh 或 en。", "There is no language “{text}”. Write zh (Chinese) or en (English)."
)
OUT_OF_RANGE = Said(
    "算不出期限：时间超出了日历的范围（公元 1 年至 9999 年）。请检查开始时间。",
    "The limit cannot be worked out: it leaves the calendar (years 1 to 9999). Check the start time.",
)
NOT_ANNOUNCED = Said(
    "注意：{until}以后的放假安排尚未公布或录入，结果按周六、周日休息推算，公布后请重新计算。",
    "Note: the holidays after {until} are not announced or not entered yet. The result supposes that only Saturdays "
    "and Sundays are days of rest; work it out again after the announcement.",
)
NOT_RECORDED = Said(
    "注意：没有{first}以前的放假安排，结果按周六、周日休息推算。",
    "Note: the holidays before {first} are not on record. The result supposes that only Saturdays and Sundays are "
    "days of rest.",
)


@dataclass(frozen=True, slots=True)
class Answer:
    start: datetime
    limit: Limit
    due: datetime
    calendar: WorkCalendar
    working: bool

    @property
    def warning(self) -> Said | None:
        """What must be known when holidays count but are not announced for the whole period."""
        if not follows_calendar(self.limit, working=self.working):
            return None
        if not self.calendar.is_announced(self.due.date()):
            after = self.due.date() > self.calendar.known_until
            return NOT_ANNOUNCED.filled(until=self.calendar.known_until) if after else _not_recorded()
        return None if self.calendar.is_announced(self.start.date()) else _not_recorded()

    def as_json(self, language: str) -> str:
        warning = self.warning
        return json.dumps(
            {
                "start": self.start.isoformat(),
                "limit": str(self.limit),
                "limit_said": self.limit.said().in_(language),
                "calendar": CALENDARS[self.working],
                "calendar_version": self.calendar.version,
                "due": self.due.isoformat(),
                "warning": warning.in_(language) if warning else None,
            },
            ensure_ascii=False,
        )


def answer(start: str, limit: str, *, calendar: str = "always", zone: str = ZONE.key) -> Answer:
    """Work out what was typed; `BadLimit` or `Refused` with a sentence when it makes no sense."""
    if calendar not in CALENDARS:
        raise Refused(BAD_CALENDAR.filled(text=calendar))
    period, days, working = read_limit(limit), WorkCalendar(zone=_read_zone(zone)), calendar == "work"
    begun = _read_start(start, days.zone)
    try:
        begun = begun.astimezone(days.zone)
        return Answer(begun, period, due_at(begun, period, calendar=days, working=working), days, working)
    except (OverflowError, ValueError):
        raise Refused(OUT_OF_RANGE) from None


def _read_start(text: str, zone: ZoneInfo) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(BAD_START.filled(text=text)) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _read_zone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):  # unknown, not a plain name, or the name of a folder of zones
        raise Refused(BAD_ZONE.filled(text=text)) from None


def _not_recorded() -> Said:
    return NOT_RECORDED.filled(first=KNOWN_FROM)


class Command(BaseCommand):
    help = "算出时限到期的时刻。 Say when a limit is over, for example: linli due 2026-02-13T16:00 3workdays"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("start", help="开始时间 start, 2026-02-13T16:00")
        parser.add_argument("limit", help="时限 limit, 30min 2h 7d 4workhours 3workdays")
        parser.add_argument("--calendar", default="always", help="always | work")
        parser.add_argument("--zone", default=ZONE.key, help="时区 time zone, Asia/Shanghai")
        parser.add_argument("--lang", default="zh", help="zh | en")
        parser.add_argument("--json", action="store_true", help="输出 JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        language = options["lang"]
        try:
            if language not in LANGUAGES:
                raise Refused(BAD_LANGUAGE.filled(text=language))
            found = answer(options["start"], options["limit"], calendar=options["calendar"], zone=options["zone"])
        except (BadLimit, Refused) as refused:
            self.stderr.write(refused.sentence.in_(language))
            sys.exit(1)
        if found.warning:
            self.stderr.write(found.warning.in_(language))
        self.stdout.write(found.as_json(language) if options["json"] else found.due.isoformat())
