"""The board as people see it: numbers that open, few ones hidden, a table for spreadsheets, and a fixed number of queries."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from linli.insight.actions.exclusions import ask_exclusion
from linli.insight.actions.folding import rebuild
from linli.insight.board import too_few
from linli.insight.charts import bars
from linli.insight.export import safe
from linli.insight.models import Exclusion
from linli.lib import clock
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.models import Matter
from tests.pages import text_of, visit
from tests.world import World, a_repair

NINE = datetime(2026, 5, 6, 1, tzinfo=UTC)
MAY = {"from": "2026-05-01", "to": "2026-05-31"}


@pytest.fixture
def month(world: World) -> World:
    """Six repairs in building 1, one of them done, the others late; two in building 2."""
    with clock.at(NINE):
        matters = [a_repair(world) for _ in range(6)]
        for _ in range(2):
            a_repair(world, by="qin", at="room_building2")
        move(matters[0], "accept", actor=world.an, answers={"worker": world.id_of("gong")})
        move(matters[0], "finish", actor=world.gong, answers={"reply": "修好了"})
        move(matters[0], "confirm", actor=world.mei, answers={"score": "5"})
    look_after(moment=NINE + timedelta(hours=1))
    rebuild()
    return world


def test_anybody_reads_the_numbers_of_the_neighbourhood(month: World) -> None:
    page = text_of(visit(month).get("/board/", MAY))
    for words in (
        "提出 8",
        "办结 1",
        "超时 7",
        "目前仍超时 7",
        "响应率 12.50% 1 ÷ 8",
        "解决率 100.00% 1 ÷ 1",
        "综合得分 73.75",
    ):
        assert words in page
    assert "Response rate 12.50% 1 ÷ 8" in text_of(visit(month, language="en").get("/board/", MAY))


def test_every_number_opens_its_rows(month: World) -> None:
    client = visit(month)
    page = client.get("/board/", MAY).content.decode()
    links = re.findall(r'href="(/board/rows/[^"]+)"><?s?t?r?o?n?g?>?(\d+)', page.replace("&amp;", "&"))
    assert len(links) > 15
    for link, number in links:
        assert client.get(link).content.decode().count('class="row-link"') == int(number), link


def test_rows_show_no_name_no_room_and_no_word_to_the_public(month: World) -> None:
    client = visit(month)
    page = client.get("/board/rows/", {**MAY, "figure": "raised"}).content.decode()
    assert "1号楼" in page
    for private in ("101室", "1单元", "王小梅", "水管漏水", "13800000001"):
        assert private not in page
    assert "/board/exclusion/" not in page
    serving = visit(month, "shu").get("/board/rows/", {**MAY, "figure": "raised"}).content.decode()
    assert "101室" in serving
    assert serving.count('href="/board/exclusion/') == 8


def test_a_playbook_that_keeps_the_building_to_itself_keeps_it_here(month: World) -> None:
    """Of a question it is public that it was asked, not from where."""
    with clock.at(NINE):
        asked = a_repair(month)
    public = "public: [title, stage]"
    version = asked.playbook
    source = re.sub(r"^public: .*$", public, version.source, flags=re.MULTILINE)
    type(version).objects.filter(pk=version.pk).update(name="closed_repair", current=False)
    closed = type(version).objects.create(name="repair", number=2, source=source, digest="0", adopted_at=NINE)
    Matter.objects.filter(pk=asked.pk).update(playbook=closed)
    rebuild()
    page = text_of(visit(month).get("/board/rows/", {**MAY, "figure": "raised"}))
    assert page.count("1号楼") == 6
    assert page.count("2号楼") == 2


def test_rows_go_on_page_by_page_without_loss(month: World) -> None:
    with clock.at(NINE + timedelta(days=1)):
        for _ in range(60):
            a_repair(month)
    rebuild()
    client, seen = visit(month), []
    link = "/board/rows/?from=2026-05-01&to=2026-05-31&figure=raised"
    while link:
        page = client.get(link).content.decode()
        seen += re.findall(r'class="row-link" href="/matters/(\d+)/"', page)
        more = re.search(r'class="button" href="(\?[^"]+)"', page)
        link = f"/board/rows/{more[1].replace('&amp;', '&')}" if more else ""
    assert len(seen) == len(set(seen)) == 68


@pytest.mark.parametrize(
    ("raised", "hidden"),
    [
        ({"a": 0, "b": 5, "c": 9}, set()),
        ({"a": 4, "b": 5, "c": 9}, {"a", "b"}),  # the total would tell a lone one
        ({"a": 4, "b": 1, "c": 9}, {"a", "b"}),
        ({"a": 4}, {"a"}),
        ({"a": 0, "b": 0}, set()),
    ],
)
def test_fewer_than_five_are_not_told_of_one_building(raised: dict[str, int], hidden: set[str]) -> None:
    assert too_few(raised) == hidden


def test_a_building_with_few_is_named_without_numbers_and_has_no_board(month: World) -> None:
    client = visit(month)
    page = text_of(client.get("/board/", {**MAY, "place": month.place("grid2").path}))
    assert "2号楼 少于 5 件，或只合并公布" in page
    for address in ("/board/", "/board/rows/?figure=raised", "/board/figures.csv"):
        building = month.place("building2").path
        assert client.get(address, {"place": building, "figure": "raised", **MAY}).status_code == 404


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"from": "2026-05-31", "to": "2026-05-01"}, "起始日不晚于截止日"),
        ({"from": "soon", "to": "2026-05-01"}, "日期请写成"),
        ({"from": "2020-05-01", "to": "2026-05-01"}, "最长三年"),
        ({"from": "", "to": "2026-05-01"}, "日期请写成"),
    ],
)
def test_dates_that_cannot_be_read_are_answered_with_a_sentence(
    month: World, query: dict[str, str], words: str
) -> None:
    answer = visit(month).get("/board/", query)
    assert answer.status_code == 200
    assert words in text_of(answer)


@pytest.mark.parametrize("figure", ["", "nothing", "response", "response.none", "nothing.part", "x_nothing"])
def test_a_figure_that_there_is_not_is_not_found(month: World, figure: str) -> None:
    assert visit(month).get("/board/rows/", {**MAY, "figure": figure}).status_code == 404


def test_before_anything_was_counted_the_board_says_so(world: World) -> None:
    page = text_of(visit(world).get("/board/"))
    assert "还没有统计" in page
    assert "响应率 — 0 ÷ 0" in page


def test_the_board_asks_the_same_number_of_questions_however_much_there_is(month: World) -> None:
    client = visit(month)
    client.get("/board/", MAY)
    few = questions_after_a_fold(client)
    with clock.at(NINE):
        for _ in range(10):
            a_repair(month)
    many = questions_after_a_fold(client)
    assert len(many) == len(few) <= 5
    assert not any("matters_matter" in sql or "record_event" in sql for sql in many)


def questions_after_a_fold(client: Client) -> list[str]:
    rebuild()
    with CaptureQueriesContext(connection) as asked:
        client.get("/board/", MAY)
    return [one["sql"] for one in asked.captured_queries]


def test_the_figures_are_drawn_once_for_each_fold_and_are_never_older(month: World) -> None:
    client = visit(month)
    client.get("/board/", MAY)
    with CaptureQueriesContext(connection) as again:
        client.get("/board/", MAY)
    assert not any("insight_daycount" in one["sql"] for one in again.captured_queries)
    with clock.at(NINE):
        a_repair(month)
    rebuild()
    assert "提出 9" in text_of(client.get("/board/", MAY))
    assert "Raised 9" in text_of(visit(month, language="en").get("/board/", MAY))


# -- the table


def test_the_table_has_the_numbers_of_the_board(month: World) -> None:
    answer = visit(month).get("/board/figures.csv", MAY)
    assert answer["Content-Disposition"] == 'attachment; filename="figures.csv"'
    text = answer.content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert ["合计", "青榆家园", "8", "1", "7", "响应率", "1", "8", "12.50%", "0"] in rows
    assert ["事项类型", "报事报修", "8", "1", "7", "解决率", "1", "1", "100.00%", ""] in rows


def test_a_place_called_like_a_formula_does_nothing_in_a_spreadsheet(month: World) -> None:
    phase = month.place("phase")
    type(phase).objects.filter(pk=phase.pk).update(name='=HYPERLINK("http://evil")')
    text = visit(month).get("/board/figures.csv", MAY).content.decode("utf-8-sig")
    named = [row[1] for row in csv.reader(io.StringIO(text)) if row[0] == "地点"]
    assert set(named) == {'\'=HYPERLINK("http://evil")'}


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@a", "'@a"),
        ("\ta", "'\ta"),
        ("\ra", "'\ra"),
        ("3号楼", "3号楼"),
        ("—", "—"),
    ],
)
def test_what_a_spreadsheet_would_work_out_is_quoted(cell: str, kept: str) -> None:
    assert safe(cell) == kept


# -- the chart


def test_the_chart_has_a_title_and_bars_as_tall_as_their_numbers() -> None:
    drawn = bars([("5/1", (10, 5, 0)), ("5/8", (0, 0, 0))], title="a < b", key="t")
    assert 'role="img" aria-labelledby="t"' in drawn
    assert '<title id="t">a &lt; b</title>' in drawn
    tall = [int(height) for height in re.findall(r'<rect[^>]* height="(\d+)"', drawn)]
    assert tall == [146, 73]


def test_a_chart_of_nothing_draws_no_bar() -> None:
    assert "<rect" not in bars([("5/1", (0,))], title="t", key="t")


# -- a playbook's page, exclusions


def test_a_playbooks_page_shows_its_figures(month: World) -> None:
    with clock.at(NINE + timedelta(days=3)):
        page = text_of(visit(month).get("/playbooks/repair/"))
        assert "最近 30 天 提出 8 办结 1" in page
        assert "最近 30 天" not in text_of(visit(month).get("/playbooks/order/"))


def test_two_people_leave_a_matter_out_by_its_page(month: World) -> None:
    matter = Matter.objects.filter(late_at__isnull=False).order_by("number")[0]
    address = f"/board/exclusion/{matter.number}/"
    asking = visit(month, "jing")
    assert "申请" in text_of(asking.get(address))
    assert asking.post(f"{address}ask/", {"ground": "not_ours", "reason": "市政管网"}).status_code == 303
    assert "等另一个人审批" in text_of(asking.get(address))
    assert asking.post(f"{address}rule/", {"approve": "yes", "reason": "同意"}).status_code == 403
    assert visit(month, "shu").post(f"{address}rule/", {"approve": "yes", "reason": "同意"}).status_code == 303
    assert Exclusion.objects.get().approved is True
    rebuild()
    page = text_of(visit(month).get("/board/", MAY))
    assert "响应率 14.29% 1 ÷ 7" in page
    assert "经批准剔除 1" in page
    rows = text_of(visit(month).get("/board/rows/", {**MAY, "figure": "response.out"}))
    assert "不属于这里的职责" in rows
    told = text_of(visit(month, "mei").get(f"/matters/{matter.number}/"))
    assert "市政管网" in told, "the raiser reads why"


@pytest.mark.parametrize("page", [lambda number: f"/board/exclusion/{number}/"])
def test_the_page_of_an_exclusion_is_for_posts_on_the_spot_alone(month: World, page: Callable[[int], str]) -> None:
    matter = Matter.objects.order_by("number")[0]
    ask_exclusion(matter, ground="not_ours", reason="市政管网", actor=month.an)
    found = {
        who: visit(month, who).get(page(matter.number)).status_code for who in ("an", "shu", "jie", "mei", "bo", "hua")
    }
    assert found == {"an": 200, "shu": 200, "jie": 200, "mei": 404, "bo": 404, "hua": 404}
    assert visit(month).get(page(matter.number)).status_code == 404


def test_the_trend_counts_whole_weeks_that_end_with_the_period(month: World) -> None:
    page = visit(month).get("/board/", {"from": "2026-05-01", "to": "2026-05-12"}).content.decode()
    weeks = re.findall(r'<th scope="row">(\d\d-\d\d – \d\d-\d\d)</th><td class="number">(\d+)</td>', page)
    assert weeks[-2:] == [("04-29 – 05-05", "0"), ("05-06 – 05-12", "8")]
    assert len(weeks) == 12
    assert date(2026, 5, 12) - date(2026, 5, 6) == timedelta(days=6)
