"""Import of requests from other systems: what a file tells becomes matters with their history, once, and nothing else."""

from __future__ import annotations

import csv
import gzip
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import rfc8785
import xlsxwriter  # type: ignore[import-untyped]
import yaml
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from linli.lib import clock
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.models import Duty, Matter
from linli.matters.replay import differences
from linli.people.models import Person
from linli.places.models import Place
from linli.record.chain import canonical
from linli.record.models import Event, Sealed
from linli.record.queries import broken_chains
from linli.requests.imports.mapping_file import read_map
from tests.test_at_once import database_url
from tests.world import World

ROOT = Path(__file__).parents[1]
MAPS = ROOT / "examples/maps"
DATA = ROOT.parent / "shared/data"
COMMUNITY, STREET = "hh.sh.qy.c", "hh.sh.qy"
NOW = "2026-05-06 09:00"
HEAD = ("编号", "内容", "地点", "时间", "期限", "状态", "办结时间", "答复", "答复时间")
PLAN: Mapping[str, Any] = {
    "source": "hotline",
    "id": "编号",
    "text": "内容",
    "place": {"column": "地点", "level": "estate", "unknown": "given"},
    "time": "时间",
    "channel": {"value": "phone"},
    "due": {"column": "期限"},
    "closed": "办结时间",
    "reply": "答复",
    "reply_time": "答复时间",
    "outcome": {
        "column": "状态",
        "values": {"已办": "explained", "重复": "merged", "不受理": "declined", "在办": "open"},
    },
}
OPEN = ("1", "路灯不亮", "青榆家园", "2026-05-05 10:00", "2026-05-20 17:30", "在办", "", "", "")
DONE = (
    "2",
    "井盖响",
    "青榆家园",
    "2026-04-01 10:00",
    "2026-04-10 17:30",
    "已办",
    "2026-04-08 09:00",
    "已垫平",
    "2026-04-08 09:00",
)
LATE = (
    "3",
    "垃圾没清",
    "青榆家园",
    "2026-04-01 10:00",
    "2026-04-03 17:30",
    "已办",
    "2026-04-08 09:00",
    "已清运",
    "2026-04-08 09:00",
)
TWICE = ("4", "路灯又不亮", "青榆家园", "2026-05-05 11:00", "", "重复", "2026-05-05 12:00", "", "")

Import = Callable[..., int]


def row_of(row: Sequence[str], **changed: str) -> tuple[str, ...]:
    return tuple(changed.get(name, cell) for name, cell in zip(HEAD, row, strict=True))


@pytest.fixture
def brought_in(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Import:
    """Imports rows into the district `here` as the command does; returns the exit status."""
    monkeypatch.chdir(tmp_path)

    def bring(rows: Sequence[Sequence[str]], plan: Mapping[str, Any] = PLAN, *more: str, place: str = COMMUNITY) -> int:
        file = tmp_path / "in.csv"
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([HEAD, *rows])
        return run(file, written(tmp_path, plan), "--place", place, *more)

    return bring


def written(folder: Path, plan: Mapping[str, Any]) -> Path:
    path = folder / "map.yaml"
    path.write_text(yaml.safe_dump(dict(plan), allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def run(file: Path, plan: Path, *more: str, now: str = NOW) -> int:
    with clock.at(local(now)):
        try:
            call_command("import", "requests", str(file), "--map", str(plan), "--district", "here", *more)
        except SystemExit as ended:
            return int(str(ended.code))
    return 0


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.ZONE)


def the(number: str) -> Matter:
    return next(matter for matter in Matter.objects.all() if source_id(matter) == number)


def source_id(matter: Matter) -> str:
    return str(Event.objects.get(chain=matter.pk, seq=1).body["source"].get("id"))


def verbs(matter: Matter) -> list[tuple[str, str]]:
    """What happened and when, on the neighbourhood's clocks."""
    events = Event.objects.filter(chain=matter.pk).order_by("seq")
    return [(event.verb, event.at.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M")) for event in events]


def reasons(folder: Path) -> dict[int, str]:
    with (folder / "in.csv.rejects.csv").open(encoding="utf-8-sig", newline="") as file:
        return {int(row["行"]): row["原因"] for row in csv.DictReader(file)}


def everything_holds() -> None:
    assert list(broken_chains()) == []
    for matter in Matter.objects.all():
        assert differences(matter) == {}
        assert matter.ended_at or (matter.holder_id and matter.due_at)


def test_a_closed_request_keeps_its_own_times_and_its_answer_sealed(brought_in: Import) -> None:
    assert brought_in([DONE]) == 0
    matter = the("2")
    assert verbs(matter) == [("raised", "2026-04-01 10:00"), ("moved", "2026-04-08 09:00")]
    assert (matter.outcome, matter.answered_at, matter.ended_at) == (
        "explained", local("2026-04-08 09:00"), local("2026-04-08 09:00"),
    )  # fmt: skip
    assert dict(Sealed.objects.values_list("name", "value")) == {"what": "井盖响", "reply": "已垫平"}
    assert "井盖" not in str(list(Event.objects.values_list("body", flat=True)))
    duty = Duty.objects.get(matter=matter)
    assert (duty.since, duty.due_at, duty.until) == (
        local("2026-04-01 10:00"), local("2026-04-10 17:30"), local("2026-04-08 09:00"),
    )  # fmt: skip
    everything_holds()


def test_what_was_closed_late_was_late_at_its_deadline_and_nobody_is_made_up_who_watched(brought_in: Import) -> None:
    brought_in([LATE])
    matter = the("3")
    assert verbs(matter) == [
        ("raised", "2026-04-01 10:00"),
        ("late", "2026-04-03 17:30"),
        ("moved", "2026-04-08 09:00"),
    ]
    assert not Duty.objects.filter(kind=Duty.SUPERVISES).exists()
    everything_holds()


def test_an_open_request_has_a_holder_and_the_deadline_of_its_source_and_can_be_answered_here(
    brought_in: Import, world: World
) -> None:
    brought_in([OPEN])
    matter = the("1")
    assert matter.holder is not None
    assert (matter.holder.role, matter.due_at, matter.outcome) == ("community_desk", local("2026-05-20 17:30"), "")
    assert matter.facts["channel"] == "phone"
    with clock.at(local("2026-05-07 09:00")):
        move(matter, "answer", actor=world.min, answers={"reply": "已换灯泡"}, key=uuid.uuid4())
    assert the("1").outcome == "explained"
    everything_holds()


def test_an_open_request_past_its_deadline_climbs_from_the_import_on(brought_in: Import) -> None:
    brought_in([row_of(OPEN, 期限="2026-05-05 17:30")])
    matter = the("1")
    assert matter.late_at == local("2026-05-05 17:30")
    assert verbs(matter)[1:] == [("late", "2026-05-05 17:30"), ("climbed", "2026-05-06 09:00")]
    assert Duty.objects.get(matter=matter, kind=Duty.SUPERVISES).role == "community"
    everything_holds()
    look_after(moment=local("2026-05-07 17:30"))
    assert Duty.objects.get(matter=matter, kind=Duty.SUPERVISES, until__isnull=True).role == "street"
    everything_holds()


def test_a_duplicate_is_merged_without_an_answer(brought_in: Import) -> None:
    brought_in([TWICE])
    assert (the("4").outcome, the("4").answered_at) == ("merged", None)


def test_an_answer_before_the_closing_keeps_its_own_time(brought_in: Import) -> None:
    brought_in([row_of(DONE, 答复时间="2026-04-02 09:00")])
    assert verbs(the("2")) == [
        ("raised", "2026-04-01 10:00"), ("moved", "2026-04-02 09:00"), ("moved", "2026-04-08 09:00"),
    ]  # fmt: skip
    assert [duty.stage for duty in Duty.objects.order_by("since")] == ["registered", "promised"]
    everything_holds()


def test_an_answered_request_that_is_still_open_waits_for_its_closing(brought_in: Import) -> None:
    brought_in([row_of(OPEN, 答复="本周处理", 答复时间="2026-05-05 15:00")])
    assert (the("1").stage, the("1").outcome) == ("promised", "")
    everything_holds()


def test_everybody_who_wrote_is_one_stand_in_without_a_name(brought_in: Import) -> None:
    before = Person.objects.count()
    brought_in([OPEN, DONE])
    raisers = {matter.raiser for matter in Matter.objects.all()}
    assert [person.name for person in raisers] == ["来信人"]
    assert Person.objects.count() == before + 1


def test_a_second_import_makes_nothing_and_a_row_that_changed_is_told(brought_in: Import, tmp_path: Path) -> None:
    brought_in([OPEN, DONE, LATE])
    before = set(Matter.objects.values_list("pk", "version"))
    assert brought_in([OPEN, DONE, LATE]) == 0
    assert set(Matter.objects.values_list("pk", "version")) == before
    assert brought_in([row_of(OPEN, 状态="已办", 答复="好了", 答复时间="2026-05-05 12:00"), DONE]) == 1
    assert "已办结" in reasons(tmp_path)[2]
    assert set(Matter.objects.values_list("pk", "version")) == before


def test_the_same_id_twice_in_a_file_is_one_request_and_the_other_is_told_when_it_differs(
    brought_in: Import, tmp_path: Path
) -> None:
    assert brought_in([OPEN, OPEN]) == 0
    assert Matter.objects.count() == 1
    assert brought_in([DONE, row_of(DONE, 时间="2026-04-02 10:00")]) == 1
    assert Matter.objects.count() == 2
    assert "提出时间" in reasons(tmp_path)[3]


def test_without_an_id_the_whole_row_decides(brought_in: Import) -> None:
    plan = {key: value for key, value in PLAN.items() if key != "id"}
    brought_in([OPEN, OPEN, row_of(OPEN, 内容="路灯还是不亮")], plan)
    brought_in([OPEN], plan)
    assert Matter.objects.count() == 2


BAD: tuple[tuple[tuple[str, ...], str], ...] = (
    (row_of(OPEN, 内容=""), "没有内容"),
    (row_of(OPEN, 编号=""), "没有编号"),
    (row_of(OPEN, 编号="13800001234"), "手机号"),
    (row_of(OPEN, 时间=""), "“时间”是空的"),
    (row_of(OPEN, 时间="去年春天"), "“时间”不是能认出的时间"),
    (row_of(OPEN, 时间="2026-13-01 10:00"), "“时间”不是能认出的时间"),
    (row_of(OPEN, 时间="2027-01-01 10:00"), "“时间”在将来"),
    (row_of(OPEN, 期限="2026-05-01 10:00"), "“期限”早于提出时间"),
    (row_of(DONE, 办结时间="2026-03-31 10:00"), "“办结时间”早于提出时间"),
    (row_of(DONE, 答复=""), "已办结却没有答复"),
    (row_of(DONE, 办结时间="", 答复时间=""), "没有办结或答复时间"),
    (row_of(OPEN, 办结时间="2026-05-05 12:00"), "却有办结时间"),
    (row_of(OPEN, 答复="本周处理"), "没有答复时间"),
    (row_of(OPEN, 状态="挂起"), "“挂起”不在映射表里"),
    (row_of(OPEN, 内容="长" * 40_001), "超过 40000 个字"),
    (OPEN[:5], "有 5 格，表头有 9 格"),
)


@pytest.mark.parametrize(("row", "reason"), BAD, ids=[reason for _, reason in BAD])
def test_a_row_that_cannot_be_a_matter_is_refused_with_its_line_and_reason(
    brought_in: Import, tmp_path: Path, row: tuple[str, ...], reason: str
) -> None:
    assert brought_in([DONE, row, LATE]) == 1
    assert Matter.objects.count() == 2
    assert reason in reasons(tmp_path)[3]
    assert len(reasons(tmp_path)) == 1


def test_all_reasons_of_a_row_are_told_and_nothing_of_its_text(brought_in: Import, tmp_path: Path) -> None:
    brought_in([row_of(DONE, 时间="", 答复="", 状态="重复=HYPERLINK(1)")])
    told = (tmp_path / "in.csv.rejects.csv").read_text("utf-8-sig")
    assert "“时间”是空的；" in told
    assert "不在映射表里" in told
    assert "井盖" not in told
    assert (tmp_path / "in.csv.rejects.csv").stat().st_mode & 0o777 == 0o600


def test_a_closed_row_without_an_answer_gets_the_words_of_the_mapping_and_only_those(brought_in: Import) -> None:
    plan = {**PLAN, "reply": {"columns": "答复", "missing": "（来源系统未提供答复）"}}
    assert brought_in([row_of(DONE, 答复="", 答复时间="")], plan) == 0
    assert Sealed.objects.get(name="reply").value == "（来源系统未提供答复）"


def test_a_dry_run_tells_the_same_and_writes_nothing(
    brought_in: Import, capsys: pytest.CaptureFixture[str], world: World
) -> None:
    people, places = Person.objects.count(), Place.objects.count()
    plan = {**PLAN, "place": {"column": "地点", "level": "estate", "unknown": "make"}}
    assert brought_in([OPEN, row_of(DONE, 内容=""), row_of(LATE, 地点="新小区")], plan, "--dry-run") == 1
    assert "将新建事项 2 件" in capsys.readouterr().out
    assert (Matter.objects.count(), Person.objects.count(), Place.objects.count()) == (0, people, places)


def test_an_unknown_place_goes_to_the_given_one_with_its_name_sealed(brought_in: Import, world: World) -> None:
    brought_in([row_of(OPEN, 地点="东门外 老榆树下")])
    assert the("1").place_path == COMMUNITY
    assert Sealed.objects.get(name="where").value == "东门外 老榆树下"


def test_an_unknown_place_becomes_one_below_the_given_one_where_the_mapping_says_so(brought_in: Import) -> None:
    plan = {**PLAN, "place": {"column": "地点", "level": "estate", "unknown": "make"}}
    rows = [row_of(OPEN, 地点="北苑"), row_of(DONE, 地点=" 北苑 "), row_of(LATE, 地点="North Yard")]
    brought_in(rows, plan)
    made = Place.objects.filter(path__startswith=f"{COMMUNITY}.", level="estate").exclude(name="青榆家园")
    assert sorted(made.values_list("name", flat=True)) == ["North Yard", "北苑"]
    assert Place.objects.get(name="North Yard").path == f"{COMMUNITY}.north_yard"
    assert the("1").place_id == the("2").place_id


def test_a_place_that_is_too_wide_cannot_take_what_has_no_place(brought_in: Import, tmp_path: Path) -> None:
    plan = {**PLAN, "place": {"column": "地点", "level": "community", "unknown": "given"}}
    assert brought_in([row_of(OPEN, 地点="青榆社区"), row_of(DONE, 地点="")], plan, place=STREET) == 1
    assert Matter.objects.count() == 1
    assert "没有这个地点" in reasons(tmp_path)[3]


def test_days_without_a_time_are_never_before_the_request(brought_in: Import) -> None:
    brought_in([row_of(DONE, 时间="2026/4/8", 办结时间="2026/4/8", 答复时间="２０２６／４／８")])
    assert verbs(the("2")) == [("raised", "2026-04-08 00:00"), ("moved", "2026-04-08 23:59")]


def test_us_dates_are_read_in_their_own_zone_and_mixed_formats_by_the_window(
    brought_in: Import, tmp_path: Path
) -> None:
    us = {"column": "时间", "formats": ["%m/%d/%Y %I:%M:%S %p"]}
    brought_in([row_of(OPEN, 时间="04/12/2026 11:11:26 AM")], {**PLAN, "zone": "America/New_York", "time": us})
    assert the("1").raised_at == datetime(2026, 4, 12, 11, 11, 26, tzinfo=ZoneInfo("America/New_York"))
    either = {"column": "时间", "formats": ["%Y-%m-%d %H:%M", "%Y-%d-%m %H:%M"], "latest": "2026-04-30"}
    plan = {**PLAN, "source": "swapped", "time": either, "due": {"after": "5workdays"}}
    text = yaml.safe_dump(plan, allow_unicode=True).replace("'2026-04-30'", "2026-04-30")
    (tmp_path / "swapped.yaml").write_text(text, encoding="utf-8")
    (tmp_path / "b.csv").write_text(
        ",".join(HEAD) + "\n" + ",".join(row_of(OPEN, 编号="9", 时间="2026-11-02 10:18")), "utf-8"
    )
    assert run(tmp_path / "b.csv", tmp_path / "swapped.yaml", "--place", COMMUNITY) == 0
    assert the("9").raised_at == local("2026-02-11 10:18")


def test_skipped_rows_are_counted_and_not_refused(brought_in: Import, capsys: pytest.CaptureFixture[str]) -> None:
    assert brought_in([OPEN, TWICE], {**PLAN, "skip": [{"column": "状态", "is": ["重复"]}]}) == 0
    assert "跳过 1 行" in capsys.readouterr().out
    assert Matter.objects.count() == 1


def as_csv(rows: Sequence[Sequence[str]], delimiter: str) -> str:
    return "\n".join(delimiter.join(f'"{cell}"' for cell in row) for row in rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("packed", [False, True])
def test_encoding_delimiter_and_packing_are_found_out(
    brought_in: Import, tmp_path: Path, encoding: str, delimiter: str, packed: bool
) -> None:
    content = as_csv([HEAD, row_of(OPEN, 内容="第一行\n第二行，“引号”"), DONE], delimiter).encode(encoding)
    file = tmp_path / "in.data"
    file.write_bytes(gzip.compress(content) if packed else content)
    assert run(file, written(tmp_path, PLAN), "--place", COMMUNITY) == 0
    assert Sealed.objects.filter(value="第一行\n第二行，“引号”").exists()
    assert Matter.objects.count() == 2


def test_a_workbook_is_read_with_its_dates_and_numbers(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "in.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        sheet.write_row(1, 0, OPEN)
        sheet.write_number(1, 0, 77)
        sheet.write_datetime(1, 3, datetime(2026, 5, 5, 10, 0), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))  # noqa: DTZ001 a sheet knows no zone
    assert run(file, written(tmp_path, PLAN), "--place", COMMUNITY) == 0
    assert the("77").raised_at == local("2026-05-05 10:00")


def test_a_quote_that_is_never_closed_is_told_with_its_line(brought_in: Import, tmp_path: Path) -> None:
    rows = as_csv([HEAD, DONE], ",") + '\n9,"never closed,' + "长" * 2_100_000 + "\n" + as_csv([LATE], ",")
    (tmp_path / "in.csv").write_text(rows, encoding="utf-8")
    assert run(tmp_path / "in.csv", written(tmp_path, PLAN), "--place", COMMUNITY) == 1
    assert "引号没有配对" in reasons(tmp_path)[3]
    assert Matter.objects.filter(raiser__name="来信人").count() == 2


def test_a_wrong_mapping_is_told_whole_and_nothing_happens(
    brought_in: Import, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = {
        **PLAN,
        "source": "Hot line",
        "tim": "时间",
        "zone": "Mars",
        "outcome": {"column": "状态", "values": {"已办": "solved"}},
    }
    assert brought_in([OPEN], wrong) == 1
    told = capsys.readouterr().err
    for part in ("“source”是来源的代号", "不认识“tim”。是不是“time”", "Mars", "写的是“solved”"):
        assert part in told
    assert Matter.objects.count() == 0


def test_a_column_that_is_not_there_is_named_with_a_suggestion(
    brought_in: Import, capsys: pytest.CaptureFixture[str]
) -> None:
    assert brought_in([OPEN], {**PLAN, "closed": "办结日期时间"}) == 1
    assert "没有“办结日期时间”这一列。是不是“办结时间”" in capsys.readouterr().err


def test_a_place_or_file_that_is_not_there_is_a_sentence(
    brought_in: Import, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert brought_in([OPEN], place="nowhere") == 1
    assert "没有路径、代码或名称为“nowhere”的地点" in capsys.readouterr().err
    assert run(tmp_path / "none.csv", written(tmp_path, PLAN), "--place", COMMUNITY) == 1
    assert "找不到文件“none.csv”" in capsys.readouterr().err


@pytest.mark.parametrize("path", sorted(MAPS.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_mapping_is_sound(path: Path) -> None:
    assert read_map(path.read_text("utf-8")).source == path.stem


REAL = (
    ("city-mailbox-replies", "messages/附件4_开发1400.csv", COMMUNITY, 300, {"explained": 300}),
    ("city-mailbox-open", "messages/附件3_2019上半年.csv", COMMUNITY, 300, {"": 300}),
    ("baltimore-311", "us311/baltimore_sample.csv", STREET, 600, {"explained": 568, "merged": 16, "": 16}),
)


@pytest.mark.parametrize(("name", "file", "place", "rows", "outcomes"), REAL, ids=[row[0] for row in REAL])
def test_the_first_rows_of_real_files_come_in_whole(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    name: str, file: str, place: str, rows: int, outcomes: Mapping[str, int],
) -> None:  # fmt: skip
    if not (DATA / file).is_file():
        pytest.skip("the folder of real input, shared/data, is not here")
    monkeypatch.chdir(tmp_path)
    with (DATA / file).open(encoding="utf-8-sig", newline="") as whole:
        some = list(csv.reader(whole))[: rows + 1]
    with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as part:
        csv.writer(part).writerows(some)
    assert run(tmp_path / "in.csv", MAPS / f"{name}.yaml", "--place", place) == 0
    found = list(Matter.objects.values_list("outcome", flat=True))
    assert len(found) == rows
    assert {outcome: found.count(outcome) for outcome in set(found)} == outcomes
    assert list(broken_chains()) == []


def test_a_kill_in_the_middle_and_a_second_run_leave_no_double_and_no_gap(
    committed_world: World, tmp_path: Path
) -> None:
    rows = [row_of(DONE, 编号=str(number)) for number in range(4500)]
    with (tmp_path / "in.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([HEAD, *rows])
    first = started(tmp_path)
    while not Matter.objects.exists():
        assert first.poll() is None
        time.sleep(0.02)
    first.send_signal(signal.SIGKILL)
    assert first.wait() == -signal.SIGKILL
    assert 0 < Matter.objects.count() < 4500
    assert started(tmp_path).wait() == 0
    assert Matter.objects.count() == 4500
    assert Event.objects.filter(seq=1).values("body__source__id").distinct().count() == 4500
    assert list(broken_chains()) == []


def started(folder: Path) -> subprocess.Popen[bytes]:
    """The command in a process of its own, on the tests' database."""
    plan = written(folder, {**PLAN, "source": "killed"})
    return subprocess.Popen(
        [sys.executable, "-m", "linli", "import", "requests", folder / "in.csv",
         "--map", plan, "--place", COMMUNITY, "--district", "here"],
        cwd=ROOT, env={**os.environ, "DATABASE_URL": database_url()}, stdout=subprocess.DEVNULL,
    )  # fmt: skip


simple = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text()
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(simple)
def test_the_quick_way_to_the_canonical_form_gives_the_same_bytes(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)
