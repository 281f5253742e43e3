"""Each file of `bad_books` breaks just one promise; its second line says which, and where it is to be found."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from linli.lib.text import Said
from linli.playbooks.checks import CHECKS, SHIPPED, check_book
from linli.playbooks.kinds import StageKind
from linli.playbooks.limits import Limit
from linli.playbooks.model import Playbook, Problem
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
