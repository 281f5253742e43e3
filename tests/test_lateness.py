"""Who is warned, who watches, and when: the 30 minutes of a repair's reception are the example throughout."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tenants.utils import tenant_context

from linli.districts.models import District
from linli.lib import clock
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.models import Duty, Matter
from linli.people.actions import end_post
from linli.people.models import Post
from linli.record.models import Event
from tests.photos import a_photo
from tests.story_runner import everything, pass_time
from tests.world import World, a_repair, find_world

NINE = datetime(2026, 5, 6, 1, tzinfo=UTC)  # a Wednesday, 9:00 in Hohhot
LIMIT = timedelta(minutes=30)
DAY = timedelta(hours=24)
TICK = timedelta(microseconds=1)


def repair_at_nine(world: World, *, at: str = "room", by: str = "mei") -> Matter:
    with clock.at(NINE):
        return a_repair(world, at=at, by=by)


def look(moment: datetime) -> str:
    return str(look_after(moment=moment))


def verbs(matter: Matter) -> list[str]:
    return list(Event.objects.filter(chain=matter.pk).order_by("seq").values_list("verb", flat=True))


def watchers(matter: Matter) -> list[str]:
    return list(matter.duties.filter(kind=Duty.SUPERVISES).order_by("step").values_list("role", flat=True))


def fresh(matter: Matter) -> Matter:
    return Matter.objects.get(pk=matter.pk)


def test_the_holder_is_warned_once_at_half_time(world: World) -> None:
    matter = repair_at_nine(world)
    assert look(NINE + LIMIT / 2 - TICK) == "nothing to do"
    assert look(NINE + LIMIT / 2) == "warned 1"
    assert look(NINE + LIMIT / 2) == "nothing to do"
    assert look(NINE + LIMIT - TICK) == "nothing to do"
    assert fresh(matter).warned_at == NINE + LIMIT / 2
    assert watchers(matter) == []


def test_a_matter_is_late_at_its_due_moment_and_not_before(world: World) -> None:
    matter = repair_at_nine(world)
    look(NINE + LIMIT - TICK)
    assert fresh(matter).late_at is None
    assert look(NINE + LIMIT) == "late 1"
    assert (fresh(matter).late_at, fresh(matter).due_at) == (NINE + LIMIT, NINE + LIMIT)


def test_what_is_late_at_first_sight_is_not_warned_as_well(world: World) -> None:
    matter = repair_at_nine(world)
    assert look(NINE + 2 * LIMIT) == "late 1"
    assert verbs(matter) == ["raised", "late"]


def test_a_matter_that_nobody_has_taken_climbs_to_the_top_and_stays_there(world: World) -> None:
    matter = repair_at_nine(world)
    pass_time(NINE, NINE + LIMIT + 3 * DAY)
    assert watchers(matter) == ["unit_lead", "building_lead", "grid_worker", "grid_branch"]
    assert not fresh(matter).at_top
    pass_time(NINE + LIMIT + 3 * DAY, NINE + 60 * DAY)
    assert watchers(matter) == ["unit_lead", "building_lead", "grid_worker", "grid_branch", "community"]
    assert (fresh(matter).at_top, fresh(matter).climb_at, fresh(matter).attend_at) == (True, None, None)
    assert fresh(matter).holder.role == "property_desk"  # type: ignore[union-attr]
    assert matter.duties.filter(kind=Duty.SUPERVISES, until__isnull=True).count() == 1


def test_each_step_of_the_chain_has_a_limit_of_its_own(world: World) -> None:
    matter = repair_at_nine(world)
    look(NINE + LIMIT)
    assert look(NINE + LIMIT + DAY - TICK) == "nothing to do"
    assert look(NINE + LIMIT + DAY) == "climbed 1"
    steps = matter.duties.filter(kind=Duty.SUPERVISES).order_by("step").values_list("since", "due_at", "until")
    assert list(steps) == [
        (NINE + LIMIT, NINE + LIMIT + DAY, NINE + LIMIT + DAY),
        (NINE + LIMIT + DAY, NINE + LIMIT + 2 * DAY, None),
    ]


def test_a_job_that_was_down_for_days_climbs_one_step_and_gives_it_its_full_limit(world: World) -> None:
    matter = repair_at_nine(world)
    look(NINE + 5 * DAY)
    assert (watchers(matter), fresh(matter).climb_at) == (["unit_lead"], NINE + 6 * DAY)


def test_vacant_seats_are_skipped(world: World) -> None:
    """Building 2 has no stairwell head, no building head and no grid worker."""
    matter = repair_at_nine(world, at="room_building2", by="qin")
    look(NINE + LIMIT)
    assert (watchers(matter), fresh(matter).climbed) == (["grid_branch"], 4)
    look(NINE + LIMIT + DAY)
    assert (watchers(matter), fresh(matter).at_top) == (["grid_branch", "community"], True)


def test_steps_narrower_than_the_place_are_skipped(world: World) -> None:
    matter = repair_at_nine(world, at="estate")
    look(NINE + LIMIT)
    assert (watchers(matter), fresh(matter).at_top) == (["community"], True)


def test_a_seat_that_falls_vacant_on_the_way_is_skipped(world: World) -> None:
    matter = repair_at_nine(world)
    look(NINE + LIMIT)
    with clock.at(NINE + LIMIT):
        end_post(Post.objects.get(person=world.people["lao_li"], role="building_lead"))
    look(NINE + LIMIT + DAY)
    assert watchers(matter) == ["unit_lead", "grid_worker"]


def test_with_every_seat_of_the_chain_vacant_a_late_matter_stands_on_the_public_list(world: World) -> None:
    matter = repair_at_nine(world)
    chain = ("unit_lead", "building_lead", "grid_worker", "grid_branch", "community")
    Post.objects.filter(role__in=chain).update(until=NINE)
    look(NINE + LIMIT)
    assert (fresh(matter).at_top, fresh(matter).late_at, watchers(matter)) == (True, NINE + LIMIT, [])


def test_nobody_watches_over_what_they_hold_themselves(world: World) -> None:
    """A patrol with the grid worker becomes late: the grid branch watches, not the grid worker nor anybody lower."""
    with clock.at(NINE):
        matter = raise_matter(
            "patrol", world.place("building1"), actor=world.lao_li, key=uuid.uuid4(), urgency="emergency",
            answers={"capacity": "inspector", "what": "污水外溢"},
        )  # fmt: skip
    look(NINE + LIMIT)
    assert watchers(matter) == ["grid_branch"]


def test_handing_up_climbs_one_step_from_where_supervision_stood(world: World) -> None:
    matter = repair_at_nine(world)
    with clock.at(NINE):
        move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    pass_time(NINE, NINE + 2 * DAY)
    assert fresh(matter).climbed == 2
    with clock.at(NINE + 2 * DAY):
        move(matter, "hand_up", actor=world.gong, answers={"reason": "缺配件"})
    assert (fresh(matter).climbed, fresh(matter).late_at, fresh(matter).at_top) == (3, None, False)
    assert matter.duties.get(kind=Duty.SUPERVISES, until__isnull=True).role == "grid_worker"


def test_handing_up_what_the_top_watches_leaves_the_top_watching(world: World) -> None:
    matter = repair_at_nine(world, at="estate")
    with clock.at(NINE):
        move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    for days in (1, 2):
        with clock.at(NINE + days * DAY):
            look_after()
            move(matter, "hand_up", actor=world.gong, answers={"reason": "缺配件"})
            assert matter.duties.get(kind=Duty.SUPERVISES, until__isnull=True).role == "community"
            assert fresh(matter).climbed == 5
            move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})


def test_a_new_stage_begins_with_nobody_watching_and_nothing_late(world: World) -> None:
    matter = repair_at_nine(world)
    look(NINE + LIMIT)
    with clock.at(NINE + 2 * LIMIT):
        move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    now = fresh(matter)
    assert (now.late_at, now.warned_at, now.climbed, now.climb_at, now.at_top) == (None, None, 0, None, False)
    assert not matter.duties.filter(kind=Duty.SUPERVISES, until__isnull=True).exists()
    assert now.attend_at == now.warn_at == NINE + 2 * LIMIT + DAY / 2


def test_the_raisers_silence_closes_with_the_answer_that_was_given(world: World) -> None:
    matter = repair_at_nine(world)
    with clock.at(NINE):
        move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
        move(matter, "finish", actor=world.gong, answers={"reply": "已修好"})
    assert look(NINE + 7 * DAY - TICK) == "warned 1"
    assert look(NINE + 7 * DAY) == "lapsed 1"
    assert (fresh(matter).stage, fresh(matter).outcome, fresh(matter).ended_at) == (
        "close_unrated",
        "solved",
        NINE + 7 * DAY,
    )


def test_a_caller_goes_on_at_the_moment_the_job_was_asked_about(world: World) -> None:
    """What the job sets off in another matter carries the same time."""
    with clock.at(NINE):
        matter = raise_matter(
            "joint_enforcement", world.place("building1"), actor=world.mei, key=uuid.uuid4(),
            answers={"offence": "building", "what": "搭了彩钢房"},
        )  # fmt: skip
        move(matter, "dissuade", actor=world.jing, answers={"stopped": False, "notice": [a_photo()]})
        move(matter, "report", actor=world.jing, answers={"findings": "拒绝停工"})
        move(matter, "whistle", actor=world.shu, answers={"units": [world.id_of("fa")], "task": "查处"})
        unit = matter.children.get()
        move(unit, "accept", actor=world.fa)
        move(unit, "arrive", actor=world.fa)
        move(unit, "finish", actor=world.fa, answers={"reply": "已查处", "caller_score": 5})
    moment = NINE + 5 * DAY
    look(moment)
    assert (fresh(matter).stage, fresh(matter).begun_at) == ("judging", moment)


def queries_of_a_run(world: World, count: int) -> int:
    with clock.at(NINE):
        for _ in range(count):
            a_repair(world)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert look(NINE + LIMIT) == f"late {count}"
    return len(queries)


def test_a_batch_takes_as_many_queries_for_fifty_as_for_one(world: World) -> None:
    assert queries_of_a_run(world, 1) == queries_of_a_run(world, 50)


def test_more_than_a_batch_is_done_in_one_call(world: World) -> None:
    with clock.at(NINE):
        for _ in range(5):
            a_repair(world)
    assert str(look_after(moment=NINE + LIMIT, batch=2)) == "late 5"


def test_running_twice_at_the_same_moment_changes_nothing(world: World) -> None:
    repair_at_nine(world)
    for moment in (NINE + LIMIT / 2, NINE + LIMIT, NINE + LIMIT + DAY):
        look(moment)
        before = everything()
        assert look(moment) == "nothing to do"
        assert everything() == before


def test_nothing_crosses_into_the_next_district(world: World) -> None:
    repair_at_nine(world)
    next_door = District.objects.get(schema_name="nextdoor")
    with tenant_context(next_door):
        assert everything() == {table: [] for table in everything()}
        assert look(NINE + LIMIT) == "nothing to do"
    assert look(NINE + LIMIT) == "late 1"


@pytest.mark.usefixtures("world")
def test_the_command_looks_after_every_district() -> None:
    for schema in ("here", "nextdoor"):
        with tenant_context(District.objects.get(schema_name=schema)):
            repair_at_nine(find_world())
    with clock.at(NINE + LIMIT):
        call_command("lateness", stdout=(out := StringIO()))
    lines = [line.partition("; ")[0] for line in out.getvalue().splitlines()]
    assert lines == ["here: late 1", "nextdoor: late 1"]
