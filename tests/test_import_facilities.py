"""Tables of facilities from offices: what is read, what is refused by line, and that a second time changes nothing."""

from __future__ import annotations

import csv
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.lib import clock
from linli.places.actions import add_place
from linli.places.facilities import CONDITIONS, KINDS
from linli.places.facility_queries import overdue, standing
from linli.places.models import Facility
from linli.record.models import Event
from linli.record.queries import broken_chains, events_of
from linli.requests.facilities.table import Told, read_row
from linli.requests.facilities.where import atlas
from tests.world import SINCE, World

NOON = datetime(2026, 6, 15, 4, tzinfo=UTC)
TODAY = date(2026, 6, 15)
HEADINGS = ["类别", "位置", "名称", "安装日期", "规划点位", "状况", "上次巡检", "下次巡检"]
GOOD: dict[str, Any] = {
    "类别": "照明灯", "位置": "1号楼1单元", "名称": "门厅灯", "安装日期": "2026-01-05", "规划点位": "是", "状况": "完好",
    "上次巡检": "2026-06-10", "下次巡检": "",
}  # fmt: skip


def a_row(**changed: Any) -> list[Any]:
    row = {**GOOD, **changed}
    return [row[heading] for heading in HEADINGS]


def a_csv(folder: Path, *rows: Sequence[Any], headings: Sequence[str] = HEADINGS) -> Path:
    file = folder / "facilities.csv"
    with file.open("w", encoding="gb18030", newline="") as out:
        csv.writer(out).writerows([headings, *rows])
    return file


def load(file: Path, *more: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    with clock.at(NOON):
        try:
            call_command("import", "facilities", str(file), "--district", "here", *more)
            status = 0
        except SystemExit as left:
            status = int(left.code or 0)
    told = capsys.readouterr()
    return status, told.out + told.err


def test_a_table_is_entered_with_a_chain_that_folds_back_into_the_columns(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    point = a_row(**{"位置": "青榆家园", "类别": "摄像头", "名称": "北门", "安装日期": "", "状况": "", "上次巡检": ""})
    file = a_csv(tmp_path, a_row(**{"状况": "有磨损"}), point)
    assert load(file, capsys=capsys)[0] == 0
    lamp, camera = Facility.objects.get(kind="lamp"), Facility.objects.get(kind="camera")
    assert (lamp.place, lamp.condition, lamp.planned, lamp.installed_on) == (
        world.place("unit1"), "worn", True, date(2026, 1, 5),
    )  # fmt: skip
    assert (lamp.inspected_at, camera.condition, camera.place) == (
        datetime(2026, 6, 10, 4, tzinfo=UTC), "", world.place("estate"),
    )  # fmt: skip
    [event] = events_of(lamp.pk)
    assert (event.verb, event.body["imported"], event.body["now"]["condition"]) == ("added", True, "worn")
    assert (lamp.version, bytes(lamp.head)) == (1, bytes(event.hash))
    assert list(broken_chains()) == []


def test_the_same_table_again_changes_nothing_whatever_was_inspected_since(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = a_csv(tmp_path, a_row(), a_row(**{"名称": "二层灯"}))
    load(file, capsys=capsys)
    Facility.objects.filter(name="门厅灯").update(condition="broken")
    status, told = load(file, capsys=capsys)
    assert (status, "新增 0" in told, "不变 2" in told, "没有变化" in told) == (0, True, True, True)
    assert (Facility.objects.count(), Event.objects.filter(subject="facility").count()) == (2, 2)
    assert Facility.objects.get(name="门厅灯").condition == "broken"


def test_a_planned_point_that_has_since_been_installed_is_installed(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load(a_csv(tmp_path, a_row(**{"安装日期": "", "状况": "", "上次巡检": ""})), capsys=capsys)
    status, told = load(a_csv(tmp_path, a_row()), capsys=capsys)
    lamp = Facility.objects.get()
    assert (status, "由规划改为已安装 1" in told, lamp.installed_on) == (0, True, date(2026, 1, 5))
    assert [event.verb for event in events_of(lamp.pk)] == ["added", "installed"]


def test_a_dry_run_writes_nothing(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, told = load(a_csv(tmp_path, a_row()), "--dry-run", capsys=capsys)
    assert (status, "新增 1" in told, Facility.objects.count()) == (0, True, 0)


def test_bad_rows_are_told_by_line_with_every_reason_and_come_back_as_a_file(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rejects = tmp_path / "bad.csv"
    bad = a_row(**{"类别": "飞船", "名称": "", "规划点位": "也许", "状况": "一般"})
    file = a_csv(tmp_path, a_row(), bad, a_row(**{"位置": "九号楼"}), a_row(), [*a_row(**{"名称": "乙"}), "多出来"])
    status, told = load(file, "--rejects", str(rejects), capsys=capsys)
    lines = told.splitlines()
    assert (status, Facility.objects.count()) == (1, 0)
    assert [line[:5] for line in lines[:4]] == ["第 3 行", "第 4 行", "第 5 行", "第 6 行"]
    for words in ("飞船", "缺少名称", "也许", "一般"):
        assert words in lines[0]
    assert "找不到地点“九号楼”" in lines[1]
    assert "与第 2 行是同一处设施" in lines[2]
    assert "多出内容" in lines[3]
    assert len(rejects.read_text("utf-8-sig").splitlines()) == 5
    assert load(file, "--skip-bad", capsys=capsys)[0] == 0
    assert Facility.objects.count() == 1


def test_headings_may_be_english_and_what_is_not_known_is_asked_about(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    english = a_csv(tmp_path, ["Lamp", "1-1", "hall", "2026/1/5"], headings=["Kind", "Place", "Name", "Installed on"])
    assert load(english, capsys=capsys)[0] == 0
    assert Facility.objects.get().place == world.place("unit1")
    unknown = a_csv(tmp_path, ["灯", "1-1", "乙", "x"], headings=["类别", "位置", "名称", "颜色"])
    assert "表头“颜色”认不出来" in load(unknown, capsys=capsys)[1]
    assert load(unknown, "--ignore", "颜色", "--dry-run", capsys=capsys)[0] == 1  # neither installed nor planned
    missing = a_csv(tmp_path, ["灯", "1-1"], headings=["类别", "位置"])
    assert "表头缺少：名称" in load(missing, capsys=capsys)[1]


def test_a_workbook_is_read_like_a_text_file(world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "facilities.xlsx"
    book = xlsxwriter.Workbook(file)
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "yyyy-mm-dd"})
    for column, heading in enumerate(HEADINGS[:4]):
        sheet.write(0, column, heading)
    for column, cell in enumerate(["电梯", "1-2", "DT-1"]):
        sheet.write(1, column, cell)
    sheet.write_datetime(1, 3, datetime(2025, 12, 31), day)  # noqa: DTZ001 - a spreadsheet knows no zones
    book.close()
    assert load(file, capsys=capsys)[0] == 0
    assert (Facility.objects.get().place, Facility.objects.get().installed_on) == (
        world.place("unit2"),
        date(2025, 12, 31),
    )


def test_ten_thousand_rows_take_few_statements_and_less_than_twenty_seconds_of_work(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [a_row(**{"名称": f"{number}号灯", "位置": f"1-{number % 2 + 1}"}) for number in range(10_000)]
    file, began = a_csv(tmp_path, *rows), time.process_time()
    with CaptureQueriesContext(connection) as queries:
        status, _ = load(file, capsys=capsys)
    assert (status, Facility.objects.count()) == (0, 10_000)
    assert time.process_time() - began < 20
    assert len(queries) < 40


# -- where


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("hh.sh.qy.c.e.p1.g1.b1.u1", "unit1"),
        ("1号楼1单元", "unit1"),
        ("1号楼 1单元", "unit1"),
        ("一期1号楼1单元", "unit1"),
        ("青榆家园一期1栋1单元", "unit1"),
        ("青榆家园 1幢 2门", "unit2"),
        ("1-2", "unit2"),
        ("一号楼二单元", "unit2"),
        ("2号楼", "building2"),
        ("2", "building2"),
        ("一期", "phase"),
        ("青榆家园", "estate"),
    ],
)
def test_a_place_is_found_as_offices_write_it(world: World, text: str, key: str) -> None:
    assert atlas().find(text) == world.place(key)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "缺少位置"),
        ("3号楼", "找不到地点"),
        ("二期1号楼", "找不到地点"),
        ("1号楼9单元", "找不到地点"),
        ("南门外", "找不到地点"),
        ("hh.sh.qy.c", "设施请登记到"),
    ],
)
def test_what_is_no_place_for_a_facility_is_said(world: World, text: str, sentence: str) -> None:
    with pytest.raises(Exception) as bad:  # noqa: PT011 - its sentence is what is looked at
        atlas().find(text)
    assert sentence in bad.value.why.zh  # type: ignore[attr-defined]


def test_one_address_in_two_phases_must_be_told_apart(world: World) -> None:
    later = add_place(world.place("estate"), level="phase", label="p2", name="二期", since=SINCE)
    twin = add_place(later, level="building", label="b1", name="1号楼", since=SINCE)
    with pytest.raises(Exception, match="several places"):
        atlas().find("1号楼")
    assert (atlas().find("二期1号楼"), atlas().find("一期1号楼")) == (twin, world.place("building1"))


# -- cells


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_known_by_both_its_titles_and_its_code(kind: str) -> None:
    for word in (kind, KINDS[kind].title.zh, KINDS[kind].title.en):
        told = read_row(1, _given(kind=word), TODAY)
        assert isinstance(told, Told)
        assert told.details.kind == kind


@pytest.mark.parametrize("condition", CONDITIONS)
def test_every_condition_is_known_by_both_its_titles(condition: str) -> None:
    for word in (condition, CONDITIONS[condition].zh, CONDITIONS[condition].en.upper()):
        told = read_row(1, _given(condition=word), TODAY)
        assert isinstance(told, Told)
        assert told.condition == condition


@pytest.mark.parametrize("day", ["2026-01-05", "2026/1/5", "2026.01.05", "2026年1月5日", "2026-01-05 00:00:00"])
def test_a_day_may_be_written_in_several_ways(day: str) -> None:
    told = read_row(1, _given(installed=day), TODAY)
    assert isinstance(told, Told)
    assert told.details.installed_on == date(2026, 1, 5)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"installed": "去年"}, "安装日期“去年”不是日期"),
        ({"installed": "2026-02-30"}, "不是日期"),
        ({"installed": "2026-06-16"}, "晚于今天"),
        ({"installed": "", "condition": "完好"}, "还没有安装"),
        ({"installed": "", "inspected": "2026-06-01"}, "还没有安装"),
        ({"installed": ""}, "也不是规划点位"),
        ({"inspected": "2025-12-31"}, "早于安装日期"),
        ({"inspected": "2026-06-20"}, "晚于今天"),
        ({"next": "2026-09-01"}, "晚于今天"),
        ({"inspected": "2026-06-01", "next": "2026-06-20"}, "对不上"),
        ({"name": "长" * 61}, "60"),
        ({"planned": "大概"}, "只能填是或否"),
    ],
)
def test_what_makes_no_sense_is_said(changed: dict[str, str], sentence: str) -> None:
    told = read_row(1, _given(**changed), TODAY)
    assert isinstance(told, tuple)
    assert any(sentence in one.zh for one in told)


def test_the_day_on_which_it_is_due_says_when_it_was_looked_at(world: World, tmp_path: Path) -> None:
    """A lift is due every fifteen days: due on 20 June, it was seen on the 5th."""
    told = read_row(1, _given(kind="电梯", next="2026-06-20"), TODAY)
    assert isinstance(told, Told)
    assert told.inspected_on == date(2026, 6, 5)


@pytest.mark.parametrize(("due_in", "late"), [(0, False), (1, False), (-1, True)])
def test_what_was_due_yesterday_is_overdue_today(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str], due_in: int, late: bool
) -> None:
    due = (TODAY + timedelta(days=due_in)).isoformat()
    load(a_csv(tmp_path, a_row(**{"类别": "电梯", "上次巡检": "", "下次巡检": due})), capsys=capsys)
    with clock.at(NOON):
        assert overdue(standing()).exists() is late


def _given(**changed: str) -> dict[str, str]:
    return {"kind": "灯", "place": "1-1", "name": "门厅灯", "installed": "2026-01-05"} | changed
