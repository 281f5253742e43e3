from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection

from linli.lib import clock
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.models import Matter
from linli.matters.replay import differences, fold, stored
from tests.world import World, a_repair

NINE = datetime(2026, 5, 6, 1, tzinfo=UTC)


def test_holder_and_supervisor_go_with_the_stage_they_belong_to() -> None:
    entered = {"now": {"entry": 1, "stage": "received"}, "holder": {"role": "desk"}}
    late = {"now": {"climbed": 1}, "supervisor": {"role": "lead"}}
    moved = {"now": {"entry": 2, "stage": "doing", "climbed": 0}, "holder": {"person": "p"}}
    ended = {"now": {"entry": 3, "stage": "solved", "outcome": "solved"}}
    assert fold([entered, late])["supervisor"] == {"role": "lead"}
    assert (fold([entered, late, moved])["holder"], fold([entered, late, moved])["supervisor"]) == (
        {"person": "p"},
        None,
    )
    assert (fold([entered, moved, ended])["holder"], fold([entered, moved, ended])["stage"]) == (None, "solved")


def test_a_hand_over_within_a_stage_leaves_the_supervisor() -> None:
    entered = {"now": {"entry": 1}, "holder": {"role": "desk"}}
    folded = fold([entered, {"now": {}, "supervisor": {"role": "lead"}}, {"now": {}, "holder": {"role": "grid"}}])
    assert (folded["holder"], folded["supervisor"]) == ({"role": "grid"}, {"role": "lead"})


def test_a_late_matter_that_moved_on_is_told_whole_by_its_record(world: World) -> None:
    with clock.at(NINE):
        matter = a_repair(world)
    look_after(moment=NINE + timedelta(minutes=30))
    assert stored(matter)["supervisor"] == {"role": "unit_lead", "place": str(world.place("unit1").pk)}
    assert differences(matter) == {}
    with clock.at(NINE + timedelta(hours=1)):
        move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    assert (stored(matter)["late_at"], stored(matter)["supervisor"]) == (None, None)
    assert differences(matter) == {}


def test_a_column_changed_behind_the_back_of_the_record_is_named(world: World) -> None:
    matter = a_repair(world)
    Matter.objects.filter(pk=matter.pk).update(due_at=NINE + timedelta(days=300))
    assert set(differences(matter)) == {"due_at"}


def test_an_event_cut_off_the_end_of_the_record_is_seen(world: World) -> None:
    matter = a_repair(world)
    move(matter, "decline", actor=world.an, answers={"reply": "不归物业管"})
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM record_sealed WHERE event_id = (SELECT max(id) FROM record_event)")
        cursor.execute("DELETE FROM record_event WHERE chain = %s AND seq = 2", [matter.pk])
        cursor.execute("SET session_replication_role = DEFAULT")
    assert {"version", "head", "stage", "outcome"} <= set(differences(matter))
