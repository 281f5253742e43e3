"""Two real processes that deal with several matters at the same moment: one submission sent twice, and two that overlap."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from linli.desk.actions.bulk import DONE, OVERTAKEN
from linli.desk.models import BulkMove
from linli.matters.models import Duty, Matter
from linli.record.models import Event
from tests.test_at_once import Another, until_both_wait, whole
from tests.world import World, a_repair

REPLY = {"reply": "不归物业管，已转告自来水公司。"}
Told = tuple[Another, Another]


@pytest.fixture(scope="module")
def two(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Told]:
    with django_db_blocker.unblock():
        pair = (Another(), Another())
    assert [one.told() for one in pair] == ["ready", "ready"]
    yield pair
    for one in pair:
        one.leave()


def both_move(
    two: Told,
    chosen: Sequence[Sequence[Matter]],
    tries: Sequence[tuple[str, dict[str, Any]]],
    by: str,
    keys: Sequence[str],
) -> list[dict[str, str]]:
    """What became of each matter by its number, as each of the two processes was told. Both begin before either can go on."""
    every = sorted({one.pk for matters in chosen for one in matters})
    with until_both_wait("SELECT 1 FROM matters_matter WHERE id = ANY(%s) ORDER BY id FOR UPDATE", every):
        for one, matters, (name, answers), key in zip(two, chosen, tries, keys, strict=True):
            wanted = [[matter.number, matter.version] for matter in matters]
            one.tell("bulk", wanted=wanted, name=name, by=by, answers=answers, key=key)
    return [one.answer()["did"] for one in two]


def moves(matter: Matter) -> int:
    return Event.objects.filter(chain=matter.pk, verb="moved").count()


def test_one_submission_sent_by_two_processes_at_once_moves_each_matter_once(committed_world: World, two: Told) -> None:
    matters, key = [a_repair(committed_world, what=f"第{one}件") for one in range(6)], str(uuid.uuid4())
    tries = [("decline", REPLY)] * 2
    first, second = both_move(two, [matters, matters], tries, committed_world.id_of("an"), [key, key])
    assert first == second == {str(one.number): DONE for one in matters}
    assert [moves(one) for one in matters] == [1] * 6
    assert BulkMove.objects.count() == 1
    assert whole(*matters)


def test_of_two_submissions_that_overlap_in_opposite_orders_each_matter_goes_to_one(
    committed_world: World, two: Told
) -> None:
    """The same desk in two windows: what one declines the other wants to hand to a worker. Nobody waits for ever."""
    world = committed_world
    matters = [a_repair(world, what=f"第{one}件") for one in range(6)]
    ways = (("decline", REPLY), ("accept", {"worker": world.id_of("gong")}))
    keys = [str(uuid.uuid4()) for _ in two]
    told = both_move(two, [matters, matters[::-1]], ways, world.id_of("an"), keys)
    for one in matters:
        assert Counter(each[str(one.number)] for each in told) == {DONE: 1, OVERTAKEN: 1}
        declined = told[0][str(one.number)] == DONE
        one.refresh_from_db()
        assert (one.stage, moves(one)) == ("declined" if declined else "doing", 1)
        assert one.duties.filter(kind=Duty.HOLDS, until__isnull=True).count() == (0 if declined else 1)
    assert BulkMove.objects.count() == 2
    assert whole(*matters)


def test_what_only_one_of_them_chose_is_moved_by_that_one(committed_world: World, two: Told) -> None:
    matters = [a_repair(committed_world, what=f"第{one}件") for one in range(3)]
    keys = [str(uuid.uuid4()) for _ in two]
    shared, mine, yours = matters
    told = both_move(
        two, [[shared, mine], [shared, yours]], [("decline", REPLY)] * 2, committed_world.id_of("an"), keys
    )
    assert (told[0][str(mine.number)], told[1][str(yours.number)]) == (DONE, DONE)
    assert sorted(each[str(shared.number)] for each in told) == sorted([DONE, OVERTAKEN])
    assert [moves(one) for one in matters] == [1, 1, 1]
    assert whole(*matters)
