"""Finding matters by their words: everything that was said is found, and by nobody whom it is not for."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.lib import clock
from linli.lib.bigrams import marked, pairs, query, vector
from linli.matters.actions.moving import move
from linli.matters.models import Matter
from linli.matters.policies import is_party, of_party
from linli.people.actions import forget
from linli.playbooks.models import Version
from linli.playbooks.versions import book_of
from linli.requests.actions.indexing import index_missing
from linli.requests.models import Words
from linli.requests.searching import search
from tests.pages import text_of, visit
from tests.world import World, a_repair

CHINESE = st.text(alphabet="水管漏电梯坏了的々〇龘𠮷，。 5a\n", min_size=2, max_size=40)


def found_by(world: World, key: str, text: str) -> list[int]:
    return [one.row.number for one in search(getattr(world, key), text)[0]]


def matches(text: str, asked: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::tsvector @@ %s::tsquery", [vector([text]), asked])
        return bool(cursor.fetchone()[0])


# -- the words themselves


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(text=CHINESE, data=st.data())
def test_every_stretch_of_a_text_finds_it(db: None, text: str, data: st.DataObject) -> None:
    """Any characters that follow one another, marks and spaces included; Latin words from their beginning, digits whole."""
    start = data.draw(st.integers(0, len(text) - 2))
    end = data.draw(st.integers(start + 2, len(text)))
    begins_inside = start > 0 and text[start] in "a5" and text[start - 1] == text[start]
    ends_inside = end < len(text) and text[end - 1] == "5" and text[end] == "5"
    asked = query(text[start:end])
    if asked and not begins_inside and not ends_inside:
        assert matches(text, asked)


@pytest.mark.parametrize(
    ("text", "asked", "finds"),
    [
        ("厨房水管漏水", "水管", True),
        ("厨房水管漏水", "管", True),
        ("厨房水管漏水", "水房", False),
        ("厨房水，管道", "水管", False),  # a mark stands between
        ("5号楼2单元", "号楼2", True),
        ("5号楼2单元", "5号", True),
        ("5号楼2单元", "5-2", True),
        ("15号楼2单元", "5号楼", False),
        ("电梯　ＬＥＤ　屏坏了", "led屏", False),
        ("电梯ＬＥＤ屏坏了", "led屏", True),
        ("电梯LED屏坏了", "le", True),
        ("水管漏水", "漏水 水管", True),  # words apart, in any order
        ("水管漏水", "漏水 电梯", False),
    ],
)
def test_what_finds_what(db: None, text: str, asked: str, finds: bool) -> None:
    assert matches(text, query(asked)) is finds


@pytest.mark.parametrize("asked", ["", "  ", "，。！", "'", "\\", "!!! & | ( :* )", "'; drop table x", "\x00", "<->"])
def test_what_is_typed_cannot_break_the_question(db: None, asked: str) -> None:
    assert query(asked) == "" or matches("drop table x", query(asked)) in (True, False)


def test_two_texts_do_not_run_on_into_each_other(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::tsvector @@ %s::tsquery", [vector(["厨房水", "5号楼"]), query("水5")])
        assert cursor.fetchone() == (False,)


def test_a_text_beyond_all_measure_is_indexed_as_far_as_it_goes(db: None) -> None:
    assert matches("水" * 50_000 + "管", query("水水"))


def test_the_words_that_were_asked_for_are_marked() -> None:
    assert marked("厨房水管漏水", "水管") == [("厨房", False), ("水管", True), ("漏水", False)]
    assert marked("ＬＥＤ灯坏", "led 坏") == [("ＬＥＤ", True), ("灯", False), ("坏", True)]
    assert marked("<b>水</b>", "b") == [("<", False), ("b", True), (">水</", False), ("b", True), (">", False)]
    assert "".join(piece for piece, _ in marked("aaa 水水水", "aa 水水")) == "aaa 水水水"


def test_single_characters_are_nothing_that_two_texts_share() -> None:
    assert pairs("水管 a 5") == frozenset({"水管"})


# -- what is found


def test_the_opening_words_the_answer_the_place_and_the_number_all_find_it(world: World) -> None:
    matter = a_repair(world, what="厨房水管漏水")
    move(matter, "decline", actor=world.an, answers={"reply": "属于自来水公司，请拨打热线"})
    for text in ("水管", "自来水公司", "热线", "1号楼", "101室", str(matter.number)):
        assert found_by(world, "mei", text) == [matter.number], text
    assert found_by(world, "mei", "燃气") == []


def test_a_telephone_number_is_found_by_nobody(world: World) -> None:
    a_repair(world, what="水管漏水", phone="13912345678")
    assert found_by(world, "mei", "13912345678") == found_by(world, "an", "13912345678") == []


def test_who_may_see_a_matter_whole_finds_it_and_nobody_else(world: World) -> None:
    matter = a_repair(world, what="卧室天花板渗水")
    finders = {key for key in world.people if found_by(world, key, "渗水")}
    book = book_of(matter.playbook_id)
    assert finders == {key for key in world.people if is_party(getattr(world, key), matter, book)}
    assert "bo" not in finders
    assert {"mei", "an", "dan", "shu"} <= finders


def test_the_condition_of_the_list_says_what_the_gate_of_the_page_says(world: World) -> None:
    first, second = a_repair(world), a_repair(world, by="qin", at="room_building2")
    move(first, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    books = {pk: book_of(pk) for pk in Version.objects.values_list("pk", flat=True)}
    for key in world.people:
        reader = getattr(world, key)
        listed = set(Matter.objects.filter(of_party(reader, books)).values_list("pk", flat=True))
        fresh = Matter.objects.filter(pk__in=[first.pk, second.pk])
        assert listed == {one.pk for one in fresh if is_party(reader, one, books[one.playbook_id])}, key


def test_a_worker_who_was_named_finds_the_matter(world: World) -> None:
    matter = a_repair(world, what="阳台地漏堵了")
    assert found_by(world, "gong", "地漏") == []
    move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    assert found_by(world, "gong", "地漏") == [matter.number]
    assert found_by(world, "liu", "地漏") == []


def test_the_pages_follow_one_another_newest_first_without_gap_or_double(world: World) -> None:
    numbers = [a_repair(world, what=f"水管漏水第{n}处").number for n in range(5)]
    seen: list[int] = []
    after: str | None = None
    for _ in range(3):
        rows, after = search(world.an, "水管", after=after, limit=2)
        seen += [one.row.number for one in rows]
    assert seen == numbers[::-1]
    assert after is None


def test_old_and_new_ones_come_in_one_order_however_far_back_they_lie(world: World) -> None:
    numbers = []
    for days in (1200, 500, 366, 200, 95, 31, 0):
        with clock.at(clock.now() - timedelta(days=days)):
            numbers.append(a_repair(world, what="水管漏水").number)
    assert found_by(world, "an", "水管") == numbers[::-1]
    seen: list[int] = []
    after: str | None = None
    for _ in range(4):
        rows, after = search(world.an, "水管", after=after, limit=2)
        seen += [one.row.number for one in rows]
    assert seen == numbers[::-1]


def test_a_search_takes_four_statements_however_much_is_found(world: World) -> None:
    spent = []
    for count in (1, 6):
        for n in range(count):
            a_repair(world, what=f"水管漏水{n}")
        reader = world.an
        assert reader.posts
        with CaptureQueriesContext(connection) as queries:
            search(reader, "水管")
        spent.append(len(queries))
    assert spent == [4, 4]


# -- forgetting


def test_forgetting_a_person_takes_the_words_out_of_the_index_too(world: World) -> None:
    mine, other = a_repair(world, what="厨房水管漏水"), a_repair(world, what="楼上水管响", by="dan", at="room_next")
    before = Words.objects.filter(matter=mine).extra(select={"text": "vector::text"}).values_list("text", flat=True)[0]
    assert "水管" in before
    forget(world.people["mei"])
    after = Words.objects.filter(matter=mine).extra(select={"text": "vector::text"}).values_list("text", flat=True)[0]
    assert all(pair not in after for pair in pairs("厨房水管漏水"))
    assert found_by(world, "an", "水管") == [other.number]
    assert mine.number in found_by(world, "an", str(mine.number))


def test_what_came_in_past_the_record_is_indexed_when_it_is_asked_for(world: World) -> None:
    matter = a_repair(world, what="厨房水管漏水")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM requests_words")
    assert found_by(world, "mei", "水管") == []
    assert (index_missing(), index_missing()) == (1, 0)
    assert found_by(world, "mei", "水管") == [matter.number]


def test_the_neighbourhood_next_door_finds_nothing(world: World) -> None:
    a_repair(world, what="厨房水管漏水")
    client = visit(world, "an")
    assert "厨房" in text_of(client.post("/search/", {"q": "水管"}))
    assert client.post("/search/", {"q": "水管"}, headers={"host": "nextdoor.localhost"}).status_code == 302


# -- the page


def test_the_page_marks_the_words_and_leads_to_the_matter(world: World) -> None:
    matter = a_repair(world, what="厨房<b>水管</b>漏水")
    answer = visit(world, "mei").post("/search/", {"q": "水管"})
    body = answer.content.decode()
    assert "<mark>水管</mark>" in body
    assert "<b>水管" not in body
    assert f'href="/matters/{matter.number}/"' in body


def test_words_that_are_searched_for_stand_in_no_address(world: World) -> None:
    for n in range(21):
        a_repair(world, what=f"水管漏水{n}")
    body = visit(world, "mei").post("/search/", {"q": "水管"}).content.decode()
    assert 'name="after"' in body
    assert "?q=" not in body
    assert "?after=" not in body


@pytest.mark.parametrize("asked", ["燃气泄漏", "", "，"])
def test_nothing_found_says_what_can_be_done(world: World, asked: str) -> None:
    answer = visit(world, "mei").post("/search/", {"q": asked})
    assert answer.status_code == 200
    assert ("没有找到" in text_of(answer)) is (asked != "")


def test_the_page_takes_few_statements(world: World) -> None:
    a_repair(world, what="厨房水管漏水")
    client = visit(world, "an")
    client.post("/search/", {"q": "水管"})
    with CaptureQueriesContext(connection) as queries:
        client.post("/search/", {"q": "水管"})
    # session, person, district, posts, desk count, and the four of the search
    assert len(queries) <= 14, [query["sql"][:90] for query in queries]


def test_somebody_who_did_not_sign_in_is_asked_to(world: World) -> None:
    assert visit(world).get("/search/").status_code == 302
