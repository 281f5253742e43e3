"""The menu of the demonstration: nine services with times around today, orders on their way, and some that were rated.

Entered a month ago and lived with since, each thing at its time. All invented; loading twice changes nothing.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from linli.lib import clock
from linli.matters.actions.moving import move
from linli.people.models import Organisation, Post
from linli.people.queries import in_term
from linli.people.reader import Reader
from linli.places.models import Place
from linli.requests.menu.actions import add_item, add_slots
from linli.requests.menu.models import ServiceItem
from linli.requests.menu.ordering_actions import Wish, fold_scores, order
from linli.requests.menu.queries import free_slots
from linli.requests.menu.reading import Details, Pattern, read_details, read_pattern

NAMESPACE = uuid.UUID("0b8a7f6e-6c0d-4d42-9a31-5f3f1c7a2d90")
ENTERED = timedelta(days=28)
LOCKS, REMOVALS = "平安锁业", "顺达搬家"
MORNINGS = {"starts": "09:00", "ends": "12:00", "minutes": "60", "capacity": "1"}
AFTERNOONS = {"starts": "14:00", "ends": "18:00", "minutes": "120", "capacity": "2"}
DESK = {"provider": "property_desk", "open_days": "123456"}
COMMUNITY = {"provider": "community_desk", "open_days": "12345"}


def _service(
    by: str, title: str, title_en: str, group: str, pricing: str, slots: dict[str, str] | None = None, **more: str
) -> tuple[str, dict[str, str], dict[str, str] | None]:
    given = {"title": title, "title_en": title_en, "group": group, "pricing": pricing, "eligible": "anyone", **more}
    return by, {**given, "by_slot": "yes" if slots else "no"}, slots


SERVICES = (
    _service("property_manager", "下水疏通", "Clearing a blocked drain", "repair", "fixed", MORNINGS, **DESK,
             price="80", unit="次", unit_en="visit", about="室内厨房、卫生间支管。主管堵塞请直接报修，不收费。",
             about_en="Kitchen and bathroom branches inside the home. A blocked main is a repair and costs nothing."),
    _service("property_manager", "水龙头、阀门维修", "Taps and valves", "repair", "quote", MORNINGS, **DESK,
             about="先上门看，报价同意后再修；配件可自备。", about_en="A look first, then a quote. You may bring your own parts."),
    _service("property_manager", "净水器换滤芯", "Changing a water filter", "appliance", "fixed", AFTERNOONS, **DESK,
             price="30", unit="台", unit_en="filter", about="滤芯自备，工时费含清洗外壳。",
             about_en="Please have the filter ready; cleaning the housing is included."),
    _service("property_manager", "油烟机清洗", "Cleaning an extractor hood", "appliance", "fixed", AFTERNOONS, **DESK,
             price="120", unit="台", unit_en="hood"),
    _service("property_manager", "擦玻璃", "Window cleaning", "cleaning", "fixed", AFTERNOONS, **DESK,
             price="100", unit="户", unit_en="home", about="两室以内；三室以上上门看后改报价。",
             about_en="Up to two rooms; for more you get a quote on the spot."),
    _service("community", "老人上门理发", "Haircut at home", "care", "free", MORNINGS, **COMMUNITY, eligible="entitled",
             entitlement="70 岁以上或行动不便的居民", entitlement_en="Residents from 70 on, or who cannot come easily",
             per_household="1", per_month="40"),
    _service("community", "燃气、电路安全检查", "Gas and wiring check", "safety", "free", AFTERNOONS, **COMMUNITY,
             eligible="entitled", entitlement="独居老人和残疾人家庭", per_household="1",
             entitlement_en="Elders living alone, homes of disabled people"),
    _service("property_manager", "开锁换锁", "Locksmith", "other", "quote", None, provider="provider", organisation=LOCKS,
             open_days="1234567", about="须出示身份证并核对住址；开保险柜不办理。",
             about_en="Identity card and address are checked. No safes."),
    _service("property_manager", "小件搬运", "Help with moving things", "carrying", "fixed", AFTERNOONS, provider="provider",
             organisation=REMOVALS, open_days="1234567", price="60", unit="小时", unit_en="hour", per_household="4"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """An order of the `of`-th resident for a service by its place in the list, so many hours ago; and what became of it."""

    ago: float
    of: int
    service: int
    what: str
    deeds: tuple[tuple[float, str, str, dict[str, Any]], ...] = field(default=())


TAKEN = (0.5, "property_desk", "accept", {"worker": "property_worker", "entitled": "yes"})


def _rated(ago: float, of: int, score: int) -> Told:
    done = (26.0, "property_worker", "finish", {"price": "80", "reply": "已疏通，放水试过，排得快。"})
    return Told(ago, of, 0, "厨房水槽下水慢。", (TAKEN, done, (5.0, "raiser", "confirm", {"score": str(score)})))


ORDERS = (
    *(_rated(500 - 48 * number, 31 + number * 40, score) for number, score in enumerate((5, 5, 4, 5, 3, 5, 4))),
    Told(30, 17, 1, "厨房龙头关不紧，想换成抽拉式的，龙头自备。", (
        (1.0, "property_desk", "offer",
         {"worker": "property_worker", "entitled": "yes", "quote": "95", "parts": "35", "note": "含角阀两个、软管一套。"}),
    )),
    Told(1.5, 260, 7, "钥匙断在锁芯里，人在门口。"),
    Told(70, 140, 2, "滤芯已经买好。", (
        TAKEN, (40.0, "property_worker", "finish", {"price": "30", "reply": "滤芯已换，出水正常。"}),
    )),
)  # fmt: skip


@transaction.atomic
def load_menu() -> None:
    if ServiceItem.objects.exists() or not Post.objects.filter(role="provider").exists():
        return
    now = clock.now()
    with clock.at(now - ENTERED):
        items = list(_entered())
    for number, told in enumerate(ORDERS):
        _tell(told, items[told.service], uuid.uuid5(NAMESPACE, str(number)), now)
    fold_scores()


def _entered() -> Iterator[ServiceItem]:
    today = clock.local_day(clock.now())
    organisations = {one.name: one.pk for one in Organisation.objects.filter(kind="provider")}
    for by, given, slots in SERVICES:
        post = _post(by)
        details: Details = read_details(given, today=today, providers=organisations.get)
        item = add_item(_place_for(post), details, actor=Reader(post.person))
        if slots:
            add_slots(item, _weeks(details, slots, today), actor=Reader(post.person))
        yield item


def _weeks(details: Details, slots: dict[str, str], today: date) -> Pattern:
    """From the day on which it was entered until two weeks from now."""
    return read_pattern({**slots, "first": today.isoformat(), "weeks": "6", "days": details.open_days})


def _place_for(post: Post) -> Place:
    return Place.objects.get(level="estate") if post.role == "property_manager" else post.place


def _tell(told: Told, item: ServiceItem, key: uuid.UUID, now: datetime) -> None:
    moment = now - timedelta(hours=told.ago)
    resident = _post("resident", told.of)
    with clock.at(moment):
        free = free_slots([item.pk], each=1).get(item.pk, [])
        wish = Wish(resident.place, free[0].slot.pk if free else None, told.what)
        matter = order(item, wish, actor=Reader(resident.person), key=key)
    for after, by, name, answers in told.deeds:
        moment += timedelta(hours=after)
        with clock.at(moment):
            actor = resident if by == "raiser" else _post(by)
            move(matter, name, actor=Reader(actor.person), answers=_named(answers))


def _named(answers: dict[str, Any]) -> dict[str, Any]:
    worker = {"worker": str(_post("property_worker").person_id)} if "worker" in answers else {}
    return {**answers, **worker}


def _post(role: str, number: int = 0) -> Post:
    posts = Post.objects.filter(in_term(), role=role).select_related("person", "place")
    return posts.order_by("place__path", "pk")[number]
