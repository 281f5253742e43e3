"""Meetings: called in time, nothing put on the agenda lost, hands counted by the rule, minutes from the record."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest

from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.models import Matter
from linli.meetings.actions import agenda, calling, closing, holding
from linli.meetings.actions.following import begin_missing
from linli.meetings.actions.tasks import Assignment
from linli.meetings.hands import Hands, has_quorum, verdict_of
from linli.meetings.models import Item, Meeting, Seat
from linli.record.heads import cut_chains
from linli.record.models import Event
from linli.record.queries import broken_chains
from linli.register.actions.standings import enter_standing
from tests.meeting_steps import called, hold, meeting_of
from tests.pages import a_key, hidden, text_of, visit
from tests.world import World

MORNING = datetime(2026, 5, 6, 9, tzinfo=clock.ZONE)


@pytest.fixture
def matter(world: World) -> Matter:
    with clock.at(MORNING):
        answers = {"what": "停车"}
        return raise_matter("joint_meeting", world.place("estate"), actor=world.yang, answers=answers, key=uuid.uuid4())


@pytest.fixture
def meeting(matter: Matter) -> Meeting:
    return meeting_of(matter)


def in_session(world: World, matter: Matter) -> Meeting:
    """Called, and opened with everybody present."""
    with clock.at(MORNING):
        meeting = called(matter, world.yang)
    assert meeting.at is not None
    with clock.at(meeting.at):
        holding.open_meeting(meeting, actor=world.yang)
        for seat in meeting.seats.all():
            holding.check_in_by_hand(meeting, seat.person_id, actor=world.yang)
    return meeting_of(matter)


# -- before it


def test_those_whom_the_playbook_names_have_a_seat_from_the_start(world: World, meeting: Meeting) -> None:
    seats = {(seat.side, world.key_of(seat.person_id)) for seat in meeting.seats.all()}
    assert seats == {("committee", "yang"), ("property", "jing"), ("community", "shu"), ("resident", "lao_li")}


@pytest.mark.parametrize(
    ("at", "taken"),
    [("2026-05-09T23:59", False), ("2026-05-10T00:00", True), ("2026-05-09T09:00", False), ("2026-05-12T19:00", True)],
)
def test_the_notice_goes_out_whole_days_before_and_its_own_day_is_not_counted(
    world: World, meeting: Meeting, at: str, taken: bool
) -> None:
    with clock.at(MORNING):
        calling.plan(meeting, datetime.fromisoformat(at).replace(tzinfo=clock.ZONE), "会议室", actor=world.yang)
        agenda.add_item(meeting, agenda.Point("通报", "report"), actor=world.yang)
        if taken:
            calling.call(meeting, actor=world.yang)
        else:
            with pytest.raises(Refused, match="cannot be held before"):
                calling.call(meeting, actor=world.yang)
    meeting.refresh_from_db()
    assert (meeting.called_at is not None) is taken


def test_a_meeting_without_points_or_seats_or_time_is_not_called(world: World, meeting: Meeting) -> None:
    with clock.at(MORNING):
        with pytest.raises(Refused, match="day and time"):
            calling.call(meeting, actor=world.yang)
        calling.plan(meeting, MORNING + timedelta(days=9), "会议室", actor=world.yang)
        with pytest.raises(Refused, match="agenda is empty"):
            calling.call(meeting, actor=world.yang)
        agenda.add_item(meeting, agenda.Point("通报", "report"), actor=world.yang)
        for seat in list(meeting.seats.all()):
            calling.unseat(meeting, seat.person_id, actor=world.yang)
        with pytest.raises(Refused, match="No seat has a vote"):
            calling.call(meeting, actor=world.yang)


def test_after_the_notice_time_and_seats_stand_and_nothing_new_is_decided(world: World, matter: Matter) -> None:
    with clock.at(MORNING):
        meeting = called(matter, world.yang)
        with pytest.raises(Conflict, match="The notice has gone out"):
            calling.plan(meeting, MORNING + timedelta(days=30), "别处", actor=world.yang)
        with pytest.raises(Conflict, match="The notice has gone out"):
            calling.seat(meeting, world.people["an"].pk, "property", votes=True, actor=world.yang)
        with pytest.raises(Refused, match="not announced cannot be decided"):
            agenda.add_item(meeting, agenda.Point("临时动议", "decide"), actor=world.yang)
        agenda.add_item(meeting, agenda.Point("临时通报", "report"), actor=world.yang)
    assert meeting.items.count() == 2


def test_what_a_resident_proposes_stays_until_it_is_answered(world: World, matter: Matter, meeting: Meeting) -> None:
    with clock.at(MORNING):
        agenda.propose(meeting, "东门何时装灯", actor=world.mei)
        with pytest.raises(Refused, match="the meeting answers each"):
            agenda.drop_item(meeting, 1, actor=world.yang)
    meeting = in_session(world, matter)
    with clock.at(MORNING + timedelta(days=6)), pytest.raises(Refused, match="no result yet: 1"):
        closing.close(meeting, actor=world.yang)


def test_one_person_proposes_three_topics_and_no_more(world: World, meeting: Meeting) -> None:
    with clock.at(MORNING):
        for title in ("一", "二", "三"):
            agenda.propose(meeting, title, actor=world.mei)
        with pytest.raises(Refused, match="proposed 3 topics already"):
            agenda.propose(meeting, "四", actor=world.mei)
    assert meeting.items.count() == 3


def test_a_topic_sent_twice_is_one_topic(world: World, meeting: Meeting) -> None:
    key = uuid.uuid4()
    with clock.at(MORNING):
        for _ in range(2):
            agenda.propose(meeting, "东门何时装灯", actor=world.mei, key=key)
    assert meeting.items.count() == 1


def test_a_stranger_proposes_nothing_and_a_resident_convenes_nothing(world: World, meeting: Meeting) -> None:
    with pytest.raises(NotYours):
        agenda.propose(meeting, "题外话", actor=world.stranger)
    with pytest.raises(NotYours):
        calling.call(meeting, actor=world.mei)
    with pytest.raises(NotYours):
        holding.open_meeting(meeting, actor=world.an)


# -- in session


def test_people_check_in_from_an_hour_before(world: World, matter: Matter) -> None:
    with clock.at(MORNING):
        meeting = called(matter, world.yang)
    assert meeting.at is not None
    with clock.at(meeting.at - timedelta(minutes=61)), pytest.raises(Refused, match="from an hour before"):
        holding.check_in(meeting, actor=world.jing)
    with clock.at(meeting.at - timedelta(minutes=60)):
        holding.check_in(meeting, actor=world.jing)
    assert Seat.objects.get(meeting=meeting, person=world.people["jing"]).present == "code"


def test_checking_in_twice_is_once_and_whoever_has_gone_is_not_counted(world: World, matter: Matter) -> None:
    meeting = in_session(world, matter)
    assert meeting.at is not None
    with clock.at(meeting.at + timedelta(minutes=5)):
        before = meeting.version
        holding.check_in(meeting, actor=world.jing)
        assert meeting_of(matter).version == before
        agenda.add_item(meeting, agenda.Point("说明"), actor=world.yang)
        holding.leave(meeting, world.people["jing"].pk, actor=world.yang)
        Item.objects.filter(meeting=meeting, number=2).update(purpose="decide")
        with pytest.raises(Refused, match="only 3 people"):
            holding.vote(meeting, 2, Hands(4, 0, 0), actor=world.yang)
        assert holding.vote(meeting, 2, Hands(2, 1, 0), actor=world.yang) == "passed"


@pytest.mark.parametrize(
    ("rule", "due", "present", "hands", "verdict"),
    [
        ("", 9, 4, Hands(2, 2, 0), "failed"),
        ("", 9, 4, Hands(3, 1, 0), "passed"),
        ("", 9, 5, Hands(3, 0, 0), "passed"),
        ("", 9, 6, Hands(3, 0, 0), "failed"),
        ("cn-residents-representatives", 30, 19, Hands(19, 0, 0), "no_quorum"),
        ("cn-residents-representatives", 30, 20, Hands(11, 9, 0), "passed"),
        ("cn-residents-representatives", 30, 20, Hands(10, 0, 0), "failed"),
        ("cn-village-representatives", 37, 25, Hands(13, 12, 0), "passed"),
        ("cn-village-representatives", 37, 24, Hands(24, 0, 0), "no_quorum"),
    ],
)
def test_hands_are_counted_by_the_rule(rule: str, due: int, present: int, hands: Hands, verdict: str) -> None:
    assert verdict_of(rule, due=due, present=present, hands=hands) == verdict
    assert has_quorum(rule, due=due, present=present) is (verdict != "no_quorum")


def test_what_owners_decide_by_heads_and_area_is_not_decided_by_hands() -> None:
    with pytest.raises(Refused, match="Hold a ballot"):
        verdict_of("cn-civil-278-8", due=10, present=10, hands=Hands(10, 0, 0))


def test_a_point_that_was_voted_down_does_not_end_as_a_decision(world: World, matter: Matter) -> None:
    with clock.at(MORNING):
        agenda.add_item(meeting_of(matter), agenda.Point("调整门禁时间", "decide"), actor=world.yang)
    meeting = in_session(world, matter)
    with clock.at(MORNING + timedelta(days=6)):
        decision = holding.Ending("decision", "同意")
        with pytest.raises(Refused, match="must be voted on"):
            holding.end_item(meeting, 1, decision, actor=world.yang)
        holding.vote(meeting, 1, Hands(1, 3, 0), actor=world.yang)
        with pytest.raises(Refused, match="did not carry"):
            holding.end_item(meeting, 1, decision, actor=world.yang)
        holding.vote(meeting, 1, Hands(3, 1, 0), actor=world.yang)
        holding.end_item(meeting, 1, decision, actor=world.yang)
        with pytest.raises(Conflict, match="has ended already"):
            holding.end_item(meeting, 1, decision, actor=world.yang)


def test_a_task_is_a_matter_with_holder_and_deadline_that_the_asker_judges(world: World, matter: Matter) -> None:
    with clock.at(MORNING):
        agenda.propose(meeting_of(matter), "东门何时装灯", actor=world.mei)
    meeting = in_session(world, matter)
    with clock.at(MORNING + timedelta(days=6)):
        ending = holding.Ending("task", "物业三个工作日内装好", Assignment("property", "days"))
        holding.end_item(meeting, 1, ending, actor=world.yang)
    task = meeting.items.get(number=1).task
    assert task is not None
    assert (task.book, task.stage, task.raiser_id) == ("meeting_task", "property_side", world.people["mei"].pk)
    assert task.due_at is not None
    move(task, "finish", actor=world.jing, answers={"reply": "装好了"})
    move(task, "confirm", actor=world.mei, answers={"score": 5})
    assert Matter.objects.get(pk=task.pk).outcome == "solved"


def test_a_task_without_a_holder_is_refused_and_the_point_stays_open(world: World, matter: Matter) -> None:
    meeting = in_session(world, matter)
    with clock.at(MORNING + timedelta(days=6)), pytest.raises(Refused, match="Who does it"):
        holding.end_item(meeting, 1, holding.Ending("task", "去办", Assignment("", "")), actor=world.yang)
    assert meeting.items.get(number=1).ending == ""
    assert not Matter.objects.filter(book="meeting_task").exists()


# -- after it


def test_what_is_put_off_comes_back_on_the_next_agenda_with_the_one_who_asked(world: World, matter: Matter) -> None:
    with clock.at(MORNING):
        agenda.propose(meeting_of(matter), "东门何时装灯", actor=world.mei)
    meeting = in_session(world, matter)
    with clock.at(MORNING + timedelta(days=6)):
        holding.end_item(meeting, 1, holding.Ending("deferred", "等报价"), actor=world.yang)
        closing.close(meeting, actor=world.yang)
        closing.approve(meeting, actor=world.yang)
        move(matter, "publish", actor=world.yang, answers={"reply": "结果"})
    with clock.at(MORNING + timedelta(days=8)):
        assert begin_missing() == 1
        assert begin_missing() == 0
    later = Meeting.objects.exclude(pk=meeting.pk).get()
    assert [(item.title, item.asker_id) for item in later.items.all()] == [("东门何时装灯", world.people["mei"].pk)]
    assert later.matter.due_at is not None


def test_without_a_quorum_nothing_is_decided_and_every_point_comes_back(world: World) -> None:
    with clock.at(MORNING):
        answers = {"what": "东门夜间开放"}
        matter = raise_matter(
            "residents_meeting", world.place("estate"), actor=world.dan, answers=answers, key=uuid.uuid4()
        )
        move(matter, "put", actor=world.shu)
        matter.refresh_from_db()
        hold(matter, world.shu, "no_quorum", lambda at: None)
        matter.refresh_from_db()
        assert matter.stage == "calling_again"
    with clock.at(MORNING + timedelta(days=20)):
        move(matter, "call_again", actor=world.shu)
    matter.refresh_from_db()
    again = meeting_of(matter)
    assert again.items.filter(carried_from__isnull=False).count() == 1


def test_the_quorum_of_representatives_is_held_against_the_register_and_no_convener_thins_it_out(world: World) -> None:
    for key, at in (("mei", "grid1"), ("bo", "grid1"), ("qin", "grid2"), ("shu", "community")):
        enter_standing(world.people[key], "representative", world.place(at), actor=world.shu)
    with clock.at(MORNING):
        answers = {"what": "每户每年收卫生费三十元"}
        asked = raise_matter(
            "residents_meeting", world.place("community"), actor=world.dan, answers=answers, key=uuid.uuid4()
        )
        move(asked, "put", actor=world.shu)
        meeting = meeting_of(Matter.objects.get(pk=asked.pk))
        voting = {world.key_of(seat.person_id) for seat in meeting.seats.filter(votes=True)}
        assert voting == {"mei", "bo", "qin", "shu"}
        with pytest.raises(Refused, match="this seat stands"):
            calling.unseat(meeting, world.people["bo"].pk, actor=world.shu)
        with pytest.raises(Refused, match="without a vote"):
            calling.seat(meeting, world.people["dan"].pk, "representative", votes=True, actor=world.shu)


def test_the_minutes_say_who_was_due_who_came_what_was_said_and_how_it_ended(world: World, matter: Matter) -> None:
    with clock.at(MORNING):
        agenda.add_item(meeting_of(matter), agenda.Point("调整门禁时间", "decide"), actor=world.yang)
    meeting = in_session(world, matter)
    with clock.at(MORNING + timedelta(days=6)):
        holding.speak(meeting, 1, "晚归的人不方便", actor=world.yang, speaker=world.people["lao_li"].pk)
        holding.vote(meeting, 1, Hands(3, 1, 0), actor=world.yang)
        holding.end_item(meeting, 1, holding.Ending("decision", "延到十一点"), actor=world.yang)
        closing.close(meeting, actor=world.yang)
    text = meeting_of(matter).minutes
    for words in (
        "应到有表决权 4 人，实到 4 人",
        "居民：晚归的人不方便",
        "赞成 3，反对 1，弃权 0：通过",
        "形成决定：延到十一点",
    ):
        assert words in text


def test_minutes_are_public_only_when_approved(world: World, matter: Matter) -> None:
    meeting = in_session(world, matter)
    with clock.at(MORNING + timedelta(days=6)):
        holding.end_item(meeting, 1, holding.Ending("information", "已说明"), actor=world.yang)
        closing.close(meeting, actor=world.yang)
        closing.edit_minutes(meeting, "一季度账目已经说明。", actor=world.yang)
        address = f"/meetings/{meeting.pk}/"
        assert "一季度账目" not in text_of(visit(world).get(address))
        assert "一季度账目" in text_of(visit(world, "jing").get(address))
        closing.approve(meeting, actor=world.yang)
        assert "一季度账目" in text_of(visit(world).get(address))
        with pytest.raises(Conflict, match="approved and stand"):
            closing.edit_minutes(meeting, "改一改", actor=world.yang)


def test_outsiders_read_no_names_and_nothing_of_what_was_said(world: World, matter: Matter) -> None:
    meeting = in_session(world, matter)
    with clock.at(MORNING + timedelta(days=6)):
        holding.speak(meeting, 1, "物业费降不了", actor=world.jing)
    for key in ("", "bo"):
        text = text_of(visit(world, key).get(f"/meetings/{meeting.pk}/"))
        assert "物业费降不了" not in text
        assert "杨会长" not in text
        assert "业委会 1 1" in text
    assert "物业费降不了" in text_of(visit(world, "shu").get(f"/meetings/{meeting.pk}/"))


def test_what_is_being_prepared_is_not_public(world: World, meeting: Meeting) -> None:
    assert visit(world).get(f"/meetings/{meeting.pk}/").status_code == 404
    assert visit(world, "stranger").get(f"/meetings/{meeting.pk}/").status_code == 404
    assert visit(world, "mei").get(f"/meetings/{meeting.pk}/").status_code == 200


def test_words_and_names_stand_in_no_event(world: World, matter: Matter) -> None:
    meeting = in_session(world, matter)
    with clock.at(MORNING + timedelta(days=6)):
        holding.speak(meeting, 1, "物业费降不了", actor=world.jing)
    bodies = str(list(Event.objects.filter(chain=meeting.pk).values_list("body", flat=True)))
    for private in ("物业费降不了", "经文", "本月物业服务情况"):
        assert private not in bodies


def test_the_record_of_a_meeting_is_whole_and_its_end_cannot_be_cut_off(world: World, matter: Matter) -> None:
    meeting = in_session(world, matter)
    assert list(broken_chains()) == []
    assert list(cut_chains()) == []
    Meeting.objects.filter(pk=meeting.pk).update(version=meeting.version - 1)
    assert [broken.chain for broken in cut_chains()] == [meeting.pk]


# -- the pages


def test_what_cannot_be_taken_comes_back_with_what_was_typed(world: World, meeting: Meeting) -> None:
    page = visit(world, "yang").post(f"/meetings/{meeting.pk}/plan/", {"at": "2001-01-01T09:00", "venue": "二楼会议室"})
    assert page.status_code == 422
    assert "开会时间不能早于现在" in text_of(page)
    assert 'value="二楼会议室"' in page.content.decode()


def test_the_code_at_the_door_leads_to_one_tap(world: World, matter: Matter) -> None:
    with clock.at(MORNING):
        meeting = called(matter, world.yang)
    assert meeting.at is not None
    with clock.at(meeting.at):
        address = f"/here/{meeting.token}/"
        assert "名单上没有您的席位" in text_of(visit(world, "mei").get(address))
        assert visit(world, "mei").post(address).status_code == 403
        browser = visit(world, "jing")
        page = browser.get(address)
        assert browser.post(address, hidden(page)).status_code == 303
        assert Seat.objects.get(meeting=meeting, person=world.people["jing"]).arrived_at is not None


def test_a_topic_is_proposed_on_the_page(world: World, meeting: Meeting) -> None:
    browser = visit(world, "mei")
    answer = browser.post(f"/meetings/{meeting.pk}/propose/", {"title": "东门何时装灯", "_key": a_key()})
    assert answer.status_code == 303
    assert "东门何时装灯" in text_of(browser.get(f"/meetings/{meeting.pk}/"))


def test_the_list_of_meetings_costs_the_same_however_many_there_are(
    world: World, matter: Matter, django_assert_max_num_queries: object
) -> None:
    with clock.at(MORNING):
        called(matter, world.yang)
        for _ in range(3):
            other = raise_matter(
                "joint_meeting", world.place("estate"), actor=world.yang, answers={"what": "例会"}, key=uuid.uuid4()
            )
            called(other, world.yang)
    browser = visit(world, "mei")
    browser.get("/meetings/")
    with django_assert_max_num_queries(9):  # type: ignore[operator]
        assert browser.get("/meetings/").status_code == 200
