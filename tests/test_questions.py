"""Asking the raiser: on the page or by a one-time link, once, while the limit goes on."""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.models import Matter
from linli.matters.queries import desk_rows, matters_of
from linli.matters.replay import differences
from linli.record.actions import shred
from linli.record.models import Event, Sealed
from linli.record.queries import broken_chains
from linli.requests.loop.actions.questions import (
    answer,
    answer_by_link,
    ask,
    make_link,
    revoke_link,
    take_back,
)
from linli.requests.loop.models import Question
from tests.pages import text_of, visit
from tests.world import World, a_repair

NINE = datetime(2026, 5, 6, 1, tzinfo=UTC)  # a Wednesday, nine o'clock here
ASKED, TOLD = "哪个房间的水管？", "厨房水槽下面"


def asked(world: World, **more: str) -> Matter:
    matter = a_repair(world, **more)
    ask(matter, ASKED, limit="2workdays", actor=world.an)
    matter.refresh_from_db()
    return matter


def verbs(matter: Matter) -> list[str]:
    return list(Event.objects.filter(chain=matter.pk).order_by("seq").values_list("verb", flat=True))


def whole(matter: Matter) -> bool:
    return differences(matter) == {} and list(broken_chains()) == []


# -- asking


def test_the_raisers_own_clock_does_not_stop_for_a_question(world: World) -> None:
    with clock.at(NINE):
        matter = a_repair(world)
        due, holder = matter.due_at, matter.holder_id
        ask(matter, ASKED, limit="2workdays", actor=world.an)
        matter.refresh_from_db()
    assert (matter.due_at, matter.holder_id, matter.stage) == (due, holder, "received")
    assert matter.asked_due == datetime(2026, 5, 8, 9, 30, tzinfo=UTC)  # the end of the second working day
    assert whole(matter)


def test_the_words_are_sealed_and_stand_in_no_event(world: World) -> None:
    matter = asked(world)
    answer(matter, TOLD, actor=world.mei)
    for event in Event.objects.filter(chain=matter.pk):
        assert ASKED not in str(event.body)
        assert TOLD not in str(event.body)
    kept = Sealed.objects.filter(event__chain=matter.pk, name__in=("question", "answer"))
    assert {row.name: row.value for row in kept} == {"question": ASKED, "answer": TOLD}
    assert {row.about_id for row in kept} == {world.mei.person_id}


@pytest.mark.parametrize("who", ["mei", "bo", "gong", "shu", "stranger"])
def test_only_who_holds_it_asks(world: World, who: str) -> None:
    matter = a_repair(world)
    with pytest.raises(NotYours, match="Only who is responsible"):
        ask(matter, ASKED, limit="2workdays", actor=getattr(world, who))


@pytest.mark.parametrize(
    ("text", "limit", "said"),
    [
        ("  ", "2workdays", "Please write the question"),
        ("问" * 1001, "2workdays", "1,000 characters"),
        (ASKED, "30workdays", "by when"),
        (ASKED, "", "by when"),
    ],
)
def test_a_question_that_says_nothing_or_too_much_is_refused(world: World, text: str, limit: str, said: str) -> None:
    matter = a_repair(world)
    with pytest.raises(Refused, match=said):
        ask(matter, text, limit=limit, actor=world.an)
    assert not Question.objects.exists()
    assert verbs(matter) == ["raised"]


def test_one_question_at_a_time_and_another_after_it_was_taken_back(world: World) -> None:
    matter = asked(world)
    with pytest.raises(Conflict, match="waiting for its answer already"):
        ask(matter, "还有呢？", limit="1workdays", actor=world.an)
    take_back(matter, actor=world.an)
    ask(matter, "还有呢？", limit="1workdays", actor=world.an)
    assert verbs(matter) == ["raised", "asked", "question_withdrawn", "asked"]
    assert whole(matter)


# -- the raiser's page and desk


def test_the_raiser_sees_the_question_and_nobody_else_outside_does(world: World) -> None:
    matter = asked(world)
    address = f"/matters/{matter.number}/"
    assert ASKED in text_of(visit(world, "mei").get(address))
    assert "有问题等您回答" in text_of(visit(world, "mei").get("/mine/"))
    for outsider in ("bo", "stranger", ""):
        assert ASKED not in visit(world, outsider).get(address).content.decode()


def test_the_holders_desk_says_that_the_raiser_has_answered_until_the_stage_changes(world: World) -> None:
    matter = asked(world)
    assert "等提出人回答" in text_of(visit(world, "an").get("/desk/"))
    answer(matter, TOLD, actor=world.mei)
    page = text_of(visit(world, "an").get("/desk/"))
    assert "提出人已回复" in page
    assert "等提出人回答" not in page
    assert TOLD in text_of(visit(world, "an").get(f"/matters/{matter.number}/"))
    move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    assert [row.told_at for row in desk_rows(world.gong)[0]] == [None]
    assert whole(matter)


def test_only_the_raiser_answers_and_only_once(world: World) -> None:
    matter = asked(world)
    for other in ("an", "bo", "shu"):
        with pytest.raises(NotYours, match="for the raiser to answer"):
            answer(matter, TOLD, actor=getattr(world, other))
    answer(matter, TOLD, actor=world.mei)
    with pytest.raises(Conflict, match="No question is waiting"):
        answer(matter, "再说一遍", actor=world.mei)


# -- silence


def test_an_unanswered_question_lapses_is_recorded_and_blocks_nothing(world: World) -> None:
    with clock.at(NINE):
        matter = asked(world)
        move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    matter.refresh_from_db()
    due = matter.asked_due
    assert due is not None, "a move by the holder leaves the question standing"
    look_after(moment=due - timedelta(seconds=1))
    assert "question_lapsed" not in verbs(matter)
    look_after(moment=due)
    look_after(moment=due)
    assert verbs(matter).count("question_lapsed") == 1
    matter.refresh_from_db()
    assert matter.asked_due is None
    assert whole(matter)
    with clock.at(due + timedelta(hours=1)):
        answer(matter, TOLD, actor=world.mei)  # late, but of use
        move(matter, "finish", actor=world.gong, answers={"reply": "修好了"})
    assert whole(matter)


def test_the_end_of_a_matter_ends_its_question(world: World) -> None:
    matter = asked(world)
    token = make_link(matter, actor=world.an)
    move(matter, "decline", actor=world.an, answers={"reply": "不归物业管"})
    matter.refresh_from_db()
    assert matter.asked_due is None
    with pytest.raises(Conflict, match="has ended"):
        answer_by_link(token, TOLD)
    assert [row.asked_due for row in matters_of(world.mei)[0]] == [None]


# -- the link


def link_page(token: str, language: str = "zh-hans") -> str:
    return text_of(Client(headers={"Accept-Language": language}).get(f"/a/{token}/"))


def test_a_link_answers_once_without_signing_in(world: World) -> None:
    matter = asked(world)
    token = make_link(matter, actor=world.an)
    client = Client(headers={"Accept-Language": "zh-hans"})
    assert ASKED in text_of(client.get(f"/a/{token}/"))
    sent = client.post(f"/a/{token}/", {"answer": TOLD})
    assert sent.status_code == 200
    assert "谢谢您" in text_of(sent)
    assert verbs(matter)[-1] == "told_by_link"
    assert "提出人用一次性链接回答了问题" in text_of(visit(world, "an").get(f"/matters/{matter.number}/"))
    again = client.post(f"/a/{token}/", {"answer": "第二次"})
    assert "这个链接不能用了" in text_of(again)
    assert "第二次" in again.content.decode(), "what was typed is kept"
    assert verbs(matter).count("told_by_link") == 1
    assert whole(matter)


def test_the_page_of_a_link_shows_the_question_and_nothing_else_of_the_matter(world: World) -> None:
    matter = a_repair(world, what="邻居王大爷家漏水", phone="13800000001")
    ask(matter, ASKED, limit="2workdays", actor=world.an)
    page = Client().get(f"/a/{make_link(matter, actor=world.an)}/")
    body = page.content.decode()
    for private in (
        "王大爷",
        "王小梅",
        "安琪",
        "101室",
        "1单元",
        "1号楼",
        "13800000001",
        str(matter.number),
        str(matter.pk),
    ):
        assert private not in body, private
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]
    assert "noindex" in page["X-Robots-Tag"]


def test_a_link_that_never_was_and_one_that_is_over_are_not_told_apart(world: World) -> None:
    with clock.at(NINE):
        matter = asked(world)
        old = make_link(matter, actor=world.an)
    with clock.at(NINE + timedelta(days=7)):
        never, over = link_page("x" * 43), link_page(old)
    assert never == over
    assert ASKED not in over
    with clock.at(NINE + timedelta(days=7)), pytest.raises(Conflict, match="works no more"):
        answer_by_link(old, TOLD)
    with clock.at(NINE + timedelta(days=7) - timedelta(seconds=1)):
        assert ASKED in link_page(old)


def test_a_revoked_link_and_one_followed_by_another_work_no_more(world: World) -> None:
    matter = asked(world)
    first = make_link(matter, actor=world.an)
    second = make_link(matter, actor=world.an)
    assert ASKED not in link_page(first)
    assert ASKED in link_page(second)
    revoke_link(matter, actor=world.an)
    assert ASKED not in link_page(second)
    with pytest.raises(Conflict, match="works no more"):
        answer_by_link(second, TOLD)
    assert verbs(matter)[-3:] == ["link_made", "link_made", "link_revoked"]


def test_the_token_stands_in_no_table_no_event_and_no_log(world: World, caplog: pytest.LogCaptureFixture) -> None:
    matter = asked(world)
    with caplog.at_level(logging.DEBUG):
        made = visit(world, "an").post(f"/matters/{matter.number}/question/link/")
        token = str(re.search(r"/a/([\w-]{43})/", made.content.decode())[1])  # type: ignore[index]
        client = Client()
        client.get(f"/a/{token}/")
        client.post(f"/a/{token}/", {"answer": ""})
        client.post(f"/a/{token}/", {"answer": TOLD})
        client.get(f"/a/{token}/")
    assert made["Cache-Control"].count("no-store") == 1
    assert token not in "".join(one.getMessage() for one in caplog.records if not one.name.startswith("django.db"))
    with connection.cursor() as cursor:
        for table in ("requests_question", "record_event", "record_sealed", "matters_matter", "django_session"):
            cursor.execute(f"SELECT count(*) FROM {table} AS row WHERE row::text LIKE %s", [f"%{token}%"])
            assert cursor.fetchone() == (0,), table


def test_a_forgotten_raisers_link_leads_nowhere(world: World) -> None:
    matter = asked(world)
    token = make_link(matter, actor=world.an)
    shred(world.people["mei"].pk)
    assert ASKED not in link_page(token)
    assert list(broken_chains()) == []


def test_the_link_speaks_english_to_who_reads_english(world: World) -> None:
    matter = asked(world)
    page = link_page(make_link(matter, actor=world.an), "en")
    assert "A question about what you reported" in page
    assert "Asked by: Property desk" in page


def test_what_was_typed_stays_in_the_form_of_a_question_that_is_refused(world: World) -> None:
    matter = a_repair(world)
    page = visit(world, "an").post(f"/matters/{matter.number}/question/", {"question": ASKED, "limit": "9d"})
    assert page.status_code == 422
    assert ASKED in page.content.decode()
    assert "请选择多久之内回答" in text_of(page)


def test_what_is_logged_of_a_form_that_was_forged_holds_no_token(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    token = make_link(asked(world), actor=world.an)
    with caplog.at_level(logging.DEBUG):
        assert Client(enforce_csrf_checks=True).post(f"/a/{token}/", {"answer": TOLD}).status_code == 403
    said = [one.getMessage() for one in caplog.records if one.name.startswith("django.security")]
    assert [("/a/…/" in one, token in one) for one in said] == [(True, False)], "the server says what it refused"
    assert "'filters': ['links']" in str(settings.LOGGING["handlers"])
