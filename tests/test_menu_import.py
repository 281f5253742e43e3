"""`linli import menu`: a table that was tried first, is written whole or not at all, and changes nothing the second time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter  # type: ignore[import-untyped]

from linli.lib import clock
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.record.queries import broken_chains, events_of
from linli.register.sources import source_named
from linli.requests.menu.models import ServiceItem
from tests.menu import NOON
from tests.world import World

HEAD = "名称,类别,收费方式,价格,单位,服务方,谁可以点,资格要求,开放日,每户每月,地点\n"
GOOD = HEAD + (
    "下水疏通,维修疏通,一口价,80,次,物业前台,所有居民,,周一、周二,,\n"
    "上门理发,助老助残,免费,,,社区综合窗口,有资格要求，由工作人员核实,70 岁以上,12345,1,青榆社区\n".replace(
        "求，由", "求，由"
    )
    + "修水龙头,repair,quote,,,property_desk,,,,,青榆家园\n"
)
BAD = HEAD + (
    "下水疏通,维修疏通,一口价,八十,次,物业前台,,,,,\n"
    "擦玻璃,保洁,一口价,100,户,物业前台,,,,,火星\n"
    "擦玻璃,保洁,一口价,100,户,物业前台,,,,,\n"
    "擦玻璃,保洁,一口价,100,户,物业前台,,,,,\n"
    "开锁,其他,按报价,,,服务商,,,,,\n"
)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def run(file: Path, **more: Any) -> tuple[int, list[str]]:
    said: list[Said] = []
    options = {"file": file, "dry_run": False, "skip_bad": False, "rejects": None, "ignore": [], "lang": "zh", **more}
    status = source_named("menu").run(options, said.append)
    return status, [one.zh for one in said]


def written(folder: Path, text: str) -> Path:
    file = folder / "menu.csv"
    file.write_text(text, "utf-8")
    return file


def test_a_table_fills_the_menu_and_the_second_time_changes_nothing(world: World, tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)
    status, said = run(file)
    assert (status, said) == (
        0,
        ["服务项目：新增 3；修改 0；不变 0。问题行：0。", "已写入。时段请在各项目的页面上添加。"],
    )
    drain, haircut, tap = ServiceItem.objects.order_by("number")
    assert (drain.price, drain.open_days, drain.place.level) == (8000, "12", "estate")
    assert (haircut.eligible, haircut.entitlement, haircut.per_household) == ("entitled", "70 岁以上", 1)
    assert (haircut.place.level, tap.pricing, tap.open_days) == ("community", "quote", "12345")
    with clock.at(NOON.replace(day=9)):
        assert run(file) == (0, ["服务项目：新增 0；修改 0；不变 3。问题行：0。", "服务菜单已经是这样，没有变化。"])
    assert [len(events_of(one.pk)) for one in (drain, haircut, tap)] == [1, 1, 1]


def test_a_changed_row_changes_its_service_alone_and_keeps_its_first_day(world: World, tmp_path: Path) -> None:
    run(written(tmp_path, GOOD))
    with clock.at(NOON.replace(day=9)):
        status, said = run(written(tmp_path, GOOD.replace(",80,", ",90,")))
    assert (status, said[0]) == (0, "服务项目：新增 0；修改 1；不变 2。问题行：0。")
    drain = ServiceItem.objects.get(title="下水疏通")
    assert (drain.price, str(drain.valid_from)) == (9000, "2026-05-06")
    assert [event.body["now"] for event in events_of(drain.pk)][1] == {"price": 9000}
    assert list(broken_chains()) == []


def test_bad_rows_are_told_by_their_line_and_nothing_is_written(world: World, tmp_path: Path) -> None:
    rejects = tmp_path / "bad.csv"
    status, said = run(written(tmp_path, BAD), rejects=rejects)
    assert status == 1
    assert said[0].startswith("第 2 行：“价格（元）”请填大于 0 的金额")
    assert "第 3 行：没有找到地点“火星”" in said[1]
    assert said[2] == "第 5 行：与第 4 行是同一个项目“擦玻璃”。"
    assert "第 6 行：这里没有这个服务商在任的接单人" in said[3]
    assert not ServiceItem.objects.exists()
    lines = rejects.read_text("utf-8-sig").splitlines()
    assert len(lines) == 5
    assert lines[0].endswith("行号,原因")


def test_the_good_rows_can_be_taken_without_the_bad_ones(world: World, tmp_path: Path) -> None:
    assert run(written(tmp_path, BAD), skip_bad=True)[0] == 0
    assert [one.title for one in ServiceItem.objects.all()] == ["擦玻璃"]


def test_a_dry_run_writes_nothing(world: World, tmp_path: Path) -> None:
    status, said = run(written(tmp_path, GOOD), dry_run=True)
    assert (status, said[-1]) == (0, "这是试算，什么都没有写入。")
    assert not ServiceItem.objects.exists()


def test_a_workbook_is_read_like_a_table_of_text(world: World, tmp_path: Path) -> None:
    file = tmp_path / "menu.xlsx"
    book = xlsxwriter.Workbook(str(file))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["name", "group", "pricing", "price", "unit", "provided by"])
    sheet.write_row(1, 0, ["擦玻璃", "Cleaning", "Fixed price", 35.5, "户", "Property desk"])
    book.close()
    assert run(file)[0] == 0
    assert ServiceItem.objects.get().price == 3550


def test_a_table_without_its_headings_says_which_are_missing(world: World, tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        run(written(tmp_path, "名称,价格\n擦玻璃,80\n"))
    assert "类别" in caught.value.sentence.zh
    assert "服务方" in caught.value.sentence.zh
