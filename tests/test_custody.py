"""Who had a matter, from when to when, and how much of that was working time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from linli.lib import clock
from linli.lib.workcalendar import WorkCalendar
from linli.matters.actions.moving import move
from linli.matters.page import MatterPage
from tests.pages import text_of, visit
from tests.world import World, a_repair

NINE = datetime(2026, 5, 6, 1, tzinfo=UTC)  # a Wednesday, nine o'clock here


def here(day: int, hour: int, minute: int = 0, *, month: int = 5, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=clock.ZONE)


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (here(6, 9), here(6, 10), 1),
        (here(6, 11), here(6, 15), 1.5),  # the noon break is none
        (here(6, 17), here(7, 9), 1),  # the evening and the night are none
        (here(8, 17), here(9, 9), 1),  # a Saturday that is worked for the May holiday
        (here(9, 17), here(11, 9), 1),  # the Sunday between is none
        (here(30, 9, month=4), here(6, 9), 6.5),  # the May holiday is none
        (here(6, 9), here(6, 9), 0),
        (here(6, 10), here(6, 9), 0),
        (here(31, 17, month=12, year=2025), here(5, 9, month=1), 7.5),  # the Sunday after New Year is worked
    ],
)
def test_business_time_between_two_moments(start: datetime, end: datetime, hours: float) -> None:
    assert WorkCalendar().business_between(start, end) == timedelta(hours=hours)


def test_it_agrees_with_the_moment_at_which_so_much_has_passed() -> None:
    calendar, start = WorkCalendar(), here(6, 11, 17)
    for minutes in (1, 43, 44, 200, 390, 391, 2000, 20_000):
        span = timedelta(minutes=minutes)
        assert calendar.business_between(start, calendar.after_business(start, span)) == span


def test_the_page_tells_parties_who_had_it_from_when_to_when_and_the_working_time(world: World) -> None:
    with clock.at(NINE):
        matter = a_repair(world)
    with clock.at(NINE + timedelta(hours=8)):
        move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    with clock.at(NINE + timedelta(hours=9)):
        matter.refresh_from_db()
        first = MatterPage(matter, world.mei).custody[0]
        page = text_of(visit(world, "mei").get(f"/matters/{matter.number}/"))
    assert (first.who.zh, first.since, first.until) == ("物业前台", NINE, NINE + timedelta(hours=8))
    assert (first.lasted.zh, first.worked.zh) == ("8 小时", "5 小时 30 分钟")
    assert "今天 09:00 – 今天 17:00" in page
    assert "其中工作时间 5 小时 30 分钟" in page
