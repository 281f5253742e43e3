from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from linli.lib.refusals import Refused
from linli.people.actions import forget, phone_of
from linli.people.models import Person
from linli.places.models import Place
from linli.places.queries import below
from linli.record.models import Event
from linli.record.queries import broken_chains
from linli.register.models import Holding, Owner, OwnerSet
from linli.register.tables import as_text, read_table, safe
from tests.registers import GOOD, HEADINGS, a_csv, a_row, a_workbook
from tests.world import World

TODAY = ("valid_to__isnull", True)


def load(file: Path, *options: str, lang: str = "zh") -> int:
    """The exit status of the command."""
    try:
        call_command("import", "register", str(file), "--district", "here", "--lang", lang, *options)
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0


def holdings() -> list[tuple[str, int, str, list[str]]]:
    """Path of the room, area, kind of owners, their names: as the register says today."""
    return [
        (
            one.room.path.removeprefix("hh.sh.qy.c."),
            one.area,
            one.owner_set.kind,
            [owner.person.name for owner in one.owner_set.owners.order_by("order")],
        )
        for one in Holding.objects.filter(valid_to__isnull=True).order_by("room__path")
    ]


def rows(*changed: dict[str, Any]) -> list[Sequence[Any]]:
    return [a_row(**one) for one in changed]


NEXT = {"室": "102", "产权人": "李伯", "电话": "13800000002"}
NEW = {"楼栋": "7", "室": "1101", "产权人": "新人", "电话": "13911110001"}


def test_a_register_finds_the_rooms_that_stand_and_the_people_who_are_known(world: World, tmp_path: Path) -> None:
    places = Place.objects.count()
    assert load(a_csv(tmp_path, *rows({}, NEXT))) == 0
    assert holdings() == [
        ("e.p1.g1.b1.u1.101", 8935, "owner", ["王小梅"]),
        ("e.p1.g1.b1.u1.102", 8935, "owner", ["李伯"]),
    ]
    assert Place.objects.count() == places
    assert Owner.objects.filter(person=world.people["mei"]).exists()


def test_places_that_are_missing_are_made(world: World, tmp_path: Path) -> None:
    assert load(a_csv(tmp_path, *rows({**NEW, "期": "三"}, {**NEW, "小区": "对面小区", "期": "", "单元": ""}))) == 0
    made = {place.path: (place.name, place.name_en) for place in Place.objects.filter(holdings__isnull=False)}
    assert made["hh.sh.qy.c.e.p3.b7.u1.1101"] == ("1101室", "Room 1101")
    assert [place.name for place in Place.objects.filter(path__startswith="hh.sh.qy.c.e.p3").order_by("path")] == [
        "三期",
        "7号楼",
        "1单元",
        "1101室",
    ]
    other = Place.objects.get(name="对面小区")
    assert [place.name for place in below(other).order_by("path")] == ["对面小区", "7号楼", "1101室"]


@pytest.mark.parametrize("make", [a_csv, a_workbook])
def test_importing_again_changes_nothing(world: World, tmp_path: Path, make: Any, capsys: Any) -> None:
    file = make(tmp_path, *rows({}, NEXT, NEW, {"室": "103", "产权人": "开发公司", "电话": "", "产权性质": "未售"}))
    assert load(file) == 0
    before = [list(model.objects.order_by("pk").values()) for model in (Place, Person, OwnerSet, Owner, Holding, Event)]
    capsys.readouterr()
    assert load(file) == 0
    assert "完全一致" in capsys.readouterr().out
    after = [list(model.objects.order_by("pk").values()) for model in (Place, Person, OwnerSet, Owner, Holding, Event)]
    assert after == before


def test_a_dry_run_says_what_would_change_and_writes_nothing(world: World, tmp_path: Path, capsys: Any) -> None:
    load(a_csv(tmp_path, *rows({}, NEXT)))
    capsys.readouterr()
    before = holdings()
    file = a_csv(
        tmp_path,
        *rows({"面积": "90"}, {**NEXT, "产权人": "换人", "电话": "13911110009"}, NEW, {"室": "x", "面积": "0"}),
    )
    assert load(file, "--dry-run", lang="en") == 1
    said = capsys.readouterr().out
    assert "+1 new; ~1 areas; ~1 owners; ~0 uses; =0 unchanged" in said
    assert "Places: +3 to be made. Bad rows: 1." in said
    assert "Line 5: the area is 0; it must be above 0." in said
    assert holdings() == before
    assert not Place.objects.filter(name="7号楼").exists()


def test_bad_rows_hold_up_the_whole_file_unless_they_are_skipped(world: World, tmp_path: Path, capsys: Any) -> None:
    file = a_csv(tmp_path, *rows({}, {**NEXT, "面积": "-1"}))
    assert load(file) == 1
    assert "什么都没有写入" in capsys.readouterr().out
    assert holdings() == []
    assert load(file, "--skip-bad") == 0
    assert [one[0] for one in holdings()] == ["e.p1.g1.b1.u1.101"]


def test_the_rejects_hold_the_rows_with_all_reasons_and_no_formula(world: World, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    load(
        a_csv(tmp_path, *rows({}, {"产权人": "=cmd|' /C calc'!A0", "面积": "零", "室": "105"})),
        "--rejects",
        str(rejects),
    )
    with rejects.open(encoding="utf-8-sig", newline="") as file:
        head, bad = list(csv.reader(file))
    assert head == [*HEADINGS, "行号", "原因"]
    assert bad[HEADINGS.index("产权人")].startswith("'=")
    assert bad[-2] == "3"
    assert "不是数字" in bad[-1]
    assert "不能以 = + - @ 开头" in bad[-1]


def test_rejects_can_be_corrected_and_brought_back(world: World, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    load(a_csv(tmp_path, *rows({"面积": "零"})), "--rejects", str(rejects))
    rejects.write_text(rejects.read_text("utf-8-sig").replace("零", "88"), "utf-8")
    assert load(rejects) == 0
    assert [one[1] for one in holdings()] == [8800]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_csv_is_read_in_the_encodings_that_offices_use(world: World, tmp_path: Path, encoding: str) -> None:
    assert load(a_csv(tmp_path, *rows({}), encoding=encoding)) == 0
    assert holdings()[0][3] == ["王小梅"]


def test_a_workbook_with_a_title_and_numbers_as_numbers_is_read(world: World, tmp_path: Path) -> None:
    row = a_row(楼栋=1, 单元=1.0, 室=101.0, 面积=89.35, 电话=13800000001.0)
    assert load(a_workbook(tmp_path, row, above=2)) == 0
    assert holdings() == [("e.p1.g1.b1.u1.101", 8935, "owner", ["王小梅"])]


def test_full_width_digits_and_suffixes_are_the_same_room(world: World, tmp_path: Path) -> None:
    assert load(a_csv(tmp_path, *rows({"楼栋": "１号楼", "单元": "一单元", "室": "１０１室", "期": "1"}))) == 0
    assert holdings()[0][0] == "e.p1.g1.b1.u1.101"


def test_a_room_twice_in_a_file_is_named_with_the_first_line(world: World, tmp_path: Path, capsys: Any) -> None:
    assert load(a_csv(tmp_path, *rows({}, {"楼栋": "1号楼", "室": "101.0"}))) == 1
    assert "第 3 行：与第 2 行是同一户。" in capsys.readouterr().out


def test_one_owner_of_several_rooms_is_one_set(world: World, tmp_path: Path) -> None:
    load(a_csv(tmp_path, *rows({}, {"室": "102"}, {"室": "103"})))
    assert OwnerSet.objects.count() == 1
    assert OwnerSet.objects.get().holdings.count() == 3


def test_two_of_one_name_without_a_phone_are_two(world: World, tmp_path: Path) -> None:
    load(a_csv(tmp_path, *rows({"电话": "", "产权人": "张三"}, {"室": "102", "电话": "", "产权人": "张三"})))
    assert Person.objects.filter(name="张三").count() == 2
    assert OwnerSet.objects.count() == 2


def test_alone_and_together_are_two_sets_and_the_same_couple_is_one(world: World, tmp_path: Path) -> None:
    couple = {"共有人": "李伯", "电话": "13800000001、13800000002"}
    turned = {"产权人": "李伯", "共有人": "王小梅", "电话": "13800000002、13800000001"}
    load(a_csv(tmp_path, *rows({}, {"室": "102", **couple}, {"室": "103", **turned})))
    assert sorted(OwnerSet.objects.values_list("kind", flat=True)) == ["co_owners", "owner"]
    assert OwnerSet.objects.get(kind="co_owners").holdings.count() == 2


def test_the_developers_unsold_rooms_are_one_set_of_the_company(world: World, tmp_path: Path) -> None:
    unsold = {"产权人": "青榆置业", "电话": "", "产权性质": "未售"}
    load(a_csv(tmp_path, *rows({"室": "201", **unsold}, {"室": "202", **unsold})))
    found = OwnerSet.objects.get()
    assert (found.kind, found.organisation and found.organisation.name, found.owners.count()) == (
        "developer",
        "青榆置业",
        0,
    )
    assert found.holdings.count() == 2


def test_a_phone_stands_for_one_person(world: World, tmp_path: Path, capsys: Any) -> None:
    clash = {"室": "102", "产权人": "别人", "电话": "13911110001"}
    assert load(a_csv(tmp_path, *rows({"产权人": "别家"}, {**NEW, "期": ""}, clash))) == 1
    said = capsys.readouterr().out
    assert "第 2 行：电话已登记在另一位（王*，已在册）名下" in said
    assert "第 4 行：电话已登记在另一位（新*，第 3 行）名下" in said
    assert "王小梅" not in said


def test_a_sale_ends_the_holding_and_begins_another(world: World, tmp_path: Path) -> None:
    load(a_csv(tmp_path, *rows({})), "--since", "2024-01-01")
    load(a_csv(tmp_path, *rows({"产权人": "买主", "电话": "13911110002"})), "--since", "2026-05-01")
    first, second = Holding.objects.order_by("valid_from")
    assert (first.valid_to, second.valid_from, second.valid_to) == (date(2026, 5, 1), date(2026, 5, 1), None)
    assert first.owner_set_id != second.owner_set_id


def test_a_corrected_area_keeps_the_owners(world: World, tmp_path: Path) -> None:
    load(a_csv(tmp_path, *rows({})))
    load(a_csv(tmp_path, *rows({"面积": "90.01", "面积来源": "测绘"})))
    assert OwnerSet.objects.count() == 1
    assert [one[1] for one in holdings()] == [9001]


def test_a_file_without_phones_takes_none_away(world: World, tmp_path: Path, capsys: Any) -> None:
    load(a_csv(tmp_path, *rows({})))
    capsys.readouterr()
    load(a_csv(tmp_path, *rows({"电话": ""})))
    assert "完全一致" in capsys.readouterr().out


def test_a_building_number_of_two_phases_needs_its_phase(world: World, tmp_path: Path, capsys: Any) -> None:
    load(a_csv(tmp_path, *rows({"期": "二", "楼栋": "1"})))
    capsys.readouterr()
    assert load(a_csv(tmp_path, *rows({"期": "", "楼栋": "1"}))) == 1
    assert "“1”不止一栋，请填写“期”" in capsys.readouterr().out


def test_an_estate_is_made_only_where_its_community_is_clear(world: World, tmp_path: Path, capsys: Any) -> None:
    Place.objects.create(
        parent=world.place("street"),
        level="community",
        label="d",
        path="hh.sh.qy.d",
        name="隔壁社区",
        valid_from=date(2020, 1, 1),
    )
    file = a_csv(tmp_path, *rows({"小区": "新小区"}))
    assert load(file) == 1
    assert "没有小区“新小区”" in capsys.readouterr().out
    assert load(file, "--under", "隔壁社区") == 0
    assert holdings()[0][0].startswith("hh.sh.qy.d.")
    assert load(file, "--under", "没有的社区") == 1


def test_phones_are_sealed_and_the_record_names_nobody(world: World, tmp_path: Path) -> None:
    load(a_csv(tmp_path, *rows(NEW)))
    person = Person.objects.get(name="新人")
    assert phone_of(person) == "13911110001"
    assert b"13911110001" not in bytes(person.phone_sealed or b"")
    event = Event.objects.get(subject="register")
    assert (event.verb, event.body) == ("imported", {"new": 1, "area": 0, "use": 0, "owners": 0})
    assert list(broken_chains()) == []


def test_who_is_forgotten_leaves_the_room_with_its_owner_set(world: World, tmp_path: Path) -> None:
    load(a_csv(tmp_path, *rows({})))
    forget(world.people["mei"])
    assert holdings()[0][2:] == ("owner", [""])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "neither a CSV"),
        (b"PK\x03\x04 broken", "not a sound XLSX"),
        ('"小区,楼栋\n'.encode(), "quotes do not match"),
        (b"", "no headings"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(
    world: World, tmp_path: Path, capsys: Any, content: bytes, sentence: str
) -> None:
    file = tmp_path / "odd.csv"
    file.write_bytes(content)
    assert load(file, lang="en") == 1
    assert sentence in capsys.readouterr().err


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no file"):
        read_table(tmp_path / "none.csv")


def test_a_row_that_is_longer_than_the_headings_has_slipped(world: World, tmp_path: Path, capsys: Any) -> None:
    assert load(a_csv(tmp_path, [*a_row(), "多出来的"])) == 1
    assert "列可能错位" in capsys.readouterr().out


def test_semicolons_tabs_and_blank_lines_are_read(world: World, tmp_path: Path) -> None:
    file = tmp_path / "tabs.csv"
    file.write_text("\t".join(HEADINGS) + "\n\n" + "\t".join(str(one) for one in GOOD.values()) + "\n\n", "utf-8")
    assert load(file) == 0
    assert len(holdings()) == 1


def test_what_a_sheet_shows_is_what_is_read() -> None:
    assert [as_text(one) for one in (1101.0, 89.350000000000009, None, "x", 13800000001.0)] == [
        "1101", "89.35", "", "x", "13800000001",
    ]  # fmt: skip
    assert [safe(one) for one in ("=1", "+1", "-1", "@a", "ok")] == ["'=1", "'+1", "'-1", "'@a", "ok"]
