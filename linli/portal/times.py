"""Moments as neighbours say them: today at half past five, three hours left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

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
MINUTES, HOURS, DAYS = Said("{n} 分钟", "{n} min"), Said("{n} 小时", "{n} h"), Said("{n} 天", "{n} d")
HOURS_AND = Said("{n} 小时 {m} 分", "{n} h {m} min")
DAYS_AND = Said("{n} 天 {m} 小时", "{n} d {m} h")
SOON = timedelta(hours=2)


def moment_said(moment: datetime, now: datetime) -> Said:
    """`今天 17:30`, `11月24日 09:00`; the year only where it is another one."""
    local = moment.astimezone(ZONE)
    days = (local_day(moment) - local_day(now)).days
    pattern = NEAR.get(days) or (THIS_YEAR if local.year == local_day(now).year else ANOTHER_YEAR)
    return pattern.filled(
        time=f"{local:%H:%M}", day=local.day, number=local.month, month=MONTHS[local.month - 1], year=local.year
    )


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
        return Countdown(LATE.filled(span=span_said(now - due)), "late")
    return Countdown(LEFT.filled(span=span_said(due - now)), "soon" if due - now <= SOON else "")


def span_said(span: timedelta) -> Said:
    minutes = int(span.total_seconds()) // 60
    hours, days = minutes // 60, minutes // (24 * 60)
    if minutes < 1:
        return A_MINUTE
    if hours < 1:
        return MINUTES.filled(n=minutes)
    if hours < 24:
        return _pair(HOURS, HOURS_AND, hours, minutes % 60 if hours < 6 else 0)
    return _pair(DAYS, DAYS_AND, days, hours % 24 if days < 3 else 0)


def _pair(plain: Said, paired: Said, n: int, m: int) -> Said:
    return paired.filled(n=n, m=m) if m else plain.filled(n=n)
