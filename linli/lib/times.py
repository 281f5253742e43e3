"""Moments as neighbours say them: today at half past five, three hours left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from linli.lib.clock import ZONE, local_day
from linli.lib.text import Said

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
NEAR = {
    -1: Said("昨天 {time}", "yesterday {time}"),
    0: Said("今天 {time}", "today {time}"),
    1: Said("明天 {time}", "tomorrow {time}"),
    2: Said("后天 {time}", "{day} {month} {time}"),
}
THIS_YEAR = Said("{number}月{day}日 {time}", "{day} {month} {time}")
ANOTHER_YEAR = Said("{year}年{number}月{day}日 {time}", "{day} {month} {year} {time}")
LEFT, LATE = Said("还剩 {span}", "{span} left"), Said("已超时 {span}", "{span} late")
A_MINUTE = Said("不到 1 分钟", "less than a minute")
MINUTES = (Said("{n} 分钟", "{n} minutes"), Said("1 分钟", "1 minute"))
HOURS = (Said("{n} 小时", "{n} hours"), Said("1 小时", "1 hour"))
DAYS = (Said("{n} 天", "{n} days"), Said("1 天", "1 day"))
SOON = timedelta(hours=2)


def moment_said(moment: datetime, now: datetime) -> Said:
    """`今天 17:30`, `11月24日 09:00`; the year only where it is another one."""
    local = moment.astimezone(ZONE)
    days = (local_day(moment) - local_day(now)).days
    pattern = NEAR.get(days) or (THIS_YEAR if local.year == local_day(now).year else ANOTHER_YEAR)
    return _filled(pattern, local)


def day_said(moment: datetime, now: datetime) -> Said:
    """`5月9日 17:30`, for sentences that are read later, when today is another day."""
    local = moment.astimezone(ZONE)
    pattern = THIS_YEAR if local.year == local_day(now).year else ANOTHER_YEAR
    return _filled(pattern, local)


def _filled(pattern: Said, local: datetime) -> Said:
    return pattern.filled(
        time=f"{local:%H:%M}", day=local.day, number=local.month, month=MONTHS[local.month - 1], year=local.year
    )


def dated_said(moment: datetime) -> Said:
    """With its year whatever the year is: for papers, which are read for years."""
    return _filled(ANOTHER_YEAR, moment.astimezone(ZONE))


def full_said(moment: datetime) -> Said:
    """Nothing left to guess, for whoever asks exactly."""
    local = moment.astimezone(ZONE)
    return ANOTHER_YEAR.filled(
        time=f"{local:%H:%M:%S}", day=local.day, number=local.month, month=MONTHS[local.month - 1], year=local.year
    )


@dataclass(frozen=True, slots=True)
class Countdown:
    said: Said
    state: str  # "late", "soon" or ""


def countdown_to(due: datetime, now: datetime) -> Countdown:
    """How long is left. It is rounded down, so that nobody is promised a minute too many."""
    if due <= now:
        return Countdown(_with_span(LATE, _minutes(now - due)), "late")
    return Countdown(_with_span(LEFT, _minutes(due - now)), "soon" if due - now <= SOON else "")


@lru_cache(maxsize=4096)
def _with_span(sentence: Said, minutes: int) -> Said:
    return sentence.filled(span=_span_of(minutes))


def span_said(span: timedelta) -> Said:
    """The two largest units where the smaller one still matters."""
    return _span_of(_minutes(span))


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds()) // 60


def _span_of(minutes: int) -> Said:
    hours, days = minutes // 60, minutes // (24 * 60)
    if minutes < 1:
        return A_MINUTE
    if hours < 1:
        return _counted(MINUTES, minutes)
    if hours < 24:
        return _pair(_counted(HOURS, hours), MINUTES, minutes % 60 if hours < 6 else 0)
    return _pair(_counted(DAYS, days), HOURS, hours % 24 if days < 3 else 0)


def _counted(unit: tuple[Said, Said], n: int) -> Said:
    many, one = unit
    return one if n == 1 else many.filled(n=n)


def _pair(larger: Said, unit: tuple[Said, Said], n: int) -> Said:
    smaller = _counted(unit, n)
    return Said(f"{larger.zh} {smaller.zh}", f"{larger.en} {smaller.en}") if n else larger
