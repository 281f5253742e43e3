"""The one statement behind the board: where a week, a period and a group begin and end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from linli.insight.models import DayCount
from linli.insight.sums import Period, sums_of
from linli.playbooks.models import Version
from tests.world import World

LAST = date(2026, 5, 31)
MAY = Period(date(2026, 5, 1), LAST)
MEASURES = ("raised", "closed")


def count(
    number: int, *, ago: int, place: str = "a", book: str = "", category: str = "", measure: str = "raised"
) -> None:
    day = LAST - timedelta(days=ago)
    DayCount.objects.create(place=place, book=book, category=category, measure=measure, day=day, number=number)


@pytest.mark.usefixtures("district")
@pytest.mark.parametrize(("ago", "week"), [(0, 0), (6, 0), (7, 1), (13, 1), (77, 11), (83, 11), (84, None), (-1, None)])
def test_a_week_has_seven_days_and_there_are_twelve(ago: int, week: int | None) -> None:
    count(3, ago=ago)
    sums = sums_of("a", MAY, measures=MEASURES, below=())
    assert [number for number in range(14) if sums.week(number) != (0, 0, 0)] == ([] if week is None else [week])
    assert week is None or sums.week(week) == (3, 0, 0)


@pytest.mark.usefixtures("district")
@pytest.mark.parametrize(("ago", "counted"), [(0, True), (30, True), (31, False), (-1, False)])
def test_a_period_counts_its_first_and_its_last_day(ago: int, counted: bool) -> None:
    count(2, ago=ago)
    count(2, ago=ago, place="a.b")
    count(2, ago=ago, category="water")
    sums = sums_of("a", MAY, measures=MEASURES, below=["a.b", "a.c"])
    expected = {"raised": 2} if counted else None
    assert sums.all.get("raised") == (2 if counted else None)
    assert sums.by("place").get("a.b") == sums.by("category").get("water") == expected
    assert "a.c" not in sums.by("place")


@pytest.mark.usefixtures("district")
def test_what_is_overdue_is_so_since_whichever_day() -> None:
    count(1, ago=400, measure="overdue")
    count(1, ago=-3, measure="overdue")
    assert sums_of("a", MAY, measures=MEASURES, below=()).overdue == 2
    assert sums_of("b", MAY, measures=MEASURES, below=()).overdue == 0


def test_a_kind_is_named_by_its_version_in_force_and_only_the_asked_measures_are_told(world: World) -> None:
    for measure in ("raised", "late"):
        count(4, ago=1, book="repair", measure=measure)
    count(9, ago=1, book="unheard_of")
    version = Version.objects.get(name="repair", current=True)
    assert dict(sums_of("a", MAY, measures=MEASURES, below=()).by("book")) == {str(version.pk): {"raised": 4}}
