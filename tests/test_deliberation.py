"""The deliberation table: sides with reasons, opinions nobody can trace, options drawn up together, a promise that is kept."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.matters.actions.moving import move
from linli.matters.models import Matter
from linli.matters.replay import differences
from linli.meetings.models import Opinion, OptionSheet, Statement, Topic
from linli.meetings.table.actions import drawing_up, ending, taking_part
from linli.meetings.table.picture import AGAINST, DIVIDED, TOGETHER, WIDTH, Figures, arranged, bar
from linli.meetings.table.queries import positions_of, took_part
from linli.meetings.table.wording import yuan
from linli.notices.actions.postings import end_postings
from linli.notices.models import Notice, Posting
from linli.people.actions import add_person, appoint
from linli.people.reader import Reader
from linli.playbooks.library import shipped
from linli.record.actions import shred
from linli.record.heads import cut_chains
from linli.record.models import Event, Sealed
from linli.record.queries import broken_chains
from linli.requests.loop.actions.remit import refuse
from linli.requests.loop.actions.repeats import merge
from tests.pages import a_key, hidden, text_of, visit
from tests.posting_steps import show_proof
from tests.table_steps import NORTH, QUESTION, RENT, a_deliberation, end_table, topic_of
from tests.test_inbox import tell_all
from tests.world import BEGAN, World

MORNING = datetime(2026, 3, 2, 9, tzinfo=clock.ZONE)


@pytest.fixture
def matter(world: World) -> Matter:
    with clock.at(MORNING):
        return a_deliberation(world)


@pytest.fixture
def topic(matter: Matter) -> Topic:
    return topic_of(matter)


def neighbours(world: World, count: int) -> list[Reader]:
    """More people who live in Mei's room."""
    found = [add_person(f"邻居{number}", phone=f"137000000{number:02}") for number in range(count)]
    for person in found:
        appoint(person, "resident", world.place("room"), since=BEGAN)
    return [Reader(person) for person in found]


def stated(topic: Topic, by: Reader, words: str = "晚上九点以后不放音响") -> Statement:
    made = taking_part.state(topic, words, actor=by)
    assert made is not None
    return made


def think_all(topic: Topic, number: int, who: list[Reader], choice: str, start: datetime) -> None:
    for turn, one in enumerate(who):
        with clock.at(start + timedelta(minutes=turn)):
            taking_part.think(topic, number, choice, actor=one)


def figures(statement: Statement) -> tuple[int, int, int]:
    fresh = Statement.objects.get(pk=statement.pk)
    return fresh.agree, fresh.disagree, fresh.unsure


# -- the topic


def test_the_convener_settles_the_question_and_the_table_is_public_at_once(world: World, topic: Topic) -> None:
    assert (topic.question, topic.round, topic.ended_at) == (QUESTION, 1, None)
    assert QUESTION in text_of(visit(world).get(f"/tables/{topic.pk}/"))
    assert QUESTION in text_of(visit(world).get("/tables/"))


def test_a_table_taken_up_again_keeps_all_that_lies_on_it(world: World, matter: Matter, topic: Topic) -> None:
    with clock.at(MORNING):
        stated(topic, world.bo)
        drawing_up.draw_up(topic, NORTH, actor=world.shu)
        ending.part(topic, "费用没有谈拢", actor=world.shu)
        move(matter, "table_again", actor=world.shu)
    again = topic_of(matter)
    assert (again.pk, again.round, again.outcome, again.conclusion) == (topic.pk, 2, "", "")
    assert (again.statements.count(), again.sheets.count()) == (1, 1)
    assert [event.verb for event in Event.objects.filter(chain=topic.pk).order_by("seq")][-2:] == [
        "ended",
        "taken_up_again",
    ]


# -- positions


def test_a_side_gives_its_reason_and_the_newest_of_each_person_stands(world: World, topic: Topic) -> None:
    with pytest.raises(Refused, match="give the reason"):
        taking_part.take_position(topic, "property", "可以改", "  ", actor=world.jing)
    taking_part.take_position(topic, "property", "可以改", "车位不够", actor=world.jing)
    taking_part.take_position(topic, "property", "先别改", "绿化要审批", actor=world.jing)
    taking_part.take_position(topic, "property", "听大家的", "前台接到两边的电话", actor=world.an)
    assert sorted(one.stance for one in positions_of(topic)) == ["先别改", "听大家的"]


@pytest.mark.parametrize(("who", "side"), [("mei", "resident"), ("jing", "community"), ("stranger", "property")])
def test_nobody_speaks_for_a_side_where_they_do_not_sit(world: World, topic: Topic, who: str, side: str) -> None:
    with pytest.raises(NotYours):
        taking_part.take_position(topic, side, "可以", "因为", actor=getattr(world, who))


def test_a_position_goes_with_the_person_who_took_it_and_the_record_stays_whole(world: World, topic: Topic) -> None:
    taking_part.take_position(topic, "committee", "可以改", "公共收益够用", actor=world.yang)
    stated(topic, world.bo, "先试一个月")
    shred(world.people["yang"].pk)
    shred(world.people["bo"].pk)
    assert positions_of(topic) == []
    text = text_of(visit(world).get(f"/tables/{topic.pk}/"))
    assert "公共收益够用" not in text
    assert "先试一个月" not in text
    assert list(broken_chains()) == []
    assert list(cut_chains()) == []


def test_the_public_reads_the_side_and_no_name(world: World, topic: Topic) -> None:
    taking_part.take_position(topic, "committee", "可以改", "公共收益够用", actor=world.yang)
    stated(topic, world.bo, "先试一个月")
    for key in ("", "qin", "stranger"):
        text = text_of(visit(world, key).get(f"/tables/{topic.pk}/"))
        assert "公共收益够用" in text
        assert "杨会长" not in text
        assert "李伯" not in text
    assert "杨会长" in text_of(visit(world, "shu").get(f"/tables/{topic.pk}/"))
    assert "李伯" not in text_of(visit(world, "shu").get(f"/tables/{topic.pk}/"))


# -- statements and opinions


def test_anybody_who_lives_there_writes_and_an_office_or_a_stranger_does_not(world: World, topic: Topic) -> None:
    stated(topic, world.mei, "一")
    stated(topic, world.lao_li, "二")
    for who in (world.stranger, world.an, world.shu, world.yang):
        with pytest.raises(NotYours):
            taking_part.state(topic, "三", actor=who)
        with pytest.raises(NotYours):
            taking_part.think(topic, 1, "agree", actor=who)


def test_a_table_of_one_building_is_for_those_who_live_in_it(world: World) -> None:
    with clock.at(MORNING):
        topic = topic_of(a_deliberation(world, "building1"))
    stated(topic, world.bo, "二单元也要算")
    with pytest.raises(NotYours, match="who live at"):
        taking_part.think(topic, 1, "agree", actor=world.qin)


@pytest.mark.parametrize(("words", "taken"), [("字" * 200, True), ("字" * 201, False), (" \n ", False)])
def test_a_statement_is_one_short_sentence(world: World, topic: Topic, words: str, taken: bool) -> None:
    if taken:
        stated(topic, world.mei, words)
    else:
        with pytest.raises(Refused, match="200 characters"):
            taking_part.state(topic, words, actor=world.mei)
    assert topic.statements.count() == taken


def test_the_same_words_are_not_put_twice_and_five_of_one_person_are_enough(world: World, topic: Topic) -> None:
    stated(topic, world.bo, "先试一年")
    with pytest.raises(Refused, match=r"as no\. 1"):
        taking_part.state(topic, " 先试一年 ", actor=world.mei)
    for number in range(5):
        stated(topic, world.mei, f"想法{number}")
    with pytest.raises(Refused, match="written 5 statements"):
        taking_part.state(topic, "第六条", actor=world.mei)


def test_a_statement_sent_twice_is_one(world: World, topic: Topic) -> None:
    key = uuid.uuid4()
    for _ in range(2):
        taking_part.state(topic, "先试一年", actor=world.mei, key=key)
    assert topic.statements.count() == 1


def test_one_neighbour_has_one_opinion_and_changes_it_until_the_table_ends(world: World, topic: Topic) -> None:
    stated(topic, world.bo)
    for choice in ("agree", "disagree", "unsure", "unsure"):
        taking_part.think(topic, 1, choice, actor=world.mei)
    assert [(one.person_id, one.choice) for one in Opinion.objects.all()] == [(world.people["mei"].pk, "unsure")]
    ending.part(topic, "没有谈拢", actor=world.shu)
    with pytest.raises(Conflict, match="has ended"):
        taking_part.think(topic, 1, "agree", actor=world.mei)
    with pytest.raises(Conflict, match="has ended"):
        taking_part.state(topic, "还有一条", actor=world.mei)


def test_the_database_refuses_a_second_opinion_of_a_person(world: World, topic: Topic) -> None:
    row = stated(topic, world.bo)
    taking_part.think(topic, 1, "agree", actor=world.mei)
    with pytest.raises(IntegrityError, match="opinion_once"), transaction.atomic():
        Opinion.objects.create(statement=row, person=world.people["mei"], choice="disagree", at=MORNING)


def test_what_is_no_choice_is_refused(world: World, topic: Topic) -> None:
    stated(topic, world.bo)
    with pytest.raises(Refused, match="choose one"):
        taking_part.think(topic, 1, "maybe", actor=world.mei)
    with pytest.raises(Refused, match="no statement 7"):
        taking_part.think(topic, 7, "agree", actor=world.mei)


def test_a_figure_shows_from_five_opinions_on(world: World, topic: Topic) -> None:
    row, who = stated(topic, world.bo), neighbours(world, 5)
    think_all(topic, 1, who[:4], "agree", MORNING)
    assert figures(row) == (0, 0, 0)
    assert not _drawn(world, topic)
    with clock.at(MORNING + timedelta(hours=1)):
        taking_part.think(topic, 1, "disagree", actor=who[4])
    assert figures(row) == (4, 1, 0)
    assert _drawn(world, topic)


def _drawn(world: World, topic: Topic) -> bool:
    return b"opinion-bar" in visit(world).get(f"/tables/{topic.pk}/").content


def test_a_figure_moves_only_when_five_more_have_spoken_so_that_nobody_sees_one_opinion(
    world: World, topic: Topic
) -> None:
    row, who = stated(topic, world.bo), neighbours(world, 10)
    think_all(topic, 1, who[:5], "agree", MORNING)
    think_all(topic, 1, who[5:9], "disagree", MORNING + timedelta(hours=1))
    assert figures(row) == (5, 0, 0)
    think_all(topic, 1, who[9:], "unsure", MORNING + timedelta(hours=2))
    assert figures(row) == (5, 4, 1)


def test_one_neighbour_who_changes_back_and_forth_does_not_make_the_figure_move(world: World, topic: Topic) -> None:
    row, who = stated(topic, world.bo), neighbours(world, 6)
    think_all(topic, 1, who[:5], "agree", MORNING)
    think_all(topic, 1, who[5:], "disagree", MORNING + timedelta(hours=1))
    for turn in range(8):
        with clock.at(MORNING + timedelta(hours=2, minutes=turn)):
            taking_part.think(topic, 1, ("disagree", "agree")[turn % 2], actor=who[0])
    assert figures(row) == (5, 0, 0)


def test_no_event_and_no_page_holds_a_single_opinion(world: World, matter: Matter, topic: Topic) -> None:
    stated(topic, world.bo)
    before = Event.objects.count()
    taking_part.think(topic, 1, "disagree", actor=world.mei)
    assert Event.objects.count() == before
    assert Sealed.objects.filter(event__chain=topic.pk, about=world.people["mei"].pk).count() == 0
    end_table(world, matter, world.shu, "consensus")
    ended = Event.objects.get(chain=topic.pk, verb="ended")
    assert ended.body["statements"] == []  # one opinion is no figure
    pressed = b'aria-pressed="true"'
    assert pressed not in visit(world, "shu").get(f"/tables/{topic.pk}/").content


def test_only_the_neighbour_sees_the_own_choice(world: World, topic: Topic) -> None:
    stated(topic, world.bo)
    taking_part.think(topic, 1, "disagree", actor=world.mei)
    address, pressed = f"/tables/{topic.pk}/", b'aria-pressed="true"'
    assert visit(world, "mei").get(address).content.count(pressed) == 1
    for key in ("", "bo", "shu", "jing"):
        assert pressed not in visit(world, key).get(address).content


def test_opinions_go_with_the_person_and_the_counted_figure_stays(world: World, topic: Topic) -> None:
    row, who = stated(topic, world.bo), neighbours(world, 5)
    think_all(topic, 1, who, "agree", MORNING)
    shred(who[0].person.pk)  # type: ignore[union-attr]
    assert Opinion.objects.filter(statement=row).count() == 4
    assert figures(row) == (5, 0, 0)


def test_the_end_counts_everybody_where_five_have_spoken(world: World, topic: Topic) -> None:
    row, few, who = stated(topic, world.bo), stated(topic, world.bo, "另一条"), neighbours(world, 7)
    think_all(topic, 1, who, "agree", MORNING)
    think_all(topic, 2, who[:4], "agree", MORNING)
    assert figures(row) == (5, 0, 0)
    with clock.at(MORNING + timedelta(hours=3)):
        ending.part(topic, "没有谈拢", actor=world.shu)
    assert figures(row) == (7, 0, 0)
    assert figures(few) == (0, 0, 0)
    assert Event.objects.get(chain=topic.pk, verb="ended").body["statements"] == [[1, 7, 0, 0]]


# -- what the convener keeps in order


def test_a_statement_is_merged_or_hidden_with_a_reason_and_nothing_is_lost(world: World, topic: Topic) -> None:
    stated(topic, world.bo, "九点安静")
    stated(topic, world.mei, "晚上九点以后安静")
    stated(topic, world.dan, "三楼那家最吵")
    with pytest.raises(Refused, match="say why"):
        drawing_up.set_aside(topic, 3, "  ", actor=world.shu)
    with pytest.raises(Refused, match="choose another"):
        drawing_up.set_aside(topic, 2, "意思一样", into=2, actor=world.shu)
    drawing_up.set_aside(topic, 2, "意思一样", into=1, actor=world.shu)
    drawing_up.set_aside(topic, 3, "点了邻居的名", actor=world.shu)
    with pytest.raises(Refused, match="choose another"):
        drawing_up.set_aside(topic, 1, "意思一样", into=3, actor=world.shu)
    with pytest.raises(Conflict, match="set aside"):
        taking_part.think(topic, 3, "agree", actor=world.mei)
    text = text_of(visit(world).get(f"/tables/{topic.pk}/"))
    assert "点了邻居的名" in text
    assert "三楼那家最吵" not in text
    assert topic.statements.count() == 3


def test_only_the_convener_sets_aside_and_ends(world: World, topic: Topic) -> None:
    stated(topic, world.bo)
    for who in (world.mei, world.jing, world.min, world.stranger):
        with pytest.raises(NotYours):
            drawing_up.set_aside(topic, 1, "不同意", actor=who)
        with pytest.raises(NotYours):
            ending.agree(topic, "都同意", actor=who)
        with pytest.raises(NotYours):
            ending.part(topic, "不同意", actor=who)


# -- options


@pytest.mark.parametrize(
    ("cost", "fen"),
    [("186000", 18_600_000), ("35.50", 3550), ("1,200", 120_000), ("0", 0), ("-1", None), ("三万", None)],
)
def test_the_cost_of_an_option_is_exact_to_the_cent(world: World, topic: Topic, cost: str, fen: int | None) -> None:
    sheet = drawing_up.Sheet("方案", "做法", cost, "公共收益", "一号楼")
    if fen is None:
        with pytest.raises(Refused, match="Please give the cost"):
            drawing_up.draw_up(topic, sheet, actor=world.shu)
    else:
        drawing_up.draw_up(topic, sheet, actor=world.shu)
        assert OptionSheet.objects.get(topic=topic).cost == fen


@pytest.mark.parametrize("missing", ["title", "text", "payer", "touches"])
def test_an_option_says_what_who_pays_and_whom_it_touches(world: World, topic: Topic, missing: str) -> None:
    given = {"title": "方案", "text": "做法", "cost": "0", "payer": "无", "touches": "无", missing: " "}
    with pytest.raises(Refused):
        drawing_up.draw_up(topic, drawing_up.Sheet(**given), actor=world.shu)
    assert not topic.sheets.exists()


def test_of_two_who_change_an_option_the_later_one_is_told_and_loses_nothing(world: World, topic: Topic) -> None:
    drawing_up.draw_up(topic, NORTH, actor=world.shu)
    address = f"/tables/{topic.pk}/redraw/"
    mine = {
        "title": "北侧改 20 个车位",
        "text": "少占一块绿地。",
        "cost": "150000",
        "payer": "公共收益",
        "touches": "一号楼北侧",
    }
    jings, shus = ({**mine, "number": "1", "edition": "1", "_key": a_key()} for _ in range(2))
    assert visit(world, "jing").post(address, jings).status_code == 303
    answer = visit(world, "shu").post(address, {**shus, "text": "保留两棵树。"})
    assert answer.status_code == 409
    assert "现在是第 2 稿" in text_of(answer)
    assert "保留两棵树。" in answer.content.decode()
    assert OptionSheet.objects.get(topic=topic).text == "少占一块绿地。"
    seen = hidden(answer, "redraw/")["edition"]
    assert visit(world, "shu").post(address, {**shus, "edition": seen, "text": "保留两棵树。"}).status_code == 303
    assert (OptionSheet.objects.get(topic=topic).text, OptionSheet.objects.get(topic=topic).edition) == (
        "保留两棵树。",
        3,
    )


def test_saving_an_option_unchanged_is_no_new_edition(world: World, topic: Topic) -> None:
    drawing_up.draw_up(topic, NORTH, actor=world.shu)
    drawing_up.redraw(topic, 1, NORTH, seen=1, actor=world.jing)
    assert OptionSheet.objects.get(topic=topic).edition == 1


# -- the end, the posting and the promise


def test_there_is_no_agreement_without_an_option_and_its_words(world: World, topic: Topic) -> None:
    with pytest.raises(Refused, match="no option yet"):
        ending.agree(topic, "都同意", actor=world.shu)
    drawing_up.draw_up(topic, NORTH, actor=world.shu)
    with pytest.raises(Refused, match="what was agreed"):
        ending.agree(topic, " ", actor=world.shu)
    drawing_up.take_back(topic, 1, actor=world.shu)
    with pytest.raises(Refused, match="no option yet"):
        ending.agree(topic, "都同意", actor=world.shu)


def test_what_is_posted_are_the_options_as_they_stood(world: World, matter: Matter, topic: Topic) -> None:
    end_table(world, matter, world.shu, "consensus")
    posting = Posting.objects.get(matter=matter)
    assert posting.title == QUESTION
    for words in (
        "共识：按方案一改建",
        "方案 1：北侧改 24 个车位",
        "费用：186,000 元",
        "谁出钱：公共收益",
        "方案 2：租用东侧空地",
    ):
        assert words in posting.text
    fresh = Matter.objects.get(pk=matter.pk)
    assert (fresh.stage, differences(fresh)) == ("sheets", {})


def test_an_agreement_sent_twice_ends_once_and_promises_once(world: World, matter: Matter, topic: Topic) -> None:
    drawing_up.draw_up(topic, NORTH, actor=world.shu)
    for _ in range(2):
        ending.agree(topic, "按方案一", actor=world.shu)
    assert Event.objects.filter(chain=topic.pk, verb="ended").count() == 1
    promise = Matter.objects.get(book="follow_through")
    assert (promise.raiser_id, promise.stage) == (matter.raiser_id, "following")
    assert promise.due_at is not None
    assert promise.holder is not None
    assert (promise.holder.role, topic_of(matter).promise_id) == ("community", promise.pk)


def works_done(world: World, matter: Matter) -> None:
    """From the posted options to the works reported as done."""
    show_proof(matter, world.shu)
    with clock.at(MORNING + timedelta(days=12)):
        end_postings()
        move(matter, "decide", actor=world.shu, answers={"matter_kind": "upkeep"})
        move(matter, "finish", actor=world.jing, answers={"result": "已完工"})


def test_the_promise_ends_only_when_the_works_are_accepted_and_everybody_who_took_part_is_told(
    world: World, matter: Matter, topic: Topic
) -> None:
    with clock.at(MORNING):
        stated(topic, world.qin, "九点安静")
        taking_part.think(topic, 1, "agree", actor=world.dan)
        end_table(world, matter, world.shu, "consensus")
        promise = Matter.objects.get(book="follow_through")
        with pytest.raises(Refused, match="not accepted yet"):
            move(promise, "tell", actor=world.shu, answers={"reply": "办好了"})
        works_done(world, matter)
    with clock.at(MORNING + timedelta(days=13)):
        with pytest.raises(Refused, match="not accepted yet"):
            move(promise, "tell", actor=world.shu, answers={"reply": "办好了"})
        move(matter, "accept_works", actor=world.shu, answers={"findings": "合格"})
        with pytest.raises(Refused, match="still goes on"):
            move(promise, "end_without", actor=world.shu, answers={"reply": "没有办成"})
        move(promise, "tell", actor=world.shu, answers={"reply": "办好了"})
    with clock.at(MORNING + timedelta(days=13, hours=1)):
        tell_all()
    told = {world.key_of(row.person_id) for row in Notice.objects.filter(matter=promise, kind="followed_through")}
    assert told == {"qin", "dan", "bo", "jing"}
    assert Notice.objects.filter(matter=promise, kind="ended", person=world.people["mei"]).count() == 1


def test_no_way_leads_round_the_promise(world: World, matter: Matter) -> None:
    with clock.at(MORNING):
        end_table(world, matter, world.shu, "consensus")
        promise = Matter.objects.select_related("holder").get(book="follow_through")
        with pytest.raises(Refused, match="by its own moves alone"):
            merge(promise, matter.number, reply="同一件事", actor=world.shu)
        with pytest.raises(Refused, match="by its own moves alone"):
            refuse(promise, "parking", "不归社区", actor=world.shu)
        page = text_of(visit(world, "shu").get(f"/matters/{promise.number}/"))
    assert "与另一件重复" not in page
    assert "不在工作清单内" not in page
    assert Matter.objects.get(pk=promise.pk).is_open


def test_works_sent_back_after_they_were_accepted_reopen_the_promise(world: World, matter: Matter) -> None:
    with clock.at(MORNING):
        end_table(world, matter, world.shu, "consensus")
        works_done(world, matter)
    promise = Matter.objects.get(book="follow_through")
    with clock.at(MORNING + timedelta(days=13)):
        move(matter, "accept_works", actor=world.shu, answers={"findings": "合格"})
        move(matter, "send_back", actor=world.min, answers={"reason": "又松了"})
        with pytest.raises(Refused, match="not accepted yet"):
            move(promise, "tell", actor=world.shu, answers={"reply": "办好了"})


def test_a_promise_whose_deliberation_failed_ends_with_the_reason_and_not_as_kept(world: World, matter: Matter) -> None:
    with clock.at(MORNING):
        end_table(world, matter, world.shu, "consensus")
        show_proof(matter, world.shu)
    promise = Matter.objects.get(book="follow_through")
    with clock.at(MORNING + timedelta(days=12)):
        end_postings()
        move(matter, "explain", actor=world.shu, answers={"reply": "规划不允许"})
        move(matter, "understood", actor=world.mei)
        with pytest.raises(Refused, match="not accepted yet"):
            move(promise, "tell", actor=world.shu, answers={"reply": "办好了"})
        move(promise, "end_without", actor=world.shu, answers={"reply": "规划不允许"})
    assert Matter.objects.get(pk=promise.pk).outcome == "rejected"


def test_who_took_part_is_whoever_spoke_for_a_side_wrote_or_answered(world: World, topic: Topic) -> None:
    taking_part.take_position(topic, "property", "可以", "车位不够", actor=world.jing)
    stated(topic, world.bo)
    taking_part.think(topic, 1, "unsure", actor=world.mei)
    assert {world.key_of(person) for _, person in took_part([topic.pk])} == {"jing", "bo", "mei"}


# -- the law's rule is preset


RULES = {
    "vote_covenant": "cn-civil-278-2",
    "vote_use_fund": "cn-civil-278-5",
    "vote_raise_fund": "cn-civil-278-6",
    "vote_rebuild": "cn-civil-278-7",
    "vote_change_use": "cn-civil-278-8",
    "vote_other": "cn-civil-278-9",
    "meeting": "cn-residents-representatives",
}


def test_each_kind_of_matter_leads_to_the_one_rule_that_the_law_prescribes() -> None:
    book = shipped()["deliberation"]
    voting = {
        name: stage.settings["rule"] for name, stage in book.stages.items() if stage.kind in ("ballot", "meeting")
    }
    assert voting == RULES
    decide = book.stages["deciding"].move("decide")
    assert decide is not None
    assert {branch.to for branch in decide.branches} == {*RULES, "working"}


def test_green_land_passes_the_greening_authority_and_no_move_leads_round_it() -> None:
    stage = shipped()["deliberation"].stages["approving_green"]
    assert {one.name for one in stage.moves} == {"approved", "denied"}
    approved = stage.move("approved")
    assert approved is not None
    assert {need.name for need in approved.needs if not need.optional} == {"authority", "approval", "approved_on"}


# -- pages


def test_what_was_typed_comes_back_with_the_reason_it_was_refused(world: World, topic: Topic) -> None:
    answer = visit(world, "mei").post(f"/tables/{topic.pk}/state/", {"words": "想" * 201, "_key": a_key()})
    assert answer.status_code == 422
    assert "想" * 201 in answer.content.decode()
    answer = visit(world, "shu").post(f"/tables/{topic.pk}/agree/", {"words": "按方案一改建"})
    assert answer.status_code == 422
    assert "还没有方案" in text_of(answer)
    assert "按方案一改建" in answer.content.decode()


def test_a_neighbour_answers_by_a_button_and_comes_back_to_the_statement(world: World, topic: Topic) -> None:
    stated(topic, world.bo)
    client = visit(world, "mei")
    answer = client.post(f"/tables/{topic.pk}/think/", {"number": "1", "choice": "agree"})
    assert (answer.status_code, answer["Location"]) == (303, f"/tables/{topic.pk}/?done=think#statement-1")
    assert Opinion.objects.get().choice == "agree"


def test_nobody_else_than_a_person_who_signed_in_writes_anything(world: World, topic: Topic) -> None:
    stated(topic, world.bo)
    for name in ("think", "state", "position", "draw-up", "redraw", "take-back", "set-aside", "agree", "part"):
        assert visit(world).post(f"/tables/{topic.pk}/{name}/", {"number": "1"}).status_code == 403
    assert visit(world, "shu").post(f"/tables/{topic.pk}/erase/").status_code == 404
    assert visit(world).get(f"/tables/{uuid.uuid4()}/").status_code == 404


def test_the_matter_shows_the_way_to_its_table_and_to_the_promise(world: World, matter: Matter, topic: Topic) -> None:
    end_table(world, matter, world.shu, "consensus")
    promise = Matter.objects.get(book="follow_through")
    for key in ("", "mei"):
        assert f"/tables/{topic.pk}/" in visit(world, key).get(f"/matters/{matter.number}/").content.decode()
        assert f"/tables/{topic.pk}/" in visit(world, key).get(f"/matters/{promise.number}/").content.decode()


@pytest.mark.parametrize(("key", "most"), [("", 5), ("mei", 11), ("shu", 12)])
def test_a_topic_costs_the_same_few_queries_however_much_lies_on_it(
    world: World, topic: Topic, django_assert_max_num_queries: Any, key: str, most: int
) -> None:
    for number, who in enumerate((world.mei, world.bo, world.dan, world.qin) * 3):
        taking_part.think(topic, stated(topic, who, f"想法{number}").number, "agree", actor=world.mei)
    for _ in range(4):
        drawing_up.draw_up(topic, RENT, actor=world.shu)
    taking_part.take_position(topic, "property", "可以", "车位不够", actor=world.jing)
    client = visit(world, key)
    client.get(f"/tables/{topic.pk}/")
    with django_assert_max_num_queries(most):
        assert client.get(f"/tables/{topic.pk}/").status_code == 200


def test_the_list_goes_on_from_page_to_page(world: World, topic: Topic, django_assert_max_num_queries: Any) -> None:
    for number in range(22):
        with clock.at(MORNING + timedelta(hours=number + 1)):
            a_deliberation(world, "building1")
    client = visit(world)
    client.get("/tables/")
    with django_assert_max_num_queries(1):
        first = client.get("/tables/")
    links = first.content.decode().count('class="row-link"')
    after = first.content.decode().split("?after=")[1].split('"')[0]
    second = client.get(f"/tables/?after={after}")
    assert (links, second.content.decode().count('class="row-link"')) == (20, 3)
    assert f"/tables/{topic.pk}/" in second.content.decode()
    below = client.get(f"/tables/?under={world.place('building1').path}")
    assert f"/tables/{topic.pk}/" not in below.content.decode()


# -- the picture


def counted(number: int, agree: int, disagree: int, unsure: int = 0) -> Figures:
    return Figures(number, f"想法{number}", agree, disagree, unsure)


def test_the_picture_puts_agreement_first_and_says_what_divides() -> None:
    rows = [
        counted(1, 3, 20),
        counted(2, 9, 9),
        counted(3, 12, 8),
        counted(4, 20, 10),
        counted(5, 20, 1),
        counted(6, 0, 0, 6),
    ]
    assert [(name, [one.number for one in inside]) for name, inside in arranged(rows)] == [
        (TOGETHER, [5, 4]),
        (DIVIDED, [2, 6, 3]),
        (AGAINST, [1]),
    ]


@given(st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 9999))
def test_a_bar_is_as_wide_as_the_picture_and_its_parts_never_overlap(agree: int, disagree: int, unsure: int) -> None:
    drawn = bar(counted(1, agree, disagree, unsure), "1: <b>")
    parts = sorted((_number(one, "x"), _number(one, "width")) for one in drawn.split("<rect")[1:])
    end = 0
    for x, wide in parts:
        assert x >= end
        end = x + wide
    assert end <= WIDTH
    if unsure:
        assert sum(wide for _, wide in parts) == WIDTH
    assert "<b>" not in drawn


def _number(markup: str, name: str) -> int:
    return int(markup.split(f'{name}="')[1].split('"')[0])


@pytest.mark.parametrize(("fen", "said"), [(18_600_000, "186,000"), (3550, "35.50"), (0, "0"), (5, "0.05")])
def test_money_is_said_in_yuan(fen: int, said: str) -> None:
    assert yuan(fen) == said
