"""The working calendar against the published arrangements, and the single seam of time."""

from __future__ import annotations

import json
import threading
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest

from linli.lib import clock
from linli.lib.clock import ZONE
from linli.lib.workcalendar import KNOWN_UNTIL, BadCalendar, WorkCalendar

PUBLISHED = Path(__file__).parents[1].parent / "shared" / "data" / "holidays"
CALENDAR = WorkCalendar()


def published_days() -> dict[date, bool]:
    """Whether each day that the yearly notices name is worked."""
    files = sorted(PUBLISHED.glob("20*.json"))
    if not files:
        pytest.skip("the published holiday arrangements are not beside the project")
    days = [day for file in files for day in json.loads(file.read_text())["days"]]
    return {date.fromisoformat(day["date"]): not day["isOffDay"] for day in days}


@pytest.mark.parametrize("year", range(2019, 2027))
def test_every_day_of_a_year_is_as_the_state_council_published_it(year: int) -> None:
    named = published_days()
    first = date(year, 1, 1)
    days = [first + timedelta(days=count) for count in range((date(year + 1, 1, 1) - first).days)]
    wrong = [day for day in days if CALENDAR.is_working(day) is not named.get(day, day.weekday() < 5)]
    assert wrong == []


def test_spring_festival_2026_with_its_two_shifted_saturdays() -> None:
    worked = [day for day in range(9, 29) if CALENDAR.is_working(date(2026, 2, day))]
    assert worked == [9, 10, 11, 12, 13, 14, 24, 25, 26, 27, 28]


def test_a_correction_wins_over_the_arrangement_and_over_the_weekday() -> None:
    holiday, saturday, monday = date(2026, 10, 1), date(2026, 7, 4), date(2026, 7, 6)
    corrected = WorkCalendar(corrections={holiday: True, saturday: True, monday: False})
    assert [corrected.is_working(day) for day in (holiday, saturday, monday)] == [True, True, False]
    assert [CALENDAR.is_working(day) for day in (holiday, saturday, monday)] == [False, False, True]
    assert corrected.next_working_day(date(2026, 7, 3)) == saturday
    assert corrected.next_working_day(saturday) == date(2026, 7, 7)


def test_changing_the_corrections_afterwards_does_not_change_the_calendar() -> None:
    corrections = {date(2026, 7, 6): False}
    calendar = WorkCalendar(corrections=corrections)
    corrections[date(2026, 7, 7)] = False
    assert calendar.is_working(date(2026, 7, 7))


def test_a_year_not_yet_announced_rests_on_saturday_and_sunday_and_says_so() -> None:
    assert [CALENDAR.is_working(date(2099, 1, day)) for day in range(1, 8)] == [True, True, False, False, *[True] * 3]
    assert not CALENDAR.is_announced(date(2099, 1, 1))
    assert not CALENDAR.is_announced(KNOWN_UNTIL + timedelta(days=1))
    assert not CALENDAR.is_announced(date(2003, 12, 31))
    assert CALENDAR.is_announced(KNOWN_UNTIL)
    assert CALENDAR.is_announced(date(2004, 1, 1))


def test_entering_next_years_arrangement_ends_the_warning() -> None:
    entered = WorkCalendar(corrections={date(2099, 1, 1): False}, known_until=date(2099, 12, 31))
    assert entered.is_announced(date(2099, 6, 1))
    assert not entered.is_working(date(2099, 1, 1))


def test_counting_forward_and_back_is_the_same_walk() -> None:
    start = date(2025, 12, 31)
    for count in (1, 2, 5, 20, 250, 600):
        reached = CALENDAR.working_day_after(start, count)
        assert CALENDAR.working_day_before(reached, count) == CALENDAR.working_day_until(start)


def test_from_and_until_keep_a_working_day_and_leave_a_day_of_rest() -> None:
    rest, worked = date(2026, 2, 20), date(2026, 2, 14)
    assert (CALENDAR.working_day_until(rest), CALENDAR.working_day_from(rest)) == (worked, date(2026, 2, 24))
    assert (CALENDAR.working_day_until(worked), CALENDAR.working_day_from(worked)) == (worked, worked)
    assert CALENDAR.previous_working_day(worked) == date(2026, 2, 13)


def test_the_version_changes_with_whatever_changes_a_deadline() -> None:
    changed = (
        WorkCalendar(corrections={date(2026, 7, 6): False}),
        WorkCalendar(hours=((time(9), time(17)),)),
        WorkCalendar(known_until=date(2027, 12, 31)),
    )
    assert len({calendar.version for calendar in (CALENDAR, *changed)}) == 4
    assert WorkCalendar().version == CALENDAR.version


@pytest.mark.parametrize(
    "hours",
    [
        (),
        ((time(12), time(8, 30)),),
        ((time(9), time(9)),),
        ((time(8), time(12)), (time(11), time(17))),
        ((time(14), time(17)), (time(8), time(12))),
    ],
)
def test_business_hours_that_contradict_themselves_are_refused(hours: tuple[tuple[time, time], ...]) -> None:
    with pytest.raises(BadCalendar) as refused:
        WorkCalendar(hours=hours)
    assert "开始要早于结束" in refused.value.sentence.zh


def test_one_part_of_the_business_hours_may_begin_when_another_ends() -> None:
    hours = ((time(8), time(12)), (time(12), time(17)))
    assert WorkCalendar(hours=hours).closing(date(2026, 3, 2)).time() == time(17)


def test_a_calendar_can_be_a_key() -> None:
    assert {CALENDAR: 1}[WorkCalendar()] == 1


def test_the_clock_stands_where_it_is_set_and_goes_on_afterwards() -> None:
    noon, later = datetime(2026, 2, 13, 12, tzinfo=ZONE), datetime(2026, 2, 14, tzinfo=UTC)
    with clock.at(noon):
        assert clock.now() == noon
        with clock.at(later):
            assert clock.now() == later
        assert clock.now() == noon
        assert clock.now().utcoffset() == timedelta()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)


def test_the_clock_goes_on_after_an_error_in_the_block() -> None:
    past = datetime(2001, 1, 1, tzinfo=UTC)
    with pytest.raises(KeyError), clock.at(past):
        raise KeyError
    assert clock.now() != past


def test_another_thread_keeps_the_real_time() -> None:
    seen: list[datetime] = []
    with clock.at(datetime(2001, 1, 1, tzinfo=UTC)):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0].year > 2001


def test_the_local_day_begins_at_midnight_in_shanghai() -> None:
    assert clock.local_day(datetime(2026, 2, 13, 15, 59, tzinfo=UTC)) == date(2026, 2, 13)
    assert clock.local_day(datetime(2026, 2, 13, 16, 0, tzinfo=UTC)) == date(2026, 2, 14)


def test_a_moment_without_a_zone_is_refused() -> None:
    naive = datetime(2026, 2, 13)  # noqa: DTZ001 - the mistake that is tested
    with pytest.raises(ValueError, match="time zone"):
        clock.local_day(naive)
    with pytest.raises(ValueError, match="time zone"), clock.at(naive):
        pass
