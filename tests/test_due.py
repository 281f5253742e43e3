"""The command `linli due`: a time for whoever checks a deadline by hand, or a sentence."""

from __future__ import annotations

import io
import json

import pytest
from django.core.management import call_command

from linli.lib.refusals import Refused
from linli.lib.workcalendar import WorkCalendar
from linli.playbooks.management.commands.due import Command, answer


def run(*words: str) -> tuple[str, str, int]:
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command(Command(), *words, stdout=out, stderr=err, no_color=True)
    except SystemExit as end:
        return out.getvalue(), err.getvalue(), int(str(end.code))
    return out.getvalue(), err.getvalue(), 0


def test_the_command_prints_just_the_time() -> None:
    assert run("2026-02-13T16:00", "3workdays") == ("2026-02-25T17:30:00+08:00\n", "", 0)
    assert run("2026-02-13T08:00Z", "3workdays") == ("2026-02-25T17:30:00+08:00\n", "", 0)


def test_the_command_follows_the_calendar_and_the_zone_asked_for() -> None:
    assert run("2026-03-02T10:00", "7d")[0] == "2026-03-09T10:00:00+08:00\n"
    assert run("2026-03-02T10:00", "7d", "--calendar", "work")[0] == "2026-03-10T00:00:00+08:00\n"
    assert run("2026-03-02T10:00", "2h", "--zone", "Asia/Urumqi")[0] == "2026-03-02T12:00:00+06:00\n"


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        (("tomorrow", "3d"), "看不懂开始时间“tomorrow”", "not a start time"),
        (("2026-02-30T10:00", "3d"), "看不懂开始时间", "not a start time"),
        (("2026-02-13", "3wd"), "是不是想写“3workdays”", "Did you mean “3workdays”"),
        (("2026-02-13", "0h"), "等于没有时间", "no time at all"),
        (("2026-02-13", "3d", "--zone", "Asia"), "没有“Asia”这个时区", "no time zone"),
        (("2026-02-13", "3d", "--zone", "../etc/passwd"), "这个时区", "no time zone"),
        (("2026-02-13", "3d", "--calendar", "wrok"), "没有“wrok”这种日历", "no calendar"),
        (("9999-12-31", "3workdays"), "超出了日历的范围", "leaves the calendar"),
        (("0001-01-01T00:00+14:00", "3d"), "超出了日历的范围", "leaves the calendar"),
    ],
)
def test_bad_input_is_answered_by_a_sentence_in_the_language_asked_for(
    words: tuple[str, ...], zh: str, en: str
) -> None:
    out, err, code = run(*words)
    assert (out, code) == ("", 1)
    assert zh in err
    out, err, code = run(*words, "--lang", "en")
    assert (out, code) == ("", 1)
    assert en in err


def test_an_unknown_language_is_refused_in_chinese() -> None:
    assert run("2026-02-13", "3d", "--lang", "fr")[1:] == ("没有“fr”这种语言。请写 zh 或 en。\n", 1)


def test_a_period_beyond_the_announced_holidays_is_computed_with_a_warning() -> None:
    out, err, code = run("2098-12-30T16:00", "3workdays", "--lang", "en")
    assert (out, code) == ("2099-01-02T17:30:00+08:00\n", 0)
    assert "not announced" in err


def test_a_period_on_the_clock_needs_no_warning() -> None:
    assert run("2098-12-30T16:00", "72h") == ("2099-01-02T16:00:00+08:00\n", "", 0)


def test_a_period_before_the_records_is_computed_with_another_warning() -> None:
    assert "没有2004-01-01以前的放假安排" in run("2001-01-01T10:00", "1workdays")[1]
    assert "没有2004-01-01以前的放假安排" in run("2003-12-31T10:00", "1workdays")[1]


def test_the_json_says_what_the_deadline_was_computed_from() -> None:
    told = json.loads(run("2026-02-13T16:00", "3workdays", "--json")[0])
    assert told == {
        "start": "2026-02-13T16:00:00+08:00",
        "limit": "3workdays",
        "limit_said": "3个工作日",
        "calendar": "always",
        "calendar_version": WorkCalendar().version,
        "due": "2026-02-25T17:30:00+08:00",
        "warning": None,
    }


def test_the_answer_can_be_had_without_the_command() -> None:
    assert answer("2026-02-13T16:00", "1d").due.isoformat() == "2026-02-14T16:00:00+08:00"
    with pytest.raises(Refused):
        answer("2026-02-13T16:00", "1d", zone="Nowhere")
