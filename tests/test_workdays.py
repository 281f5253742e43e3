"""The working calendar of a neighbourhood: its own days and hours, and deadlines that move only when somebody says so."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django_tenants.utils import tenant_context
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, DjangoDbBlocker

from linli.districts.models import District
from linli.lib import clock
from linli.lib.clock import ZONE
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.lib.workcalendar import KNOWN_UNTIL, BadCalendar, WorkCalendar
from linli.matters.actions.delays import ask_delay, rule_delay
from linli.matters.actions.lateness import look_after
from linli.matters.actions.new_deadlines import move_deadlines, preview
from linli.matters.actions.raising import raise_matter
from linli.matters.calendars import office_calendar
from linli.matters.models import Duty, Matter
from linli.matters.replay import differences
from linli.record.heads import cut_chains
from linli.record.models import Event
from linli.record.queries import broken_chains
from linli.workdays.actions import enter_day, import_list, remove_day, set_hours
from linli.workdays.models import CalendarState, Workday
from linli.workdays.queries import days_shown
from linli.workdays.written import read_list
from tests.test_at_once import Another
from tests.test_permissions import browser_of
from tests.world import World, a_repair

MONDAY = datetime(2026, 5, 11, 2, tzinfo=UTC)  # ten in the morning
TUESDAY = date(2026, 5, 12)
DATA = Path(__file__).parents[1].parent / "shared" / "data" / "holidays"
NINE = ((time(9), time(12)), (time(13, 30), time(17, 30)))


@pytest.fixture
def another(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Another]:
    with django_db_blocker.unblock():
        one = Another()
    assert one.told() == "ready"
    yield one
    one.leave()


def due_of(matter: Matter) -> str:
    matter.refresh_from_db()
    assert matter.due_at is not None
    return matter.due_at.astimezone(ZONE).strftime("%m-%d %H:%M")


def an_enquiry(world: World) -> Matter:
    """Two working days from Monday at ten: until Wednesday's close of business."""
    with clock.at(MONDAY):
        answers = {"what": "社区几点开门"}
        return raise_matter("enquiry", world.place("room"), actor=world.mei, answers=answers, key=uuid.uuid4())


def rest_on_tuesday(world: World) -> None:
    with clock.at(MONDAY):
        enter_day(TUESDAY, working=False, name="社区搬迁", actor=world.shu)


# -- the calendar


def test_where_nobody_changed_anything_the_calendar_is_the_shipped_one(district: District) -> None:
    assert office_calendar() == WorkCalendar()


def test_a_day_entered_by_hand_holds_at_once_and_can_be_taken_away(world: World) -> None:
    rest_on_tuesday(world)
    assert not office_calendar().is_working(TUESDAY)
    assert due_of(an_enquiry(world)) == "05-14 17:30"
    with clock.at(MONDAY):
        remove_day(TUESDAY, actor=world.jie)
    assert office_calendar().is_working(TUESDAY)
    with pytest.raises(Conflict, match="no entry by hand"):
        remove_day(TUESDAY, actor=world.jie)


def test_hours_of_the_neighbourhood_end_a_working_day(world: World) -> None:
    set_hours({None: "9:00–12:00，13:30–17:00", 2: "9:00-12:00"}, actor=world.shu)
    assert due_of(an_enquiry(world)) == "05-13 12:00"
    assert office_calendar().closing(TUESDAY).time() == time(17)
    assert set_hours({None: "09:00~12:00; 13:30—17:00", 2: "9:00-12:00", 4: ""}, actor=world.shu) is False


def test_a_neighbourhoods_calendar_is_its_own(world: World) -> None:
    rest_on_tuesday(world)
    with tenant_context(District.objects.get(schema_name="nextdoor")):
        assert office_calendar().is_working(TUESDAY)


def test_a_change_that_is_rolled_back_leaves_nothing_behind(world: World) -> None:
    class Undo(Exception):
        pass

    def undone() -> None:
        with transaction.atomic():
            rest_on_tuesday(world)
            assert not office_calendar().is_working(TUESDAY)
            raise Undo

    with pytest.raises(Undo):
        undone()
    assert office_calendar().is_working(TUESDAY)


def test_the_calendar_costs_one_query_whatever_it_holds(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rest_on_tuesday(world)
    office_calendar()
    with django_assert_num_queries(1):
        office_calendar()


def test_another_process_works_with_the_calendar_of_this_moment(committed_world: World, another: Another) -> None:
    order = {
        "place": str(committed_world.place("room").pk),
        "by": committed_world.id_of("mei"),
        "moment": MONDAY.isoformat(),
    }
    another.tell("ask", key=str(uuid.uuid4()), **order)
    first = Matter.objects.get(pk=another.answer()["did"])
    rest_on_tuesday(committed_world)
    another.tell("ask", key=str(uuid.uuid4()), **order)
    second = Matter.objects.get(pk=another.answer()["did"])
    assert (due_of(first), due_of(second)) == ("05-13 17:30", "05-14 17:30")


@pytest.mark.parametrize("key", ["mei", "an", "min", "wen", "stranger"])
def test_only_street_and_community_keep_the_calendar(world: World, key: str) -> None:
    actor = getattr(world, key)
    for change in (
        lambda: enter_day(TUESDAY, working=False, name="x", actor=actor),
        lambda: remove_day(TUESDAY, actor=actor),
        lambda: set_hours({None: "9:00-17:00"}, actor=actor),
        lambda: preview(actor=actor),
        lambda: move_deadlines("", actor=actor),
    ):
        with pytest.raises(NotYours, match="kept by the street"):
            change()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "cannot be left empty"),
        ("早九晚五", "is not understood"),
        ("9:00-12:00, x", "is not understood"),
        ("25:00-26:00", "is not understood"),
        ("12:00-9:00", "business hours are wrong"),
        ("9:00-12:00, 11:00-17:00", "business hours are wrong"),
    ],
)
def test_hours_that_nobody_can_keep_are_refused_with_a_sentence(world: World, text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        set_hours({None: text}, actor=world.shu)


def test_a_day_without_a_reason_or_years_away_is_refused(world: World) -> None:
    with clock.at(MONDAY):
        with pytest.raises(Refused, match="say what it is"):
            enter_day(TUESDAY, working=False, name=" ", actor=world.shu)
        with pytest.raises(Refused, match="three years"):
            enter_day(date(2062, 5, 12), working=False, name="x", actor=world.shu)


def test_every_change_is_in_the_record_and_the_chain_is_whole(world: World) -> None:
    rest_on_tuesday(world)
    with clock.at(MONDAY):
        enter_day(TUESDAY, working=False, name="社区搬迁", actor=world.shu)  # again: nothing new
        set_hours({None: "9:00-17:00"}, actor=world.jie)
        remove_day(TUESDAY, actor=world.shu)
    verbs = list(Event.objects.filter(subject="calendar").order_by("seq").values_list("verb", flat=True))
    assert verbs == ["day_entered", "hours_set", "day_removed"]
    assert [*broken_chains(), *cut_chains()] == []


# -- hours by day of the week


@given(
    st.integers(0, 330 * 24 * 60),
    st.integers(1, 60 * 60),
)
def test_hours_by_the_day_of_the_week_count_like_a_walk_minute_by_minute(after: int, minutes: int) -> None:
    start = datetime(2026, 1, 1, tzinfo=ZONE) + timedelta(minutes=after)
    calendar = WorkCalendar(weekday_hours={2: ((time(9), time(12)),), 4: ((time(8), time(9)), (time(10), time(16)))})
    end = calendar.after_business(start, timedelta(minutes=minutes))
    assert business_minutes(calendar, start, end) == minutes
    assert business_minutes(calendar, start, end - timedelta(minutes=1)) == minutes - 1
    begun = calendar.before_business(start, timedelta(minutes=minutes))
    assert business_minutes(calendar, begun, start) == minutes
    assert business_minutes(calendar, begun + timedelta(minutes=1), start) == minutes - 1


def business_minutes(calendar: WorkCalendar, start: datetime, end: datetime) -> int:
    total, day = timedelta(), start.astimezone(ZONE).date()
    while day <= end.astimezone(ZONE).date():
        for opens, closes in calendar.hours_on(day) if calendar.is_working(day) else ():
            first = max(start, datetime.combine(day, opens, ZONE))
            last = min(end, datetime.combine(day, closes, ZONE))
            total += max(timedelta(), last - first)
        day += timedelta(days=1)
    return int(total / timedelta(minutes=1))


def test_the_same_hours_for_every_day_of_the_week_are_the_hours() -> None:
    plain = WorkCalendar(hours=NINE)
    weekly = WorkCalendar(weekday_hours=dict.fromkeys(range(7), NINE))
    for hours in range(1, 90):
        span = timedelta(hours=hours)
        assert plain.after_business(MONDAY, span) == weekly.after_business(MONDAY, span)
        assert plain.before_business(MONDAY, span) == weekly.before_business(MONDAY, span)
    assert plain.version != weekly.version
    with pytest.raises(BadCalendar):
        WorkCalendar(weekday_hours={0: ()})


# -- official lists

NEW_YEAR: dict[str, Any] = {
    "year": 2027,
    "papers": ["https://example.org/2027"],
    "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-04", "isOffDay": True},
        {"name": "元旦", "date": "2027-01-09", "isOffDay": False},
    ],
}


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    file = tmp_path / "2027.json"
    file.write_text(json.dumps(NEW_YEAR), "utf-8")
    return file


def load(*files: Path) -> list[str]:
    out = StringIO()
    call_command("import", "holidays", *map(str, files), "--district", "here", "--lang", "en", stdout=out)
    return out.getvalue().splitlines()


def test_an_official_list_is_imported_once_and_moves_the_end_of_what_is_known(district: District, listed: Path) -> None:
    assert load(listed)[0] == "2027: 3 days entered, 0 unchanged."
    calendar = office_calendar()
    assert calendar.known_until == date(2027, 12, 31)
    assert [calendar.is_working(date(2027, 1, day)) for day in (4, 5, 9)] == [False, True, True]
    token = CalendarState.objects.get().token
    assert load(listed) == ["2027: 0 days entered, 3 unchanged."]
    assert CalendarState.objects.get().token == token
    assert [one.source for one in days_shown(2027)] == ["https://example.org/2027"] * 3


def test_a_new_edition_replaces_the_list_and_leaves_what_was_entered_by_hand(world: World, listed: Path) -> None:
    load(listed)
    with clock.at(MONDAY):
        enter_day(date(2027, 1, 9), working=False, name="本社区不补班", actor=world.shu)
    listed.write_text(json.dumps({**NEW_YEAR, "days": NEW_YEAR["days"][::2]}), "utf-8")
    assert "2027-01-09 was entered here by hand" in load(listed)[1]
    assert set(Workday.objects.values_list("day", "working")) == {
        (date(2027, 1, 1), False),
        (date(2027, 1, 9), False),
    }


def test_a_year_after_a_gap_does_not_move_the_end_of_what_is_known(district: District) -> None:
    import_list(
        read_list(json.dumps({"year": 2029, "days": [{"name": "a", "date": "2029-01-01", "isOffDay": True}]}), "f")
    )
    assert office_calendar().known_until == KNOWN_UNTIL


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "is no list of holidays"),
        ('{"year": 2027}', "is no list of holidays"),
        ('{"year": 2027, "days": [{"date": "2027-01-01", "name": "a", "isOffDay": "yes"}]}', "is no list of holidays"),
        ('{"year": 2027, "days": []}', "has no days"),
        ('{"year": 2027, "days": [{"date": "2026-05-01", "name": "a", "isOffDay": true}]}', "holds 2026-05-01"),
        (
            '{"year": 2027, "days": [{"date": "2027-01-01", "name": "a", "isOffDay": true}, '
            '{"date": "2027-01-01", "name": "a", "isOffDay": false}]}',
            "twice",
        ),
    ],
)
def test_a_list_with_a_mistake_is_refused_whole(district: District, text: str, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        read_list(text, "2027.json")


@pytest.mark.skipif(not DATA.is_dir(), reason="the published lists of holidays are not beside the project")
def test_the_published_lists_change_no_working_day_of_the_shipped_calendar(district: District) -> None:
    load(*sorted(DATA.glob("20*.json")))
    calendar, shipped = office_calendar(), WorkCalendar()
    first = date(2019, 1, 1)
    days = [first + timedelta(days=number) for number in range((date(2026, 12, 31) - first).days + 1)]
    assert [day for day in days if calendar.is_working(day) != shipped.is_working(day)] == []


def test_the_check_warns_sixty_days_before_the_known_days_end(world: World, listed: Path) -> None:
    def warned(*words: str) -> list[str]:
        err = StringIO()
        call_command("check", *words, stdout=StringIO(), stderr=err)
        return [line.split(" only.")[0] for line in err.getvalue().splitlines()]

    with clock.at(datetime(2026, 11, 1, 4, tzinfo=UTC)):
        assert warned() == []
    with clock.at(datetime(2026, 11, 3, 4, tzinfo=UTC)):
        assert warned() == ["The calendar that comes with Linli knows holidays until 2026-12-31"]
        load(listed)
        assert warned("--database", "default") == ["nextdoor knows holidays until 2026-12-31"]


# -- deadlines


def test_a_change_of_the_calendar_moves_no_deadline_by_itself(world: World) -> None:
    matter = an_enquiry(world)
    rest_on_tuesday(world)
    assert due_of(matter) == "05-13 17:30"
    with clock.at(MONDAY + timedelta(hours=1)):
        found = preview(actor=world.shu)
    assert [(one.matter.pk, one.due.astimezone(ZONE).strftime("%m-%d %H:%M")) for one in found.later] == [
        (matter.pk, "05-14 17:30")
    ]
    assert due_of(matter) == "05-13 17:30"


def test_deadlines_that_somebody_moves_are_later_and_told(world: World) -> None:
    matter, repair = an_enquiry(world), a_repair(world)
    rest_on_tuesday(world)
    with clock.at(MONDAY + timedelta(hours=1)):
        assert move_deadlines(preview(actor=world.shu).token, actor=world.shu) == 1
        assert move_deadlines(preview(actor=world.shu).token, actor=world.shu) == 0
    assert due_of(matter) == "05-14 17:30"
    assert matter.duties.get(kind=Duty.HOLDS, until__isnull=True).due_at == matter.due_at
    event = Event.objects.get(verb="due_moved")
    assert (event.chain, event.actor_id, event.body["was"][:10]) == (matter.pk, world.shu.person_id, "2026-05-13")
    assert differences(matter) == {}
    assert list(broken_chains()) == []
    repair.refresh_from_db()
    assert repair.version == 1
    page = browser_of(world, "mei").get(f"/matters/{matter.number}/").content.decode()
    assert "期限因工作日历调整" in page


def test_no_deadline_becomes_earlier(world: World) -> None:
    rest_on_tuesday(world)
    matter = an_enquiry(world)
    with clock.at(MONDAY + timedelta(hours=1)):
        remove_day(TUESDAY, actor=world.shu)
        found = preview(actor=world.shu)
        assert (found.later, found.earlier) == ([], 1)
        assert move_deadlines(found.token, actor=world.shu) == 0
    assert due_of(matter) == "05-14 17:30"


def test_what_is_late_and_what_was_granted_more_time_stays(world: World) -> None:
    late, delayed = an_enquiry(world), an_enquiry(world)
    with clock.at(MONDAY + timedelta(hours=1)):
        ask_delay(delayed, limit="1workdays", reason="查资料", actor=world.min)
        rule_delay(delayed, grant=True, reason="同意", actor=world.wen)
    look_after(moment=MONDAY + timedelta(days=2, hours=8))
    late.refresh_from_db()
    assert late.late_at is not None
    with clock.at(MONDAY + timedelta(days=2, hours=9)):
        enter_day(TUESDAY, working=False, name="停电", actor=world.shu)
        assert preview(actor=world.shu).later == []


def test_a_calendar_that_changed_after_the_preview_is_not_applied_unseen(world: World) -> None:
    matter = an_enquiry(world)
    rest_on_tuesday(world)
    with clock.at(MONDAY):
        token = preview(actor=world.shu).token
        enter_day(date(2026, 5, 13), working=False, name="又停电", actor=world.jie)
        with pytest.raises(Conflict, match="changed again"):
            move_deadlines(token, actor=world.shu)
    assert due_of(matter) == "05-13 17:30"


def test_an_open_request_for_more_time_goes_on_waiting(world: World) -> None:
    matter = an_enquiry(world)
    with clock.at(MONDAY + timedelta(hours=1)):
        ask_delay(matter, limit="1workdays", reason="查资料", actor=world.min)
        rest_on_tuesday(world)
        assert move_deadlines(preview(actor=world.shu).token, actor=world.shu) == 1
    asked = Duty.objects.get(matter=matter, kind=Duty.RULES_DELAY, until__isnull=True)
    matter.refresh_from_db()
    assert matter.attend_at is not None
    assert matter.attend_at <= asked.due_at


# -- pages


def test_everybody_reads_the_calendar_and_only_its_keepers_see_a_form(world: World) -> None:
    rest_on_tuesday(world)
    with clock.at(MONDAY):
        pages = {key: browser_of(world, key).get("/calendar/").content.decode() for key in ("nobody", "mei", "shu")}
    assert all("社区搬迁" in page and "08:30–12:00" in page for page in pages.values())
    assert ["enter-workday" in page or "/calendar/day/" in page for page in pages.values()] == [False, False, True]
    assert "单兰" not in pages["nobody"]
    assert "舒静" not in pages["nobody"]


def test_a_keeper_enters_a_day_and_sees_the_deadlines_that_would_move(world: World) -> None:
    matter, client = an_enquiry(world), browser_of(world, "shu")
    with clock.at(MONDAY):
        form = {"day": "2026-05-12", "kind": "rest", "name": "停电"}
        assert client.post("/calendar/day/", form).status_code == 303
        page = client.get("/calendar/deadlines/").content.decode()
        assert "2026-05-14 17:30" in page
        token = page.split('name="token" value="')[1].split('"')[0]
        answer = client.post("/calendar/deadlines/", {"token": token})
        assert answer["Location"].endswith("?moved=1")
        assert client.post("/calendar/deadlines/", {"token": "old"}).status_code == 409
    assert due_of(matter) == "05-14 17:30"


def test_what_was_typed_stays_when_a_day_or_hours_are_refused(world: World) -> None:
    client = browser_of(world, "shu")
    with clock.at(MONDAY):
        answer = client.post("/calendar/day/", {"day": "2026-05-12", "name": "停电"})
        assert (answer.status_code, 'value="停电"' in answer.content.decode()) == (422, True)
        answer = client.post("/calendar/hours/", {"all": "早九晚五"})
        assert (answer.status_code, 'value="早九晚五"' in answer.content.decode()) == (422, True)
        assert client.post("/calendar/day/remove/", {"day": "2026-05-12"}).status_code == 409
