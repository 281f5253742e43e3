"""The published bundle of an election: who is elected is worked out anew, every byte is bound, and whatever is false is caught."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.ballots import log
from linli.ballots.casting import OPTIONS
from linli.ballots.elections.publication import BadElection
from linli.ballots.publication import Question
from linli.ballots.receipts import check
from linli.ballots.verify_command import main
from linli.ballots.verifying import holds, take_apart, verify
from linli.counting.elections import Terms
from linli.counting.rules import Seating, as_plain, rule_from, shipped
from linli.lib.text import Said
from tests.ballot_world import FUND, SIGNER, Vote, candidates, hold
from tests.test_ballot_bundle import drop, entry_of, last, put, resealed

GOLDEN = Path(__file__).parent / "golden"
KEY = SIGNER.verifier.text
SEATING = cast(Seating, shipped()["cn-civil-278-3"].election)
Y, N, A, B = OPTIONS


def least() -> Vote:
    """As small as can be, so that every byte of it can be flipped: A passes and B does not, for one of two seats."""
    return hold(
        [1] * 7, [[Y, N]] * 3 + [[Y, Y]] + [[N, Y]] * 2 + [[N, N]], candidates(2), terms=Terms(2, SEATING, seated=4)
    )


def small() -> Vote:
    """A by-election: four members are there, two seats are left; A passes, B and C do not."""
    choices = [[Y, N, N]] * 3 + [[Y, Y, N]] * 2 + [[N, Y, Y], [N, N, Y], [N, N, Y]]
    return hold([9_000] * 8, choices, candidates(3), terms=Terms(2, SEATING, seated=4))


def tied() -> Vote:
    """Thirteen owners, five seats: A to D are ahead, E and F have equal votes. G withdrew and is not elected."""
    choices = [[Y, Y, Y, Y, *rest, N] for rest in ([Y, N], [N, Y]) * 4] + [[Y, Y, Y, Y, N, N, N]]
    choices += [[N, N, N, N, Y, Y, Y]] * 4
    return hold([9_000] * 13, choices, candidates(7), terms=Terms(5, SEATING), withdrawn=["q7"], second_of="b-2026-05")


def gated() -> Vote:
    """Nobody but one says no to A, so its figures are kept back; no order is told."""
    choices = [[N, Y, Y, Y, N, N]] + [[Y, Y, Y, Y, Y, N]] * 5 + [[Y, N, N, N, Y, Y]] * 4
    return hold([9_000] * 10, choices, candidates(6), terms=Terms(5, SEATING))


VOTES: dict[str, Callable[[], Vote]] = {"least": least, "small": small, "tied": tied, "gated": gated}


def told(vote: Vote) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(vote.bundle)["content"]["election"]
    return found


# -- what is published


def test_those_who_passed_are_elected_and_the_seats_left_go_to_a_further_election() -> None:
    assert told(small()) == {
        "mode": "full", "verdict": "formed", "ranked": [["q1"]], "elected": ["q1"], "tied": [], "reserves": [],
        "left": 1, "following": ["q2", "q3"],
    }  # fmt: skip


def test_a_tie_across_the_last_seat_elects_none_of_those_tied() -> None:
    found = told(tied())
    assert (found["elected"], found["tied"], found["left"]) == (["q1", "q2", "q3", "q4"], ["q5", "q6"], 1)
    assert (found["verdict"], found["following"]) == ("not_formed", ["q5", "q6"])


def test_behind_the_gate_no_order_is_told_and_the_list_stands_in_the_order_of_the_ballot() -> None:
    found = told(gated())
    assert found["mode"] == "rounded"
    assert "ranked" not in found
    assert found["elected"] == sorted(found["elected"])


def test_the_command_says_who_is_elected_in_both_languages(capsys: pytest.CaptureFixture[str]) -> None:
    golden = str(GOLDEN / "ballot-election.json")
    assert main([golden, "--key", KEY]) == 0
    said = capsys.readouterr().out
    assert (
        "✓ 选举结果（按各候选人的票据重新计算）：已选出，尚有缺额。当选：候选人A。还缺 1 席，另行选举；候选人：候选人B。"
        in said
    )
    assert "有候选人 2 名，应选 2 名（此前已选出 4 名），不足 5 名不能成立" in said
    assert main([golden, "--lang", "en"]) == 0
    assert (
        "Elected: Candidate A. 1 seats are left for a further election among: Candidate B." in capsys.readouterr().out
    )


def test_what_the_notice_said_besides_is_pointed_out() -> None:
    said = [finding.sentence.en for finding in verify(tied().bundle, KEY) if finding.ok is None]
    assert any("Second call: too few took part in the ballot b-2026-05" in one for one in said)
    assert any("“Candidate G” withdrew" in one for one in said)
    said = [finding.sentence.en for finding in verify(tied().bundle, KEY)]
    assert any("E, Candidate F have equal votes for 1 seats left" in one for one in said)


# -- every byte is bound


def test_the_golden_bundle_holds_and_is_made_again_to_the_byte() -> None:
    golden = (GOLDEN / "ballot-election.json").read_bytes()
    assert least().bundle == golden
    assert holds(verify(golden, KEY))


def test_every_flipped_byte_is_caught() -> None:
    data = bytearray((GOLDEN / "ballot-election.json").read_bytes())
    missed = []
    for place in range(len(data)):
        data[place] ^= 1
        if holds(verify(bytes(data))):
            missed.append(place)
        data[place] ^= 1
    assert missed == []
    assert holds(verify(bytes(data)))


# -- what is false is caught though it is signed


def election(name: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda content: content["election"].update({name: value})


def terms(name: str, value: object) -> Callable[[dict[str, Any]], object]:
    return lambda content: entry_of(content, "election").update({name: value})


def add(entry: dict[str, Any], at: int = 2) -> Callable[[dict[str, Any]], object]:
    return lambda content: content["log"]["entries"].insert(at, entry)


def without_election(content: dict[str, Any]) -> None:
    """The entry of the log is left out, and the result with it: then candidates would be plain questions."""
    entries = content["log"]["entries"]
    entries.remove(entry_of(content, "election"))
    del content["election"]


def more_votes(content: dict[str, Any]) -> None:
    """One seat fewer than votes were given for: more were in favour than the owners could be."""
    entry_of(content, "election")["seats"] = 1


WRONG, TERMS, SHAPE = (
    "is not what a recount of the candidates gives",
    "The terms of the election are wrong",
    "is malformed",
)
CHANGES: list[tuple[Callable[[dict[str, Any]], object], str]] = [
    (election("elected", ["q1", "q2"]), WRONG),
    (election("elected", ["q2"]), WRONG),
    (election("elected", []), WRONG),
    (election("ranked", [["q1", "q2"]]), WRONG),
    (election("tied", ["q2"]), WRONG),
    (election("reserves", ["q2"]), WRONG),
    (election("left", 0), WRONG),
    (election("left", True), WRONG),
    (election("verdict", "filled"), WRONG),
    (election("verdict", "not_formed"), WRONG),
    (election("following", ["q2"]), WRONG),
    (election("following", ["q3", "q2"]), WRONG),
    (election("mode", "rounded"), WRONG),
    (election("more", 1), WRONG),
    (drop("election", "ranked"), WRONG),
    (put("election", None), WRONG),
    (drop("election"), "are not those of the notice"),
    (more_votes, "more than those who took part could give"),
    (terms("seats", 3), WRONG),
    (terms("seats", 0), TERMS),
    (terms("seats", True), TERMS),
    (terms("seated", 3), WRONG),
    (terms("seated", -1), TERMS),
    (terms("reserves", 1.5), TERMS),
    (terms("candidates", []), TERMS),
    (terms("candidates", ["q1", "q1"]), TERMS),
    (terms("candidates", ["q1", "q9"]), TERMS),
    (terms("candidates", "q1"), TERMS),
    (terms("candidates", ["q1", "q2"]), WRONG),
    (terms("title", "x"), "not shaped"),
    (terms("title", {"zh": "业委会", "en": " "}), "not shaped"),
    (add(log.withdrawn("q1")), WRONG),
    (add(log.withdrawn("q9")), SHAPE),
    (add(log.withdrawn("q1"), at=1), SHAPE),
    (add(log.withdrawn("q1"), at=0), "does not belong there"),
    (add({"what": "election"}), SHAPE),
    (add(log.second("b-1", "x")), SHAPE),
    (add(log.second("", "")), SHAPE),
    (add({"what": "second", "first": 1, "bundle": ""}), SHAPE),
    (add(log.second("b-1", ""), at=4), "does not belong there"),
]  # fmt: skip


def late(content: dict[str, Any]) -> None:
    content["log"]["entries"].append(log.withdrawn("q1"))


def twice(content: dict[str, Any]) -> None:
    entries = content["log"]["entries"]
    entries.insert(2, dict(entries[1]))


def withdrawn_twice(content: dict[str, Any]) -> None:
    for _ in range(2):
        add(log.withdrawn("q3"))(content)


CHANGES += [(late, "does not belong there"), (twice, SHAPE), (withdrawn_twice, SHAPE)]


@pytest.mark.parametrize(("change", "sentence"), CHANGES)
def test_what_is_false_is_caught_though_it_is_signed(change: Callable[[dict[str, Any]], object], sentence: str) -> None:
    assert sentence in last(resealed(change, small()))


def test_candidates_are_under_one_rule_that_is_for_elections() -> None:
    """Each is a wholly consistent bundle but for that."""
    rule = rule_from({**as_plain(shipped()["cn-civil-278-3"]), "approval": "at least 1/3 of participants"})
    third = candidates(3)[2]
    for other in (replace(third, rule=rule), replace(third, silent="abstain"), replace(FUND, id="q3")):
        mixed = Vote(replace(small().closed, questions=[*candidates(3)[:2], other]), {})
        with pytest.raises(BadElection, match="The terms of the election are wrong"):
            _ = mixed.bundle
    following = [replace(one, silent="follow_majority") for one in candidates(3)]
    with pytest.raises(BadElection, match="The terms of the election are wrong"):
        _ = Vote(replace(small().closed, questions=following), {}).bundle


def test_a_ballot_without_an_election_may_not_tell_one() -> None:
    assert "are not those of the notice" in last(resealed(put("election", {})))


def test_behind_the_gate_a_list_that_cannot_be_is_caught() -> None:
    vote = gated()
    assert holds(verify(vote.bundle, KEY))
    found = told(vote)
    assert (found["elected"], found["left"], found["tied"]) == (["q1", "q2", "q3", "q4", "q5"], 0, [])
    changes = [
        election("elected", ["q1", "q2", "q3", "q4", "q6"]),  # did not pass
        election("elected", ["q2", "q1", "q3", "q4", "q5"]),  # an order is told
        election("elected", ["q1", "q2", "q3", "q4"]),
        election("left", 1),
        election("verdict", "formed"),
        election("tied", ["q6"]),
        election("following", ["q6"]),
        election("reserves", ["q5"]),
        election("ranked", [["q1"]]),
        election("mode", "full"),
        add(log.withdrawn("q2")),
    ]
    for change in changes:
        assert "recount of the candidates" in last(resealed(change, vote))


def banded() -> Vote:
    """Four passed for three seats: 58, 50, 40 and 32 of sixty; only what the first got is told in bands."""
    against = [0] * 2 + [1] * 10 + [2] * 20 + [3] * 28
    choices = [[N if at == one else Y for at in range(4)] for one in against]
    return hold([9_000] * 60, choices, candidates(4), terms=Terms(3, SEATING, seated=2))


def test_behind_the_gate_whoever_cannot_be_ahead_within_the_bands_is_not_said_to_be_elected() -> None:
    vote = banded()
    assert (told(vote)["mode"], told(vote)["elected"]) == ("rounded", ["q1", "q2", "q3"])
    assert [one["mode"] for one in json.loads(vote.bundle)["content"]["results"]] == ["rounded", "full", "full", "full"]
    assert holds(verify(vote.bundle, KEY))
    for elected in (["q1", "q2", "q4"], ["q2", "q3", "q4"], ["q1", "q3", "q4"]):
        assert "recount of the candidates" in last(resealed(election("elected", elected), vote))


CHOSEN = st.lists(st.sampled_from(OPTIONS), min_size=4, max_size=4)
ONES = st.lists(st.tuples(st.sampled_from([8_900, 12_100]), CHOSEN), min_size=1, max_size=30)


@settings(deadline=None, max_examples=60)
@given(
    ONES, st.integers(1, 4), st.integers(0, 4), st.integers(0, 1), st.lists(st.sampled_from(["q1", "q3"]), unique=True)
)
def test_whatever_the_vote_the_bundle_holds_and_every_owner_finds_the_own_ballot(
    votes: list[tuple[int, list[str]]], seats: int, seated: int, reserves: int, withdrawn: list[str]
) -> None:
    choices = [[one if at < seats or one != Y else N for at, one in enumerate(chosen)] for _, chosen in votes]
    vote = hold(
        [area for area, _ in votes],
        choices,
        candidates(4),
        terms=Terms(seats, SEATING, seated, reserves),
        withdrawn=withdrawn,
    )
    assert holds(verify(vote.bundle, KEY)), verify(vote.bundle, KEY)[-1]
    for number in vote.ballots:
        assert holds(check(take_apart(vote.bundle), vote.receipt(number)))


def test_other_questions_may_stand_on_the_same_ballot() -> None:
    rules = Question("q4", Said("议事规则", "Rules"), shipped()["cn-civil-278-1"], "not_counted")
    vote = small()
    questions = [*candidates(3), rules]
    choices = [[Y, N, N, Y]] * 5 + [[N, Y, Y, N]] * 3
    mixed = hold([9_000] * 8, choices, questions)
    assert "election" not in json.loads(mixed.bundle)["content"]
    entries = [mixed.closed.entries[0], vote.closed.entries[1], *mixed.closed.entries[1:]]
    again = resealed(lambda content: content["log"].update({"entries": entries}), mixed)
    assert "are not those of the notice" in last(again)  # the result of the election is missing
    assert json.loads(vote.bundle)["content"]["election"]["elected"] == ["q1"]
