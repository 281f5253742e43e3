"""Limits and deadlines: the rules as tables with their edges, and a slow oracle that steps through minutes and days."""

from __future__ import annotations

import doctest
import time as stopwatch
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.lib.clock import ZONE
from linli.lib.text import Said
from linli.lib.workcalendar import HOURS, WorkCalendar
from linli.playbooks.limits import MOST, UNITS, BadLimit, Limit, Unit, due_at, read_limit, warn_at
from tests.test_workcalendar import published_days

CALENDAR = WorkCalendar()
DOCUMENT = Path(__file__).parents[1] / "docs" / "algorithms" / "deadlines.md"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def due(start: str, limit: str, *, working: bool = False, calendar: WorkCalendar = CALENDAR) -> str:
    return due_at(at(start), read_limit(limit), calendar=calendar, working=working).isoformat(" ", "minutes")[:16]


def warned(start: str, ends: str, warn: str | None) -> str:
    limit = read_limit(warn) if warn else None
    return warn_at(at(start), at(ends), limit, CALENDAR).isoformat(" ", "minutes")[:16]


# The notation


@given(st.sampled_from(UNITS).flatmap(lambda unit: st.tuples(st.integers(1, MOST[unit]), st.just(unit))))
def test_what_is_written_is_read_back(parts: tuple[int, Unit]) -> None:
    limit = Limit(*parts)
    assert read_limit(str(limit)) == limit


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("3wd", "3workdays"),
        ("2 hours", "2h"),
        ("1day", "1d"),
        ("7D", "7d"),
        ("02h", "2h"),
        ("２h", "2h"),
        (" 2h", "2h"),
        ("2h\n", "2h"),
        ("3work-days", "3workdays"),
        ("3wokdays", "3workdays"),
        ("1workday", "1workdays"),
        ("4 working hours", "4workhours"),
        ("3个工作日", "3workdays"),
        ("30分钟", "30min"),
        ("15天", "15d"),
    ],
)
def test_a_near_miss_is_refused_with_what_was_meant(text: str, meant: str) -> None:
    with pytest.raises(BadLimit) as refused:
        read_limit(text)
    assert f"是不是想写“{meant}”" in refused.value.sentence.zh
    assert f"Did you mean “{meant}”" in refused.value.sentence.en


@pytest.mark.parametrize(
    "text", ["", "x", "h", "30", "1.5h", "2h30min", "2weeks", "٣d", "9" * 5000 + "h", "3月", "\x00"]
)
def test_what_resembles_no_limit_is_refused_without_a_guess(text: str) -> None:
    with pytest.raises(BadLimit) as refused:
        read_limit(text)
    sentence = refused.value.sentence
    assert "3workdays" in sentence.zh
    assert "3workdays" in sentence.en
    assert "Did you mean" not in sentence.en
    assert len(sentence.en) < 300


@pytest.mark.parametrize("unit", UNITS)
def test_nothing_and_far_too_much_are_refused_just_at_the_edge(unit: Unit) -> None:
    assert Limit(MOST[unit], unit).value == MOST[unit]
    with pytest.raises(BadLimit, match="no time"):
        read_limit(f"0{unit}")
    with pytest.raises(BadLimit, match="more than ten years"):
        read_limit(f"{MOST[unit] + 1}{unit}")
    with pytest.raises(BadLimit, match="no time"):
        Limit(-1, unit)


def test_a_limit_reads_aloud_in_both_languages() -> None:
    assert read_limit("3workdays").said() == Said("3个工作日", "3 working days")
    assert read_limit("1workdays").said() == Said("1个工作日", "1 working day")
    assert read_limit("4workhours").said() == Said("4个工作小时", "4 working hours")
    assert read_limit("30min").said() == Said("30分钟", "30 minutes")
    assert [read_limit(text).said().zh for text in ("2h", "7d")] == ["2小时", "7天"]


def test_limits_have_no_order() -> None:
    with pytest.raises(TypeError):
        sorted([read_limit("1d"), read_limit("9workhours")])  # type: ignore[type-var]


# The rules, with their edges


@pytest.mark.parametrize(
    ("start", "limit", "ends"),
    [
        ("2026-02-16 22:00", "2h", "2026-02-17 00:00"),  # the eve of Spring Festival
        ("2026-02-16 23:45", "30min", "2026-02-17 00:15"),
        ("2026-02-13 16:00", "7d", "2026-02-20 16:00"),
        ("2024-02-28 10:00", "24h", "2024-02-29 10:00"),
    ],
)
def test_minutes_hours_and_days_run_through_nights_and_holidays(start: str, limit: str, ends: str) -> None:
    assert due(start, limit) == ends


@pytest.mark.parametrize(
    ("start", "limit", "ends"),
    [
        ("2026-02-13 16:00", "3workdays", "2026-02-25 17:30"),  # 14 is shifted, 15 to 23 is holiday
        ("2026-02-13 00:00", "1workdays", "2026-02-14 17:30"),
        ("2026-02-13 23:59", "1workdays", "2026-02-14 17:30"),
        ("2026-02-14 00:00", "1workdays", "2026-02-24 17:30"),  # midnight belongs to the new day
        ("2026-02-18 10:00", "1workdays", "2026-02-24 17:30"),  # begins on a day of rest
        ("2025-12-31 10:00", "1workdays", "2026-01-04 17:30"),  # over the year, a shifted Sunday
    ],
)
def test_working_days_leave_out_the_first_and_end_at_close_of_business(start: str, limit: str, ends: str) -> None:
    assert due(start, limit) == ends
    assert due(start, limit, working=True) == ends


@pytest.mark.parametrize(
    ("start", "limit", "ends"),
    [
        ("2026-03-02 08:30", "3workhours", "2026-03-02 11:30"),
        ("2026-03-02 03:00", "3workhours", "2026-03-02 11:30"),
        ("2026-03-02 10:00", "2workhours", "2026-03-02 12:00"),  # stays at noon
        ("2026-03-02 12:00", "1workhours", "2026-03-02 15:30"),
        ("2026-03-02 13:00", "1workhours", "2026-03-02 15:30"),
        ("2026-03-02 14:30", "3workhours", "2026-03-02 17:30"),  # stays at closing
        ("2026-03-02 17:30", "1workhours", "2026-03-03 09:30"),
        ("2026-03-06 17:00", "1workhours", "2026-03-09 09:00"),
        ("2026-03-07 10:00", "1workhours", "2026-03-09 09:30"),
        ("2026-02-14 17:00", "1workhours", "2026-02-24 09:00"),
        ("2026-03-02 08:30", "13workhours", "2026-03-03 17:30"),  # two full days, to the closing
        ("2026-03-01 08:30", "13workhours", "2026-03-03 17:30"),
    ],
)
def test_working_hours_run_only_within_business_hours(start: str, limit: str, ends: str) -> None:
    assert due(start, limit) == ends


@pytest.mark.parametrize(
    ("start", "limit", "ends"),
    [
        ("2026-03-02 10:00", "7d", "2026-03-10 00:00"),
        ("2026-03-02 00:00", "7d", "2026-03-10 00:00"),
        ("2026-03-02 23:59", "7d", "2026-03-10 00:00"),
        ("2026-04-24 10:00", "10d", "2026-05-07 00:00"),  # 4 May is holiday until the 5th
        ("2026-05-02 10:00", "7d", "2026-05-10 00:00"),  # Saturday 9 May is worked
        ("2026-03-06 10:00", "1d", "2026-03-10 00:00"),  # Saturday moves to Monday
    ],
)
def test_a_rest_day_at_the_end_moves_to_the_next_working_day(start: str, limit: str, ends: str) -> None:
    assert due(start, limit, working=True) == ends


def test_the_deadline_is_told_in_the_zone_of_the_calendar() -> None:
    start = datetime(2026, 2, 13, 8, tzinfo=UTC)
    assert due_at(start, read_limit("3workdays"), calendar=CALENDAR).isoformat() == "2026-02-25T17:30:00+08:00"


def test_a_day_on_the_clock_is_24_hours_where_summer_time_exists_too() -> None:
    berlin = WorkCalendar(zone=ZoneInfo("Europe/Berlin"))
    start = datetime(2026, 3, 28, 12, tzinfo=berlin.zone)
    assert due_at(start, read_limit("1d"), calendar=berlin).isoformat() == "2026-03-29T13:00:00+02:00"


def test_a_start_without_a_zone_is_refused_rather_than_guessed() -> None:
    with pytest.raises(ValueError, match="time zone"):
        due_at(datetime(2026, 2, 13), read_limit("1d"), calendar=CALENDAR)  # noqa: DTZ001 - the mistake that is tested


@pytest.mark.parametrize(
    ("start", "ends", "warn", "told"),
    [
        ("2026-03-02 08:00", "2026-03-04 08:00", None, "2026-03-03 08:00"),
        ("2026-03-02 08:00", "2026-03-04 08:00", "2h", "2026-03-04 06:00"),
        ("2026-03-02 08:00", "2026-03-02 09:00", "2h", "2026-03-02 08:00"),  # never before the start
        ("2026-02-01 08:00", "2026-02-24 17:30", "1workdays", "2026-02-14 17:30"),
        ("2026-02-01 08:00", "2026-02-23 09:00", "1workdays", "2026-02-13 17:30"),  # leaves the whole of the 14th
        ("2026-02-01 08:00", "2026-02-15 00:00", "1workdays", "2026-02-13 17:30"),  # 24:00 of the 14th
        ("2026-02-01 08:00", "2026-02-24 09:30", "2workhours", "2026-02-14 16:30"),
        ("2026-02-01 08:00", "2026-02-24 09:30", "1workhours", "2026-02-24 08:30"),  # stays at the opening
        ("2026-02-01 08:00", "2026-02-20 12:00", "13workhours", "2026-02-13 08:30"),
        ("2026-03-02 08:00", "2026-03-04 08:00", "30workdays", "2026-03-02 08:00"),
    ],
)
def test_the_reminder_comes_in_time_and_never_before_the_start(
    start: str, ends: str, warn: str | None, told: str
) -> None:
    assert warned(start, ends, warn) == told


# The oracle: steps minute by minute and day by day through the published arrangements


@cache
def published() -> dict[date, bool]:
    return published_days()


def is_worked(day: date) -> bool:
    return published().get(day, day.weekday() < 5)


def is_business(minute: datetime) -> bool:
    return is_worked(minute.date()) and any(opens <= minute.time() < closes for opens, closes in HOURS)


def step_minutes(start: datetime, count: int, counts: Callable[[datetime], bool]) -> datetime:
    while count:
        count -= counts(start)
        start += MINUTE
    return start


def step_back(ends: datetime, count: int, counts: Callable[[datetime], bool]) -> datetime:
    while count:
        ends -= MINUTE
        count -= counts(ends)
    return ends


def step_workdays(start: datetime, count: int) -> datetime:
    day = start.date()
    while count:
        day += DAY
        count -= is_worked(day)
    return datetime.combine(day, time(17, 30), ZONE)


def step_civil_days(start: datetime, count: int) -> datetime:
    day = start.date()
    for _ in range(count):
        day += DAY
    while not is_worked(day):
        day += DAY
    return datetime.combine(day + DAY, time(), ZONE)


def slow_due(start: datetime, limit: Limit, *, working: bool) -> datetime:
    if limit.unit == "workdays":
        return step_workdays(start, limit.value)
    if limit.unit == "d" and working:
        return step_civil_days(start, limit.value)
    if limit.unit == "workhours":
        return step_minutes(start, 60 * limit.value, is_business)
    return step_minutes(start, {"min": 1, "h": 60, "d": 1440}[limit.unit] * limit.value, lambda minute: True)


MOMENTS = st.integers(0, int((at("2026-09-15") - at("2019-01-01")) / MINUTE)).map(
    lambda minutes: at("2019-01-01") + minutes * MINUTE
)
# Around the holidays and at the edges of business hours, where mistakes live.
EDGES = st.builds(
    lambda day, off, edge, minutes: datetime.combine(day + off * DAY, edge, ZONE) + minutes * MINUTE,
    st.deferred(lambda: st.sampled_from([day for day in published() if date(2019, 2, 1) < day < date(2026, 9, 1)])),
    st.integers(-2, 2),
    st.sampled_from([time(), *(edge for part in HOURS for edge in part)]),
    st.integers(-1, 1),
)
LIMITS = st.one_of(
    st.builds(Limit, st.integers(1, 300), st.just("min")),
    st.builds(Limit, st.integers(1, 48), st.just("h")),
    st.builds(Limit, st.integers(1, 14), st.just("d")),
    st.builds(Limit, st.integers(1, 27), st.just("workhours")),
    st.builds(Limit, st.integers(1, 15), st.just("workdays")),
)


@settings(max_examples=300, deadline=None)
@given(start=st.one_of(MOMENTS, EDGES), limit=LIMITS, working=st.booleans())
def test_the_fast_deadline_is_the_one_found_by_stepping(start: datetime, limit: Limit, working: bool) -> None:
    published()
    assert due_at(start, limit, calendar=CALENDAR, working=working) == slow_due(start, limit, working=working)


@settings(max_examples=100, deadline=None)
@given(ends=st.one_of(MOMENTS, EDGES), hours=st.integers(1, 20))
def test_working_hours_counted_back_are_those_found_by_stepping(ends: datetime, hours: int) -> None:
    long_ago = at("2018-01-01")
    assert warn_at(long_ago, ends, Limit(hours, "workhours"), CALENDAR) == step_back(ends, 60 * hours, is_business)


@settings(max_examples=100, deadline=None)
@given(ends=st.one_of(MOMENTS, EDGES), count=st.integers(1, 10))
def test_a_reminder_of_working_days_leaves_that_much_business_time(ends: datetime, count: int) -> None:
    told = warn_at(at("2018-01-01"), ends, Limit(count, "workdays"), CALENDAR)
    minutes = int((ends - told) / MINUTE)
    business = sum(is_business(told + passed * MINUTE) for passed in range(minutes))
    assert business == count * 390


@given(start=MOMENTS, limit=LIMITS, working=st.booleans(), warn=LIMITS)
def test_a_reminder_lies_between_the_start_and_the_deadline(
    start: datetime, limit: Limit, working: bool, warn: Limit
) -> None:
    ends = due_at(start, limit, calendar=CALENDAR, working=working)
    assert start <= warn_at(start, ends, warn, CALENDAR) <= ends
    assert start < ends


@pytest.mark.parametrize("text", ["30min", "24h", "15d", "4workhours", "40workhours", "3workdays", "60workdays"])
def test_a_deadline_costs_less_than_50_microseconds(text: str) -> None:
    start, limit = at("2026-02-13 16:00"), read_limit(text)
    due_at(start, limit, calendar=CALENDAR, working=True)

    def cost() -> float:
        begun = stopwatch.process_time()
        for _ in range(500):
            due_at(start, limit, calendar=CALENDAR, working=True)
        return (stopwatch.process_time() - begun) / 500

    assert min(cost() for _ in range(5)) < 50e-6


# The page for residents


def test_every_example_of_the_page_for_residents_is_true() -> None:
    result = doctest.testfile(str(DOCUMENT), module_relative=False, optionflags=doctest.REPORT_NDIFF)
    assert result.failed == 0
    assert result.attempted >= 20
