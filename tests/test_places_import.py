from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command

from linli.districts.models import District
from linli.lib.refusals import Refused
from linli.places.actions import rename_place
from linli.places.models import Place
from linli.places.queries import found_by_name
from linli.register.actions.divisions import add_newer_place, load_divisions
from linli.register.divisions import read_folder, short_name

REAL = Path(__file__).parents[1].parent / "shared" / "data" / "divisions"
SINCE = date(2023, 1, 1)
STREETS = "code,name,areaCode\n150105001,人民路街道,150105\n150105008,敕勒川路街道,150105\n"
VILLAGES = "code,name,streetCode\n150105001001,双树社区居委会,150105001\n150105008201,大屯村委会,150105008\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tables(tmp_path)


def tables(folder: Path, streets: str = STREETS, villages: str = VILLAGES) -> Path:
    (folder / "some_streets.csv").write_text(streets, "utf-8")
    (folder / "some_villages.csv").write_text(villages, "utf-8")
    return folder


def at(code: str) -> Place:
    return Place.objects.get(code=code)


def test_the_tree_is_made_from_the_codes_with_the_county_named(district: District, folder: Path) -> None:
    loaded = load_divisions(read_folder(folder), since=SINCE)
    assert loaded.made == 4  # city and county stand in the world already, under other labels
    assert [one.name for one in (at("150105"), at("150105008"), at("150105008201"))] == [
        "赛罕区",
        "敕勒川路街道",
        "大屯村",
    ]
    assert at("150105008201").path == "hh.sh.008.201"


def test_what_stood_before_keeps_its_id_and_all_below_it(district: District, folder: Path) -> None:
    before = {place.pk: place.path for place in Place.objects.all()}
    load_divisions(read_folder(folder), since=SINCE)
    assert {place.pk: place.path for place in Place.objects.filter(pk__in=before)} == before
    assert at("150100").path == "hh"


def test_loading_again_changes_nothing(district: District, folder: Path) -> None:
    load_divisions(read_folder(folder), since=SINCE)
    before = list(Place.objects.order_by("path").values())
    again = load_divisions(read_folder(folder), since=SINCE)
    assert (again.made, again.adopted, again.renamed) == (0, [], [])
    assert list(Place.objects.order_by("path").values()) == before


def test_a_community_is_found_by_its_official_name_too(district: District, folder: Path) -> None:
    load_divisions(read_folder(folder), since=SINCE)
    assert [place.name for place in found_by_name("双树社区居委会")] == ["双树社区"]


@pytest.mark.parametrize(
    ("official", "name"),
    [
        ("公主府社区居委会", "公主府社区"),
        ("公主府社区居民委员会", "公主府社区"),
        ("大屯村委会", "大屯村"),
        ("大屯村村民委员会", "大屯村"),
        ("水岸社区", "水岸社区"),
        ("车站居委会", "车站居委会"),
    ],
)
def test_neighbours_leave_the_committee_out_of_a_name(official: str, name: str) -> None:
    assert short_name(official) == name


def test_a_street_newer_than_the_table_gets_a_provisional_code_until_the_table_brings_the_real_one(
    district: District, folder: Path
) -> None:
    load_divisions(read_folder(folder), since=SINCE)
    newer, made = add_newer_place("科尔沁路街道", under="150105", since=SINCE)
    assert (newer.code, newer.path, made) == ("150105P01", "hh.sh.p01", True)
    assert add_newer_place("科尔沁路街道", under="150105", since=SINCE) == (newer, False)
    assert add_newer_place("又一街道", under="150105", since=SINCE)[0].code == "150105P02"

    tables(folder, STREETS + "150105009,科尔沁路街道,150105\n")
    loaded = load_divisions(read_folder(folder), since=SINCE)
    assert loaded.adopted == ["科尔沁路街道"]
    assert at("150105009").pk == newer.pk
    assert at("150105009").path == "hh.sh.p01"
    assert add_newer_place("第三街道", under="150105", since=SINCE)[0].code == "150105P03"


def test_a_community_can_be_newer_too_and_a_grid_cannot(district: District, folder: Path) -> None:
    load_divisions(read_folder(folder), since=SINCE)
    assert add_newer_place("新社区", under="150105008", since=SINCE)[0].level == "community"
    with pytest.raises(Refused, match="county or a street"):
        add_newer_place("新网格", under="150105008201", since=SINCE)
    with pytest.raises(Refused, match="no county or street"):
        add_newer_place("哪里", under="999999", since=SINCE)


def test_a_name_given_since_the_table_was_printed_is_kept(district: District, folder: Path) -> None:
    load_divisions(read_folder(folder), since=SINCE)
    rename_place(at("150105008"), name="科尔沁路街道", since=date(2025, 9, 1))
    load_divisions(read_folder(folder), since=SINCE)
    assert at("150105008").name == "科尔沁路街道"


def test_a_new_name_in_the_table_is_taken_and_the_old_one_stays_findable(district: District, folder: Path) -> None:
    load_divisions(read_folder(folder), since=SINCE)
    tables(folder, STREETS.replace("人民路街道", "人民大街街道"))
    assert load_divisions(read_folder(folder), since=SINCE).renamed == ["人民大街街道"]
    assert [place.code for place in found_by_name("人民路街道")] == ["150105001"]


@pytest.mark.parametrize(
    ("streets", "sentence"),
    [
        ("code,name\n15010500X,人民路街道\n", "第一处在第 2 行：“15010500X,人民路街道”"),
        ("code,name\n150105001,\n", "第一处在第 2 行"),
        ("nr,title\n1,2\n", "缺少列 code 或 name"),
        ("code,name\n990105001,某街道\n", "区县代码 990105"),
    ],
)
def test_a_table_that_cannot_be_read_is_refused_whole(tmp_path: Path, streets: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        read_folder(tables(tmp_path, streets))
    assert sentence in refused.value.sentence.zh


def test_a_folder_without_tables_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no table of divisions"):
        read_folder(tmp_path)


@pytest.mark.skipif(not REAL.is_dir(), reason="the public table of divisions is not beside the project")
def test_all_of_hohhot_is_loaded(district: District, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("import", "places", "--from", str(REAL), "--district", "here")
    assert "新建 15" in capsys.readouterr().out
    table = Place.objects.filter(code__startswith="1501")
    assert table.filter(level="street").count() == 99
    assert table.filter(level="community").count() == 1396
    assert not table.filter(level="county", name="").exists()


def test_the_command_says_what_it_did_and_which_neighbourhoods_there_are(
    district: District, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("import", "places", "--from", str(folder), "--district", "here", "--lang", "en")
    assert "4 made, 2 there already" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        call_command("import", "places", "--from", str(folder))
    assert "here、nextdoor" in capsys.readouterr().err
