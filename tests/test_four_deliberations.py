"""Four deliberations, two disclosures: each step by its own rule, none skipped, and which wording of the plan each decided."""

from __future__ import annotations

import hashlib
import uuid
from datetime import date, datetime, time, timedelta

import pytest

from linli.lib import clock
from linli.lib.refusals import Refused
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.models import Matter
from linli.meetings.actions import agenda, calling, closing, holding
from linli.meetings.hands import Hands
from linli.meetings.models import Meeting
from linli.people.actions import add_person
from linli.playbooks.examine import examine
from linli.playbooks.library import shipped_source
from linli.record.models import Event
from linli.record.queries import broken_chains
from linli.register.models import Standing
from tests.meeting_steps import called, hold, meeting_of, sit
from tests.pages import text_of, visit
from tests.world import World

MORNING = datetime(2026, 5, 6, 9, tzinfo=clock.ZONE)
FIRST, SECOND, THIRD = "硬化三百米，投资三十万元", "硬化三百米，投资二十八万元", "硬化两百米，投资二十万元"


def fresh(matter: Matter) -> Matter:
    return Matter.objects.get(pk=matter.pk)


def proposed(world: World, what: str = "村道硬化") -> Matter:
    """Proposed with its first plan; the consultation is being prepared."""
    with clock.at(MORNING):
        answers = {"what": what, "kind": "delegated"}
        place = world.place("community")
        matter = raise_matter("four_deliberations", place, actor=world.min, answers=answers, key=uuid.uuid4())
        move(matter, "propose", actor=world.shu, answers={"plan": FIRST})
    return fresh(matter)


def consulted(world: World) -> Matter:
    matter = proposed(world)
    with clock.at(MORNING):
        hold(matter, world.shu, "passed", lambda at: None)
    return fresh(matter)


def under_review(world: World, members: int) -> Meeting:
    """So many party members stand in the register; the plan has been sent to them and the meeting is called."""
    for number in range(members):
        person = add_person(f"党员{number:02}", phone=f"139{number:08}")
        place = world.place("community")
        Standing.objects.create(person=person, electorate="party_member", place=place, since=date(2020, 1, 1))
    matter = consulted(world)
    with clock.at(MORNING + timedelta(days=5)):
        move(matter, "send", actor=world.shu, answers={"plan": SECOND})
        return called(fresh(matter), world.shu)


@pytest.mark.parametrize(
    ("present", "hands", "outcome", "stage"),
    [
        (25, Hands(19, 6, 0), "passed", "by_representatives"),
        (25, Hands(18, 7, 0), "failed", "reworking"),
        (24, Hands(19, 5, 0), "no_quorum", "reviewing_again"),
        (37, Hands(18, 0, 19), "failed", "reworking"),
    ],
)
def test_of_37_members_25_must_come_and_19_agree(
    world: World, present: int, hands: Hands, outcome: str, stage: str
) -> None:
    meeting = under_review(world, 37)
    assert (meeting.due_heads, meeting.at is not None) == (37, True)
    with clock.at(meeting.at or MORNING):
        holding.open_meeting(meeting, actor=world.shu)
        for seat in meeting.seats.order_by("person__name")[:present]:
            holding.check_in_by_hand(meeting, seat.person_id, actor=world.shu)
        assert holding.vote(meeting, 1, hands, actor=world.shu) == outcome
        how = "decision" if outcome == "passed" else "information"
        holding.end_item(meeting, 1, holding.Ending(how, "已表决"), actor=world.shu)
        closing.close(meeting, actor=world.shu)
        closing.approve(meeting, actor=world.shu)
    meeting.refresh_from_db()
    assert (meeting.outcome, fresh(meeting.matter).stage) == (outcome, stage)
    assert f"应到有表决权 37 人，实到 {present} 人" in meeting.minutes
    assert list(broken_chains()) == []


def test_the_plan_is_with_the_members_three_whole_days_before(world: World) -> None:
    matter = consulted(world)
    sent = MORNING + timedelta(days=5)
    with clock.at(sent):
        move(matter, "send", actor=world.shu)
        meeting = meeting_of(fresh(matter))
        calling.seat(meeting, world.people["hua"].pk, "party_member", votes=True, actor=world.shu)
        midnight = datetime.combine(clock.local_day(sent) + timedelta(days=4), time(), clock.ZONE)
        calling.plan(meeting, midnight - timedelta(minutes=1), "会议室", actor=world.shu)
        with pytest.raises(Refused, match="3 days before"):
            calling.call(meeting, actor=world.shu)
        calling.plan(meeting, midnight, "会议室", actor=world.shu)
        calling.call(meeting, actor=world.shu)
    assert meeting_of(fresh(matter)).called_at == sent


def test_each_meeting_is_bound_to_the_wording_that_it_decided(world: World) -> None:
    meeting = under_review(world, 3)
    matter = meeting.matter
    with clock.at(meeting.at or MORNING):
        sit(meeting, world.shu, "failed")
        move(fresh(matter), "resubmit", actor=world.shu, answers={"reason": "缩小规模", "plan": THIRD})
    decided = {1: FIRST, 2: SECOND, 3: THIRD}
    meetings = list(Meeting.objects.filter(matter=matter).order_by("entry"))
    assert [(one.stage, one.plan_version) for one in meetings] == [
        ("consulting", 1),
        ("reviewing", 2),
        ("consulting", 3),
    ]
    for one in meetings:
        digest = hashlib.sha256(decided[one.plan_version or 0].encode()).hexdigest()
        assert bytes(one.plan_digest or b"").hex() == digest
        begun = Event.objects.get(chain=one.pk, verb="begun")
        assert (begun.body["plan"], begun.body["plan_digest"]) == (one.plan_version, digest)
    assert f"第 2 版（SHA-256 {hashlib.sha256(SECOND.encode()).hexdigest()}）" in meetings[1].minutes


def test_an_unchanged_plan_stays_the_same_version(world: World) -> None:
    matter = consulted(world)
    with clock.at(MORNING + timedelta(days=5)):
        move(matter, "send", actor=world.shu, answers={"plan": FIRST})
    assert meeting_of(fresh(matter)).plan_version == 1


def test_the_matter_shows_each_meeting_with_its_count_and_each_wording_of_the_plan(world: World) -> None:
    meeting = under_review(world, 3)
    with clock.at(meeting.at or MORNING):
        sit(meeting, world.shu, "passed")
        text = text_of(visit(world, "shu").get(f"/matters/{meeting.matter.number}/"))
    for words in (
        FIRST,
        SECOND,
        "“两委”商议",
        "党员大会审议",
        "应到 3 人，到会 3 人：赞成 3，反对 0，弃权 0",
        "方案第 2 版",
    ):
        assert words in text
    assert hashlib.sha256(SECOND.encode()).hexdigest() in text


def test_who_is_a_party_member_is_read_by_members_and_their_convener_alone(world: World) -> None:
    meeting = under_review(world, 3)
    address = f"/meetings/{meeting.pk}/"
    assert "党员01" in text_of(visit(world, "shu").get(address))
    for key in ("", "mei", "min"):  # Min raised the matter and is a party to it
        text = text_of(visit(world, key).get(address))
        assert "党员 3" in text
        assert "党员0" not in text
        assert SECOND not in text


def test_the_convener_changes_nothing_of_what_the_register_says_is_due(world: World) -> None:
    place, matter = world.place("grid1"), consulted(world)  # a branch keeps its list by grid
    for key in ("mei", "bo", "qin"):
        Standing.objects.create(
            person=world.people[key], electorate="party_member", place=place, since=date(2020, 1, 1)
        )
    with clock.at(MORNING + timedelta(days=5)):
        move(matter, "send", actor=world.shu)
        meeting = meeting_of(fresh(matter))
        with pytest.raises(Refused, match="so this seat stands"):
            calling.unseat(meeting, world.people["mei"].pk, actor=world.shu)
        with pytest.raises(Refused, match="so this seat stands"):
            calling.seat(meeting, world.people["mei"].pk, "party_member", votes=False, actor=world.shu)
        with pytest.raises(Refused, match="without a vote"):
            calling.seat(meeting, world.people["dan"].pk, "party_member", votes=True, actor=world.shu)
        calling.seat(meeting, world.people["dan"].pk, "villager", votes=False, actor=world.shu)
        page = text_of(visit(world, "shu").get(f"/meetings/{meeting.pk}/"))
        assert called(fresh(matter), world.shu).due_heads == 3
    assert page.count("应到名册上的人员") == 3


def test_what_a_meeting_is_held_for_cannot_be_taken_off_its_agenda(world: World) -> None:
    matter = proposed(world)
    with clock.at(MORNING), pytest.raises(Refused, match="so it stays"):
        agenda.drop_item(meeting_of(matter), 1, actor=world.shu)
    assert meeting_of(matter).items.get().matter_id == matter.pk


def test_a_question_put_off_comes_back_once_and_to_its_own_matter_alone(world: World) -> None:
    matter = proposed(world)
    with clock.at(MORNING):
        hold(matter, world.shu, "adjourned", lambda at: None)
        other = proposed(world, "更换路灯")
        move(fresh(matter), "call_again", actor=world.shu)
    items = meeting_of(fresh(matter)).items.all()
    assert [(one.matter_id, one.carried_from is not None) for one in items] == [(matter.pk, True)]
    assert [one.matter_id for one in meeting_of(other).items.all()] == [other.pk]


@pytest.mark.parametrize(
    ("old", "new", "step"),
    [
        ("propose: {to: consulting", "propose: {to: reviewing", "“两委会商议”"),
        ("notice_days: 3,", "notice_days: 2,", "“党员大会审议”"),
        ("notice_days: 3, ", "", "“党员大会审议”"),
        ("{passed: resolving, failed: reworking,", "{passed: resolving, failed: resolving,", "“党员大会审议”"),
        ("post: {to: posting_decision, title: {zh: 张贴决议", "post: {to: carrying_out, title: {zh: 张贴决议", "“决议公开”"),
        ("{posted: carrying_out, objected: correcting_decision}", "{posted: carrying_out, objected: carrying_out}", "“决议公开”"),
        ("limit: 15d                         # 公布", "limit: 14d                         # 公布", "“决议公开”"),
        ("limit: 15d                         # 同上", "limit: 14d                         # 同上", "“实施结果公开”"),
        ("{posted: filing, objected: correcting_result}", "{posted: filing, objected: filing}", "“实施结果公开”"),
    ],
)  # fmt: skip
def test_no_step_can_be_skipped_cut_short_or_passed_without_being_carried(old: str, new: str, step: str) -> None:
    text = shipped_source("four_deliberations")
    assert text.count(old) == 1
    assert examine(text).problems == ()
    refused = [problem.message.zh for problem in examine(text.replace(old, new)).problems if problem.check == "P14"]
    assert refused
    assert all(step in sentence for sentence in refused)


def test_the_list_of_meetings_says_which_step_each_is_and_whether_it_carried(world: World) -> None:
    meeting = under_review(world, 3)
    with clock.at(meeting.at or MORNING):
        sit(meeting, world.shu, "failed")
        text = text_of(visit(world).get("/meetings/"))
    assert "“两委”商议 · 青榆社区 通过 四议两公开" in text
    assert "党员大会审议 · 青榆社区 未通过 四议两公开" in text
