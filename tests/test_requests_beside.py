"""What stands beside a stage until somebody has ruled on it (more time, "not ours"), and what falls when somebody leaves."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

import pytest

from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.matters.actions.delays import ask_delay, rule_delay
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.actions.objections import make_objection, rule_objection
from linli.matters.actions.raising import raise_matter
from linli.matters.actions.vacancies import hand_on_vacant
from linli.matters.models import Duty, Matter
from linli.matters.replay import differences
from linli.people.actions import appoint, end_post, forget
from linli.people.models import Post
from linli.record.models import Event, Sealed
from tests.story_runner import everything
from tests.world import World, a_repair

NINE = datetime(2026, 5, 6, 1, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def repair(world: World) -> Matter:
    """In Gong's hands since nine, due the next day at nine."""
    with clock.at(NINE):
        matter = a_repair(world)
        move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    return matter


def fresh(matter: Matter) -> Matter:
    return Matter.objects.get(pk=matter.pk)


def held_by(matter: Matter) -> str:
    duty = fresh(matter).holder
    assert duty is not None
    return duty.role or (duty.person.name if duty.person else "")


def ask(world: World, matter: Matter, *, limit: str = "2h", hours: int = 1) -> Event:
    with clock.at(NINE + hours * HOUR):
        return ask_delay(matter, limit=limit, reason="等配件", actor=world.gong)


def rule(world: World, matter: Matter, *, grant: bool, by: str = "dan", hours: int = 2) -> Event:
    with clock.at(NINE + hours * HOUR):
        return rule_delay(matter, grant=grant, reason="已核实", actor=getattr(world, by))


def end(world: World, key: str, role: str) -> None:
    for post in Post.objects.filter(person=world.people[key], role=role, until__isnull=True):
        end_post(post)


def test_a_deadline_stands_while_a_delay_is_asked_for_and_moves_when_it_is_granted(
    world: World, repair: Matter
) -> None:
    ask(world, repair)
    assert fresh(repair).due_at == NINE + DAY
    rule(world, repair, grant=True)
    assert (fresh(repair).due_at, fresh(repair).delays) == (NINE + DAY + 2 * HOUR, 1)
    holds = repair.duties.get(kind=Duty.HOLDS, until__isnull=True)
    assert (holds.person_id, holds.due_at) == (world.people["gong"].pk, NINE + DAY + 2 * HOUR)


def test_the_raiser_can_read_who_asked_for_more_time_why_and_what_was_decided(world: World, repair: Matter) -> None:
    asked, granted = ask(world, repair), rule(world, repair, grant=True)
    assert (asked.actor_id, granted.actor_id) == (world.people["gong"].pk, world.people["dan"].pk)
    assert asked.body["limit"] == granted.body["limit"] == "2h"
    reasons = Sealed.objects.filter(event__in=[asked.pk, granted.pk], name="reason").order_by("event_id")
    assert [(one.value, one.about_id) for one in reasons] == [
        ("等配件", world.people["mei"].pk),
        ("已核实", world.people["mei"].pk),
    ]


def test_a_granted_delay_is_warned_of_anew(world: World, repair: Matter) -> None:
    look_after(moment=NINE + DAY / 2)
    ask(world, repair, limit="1workdays", hours=13)
    rule(world, repair, grant=True, hours=14)
    assert (fresh(repair).warned_at, fresh(repair).attend_at) == (None, fresh(repair).warn_at)


def test_a_refused_delay_leaves_the_deadline_and_may_be_asked_for_again(world: World, repair: Matter) -> None:
    ask(world, repair)
    rule(world, repair, grant=False)
    assert fresh(repair).due_at == NINE + DAY
    ask(world, repair, hours=3)


def test_a_delay_that_nobody_rules_on_lapses_at_the_deadline_and_the_matter_is_late(
    world: World, repair: Matter
) -> None:
    ask(world, repair)
    report = look_after(moment=NINE + DAY)
    assert dict(report.done) == {"delay_lapsed": 1, "late": 1}
    with pytest.raises(Conflict, match="No request is waiting"):
        rule(world, repair, grant=True, hours=25)


@pytest.mark.parametrize(
    ("limit", "words"),
    [("6workdays", "最多可延长5个工作日"), ("soon", "看不懂时限"), ("999h", "最多可延长")],
)
def test_a_delay_beyond_the_rule_is_refused_with_the_rule(world: World, repair: Matter, limit: str, words: str) -> None:
    before = everything()
    with pytest.raises(Refused) as caught:
        ask(world, repair, limit=limit)
    assert words in caught.value.sentence.zh
    assert everything() == before


def test_a_delay_needs_a_reason_that_the_raiser_can_read(world: World, repair: Matter) -> None:
    with clock.at(NINE), pytest.raises(Refused, match="give a reason"):
        ask_delay(repair, limit="2h", reason="  ", actor=world.gong)


def test_only_the_holder_asks_and_only_the_step_above_rules(world: World, repair: Matter) -> None:
    with clock.at(NINE), pytest.raises(NotYours, match="Only who holds"):
        ask_delay(repair, limit="2h", reason="等配件", actor=world.an)
    ask(world, repair)
    with pytest.raises(NotYours, match="by the step above"):
        rule(world, repair, grant=True, by="gong")


def test_nobody_grants_a_delay_to_themselves(world: World) -> None:
    """A building head who found something on the round is also the first step of its chain."""
    with clock.at(NINE):
        matter = raise_matter(
            "patrol", world.place("building1"), actor=world.lao_li, key=uuid.uuid4(),
            answers={"capacity": "inspector", "what": "楼道有杂物"},
        )  # fmt: skip
        ask_delay(matter, limit="1workdays", reason="太忙", actor=world.lao_li)
        assert repair_rules(matter) == "building_lead"
        with pytest.raises(NotYours, match="request of their own"):
            rule_delay(matter, grant=True, reason="同意", actor=world.lao_li)


def repair_rules(matter: Matter) -> str:
    return matter.duties.get(kind__in=(Duty.RULES_DELAY, Duty.RULES_OBJECTION), until__isnull=True).role


def test_a_request_goes_with_the_stage(world: World, repair: Matter) -> None:
    ask(world, repair)
    with clock.at(NINE + 2 * HOUR):
        move(repair, "finish", actor=world.gong, answers={"reply": "已修好"})
    assert not repair.duties.filter(kind=Duty.RULES_DELAY, until__isnull=True).exists()


def test_a_granted_delay_survives_being_handed_over(world: World, repair: Matter) -> None:
    ask(world, repair)
    with clock.at(NINE + HOUR):
        end(world, "gong", "property_worker")
        assert hand_on_vacant() == 1
    rule(world, repair, grant=True)
    assert (held_by(repair), fresh(repair).due_at) == ("community", NINE + DAY + 2 * HOUR)


def test_an_upheld_objection_hands_over_and_the_clock_runs_on(world: World, repair: Matter) -> None:
    with clock.at(NINE + HOUR):
        make_objection(repair, reason="属公共管道", actor=world.gong)
    assert (repair_rules(repair), held_by(repair)) == ("community", "龚师傅")
    with clock.at(NINE + 2 * HOUR):
        rule_objection(repair, take_over="property_desk", reason="由前台另派", actor=world.shu)
    assert (held_by(repair), fresh(repair).due_at) == ("property_desk", NINE + DAY)
    assert differences(repair) == {}


def test_an_objection_is_made_once_whatever_was_ruled(world: World, repair: Matter) -> None:
    with clock.at(NINE + HOUR):
        make_objection(repair, reason="属公共管道", actor=world.gong)
        rule_objection(repair, reason="就归你", actor=world.shu)
        assert held_by(repair) == "龚师傅"
        with pytest.raises(Conflict, match="made once already"):
            make_objection(repair, reason="真不归我", actor=world.gong)


def test_an_objection_that_nobody_rules_on_lapses_and_the_assignment_stands(world: World, repair: Matter) -> None:
    with clock.at(NINE):
        make_objection(repair, reason="属公共管道", actor=world.gong)
    due = repair.duties.get(kind=Duty.RULES_OBJECTION).due_at
    assert dict(look_after(moment=due).done) == {"objection_lapsed": 1}
    assert held_by(repair) == "龚师傅"


def test_an_objection_lapses_in_time_though_its_holder_left_meanwhile(world: World) -> None:
    """A matter that has come to the top is not looked at for itself any more; its open request still is."""
    with clock.at(NINE):
        matter = raise_matter(
            "called_unit", world.place("building1"), actor=world.shu, key=uuid.uuid4(),
            answers={"unit": world.id_of("fa"), "task": "查处"},
        )  # fmt: skip
    moment = NINE + 5 * DAY
    for days in (2, 3, 4, 5):
        look_after(moment=NINE + days * DAY)
    assert fresh(matter).at_top
    with clock.at(moment):
        make_objection(matter, reason="不属我单位", actor=world.fa)
        end(world, "fa", "department")
        assert hand_on_vacant() == 1
        due = matter.duties.get(kind=Duty.RULES_OBJECTION).due_at
    assert fresh(matter).attend_at == due
    assert dict(look_after(moment=due).done) == {"objection_lapsed": 1}


def test_the_raiser_cannot_object_to_being_asked(world: World, repair: Matter) -> None:
    with clock.at(NINE):
        move(repair, "finish", actor=world.gong, answers={"reply": "已修好"})
        with pytest.raises(Refused, match="the raiser's own word"):
            make_objection(repair, reason="不想评", actor=world.mei)


def test_who_would_rule_cannot_object(world: World) -> None:
    with clock.at(NINE):
        matter = a_repair(world)
        Post.objects.filter(role="property_desk").update(until=NINE)
        hand_on_vacant()
        assert held_by(matter) == "community"
        with pytest.raises(Refused, match="rule on it yourself"):
            make_objection(matter, reason="不归社区", actor=world.shu)


def test_a_delay_and_an_objection_wait_side_by_side(world: World, repair: Matter) -> None:
    ask(world, repair)
    with clock.at(NINE + HOUR):
        make_objection(repair, reason="属公共管道", actor=world.gong)
    objection = repair.duties.get(kind=Duty.RULES_OBJECTION)
    look_after(moment=objection.due_at)
    assert list(repair.duties.filter(until__isnull=True, kind=Duty.RULES_DELAY)) != []
    rule(world, repair, grant=True, hours=8)
    assert fresh(repair).due_at == NINE + DAY + 2 * HOUR


def test_what_a_vacant_seat_held_falls_to_the_next_filled_step_and_the_record_says_so(world: World) -> None:
    with clock.at(NINE):
        matter = raise_matter(
            "patrol", world.place("building1"), actor=world.lao_li, key=uuid.uuid4(), urgency="emergency",
            answers={"capacity": "inspector", "what": "污水外溢"},
        )  # fmt: skip
        end(world, "wen", "grid_worker")
        assert hand_on_vacant() == 1
        assert hand_on_vacant() == 0
    assert (held_by(matter), fresh(matter).due_at) == ("grid_branch", NINE + HOUR / 2)
    fell = Event.objects.get(chain=matter.pk, verb="fell")
    assert (fell.body["fell"], fell.actor_id) == (["grid_worker@grid"], None)


def test_a_seat_with_a_successor_keeps_what_it_held(world: World) -> None:
    with clock.at(NINE):
        matter = a_repair(world)
        appoint(world.people["jing"], "property_desk", world.place("estate"), since=NINE)
        end(world, "an", "property_desk")
        assert hand_on_vacant() == 0
    assert held_by(matter) == "property_desk"


def test_whose_term_has_ended_can_do_nothing_from_that_moment(world: World) -> None:
    with clock.at(NINE):
        matter = a_repair(world)
        end(world, "an", "property_desk")
        with pytest.raises(NotYours):
            move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})


def test_a_named_person_who_leaves_hands_on_what_was_given_for_that_post(world: World, repair: Matter) -> None:
    with clock.at(NINE + HOUR):
        end(world, "gong", "property_worker")
        assert hand_on_vacant() == 1
    assert held_by(repair) == "community"
    assert Event.objects.get(chain=repair.pk, verb="fell").body["fell"] == ["property_worker@estate"]


def test_losing_another_post_takes_nothing_away(world: World, repair: Matter) -> None:
    with clock.at(NINE):
        appoint(world.people["gong"], "resident", world.place("room_next"), since=NINE - DAY)
    with clock.at(NINE + HOUR):
        end(world, "gong", "resident")
        assert hand_on_vacant() == 0
    assert held_by(repair) == "龚师傅"


def test_the_verdict_stays_with_a_raiser_who_moved_away(world: World, repair: Matter) -> None:
    with clock.at(NINE + HOUR):
        move(repair, "finish", actor=world.gong, answers={"reply": "已修好"})
        end(world, "mei", "resident")
        assert hand_on_vacant() == 0
    assert held_by(repair) == "王小梅"


def test_what_a_forgotten_person_held_is_handed_on(world: World, repair: Matter) -> None:
    with clock.at(NINE + HOUR):
        forget(world.people["gong"])
        assert hand_on_vacant() == 1
    assert held_by(repair) == "community"


def test_with_the_whole_chain_vacant_the_top_seat_holds_what_falls(world: World) -> None:
    with clock.at(NINE):
        matter = a_repair(world)
        roles = ("property_desk", "unit_lead", "building_lead", "grid_worker", "grid_branch", "community")
        Post.objects.filter(role__in=roles).update(until=NINE)
        assert (hand_on_vacant(), hand_on_vacant()) == (1, 0)
    assert held_by(matter) == "community"
