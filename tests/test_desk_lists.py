"""Filters, the list of all matters here, saved filters, and taking a list along."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlparse

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from linli.desk.actions.saving import drop_filter, save_filter
from linli.desk.exports import number_of, rows_of
from linli.desk.filter_form import chips
from linli.desk.filters import Filter, condition, read_filter
from linli.desk.lists import all_books, found_rows, list_rows, narrowed
from linli.desk.models import Export, SavedFilter
from linli.lib import clock
from linli.lib.refusals import NotYours, Refused
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.models import Matter
from linli.matters.policies import is_party
from linli.matters.queries import desk_rows
from linli.people.actions import forget
from linli.people.reader import Reader
from linli.playbooks.versions import book_of
from tests.pages import text_of, visit
from tests.world import World, a_repair

FORMULA = '=HYPERLINK("http://example.org","x")'


def listed(reader: Reader, **asked: str) -> list[int]:
    return [row.number for row in list_rows(reader, Filter(**asked), all_books())[0]]


def on_desk(reader: Reader, **asked: str) -> list[int]:
    return [row.number for row in desk_rows(reader, also=condition(Filter(**asked), reader, of="matter__"))[0]]


# -- who sees what


def test_the_list_holds_just_what_is_open_whole_to_its_reader(world: World) -> None:
    raised = [
        a_repair(world),
        a_repair(world, at="room_unit2", by="bo"),
        a_repair(world, at="room_building2", by="qin"),
    ]
    for key in world.people:
        reader: Reader = getattr(world, key)
        open_whole = {one.number for one in raised if is_party(reader, one, book_of(one.playbook_id))}
        assert set(listed(reader)) == open_whole, key


@pytest.mark.parametrize("asked", [{}, {"place": "hh.sh.qy.c.e.p1.g1.b1"}, {"book": "repair"}, {"standing": "open"}])
def test_a_resident_of_one_unit_never_finds_what_is_private_in_the_other(world: World, asked: dict[str, str]) -> None:
    bos = a_repair(world, at="room_unit2", by="bo", what="李伯家水管漏水")
    assert bos.number not in listed(world.mei, **asked)
    assert bos.number not in listed(world.dan, **asked)
    assert on_desk(world.dan, **asked) == []
    books = all_books()
    assert found_rows(world.dan, Filter(**asked), books, "水管")[0] == []
    assert [row.number for row in rows_of(narrowed(world.dan, Filter(**asked), books))] == []
    page = visit(world, "dan").post("/matters/", {"q": "李伯家水管漏水"}).content.decode()
    assert f"/matters/{bos.number}/" not in page


# -- filters


def test_each_condition_of_a_filter_leaves_out_what_does_not_meet_it(world: World) -> None:
    with clock.at(clock.now() - timedelta(days=10)):
        old = a_repair(world, category="leaks", at="room_building2", by="qin")
    move(old, "decline", actor=world.an, answers={"reply": "不归物业管"})
    new = a_repair(world, facts={"channel": "phone"})
    day = clock.local_day(clock.now() - timedelta(days=5)).isoformat()
    asked: list[tuple[dict[str, str], Matter]] = [
        ({"category": "leaks"}, old),
        ({"stage": "received"}, new),
        ({"stage": "declined"}, old),
        ({"place": "hh.sh.qy.c.e.p1.g1"}, new),
        ({"place": "hh.sh.qy.c.e.p1.g2.b2"}, old),
        ({"standing": "open"}, new),
        ({"standing": "ended"}, old),
        ({"channel": "phone"}, new),
        ({"channel": "web"}, old),
        ({"since": day}, new),
        ({"until": day}, old),
        ({"held": "seat"}, new),
    ]
    for one, left in asked:
        assert listed(world.an, **one) == [left.number], one
    assert listed(world.an, book="enquiry") == listed(world.an, held="me") == []
    assert listed(world.an, standing="all") == listed(world.an) == [new.number, old.number]


def test_a_place_is_no_prefix_of_another_ones_name(world: World) -> None:
    a_repair(world)
    assert listed(world.an, place="hh.sh.qy.c.e.p1.g") == []


def test_late_and_warned_are_what_the_record_says(world: World) -> None:
    with clock.at(clock.now() - timedelta(hours=1)):
        late = a_repair(world)
    warned = a_repair(world)
    assert warned.warn_at is not None
    look_after(moment=warned.warn_at)
    assert listed(world.an, standing="late") == on_desk(world.an, standing="late") == [late.number]
    assert listed(world.an, standing="warned") == on_desk(world.an, standing="warned") == [warned.number]


def test_a_filtered_desk_keeps_its_order_and_its_pages(world: World) -> None:
    raised = [a_repair(world, what=f"第{number}件", category="leaks" if number % 2 else "") for number in range(7)]
    also = condition(Filter(category="leaks"), world.an, of="matter__")
    first, cursor = desk_rows(world.an, limit=2, also=also)
    second, none = desk_rows(world.an, limit=2, also=also, after=cursor)
    assert [row.number for row in first + second] == [raised[number].number for number in (1, 3, 5)]
    assert none is None


def test_a_list_goes_on_without_gap_or_repetition(world: World) -> None:
    with clock.at(clock.now()):  # raised at the same moment, so that only the second key tells them apart
        raised = {a_repair(world, what=f"第{number}件").number for number in range(7)}
    seen: list[int] = []
    cursor = None
    for _ in range(4):
        rows, cursor = list_rows(world.an, Filter(), all_books(), after=cursor, limit=2)
        seen += [row.number for row in rows]
    assert (sorted(seen), cursor) == (sorted(raised), None)


@pytest.mark.parametrize(
    "text", ["book=REPAIR", "book=repair'--", "standing=never", "since=tomorrow", "place=../x", "q=13800000001"]
)
def test_what_cannot_be_read_narrows_nothing_and_is_not_repeated(text: str) -> None:
    assert read_filter(QueryDict(text)).query == ""


def test_the_words_that_are_searched_for_stand_in_no_address(world: World) -> None:
    raised = [a_repair(world, what="王小梅家漏水 13800000001"), a_repair(world, what="灯不亮")]
    client = visit(world, "an")
    by_address = client.get("/matters/?q=13800000001").content.decode()
    assert all(f"/matters/{one.number}/" in by_address for one in raised)
    assert 'name="q" value=""' in by_address
    page = client.post("/matters/?book=repair", {"q": "王小梅家"}).content.decode()
    assert f"/matters/{raised[0].number}/" in page
    assert f"/matters/{raised[1].number}/" not in page
    assert not re.search(r'(href|action)="[^"]*(王小梅|%E7%8E%8B)', page)


def test_rows_of_a_list_take_two_queries_and_the_page_a_few_more(world: World) -> None:
    for number in range(5):
        a_repair(world, what=f"第{number}件")
    books, reader = all_books(), world.an
    assert reader.seats
    with CaptureQueriesContext(connection) as asked:
        list_rows(reader, Filter(standing="open", place="hh.sh"), books)
    assert len(asked) == 2
    client = visit(world, "an")
    client.get("/matters/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/matters/?standing=open")
    # session, person, posts, versions, rows, excerpts, places and categories to choose, saved filters, how many wait and are unread
    assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) <= 11


def test_the_narrow_place_and_the_newest_each_have_an_index(world: World) -> None:
    a_repair(world)
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'matters_matter'")
        assert {name for (name,) in cursor.fetchall()} >= {"matter_newest", "matter_newest_open", "matter_path"}


# -- saved filters


def test_a_saved_filter_stands_on_the_desk_and_narrows_it(world: World) -> None:
    leak, lamp = a_repair(world, category="leaks"), a_repair(world, what="灯不亮")
    client = visit(world, "an")
    sent = client.post("/desk/filters/save/", {"_page": "desk", "_query": "category=leaks", "name": " 漏水  的 "})
    assert sent["Location"] == "/desk/?category=leaks"
    page = client.get("/desk/").content.decode()
    assert ">漏水 的</a>" in page
    narrowed_page = client.get(sent["Location"]).content.decode()
    assert f"/matters/{leak.number}/" in narrowed_page
    assert f"/matters/{lamp.number}/" not in narrowed_page


def test_a_shared_filter_is_for_those_on_the_same_seat_and_nobody_else(world: World) -> None:
    seat = next(iter(world.gong.seats))
    saved = save_filter("matters", "急的", Filter(standing="late"), actor=world.gong, seat=seat)
    save_filter("matters", "我的", Filter(held="me"), actor=world.gong)
    assert [chip.name for chip in chips(world.liu, "matters", "")] == ["急的"]
    assert [chip.name for chip in chips(world.an, "matters", "")] == []
    with pytest.raises(NotYours):
        drop_filter(saved, actor=world.liu)
    assert visit(world, "liu").post(f"/desk/filters/{saved.pk}/drop/").status_code == 403
    assert visit(world, "an").post(f"/desk/filters/{saved.pk}/drop/").status_code == 404
    drop_filter(saved, actor=world.gong)
    assert chips(world.liu, "matters", "") == []


@pytest.mark.parametrize(
    ("name", "asked", "sentence"),
    [("", Filter(book="repair"), "起个名字"), ("字" * 21, Filter(book="repair"), "最多 20 个字"),
     ("空", Filter(), "没有设任何条件")],
)  # fmt: skip
def test_a_filter_that_says_nothing_is_not_kept(world: World, name: str, asked: Filter, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        save_filter("desk", name, asked, actor=world.an)
    assert sentence in refused.value.sentence.zh


def test_a_name_is_taken_once_and_the_number_of_filters_has_an_end(world: World) -> None:
    for number in range(20):
        save_filter("desk", f"{number}", Filter(book="repair"), actor=world.an)
    with pytest.raises(Refused, match="remove some first"):
        save_filter("desk", "more", Filter(book="repair"), actor=world.an)
    save_filter("desk", "one", Filter(book="repair"), actor=world.gong)
    with pytest.raises(Refused, match="called “one” already"):
        save_filter("desk", "one", Filter(book="enquiry"), actor=world.gong)


def test_nobody_shares_with_a_seat_that_is_not_theirs(world: World) -> None:
    with pytest.raises(NotYours):
        save_filter("desk", "x", Filter(book="repair"), actor=world.an, seat=next(iter(world.gong.seats)))


def test_who_is_forgotten_leaves_no_named_filter(world: World) -> None:
    save_filter("desk", "王阿姨家", Filter(book="repair"), actor=world.gong)
    forget(world.people["gong"])
    assert not SavedFilter.objects.exists()


# -- exports


def export(world: World, key: str, format: str, query: str = "", q: str = "") -> Any:
    return visit(world, key).post("/matters/export/", {"format": format, "_query": query, "q": q})


def csv_of(answer: Any) -> list[list[str]]:
    text = b"".join(answer.streaming_content).decode()
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


def strings_of(answer: Any) -> str:
    with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as book:
        return "".join(book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets"))


def test_a_table_holds_the_rows_of_the_filter_with_people_masked(world: World) -> None:
    one = a_repair(world, what="厨房漏水，电话13800000001", phone="13800000001", category="leaks")
    a_repair(world, what="灯不亮")
    head, *rows = csv_of(export(world, "an", "csv", "category=leaks"))
    assert head[0] == "编号"
    assert [row[0] for row in rows] == [str(one.number)]
    assert "138****0001" in rows[0][3]
    assert "王*" in rows[0]
    assert "王小梅" not in "".join(rows[0])
    assert "13800000001" not in "".join(rows[0])


def test_nothing_in_a_table_is_a_formula(world: World) -> None:
    a_repair(world, what=FORMULA)
    a_repair(world, what="@SUM(1)")
    cells = [cell for row in csv_of(export(world, "an", "csv")) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
    sheet = strings_of(export(world, "an", "xlsx"))
    assert "=HYPERLINK(" in sheet  # as text
    assert "<f>" not in sheet


def test_a_resident_takes_along_their_own_and_nothing_of_the_neighbours(world: World) -> None:
    mine, bos = a_repair(world), a_repair(world, at="room_unit2", by="bo", what="李伯家漏水")
    _, *rows = csv_of(export(world, "mei", "csv"))
    assert [row[0] for row in rows] == [str(mine.number)]
    assert str(bos.number) not in strings_of(export(world, "mei", "xlsx"))


def test_an_export_is_written_down_before_its_first_row_leaves(world: World) -> None:
    a_repair(world)
    answer = export(world, "an", "csv", "book=repair&standing=open")
    written = Export.objects.get()
    assert (written.person_id, written.query, written.format, written.rows) == (
        world.people["an"].pk, "book=repair&standing=open", "csv", 1,
    )  # fmt: skip
    assert len(csv_of(answer)) == 2


def test_a_table_of_what_was_searched_for_holds_just_what_the_search_finds(world: World) -> None:
    leak, light = a_repair(world, what="厨房漏水"), a_repair(world, what="楼道灯不亮")
    other = a_repair(world, what="阳台漏水", category="leaks")
    bos = a_repair(world, at="room_unit2", by="bo", what="李伯家漏水")
    listed = {row[0] for row in csv_of(export(world, "an", "csv", q="漏水"))[1:]}
    found, _ = found_rows(world.an, Filter(), all_books(), "漏水")
    assert listed == {str(row.number) for row in found} == {str(one.number) for one in (leak, other, bos)}
    assert [row[0] for row in csv_of(export(world, "an", "csv", "category=leaks", q="漏水"))[1:]] == [str(other.number)]
    assert {row[0] for row in csv_of(export(world, "mei", "csv", q="漏水"))[1:]} == {
        str(leak.number),
        str(other.number),
    }
    assert str(light.number) not in listed
    assert export(world, "an", "csv", q="，。").status_code == 422  # no word in it: the list shows nothing either


def test_the_words_of_a_search_are_not_written_down_only_that_there_were_some(world: World) -> None:
    a_repair(world, what="王阿姨家漏水")
    csv_of(export(world, "an", "csv", "book=repair", q="王阿姨"))
    csv_of(export(world, "an", "csv", "book=repair"))
    assert list(Export.objects.order_by("exported_at").values_list("query", "searched")) == [
        ("book=repair", True),
        ("book=repair", False),
    ]
    page = visit(world, "an").post("/matters/?book=repair", {"q": "王阿姨"}).content.decode()
    assert re.search(r'action="/matters/export/".*?name="q" value="王阿姨"', page, re.S)


def test_more_than_fits_is_refused_with_what_to_do(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.desk.exports.MOST", 1)
    monkeypatch.setattr("linli.desk.actions.exporting.MOST", 1)
    a_repair(world)
    assert export(world, "an", "csv").status_code == 200
    a_repair(world, what="灯不亮")
    answer = export(world, "an", "csv")
    assert answer.status_code == 422
    assert "请缩小提出日期的范围" in text_of(answer)
    assert Export.objects.count() == 1


def test_an_empty_list_and_an_unknown_format_make_no_file(world: World) -> None:
    assert export(world, "an", "csv").status_code == 422
    a_repair(world)
    assert export(world, "an", "pdf").status_code == 422
    assert not Export.objects.exists()


def test_rows_are_read_in_batches_however_many_there_are(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.desk.exports.AT_ONCE", 2)
    for number in range(5):
        a_repair(world, what=f"第{number}件")
    found = narrowed(world.an, Filter(), all_books())
    assert number_of(found) == 5
    with CaptureQueriesContext(connection) as asked:
        rows = list(rows_of(found))
    assert len(rows) == 5
    assert len(asked) <= 1 + 3  # the cursor is the server's; the first words of each batch


def test_links_between_pages_keep_the_filter(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.desk.views.PAGE", 2)
    for number in range(3):
        a_repair(world, what=f"第{number}件", category="leaks")
    page = visit(world, "an").get("/desk/?category=leaks&of=").content.decode()
    link = re.search(r'hx-get="([^"]+)"', page)
    assert link is not None
    assert parse_qs(urlparse(link[1].replace("&amp;", "&")).query)["category"] == ["leaks"]
