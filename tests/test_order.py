"""Lists of places as neighbours count: nine before ten, whatever the labels of the paths are."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from linli.lib.natural import sort_key
from linli.places.actions import add_place, move_place, rename_place
from linli.places.facility_actions import Actor, Details, add_facility
from linli.places.facility_queries import facility_rows, standing
from linli.places.models import Place
from linli.postgres.copying import copy_in
from linli.register.actions.loading import load_register
from linli.register.plan import Wish, make_plan
from linli.register.queries import register_rows
from linli.register.tables import read_table
from tests.registers import a_csv, a_row
from tests.world import SINCE, World

DAY = date(2026, 1, 1)


@pytest.mark.parametrize(
    "names",
    [
        ("1号楼", "2号楼", "9号楼", "10号楼", "11号楼", "100号楼"),
        ("一期", "二期", "三期", "九期", "十期", "十一期", "十二期", "十九期", "二十期", "二十一期", "九十九期"),
        ("101室", "102室", "201室", "901室", "1001室", "1101室"),
        ("1号楼", "2号楼", "三号楼", "4号楼", "十号楼", "11号楼"),
        ("A座1单元", "A座2单元", "A座10单元", "B座1单元"),
        ("１号楼", "２号楼", "１０号楼"),
        ("东区二号楼", "东区十二号楼", "西区一号楼"),
        ("车位9", "车位10", "车位100"),
        ("1-2-9", "1-2-10", "1-10-1", "2-1-1"),
    ],
)
def test_names_stand_as_people_count(names: tuple[str, ...]) -> None:
    assert sorted(reversed(names), key=sort_key) == list(names)


def test_numbers_of_any_length_have_a_key() -> None:
    assert sort_key("9" * 100) == "9" * 60
    assert sort_key("") == ""


def _children(place: Place) -> list[str]:
    found = Place.objects.filter(path__startswith=f"{place.path}.").order_by("order", "path")
    return list(found.values_list("name", flat=True))


@pytest.mark.parametrize("how", ["saved", "in bulk", "copied"])
def test_a_place_gets_its_key_however_it_is_written(world: World, how: str) -> None:
    above = add_place(world.place("phase"), level="building", label="zz", name="7号楼", since=SINCE)
    rooms = [
        Place(parent=above, level="room", label=label, path=f"{above.path}.{label}", name=name, valid_from=SINCE)
        for label, name in (("a", "1001室"), ("b", "901室"), ("c", "101室"))
    ]
    match how:
        case "saved":
            for room in rooms:
                room.save()
        case "in bulk":
            Place.objects.bulk_create(rooms)
        case _:
            copy_in(rooms)
    assert _children(above) == ["101室", "901室", "1001室"]


def test_a_building_that_is_renamed_takes_its_new_turn_with_all_its_rooms(world: World) -> None:
    estate = world.place("estate")
    first = world.place("building1")
    assert _names(estate, "building") == ["1号楼", "2号楼"]
    rename_place(first, name="十二号楼", since=DAY)
    assert _names(estate, "building") == ["2号楼", "十二号楼"]
    assert [path.split(".")[-3] for path in _paths(estate, "room")] == ["b2", "b1", "b1", "b1", "b1"]


def test_a_building_that_moves_to_another_grid_or_phase_takes_its_turn_there(world: World) -> None:
    later = add_place(world.place("estate"), level="phase", label="p2", name="二期", since=SINCE)
    estate = world.place("estate")
    move_place(world.place("building1"), to=world.place("grid2"))
    assert _names(estate, "building") == ["1号楼", "2号楼"]
    move_place(Place.objects.get(label="b1"), to=later)
    assert _names(estate, "building") == ["2号楼", "1号楼"]
    assert [path.split(".")[-3] for path in _paths(estate, "room")] == ["b2", "b1", "b1", "b1", "b1"]


def test_a_grid_that_moves_takes_its_buildings_along(world: World) -> None:
    later = add_place(world.place("estate"), level="phase", label="p2", name="二期", since=SINCE)
    move_place(world.place("grid1"), to=later)
    assert _names(world.place("estate"), "building") == ["2号楼", "1号楼"]


def test_the_keys_that_moves_and_names_leave_are_those_that_would_be_worked_out_anew(world: World) -> None:
    later = add_place(world.place("estate"), level="phase", label="p2", name="二期", since=SINCE)
    move_place(world.place("grid1"), to=later)
    rename_place(later, name="十期", since=DAY)
    rename_place(Place.objects.get(pk=world.place("grid1").pk), name="第9网格", since=DAY)
    rename_place(Place.objects.get(pk=world.place("building1").pk), name="8号楼", since=DAY)
    kept = dict(Place.objects.values_list("pk", "order"))
    for place in sorted(Place.objects.select_related("parent"), key=lambda one: one.path.count(".")):
        assert place._meta.get_field("order").pre_save(place, add=True) == kept[place.pk], place.path


def test_buildings_of_different_grids_stand_in_one_row(world: World) -> None:
    """Grid 1 has buildings 1 and 10, grid 2 has 2 and 9: nobody who reads the list sees the grids."""
    for grid, name in (("grid1", "10号楼"), ("grid2", "9号楼")):
        add_place(world.place(grid), level="building", label=f"x{len(name)}", name=name, since=SINCE)
    assert _names(world.place("estate"), "building") == ["1号楼", "2号楼", "9号楼", "10号楼"]


def test_the_register_is_read_in_order_page_by_page(world: World, tmp_path: Path) -> None:
    rows = [a_row(**{"楼栋": building, "室": room, "电话": "", "产权人": "甲"})
            for building in ("10", "9", "2") for room in ("1001", "901", "101", "102")]  # fmt: skip
    plan = make_plan(read_table(a_csv(tmp_path, *rows)), parent=None, since=SINCE, wish=Wish())
    assert plan.bad == []
    load_register(plan, day=SINCE)
    wanted = [f"青榆家园 一期 {b}号楼 1单元 {r}室" for b in (2, 9, 10) for r in (101, 102, 901, 1001)]
    found, after = [], ""
    for _ in range(3):
        page, after = register_rows(world.shu, after=after, limit=5)
        found += [row.where.zh for row in page]
    assert (found, after) == (wanted, "")


def test_facilities_are_listed_in_order_page_by_page(world: World) -> None:
    for number in (10, 9, 2, 1):
        place = add_place(
            world.place("building1"), level="unit", label=f"v{20 - number}", name=f"{number + 10}单元", since=SINCE
        )
        for name in ("甲", "乙"):
            add_facility(place, Details("lamp", name, installed_on=DAY), actor=Actor(None))
    found, mark = [], None
    for _ in range(3):
        page, mark = facility_rows(standing(), after=mark, limit=3)
        found += [one.place.name for one in page]
    assert (found, mark) == ([f"{n + 10}单元" for n in (1, 1, 2, 2, 9, 9, 10, 10)], None)


def _names(place: Place, level: str) -> list[str]:
    found = Place.objects.filter(path__startswith=f"{place.path}.", level=level).order_by("order", "path")
    return list(found.values_list("name", flat=True))


def _paths(place: Place, level: str) -> list[str]:
    found = Place.objects.filter(path__startswith=f"{place.path}.", level=level).order_by("order", "path")
    return list(found.values_list("path", flat=True))
