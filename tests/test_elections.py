"""Who is elected: tables of what can happen, and an oracle that says it in another way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linli.counting.elections import Candidate, Elected, Terms, elect
from linli.counting.rules import BadRule, as_plain, find_rule, rule_from, shipped
from linli.counting.tally import FAILED, NO_QUORUM, PASSED, Weight

SEATING = shipped()["cn-civil-278-3"].election
VILLAGE = shipped()["cn-village-election"].election
assert SEATING is not None
assert VILLAGE is not None
NAMES = "ABCDEFGHIJKLMNOP"


def stood(*votes: int | tuple[int, int], verdict: str = PASSED, withdrawn: str = "") -> list[Candidate]:
    """A, B, C … with so many heads, or heads and area; negative heads: did not pass."""
    weights = [(one, 100) if isinstance(one, int) else one for one in votes]
    return [
        Candidate(name, verdict if heads >= 0 else FAILED, Weight(abs(heads), area), name in withdrawn)
        for name, (heads, area) in zip(NAMES, weights, strict=False)
    ]


def chosen(candidates: Sequence[Candidate], seats: int, *, seated: int = 0, reserves: int = 0) -> Elected:
    assert SEATING is not None
    return elect(candidates, Terms(seats, SEATING, seated, reserves))


def text(names: Sequence[str]) -> str:
    return "".join(names)


@pytest.mark.parametrize(
    ("votes", "seats", "seated", "verdict", "elected", "tied", "following"),
    [
        ((9, 8, 7, 6, 5), 5, 0, "filled", "ABCDE", "", ""),
        ((9, 8, 7, 6, 5, 4), 5, 0, "filled", "ABCDE", "", ""),
        ((4, 5, 6, 7, 8, 9), 5, 0, "filled", "FEDCB", "", ""),
        # too few passed: the two left are chosen among the best three of the others
        ((9, 8, 7, 6, 5, -4, -3, -2, -1), 7, 0, "formed", "ABCDE", "", "FGH"),
        ((9, 8, 7, 6, -5, -4, -4, -4), 5, 0, "not_formed", "ABCD", "", "EFGH"),
        ((9, 8, 7, 6, -5, -4), 5, 0, "not_formed", "ABCD", "", "EF"),
        ((-3, -2), 5, 0, "not_formed", "", "", "AB"),
        # a tie across the last seat elects none of the tied, and only they go on
        ((9, 8, 7, 6, 5, 5), 5, 0, "not_formed", "ABCD", "EF", "EF"),
        ((9, 8, 7, 5, 5, 5, 4), 5, 0, "not_formed", "ABC", "DEF", "DEF"),
        ((5, 5, 5, 5, 5, 5), 5, 0, "not_formed", "", "ABCDEF", "ABCDEF"),
        ((9, 8, 7, 6, 5, 4, 4, 4), 7, 0, "formed", "ABCDE", "FGH", "FGH"),
        # a tie that the seats can hold is none
        ((9, 8, 7, 5, 5), 5, 0, "filled", "ABCDE", "", ""),
        ((9, 9, 9, 9, 9), 5, 0, "filled", "ABCDE", "", ""),
        # equal heads: by area; equal in both: a tie
        (((5, 90), (5, 80), (9, 1), (8, 1), (7, 1), (6, 1)), 5, 0, "filled", "CDEFA", "", ""),
        (((5, 90), (5, 90), (9, 1), (8, 1), (7, 1), (6, 1)), 5, 0, "not_formed", "CDEF", "AB", "AB"),
        # a further election fills what was left
        ((9, 8, 7), 2, 3, "filled", "AB", "", ""),
        ((9, -8, -7), 2, 3, "not_formed", "A", "", "BC"),
        ((9, -8, -7), 2, 5, "formed", "A", "", "BC"),
    ],
)
def test_seats_go_to_those_who_passed_in_the_order_of_their_votes(
    votes: Sequence[int], seats: int, seated: int, verdict: str, elected: str, tied: str, following: str
) -> None:
    found = chosen(stood(*votes), seats, seated=seated)
    assert (found.verdict, text(found.elected), text(found.tied)) == (verdict, elected, tied)
    assert text(found.following) == following
    assert found.left == seats - len(elected)


def test_without_a_quorum_nobody_is_elected_and_nobody_is_chosen_for_a_further_election() -> None:
    found = chosen(stood(9, 8, 7, verdict=NO_QUORUM), 5)
    assert found == Elected(NO_QUORUM, left=5)
    assert chosen([], 5, seated=0).verdict == NO_QUORUM


def test_a_candidate_without_a_quorum_among_others_who_passed_is_only_not_elected() -> None:
    candidates = [*stood(9, 8, 7, 6, 5), Candidate("Z", NO_QUORUM, Weight(3, 3))]
    assert chosen(candidates, 7).following == ("Z",)


def test_who_withdrew_is_neither_elected_nor_tied_nor_in_the_next_round() -> None:
    assert text(chosen(stood(9, 8, 7, 6, 5, 4, withdrawn="A"), 5).elected) == "BCDEF"
    assert text(chosen(stood(9, 8, 7, 6, 5, 5, withdrawn="F"), 5).elected) == "ABCDE"
    found = chosen(stood(9, 8, 7, 6, 5, -4, -3, -2, withdrawn="FG"), 7)
    assert (text(found.elected), text(found.following)) == ("ABCDE", "H")


def test_reserves_follow_those_elected_and_a_tie_across_the_last_place_makes_none_of_them_one() -> None:
    assert text(chosen(stood(9, 8, 7, 6, 5, 4, 3, 2), 5, reserves=2).reserves) == "FG"
    assert text(chosen(stood(9, 8, 7, 6, 5, 4, 3, 3), 5, reserves=2).reserves) == "F"
    assert text(chosen(stood(9, 8, 7, 6, 5, -4, -3), 5, reserves=2).reserves) == ""
    assert text(chosen(stood(9, 8, 7, 6, 5), 7, reserves=2).reserves) == ""  # seats come first


def test_a_village_ranks_by_heads_alone() -> None:
    assert VILLAGE is not None
    found = elect(stood((5, 90), (5, 80), (9, 1), (8, 1)), Terms(3, VILLAGE))
    assert (found.tied, text(found.elected)) == (("A", "B"), "CD")
    assert found.verdict == "not_formed"
    assert [VILLAGE.may_have(seats) for seats in (2, 3, 4, 7, 8)] == [False, True, True, True, False]


def test_a_committee_of_owners_has_an_odd_number_of_seats_from_five_to_eleven() -> None:
    assert SEATING is not None
    assert [seats for seats in range(20) if SEATING.may_have(seats)] == [5, 7, 9, 11]


BOUNDS = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(0, 3), st.sampled_from([PASSED, PASSED, FAILED, NO_QUORUM]), st.booleans()
    ),
    max_size=10,
)


@given(BOUNDS, st.integers(1, 6), st.integers(0, 6), st.integers(0, 2))
def test_an_oracle_that_asks_who_stands_in_whose_way_agrees(
    told: list[tuple[int, int, str, bool]], seats: int, seated: int, reserves: int
) -> None:
    """Somebody is elected when at most `seats` of those who passed have as many votes or more."""
    candidates = [
        Candidate(NAMES[at], verdict, Weight(heads, area), gone and at % 3 == 0)
        for at, (heads, area, verdict, gone) in enumerate(told)
    ]
    found = chosen(candidates, seats, seated=seated, reserves=reserves)
    if not [one for one in candidates if one.verdict != NO_QUORUM]:
        assert found == Elected(NO_QUORUM, left=seats)
        return
    votes = {one.name: (one.votes.heads, one.votes.area) for one in candidates}
    passed = {one.name for one in candidates if one.verdict == PASSED and not one.withdrawn}
    ahead = {name: sum(votes[other] >= votes[name] for other in passed) for name in passed}
    elected = {name for name in passed if ahead[name] <= seats}
    assert set(found.elected) == elected
    assert found.left == seats - len(elected)
    beaten = {name: sum(votes[other] > votes[name] for other in passed) for name in passed}
    assert set(found.tied) == {name for name in passed - elected if found.left and beaten[name] < seats}
    assert set(found.reserves) == (
        {name for name in passed - elected if ahead[name] <= seats + reserves} if not found.left else set()
    )
    assert (found.verdict == "filled") is (found.left == 0)
    assert (found.verdict == "not_formed") is (found.left > 0 and seated + len(elected) < 5)
    standing = {one.name for one in candidates if not one.withdrawn} - elected
    if found.tied:
        assert set(found.following) == set(found.tied)
    elif found.left:
        better = {name: sum(votes[other] > votes[name] for other in standing) for name in standing}
        assert set(found.following) == {name for name in standing if better[name] <= found.left}
    else:
        assert found.following == ()


@given(BOUNDS, st.integers(1, 6), st.randoms(use_true_random=False))
def test_the_order_of_the_list_elects_nobody(
    told: list[tuple[int, int, str, bool]], seats: int, random: object
) -> None:
    candidates = [Candidate(NAMES[at], one[2], Weight(one[0], one[1]), one[3]) for at, one in enumerate(told)]
    mixed = list(candidates)
    random.shuffle(mixed)  # type: ignore[attr-defined]
    first, second = chosen(candidates, seats), chosen(mixed, seats)
    assert set(first.elected) == set(second.elected)
    assert (set(first.following), first.verdict) == (set(second.following), second.verdict)


# -- as data of a rule


@pytest.mark.parametrize(
    "change",
    [
        {"least": 0},
        {"least": 12},
        {"most": 100},
        {"odd": 1},
        {"order": []},
        {"order": ["heads", "heads"]},
        {"order": ["votes"]},
        {"order": "heads"},
        {"more": -1},
        {"term_years": 0},
        {"eligible": ["业主"]},
        {"source": ""},
        {"other": 1},
    ],
)
def test_a_rule_whose_election_is_wrong_is_refused_by_its_field(change: dict[str, object]) -> None:
    plain = as_plain(shipped()["cn-civil-278-3"])
    with pytest.raises(BadRule, match="“election” of the rule"):
        rule_from({**plain, "election": {**plain["election"], **change}})


def test_no_shipped_rule_asks_for_less_at_a_second_call() -> None:
    assert [rule.name for rule in shipped().values() if rule.second_call] == []
    for rule in shipped().values():
        assert rule.called_again == rule


def test_a_rule_of_ones_own_may_ask_for_less_at_a_second_call(tmp_path: Path) -> None:
    plain = {**as_plain(shipped()["cn-civil-278-4"]), "second_call": {"quorum": "at least 1/2 of due"}}
    rule = rule_from(plain)
    assert rule.called_again.quorum == replace(rule.quorum, numerator=1, denominator=2)  # type: ignore[type-var]
    assert rule.called_again.approval == rule.approval
    assert as_plain(rule) == plain
    for wrong in ({"quorum": "half"}, {"approval": "at least 1/2 of due"}, {}, {"quorum": "none", "more": 1}):
        with pytest.raises(BadRule, match="“second_call”"):
            rule_from({**plain, "second_call": wrong})
    assert find_rule("cn-civil-278-4").second_call is None
