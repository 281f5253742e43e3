from __future__ import annotations

from pathlib import Path

import pytest

from linli.lib.refusals import Refused
from linli.register.cells import Bad, area_text, chinese_number, key_of, label_of, read_area, read_name, read_phones
from linli.register.headings import HEADINGS as HEADINGS_KNOWN
from linli.register.headings import find_columns
from linli.register.rows import Entry, read_row
from tests.registers import GOOD, HEADINGS

COLUMNS = find_columns([HEADINGS]).of


def given(**changed: str) -> dict[str, str]:
    row = {**GOOD, **changed}
    return {column: row[HEADINGS[at]] for column, at in COLUMNS.items()}


@pytest.mark.parametrize(
    ("text", "area"),
    [
        ("89.35", 8935),
        ("89", 8900),
        ("89.5㎡", 8950),
        ("８９．３５", 8935),
        (" 89.35 平方米", 8935),
        ("89.350", 8935),
        ("0.01", 1),
        ("100000", 10_000_000),
    ],
)
def test_an_area_is_read_in_hundredths_of_a_square_metre(text: str, area: int) -> None:
    assert read_area(text) == area


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "缺少面积"),
        ("约90", "不是数字"),
        ("1e3", "不是数字"),
        ("1.2.3", "不是数字"),
        ("٣٤", "不是数字"),
        ("0", "必须大于 0"),
        ("-3", "必须大于 0"),
        ("89.351", "小数多于两位"),
        ("100000.01", "过大"),
    ],
)
def test_an_area_that_cannot_be_is_refused_with_its_reason(text: str, why: str) -> None:
    with pytest.raises(Bad) as bad:
        read_area(text)
    assert why in bad.value.why.zh


def test_an_area_is_written_with_two_decimals() -> None:
    assert [area_text(one) for one in (1, 50, 8935, 9000)] == ["0.01", "0.50", "89.35", "90.00"]


@pytest.mark.parametrize(
    ("level", "words", "key"),
    [
        ("building", ("5", "05", "5.0", "5号楼", "5栋", "５幢", "5#", "五号楼", "Building 5"), "5"),
        ("building", ("A座", "a座", "A"), "a"),
        ("unit", ("2", "2单元", "二单元", "02", "Unit 2"), "2"),
        ("room", ("1101", "1101.0", "1101室", "１１０１", "1101户"), "1101"),
        ("room", ("-101",), "-101"),
        ("phase", ("三期", "3期", "3", "Phase 3"), "3"),
        ("phase", ("十二期", "12"), "12"),
        ("phase", ("二十期",), "20"),
        ("room", ("0",), "0"),
    ],
)
def test_a_place_is_the_same_however_it_is_written(level: str, words: tuple[str, ...], key: str) -> None:
    assert {key_of(level, word) for word in words} == {key}


def test_labels_hold_what_a_path_may_hold() -> None:
    assert label_of("b", "5") == "b5"
    assert label_of("", "-101") == "_101"
    odd = label_of("b", "商业楼")
    assert odd == label_of("b", "商业楼")
    assert odd.isascii()
    assert odd != label_of("b", "办公楼")


def test_phases_are_counted_in_chinese() -> None:
    assert [chinese_number(one) for one in (3, 10, 12, 20, 35)] == ["三", "十", "十二", "二十", "三十五"]


@pytest.mark.parametrize(
    ("text", "phones"),
    [
        ("13800000001", ["13800000001"]),
        ("138 0000 0001", ["13800000001"]),
        ("+86 138-0000-0001", ["13800000001"]),
        ("１３８０００００００１", ["13800000001"]),
        ("0471-4960000", ["04714960000"]),
        ("13800000001、13900000002", ["13800000001", "13900000002"]),
        ("", []),
    ],
)
def test_phones_are_read_however_they_are_spaced(text: str, phones: list[str]) -> None:
    assert read_phones(text) == phones


@pytest.mark.parametrize("text", ["1380000000", "23800000001", "138****0001", "无", "138000000011"])
def test_a_malformed_phone_is_refused_and_not_repeated_whole(text: str) -> None:
    with pytest.raises(Bad) as bad:
        read_phones(text)
    assert len(text) <= 4 or "*" in text or text not in bad.value.why.zh


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "@x", "王**", "长" * 61])
def test_a_name_that_is_a_formula_or_masked_or_endless_is_refused(name: str) -> None:
    with pytest.raises(Bad):
        read_name(name)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"室": ""}, "缺少室号"),
        ({"楼栋": ""}, "缺少楼栋"),
        ({"小区": ""}, "缺少小区"),
        ({"产权人": ""}, "缺少产权人"),
        ({"面积来源": ""}, "缺少面积来源"),
        ({"面积来源": "听说"}, "面积来源“听说”认不出来"),
        ({"用途": "养鸡"}, "用途“养鸡”认不出来"),
        ({"产权性质": "租的"}, "产权性质“租的”认不出来"),
        ({"共有人": "王小梅"}, "重复了"),
        ({"产权性质": "共有"}, "没有写共有人"),
        ({"电话": "13800000001、13900000002"}, "电话有 2 个，人只有 1 位"),
        ({"共有人": "李伯", "电话": "13800000001、13800000001"}, "电话相同"),
        ({"楼栋": "楼" * 41}, "太长"),
    ],
)
def test_each_thing_that_is_wrong_with_a_row_is_named(changed: dict[str, str], why: str) -> None:
    read = read_row(2, given(**changed), estate="", area_source="")
    assert not isinstance(read, Entry)
    assert [why in one.zh for one in read] == [True]


def test_all_that_is_wrong_with_a_row_is_said_at_once() -> None:
    read = read_row(2, given(面积="0", 室="", 电话="1"), estate="", area_source="")
    assert not isinstance(read, Entry)
    assert len(read) == 3


def test_a_parking_space_and_a_home_of_one_number_are_two_places() -> None:
    home, car = (read_row(2, given(用途=use), estate="", area_source="") for use in ("住宅", "车位"))
    assert isinstance(home, Entry)
    assert isinstance(car, Entry)
    assert home.spot != car.spot


def test_english_headings_are_read_and_a_unit_in_brackets_is_no_matter() -> None:
    columns = find_columns([["Estate", "Building", "Room", "Area (m2)", "Owner", "Co-owners", "Area source", "备注"]])
    assert set(columns.of) == {"estate", "building", "room", "area", "owner", "co_owners", "area_source"}


def test_headings_below_a_title_are_found() -> None:
    assert find_columns([["房屋台账", "", ""], ["2026 年", "", ""], HEADINGS]).row == 2


@pytest.mark.parametrize(
    ("headings", "sentence"),
    [
        ([*HEADINGS, "产权八"], "表头“产权八”认不出来，是不是“产权人”"),
        ([*HEADINGS, "业主"], "表头“产权人”和“业主”说的是同一列"),
        ([one for one in HEADINGS if one != "面积"], "表头缺少：面积"),
        (["甲", "乙"], "没有表头"),
    ],
)
def test_headings_that_do_not_fit_are_named(headings: list[str], sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        find_columns([headings])
    assert sentence in refused.value.sentence.zh


def test_a_heading_that_nobody_needs_can_be_left_out() -> None:
    assert "朝向" not in find_columns([[*HEADINGS, "朝向"]], ignore=["朝向"]).of


def test_the_guide_names_every_heading() -> None:
    guide = (Path(__file__).parents[1] / "docs/how-to/load-a-register.md").read_text("utf-8")
    told = {
        word.strip() for line in guide.splitlines() if line.startswith("|") for word in line.split("|")[2].split(",")
    }
    assert {word for words in HEADINGS_KNOWN.values() for word in words} <= told
