"""`linli count` as a committee uses it: files in, a verdict out; and every problem at once, by file and line."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from linli.counting.rules import shipped
from linli.counting.tally import Cast, Subject, add_up, judge, roll_by_tag

ROOT = Path(__file__).parents[1]
ROLL = "subject,kind,heads,area\nA1,owner,1,100\nA2,co_owners,1,89.35\nA3,developer,1,300.5\nA4,public,1,10.15\n"
CASTS = "subject,choice,delivered\nA1,yes,1\nA2,yes,1\nA3,yes,1\nA4,,1\n"


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(roll: str | bytes, casts: str | bytes, *words: str, rule: str = "cn-civil-278-8") -> tuple[int, str, list[str]]:
    """Exit status, what was said, and the complaints."""
    for name, text in (("roll.csv", roll), ("casts.csv", casts)):
        Path(name).write_bytes(text if isinstance(text, bytes) else text.encode())
    out, err = StringIO(), StringIO()
    try:
        call_command(
            "count", "--rule", rule, "--roll", "roll.csv", "--casts", "casts.csv", *words, stdout=out, stderr=err
        )
    except SystemExit as end:
        return int(str(end.code)), out.getvalue(), err.getvalue().splitlines()
    return 0, out.getvalue(), err.getvalue().splitlines()


def counted(roll: str | bytes = ROLL, casts: str | bytes = CASTS, *words: str, rule: str = "cn-civil-278-8") -> Any:
    status, out, complaints = run(roll, casts, "--json", *words, rule=rule)
    assert (status, complaints) == (0, [])
    return json.loads(out)


def refused(roll: str | bytes = ROLL, casts: str | bytes = CASTS, rule: str = "cn-civil-278-8") -> list[str]:
    status, out, complaints = run(roll, casts, "--lang", "en", rule=rule)
    assert (status, out) == (1, "")
    assert complaints.pop().startswith(f"{len(complaints)} problems; nothing was counted.")
    return complaints


def test_the_figures_are_whole_numbers_with_areas_in_hundredths(at: Path) -> None:
    found = counted()
    assert found["verdict"] == "passed"
    assert found["quorum"]["heads"] == {"numerator": 3, "denominator": 4, "met": True, "missing": 0}
    assert found["quorum"]["area"] == {"numerator": 48_985, "denominator": 50_000, "met": True, "missing": 0}
    assert found["approval"]["area"] == {"numerator": 48_985, "denominator": 48_985, "met": True, "missing": 0}
    assert found["missing"] == {"heads": 0, "area": 0}
    assert found["strict"]["verdict"] == "passed"
    assert found["explanation"]["zh"].startswith("通过。")
    assert found["explanation"]["en"].startswith("Passed.")


def test_what_is_missing_is_told_in_heads_and_hundredths(at: Path) -> None:
    found = counted(casts="subject,choice,delivered\nA1,yes,1\nA4,no,1\n")
    assert found["verdict"] == "no_quorum"
    assert found["missing"] == {"heads": 1, "area": 33_334 - 11_015}


def test_the_silent_follow_when_told_and_the_strict_count_stands_beside_it(at: Path) -> None:
    casts = "subject,choice,delivered\nA1,yes,1\nA3,,1\nA2,,0\n"
    found = counted(ROLL, casts, "--silent", "follow_majority")
    assert (found["quorum"]["heads"]["numerator"], found["strict"]["quorum"]["heads"]["numerator"]) == (2, 1)
    assert found["followed"] == "yes"
    assert "随多数" in found["explanation"]["zh"]


def test_the_page_for_the_terminal_speaks_both_languages(at: Path) -> None:
    _, chinese, _ = run(ROLL, CASTS)
    _, english, _ = run(ROLL, CASTS, "--lang", "en")
    assert chinese.splitlines()[:2] == [
        "通过",
        "规则：改变共有部分的用途或者利用共有部分从事经营活动（民法典 §278(1)(8) [V]）",
    ]
    assert "  In favour: 489.85 m² of 489.85 m², 100.00% of those taking part" in english


def test_a_spreadsheets_mark_and_line_ends_change_nothing(at: Path) -> None:
    def as_spreadsheet(text: str) -> bytes:
        return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()

    assert counted(as_spreadsheet(ROLL), as_spreadsheet(CASTS)) == counted()


def test_columns_may_stand_in_any_order_and_rows_too(at: Path) -> None:
    roll = (
        "area,heads,subject,kind\n10.15,1,A4,public\n300.50,1,A3,developer\n\n89.35,1,A2,co_owners\n100.00,1,A1,owner\n"
    )
    assert counted(roll) == counted()


def test_villages_count_heads_and_never_look_at_an_area(at: Path) -> None:
    roll = "subject,kind,heads,area\nV1,villager,1,\nV2,villager,1,?\nV3,,1,\n"
    found = counted(roll, "subject,choice,delivered\nV1,yes,1\nV2,yes,1\n", rule="cn-village-assembly")
    assert found["verdict"] == "passed"
    assert (found["quorum"]["area"], found["missing"]) == (None, {"heads": 0, "area": 0})
    without = "subject,kind,heads\nV1,villager,1\nV2,villager,1\nV3,,1\n"
    assert counted(without, "subject,choice,delivered\nV1,yes,1\nV2,yes,1\n", rule="cn-village-assembly") == found


def test_all_problems_of_both_files_are_told_at_once(at: Path) -> None:
    roll = "subject,kind,heads,area\nA1,owner,1,89.351\nA1,owner,１,-3\nA4,boss,0,NaN\n,owner,1,1\n"
    casts = "subject,choice,delivered\nA1,maybe,2\nZ9,yes,1\nA1,yes,1\nA4,,\n"
    lines = refused(roll, casts)
    assert [line.split(" ")[0] for line in lines] == [
        "roll.csv:2", "roll.csv:3", "roll.csv:3", "roll.csv:3", "roll.csv:4", "roll.csv:4", "roll.csv:4", "roll.csv:5",
        "casts.csv:2", "casts.csv:2", "casts.csv:3", "casts.csv:4", "casts.csv:5",
    ]  # fmt: skip
    assert "“A1” stands in line 2 already; a subject has one row. Check both and remove one." in lines[1]
    assert (
        lines[10] == "casts.csv:3 “Z9” does not stand on the roll. Check how it is written, or correct the roll first."
    )


@pytest.mark.parametrize(
    ("area", "why"),
    [
        ("-3", "square metres above 0"),
        ("0", "square metres above 0"),
        ("0.00", "square metres above 0"),
        ("NaN", "square metres above 0"),
        ("inf", "square metres above 0"),
        ("1e3", "square metres above 0"),
        ("+5", "square metres above 0"),
        ("89.", "square metres above 0"),
        (".5", "square metres above 0"),
        ('"1,200.00"', "no thousands separator"),
        ("89.35㎡", "no unit"),
        ("0x10", "square metres above 0"),
        ("1_000", "square metres above 0"),
        ("89.351", "more than two decimals"),
        ("89.350", "more than two decimals"),
        ("８９.35", "full-width"),
        ("89．35", "full-width"),
        ("٨٩", "square metres above 0"),
        ("", "The area is missing"),
        ("9999999999", "square metres above 0"),
    ],
)
def test_an_area_that_could_be_read_in_two_ways_is_refused(area: str, why: str, at: Path) -> None:
    lines = refused(f"subject,kind,heads,area\nA1,owner,1,{area}\n", "subject,choice,delivered\n")
    assert [line.startswith("roll.csv:2 ") and why in line for line in lines] == [True]


@pytest.mark.parametrize("heads", ["0", "-1", "1.0", "1.5", "", "one", "１", "²", "1e1", "12345678"])
def test_heads_are_whole_numbers_of_one_or_more(heads: str, at: Path) -> None:
    lines = refused(f"subject,kind,heads,area\nA1,owner,{heads},1\n", "subject,choice,delivered\n")
    assert [line.startswith("roll.csv:2 ") for line in lines] == [True]


@pytest.mark.parametrize("choice", ["YES", "Yes", "同意", "maybe", "follow", "ｙｅｓ", "1"])
def test_a_choice_is_written_in_one_way(choice: str, at: Path) -> None:
    lines = refused(ROLL, f"subject,choice,delivered\nA1,{choice},1\n")
    assert lines == [
        f"casts.csv:2 The choice “{choice}” is unknown. Write yes, no or abstain, or leave it empty for no answer."
    ]


@pytest.mark.parametrize(
    ("roll", "line", "why"),
    [
        ("", 1, "The file is empty"),
        ("subject,kind,heads,area\n", 1, "The roll has no row"),
        ("subject,kind,area\nA1,owner,1\n", 1, "The column “heads” is missing"),
        ("Subject,kind,heads,area\nA1,owner,1,1\n", 1, "The column “subject” is missing"),
        ("subject,kind,heads,area,name\nA1,owner,1,1,Li\n", 1, "There is no column “name”"),
        ("subject,kind,heads,area,area\nA1,owner,1,1,1\n", 1, "The column “area” stands there twice"),
        ("subject,kind,heads,area\nA1,owner,1\n", 2, "This row has 3 cells; it should have 4"),
        ("subject,kind,heads,area\nA1,owner,1,1\n\nA2,owner,1,1,1\n", 4, "This row has 5 cells"),
        ('subject,kind,heads,area\n"A1,owner,1,1\n', 2, "The quotes do not match"),
        ("subject,kind,heads,area\nA1,tenant,1,1\n", 2, "The kind “tenant” is unknown"),
        (f"subject,kind,heads,area\n{'A' * 101},owner,1,1\n", 2, "at most 100 characters"),
        ("subject,kind,heads,area\nA\x07,owner,1,1\n", 2, "none of them a control one"),
        ("subject,kind,heads,area\nA1,owner,1,1\n业主,owner,1,1\n".encode("gb18030"), 3, "not UTF-8"),
    ],
)
def test_a_roll_that_is_not_whole_is_refused_where_it_breaks(roll: str | bytes, line: int, why: str, at: Path) -> None:
    first = refused(roll, "subject,choice,delivered\n")[0]
    assert first.startswith(f"roll.csv:{line} ")
    assert why in first


def test_a_file_that_is_not_there_is_named(at: Path) -> None:
    err = StringIO()
    with pytest.raises(SystemExit, match="1"):
        call_command("count", "--rule", "cn-civil-278-1", "--roll", "no.csv", "--casts", "nor.csv", stderr=err)
    assert err.getvalue().splitlines()[:2] == [
        "no.csv:1 找不到这个文件，请检查路径。",
        "nor.csv:1 找不到这个文件，请检查路径。",
    ]


def test_an_unknown_rule_and_a_forbidden_silence_are_refused(at: Path) -> None:
    assert run(ROLL, CASTS, rule="cn-civil-280")[0] == 1
    status, _, complaints = run(ROLL, CASTS, "--silent", "follow_majority", rule="cn-village-assembly")
    assert (status, complaints) == (
        1,
        ["规则“村民会议（本村 18 周岁以上村民参加）”下不能选“follow_majority”。可以选：not_counted, abstain。"],
    )


def test_a_program_gets_the_problems_as_json_too(at: Path) -> None:
    status, out, _ = run("subject,kind,heads,area\nA1,owner,1,x\n", "subject,choice,delivered\n", "--json")
    problem = json.loads(out)["problems"][0]
    assert (status, problem["file"], problem["line"]) == (1, "roll.csv", 2)
    assert set(problem["message"]) == {"zh", "en"}


def linli(*words: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    command = [sys.executable, "-m", "linli", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, env=environment, check=False)


def test_the_command_counts_without_a_database(at: Path) -> None:
    Path("roll.csv").write_text(ROLL, "utf-8")
    Path("casts.csv").write_text(CASTS, "utf-8")
    roll, casts = at / "roll.csv", at / "casts.csv"
    done = linli("count", "--rule", "cn-civil-278-8", "--roll", str(roll), "--casts", str(casts), "--json")
    assert (done.returncode, done.stderr) == (0, b"")
    assert json.loads(done.stdout)["verdict"] == "passed"


def test_a_hundred_thousand_owners_and_five_questions_are_counted_in_two_seconds_of_work() -> None:
    roll = roll_by_tag(Subject(str(number), 1, 9_000 + number % 97) for number in range(100_000))
    questions: Sequence[list[Cast]] = [
        [Cast(str(number), ("yes", "no", "abstain", "")[(number + at) % 4]) for number in range(100_000)]
        for at in range(5)
    ]
    start = time.process_time()
    for casts in questions:
        judge(add_up(roll, casts), shipped()["cn-civil-278-8"])
    assert time.process_time() - start <= 2
