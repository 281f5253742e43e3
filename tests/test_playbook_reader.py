"""The reader: a playbook file becomes a playbook, or every mistake in it is told at its line and column."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.playbooks import library
from linli.playbooks.commands import check, list_shipped
from linli.playbooks.examine import examine
from linli.playbooks.limits import Limit
from linli.playbooks.model import Duty, Mark, Playbook, Problem
from linli.playbooks.problems import as_json, as_line
from linli.playbooks.read import read_playbook
from linli.playbooks.yaml_nodes import LARGEST

# The example of the design, as it stands there.
DESIGN = """\
playbook: repair
title: {zh: 报事报修, en: Repair}
origin: A16                       # the row of domain/checklist.md, or the law, that it carries out
subject: request                  # which practice app owns the thing handled
raised_by: [resident, unit_lead, building_lead, grid_worker, property_desk]
at: [room, unit, building, estate]    # levels of the place tree where it may be raised
calendar: always                  # or: work (working hours and days, with the official holiday shifts)

form:
  what:   {kind: text, title: {zh: 情况, en: What is wrong}, max: 2000}
  photos: {kind: photos, max: 9, optional: true}
  phone:  {kind: phone, optional: true, private: true}

chain: [unit_lead@unit, building_lead@building, grid_worker@grid, grid_branch@grid, community@community]

stages:
  received:
    title: {zh: 待受理, en: Received}
    duty: property_desk@estate
    limit: 30min
    moves:
      accept:  {to: doing, needs: {worker: {kind: person, role: property_worker}}}
      decline: {to: declined, needs: {reply: {kind: text}}}
  doing:
    duty: worker                  # the person named by `accept`
    limit: {default: 24h, by: urgency, emergency: 2h}
    moves:
      finish:  {to: confirming, needs: {reply: {kind: text}, photos: {kind: photos, optional: true}}}
      hand_up: {to: received, climbs: true, needs: {reason: {kind: text}}}
  confirming:
    duty: raiser
    limit: 7d
    moves:
      confirm: {to: solved, needs: {score: {kind: score, of: 5}, comment: {kind: text, optional: true}}}
      reopen:  {to: received, needs: {reason: {kind: text}}}
    late: {move: close_unrated}   # the only stage whose lateness closes: silence by the raiser
  solved:        {end: solved}
  close_unrated: {end: solved, unrated: true}
  declined:      {end: declined}

public: [title, place.building, stage, reply, score]
counts: {responded: accept|decline, finished: finish, verdict: confirm|reopen}
"""
LINES = DESIGN.splitlines(keepends=True)


def good(text: str) -> Playbook:
    book, problems = read_playbook(text)
    assert [as_line(each, "en") for each in problems] == []
    assert book is not None
    return book


def told(text: str) -> list[tuple[str, int, int]]:
    return [(each.check, each.mark.line, each.mark.column) for each in read_playbook(text)[1]]


def sentences(text: str, language: str = "en") -> str:
    return "\n".join(each.message.in_(language) for each in read_playbook(text)[1])


def changed(old: str, new: str) -> str:
    assert DESIGN.count(old) == 1, old
    return DESIGN.replace(old, new)


# --- what is read ---------------------------------------------------------------------------------------------------


def test_the_example_of_the_design_is_read_whole() -> None:
    book = good(DESIGN)
    assert (book.name, book.title.zh, book.origin, book.subject) == ("repair", "报事报修", "A16", "request")
    assert list(book.stages) == ["received", "doing", "confirming"]
    assert {end.name: (end.outcome, end.unrated) for end in book.ends.values()} == {
        "solved": ("solved", False),
        "close_unrated": ("solved", True),
        "declined": ("declined", False),
    }
    assert [str(duty) for duty in book.chain][-1] == "community@community"
    assert [name for name, _ in book.public] == ["title", "place.building", "stage", "reply", "score"]
    assert book.counts["responded"] == ("accept", "decline")


def test_a_stage_keeps_its_duty_limit_moves_and_places_in_the_file() -> None:
    doing = good(DESIGN).stages["doing"]
    assert doing.mark == Mark(24, 3)
    assert doing.duty == Duty(Mark(25, 11), person="worker")
    assert doing.limit is not None
    assert doing.limit.choose({"urgency": "emergency"}) == Limit(2, "h")
    assert doing.limit.choose({"urgency": "ordinary"}) == Limit(24, "h")
    hand_up = doing.move("hand_up")
    assert hand_up is not None
    assert (hand_up.climbs, hand_up.branches[0].to, hand_up.branches[0].mark) == (True, "received", Mark(29, 21))


def test_the_first_stage_of_the_file_is_where_a_matter_begins() -> None:
    assert good(DESIGN).first.name == "received"


def test_a_title_left_out_is_the_standard_word_and_an_end_falls_back_to_its_outcome() -> None:
    book = good(
        changed("  declined:      {end: declined}", "  refused_here:  {end: declined}").replace(
            "to: declined", "to: refused_here"
        )
    )
    assert book.stages["doing"].title.zh == "办理中"
    assert book.stages["doing"].moves[1].title.en == "Hand up"
    assert book.ends["refused_here"].title.zh == "不予受理"


def test_half_a_title_is_read_as_half_so_that_the_missing_language_can_be_told() -> None:
    title = good(changed("title: {zh: 待受理, en: Received}", "title: {zh: 待受理}")).stages["received"].title
    assert (title.zh, title.en) == ("待受理", "")


@pytest.mark.parametrize("spelling", ["late: {move: close_unrated}", "late: {to: close_unrated}"])
def test_lateness_may_say_move_or_to(spelling: str) -> None:
    late = good(changed("late: {move: close_unrated}", spelling)).stages["confirming"].late
    assert late is not None
    assert late.to == "close_unrated"


def test_on_is_a_key_and_not_the_truth_value_of_old_yaml() -> None:
    joined = changed(
        "  solved:        {end: solved}\n",
        "  called:\n    kind: join\n    duty: community@community\n    limit: 3d\n"
        "    with: {units: units, playbook: called_unit, most: 3, alone: false}\n    on: {all_back: confirming}\n"
        "  solved:        {end: solved}\n",
    )
    called = good(joined).stages["called"]
    assert called.on["all_back"].to == "confirming"
    assert dict(called.settings) == {"units": "units", "playbook": "called_unit", "most": 3, "alone": False}
    assert good(joined).marks["stages.called.with.playbook"] == Mark(41, 36)


def test_alternatives_are_kept_in_their_order_with_the_place_of_each_guard() -> None:
    text = changed(
        "confirm: {to: solved,",
        'confirm: {to: [{when: "score <= 2", to: received}, {when: late, to: doing}, {to: solved}],',
    )
    move = good(text).stages["confirming"].move("confirm")
    assert move is not None
    assert [(each.to, each.when) for each in move.branches] == [
        ("received", "score <= 2"),
        ("doing", "late"),
        ("solved", ""),
    ]
    assert [each.when_mark for each in move.branches] == [Mark(34, 30), Mark(34, 65), None]


def test_a_condition_beside_a_single_target_is_one_alternative() -> None:
    move = (
        good(changed("confirm: {to: solved,", "confirm: {to: solved, when: score > 2,"))
        .stages["confirming"]
        .move("confirm")
    )
    assert move is not None
    assert (move.branches[0].when, move.branches[0].when_mark) == ("score > 2", Mark(34, 35))


def test_a_route_has_alternatives_and_neither_holder_nor_deadline() -> None:
    text = changed("stages:\n", "stages:\n  sorting: {kind: route, to: [{when: late, to: doing}, {to: received}]}\n")
    sorting = good(text).first
    assert (sorting.kind, [each.to for each in sorting.branches], sorting.duty) == (
        "route",
        ["doing", "received"],
        None,
    )


def test_delay_objection_chain_limit_summary_and_statute_are_read() -> None:
    book = good(
        DESIGN + "delay: {at_most: 5workdays, times: 2}\nobjection: {to: community@community, limit: 4workhours}\n"
        "chain_limit: 12h\nsummary: {zh: 说明, en: Summary}\nstatute: cn-four-deliberations\n"
    )
    assert book.delay is not None
    assert book.objection is not None
    assert (book.delay.at_most, book.delay.times) == (Limit(5, "workdays"), 2)
    assert (str(book.objection.to), book.objection.limit) == ("community@community", Limit(4, "workhours"))
    assert (book.chain_limit, book.statute) == (Limit(12, "h"), "cn-four-deliberations")
    assert book.marks["statute"] == Mark(47, 10)


@pytest.mark.parametrize(
    "text", ["\ufeff" + DESIGN, DESIGN.replace("\n", "\r\n"), "\n\n# 说明\n" + DESIGN, "---\n" + DESIGN]
)
def test_a_byte_order_mark_windows_line_ends_and_a_heading_do_no_harm(text: str) -> None:
    assert good(text).name == "repair"


# --- what is refused ------------------------------------------------------------------------------------------------

REFUSED: tuple[tuple[str, str, str, tuple[str, int, int], str], ...] = (
    # what it is · what stands in the design's example · what is written instead · what is told and where · hint
    ("a tab in the indentation", "    limit: 30min", "\tlimit: 30min", ("G01", 20, 1), "tab"),
    ("a line indented too little", "    limit: 30min", "   limit: 30min", ("G01", 20, 4), "line up"),
    ("a colon too many", "origin: A16 ", "origin: see: A16 ", ("G01", 3, 12), "colon"),
    ("the Chinese colon after a key", "subject: request ", "subject：request ", ("G01", 4, 8), "Chinese colon"),
    ("the Chinese colon in a title", "{zh: 待受理, en", "{zh： 待受理, en", ("G02", 18, 13), "Chinese colon"),
    ("the Chinese comma in a title", "{zh: 待受理, en", "{zh: 待受理， en", ("G01", 18, 20), "Chinese comma"),
    ("a bracket never closed", "{zh: 待受理, en: Received}", "{zh: 待受理, en: Received", ("G01", 18, 12), "bracket"),
    ("a quotation mark never closed", "origin: A16 ", 'origin: "A16 ', ("G01", 3, 9), "closing one"),
    ("a value that begins with @", "duty: raiser", "duty: @raiser", ("G01", 31, 11), "quotes"),
    ("an unknown escape", "origin: A16 ", 'origin: "A\\q16" ', ("G01", 3, 9), "single quotes"),
    ("a NUL smuggled in by an escape", "origin: A16 ", 'origin: "A\\016" ', ("G01", 3, 9), "U+0000"),
    ("a control character", "origin: A16 ", "origin: A\x0716 ", ("G01", 3, 10), "U+0007"),
    ("a misspelt key", "    limit: 30min", "    limt: 30min", ("G02", 20, 5), "Did you mean “limit”"),
    ("a misspelt key at the top", "calendar: always", "calender: always", ("G02", 7, 1), "Did you mean “calendar”"),
    ("a key from nowhere", "origin: A16 ", "origin: A16\ncolour: red ", ("G02", 4, 1), "There are: playbook, title"),
    ("a setting of another kind", "{kind: phone, ", "{kind: phone, max: 3, ", ("G02", 12, 25), "“phone” has no “max”"),
    ("a title in one piece", "title: {zh: 待受理, en: Received}", "title: 待受理", ("G03", 18, 12), "name: value"),
    ("a word for a number", "max: 9", "max: nine", ("G03", 11, 31), "“nine”"),
    ("a number in quotes", "max: 9", 'max: "9"', ("G03", 11, 31), "without quotes"),
    ("a word for yes", "climbs: true", "climbs: yes", ("G03", 29, 39), "true or false"),
    ("a single value for a list", "at: [room, unit, building, estate]", "at: room", ("G03", 6, 5), "a list"),
    ("a list for a single value", "limit: 30min", "limit: [30min]", ("G03", 20, 12), "lines of"),
    ("a list for a duty", "duty: raiser", "duty: [raiser]", ("G03", 31, 11), "single value"),
    ("nothing after a key", "    duty: raiser", "    duty:", ("G03", 31, 10), "nothing here"),
    ("a list as a key", "origin: A16 ", "[a, b]: c\norigin: A16 ", ("G03", 3, 1), "one name"),
    ("a key written twice", "    limit: 30min", "    limit: 30min\n    limit: 45min", ("G04", 21, 5), "line 20"),
    ("a level written twice", "building, estate]", "building, room]", ("G04", 6, 28), "“room”"),
    (
        "move and to together",
        "late: {move: close_unrated}",
        "late: {to: solved, move: close_unrated}",
        ("G04", 36, 24),
        "same key",
    ),
    ("a key left out", "origin: A16 ", "", ("G05", 1, 1), "“origin”"),
    ("a move without a target", "{to: declined, needs: {reply", "{needs: {reply", ("G05", 23, 7), "“to”"),
    ("a score without its best", "{kind: score, of: 5}", "{kind: score}", ("G05", 34, 37), "“of”"),
    ("a Python object", "origin: A16 ", "origin: !!python/object:os.system A16 ", ("G06", 3, 9), "!!python/object"),
    ("a tag of one's own", "origin: A16 ", "origin: !mine A16 ", ("G06", 3, 9), "“!mine”"),
    ("an anchor", "origin: A16 ", "origin: &row A16 ", ("G06", 3, 9), "“&row”"),
    ("a limit in words", "limit: 30min", "limit: 30 minutes", ("G07", 20, 12), "30min"),
    ("a limit without end", "limit: 7d", "limit: 700000d", ("G07", 32, 12), "too long"),
    ("a duty with the full-width sign", "property_desk@estate", "property_desk＠estate", ("G07", 19, 11), "full-width"),
    ("a duty of two words", "duty: raiser", "duty: the raiser", ("G07", 31, 11), "role@level"),
    ("a name with capitals", "to: confirming", "to: Confirming", ("G07", 28, 21), "small letters"),
    ("a name in Chinese", "  declined:      {end", "  不受理:      {end", ("G07", 39, 3), "small letters"),
    ("counts that are no moves", "accept|decline", "accept/decline", ("G07", 42, 21), "bars"),
    ("a public name with a blank", "place.building, stage", "the building, stage", ("G07", 41, 17), "dots"),
    ("an empty list", "at: [room, unit, building, estate]", "at: []", ("G07", 6, 5), "at least one"),
)


@pytest.mark.parametrize(
    ("old", "new", "where", "hint"), [each[1:] for each in REFUSED], ids=[each[0] for each in REFUSED]
)
def test_a_mistake_is_told_alone_at_its_place_with_what_to_do(
    old: str, new: str, where: tuple[str, int, int], hint: str
) -> None:
    text = changed(old, new)
    assert told(text) == [where]
    assert hint in sentences(text)


@pytest.mark.parametrize(("old", "new"), [each[1:3] for each in REFUSED], ids=[each[0] for each in REFUSED])
def test_every_sentence_has_chinese_for_a_committee_member(old: str, new: str) -> None:
    for line in sentences(changed(old, new), "zh").splitlines():
        assert any("\u4e00" <= sign <= "\u9fff" for sign in line)
        assert "{" not in line.replace("“{”", "")


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n", "---\n"])
def test_an_empty_file_says_how_to_begin(text: str) -> None:
    assert [check for check, _, _ in told(text)] == ["G03"]
    assert "playbook" in sentences(text, "zh")


def test_a_list_at_the_top_is_no_playbook() -> None:
    assert told("- playbook: repair\n") == [("G03", 1, 1)]


def test_a_file_with_one_chinese_colon_only_gets_the_hint() -> None:
    assert "中文冒号" in sentences("playbook：repair", "zh")


def test_every_chinese_colon_is_told_not_only_the_first() -> None:
    assert told("playbook：repair\ntitle: {zh: 报修, en: Repair}\norigin：A16\n") == [("G01", 1, 9), ("G01", 3, 7)]


def test_a_second_document_is_refused_and_the_first_still_read() -> None:
    assert told(DESIGN + "---\n" + DESIGN) == [("G06", 43, 1)]


def test_billion_laughs_are_refused_before_anything_grows() -> None:
    laughs = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9) if n else 'lol'}]\n" for n in range(30))
    begun = time.process_time()
    checks = {check for check, _, _ in told(laughs)}
    assert "G06" in checks
    assert time.process_time() - begun < 2


def test_an_alias_is_told_once_and_not_again_as_a_wrong_value() -> None:
    assert told(changed("limit: 7d", "limit: *week")) == [("G06", 32, 12)]


@pytest.mark.parametrize("opening", ["[", "{a: ", "- "])
def test_deep_nesting_is_refused_without_exhausting_the_stack(opening: str) -> None:
    assert "G06" in {check for check, _, _ in told("playbook: repair\nx: " * (opening != "- ") + opening * 50_000)}


def test_a_huge_file_is_refused_unread() -> None:
    assert told(DESIGN + "#" * LARGEST) == [("G06", 1, 1)]
    assert told(DESIGN + "#" + "字" * (LARGEST // 3)) == [("G06", 1, 1)]


def test_ten_thousand_mistakes_do_not_hang() -> None:
    begun = time.process_time()
    problems = told(DESIGN + "".join(f"k{n}: 1\n" for n in range(10_000)))
    assert len(problems) == 10_000
    assert time.process_time() - begun < 10


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    text = (
        DESIGN.replace("subject: request", "subjekt: request")
        .replace("limit: 30min", "limit: 30minutes")
        .replace("climbs: true", "climbs: maybe")
        .replace("of: 5", "of: five")
        .replace("counts: {", "counts: {finished: finish, ")
    )
    assert told(text) == [("G02", 4, 1), ("G07", 20, 12), ("G03", 29, 39), ("G03", 34, 62), ("G04", 42, 55)]


def test_a_misspelt_key_is_read_as_what_it_means_so_nothing_else_is_reported() -> None:
    book, problems = read_playbook(changed("    limit: 30min", "    limt: 30min"))
    assert [each.check for each in problems] == ["G02"]
    assert book is not None
    assert book.stages["received"].limit is not None


def test_a_broken_stage_leaves_the_others_checked() -> None:
    text = changed("limit: 30min", "limit: soon").replace("of: 5", "of: five")
    book, problems = read_playbook(text)
    assert book is not None
    assert book.stages["received"].moves[0].name == "accept"
    assert [each.mark.line for each in problems] == [20, 34]


def test_stages_that_are_no_mapping_give_no_book_but_all_other_mistakes() -> None:
    book, problems = read_playbook("playbook: Repair\nstages: none\n")
    assert book is None
    assert {"G03", "G05", "G07"} == {each.check for each in problems}


def test_a_book_of_ends_alone_has_nowhere_to_begin() -> None:
    text = DESIGN[: DESIGN.index("  received:")] + "  solved: {end: solved}\n"
    book, problems = read_playbook(text)
    assert book is None
    assert [(each.check, each.mark) for each in problems] == [("G05", Mark(16, 1))]


# --- mistakes and promises together ---------------------------------------------------------------------------------


def test_the_example_of_the_design_keeps_its_promises() -> None:
    assert [as_line(each, "en") for each in examine(DESIGN).problems] == []


def test_a_promise_that_is_not_kept_is_told_beside_a_mistake_elsewhere() -> None:
    text = changed("    limit: 7d\n", "").replace("limit: 30min", "limit: soon")
    assert [each.check for each in examine(text).problems] == ["G07", "P04"]


def test_what_is_only_missing_through_a_mistake_is_not_told_twice() -> None:
    assert [each.check for each in examine(changed("duty: property_desk@estate", "duty: the desk")).problems] == ["G07"]
    assert [each.check for each in examine(changed("finish:  {to: confirming,", "finish:  {to: [],")).problems] == [
        "G07"
    ]


# --- the library ----------------------------------------------------------------------------------------------------


def test_every_shipped_playbook_is_read_checked_and_named_as_its_file() -> None:
    books = library.shipped()
    assert "repair" in books
    assert {name: book.name for name, book in books.items()} == {name: name for name in library.shipped_names()}


def test_the_source_of_a_shipped_playbook_is_its_file() -> None:
    assert library.shipped_source("repair") == library.shipped_path("repair").read_text(encoding="utf-8")
    with pytest.raises(KeyError):
        library.shipped_path("../repair")


def test_a_broken_library_tells_all_problems_of_all_files(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text(DESIGN.replace("limit: 7d", "limit: soon"), encoding="utf-8")
    (tmp_path / "repair.yaml").write_text(DESIGN.replace("of: 5", "of: five"), encoding="utf-8")
    with pytest.raises(library.BrokenLibrary) as broken:
        library.read_folder(tmp_path)
    lines = str(broken.value).splitlines()
    assert [line.split(" ")[0] for line in lines] == ["one.yaml:32:12", "one.yaml:", "repair.yaml:34:62"]


# --- the command ----------------------------------------------------------------------------------------------------


def checked(*files: object, language: str = "zh", as_array: bool = False) -> tuple[int, str]:
    out = StringIO()
    code = check.run({"files": [str(file) for file in files], "lang": language, "json": as_array}, out)
    return code, out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "repair.yaml"
    path.write_text(DESIGN, encoding="utf-8")
    return path


def test_a_good_file_is_said_to_be_good_and_the_exit_is_0(file: Path) -> None:
    assert checked(file) == (0, f"{file}: 没有问题\n")
    assert checked(file, language="en") == (0, f"{file}: no problems\n")


def test_a_problem_is_one_line_with_file_line_column_and_check(file: Path) -> None:
    file.write_text(changed("    limit: 30min", "    limt: 30min"), encoding="utf-8")
    code, text = checked(file, language="en")
    assert code == 1
    assert text.startswith(f"{file}:20:5 G02 “limt” is no key of a stage. Did you mean “limit”?")
    assert checked(file)[1].startswith(f"{file}:20:5 G02 “limt”不是环节里能写的项。是不是想写“limit”？")


def test_json_is_one_array_over_all_files_even_when_empty(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.yaml"
    other.write_text(changed("limit: 7d", "limit: soon"), encoding="utf-8")
    assert checked(file, as_array=True) == (0, "[]\n")
    code, text = checked(file, other, other, as_array=True)
    rows: list[dict[str, Any]] = json.loads(text)
    assert code == 1
    assert [(row["file"], row["check"], row["line"], row["column"]) for row in rows] == [
        (str(other), "G07", 32, 12)
    ] * 2
    assert "soon" in rows[0]["message"]


@pytest.mark.parametrize(
    ("content", "sentence"), [(None, "找不到"), (DESIGN.encode("gbk"), "UTF-8"), (DESIGN.encode("utf-16"), "UTF-8")]
)
def test_a_file_that_cannot_be_read_is_a_problem_like_any_other(
    tmp_path: Path, content: bytes | None, sentence: str
) -> None:
    path = tmp_path / "x.yaml"
    if content is not None:
        path.write_bytes(content)
    code, text = checked(path)
    assert code == 1
    assert text.startswith(f"{path}:1:1 G00 ")
    assert sentence in text


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "文件夹" in checked(tmp_path)[1]


def test_a_file_name_in_another_encoding_is_shown_as_well_as_can_be(tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path) + b"/" + "报修.yaml".encode("gbk"))
    Path(name).write_text(DESIGN, encoding="utf-8")
    code, text = checked(name)
    assert (code, text.encode().endswith(".yaml: 没有问题\n".encode())) == (0, True)


def test_a_problem_as_json_has_what_an_editor_needs() -> None:
    problem = Problem("G05", Mark(3, 4), read_playbook("")[1][0].message)
    assert as_json(problem, "en", "a.yaml").keys() >= {"file", "check", "line", "column", "message"}


def test_the_list_names_every_shipped_playbook_with_title_and_origin() -> None:
    out = StringIO()
    assert list_shipped.run({"lang": "zh"}, out) == 0
    for name, book in library.shipped().items():
        assert any(
            line.startswith(name) and book.title.zh in line and book.origin in line
            for line in out.getvalue().splitlines()
        )


def linli(*words: str, given: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    """The program as a person starts it, with a database address that nobody answers."""
    environment = {**os.environ, "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nothing"}
    return subprocess.run(
        [sys.executable, "-m", "linli", *words], input=given, capture_output=True, env=environment, check=False
    )


def test_the_command_checks_what_comes_from_standard_input_without_a_database() -> None:
    done = linli("playbook", "check", "-", "--json", given=DESIGN.encode())
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
    done = linli("playbook", "check", "-", "--lang", "en", given=b"- nothing\n")
    assert done.returncode == 1
    assert done.stdout.startswith(b"-:1:1 G03 ")


# --- whatever comes -------------------------------------------------------------------------------------------------

SIGNS = (*"abz: -[]{},\n\t'\"&*!|>%@?#0：，\u3000\ufeff\x00", "报修", "when", "to: ", "\n  ")
YAMLISH = st.lists(st.sampled_from(SIGNS), max_size=40).map("".join)


@settings(max_examples=400, deadline=None)
@given(st.one_of(st.text(), YAMLISH, YAMLISH.map(lambda text: DESIGN + text), YAMLISH.map(lambda text: text + DESIGN)))
def test_any_text_gives_a_book_or_problems_and_never_an_exception(text: str) -> None:
    done = examine(text)
    assert done.book is not None or done.problems


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, len(LINES) - 1),
    st.integers(0, len(LINES) - 1),
    st.sampled_from(["drop", "double", "swap", "cut", "deeper"]),
)
def test_a_good_book_with_a_line_spoilt_never_raises(first: int, second: int, way: str) -> None:
    lines = list(LINES)
    if way == "drop":
        del lines[first]
    elif way == "double":
        lines.insert(second, lines[first])
    elif way == "swap":
        lines[first], lines[second] = lines[second], lines[first]
    elif way == "cut":
        lines[first] = lines[first][: second % max(1, len(lines[first]))] + "\n"
    else:
        lines[first] = "  " + lines[first]
    text = "".join(lines)
    last = text.count("\n") + 1
    for problem in examine(text).problems:
        assert 1 <= problem.mark.line <= last
        assert problem.mark.column >= 1


def test_reading_and_checking_one_file_takes_less_than_50_ms() -> None:
    for name in library.shipped_names():
        source = library.shipped_source(name)
        spent = []
        for _ in range(5):
            begun = time.process_time()
            examine(source)
            spent.append(time.process_time() - begun)
        assert min(spent) < 0.05, name
