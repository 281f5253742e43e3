"""Walking through playbooks: as a conversation in lines, and each shipped playbook through every move that it has."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from linli.lib import clock
from linli.lib.clock import ZONE
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.lib.workcalendar import WorkCalendar
from linli.playbooks.checks import check_book
from linli.playbooks.commands import try_out
from linli.playbooks.commands.try_out import Conversation
from linli.playbooks.engine import fields
from linli.playbooks.library import shipped, shipped_names, shipped_source
from linli.playbooks.model import Field, Mark, Move, Playbook
from linli.playbooks.standing import Standing, begin, come_back, let_pass, take
from linli.playbooks.walk import Walk
from linli.playbooks.walk_answers import read_answer
from linli.playbooks.walk_view import choices, moment

CALENDAR = WorkCalendar()
FRIDAY = datetime(2026, 2, 13, 16, tzinfo=ZONE)  # before the Spring Festival; the Saturday after it is a working day
OWN_SETTINGS = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
DECLINED = ("办结：不予受理（不予受理）",)
RAISED = ("", "", "灯坏了", "", "")  # ordinary, the narrowest place, what, no photo, no phone

# Ordinary; number, the property company, by quote, nothing yet, no time, what, no phone; then a quote of 80 without parts.
ORDERED = ("", "1", "1", "3", "0", "", "修水龙头", "")
OFFERED = ("2", "小李", "是", "80", "0", "", "")


def walked(*lines: str, name: str = "repair", language: str = "zh") -> str:
    out = StringIO()
    talk = Conversation(StringIO("".join(f"{line}\n" for line in lines)), out)
    Walk(shipped()[name], ask=talk.ask, say=talk.say, language=language, at=FRIDAY, calendar=CALENDAR).run()
    return out.getvalue()


def stops(text: str) -> list[str]:
    return [line.removeprefix("── ").split(" ──")[0] for line in text.splitlines() if line.startswith("── ")]


def test_a_repair_walks_from_the_door_to_the_thanks() -> None:
    text = walked(*RAISED, "1", "老张", "1", "换了灯泡", "", "1", "5", "", "")
    assert stops(text) == ["待受理", "维修中", "待评价", "办结：已解决（已解决）"]
    assert "由谁办：经办人 老张" in text
    assert "提出人已收到答复：换了灯泡" in text


def test_each_stop_says_who_holds_it_and_until_when() -> None:
    text = walked(*RAISED)
    assert "由谁办：物业前台（小区）" in text
    assert "期限：30分钟，到 2月13日（周五）16:30" in text
    assert "提出人看到：“待受理”，由物业前台办理，最迟 2月13日（周五）16:30" in text


def test_an_emergency_has_the_shorter_limit() -> None:
    assert "期限：24小时，到 2月14日（周六）16:00" in walked(*RAISED, "1", "老张")
    assert "期限：2小时，到 2月13日（周五）18:00" in walked("3", *RAISED[1:], "1", "老张")


def test_the_same_walk_is_told_in_english() -> None:
    text = walked(*RAISED, "1", "Zhang", language="en")
    assert "Held by: Property desk (Estate)" in text
    assert "Limit: 24 hours, until Sat 14 Feb 16:00" in text
    assert not any("一" <= sign <= "鿿" for sign in text.replace("灯坏了", ""))


def test_the_time_passes_on_an_empty_line_and_the_matter_climbs() -> None:
    text = walked(*RAISED, "", "")
    assert "回车：什么都不做 → 2月13日（周五）16:30 超时，上报单元长（单元）" in text
    assert "已超时，由单元长（单元）督办，应在 2月14日（周六）16:30 前处理" in text
    assert "已超时，由楼栋长（楼栋）督办" in text
    assert text.count("最迟 2月13日（周五）16:30") == 3  # what the raiser was promised does not move


def test_a_place_wider_than_a_step_of_the_chain_leaves_that_step_out() -> None:
    assert "上报社区党委（社区）" in walked("", "5", *RAISED[2:])


def test_at_the_top_of_the_chain_it_stands_on_the_public_list() -> None:
    text = walked(*RAISED, *[""] * 6)
    assert "社区党委（社区）督办，已到最高一级，列入公开的超时清单" in text
    assert "已到最高一级，之后不会再自动发生什么。请选一个动作。" in text


def test_silence_of_the_raiser_closes_unrated() -> None:
    text = walked(*RAISED, "1", "老张", "1", "好了", "", "")
    assert "2月20日（周五）16:00 视为无意见，转入“已解决（未评价）”" in text
    assert stops(text)[-1] == "办结：已解决（未评价）（已解决）"


def test_handing_up_makes_the_supervision_climb_at_once() -> None:
    assert "督办：单元长（单元）" in walked(*RAISED, "1", "老张", "2", "要换总管")


def test_what_is_not_solved_after_three_rounds_goes_to_the_community() -> None:
    again = ("1", "老张", "1", "好了", "", "2", "还漏")
    assert stops(walked(*RAISED, *again * 2))[-1] == "待受理"
    assert stops(walked(*RAISED, *again * 3))[-1] == "社区协调"


def test_b_goes_back_to_the_stop_before() -> None:
    assert stops(walked(*RAISED, "1", "老张", "b", "2", "不归我们管")) == ["待受理", "维修中", "待受理", *DECLINED]


def test_b_in_the_middle_of_a_question_gives_up_the_move() -> None:
    text = walked(*RAISED, "1", "b")
    assert stops(text) == ["待受理", "待受理"]
    assert "这已经是第一步。" in text


def test_b_before_anything_begins_the_questions_again() -> None:
    assert stops(walked("3", "1", "b", *RAISED)) == ["待受理"]


def test_b_goes_back_from_the_end() -> None:
    assert stops(walked(*RAISED, "2", "不归我们管", "b")) == ["待受理", *DECLINED, "待受理"]


@pytest.mark.parametrize("place", range(7))
def test_a_question_mark_helps_everywhere(place: int) -> None:
    lines = [*RAISED, "1", "老张"]
    lines.insert(place, "?")
    text = walked(*lines)
    assert "b 回到上一步" in text
    assert stops(text) == ["待受理", "维修中"]


@pytest.mark.parametrize("count", range(12))
def test_the_input_may_end_anywhere(count: int) -> None:
    lines = (*RAISED, "1", "老张", "1", "好了", "", "1", "5")
    assert walked(*lines[:count]).startswith("试走：报事报修（repair）")


def test_q_ends_the_walk() -> None:
    assert stops(walked(*RAISED, "q", "1")) == ["待受理"]


def test_a_move_may_be_named_instead_of_numbered() -> None:
    assert stops(walked(*RAISED, "decline", "不归我们管"))[-1] == DECLINED[0]
    assert stops(walked(*RAISED, "不予受理", "不归我们管"))[-1] == DECLINED[0]


def test_a_number_that_is_no_choice_is_answered_and_asked_again() -> None:
    text = walked(*RAISED, "9", "1", "老张")
    assert "没有这个选项。请输入 1 到 3 之间的序号。" in text
    assert stops(text)[-1] == "维修中"


def test_a_needed_answer_is_asked_for_until_it_comes() -> None:
    text = walked(*RAISED, "2", "", "  ", "不归我们管")
    assert text.count("这一项必填") == 2
    assert stops(text)[-1] == DECLINED[0]


def test_a_price_above_the_quote_is_refused_with_the_playbooks_own_sentence() -> None:
    text = walked(*ORDERED, *OFFERED, "1", "1", "120", "修好了", "", "1", "80", "修好了", "", name="order")
    assert "实际收费高于约定价格，请先“改报价”并由点单人同意。" in text
    assert stops(text) == ["待接单", "待确认报价", "办单中", "办单中", "待评单"]


def test_an_offer_that_nobody_agrees_to_lapses_without_work() -> None:
    text = walked(*ORDERED, *OFFERED, "", "", name="order")
    assert stops(text)[-1] == "办结：已失效（已撤回）"


def test_an_emergency_on_patrol_passes_the_finder_by() -> None:
    assert stops(walked("3", "1", "4", "污水外溢", "", name="patrol")) == ["网格员处理"]
    assert stops(walked("1", "1", "4", "灯不亮", "", name="patrol")) == ["现场处理"]


def test_a_whistle_waits_for_all_units_to_be_back() -> None:
    lines = ("", "1", "1", "违建", "", "", "1", "否", "照片", "1", "属实", "2", "1", "城管、消防", "拆除", "1")
    text = walked(*lines, name="joint_enforcement")
    assert stops(text) == ["待劝阻", "待报告", "社区研判", "社区研判", "各单位报到", "汇总评价"]
    assert "劝阻时当事人没有停止，请吹哨或者解释说明。" in text


def field(kind: str, **settings: Any) -> Field:
    return Field("x", kind, Said("某项", "Thing"), Mark(1, 1), **settings)


COLOURS = {"red": Said("红", "Red"), "green": Said("绿", "Green")}


@pytest.mark.parametrize(
    ("asked", "typed", "value"),
    [
        (field("text"), " 灯坏了 ", "灯坏了"),
        (field("text", optional=True), "", None),
        (field("score", of=5), "5", 5),
        (field("number"), "-3", -3),
        (field("yes_no"), "是", True),
        (field("yes_no"), "No", False),
        (field("money"), "99.50", 9950),
        (field("money"), "0", 0),
        (field("choice", options=COLOURS), "2", "green"),
        (field("choice", options=COLOURS), "红", "red"),
        (field("choice", options=COLOURS), "Green", "green"),
    ],
)
def test_an_answer_becomes_the_value_that_guards_compare(asked: Field, typed: str, value: object) -> None:
    assert read_answer(asked, typed) == value


@pytest.mark.parametrize(
    ("asked", "typed", "says"),
    [
        (field("text"), " ", "这一项必填"),
        (field("text", max=3), "太长了吧", "最多 3 个字"),
        (field("score", of=5), "6", "1 到 5"),
        (field("score", of=5), "0", "1 到 5"),
        (field("number", max=10), "11", "不超过 10"),
        (field("number"), "1.5", "整数"),
        (field("yes_no"), "也许", "“是”或“否”"),
        (field("money"), "0.001", "金额"),
        (field("money"), "-1", "金额"),
        (field("money"), "NaN", "金额"),
        (field("money"), "一百", "金额"),
        (field("choice", options=COLOURS), "3", "1 到 2"),
    ],
)
def test_an_answer_that_does_not_suit_is_refused_with_what_to_type(asked: Field, typed: str, says: str) -> None:
    with pytest.raises(Refused) as refused:
        read_answer(asked, typed)
    assert says in refused.value.sentence.zh


def test_a_moment_is_said_with_its_weekday() -> None:
    assert moment(datetime(2026, 3, 1, 9, 5, tzinfo=ZONE)) == Said("3月1日（周日）09:05", "Sun 1 Mar 09:05")


# The shipped playbooks


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_playbook_keeps_every_promise(name: str) -> None:
    assert check_book(shipped()[name]) == ()


@pytest.mark.parametrize("name", shipped_names())
def test_a_shipped_playbook_comes_up_to_the_community(name: str) -> None:
    assert ("community", "community") in {(duty.role, duty.level) for duty in shipped()[name].chain}


@pytest.mark.parametrize("name", shipped_names())
def test_every_move_and_every_end_of_a_shipped_playbook_can_be_reached(name: str) -> None:
    book = shipped()[name]
    moved, ended = _explored(book)
    assert moved == {(stage.name, move.name) for stage in book.stages.values() for move in stage.moves}
    assert ended == set(book.ends)


@pytest.mark.parametrize("name", shipped_names())
def test_nobody_holds_a_shipped_matter_for_ever(name: str) -> None:
    """Left alone, each stage comes to the top of the chain, or to an end by the raiser's silence."""
    book = shipped()[name]
    here = begin(book, _canned(book.form), FRIDAY, CALENDAR)
    for _ in book.chain:
        here = let_pass(book, here, CALENDAR)
    assert here.attend_at is None
    assert here.now - FRIDAY < timedelta(days=40)


def _canned(fields: tuple[Field, ...]) -> dict[str, Any]:
    return {field.name: next(_possible(field)) for field in fields}


def _possible(field: Field) -> Iterator[Any]:
    values: dict[str, tuple[Any, ...]] = {
        "choice": tuple(field.options),
        "yes_no": (True, False),
        "score": (5, 1),
        "money": (0,),
        "units": (("department",),),
    }
    yield from values.get(field.kind, ("…",))


def _answers(move: Move) -> Iterator[dict[str, Any]]:
    names = [need.name for need in move.needs]
    for values in product(*(tuple(_possible(need)) for need in move.needs)):
        yield dict(zip(names, values, strict=True))


def _explored(book: Playbook) -> tuple[set[tuple[str, str]], set[str]]:
    """Every move and end that can be reached, by trying every kind of answer from every different stop."""
    urgencies = ("ordinary", "emergency")
    open_ = [
        begin(book, {**form, "urgency": urgency}, FRIDAY, CALENDAR) for form in _forms(book) for urgency in urgencies
    ]
    asked = sorted({one.name for one in fields(book) if one.kind == "choice"})
    moved: set[tuple[str, str]] = set()
    seen: set[Any] = set()
    ended: set[str] = set()
    while open_:
        here = open_.pop()
        key = (here.at.name, min(here.facts["rounds"], 4), here.facts.get("stopped"), here.facts["urgency"],
               *(here.facts.get(name) for name in asked))  # fmt: skip
        if here.at.end is not None:
            ended.add(here.at.name)
        elif key not in seen:
            seen.add(key)
            open_.extend(_onward(book, here, moved))
    return moved, ended


def _forms(book: Playbook) -> Iterator[dict[str, Any]]:
    """The form once for each choice that can be made in it."""
    choices_ = {field.name: tuple(field.options) for field in book.form if field.kind == "choice"}
    for chosen in product(*choices_.values()):
        yield {**_canned(book.form), **dict(zip(choices_, chosen, strict=True))}


def _onward(book: Playbook, here: Standing, moved: set[tuple[str, str]]) -> Iterator[Standing]:
    if here.at.stage is not None and here.at.stage.late is not None:
        yield let_pass(book, here, CALENDAR)
    for choice in choices(book, here):
        if choice.move is None:
            yield come_back(book, here, choice.name, CALENDAR)
            continue
        for answers in _answers(choice.move):
            try:
                yield take(book, here, choice.move, answers, CALENDAR)
            except Refused:
                continue
            moved.add((here.at.name, choice.name))


# The command


def run(line: str, typed: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    parser = ArgumentParser()
    try_out.add_arguments(parser)
    monkeypatch.setattr(sys, "stdin", StringIO(typed))
    out = StringIO()
    return try_out.run(vars(parser.parse_args(line.split())), out), out.getvalue()


def test_the_command_begins_at_the_time_given_in_china(monkeypatch: pytest.MonkeyPatch) -> None:
    code, text = run("repair --at 2026-05-01T23:50", "\n" * 2 + "灯\n\n\n", monkeypatch)
    assert code == 0
    assert "到 5月2日（周六）00:20" in text


def test_the_command_begins_now_when_no_time_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(datetime(2026, 5, 1, 9, tzinfo=ZONE)):
        assert "5月1日（周五）09:30" in run("repair", "\n" * 2 + "灯\n\n\n", monkeypatch)[1]


def test_the_command_repeats_what_a_script_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "情况> 灯不亮\n" in run("repair", "\n\n灯不亮\n", monkeypatch)[1]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("repair --at tomorrow", "看不懂时间“tomorrow”"),
        ("repiar", "是不是想写“repair”？"),
        ("nowhere/x.yaml --lang en", "There is no playbook and no file called “nowhere/x.yaml”."),
    ],
)
def test_a_mistake_on_the_command_line_is_answered_with_a_sentence(
    line: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, text = run(line, "", monkeypatch)
    assert code == 1
    assert says in text


def test_a_file_can_be_tried_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text(shipped_source("enquiry"), encoding="utf-8")
    assert stops(run(str(file), "\n\n几点开门\n\n", monkeypatch)[1]) == ["待答复"]


def test_the_real_command_ends_well_at_the_end_of_its_input() -> None:
    linli = Path(sys.executable).with_name("linli")
    if not linli.exists():
        pytest.skip("the linli command is not installed here")
    done = subprocess.run(
        [linli, "playbook", "try", "repair", "--at", "2026-03-02T09:00"],
        input="\n\n灯坏了\n\n\n",
        capture_output=True,
        text=True,
        timeout=60,
        env=OWN_SETTINGS | {"PYTHONIOENCODING": "utf-8"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert stops(done.stdout) == ["待受理"]
