"""Each file of `bad_books` breaks just one promise; its second line says which, and where it is to be found."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from time import process_time
from types import MappingProxyType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.lib.text import Said
from linli.playbooks.checks import CHECKS, SHIPPED, check_book
from linli.playbooks.kinds import StageKind
from linli.playbooks.limits import Limit
from linli.playbooks.model import Branch, Duty, End, Field, LimitRule, Mark, Move, Playbook, Problem, Stage
from linli.playbooks.read import read_playbook
from linli.playbooks.statutes import Statute, Step

BAD_BOOKS = sorted((Path(__file__).parent / "bad_books").glob("P*.yaml"))
KNOWN = frozenset({"lamp", "called_unit"})
# What practices will lend later: a posting, a meeting, and a law of three steps, the second with a period.
LENT = replace(
    SHIPPED,
    stage_kinds=MappingProxyType(
        {
            **SHIPPED.stage_kinds,
            "posting": StageKind(
                Said("公示", "Posting"), ("posted", "objected"), MappingProxyType({"where": True, "box": False})
            ),
            "passing": StageKind(Said("经过", "Passing"), holds=False),
        }
    ),
    statutes=MappingProxyType(
        {
            **SHIPPED.statutes,
            "test-law": Statute(
                Said("试行办法", "The test law"),
                "试行办法 §1",
                MappingProxyType(
                    {
                        "propose": Step(Said("提议", "Proposal")),
                        "post": Step(Said("公示", "Posting"), Limit(15, "d")),
                        "resolve": Step(Said("决议", "Resolution")),
                    }
                ),
                frozenset({"enacted"}),
            ),
        }
    ),
)
LAMP = """
playbook: lamp
title: {zh: 修路灯, en: Street lamp}
origin: test
subject: request
raised_by: [resident]
at: [room, building]
form: {what: {kind: text}}
chain: [building_lead@building, grid_worker@grid, community@community]
stages:
  received:
    duty: grid_worker@grid
    limit: 2h
    moves:
      accept: {to: doing, needs: {worker: {kind: person, role: property_worker}}}
      decline: {to: declined, needs: {reply: {kind: text}}}
  doing:
    duty: worker
    limit: 24h
    moves:
      finish: {to: confirming, needs: {reply: {kind: text}}}
  confirming:
    duty: raiser
    limit: 7d
    moves:
      confirm: {to: solved, needs: {score: {kind: score, of: 5}}}
      reopen: {to: received}
    late: {to: solved}
  solved: {end: solved}
  declined: {end: declined}
public: [title, stage, reply]
counts: {finished: finish}
"""
POSTING = """
playbook: posting_rules
title: {zh: 公示办法, en: Posting rules}
origin: test
subject: request
statute: test-law
raised_by: [grid_worker]
at: [community]
chain: [community@community]
stages:
  proposing:
    title: {zh: 提议, en: Proposing}
    step: propose
    duty: community@community
    limit: 5d
    moves:
      propose: {to: posting, title: {zh: 提议, en: Propose}, needs: {reply: {kind: text}}}
  posting:
    title: {zh: 公示, en: Posting}
    kind: posting
    step: post
    duty: community@community
    limit: 15d
    with: {where: board}
    on: {posted: resolving, objected: proposing}
  resolving:
    title: {zh: 决议, en: Resolving}
    step: resolve
    duty: community@community
    limit: 3d
    moves:
      approve: {to: enacted}
      reject: {to: rejected}
  enacted: {end: enacted}
  rejected: {end: rejected}
"""


def read(text: str) -> Playbook:
    book, mistakes = read_playbook(text)
    assert book is not None
    assert mistakes == ()
    return book


def problems(text: str) -> tuple[Problem, ...]:
    return check_book(read(text), KNOWN, registries=LENT)


def changed(text: str, *changes: tuple[str, str]) -> str:
    for old, new in changes:
        assert text.count(old) == 1, f"“{old}” should be there just once"
        text = text.replace(old, new)
    return text


@pytest.mark.parametrize("path", BAD_BOOKS, ids=lambda path: path.stem)
def test_a_bad_book_is_refused_by_its_check_alone_and_at_the_guilty_place(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = re.findall(r"(P\d\d) (\d+):(\d+)", text.splitlines()[1])
    found = [(problem.check, str(problem.mark.line), str(problem.mark.column)) for problem in problems(text)]
    assert found == expected
    assert path.stem.startswith(expected[0][0])


@pytest.mark.parametrize("path", BAD_BOOKS, ids=lambda path: path.stem)
def test_a_complaint_is_a_whole_sentence_in_both_languages(path: Path) -> None:
    for problem in problems(path.read_text(encoding="utf-8")):
        assert re.search("[\u4e00-\u9fff].*[。？）]$", problem.message.zh)
        assert re.search("^[A-Z“].*[.?)]$", problem.message.en)
        assert "{" not in problem.message.en.replace("{zh:", "").replace("{reply: {kind", "")
        assert "  " not in problem.message.en


def test_every_check_has_a_bad_book() -> None:
    assert {path.stem[:3] for path in BAD_BOOKS} == CHECKS.keys()


@pytest.mark.parametrize("text", [LAMP, POSTING], ids=["lamp", "posting"])
def test_a_book_that_keeps_all_promises_has_no_problems(text: str) -> None:
    assert problems(text) == ()


def test_the_worker_may_be_named_in_the_form_if_the_form_requires_it() -> None:
    worker = "worker: {kind: person, role: property_worker"
    unnamed = changed(LAMP, ("accept: {to: doing, needs: {" + worker + "}}}", "accept: {to: doing}"))
    required = changed(unnamed, ("{what: {kind: text}}", "{what: {kind: text}, " + worker + "}}"))
    optional = changed(unnamed, ("{what: {kind: text}}", "{what: {kind: text}, " + worker + ", optional: true}}"))
    assert problems(required) == ()
    assert [problem.check for problem in problems(optional)] == ["P03"]


def test_silence_of_the_raiser_may_close_as_solved_but_not_silence_of_the_worker() -> None:
    held_by_worker = changed(
        LAMP, ("duty: raiser", "duty: worker"), ("confirm: {to: solved,", "confirm: {to: received,")
    )
    assert problems(LAMP) == ()
    assert [(problem.check, problem.mark.line) for problem in problems(held_by_worker)] == [("P08", 28)]


def test_a_post_that_raises_what_it_found_may_answer_for_itself_but_a_resident_may_not() -> None:
    own_words = changed(
        LAMP,
        ("finish: {to: confirming, needs: {reply: {kind: text}}}", "finish: {to: confirming}"),
        (
            "confirm: {to: solved, needs: {score: {kind: score, of: 5}}}",
            "confirm: {to: solved, needs: {reply: {kind: text}}}",
        ),
        ("    late: {to: solved}\n", ""),
        ("stage, reply]", "stage]"),
    )
    assert [problem.check for problem in problems(own_words)] == ["P05"]
    assert problems(changed(own_words, ("raised_by: [resident]", "raised_by: [unit_lead]"))) == ()


def test_an_answer_once_given_counts_on_every_way_that_follows() -> None:
    late_decline = changed(
        LAMP,
        ("reopen: {to: received}", "reopen: {to: received}\n      drop: {to: declined, title: {zh: 算了, en: Drop}}"),
    )
    assert problems(late_decline) == ()


def test_an_empty_chain_is_refused() -> None:
    written, _ = read_playbook(
        changed(LAMP, ("chain: [building_lead@building, grid_worker@grid, community@community]", "chain: []"))
    )
    assert written is not None
    for book in (written, replace(read(LAMP), chain=(), marks={})):
        assert [problem.check for problem in check_book(book)] == ["P06"]


def test_equal_levels_in_the_chain_and_a_top_above_the_community_are_fine() -> None:
    chain = "chain: [building_lead@building, grid_worker@grid, community@community]"
    wide = "chain: [grid_worker@grid, grid_branch@grid, community@community, street@street]"
    assert problems(changed(LAMP, (chain, wide))) == ()


def test_a_step_of_the_chain_may_be_narrower_than_the_place_because_it_is_skipped_there() -> None:
    assert problems(changed(LAMP, ("at: [room, building]", "at: [grid]"))) == ()


@pytest.mark.parametrize(
    ("branches", "checks"),
    [
        ("[{when: score <= 2, to: doing}, {when: score > 2, to: solved}]", []),
        ("[{when: score <= 2, to: doing}, {when: score >= 3 or late, to: solved}]", []),
        ("[{when: score <= 2, to: doing}, {when: score == 4, to: solved}]", ["P10"]),
        ("[{when: score <= 5, to: solved}]", []),
        ("[{when: late, to: doing}, {when: not late, to: solved}]", []),
        ("[{when: rounds == 1, to: doing}, {when: rounds >= 2, to: solved}]", []),
        ("[{when: rounds == 1, to: doing}, {when: rounds > 2, to: solved}]", ["P10"]),
        ("[{when: climbed < 3, to: doing}, {when: climbed == 3, to: solved}]", []),
        ("[{when: climbed < 3, to: doing}, {when: climbed > 3, to: solved}]", ["P10"]),
        ("[{when: climbed < 2, to: doing}, {when: climbed == 3, to: solved}]", ["P10"]),
        ("[{when: level == 'room', to: doing}, {when: level == 'building', to: solved}]", []),
        ("[{when: level == 'room', to: doing}, {when: level == 'grid', to: solved}]", ["P10"]),
    ],
)
def test_alternatives_leave_a_gap_only_for_values_that_can_occur(branches: str, checks: list[str]) -> None:
    text = changed(LAMP, ("confirm: {to: solved,", f"confirm: {{to: {branches},"))
    assert [problem.check for problem in problems(text)] == checks


def test_a_gap_of_a_move_may_be_marked_by_a_sentence() -> None:
    said = "otherwise: {zh: 已重办三次，请找社区, en: Reopened three times. Turn to the community.}"
    silent = changed(LAMP, ("reopen: {to: received}", "reopen: {to: received, when: rounds < 3}"))
    assert [problem.check for problem in problems(silent)] == ["P10"]
    assert problems(changed(silent, ("rounds < 3}", f"rounds < 3, {said}}}"))) == ()


def test_a_condition_may_ask_for_an_answer_behind_a_test_that_it_has_been_given() -> None:
    careful = "finish: {to: [{when: rounds > 1 and score <= 2, to: received}, {to: confirming}],"
    careless = "finish: {to: [{when: score <= 2 and rounds > 1, to: received}, {to: confirming}],"
    assert problems(changed(LAMP, ("finish: {to: confirming,", careful))) == ()
    assert [problem.check for problem in problems(changed(LAMP, ("finish: {to: confirming,", careless)))] == ["P10"]


def test_a_field_cannot_hide_behind_the_name_of_a_harmless_fact() -> None:
    text = changed(LAMP, ("{what: {kind: text}}", "{title: {kind: text, title: {zh: 标题, en: Title}}}"))
    assert {problem.check for problem in problems(text)} == {"P11", "P13"}


def test_one_misspelt_target_gives_one_complaint() -> None:
    found = problems(changed(LAMP, ("accept: {to: doing,", "accept: {to: dooing,")))
    assert [problem.check for problem in found] == ["P13"]
    assert "“doing”" in found[0].message.zh


def test_playbooks_that_a_call_names_are_looked_up_only_when_it_is_known_which_exist() -> None:
    text = (Path(__file__).parent / "bad_books" / "P13_units.yaml").read_text(encoding="utf-8")
    assert len(check_book(read(text), KNOWN)) == 2
    assert len(check_book(read(text))) == 1


def test_all_problems_are_told_at_once_in_the_order_of_the_file() -> None:
    text = changed(
        LAMP,
        ("    limit: 24h\n", ""),
        ("needs: {reply: {kind: text}}}\n  doing", "}\n  doing"),
        ("stage, reply]", "what]"),
    )
    found = problems(text)
    assert [problem.check for problem in found] == ["P05", "P04", "P11"]
    assert [problem.mark for problem in found] == sorted((p.mark for p in found), key=lambda m: (m.line, m.column))


SHIPPED_BOOKS = sorted((Path(read_playbook.__code__.co_filename).parent / "shipped").glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED_BOOKS, ids=lambda path: path.stem)
def test_every_shipped_playbook_keeps_all_promises(path: Path) -> None:
    known = frozenset(each.stem for each in SHIPPED_BOOKS)
    assert check_book(read(path.read_text(encoding="utf-8")), known) == ()


GOOD_TEXTS = (LAMP, POSTING, *(path.read_text(encoding="utf-8") for path in (*SHIPPED_BOOKS, *BAD_BOOKS)))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(GOOD_TEXTS), st.data())
def test_a_half_broken_file_gives_problems_and_never_an_error(text: str, data: st.DataObject) -> None:
    """Some lines are lost, and one word stands where another stood."""
    lines = text.splitlines()
    lost = data.draw(st.sets(st.integers(0, len(lines) - 1), max_size=3))
    words = re.findall(r"[\w.@]+", text)
    old, new = data.draw(st.sampled_from(words)), data.draw(st.sampled_from([*words, "''", "[]", "{}", "x"]))
    left = "\n".join(line for number, line in enumerate(lines) if number not in lost)
    book, _ = read_playbook(left.replace(old, new, 1))
    if book is not None:
        found = check_book(book, KNOWN, registries=LENT)
        assert all(problem.message.zh and problem.message.en and problem.mark.line >= 1 for problem in found)


TOP = Mark(1, 1)
WORDS = st.sampled_from(("", "raiser", "worker", "a", "b", "task", "route", "join", "room", "grid", "nothing", "text"))
DUTIES = st.builds(Duty, st.just(TOP), WORDS, WORDS, WORDS)
SAID = st.builds(Said, WORDS, WORDS)
BRANCHES = st.builds(Branch, WORDS, st.just(TOP), st.sampled_from(("", "late", "score <", "a == 'b'")))
FIELDS = st.builds(
    Field, WORDS, WORDS, SAID, st.just(TOP), st.booleans(), options=st.dictionaries(WORDS, SAID, max_size=2)
)
MOVES = st.builds(
    Move,
    WORDS,
    SAID,
    st.just(TOP),
    st.lists(BRANCHES, max_size=2).map(tuple),
    st.lists(FIELDS, max_size=2).map(tuple),
    st.none() | DUTIES,
)
LIMITS = st.builds(
    LimitRule, st.just(Limit(1, "h")), st.just(TOP), WORDS, st.dictionaries(WORDS, st.just(Limit(2, "d")))
)
STAGES = st.builds(
    Stage,
    WORDS,
    SAID,
    st.just(TOP),
    WORDS,
    duty=st.none() | DUTIES,
    limit=st.none() | LIMITS,
    moves=st.lists(MOVES, max_size=2).map(tuple),
    branches=st.lists(BRANCHES, max_size=2).map(tuple),
    on=st.dictionaries(WORDS, BRANCHES, max_size=2),
    settings=st.dictionaries(st.sampled_from(("units", "playbook", "a")), st.none() | WORDS | st.integers()),
    late=st.none() | BRANCHES,
    step=st.sampled_from(("", "propose", "post", "nothing")),
)
BOOKS = st.builds(
    Playbook,
    name=WORDS,
    title=SAID,
    origin=WORDS,
    subject=WORDS,
    mark=st.just(TOP),
    raised_by=st.lists(WORDS, max_size=2).map(tuple),
    at=st.lists(WORDS, max_size=2).map(tuple),
    chain=st.lists(DUTIES, max_size=2).map(tuple),
    stages=st.lists(STAGES, max_size=3).map(lambda stages: {stage.name: stage for stage in stages}),
    ends=st.lists(st.builds(End, WORDS, SAID, st.just(TOP), WORDS), max_size=2).map(
        lambda ends: {e.name: e for e in ends}
    ),
    form=st.lists(FIELDS, max_size=2).map(tuple),
    public=st.lists(st.tuples(WORDS, st.just(TOP)), max_size=2).map(tuple),
    counts=st.dictionaries(WORDS, st.lists(WORDS, max_size=2).map(tuple), max_size=2),
    statute=st.sampled_from(("", "test-law", "nothing")),
)


@settings(max_examples=300, deadline=None)
@given(BOOKS)
def test_a_playbook_of_nonsense_gives_problems_and_never_an_error(book: Playbook) -> None:
    assert check_book(book, KNOWN, registries=LENT)


def test_a_file_as_long_as_any_may_be_is_checked_in_seconds() -> None:
    """Each stage is held by somebody named in the one before, and leads by a condition of its own to a route or back."""
    title = "title: {zh: 一, en: A}"
    stages = [
        f"  s{n}: {{{title}, duty: w{n}, limit: 1h, moves: {{m{n}: {{{title}, to: [{{when: n{n} < 3, to: r{n}}}, {{to: s0}}], "
        f"needs: {{w{n + 1}: {{kind: person, role: resident, {title}}}, n{n}: {{kind: number, {title}}}}}}}}}}}\n"
        f"  r{n}: {{kind: route, {title}, to: [{{when: late, to: s0}}, {{to: s{n + 1}}}]}}\n"
        for n in range(700)
    ]
    form = f"form: {{w0: {{kind: person, role: resident, {title}}}}}"
    head = changed(LAMP[: LAMP.index("stages:")], ("form: {what: {kind: text}}", form))
    text = f"{head}stages:\n{''.join(stages)}  s700: {{end: merged}}\n"
    assert len(text.encode()) > 180 * 1024
    book = read(text)
    began = process_time()
    assert check_book(book, KNOWN) == ()
    assert process_time() - began < 10


def test_the_reference_lists_every_check_under_its_own_words() -> None:
    reference = Path(__file__).parents[1] / "docs" / "reference" / "checks.md"
    headings = re.findall(r"^## (.+)$", reference.read_text(encoding="utf-8"), re.MULTILINE)
    assert headings == [f"{check.id} {check.title.zh} — {check.title.en}" for check in CHECKS.values()]
