"""The menu of services: what can stand on it, what an order takes, and what gives it back."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import IntegrityError
from django.test.utils import CaptureQueriesContext

from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.lib.text import Said
from linli.lib.workcalendar import WorkCalendar
from linli.matters.actions.moving import move
from linli.matters.actions.vacancies import hand_on_vacant
from linli.matters.answers import BadAnswers
from linli.matters.models import Duty, Matter
from linli.matters.replay import differences
from linli.people.actions import appoint, end_post
from linli.people.models import Post
from linli.record.queries import broken_chains, events_of
from linli.register.actions.households import verify_member
from linli.register.models import Holding, Owner, OwnerSet
from linli.requests.menu.actions import add_slots, change_item, state_of, withdraw_item, withdraw_slot
from linli.requests.menu.kinds import money_said, price_said
from linli.requests.menu.models import ServiceItem, ServiceOrder, ServiceSlot
from linli.requests.menu.ordering_actions import Wish, fold_scores, order
from linli.requests.menu.pattern import days_of, is_holiday, slots_on
from linli.requests.menu.queries import free_slots, rating_said, slot_said
from linli.requests.menu.reading import Pattern, read_details, read_pattern
from tests.menu import NOON, THURSDAY, TODAY, a_locksmith, a_service, an_order, details, slots_of
from tests.pages import a_key, hidden, text_of, visit
from tests.world import World

CALENDAR = WorkCalendar()
SOUND = {
    "title": "擦玻璃",
    "group": "cleaning",
    "pricing": "fixed",
    "price": "35.50",
    "unit": "次",
    "provider": "property_desk",
    "eligible": "anyone",
    "open_days": "12345",
}


@pytest.fixture(autouse=True)
def noon() -> Iterator[datetime]:
    with clock.at(NOON) as now:
        yield now


# -- what somebody types about a service


def nobody(name: str) -> uuid.UUID | None:
    return None


@pytest.mark.parametrize(
    ("wrong", "field", "words"),
    [
        ({"title": ""}, "title", "请填写“名称”"),
        ({"title": "Windows"}, "title", "要有中文"),
        ({"title": "很长" * 21}, "title", "最多 40 个字，现在有 42 个"),
        ({"group": "magic"}, "group", "“类别”请从列出的选项里选一个"),
        ({"pricing": ""}, "pricing", "“计价方式”请从列出的选项里选一个"),
        ({"price": ""}, "price", "请填大于 0 的金额"),
        ({"price": "0"}, "price", "请填大于 0 的金额"),
        ({"price": "1.234"}, "price", "最多两位小数"),
        ({"price": "100000.01"}, "price", "不超过 100000 元"),
        ({"price": "NaN"}, "price", "请填大于 0 的金额"),
        ({"pricing": "free"}, "price", "只有“一口价”的项目填价格"),
        ({"unit": ""}, "unit", "请填写“单位”"),
        ({"provider": "resident"}, "provider", "“服务方”请从列出的选项里选一个"),
        ({"provider": "provider"}, "organisation", "没有这个服务商在任的接单人"),
        ({"eligible": "entitled"}, "entitlement", "请填写“资格要求”"),
        ({"open_days": ""}, "open_days", "至少选一天"),
        ({"open_days": "8"}, "open_days", "至少选一天"),
        ({"per_household": "0"}, "per_household", "请填 1 到 999 之间的整数"),
        ({"per_month": "一"}, "per_month", "请填 1 到 9999 之间的整数"),
        ({"valid_from": "明天"}, "valid_from", "例如 2026-05-09"),
        ({"valid_to": "2026-05-05"}, "valid_to", "“结束日期”不能早于开始"),
    ],
)
def test_a_service_that_cannot_be_taken_says_which_field_is_wrong(
    wrong: dict[str, str], field: str, words: str
) -> None:
    with pytest.raises(BadAnswers) as caught:
        read_details({**SOUND, **wrong}, today=TODAY, providers=nobody)
    assert list(caught.value.problems) == [field]
    assert words in caught.value.problems[field].zh


def test_all_mistakes_of_a_service_are_said_at_once() -> None:
    with pytest.raises(BadAnswers) as caught:
        read_details({"title": "", "open_days": "9"}, today=TODAY, providers=nobody)
    assert set(caught.value.problems) == {"title", "pricing", "provider", "eligible", "group", "open_days"}


def test_a_table_may_use_the_titles_in_either_language() -> None:
    given = {
        **SOUND,
        "group": "Cleaning",
        "pricing": "一口价",
        "provider": "物业前台",
        "open_days": "周一、周三",
        "eligible": "业主",
    }
    read = read_details(given, today=TODAY, providers=nobody)
    assert (read.group, read.pricing, read.price, read.provider) == ("cleaning", "fixed", 3550, "property_desk")
    assert (read.open_days, read.eligible) == ("13", "owners")


@pytest.mark.parametrize(
    ("pricing", "price", "zh"),
    [
        ("free", None, "免费"),
        ("quote", None, "上门看过后报价"),
        ("fixed", 8000, "80 元/次"),
        ("fixed", 3550, "35.50 元/次"),
    ],
)
def test_a_price_is_said_as_on_a_bill(pricing: str, price: int | None, zh: str) -> None:
    assert price_said(pricing, price, Said("次", "visit")).zh == zh


def test_fen_are_never_lost() -> None:
    assert [money_said(fen).zh for fen in (1, 10, 100, 101)] == ["0.01 元", "0.10 元", "1 元", "1.01 元"]


# -- weekly patterns


def a_pattern(**given: Any) -> Pattern:
    usual = {
        "first": THURSDAY,
        "weeks": 1,
        "days": "4",
        "starts": time(9),
        "ends": time(12),
        "minutes": 60,
        "capacity": 1,
    }
    return Pattern(**{**usual, **given})


@pytest.mark.parametrize(
    ("day", "holiday"),
    [
        (date(2026, 5, 1), True),  # Labour Day, a Friday
        (date(2026, 5, 2), True),  # the Saturday of that holiday
        (date(2026, 5, 9), False),  # a Saturday that is worked
        (date(2026, 5, 16), False),  # an ordinary Saturday
        (date(2026, 5, 17), False),
        (date(2026, 5, 6), False),
    ],
)
def test_an_ordinary_weekend_is_no_holiday(day: date, holiday: bool) -> None:
    assert is_holiday(day, CALENDAR) is holiday


def test_holidays_are_passed_over_unless_told_otherwise() -> None:
    pattern = a_pattern(first=date(2026, 4, 27), weeks=2, days="56")
    days, holidays = days_of(pattern, CALENDAR)
    assert (days, holidays) == ([date(2026, 5, 8), date(2026, 5, 9)], [date(2026, 5, 1), date(2026, 5, 2)])
    told = a_pattern(first=date(2026, 4, 27), weeks=2, days="56", holidays_too=True)
    assert len(days_of(told, CALENDAR)[0]) == 4


@pytest.mark.parametrize(("minutes", "count"), [(180, 1), (60, 3), (50, 3), (90, 2), (181, 0)])
def test_what_is_left_over_at_the_end_is_no_slot(minutes: int, count: int) -> None:
    found = list(slots_on(THURSDAY, a_pattern(minutes=minutes)))
    assert len(found) == count
    assert all(end <= datetime(2026, 5, 7, 4, tzinfo=UTC) for _, end in found)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"first": ""}, "first"),
        ({"weeks": "27"}, "weeks"),
        ({"days": ""}, "days"),
        ({"starts": "25:00"}, "starts"),
        ({"ends": "09:00"}, "ends"),
        ({"minutes": "181"}, "minutes"),
        ({"capacity": "0"}, "capacity"),
    ],
)
def test_a_pattern_that_cannot_be_taken_says_which_field_is_wrong(wrong: dict[str, str], field: str) -> None:
    sound = {"first": "2026-05-07", "weeks": "4", "days": "4", "starts": "9:00", "ends": "12:00", "capacity": "1"}
    with pytest.raises(BadAnswers) as caught:
        read_pattern({**sound, **wrong})
    assert field in caught.value.problems


def test_slots_of_a_pattern_are_made_once(world: World) -> None:
    item = a_service(world)
    pattern = a_pattern(weeks=2, days="45")
    first, again = (add_slots(item, pattern, actor=world.jing) for _ in range(2))
    assert (first.made, first.there) == (12, 0)
    assert (again.made, again.there) == (0, 12)
    assert [event.verb for event in events_of(item.pk)] == ["added", "slots_added"]


@pytest.mark.parametrize(
    ("pattern", "field", "words"),
    [
        ({"first": date(2026, 5, 5)}, "first", "不能早于今天"),
        ({"days": "1"}, "days", "开放日是周四、周五"),
        ({"weeks": 4}, "weeks", "超出了项目的有效期"),
        ({"minutes": 200}, "days", "没有可添加的时段"),
        ({"weeks": 2, "minutes": 1}, "weeks", "一次最多添加 500 个"),
    ],
)
def test_slots_outside_the_service_are_refused(world: World, pattern: dict[str, Any], field: str, words: str) -> None:
    item = a_service(world, open_days="45", valid_to=date(2026, 5, 20))
    days = {} if "days" in pattern else {"days": "45"}
    with pytest.raises(BadAnswers) as caught:
        add_slots(item, a_pattern(**days, **pattern), actor=world.jing)
    assert words in caught.value.problems[field].zh
    assert not ServiceSlot.objects.exists()


# -- the menu and its history


def test_what_a_service_went_through_is_a_chain_that_folds_back_into_its_columns(world: World) -> None:
    item = a_service(world)
    slots = slots_of(world, item)
    change_item(item, details(price=9000, about="只做支管"), actor=world.jing)
    withdraw_slot(slots[0], actor=world.jing)
    withdraw_item(item, actor=world.jing)
    events = events_of(item.pk)
    assert [event.verb for event in events] == ["added", "slots_added", "changed", "slot_withdrawn", "withdrawn"]
    assert events[2].body["now"] == {"price": 9000, "about": "只做支管"}
    folded: dict[str, Any] = {}
    for event in events:
        folded |= event.body["now"]
    item.refresh_from_db()
    assert folded == state_of(item)
    assert list(broken_chains()) == []


def test_a_change_that_changes_nothing_leaves_no_trace(world: World) -> None:
    item = a_service(world)
    change_item(item, details(), actor=world.jing)
    assert len(events_of(item.pk)) == 1


def test_one_name_stands_once_on_a_menu_until_it_is_taken_off(world: World) -> None:
    item = a_service(world)
    with pytest.raises(BadAnswers, match="on the menu of"), transaction.atomic():
        a_service(world)
    withdraw_item(item, actor=world.jing)
    assert a_service(world).pk != item.pk
    with pytest.raises(Conflict, match="taken off the menu"):
        change_item(item, details(), actor=world.jing)


def test_what_is_sent_twice_with_one_key_is_entered_once(world: World) -> None:
    key = uuid.uuid4()
    page = visit(world, "jing")
    form = {
        **SOUND,
        "open_days": ["1", "2"],
        "place": str(world.place("estate").pk),
        "_key": str(key),
        "by_slot": "yes",
    }
    first, second = (page.post("/menu/services/new/", form) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert ServiceItem.objects.count() == 1


@pytest.mark.parametrize(
    ("by", "at", "provider", "words"),
    [
        ("an", "estate", "property_desk", "property manager and the community"),
        ("jing", "community", "property_desk", "property manager and the community"),
        ("jing", "estate", "community_desk", "Those of the community are for the community"),
    ],
)
def test_each_puts_on_the_menu_what_is_theirs_to_offer(
    world: World, by: str, at: str, provider: str, words: str
) -> None:
    with pytest.raises(NotYours, match=words):
        a_service(world, by=by, at=at, provider=provider)


def test_the_community_enters_for_all_below_it(world: World) -> None:
    item = a_service(world, by="shu", at="community", provider="community_desk", pricing="free", by_slot=False)
    assert an_order(world, item).stage == "at_community"


def test_the_database_refuses_a_fixed_price_without_an_amount(world: World) -> None:
    item = a_service(world)
    with pytest.raises(IntegrityError, match="service_fixed_has_price"), transaction.atomic():
        ServiceItem.objects.filter(pk=item.pk).update(price=None)
    with pytest.raises(IntegrityError, match="service_entitlement_is_said"), transaction.atomic():
        ServiceItem.objects.filter(pk=item.pk).update(eligible="entitled")
    with pytest.raises(IntegrityError, match="service_scores_add_up"), transaction.atomic():
        ServiceItem.objects.filter(pk=item.pk).update(scores=1, score_sum=6)


# -- ordering


def test_an_order_is_a_matter_with_the_slot_and_the_price_of_that_moment(world: World) -> None:
    item = a_service(world)
    slot = slots_of(world, item)[1]
    matter = an_order(world, item, slot)
    change_item(item, details(price=9900), actor=world.jing)
    assert (matter.book, matter.stage, matter.facts["quote"], matter.facts["visit"]) == (
        "order", "ordered", 8000, "2026-05-07T10:00",
    )  # fmt: skip
    kept = ServiceOrder.objects.get(matter=matter)
    assert (kept.price, kept.price_said.zh, kept.slot, kept.month) == (8000, "80 元/次", slot, date(2026, 5, 1))
    assert differences(matter) == {}


def test_whoever_provides_it_gets_the_duty(world: World) -> None:
    community = a_service(world, by="shu", provider="community_desk", title="理发", pricing="free", by_slot=False)
    locksmith = a_locksmith(world)
    desk = a_service(world, by_slot=False)
    held = {
        item.title: Duty.objects.get(matter=an_order(world, item), until=None) for item in (community, locksmith, desk)
    }
    assert (held["理发"].role, held["下水疏通"].role) == ("community_desk", "property_desk")
    assert held["开锁"].person == world.people["suo"]


def test_a_provider_whom_nobody_answers_for_gets_no_order_and_nothing_is_left_of_it(world: World) -> None:
    item = a_locksmith(world)
    for post in Post.objects.filter(person=world.people["suo"]):
        end_post(post)
    with pytest.raises(Refused, match="Nobody takes orders"):
        an_order(world, item)
    assert not Matter.objects.exists()
    assert not ServiceOrder.objects.exists()


def test_a_provider_named_as_worker_keeps_the_order_when_another_post_of_theirs_ends(world: World) -> None:
    other = appoint(world.people["suo"], "property_worker", world.place("estate"))
    matter = an_order(world, a_locksmith(world))
    end_post(other)
    with clock.at(datetime(2026, 5, 6, 5, tzinfo=UTC)):
        assert hand_on_vacant() == 0
    assert Duty.objects.get(matter=matter, until=None).person == world.people["suo"]


def test_an_order_sent_twice_is_one_order(world: World) -> None:
    item, key = a_locksmith(world), uuid.uuid4()
    wish = Wish(world.place("room"), None, "钥匙断了")
    first, second = (order(item, wish, actor=world.mei, key=key) for _ in range(2))
    assert first.pk == second.pk
    assert (ServiceOrder.objects.count(), len(events_of(first.pk))) == (1, 2)


def test_the_last_place_of_a_slot_goes_to_one_and_the_other_hears_what_is_free(world: World) -> None:
    item = a_service(world)
    slots = slots_of(world, item)
    an_order(world, item, slots[0])
    with pytest.raises(Conflict) as caught:
        an_order(world, item, slots[0], by="bo", at="room_unit2")
    assert (
        "5月7日（周四）09:00–10:00 这个时段刚刚约满。还可以约：5月7日（周四）10:00–11:00；" in caught.value.sentence.zh
    )
    an_order(world, item, slots[1], by="bo", at="room_unit2")
    an_order(world, item, slots[2], by="bo", at="room_unit2")
    with pytest.raises(Conflict, match="so have all others"):
        an_order(world, item, slots[0], by="bo", at="room_unit2")


def end(world: World, matter: Matter, how: str) -> None:
    if how == "withdrawn":
        move(matter, "withdraw", actor=world.mei)
    elif how == "declined":
        move(matter, "decline", actor=world.an, answers={"reply": "师傅请假"})
    else:
        move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong"), "entitled": "yes"})
        move(matter, "finish", actor=world.gong, answers={"price": "80", "reply": "通了"})
        move(matter, "confirm", actor=world.mei, answers={"score": "5"})


@pytest.mark.parametrize(("how", "free"), [("withdrawn", 3), ("declined", 3), ("solved", 2)])
def test_an_order_given_back_gives_back_its_slot_and_its_share_of_the_month(world: World, how: str, free: int) -> None:
    item = a_service(world, per_household=1)
    slots = slots_of(world, item)
    end(world, an_order(world, item, slots[0]), how)
    assert len(free_slots([item.pk])[item.pk]) == free
    if free == 3:
        assert an_order(world, item, slots[0]).pk
    else:
        with pytest.raises(Refused, match="can be ordered 1 times a month"):
            an_order(world, item, slots[1])


@pytest.mark.parametrize(
    ("quota", "orders", "words"),
    [
        ({"per_household": 2}, ["room", "room"], "每户每月限 2 单，这一户 5 月已经点了 2 单"),
        ({"per_month": 2}, ["room_unit2", "room"], "每月共 2 单，5 月的已经点完"),
        ({"per_household": 2, "per_month": 3}, ["room", "room_unit2", "room_unit2"], "每月共 3 单"),
    ],
)
def test_a_quota_that_is_used_up_refuses_one_more(
    world: World, quota: dict[str, Any], orders: list[str], words: str
) -> None:
    item = a_service(world, by_slot=False, **quota)
    who = {"room": "mei", "room_unit2": "bo"}
    for at in orders:
        an_order(world, item, at=at, by=who[at])
    with pytest.raises(Refused) as caught:
        an_order(world, item)
    assert words in caught.value.sentence.zh
    assert ServiceOrder.objects.count() == len(orders)


def test_a_quota_is_of_the_month_of_the_visit_and_of_one_home(world: World) -> None:
    item = a_service(world, per_household=1)
    may = slots_of(world, item)
    june = slots_of(world, item, first=date(2026, 6, 4))[3:]
    an_order(world, item, may[0])
    assert an_order(world, item, june[0]).pk
    assert an_order(world, item, may[1], by="bo", at="room_unit2").pk
    with pytest.raises(Refused, match="a month for each home"):
        an_order(world, item, june[1])


def test_a_slot_must_be_chosen_of_this_service_to_come_and_standing(world: World) -> None:
    item, other = a_service(world), a_service(world, title="擦玻璃")
    slots, others = slots_of(world, item), slots_of(world, other)
    withdraw_slot(slots[2], actor=world.jing)
    for slot in (None, others[0], slots[2]):
        with pytest.raises(BadAnswers) as caught:
            an_order(world, item, slot)
        assert list(caught.value.problems) == ["slot"]
    with clock.at(slots[0].starts_at), pytest.raises(BadAnswers, match="has begun"):
        an_order(world, item, slots[0])


def test_a_slot_that_somebody_took_is_not_withdrawn_under_them(world: World) -> None:
    item = a_service(world)
    slots = slots_of(world, item)
    an_order(world, item, slots[0])
    with pytest.raises(Conflict, match="has 1 orders"):
        withdraw_slot(slots[0], actor=world.jing)


def test_a_home_elsewhere_and_a_day_beyond_the_term_are_refused(world: World) -> None:
    item = a_service(world, at="building1", by_slot=False, valid_to=TODAY)
    with pytest.raises(BadAnswers, match="not among them"):
        an_order(world, item, by="qin", at="room_building2")
    with clock.at(datetime(2026, 5, 7, 4, tzinfo=UTC)), pytest.raises(Refused, match="offered from 2026-05-06"):
        an_order(world, item)
    withdraw_item(item, actor=world.jing)
    with pytest.raises(Conflict, match="taken off the menu"):
        an_order(world, item)


def test_only_verified_residents_and_only_owners_order_what_is_for_them(world: World) -> None:
    verified = a_service(world, eligible="verified", by_slot=False)
    owners = a_service(world, title="换门锁", eligible="owners", by_slot=False)
    with pytest.raises(Refused, match="for verified residents"):
        an_order(world, verified)
    with pytest.raises(Refused, match="is for owners"):
        an_order(world, owners)
    room = world.place("room")
    verify_member(room, actor=world.min, name="王小梅", phone="13800000001", how="documents")
    owned = OwnerSet.objects.create(kind="owner")
    Owner.objects.create(owner_set=owned, person=world.people["mei"])
    Holding.objects.create(
        room=room, use="dwelling", area=8935, area_source="registered", owner_set=owned, valid_from=TODAY
    )
    assert an_order(world, verified).pk
    assert an_order(world, owners).pk


def test_an_entitlement_is_kept_with_the_order_and_confirmed_by_who_takes_it(world: World) -> None:
    item = a_service(world, eligible="entitled", entitlement="70 岁以上", by_slot=False)
    matter = an_order(world, item)
    assert "70 岁以上" in text_of(visit(world, "an").get(f"/matters/{matter.number}/"))
    with pytest.raises(Refused, match="not entitled is declined"):
        move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong"), "entitled": "no"})


# -- ratings


def rated(world: World, item: ServiceItem, score: int) -> None:
    matter = an_order(world, item)
    move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong"), "entitled": "yes"})
    move(matter, "finish", actor=world.gong, answers={"price": "80", "reply": "通了"})
    move(matter, "confirm", actor=world.mei, answers={"score": str(score)})


def test_a_figure_stands_from_the_fifth_rating_on_and_each_rating_counts_once(world: World) -> None:
    item = a_service(world, by_slot=False)
    end(world, an_order(world, item), "declined")
    for score in (5, 5, 4, 2):
        rated(world, item, score)
    assert (fold_scores(), fold_scores()) == (5, 0)
    item.refresh_from_db()
    few = rating_said(item)
    assert few is not None
    assert few.zh == "评价还不足 5 次"
    rated(world, item, 4)
    assert fold_scores() == 1
    item.refresh_from_db()
    said = rating_said(item)
    assert said is not None
    assert said.zh == "4.0 分，好评 80%（5 人评过）"
    assert said.zh in text_of(visit(world, "mei").get("/menu/"))


# -- the pages


def asked_by(world: World, key: str, address: str) -> list[str]:
    page = visit(world, key)
    with CaptureQueriesContext(connection) as asked:
        assert page.get(address).status_code == 200
    return [query["sql"] for query in asked.captured_queries]


def test_the_menu_takes_three_statements_of_its_own_however_long_it_is(world: World) -> None:
    """The posts of the reader, the services, their slots; everything else is asked by each page for its frame."""
    for number in range(3):
        slots_of(world, a_service(world, title=f"服务{number}"))
    few = asked_by(world, "mei", "/menu/")
    for number in range(3, 30):
        slots_of(world, a_service(world, title=f"服务{number}"), weeks=3)
    many = asked_by(world, "mei", "/menu/")
    frame = asked_by(world, "mei", "/raise/")
    assert len(many) == len(few)
    assert sum("requests_service" in sql for sql in many) == 2
    assert len(many) <= len(frame) + 2


def test_the_editors_list_does_not_ask_for_each_row(world: World) -> None:
    a_service(world, title="服务零")
    few = len(asked_by(world, "jing", "/menu/services/"))
    for number in range(20):
        a_service(world, title=f"服务{number}")
    assert len(asked_by(world, "jing", "/menu/services/")) == few


def test_the_menu_shows_price_next_free_slot_and_nothing_of_other_places(world: World) -> None:
    item = a_service(world)
    slots = slots_of(world, item)
    a_service(world, at="building2", title="二号楼专享")
    an_order(world, item, slots[0], by="bo", at="room_unit2")
    text = text_of(visit(world, "mei").get("/menu/"))
    assert "下水疏通" in text
    assert "80 元/次" in text
    assert slot_said(slots[1].starts_at, slots[1].ends_at).zh in text
    assert "二号楼专享" not in text
    english = text_of(visit(world, "mei", language="en").get("/menu/"))
    assert "Clearing a drain" in english
    assert "80 yuan per visit" in english


def test_ordering_takes_the_page_and_one_more_tap(world: World) -> None:
    item = a_service(world)
    slots_of(world, item)
    page = visit(world, "mei")
    shown = page.get(f"/menu/{item.pk}/")
    form = hidden(shown, f"/menu/{item.pk}/order/")
    assert form["_place"] == str(world.place("room").pk)
    assert "checked" in shown.content.decode()
    slot = item.slots.order_by("starts_at")[0]
    answer = page.post(f"/menu/{item.pk}/order/", {**form, "slot": str(slot.pk)})
    matter = Matter.objects.get()
    assert answer["Location"] == f"/matters/{matter.number}/"
    told = text_of(page.get(answer["Location"]))
    assert "5月7日（周四）09:00–10:00" in told
    assert "80 元/次" in told
    again = page.post(f"/menu/{item.pk}/order/", {**form, "slot": str(slot.pk)})
    assert again["Location"] == answer["Location"]
    assert Matter.objects.count() == 1


def test_who_was_too_late_reads_why_and_finds_what_was_typed(world: World) -> None:
    item = a_service(world)
    slots = slots_of(world, item)
    page = visit(world, "mei")
    form = hidden(page.get(f"/menu/{item.pk}/"), f"/menu/{item.pk}/order/")
    an_order(world, item, slots[0], by="bo", at="room_unit2")
    answer = page.post(f"/menu/{item.pk}/order/", {**form, "slot": str(slots[0].pk), "what": "水槽慢，有异味"})
    assert answer.status_code == 409
    text = text_of(answer)
    assert "刚刚约满" in text
    assert "水槽慢，有异味" in text


def test_a_mistake_in_the_phone_comes_back_beside_it(world: World) -> None:
    item = a_service(world, by_slot=False)
    form = {"_place": str(world.place("room").pk), "_key": a_key(), "phone": "12", "what": "快一点"}
    answer = visit(world, "mei").post(f"/menu/{item.pk}/order/", form)
    assert answer.status_code == 422
    assert "看起来不是电话号码" in text_of(answer)
    assert "快一点" in text_of(answer)


def test_the_desk_orders_for_a_neighbour_by_the_number_of_the_home(world: World) -> None:
    item = a_service(world, by_slot=False)
    page = visit(world, "an")
    found = page.post(f"/menu/{item.pk}/order/", {"_find": "1-1-101", "_search": "yes", "what": "老人打电话来"})
    assert "老人打电话来" in text_of(found)
    assert str(world.place("room").pk) in found.content.decode()
    form = {"_place": str(world.place("room").pk), "_key": a_key(), "_find": "1-1-101", "_found": "1-1-101"}
    assert page.post(f"/menu/{item.pk}/order/", form).status_code == 303
    assert Matter.objects.get().raiser == world.people["an"]


def test_orders_begin_at_the_menu_and_not_at_the_general_form(world: World) -> None:
    page = visit(world, "mei")
    assert page.get("/raise/order/")["Location"] == "/menu/"
    forged = {"item": "1", "served_by": "property", "pricing": "free", "quote": "0", "what": "白干", "_key": a_key()}
    assert page.post("/raise/order/", {**forged, "_place": str(world.place("room").pk)})["Location"] == "/menu/"
    assert not Matter.objects.exists()


def test_a_quote_says_what_is_labour_and_what_parts(world: World) -> None:
    item = a_service(world, pricing="quote", by_slot=False)
    matter = an_order(world, item)
    answers = {"worker": world.id_of("gong"), "entitled": "yes", "quote": "95", "parts": "35"}
    move(matter, "offer", actor=world.an, answers=answers)
    text = text_of(visit(world, "mei").get(f"/matters/{matter.number}/"))
    assert "60 元" in text
    assert "35 元" in text
    assert "95 元" in text


def test_a_worker_named_for_any_role_is_called_by_name_and_a_move_that_cannot_be_made_is_not_first(
    world: World,
) -> None:
    item = a_service(world, pricing="quote", by_slot=False)
    matter = an_order(world, item)
    desk = visit(world, "an").get(f"/matters/{matter.number}/").content.decode()
    assert desk.index("/move/offer/") < desk.index("/move/accept/")
    answers = {"worker": world.id_of("gong"), "entitled": "yes", "quote": "95", "parts": "35"}
    move(matter, "offer", actor=world.an, answers=answers)
    assert "龚师傅" in text_of(visit(world, "mei").get(f"/matters/{matter.number}/"))
    fixed = an_order(world, a_service(world, title="擦玻璃", by_slot=False))
    desk = visit(world, "an").get(f"/matters/{fixed.number}/").content.decode()
    assert desk.index("/move/accept/") < desk.index("/move/offer/")


@pytest.mark.parametrize("key", ["bo", "stranger", ""])
def test_what_was_ordered_is_for_the_parties_alone(world: World, key: str) -> None:
    matter = an_order(world, a_service(world, by_slot=False), what="给母亲用")
    text = text_of(visit(world, key).get(f"/matters/{matter.number}/"))
    assert "下水疏通" not in text
    assert "80 元" not in text


def test_the_form_of_a_service_keeps_what_was_typed_and_shows_the_slots_added(world: World) -> None:
    page = visit(world, "jing")
    form = {**SOUND, "open_days": ["1", "4"], "place": str(world.place("estate").pk), "by_slot": "yes", "_key": a_key()}
    wrong = page.post("/menu/services/new/", {**form, "price": "免费"})
    assert wrong.status_code == 422
    assert "擦玻璃" in wrong.content.decode()
    made = page.post("/menu/services/new/", form)
    item = ServiceItem.objects.get()
    assert made["Location"] == f"/menu/services/{item.pk}/?done=added"
    slots = {
        "first": "2026-05-07",
        "weeks": "2",
        "days": ["4"],
        "starts": "9:00",
        "ends": "11:00",
        "capacity": "2",
        "minutes": "60",
    }
    added = page.post(f"/menu/services/{item.pk}/slots/", slots)
    assert "添加了 4 个时段" in text_of(page.get(added["Location"]))
    bad = page.post(f"/menu/services/{item.pk}/slots/", {**slots, "days": ["2"]})
    assert bad.status_code == 422
    assert "开放日是周一、周四" in text_of(bad)


def test_the_price_that_changed_stands_in_the_history(world: World) -> None:
    item = a_service(world)
    change_item(item, details(price=9000), actor=world.jing)
    text = text_of(visit(world, "jing").get(f"/menu/services/{item.pk}/"))
    assert "价格（元）改为 90 元" in text
    assert "经文" in text


def test_another_areas_service_does_not_exist_for_an_editor(world: World) -> None:
    item = a_service(world, by="shu", at="community", provider="community_desk", pricing="free")
    page = visit(world, "jing")
    assert page.get(f"/menu/services/{item.pk}/").status_code == 404
    assert page.post(f"/menu/services/{item.pk}/withdraw/").status_code == 404
    item.refresh_from_db()
    assert item.withdrawn_at is None


def test_the_last_of_several_pages_says_so(world: World) -> None:
    numbers = [a_service(world, title=f"服务{number}").number for number in range(52)]
    page = visit(world, "jing")
    first = text_of(page.get("/menu/services/"))
    assert "服务49" in first
    assert "服务50" not in first
    second = text_of(page.get(f"/menu/services/?after={sorted(numbers)[49]}"))
    assert "服务51" in second
    assert "服务0 " not in second
