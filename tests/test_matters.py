from __future__ import annotations

import uuid

import pytest
from django_tenants.utils import tenant_context

from linli.districts.models import District
from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.answers import BadAnswers
from linli.matters.models import Matter
from linli.people.models import Post
from linli.record.models import Event
from tests.world import World, a_repair, find_world


def test_a_repair_goes_from_the_door_to_the_archive(world: World) -> None:
    matter = a_repair(world)
    move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    move(matter, "finish", actor=world.gong, answers={"reply": "已修好"})
    move(matter, "confirm", actor=world.mei, answers={"score": "5"})
    matter.refresh_from_db()
    assert (matter.outcome, matter.holder_id, matter.due_at) == ("solved", None, None)
    assert matter.answered_at is not None


def test_a_repeated_submission_is_the_same_matter(world: World) -> None:
    key = uuid.uuid4()
    first, again = (
        raise_matter("repair", world.place("room"), actor=world.mei, answers={"what": "灯坏了"}, key=key)
        for _ in range(2)
    )
    assert first.pk == again.pk
    assert Matter.objects.count() == 1


def test_a_repeated_move_returns_the_first_event(world: World) -> None:
    matter, key = a_repair(world), uuid.uuid4()
    worker = {"worker": world.id_of("gong")}
    first = move(matter, "accept", actor=world.an, answers=worker, key=key)
    again = move(matter, "accept", actor=world.an, answers=worker, key=key)
    assert first.pk == again.pk


def test_who_looked_at_an_older_state_is_told_that_somebody_was_faster(world: World) -> None:
    matter = a_repair(world)
    move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")}, seen=1)
    with pytest.raises(Conflict, match="just dealt with"):
        move(matter, "decline", actor=world.an, answers={"reply": "不归物业管"}, seen=1)


def test_a_move_that_is_not_open_says_where_the_matter_stands(world: World) -> None:
    matter = a_repair(world)
    with pytest.raises(Conflict) as caught:
        move(matter, "confirm", actor=world.mei)
    assert "待受理" in caught.value.sentence.zh


def test_a_move_of_another_is_refused_with_whose_it_is(world: World) -> None:
    matter = a_repair(world)
    with pytest.raises(NotYours) as caught:
        move(matter, "accept", actor=world.mei, answers={"worker": world.id_of("gong")})
    assert "物业前台" in caught.value.sentence.zh


def test_every_missing_answer_is_named_at_once(world: World) -> None:
    with pytest.raises(BadAnswers) as caught:
        raise_matter(
            "joint_enforcement", world.place("room"), actor=world.mei, answers={"phone": "12"}, key=uuid.uuid4()
        )
    assert set(caught.value.problems) == {"offence", "what", "phone"}


def test_a_stage_whose_seat_is_vacant_begins_with_the_next_filled_step_and_the_record_says_so(world: World) -> None:
    Post.objects.filter(role="property_desk").update(until=clock.now())
    matter = a_repair(world, at="room_building2", by="qin")
    assert matter.holder is not None
    assert (matter.holder.role, matter.holder.place) == ("community", world.place("community"))
    assert Event.objects.get(chain=matter.pk).body["fell"] == ["property_desk@estate"]


def test_a_repeated_submission_is_the_same_matter_even_if_it_could_not_be_raised_any_more(world: World) -> None:
    """The answer to the first got lost on the way; meanwhile the resident moved out, and the text came in empty."""
    key = uuid.uuid4()
    first = raise_matter("repair", world.place("room"), actor=world.mei, answers={"what": "灯坏了"}, key=key)
    Post.objects.filter(person=world.people["mei"]).update(until=clock.now())
    assert raise_matter("repair", world.place("room"), actor=world.mei, answers={}, key=key).pk == first.pk


def test_only_sending_back_what_was_answered_is_another_round(world: World) -> None:
    """A finder who hands on a patrol has judged nothing yet."""
    found = {"capacity": "inspector", "what": "楼道有杂物"}
    matter = raise_matter("patrol", world.place("building1"), actor=world.lao_li, answers=found, key=uuid.uuid4())
    move(matter, "hand_on", actor=world.lao_li)
    assert Matter.objects.get(pk=matter.pk).rounds == 1
    move(matter, "finish", actor=world.wen, answers={"reply": "已清走"})
    move(matter, "reopen", actor=world.lao_li, answers={"reason": "又堆上了"})
    assert Matter.objects.get(pk=matter.pk).rounds == 2


def test_what_is_raised_here_is_not_seen_next_door(world: World) -> None:
    matter = a_repair(world)
    with tenant_context(District.objects.get(schema_name="nextdoor")):
        assert not Matter.objects.exists()
        assert not Event.objects.exists()
        with pytest.raises(Matter.DoesNotExist):
            move(matter, "withdraw", actor=find_world().mei)
    assert Matter.objects.get().pk == matter.pk


def test_a_warning_between_reading_and_sending_takes_nobodys_turn(world: World) -> None:
    matter = a_repair(world)
    assert matter.warn_at is not None
    look_after(moment=matter.warn_at)
    move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")}, seen=1)
    matter.refresh_from_db()
    assert (matter.stage, matter.version) == ("doing", 3)
