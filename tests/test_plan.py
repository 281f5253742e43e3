"""The plan of an estate: what each reader learns from it, and loading it from the command line."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.matters.models import Matter
from linli.people.reader import Reader
from linli.places.actions import add_place
from linli.places.facility_actions import Details
from linli.places.models import Facility, PlanShape, SitePlan
from linli.places.plans.actions import draw_plan
from linli.places.plans.naming import find_all, names_below
from linli.places.plans.outline import Drawn
from linli.playbooks.library import shipped_source
from linli.playbooks.models import Version
from linli.playbooks.versions import adopt
from linli.record.models import Event
from linli.record.queries import broken_chains
from linli.requests.facilities.actions import add_facility, inspect
from linli.requests.plans.queries import Number, numbers_below
from tests.pages import text_of, visit
from tests.world import SINCE, World, a_repair

ESTATE = "hh.sh.qy.c.e"
SQUARE = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0))


def a_house(name: str, x: int = 0) -> dict[str, Any]:
    ring = [[x, 0], [x + 30, 0], [x + 30, 10], [x, 10], [x, 0]]
    return {"type": "Feature", "properties": {"place": name}, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def a_dot(name: str) -> dict[str, Any]:
    return {"type": "Feature", "properties": {"facility": name}, "geometry": {"type": "Point", "coordinates": [5, 20]}}


def a_file(folder: Path, *features: Any) -> Path:
    file = folder / "plan.geojson"
    lines = ",\n".join(json.dumps(one, ensure_ascii=False) for one in features)
    file.write_text(f'{{"type": "FeatureCollection", "features": [\n{lines}\n]}}', encoding="utf-8")
    return file


@pytest.fixture
def lamp(world: World) -> Facility:
    lamp = add_facility(
        world.place("unit1"), Details("lamp", "门厅灯", installed_on=date(2026, 1, 1)), actor=world.jing
    )
    inspect(lamp, "broken", actor=world.gong)
    return lamp


@pytest.fixture
def drawn(world: World, lamp: Facility) -> SitePlan:
    """Both buildings and the broken lamp of unit 1."""
    shapes = [
        Drawn(1, building="1号楼", rings=(SQUARE,)),
        Drawn(2, building="2号楼", rings=(tuple((x + 20, y) for x, y in SQUARE),)),
        Drawn(3, facility="门厅灯", rings=(((4.0, 12.0),),)),
        Drawn(4, ground="green", rings=(((0.0, 15.0), (30.0, 15.0), (30.0, 20.0)),)),
    ]
    meant, problems = find_all(shapes, names_below(world.place("estate")))
    assert problems == []
    return draw_plan(world.place("estate"), meant, digest="0" * 64)


def numbers(world: World, who: str = "") -> list[tuple[int, int]]:
    reader = getattr(world, who) if who else Reader(None)
    places = [world.place("building1"), world.place("building2")]
    found = numbers_below(world.place("estate"), places, reader)
    return [(found[one.pk].open, found[one.pk].late) for one in places]


# -- what is counted, and for whom


def test_open_and_late_matters_are_counted_at_their_building_wherever_in_it_they_are(world: World) -> None:
    for at, by in (("room", "mei"), ("unit1", "dan"), ("building1", "lao_li"), ("room_building2", "qin")):
        a_repair(world, at=at, by=by)
    Matter.objects.filter(place=world.place("unit1")).update(late_at=Matter.objects.first().raised_at)  # type: ignore[union-attr]
    assert numbers(world) == [(3, 1), (1, 0)]


def test_what_is_at_the_estate_itself_is_told_of_no_building(world: World) -> None:
    a_repair(world, at="estate", by="an")
    assert numbers(world) == [(0, 0), (0, 0)]


def test_a_matter_that_ended_is_open_no_more(world: World) -> None:
    matter = a_repair(world)
    past = {"ended_at": matter.raised_at, "outcome": "withdrawn", "holder": None, "due_at": None}
    Matter.objects.filter(pk=matter.pk).update(**past)
    assert numbers(world) == [(0, 0), (0, 0)]


def test_a_building_whose_label_begins_like_anothers_takes_nothing_of_it(world: World) -> None:
    far = add_place(world.place("grid1"), level="building", label="b11", name="11号楼", since=SINCE)
    a_repair(world)
    assert numbers_below(world.place("estate"), [far], Reader(None))[far.pk] == Number(0, 0)


def test_where_a_playbook_keeps_the_building_to_itself_only_those_with_a_part_in_it_count_it(world: World) -> None:
    """As the shipped ones all publish the building, this one is made not to, in the column that says what runs it."""
    secret = _adopt_without_building()
    matter = a_repair(world)
    Matter.objects.filter(pk=matter.pk).update(playbook=secret)
    shown = {who: numbers(world, who) for who in ("", "mei", "shu", "dan", "qin", "stranger")}
    assert shown == {
        "": [(0, 0)] * 2, "stranger": [(0, 0)] * 2, "qin": [(0, 0)] * 2,
        "mei": [(1, 0), (0, 0)], "shu": [(1, 0), (0, 0)], "dan": [(1, 0), (0, 0)],
    }  # fmt: skip
    for who, seen in (("", False), ("qin", False), ("mei", True)):
        page = visit(world, who).get(f"/plan/buildings/{world.place('building1').pk}/")
        assert (f"/matters/{matter.number}/" in page.content.decode()) is seen


def _adopt_without_building() -> Version:
    source = shipped_source("repair")
    line = re.search(r"^public:.*(?:\n .*)*", source, re.MULTILINE)
    assert line is not None
    assert "place.building" in line[0]
    return adopt(source.replace(line[0], re.sub(r",?\s*place\.building\b(:[^,\]\n]*)?", "", line[0])))


# -- the page


def test_everybody_sees_the_counts_as_a_drawing_and_as_a_table(world: World, drawn: SitePlan) -> None:
    a_repair(world)
    answer = visit(world).get("/plan/")
    page = answer.content.decode()
    assert 'aria-label="1号楼：1 件在办"' in page
    assert 'aria-label="2号楼：没有在办事项"' in page
    assert "1号楼 1 0 2号楼 0 0" in text_of(answer)
    english = visit(world, language="en").get("/plan/").content.decode()
    assert 'aria-label="Building 1号楼: 1 open"' in english


@pytest.mark.parametrize("person", ["", "mei", "bo", "qin", "stranger"])
def test_neither_a_room_nor_what_does_not_work_is_told_to_the_public(
    world: World, drawn: SitePlan, lamp: Facility, person: str
) -> None:
    a_repair(world)
    page = visit(world, person).get("/plan/").content.decode()
    main = re.search(r"<main.*</main>", page, re.DOTALL)[0]  # type: ignore[index]
    for private in ("101室", "1单元", "水管漏水", "损坏", "plan-broken", str(lamp.pk), "王小梅"):
        assert private not in main, private
    assert "照明灯 1号楼 门厅灯" in main


@pytest.mark.parametrize("person", ["dan", "lao_li", "an", "wen"])
def test_those_who_inspect_see_the_condition_and_go_to_the_facility(
    world: World, drawn: SitePlan, lamp: Facility, person: str
) -> None:
    page = visit(world, person).get("/plan/").content.decode()
    assert f'href="/facilities/{lamp.pk}/" aria-label="照明灯 1号楼 门厅灯 · 损坏"' in page
    assert "plan-facility plan-broken" in page


def test_names_are_escaped_wherever_they_stand(world: World, drawn: SitePlan) -> None:
    name = '"><script>alert(1)</script>'
    type(drawn.place).objects.filter(pk=world.place("building1").pk).update(name=name)
    Facility.objects.update(name="</title><b onload=x>")
    page = visit(world, "an").get("/plan/").content.decode()
    assert "<script>alert" not in page
    assert "</title><b" not in page
    assert "&lt;script&gt;alert(1)" in page


@pytest.mark.parametrize(("person", "most"), [("", 3), ("mei", 5), ("shu", 5)])
def test_a_plan_of_many_buildings_takes_as_few_statements_as_one_of_two(
    world: World, drawn: SitePlan, person: str, most: int
) -> None:
    """Its own are for the plan, the shapes and the counts; for whoever has signed in, what only they may know besides."""
    client = visit(world, person)
    for index in range(4):
        a_repair(world, what=f"第{index}件")
    client.get("/plan/")
    with CaptureQueriesContext(connection) as few:
        client.get("/plan/")
    for number in range(20):
        building = add_place(
            world.place("grid2"), level="building", label=f"c{number}", name=f"{number + 30}号楼", since=SINCE
        )
        PlanShape.objects.create(plan=drawn, building=building, outline=[[0, 0, 9, 0, 9, 9]], x=3, y=3)
    with CaptureQueriesContext(connection) as many:
        client.get("/plan/")
    own = ("places_siteplan", "places_planshape", "matters_matter", "playbooks_version")
    ours = [one["sql"] for one in many if any(f'FROM "{table}"' in one["sql"] for table in own)]
    assert len(many) == len(few)
    assert len(ours) <= most, "\n".join(ours)


def test_where_no_plan_is_drawn_the_page_says_what_to_do(world: World) -> None:
    assert "这里还没有平面图" in text_of(visit(world).get("/plan/"))


def test_of_several_plans_one_is_chosen(world: World, drawn: SitePlan) -> None:
    meant, _ = find_all([Drawn(1, building="2号楼", rings=(SQUARE,))], names_below(world.place("phase")))
    draw_plan(world.place("phase"), meant, digest="1" * 64)
    listed = visit(world).get("/plan/").content.decode()
    assert f'href="/plan/?place={ESTATE}"' in listed
    page = visit(world).get(f"/plan/?place={ESTATE}.p1").content.decode()
    assert ("2号楼：" in page, "1号楼：" in page) == (True, False)
    assert visit(world).get("/plan/?place=nowhere").status_code == 404


def test_buildings_of_one_name_are_told_apart_in_words(world: World, drawn: SitePlan) -> None:
    later = add_place(world.place("estate"), level="phase", label="p2", name="二期", since=SINCE)
    twin = add_place(later, level="building", label="b1", name="1号楼", since=SINCE)
    PlanShape.objects.create(plan=drawn, building=twin, outline=[[0, 0, 9, 0, 9, 9]], x=3, y=3)
    answer = visit(world).get("/plan/")
    page = answer.content.decode()
    assert 'aria-label="一期 1号楼：没有在办事项"' in page
    assert "一期 1号楼 0 0 2号楼 0 0 二期 1号楼 0 0" in text_of(answer)


# -- one building


def test_a_building_lists_what_is_open_newest_first_page_by_page(world: World) -> None:
    for _ in range(32):
        a_repair(world)
    a_repair(world, at="room_building2", by="qin")
    client, address = visit(world), f"/plan/buildings/{world.place('building1').pk}/"
    first = client.get(address)
    found = re.findall(r'href="/matters/(\d+)/"', first.content.decode())
    more = re.search(r'href="(\?after=\d+)"', first.content.decode())
    assert more is not None
    second = client.get(address + more[1]).content.decode()
    rest = re.findall(r'href="/matters/(\d+)/"', second)
    assert (len(found), len(rest), 'href="?after=' in second) == (30, 2, False)
    assert [int(one) for one in found + rest] == sorted({int(one) for one in found + rest}, reverse=True)
    assert "32 件" in text_of(first)


@pytest.mark.parametrize("after", ["²", "x", "", "9" * 30])
def test_a_cursor_that_is_none_begins_anew(world: World, after: str) -> None:
    matter = a_repair(world)
    page = visit(world).get(f"/plan/buildings/{world.place('building1').pk}/?after={after}")
    assert f"/matters/{matter.number}/" in page.content.decode()


@pytest.mark.parametrize("key", ["unit1", "room", "estate"])
def test_only_a_building_has_such_a_page(world: World, key: str) -> None:
    assert visit(world).get(f"/plan/buildings/{world.place(key).pk}/").status_code == 404


# -- reporting from the plan


def test_the_building_that_was_chosen_on_the_plan_is_filled_in(world: World, drawn: SitePlan) -> None:
    client, building = visit(world, "mei"), world.place("building2")
    page = client.get("/plan/?for=repair").content.decode()
    assert f'href="/raise/repair/?at={building.pk}"' in page
    form = client.get(f"/raise/repair/?at={building.pk}").content.decode()
    assert re.search(rf'value="{building.pk}" checked', form)


@pytest.mark.parametrize("key", ["room_building2", "community"])
def test_a_place_that_is_not_open_to_the_reader_is_not_filled_in(world: World, key: str) -> None:
    form = visit(world, "mei").get(f"/raise/repair/?at={world.place(key).pk}").content.decode()
    assert f'value="{world.place(key).pk}"' not in form
    assert re.search(rf'value="{world.place("room").pk}" checked', form)


def test_whoever_may_not_raise_it_sees_the_plain_plan(world: World, drawn: SitePlan) -> None:
    for person in ("", "stranger"):
        assert "/raise/repair/?at=" not in visit(world, person).get("/plan/?for=repair").content.decode()


# -- from the command line


def load(file: Path, *more: str, place: str = ESTATE, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    try:
        call_command("import", "plan", str(file), "--place", place, "--district", "here", *more)
        status = 0
    except SystemExit as left:
        status = int(left.code or 0)
    told = capsys.readouterr()
    return status, told.out + told.err


def test_a_file_becomes_the_plan_and_the_record_says_so(
    world: World, lamp: Facility, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = a_file(tmp_path, a_house("1号楼"), a_house("p1.g2.b2", 60), a_dot("门厅灯"))
    status, told = load(file, capsys=capsys)
    assert (status, "楼栋 2 栋，设施 1 处" in told, "还没有画上的楼栋：无" in told) == (0, True, True)
    plan = SitePlan.objects.get()
    assert (plan.place.path, plan.shapes.count()) == (ESTATE, 3)
    event = Event.objects.get(verb="plan_drawn")
    assert (event.place_id, event.body["shapes"]) == (plan.place_id, 3)
    assert list(broken_chains()) == []
    assert "已经是这份文件画的" in load(file, capsys=capsys)[1]
    assert Event.objects.filter(verb="plan_drawn").count() == 1


def test_a_dry_run_writes_nothing(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = load(a_file(tmp_path, a_house("1号楼")), "--dry-run", capsys=capsys)
    assert (status, "还没有画上的楼栋：2号楼" in told, SitePlan.objects.count()) == (0, True, 0)


def test_unknown_names_are_told_by_line_and_nothing_is_drawn(
    world: World, lamp: Facility, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add_facility(world.place("unit2"), Details("lamp", "门厅灯", installed_on=date(2026, 1, 1)), actor=world.jing)
    file = a_file(tmp_path, a_house("1号楼"), a_house("99号楼"), a_house("101室"), a_house("1号楼", 50), a_dot("没有的灯"),
                  a_dot("门厅灯"))  # fmt: skip
    status, told = load(file, capsys=capsys)
    lines = told.splitlines()
    assert (status, SitePlan.objects.count()) == (1, 0)
    assert [line[:5] for line in lines[:5]] == [f"第 {n} 行" for n in (3, 4, 5, 6, 7)]
    for line, words in zip(
        lines, ("没有“99号楼”", "只画到楼栋", "第 2 行已经画过", "没有“没有的灯”", "不止一处"), strict=False
    ):
        assert words in line
    assert load(file, "--skip-bad", capsys=capsys)[0] == 0
    assert SitePlan.objects.get().shapes.count() == 1


def test_a_building_that_is_entered_later_is_drawn_from_the_same_file(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = a_file(tmp_path, a_house("1号楼"), a_house("3号楼", 40))
    load(file, "--skip-bad", capsys=capsys)
    add_place(world.place("grid1"), level="building", label="b3", name="3号楼", since=SINCE)
    assert load(file, capsys=capsys)[0] == 0
    assert SitePlan.objects.get().shapes.count() == 2


def test_buildings_of_one_name_in_two_phases_are_told_apart_by_path(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    later = add_place(world.place("estate"), level="phase", label="p2", name="二期", since=SINCE)
    add_place(later, level="building", label="b1", name="1号楼", since=SINCE)
    assert "p1.g1.b1, p2.b1" in load(a_file(tmp_path, a_house("1号楼")), capsys=capsys)[1]
    assert load(a_file(tmp_path, a_house("p2.b1"), a_house(f"{ESTATE}.p1.g1.b1", 50)), capsys=capsys)[0] == 0


@pytest.mark.parametrize("name", ["1号楼", "１号楼", "一号楼", "b1", "p1.g1.b1", f"{ESTATE}.p1.g1.b1"])
def test_a_building_is_known_by_every_one_of_its_names(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    assert load(a_file(tmp_path, a_house(name)), capsys=capsys)[0] == 0


@pytest.mark.parametrize(("place", "sentence"), [("nowhere", "没有路径"), ("青榆社区", "平面图属于小区或期")])
def test_a_plan_belongs_to_an_estate(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], place: str, sentence: str
) -> None:
    status, told = load(a_file(tmp_path, a_house("1号楼")), place=place, capsys=capsys)
    assert (status, sentence in told, SitePlan.objects.count()) == (1, True, 0)


def test_a_plan_without_a_building_is_none(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = load(a_file(tmp_path), capsys=capsys)
    assert (status, "没有可以导入的形状" in told) == (1, True)
