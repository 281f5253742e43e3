"""Postings: the time counts from the proof, nobody shortens it, and it is not over while a concern waits for its answer."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client

from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.models import Duty, Matter
from linli.matters.replay import differences
from linli.notices.actions.postings import end_postings
from linli.notices.models import Concern, Posting
from linli.people.actions import forget
from linli.playbooks.examine import examine
from linli.record.models import Event
from linli.record.queries import broken_chains
from linli.register.models import Standing
from tests.photos import a_photo
from tests.posting_steps import answer, concern, posting_of, show_proof
from tests.test_permissions import browser_of
from tests.world import World

NINE = datetime(2026, 5, 6, 1, tzinfo=UTC)  # a Wednesday, 9:00 in Hohhot
DAY = timedelta(days=1)
OVER = datetime(2026, 5, 21, 16, tzinfo=UTC)  # midnight after the fifteenth day
TICK = timedelta(microseconds=1)
TEXT = "北区增加十个停车位。\n意见请在公示期内提出。"
WORDS = "消防通道会被挡住，找张三谈过"


@pytest.fixture
def posted(world: World) -> Matter:
    """A notice that the community has just put up here; its proof is not there yet."""
    with clock.at(NINE):
        answers = {"heading": "停车位调整", "body": TEXT}
        matter = raise_matter(
            "posted_notice", world.place("estate"), actor=world.shu, answers=answers, key=uuid.uuid4()
        )
        move(matter, "publish", actor=world.shu)
    return Matter.objects.get(pk=matter.pk)


@pytest.fixture
def hanging(world: World, posted: Matter) -> Matter:
    """The same, proven on its first day."""
    with clock.at(NINE):
        show_proof(posted, world.shu)
    return Matter.objects.get(pk=posted.pk)


def stage_of(matter: Matter) -> str:
    return Matter.objects.get(pk=matter.pk).stage


def at(moment: datetime) -> int:
    with clock.at(moment):
        return end_postings()


# -- time


def test_the_time_is_over_at_midnight_after_the_fifteenth_day_the_first_not_counted(hanging: Matter) -> None:
    assert posting_of(hanging).ends_at == OVER
    assert (posting_of(hanging).last_day.zh, posting_of(hanging).last_day.en) == ("2026年5月21日", "21 May 2026")
    assert (at(OVER - TICK), stage_of(hanging)) == (0, "posted")
    assert (at(OVER), stage_of(hanging)) == (1, "filing")
    assert at(OVER) == 0
    assert (posting_of(hanging).outcome, posting_of(hanging).ended_at) == ("posted", OVER)


def test_the_time_counts_from_the_proof_and_not_from_the_web(world: World, posted: Matter) -> None:
    assert posting_of(posted).ends_at is None
    assert at(NINE + 30 * DAY) == 0, "without a proof no time runs"
    with clock.at(NINE + DAY):
        show_proof(posted, world.shu)
    assert posting_of(posted).ends_at == OVER + DAY


def test_nobody_shortens_the_time_not_even_the_database(hanging: Matter) -> None:
    with pytest.raises(IntegrityError, match="posting_hangs_its_whole_time"), transaction.atomic():
        Posting.objects.update(outcome="posted", ended_at=NINE + DAY)
    with pytest.raises(IntegrityError, match="posting_time_runs_from_the_proof"), transaction.atomic():
        Posting.objects.update(proven_at=None)


def test_a_shorter_limit_than_the_law_gives_is_refused_by_the_checker() -> None:
    """A playbook that follows the four deliberations posts its decision for fifteen days at the least."""
    source = """
playbook: too_short
title: {zh: 公开, en: Posted}
summary: {zh: 公开, en: Posted}
origin: test
subject: posting
statute: cn-four-deliberations
raised_by: [community]
at: [community]
calendar: work
form: {body: {kind: text, title: {zh: 内容, en: Text}}}
chain: [community@community, street@street]
stages:
  posted:
    title: {zh: 公示, en: Posted}
    kind: posting
    step: post_decision
    duty: community@community
    limit: 14d
    with: {text: body}
    on: {posted: done, objected: gone}
  done: {end: enacted}
  gone: {end: rejected}
public: [title]
"""
    found = [problem.message.en for problem in examine(source).problems if problem.check == "P14"]
    assert any("gives the step “The decision is posted” at least 15 days" in sentence for sentence in found)


# -- the poster's next deadline


def test_at_every_moment_the_poster_has_a_deadline_that_the_desk_shows(world: World, posted: Matter) -> None:
    def due() -> datetime:
        duty = Duty.objects.get(matter=posted, kind=Duty.HOLDS, until__isnull=True)
        matter = Matter.objects.get(pk=posted.pk)
        assert duty.due_at == matter.due_at
        assert matter.attend_at is not None
        assert differences(matter) == {}
        return duty.due_at

    assert due() == datetime(2026, 5, 8, 16, tzinfo=UTC), "two days for the proof"
    with clock.at(NINE):
        show_proof(posted, world.shu)
    assert due() == datetime(2026, 5, 25, 16, tzinfo=UTC), "the time, and three days to answer what came on its last"
    with clock.at(NINE + DAY):
        concern(posted, world.mei, WORDS)
    assert due() == datetime(2026, 5, 11, 16, tzinfo=UTC), "Sunday is rolled on to Monday"
    with clock.at(NINE + 2 * DAY):
        answer(posted, world.shu, "宽四米，不影响")
    assert due() == datetime(2026, 5, 25, 16, tzinfo=UTC)


def test_a_concern_that_nobody_answered_keeps_the_posting_up(world: World, hanging: Matter) -> None:
    with clock.at(OVER - TICK):
        concern(hanging, world.mei, WORDS)
    assert (at(OVER + 9 * DAY), stage_of(hanging)) == (0, "posted")
    with clock.at(OVER + 10 * DAY):
        answer(hanging, world.shu, "已核对")
    assert stage_of(hanging) == "filing"


def test_a_concern_that_is_upheld_takes_it_down_once_all_are_answered(world: World, hanging: Matter) -> None:
    with clock.at(NINE + DAY):
        concern(hanging, world.mei, WORDS)
        concern(hanging, world.bo, "车位太窄")
        answer(hanging, world.shu, "确实如此", upheld=True)
        assert stage_of(hanging) == "posted", "the other neighbour still waits"
        answer(hanging, world.shu, "按标准画线")
    assert stage_of(hanging) == "revising"
    assert posting_of(hanging).outcome == "objected"


def test_a_new_version_hangs_its_whole_time_again(world: World, hanging: Matter) -> None:
    with clock.at(NINE + DAY):
        concern(hanging, world.mei, WORDS)
        answer(hanging, world.shu, "确实如此", upheld=True)
        move(hanging, "publish_again", actor=world.shu, answers={"body": "北区增加五个停车位。"})
        found = posting_of(hanging)
        assert (found.version, found.text, found.ends_at) == (2, "北区增加五个停车位。", None)
        show_proof(hanging, world.shu)
    assert posting_of(hanging).ends_at == OVER + DAY
    assert list(Posting.objects.order_by("version").values_list("outcome", flat=True)) == ["objected", ""]


# -- who may


def test_only_the_seat_that_posted_proves_and_answers(world: World, posted: Matter) -> None:
    for other in (world.mei, world.an, world.jie):
        with clock.at(NINE), pytest.raises(NotYours, match="seat that posted"):
            show_proof(posted, other)
    with clock.at(NINE):
        concern(posted, world.mei, WORDS)
        with pytest.raises(NotYours, match="seat that posted"):
            answer(posted, world.mei, "我自己答")


def test_after_its_time_nobody_objects(world: World, hanging: Matter) -> None:
    with clock.at(OVER), pytest.raises(Refused, match="was over on 2026-05-22 00:00"):
        concern(hanging, world.mei, WORDS)
    at(OVER)
    with clock.at(OVER), pytest.raises(Conflict, match="is over"):
        concern(hanging, world.mei, WORDS)


def test_one_person_raises_no_more_than_five(world: World, hanging: Matter) -> None:
    with clock.at(NINE):
        for number in range(5):
            concern(hanging, world.mei, f"意见 {number}")
        with pytest.raises(Refused, match="raised 5 concerns"):
            concern(hanging, world.mei, "第六条")
        concern(hanging, world.bo, "别人的")


def test_a_concern_that_is_sent_twice_is_one(world: World, hanging: Matter) -> None:
    key = uuid.uuid4()
    with clock.at(NINE):
        first = concern(hanging, world.mei, WORDS, key=key)
        assert concern(hanging, world.mei, WORDS, key=key).pk == first.pk
    assert Concern.objects.count() == 1


def test_an_electorate_named_by_the_playbook_alone_objects(world: World, hanging: Matter) -> None:
    Posting.objects.update(objectors="villager")
    with clock.at(NINE), pytest.raises(NotYours, match="for Villagers"):
        concern(hanging, world.mei, WORDS)
    Standing.objects.create(
        person=world.people["mei"],
        electorate="villager",
        place=world.place("unit1"),
        verified_how="staff",
        since=NINE.date(),
    )
    with clock.at(NINE):
        assert concern(hanging, world.mei, WORDS).number == 1


# -- what is kept, and what is seen


def test_no_word_of_a_concern_stands_in_an_event_and_erasing_leaves_the_chain_whole(
    world: World, hanging: Matter
) -> None:
    with clock.at(NINE):
        concern(hanging, world.mei, WORDS)
        answer(hanging, world.shu, "张三已说明")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(e::text, ' ') FROM record_event e")
        book = cursor.fetchone()[0]
    assert "消防" not in book
    assert WORDS.encode("unicode_escape").decode() not in book
    assert WORDS in page_for(world, hanging, "shu")
    forget(world.people["mei"])
    assert list(broken_chains()) == []
    shown = page_for(world, hanging, "shu")
    assert WORDS not in shown
    assert "已按要求删除" in shown


def page_for(world: World, matter: Matter, who: str) -> str:
    return browser_of(world, who).get(f"/postings/{posting_of(matter).pk}/").content.decode()


def test_everybody_reads_text_and_answers_and_only_author_and_poster_the_words(world: World, hanging: Matter) -> None:
    with clock.at(NINE):
        concern(hanging, world.mei, WORDS)
        answer(hanging, world.shu, "通道宽四米，不影响")
    for who in ("mei", "shu", "bo", "stranger", "nobody"):
        shown = page_for(world, hanging, who)
        assert "北区增加十个停车位" in shown
        assert "通道宽四米" in shown
        assert (WORDS in shown) == (who in ("mei", "shu"))
        assert "王小梅" not in shown or who == "mei", "in the head of her own page"


def test_the_record_binds_the_text_that_hung(hanging: Matter) -> None:
    event = Event.objects.get(chain=hanging.pk, verb="posting_opened")
    assert event.body["text"] == bytes(posting_of(hanging).digest).hex()


def test_the_photo_of_the_proof_is_for_the_parties(world: World, hanging: Matter) -> None:
    photo = hanging.photos.get()
    address = f"/matters/{hanging.number}/photos/{photo.pk}/"
    assert [browser_of(world, who).get(address).status_code for who in ("shu", "jie", "mei", "nobody")] == [
        200,
        200,
        404,
        404,
    ]


def test_a_refused_form_keeps_what_was_typed(world: World, hanging: Matter) -> None:
    address = f"/postings/{posting_of(hanging).pk}/object/"
    with clock.at(NINE):
        empty = browser_of(world, "mei").post(address, {"concern": " ", "_key": str(uuid.uuid4())})
        long = browser_of(world, "mei").post(address, {"concern": "长" * 2001, "_key": str(uuid.uuid4())})
        lost = browser_of(world, "mei").post(address, {"concern": "有意见"})
    assert [one.status_code for one in (empty, long, lost)] == [422, 422, 422]
    assert "长" * 2001 in long.content.decode()
    assert "有意见" in lost.content.decode()
    with clock.at(OVER):
        late = browser_of(world, "mei").post(address, {"concern": "太晚了", "_key": str(uuid.uuid4())})
    assert late.status_code == 422
    assert Concern.objects.count() == 0


def test_the_forms_do_it_whole_through_the_pages(world: World, posted: Matter) -> None:
    base = f"/postings/{posting_of(posted).pk}"
    with clock.at(NINE):
        shu, mei = browser_of(world, "shu"), browser_of(world, "mei")
        assert shu.post(f"{base}/prove/", {"proof": [a_photo()]}).status_code == 303
        assert mei.post(f"{base}/object/", {"concern": WORDS, "_key": str(uuid.uuid4())}).status_code == 303
        assert shu.post(f"{base}/concerns/1/answer/", {"answer": "不影响", "upheld": "no"}).status_code == 303
        assert shu.post(f"{base}/concerns/1/answer/", {"answer": "再答", "upheld": "no"}).status_code == 409
        assert shu.post(f"{base}/concerns/2/answer/", {"answer": "没有", "upheld": "no"}).status_code == 404
    found = Concern.objects.get()
    assert (found.upheld, found.answered_at) == (False, NINE)


# -- lists and sheets


def test_the_list_shows_what_hangs_and_the_archive_the_rest(world: World, hanging: Matter) -> None:
    browser = Client()
    assert "停车位调整" in browser.get("/postings/").content.decode()
    assert "停车位调整" not in browser.get("/postings/?show=archive").content.decode()
    at(OVER)
    assert "停车位调整" not in browser.get("/postings/").content.decode()
    assert "停车位调整" in browser.get("/postings/?show=archive").content.decode()


def test_older_postings_follow_page_by_page_without_a_gap(world: World, hanging: Matter) -> None:
    first = posting_of(hanging)
    for number in range(24):
        Posting.objects.create(
            matter=hanging, entry=100 + number, stage="posted", place=first.place, version=number + 2, title=f"旧公示 {number}。",
            text="略", digest=bytes(32), limit="15d", answer_limit="3d", objectors="everybody", opened_at=NINE - DAY,
            proof_due_at=NINE, proven_at=NINE - 20 * DAY, ends_at=NINE - DAY, outcome="posted", ended_at=NINE,
        )  # fmt: skip
    pages = [Client().get("/postings/?show=archive").content.decode()]
    way_on = pages[0].split("before=")[1].split('"')[0]
    pages.append(Client().get(f"/postings/?show=archive&before={way_on}").content.decode())
    for number in range(24):
        assert sum(f"旧公示 {number}。" in page for page in pages) == 1
    assert Client().get("/postings/?before=nonsense").status_code == 200


def test_the_list_and_a_posting_cost_few_queries_however_many_there_are(
    world: World, hanging: Matter, django_assert_max_num_queries: Any
) -> None:
    with clock.at(NINE):
        for number in range(4):
            concern(hanging, world.mei, f"意见 {number}")
            answer(hanging, world.shu, "答复")
    browser, address = Client(), f"/postings/{posting_of(hanging).pk}/"
    browser.get("/postings/")
    with django_assert_max_num_queries(1):
        browser.get("/postings/")
    with django_assert_max_num_queries(3):
        browser.get(address)


def test_the_sheet_bears_the_text_and_the_way_to_the_page(world: World, hanging: Matter) -> None:
    sheet = Client().get(f"/postings/{posting_of(hanging).pk}/sheet/").content.decode()
    assert "北区增加十个停车位" in sheet
    assert f"http://testserver/postings/{posting_of(hanging).pk}/" in sheet
    assert "<svg" in sheet.split("sheet-dots")[1]


def test_a_posting_without_a_text_is_refused(world: World) -> None:
    """The form asks for it; when it was erased meanwhile, nothing empty is posted."""
    with clock.at(NINE):
        answers = {"heading": "停车位调整", "body": TEXT}
        matter = raise_matter(
            "posted_notice", world.place("estate"), actor=world.min, answers=answers, key=uuid.uuid4()
        )
        forget(world.people["min"])
        with pytest.raises(Refused, match="no text to post"):
            move(matter, "publish", actor=world.shu)
    assert stage_of(matter) == "checking"
    assert not Posting.objects.exists()
