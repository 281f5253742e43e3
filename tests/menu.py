"""A menu for tests: services of the property company, the community and a locksmith, at fixed times."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime, time
from typing import Any

from linli.matters.models import Matter
from linli.people.models import Organisation, Post
from linli.requests.menu.actions import add_item, add_slots
from linli.requests.menu.models import ServiceItem, ServiceSlot
from linli.requests.menu.ordering_actions import Wish, order
from linli.requests.menu.reading import Details, Pattern
from tests.world import SINCE, World

NOON = datetime(2026, 5, 6, 4, tzinfo=UTC)  # a Wednesday, twelve o'clock in Hohhot
TODAY = date(2026, 5, 6)
THURSDAY = date(2026, 5, 7)


def details(**given: Any) -> Details:
    usual = {
        "title": "下水疏通",
        "title_en": "Clearing a drain",
        "group": "repair",
        "pricing": "fixed",
        "price": 8000,
        "unit": "次",
        "unit_en": "visit",
        "provider": "property_desk",
        "valid_from": TODAY,
        "open_days": "1234567",
    }
    wanted = {**usual, **given}
    if wanted["pricing"] != "fixed":
        wanted |= {"price": None, "unit": "", "unit_en": ""}
    return Details(**wanted)


def a_service(world: World, *, at: str = "estate", by: str = "jing", **given: Any) -> ServiceItem:
    """On the menu of the estate, entered by its property manager, unless something else is said."""
    return add_item(world.place(at), details(**given), actor=getattr(world, by))


def a_locksmith(world: World, **given: Any) -> ServiceItem:
    """Su works for a company of locksmiths."""
    company, _ = Organisation.objects.get_or_create(
        kind="provider", name="平安锁业", defaults={"place": world.place("estate"), "valid_from": SINCE}
    )
    Post.objects.filter(person=world.people["suo"], role="provider").update(organisation=company)
    more = {"title": "开锁", "title_en": "Locksmith", "by_slot": False, **given}
    return a_service(world, provider="provider", organisation=company.pk, **more)


def slots_of(world: World, item: ServiceItem, *, by: str = "jing", **given: Any) -> list[ServiceSlot]:
    """Thursday at nine, at ten and at eleven, one order each, unless something else is said."""
    usual: dict[str, Any] = {
        "first": THURSDAY,
        "weeks": 1,
        "days": "4",
        "starts": time(9),
        "ends": time(12),
        "minutes": 60,
        "capacity": 1,
    }
    add_slots(item, Pattern(**{**usual, **given}), actor=getattr(world, by))
    return list(item.slots.filter(withdrawn_at__isnull=True).order_by("starts_at"))


def an_order(
    world: World,
    item: ServiceItem,
    slot: ServiceSlot | None = None,
    *,
    by: str = "mei",
    at: str = "room",
    what: str = "厨房",
) -> Matter:
    wish = Wish(world.place(at), slot.pk if slot else None, what)
    return order(item, wish, actor=getattr(world, by), key=uuid.uuid4())
