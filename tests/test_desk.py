from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.lib import clock
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.models import Duty
from linli.matters.queries import MINE, desk_rows, matters_of
from tests.pages import visit
from tests.world import World, a_repair


def numbers(page: str) -> list[int]:
    return [int(number) for number in re.findall(r'row-link" href="/matters/(\d+)/"', page)]


def test_a_desk_holds_what_waits_for_the_seat_soonest_due_first(world: World) -> None:
    with clock.at(clock.now() - timedelta(hours=1)):
        older = a_repair(world, what="一楼灯不亮")
    newer = a_repair(world, what="水管漏水")
    rows, more = desk_rows(world.an)
    assert [row.number for row in rows] == [older.number, newer.number]
    assert [row.excerpt for row in rows] == ["一楼灯不亮", "水管漏水"]
    assert more is None


def test_what_a_person_holds_by_name_stands_on_the_same_desk(world: World) -> None:
    matter = a_repair(world)
    move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    assert [row.number for row in desk_rows(world.gong)[0]] == [matter.number]
    assert [row.number for row in desk_rows(world.gong, tab=MINE)[0]] == [matter.number]
    assert desk_rows(world.gong, tab="property_worker")[0] == []
    assert desk_rows(world.an)[0] == []


def test_who_watches_a_late_matter_finds_it_as_watching(world: World) -> None:
    matter = a_repair(world)
    look_after(moment=matter.raised_at + timedelta(hours=1))
    rows, _ = desk_rows(world.dan)
    assert [(row.number, row.kind) for row in rows] == [(matter.number, Duty.SUPERVISES)]


def test_pages_of_a_desk_follow_one_another_without_gap_or_repetition(world: World) -> None:
    with clock.at(clock.now()):  # all of them due at the same moment, so that only the second key tells them apart
        raised = {a_repair(world, what=f"第{number}件").number for number in range(7)}
    seen: list[int] = []
    cursor = None
    for _ in range(4):
        rows, cursor = desk_rows(world.an, after=cursor, limit=2)
        seen += [row.number for row in rows]
    assert sorted(seen) == sorted(raised)
    assert cursor is None


def test_a_row_that_leaves_the_desk_between_two_pages_skips_nothing(world: World) -> None:
    matters = [a_repair(world, what=f"第{number}件") for number in range(4)]
    first, cursor = desk_rows(world.an, limit=2)
    move(matters[0], "decline", actor=world.an, answers={"reply": "不归物业管"})
    second, _ = desk_rows(world.an, after=cursor, limit=2)
    assert [row.number for row in first + second] == [matter.number for matter in matters]


@pytest.mark.parametrize("cursor", ["", "x", "AAAA", "MjAyNi0wMS0wMVQwMDowMDowMC8x", "é"])
def test_a_mangled_cursor_begins_at_the_beginning(world: World, cursor: str) -> None:
    matter = a_repair(world)
    assert [row.number for row in desk_rows(world.an, after=cursor)[0]] == [matter.number]
    assert [row.number for row in matters_of(world.mei, after=cursor)[0]] == [matter.number]


def test_a_desk_takes_two_queries_however_many_seats_and_rows(world: World) -> None:
    for number in range(5):
        a_repair(world, what=f"第{number}件")
    reader = world.dan
    assert reader.seats
    with CaptureQueriesContext(connection) as asked:
        desk_rows(reader)
    assert len(asked) <= 2


def test_the_desk_reads_each_seat_from_its_own_index(world: World) -> None:
    a_repair(world)
    reader = world.an
    assert reader.seats
    with CaptureQueriesContext(connection) as asked:
        desk_rows(reader)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("EXPLAIN " + asked[0]["sql"])
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "duty_desk" in plan
    assert "duty_person" in plan


def test_the_page_says_how_many_are_late_and_lists_them_first(world: World) -> None:
    with clock.at(clock.now() - timedelta(hours=2)):
        late = a_repair(world)
    waiting = a_repair(world, urgency="emergency")
    page = visit(world, "an").get("/desk/").content.decode()
    assert numbers(page) == [late.number, waiting.number]
    assert re.search(r"超时\D{0,3}1", page)
    assert "紧急" in page


def test_an_empty_desk_says_so(world: World) -> None:
    page = visit(world, "an").get("/desk/").content.decode()
    assert 'class="empty"' in page
    assert numbers(page) == []


def test_a_desk_page_takes_few_queries(world: World) -> None:
    for number in range(3):
        a_repair(world, what=f"第{number}件")
    client = visit(world, "an")
    client.get("/desk/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/desk/")
    # session, person, posts, the rows, their excerpts, saved filters, and how many notices are unread (in the navigation);
    # how many wait is known where all of them stand on the page
    assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) <= 7


def test_tabs_tell_the_posts_of_one_person_apart(world: World) -> None:
    matter = a_repair(world)
    look_after(moment=matter.raised_at + timedelta(hours=1))
    client = visit(world, "dan")
    assert numbers(client.get("/desk/?of=unit_lead").content.decode()) == [matter.number]
    assert numbers(client.get("/desk/?of=me").content.decode()) == []


def test_a_post_that_is_not_held_is_no_tab(world: World) -> None:
    a_repair(world)
    assert numbers(visit(world, "mei").get("/desk/?of=property_desk").content.decode()) == []


def test_more_rows_come_as_rows_alone_when_htmx_asks(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("linli.desk.views.PAGE", 2)
    raised = [a_repair(world, what=f"第{number}件").number for number in range(3)]
    client = visit(world, "an")
    first = client.get("/desk/").content.decode()
    link = re.search(r'hx-get="([^"]+)"', first)
    assert link is not None
    rest = client.get(link[1], headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in rest
    assert numbers(first) + numbers(rest) == raised
    assert "<html" in client.get(link[1]).content.decode()


def test_nobody_has_no_desk(world: World) -> None:
    answer = visit(world).get("/desk/")
    assert answer.status_code == 302
    assert answer["Location"] == "/sign-in/?next=%2Fdesk%2F"
