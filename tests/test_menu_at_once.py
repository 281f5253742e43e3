"""Two real processes for the last place of a slot, and for a month's last share."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from linli.lib import clock
from linli.matters.models import Matter
from linli.requests.menu.models import ServiceItem, ServiceOrder, ServiceSlot
from tests.menu import a_service, slots_of
from tests.test_at_once import Another, until_both_wait, whole
from tests.world import World


@pytest.fixture(scope="module")
def two(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Another, Another]]:
    with django_db_blocker.unblock():
        pair = (Another(), Another())
    assert [one.told() for one in pair] == ["ready", "ready"]
    yield pair
    for one in pair:
        one.leave()


def both_order(
    world: World,
    two: tuple[Another, Another],
    item: ServiceItem,
    slots: list[ServiceSlot],
    keys: list[str],
    **more: Any,
) -> list[dict[str, Any]]:
    """Mei and Bo press the button at the same moment; which of them is served first is chance."""
    people = more.get("people", (("mei", "room"), ("bo", "room_unit2")))
    with until_both_wait("SELECT 1 FROM requests_serviceitem WHERE id = %s FOR UPDATE", item.pk):
        for one, slot, key, (who, room) in zip(two, slots, keys, people, strict=True):
            one.tell(
                "order",
                item=str(item.pk),
                slot=str(slot.pk),
                room=str(world.place(room).pk),
                by=world.id_of(who),
                key=key,
            )
    return sorted((one.answer() for one in two), key=lambda answer: "refused" in answer)


def next_week(world: World, item: ServiceItem, **given: Any) -> list[ServiceSlot]:
    """The other processes have their own clocks, so these slots lie ahead of the real one."""
    first = clock.local_day(clock.now()) + timedelta(days=2)
    return slots_of(world, item, first=first, days=str(first.isoweekday()), holidays_too=True, **given)


def a_drain(world: World, **given: Any) -> ServiceItem:
    return a_service(world, valid_from=clock.local_day(clock.now()), **given)


def test_of_two_who_want_the_last_place_at_once_one_gets_it_and_the_other_hears_what_is_free(
    committed_world: World, two: tuple[Another, Another]
) -> None:
    item = a_drain(committed_world)
    slots = next_week(committed_world, item)
    keys = [str(uuid.uuid4()) for _ in two]
    won, lost = both_order(committed_world, two, item, [slots[0], slots[0]], keys)
    assert "did" in won
    assert lost["refused"] == "SlotFull"
    assert "Still free" in lost["words"]
    assert ServiceOrder.objects.get().slot == slots[0]
    assert whole(Matter.objects.get())


def test_two_places_are_given_to_two_at_once(committed_world: World, two: tuple[Another, Another]) -> None:
    item = a_drain(committed_world)
    slots = next_week(committed_world, item, capacity=2)
    answers = both_order(committed_world, two, item, [slots[0], slots[0]], [str(uuid.uuid4()) for _ in two])
    assert ["did" in answer for answer in answers] == [True, True]
    assert ServiceOrder.objects.filter(slot=slots[0]).count() == 2


def test_of_two_who_want_the_last_of_a_month_at_once_in_different_slots_one_gets_it(
    committed_world: World, two: tuple[Another, Another]
) -> None:
    item = a_drain(committed_world, per_month=1)
    slots = next_week(committed_world, item)
    won, lost = both_order(committed_world, two, item, slots[:2], [str(uuid.uuid4()) for _ in two])
    assert "did" in won
    assert "used up" in lost["words"]
    assert ServiceOrder.objects.count() == 1


def test_one_order_sent_by_two_processes_at_once_is_one_order(
    committed_world: World, two: tuple[Another, Another]
) -> None:
    item = a_drain(committed_world)
    slots = next_week(committed_world, item)
    people = (("mei", "room"), ("mei", "room"))
    first, second = both_order(committed_world, two, item, [slots[0], slots[0]], [str(uuid.uuid4())] * 2, people=people)
    assert first == second == {"did": str(Matter.objects.get().pk)}
    assert ServiceOrder.objects.count() == 1
