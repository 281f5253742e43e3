"""Words kept ready: whose they are, what is filled into them, and that nothing is sent by itself."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.lib import clock
from linli.lib.refusals import NotYours
from linli.lib.text import Said
from linli.matters.answers import BadAnswers
from linli.matters.readymade import answers
from linli.people.models import Post
from linli.people.roles import ROLES
from linli.playbooks.library import shipped
from linli.record.models import Event
from linli.requests.models import ReplyTemplate
from linli.requests.replies.actions import Words, change_reply, drop_reply, keep_reply
from linli.requests.replies.blanks import BLANKS, fill, wrong_blank
from linli.requests.replies.queries import ready_for
from linli.requests.replies.shipped import Ready, shipped_replies
from tests.menu import NOON
from tests.pages import a_key, hidden, text_of, visit
from tests.world import World, a_repair


@pytest.fixture(autouse=True)
def noon() -> Iterator[datetime]:
    with clock.at(NOON) as now:
        yield now


def office(world: World, key: str) -> Post:
    return getattr(world, key).posts[0]  # type: ignore[no-any-return]


def kept(
    world: World, title: str = "转供热公司", text: str = "{place} 已转供热公司，编号 {number}。", **more: str
) -> ReplyTemplate:
    return keep_reply(office(world, "an"), Words(title, text, **more), actor=world.an)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("请在{due}前等候，编号{number}", ""),
        ("没有空格", ""),
        ("您好，{name}", "没有“{name}”这个空格"),
        ("{number.real}", "没有“{number.real}”这个空格"),
        ("{}", "没有“{}”这个空格"),
        ("{number", "单独的花括号"),
        ("完成}", "单独的花括号"),
        ("{{number}}", "单独的花括号"),
    ],
)
def test_only_known_blanks_can_be_saved(text: str, words: str) -> None:
    wrong = wrong_blank(text)
    assert words in wrong.zh if wrong else not words


def test_what_is_filled_in_is_not_looked_at_again() -> None:
    assert fill("{place}：{number}", {"place": "{number}号楼", "number": "7"}) == "{number}号楼：7"


def test_ten_come_with_the_program_in_both_languages_for_moves_that_there_are() -> None:
    found = shipped_replies()
    assert len(found) == len({one.key for one in found}) == 10
    moves = {(book.name, rule.name) for book in shipped().values() for stage in book.stages.values() for rule in stage.moves
             if answers(rule)}  # fmt: skip
    for one in found:
        assert set(one.roles) <= set(ROLES)
        assert one.text.zh
        assert one.text.en
        assert wrong_blank(one.text.zh) is None
        assert wrong_blank(one.text.en) is None
        assert any(one.book in ("", book) and one.move in ("", move) for book, move in moves), one.key


@pytest.mark.parametrize(
    ("book", "move", "category", "fits"),
    [
        ("", "", "", True),
        ("repair", "", "", True),
        ("order", "", "", False),
        ("repair", "decline", "", True),
        ("repair", "finish", "", False),
        ("", "decline", "water_heating", True),
        ("", "", "leak", True),
        ("", "", "lift", False),
    ],
)
def test_words_are_offered_where_they_fit(book: str, move: str, category: str, fits: bool) -> None:
    one = Ready("x", book, move, category, Said("题", "T"), Said("文", "W"))
    assert one.fits("repair", "decline", ("water_heating", "leak")) is fits


def test_an_office_reads_and_changes_its_own_alone(world: World) -> None:
    reply = kept(world)
    assert str(reply.pk) in {one.key for one in ready_for(world.an)}
    for other in (world.jing, world.min, world.mei):
        assert str(reply.pk) not in {one.key for one in ready_for(other)}
        with pytest.raises(NotYours):
            change_reply(reply, Words("改", "改"), actor=other)
        with pytest.raises(NotYours):
            drop_reply(reply, actor=other)
    with pytest.raises(NotYours):
        keep_reply(office(world, "an"), Words("题", "文"), actor=world.jing)


def test_a_neighbour_has_no_words_kept_ready_not_even_those_of_the_program(world: World) -> None:
    assert ready_for(world.mei) == []
    with pytest.raises(NotYours):
        keep_reply(office(world, "mei"), Words("题", "文"), actor=world.mei)


@pytest.mark.parametrize(
    ("given", "field", "words"),
    [
        (Words("", "文"), "title", "请填写“标题”"),
        (Words("题" * 41, "文"), "title", "最多 40 个字"),
        (Words("题", " "), "text", "请填写“答复内容”"),
        (Words("题", "{phone}"), "text", "没有“{phone}”这个空格"),
        (Words("题", "文", "{who}"), "text_en", "没有“{who}”这个空格"),
        (Words("转供热公司", "文"), "title", "已经有一条"),
    ],
)
def test_words_that_cannot_be_kept_say_why(world: World, given: Words, field: str, words: str) -> None:
    kept(world)
    with pytest.raises(BadAnswers) as caught:
        keep_reply(office(world, "an"), given, actor=world.an)
    assert list(caught.value.problems) == [field]
    assert words in caught.value.problems[field].zh


def test_what_was_taken_away_is_offered_no_more_and_its_title_is_free(world: World) -> None:
    reply = kept(world)
    drop_reply(reply, actor=world.an)
    assert str(reply.pk) not in {one.key for one in ready_for(world.an)}
    assert kept(world).pk != reply.pk


# -- in the answer


def test_inserting_fills_the_blanks_behind_what_was_typed_and_sends_nothing(world: World) -> None:
    matter, reply = a_repair(world), kept(world, text="{place}|{number}|{due}|{office}", text_en="{office}, {number}")
    page = visit(world, "an")
    address = f"/matters/{matter.number}/move/decline/"
    form = hidden(page.get(f"/matters/{matter.number}/"), address)
    answer = page.post(address, {**form, "reply": "您好。", "_ready": str(reply.pk), "_insert": "yes"})
    assert answer.status_code == 200
    body = answer.content.decode()
    assert f"您好。\n青榆家园 一期 1号楼|{matter.number}|5月6日 12:30|物业前台</textarea>" in body
    assert "101室|" not in body
    assert Event.objects.filter(chain=matter.pk).count() == 1
    english = visit(world, "an", language="en").post(address, {"_ready": str(reply.pk), "_insert": "yes", "reply": ""})
    assert f"Property desk, {matter.number}</textarea>" in english.content.decode()


def test_inserting_without_a_choice_says_so_and_keeps_what_was_typed(world: World) -> None:
    matter = a_repair(world)
    kept(world)
    answer = visit(world, "an").post(
        f"/matters/{matter.number}/move/decline/", {"reply": "已经写了一半", "_ready": "", "_insert": "yes"}
    )
    assert "请先选一条常用答复" in text_of(answer)
    assert "已经写了一半" in text_of(answer)
    assert Event.objects.filter(chain=matter.pk).count() == 1


def test_another_offices_words_cannot_be_had_by_their_key(world: World) -> None:
    matter = a_repair(world)
    theirs = keep_reply(office(world, "jing"), Words("经理专用", "内部口径"), actor=world.jing)
    answer = visit(world, "an").post(
        f"/matters/{matter.number}/move/decline/", {"reply": "", "_ready": str(theirs.pk), "_insert": "yes"}
    )
    assert "内部口径" not in answer.content.decode()


@pytest.mark.parametrize(("key", "status"), [("mei", 404), ("bo", 404), ("", 403)])
def test_who_may_not_make_the_move_inserts_nothing(world: World, key: str, status: int) -> None:
    matter = a_repair(world)
    answer = visit(world, key).post(f"/matters/{matter.number}/move/decline/", {"_ready": "not_ours", "_insert": "yes"})
    assert answer.status_code == status


def test_words_for_another_step_are_not_offered_here(world: World) -> None:
    matter = a_repair(world)
    kept(world, title="只用于咨询", book="enquiry")
    text = text_of(visit(world, "an").get(f"/matters/{matter.number}/"))
    assert "不属物业管理范围" in text
    assert "只用于咨询" not in text
    assert "常用答复" not in text_of(visit(world, "mei").get(f"/matters/{matter.number}/"))


def test_a_page_asks_once_for_the_words_however_many_there_are(world: World) -> None:
    matter = a_repair(world)

    def asked() -> int:
        page = visit(world, "an")
        with CaptureQueriesContext(connection) as queries:
            page.get(f"/matters/{matter.number}/")
        return sum("requests_replytemplate" in query["sql"] for query in queries.captured_queries)

    assert asked() == 1
    for number in range(20):
        kept(world, title=f"第 {number} 条")
    assert asked() == 1


# -- the office's own page


def test_an_office_keeps_changes_and_takes_away_its_words(world: World) -> None:
    page = visit(world, "an")
    form = {
        "title": "转供热公司",
        "text": "编号 {number} 已转。",
        "used": "repair:decline",
        "category": "heating",
        "_key": a_key(),
    }
    for _ in range(2):
        assert page.post("/replies/keep/", form)["Location"] == "/replies/?done=kept"
    reply = ReplyTemplate.objects.get()
    assert (reply.role, reply.book, reply.move, reply.category) == ("property_desk", "repair", "decline", "heating")
    assert "转供热公司" in text_of(page.get("/replies/"))
    bad = page.post(f"/replies/{reply.pk}/", {**form, "text": "编号 {nr}"})
    assert bad.status_code == 422
    assert "没有“{nr}”这个空格" in text_of(bad)
    assert "编号 {nr}" in text_of(bad)
    page.post(f"/replies/{reply.pk}/", {**form, "text": "已转供热公司。"})
    reply.refresh_from_db()
    assert reply.text == "已转供热公司。"
    page.post(f"/replies/{reply.pk}/drop/")
    assert "转供热公司" not in text_of(page.get("/replies/"))


def test_another_offices_words_do_not_exist(world: World) -> None:
    reply = kept(world)
    page = visit(world, "jing")
    assert page.get(f"/replies/{reply.pk}/").status_code == 404
    assert page.post(f"/replies/{reply.pk}/drop/").status_code == 404
    assert page.get(f"/replies/{uuid.uuid4()}/").status_code == 404


def test_blanks_of_the_language_are_the_four_that_are_promised() -> None:
    assert set(BLANKS) == {"place", "number", "due", "office"}
