"""Tokens re-sum to the tally for any roll and any casts; the gate never opens too early; everybody draws the same ballots."""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.ballots.casting import OPTIONS, Ballot, Keyed, coin_count, coins, head_tokens, usual_area
from linli.ballots.draw import chance_to_miss, draw, picks_for
from linli.ballots.explaining import figures
from linli.ballots.gate import EXACTLY, LEAST_EXPLANATIONS, gate
from linli.ballots.publication import Tokens, Turnout, publish, recount
from linli.ballots.rounding import band, bands
from linli.counting.tally import Cast, Subject, Weight, add_up, judge
from tests.ballot_world import PARKING, secret_of

AREAS = st.integers(1, 20_000)
BALLOTS = st.lists(st.tuples(st.integers(1, 3), AREAS, st.sampled_from(OPTIONS)), min_size=1, max_size=40)
Members = list[tuple[int, int, str]]


def turnout_of(members: Members, *, silent: int = 0) -> tuple[list[Ballot], Turnout]:
    """The first `silent` ones got a ballot and did not return it."""
    subjects = {str(number): Subject(str(number), heads, area) for number, (heads, area, _) in enumerate(members)}
    ballots = [
        Ballot(str(number), {PARKING.id: option}, secret_of(number))
        for number, (_, _, option) in enumerate(members)
        if number >= silent
    ]
    voters = [ballot.subject for ballot in ballots]
    return ballots, Turnout(subjects, voters, [str(number) for number in range(silent)], usual_area(subjects))


# Tokens


@settings(deadline=None)
@given(area=st.integers(1, 10_000_000), coin_area=st.integers(1, 20_000), number=st.integers(0, 5))
def test_coins_are_whole_and_sum_up_to_the_area(area: int, coin_area: int, number: int) -> None:
    pieces = Keyed(secret_of(number)).cuts("q1", area, coin_count(area, max(coin_area, area // 50)))
    assert sum(pieces) == area
    assert min(pieces) >= 1
    assert len(pieces) == coin_count(area, max(coin_area, area // 50)) >= min(area, 8)


@pytest.mark.parametrize("area", range(1, 40))
def test_an_area_of_a_few_hundredths_gives_as_many_coins_as_it_can(area: int) -> None:
    pieces = Keyed(secret_of(1)).cuts("q1", area, coin_count(area, 9_000))
    assert (sum(pieces), len(pieces)) == (area, min(area, 8))
    assert min(pieces) >= 1


def test_a_large_owner_is_cut_into_more_coins_so_that_they_do_not_stand_out() -> None:
    assert coin_count(9_000, 9_000) == 8
    assert coin_count(9_001, 9_000) == 16
    assert coin_count(900_000, 9_000) == 800


@settings(deadline=None)
@given(members=BALLOTS)
def test_tokens_sum_up_to_the_tally_of_any_roll_and_any_casts(members: Members) -> None:
    ballots, turnout = turnout_of(members)
    tokens = Tokens()
    for ballot in ballots:
        tokens.add(ballot, PARKING.id, turnout.subjects[ballot.subject], turnout.coin_area)
    for option in OPTIONS:
        heads = sum(head for head, _, chosen in members if chosen == option)
        area = sum(size for _, size, chosen in members if chosen == option)
        assert len(tokens.heads[option]) == heads
        assert sum(int(coin.partition(":")[2]) for coin in tokens.coins[option]) == area


@settings(deadline=None)
@given(kinds=st.lists(st.tuples(st.sampled_from([8_900, 12_100]), st.sampled_from(OPTIONS)), min_size=1, max_size=80))
def test_what_is_published_counts_as_the_casts_do(kinds: list[tuple[int, str]]) -> None:
    members = [(1, area, option) for area, option in kinds]
    ballots, turnout = turnout_of(members, silent=1)
    found = publish(PARKING, ballots, turnout, b"salt")
    casts = [Cast(ballot.subject, ballot.choices[PARKING.id].replace("blank", "")) for ballot in ballots]
    wanted = judge(add_up(turnout.subjects, [*casts, Cast("0", "")]), PARKING.rule)
    if found["mode"] == "full":
        assert recount(PARKING, found, turnout) == wanted
        assert found["result"] == figures(wanted)
    else:
        assert found["verdict"] == wanted.outcome.verdict
        assert "tokens" not in found


@settings(deadline=None)
@given(secret=st.binary(min_size=32, max_size=32), question=st.sampled_from(["q1", "q2"]), index=st.integers(0, 9))
def test_a_piece_is_the_hmac_of_its_purpose_question_and_index(secret: bytes, question: str, index: int) -> None:
    message = b"linli-ballot/1\0head\0" + question.encode() + b"\0" + str(index).encode()
    assert Keyed(secret).piece("head", question, index) == hmac.new(secret, message, "sha256").digest()
    with pytest.raises(ValueError, match="32 bytes"):
        Keyed(secret[:31])


def test_nothing_ties_the_tokens_of_one_owner_together() -> None:
    secret = secret_of(3)
    found = [*head_tokens(secret, "q1", 2), *head_tokens(secret, "q2", 2)]
    found += [token for question in ("q1", "q2") for token, _ in coins(secret, question, 9_000, 9_000)]
    assert len(set(found)) == len(found) == 20
    assert Keyed(secret).cuts("q1", 9_000, 8) != Keyed(secret).cuts("q2", 9_000, 8)
    assert len({token[:8] for token in found}) == 20


def test_published_lists_stand_in_the_order_of_tokens_and_not_of_owners() -> None:
    members = [(1, 9_000, "yes")] * 6 + [(1, 9_000, "no")] * 6
    ballots, turnout = turnout_of(members)
    found = publish(PARKING, ballots, turnout, b"salt")
    assert found == publish(PARKING, ballots[::-1], turnout, b"salt")
    assert found["tokens"]["yes"]["heads"] == sorted(found["tokens"]["yes"]["heads"])


# The gate


def explanations(options: dict[str, list[tuple[int, ...]]], option: str) -> int:
    """All sets of participants, tried one by one."""
    everybody = [weight for members in options.values() for weight in members]
    wanted = tuple(map(sum, zip(*options[option], strict=True)))
    sets = (chosen for size in range(1, len(everybody) + 1) for chosen in combinations(everybody, size))
    return sum(tuple(map(sum, zip(*chosen, strict=True))) == wanted for chosen in sets)


CHOSEN = st.dictionaries(
    st.sampled_from(OPTIONS),
    st.lists(st.tuples(st.integers(1, 2), st.integers(1, 6)), min_size=1, max_size=3),
    min_size=1,
)


@settings(deadline=None)
@given(options=CHOSEN)
def test_the_number_of_explaining_sets_is_exact_for_few_participants(
    options: dict[str, list[tuple[int, ...]]],
) -> None:
    found = gate(options)
    for option in options:
        assert found.explanations[option] == min(LEAST_EXPLANATIONS, explanations(options, option))


@settings(deadline=None)
@given(st.lists(st.integers(1, 12), min_size=3, max_size=6), st.lists(st.integers(1, 12), min_size=28, max_size=34))
def test_exchanges_never_say_more_than_there_are(inside: list[int], outside: list[int]) -> None:
    """Above the exact limit the number is a lower bound: compared with all exchanges, tried one by one."""
    options: dict[str, list[tuple[int, ...]]] = {
        "yes": [(1, area) for area in inside],
        "no": [(1, area) for area in outside],
    }
    assert len(inside) + len(outside) > EXACTLY
    singles = sum(one == other for one in inside for other in outside)
    pairs = sum(sum(two) == sum(others) for two in combinations(inside, 2) for others in combinations(outside, 2))
    assert gate(options).explanations["yes"] == min(LEAST_EXPLANATIONS, 1 + singles + pairs)


SAME = (1, 9_000, 8)


@pytest.mark.parametrize(
    ("options", "is_open"),
    [
        ({"yes": [SAME] * 3, "no": [SAME] * 3}, True),  # 20 ways to choose 3 of 6
        ({"yes": [SAME] * 3, "no": [SAME] * 2}, False),
        ({"yes": [SAME] * 30, "no": [SAME] * 2}, False),
        ({"yes": [SAME] * 30, "no": [SAME] * 3, "abstain": [SAME]}, False),
        ({"yes": [SAME] * 30, "no": [SAME] * 3, "abstain": []}, True),
        ({"yes": [SAME] * 40}, False),  # unanimous: one set alone explains it
        ({"yes": [(1, 2**n, 8) for n in range(12)], "no": [(1, 2**n, 8) for n in range(12, 24)]}, False),
        ({"yes": [(1, 2**n, 8) for n in range(15)], "no": [(1, 2**n, 8) for n in range(15, 40)]}, False),
        ({"yes": [SAME] * 40, "no": [*[SAME] * 3, (1, 900_000, 800)]}, True),
        ({}, True),
    ],
)
def test_the_gate(options: dict[str, list[tuple[int, ...]]], is_open: bool) -> None:
    assert gate(options).is_open is is_open


def test_in_an_estate_where_every_flat_differs_exchanges_of_two_open_the_gate() -> None:
    areas = [6_000 + number * 37 % 9_001 for number in range(400)]
    assert len(set(areas)) == 400
    options = {
        "yes": [(1, area, 8) for number, area in enumerate(areas) if number % 4],
        "no": [(1, area, 8) for area in areas[::4]],
    }
    assert gate(options).is_open


@pytest.mark.parametrize(
    ("participants", "number"), [(0, 1), (9, 1), (10, 2), (19, 2), (20, 4), (49, 5), (50, 10), (99, 10), (100, 20)]
)
def test_a_band_is_always_worth_five_heads(participants: int, number: int) -> None:
    assert bands(participants) == number


@settings(deadline=None)
@given(part=st.integers(0, 300), whole=st.integers(0, 300))
def test_a_share_lies_in_its_band_and_all_looks_like_nearly_all(part: int, whole: int) -> None:
    part, number = min(part, whole), bands(whole)
    low, high = band(part, whole, number)
    assert 0 <= low < high == low + 1 <= number
    if whole:
        assert Fraction(low, number) <= Fraction(part, whole) <= Fraction(high, number)
    if whole >= 10:
        assert band(whole, whole, number) == band(whole - 1, whole, number)
        assert band(0, whole, number) == band(1, whole, number)


def test_behind_the_gate_only_verdict_and_rounded_shares_are_told() -> None:
    ballots, turnout = turnout_of([(1, 9_000, "yes")] * 48 + [(1, 9_000, "no")] * 2)
    found = publish(PARKING, ballots, turnout, b"salt")
    exact = found.pop("exact")
    assert found == {
        "question": "q1",
        "mode": "rounded",
        "verdict": "passed",
        "bands": 10,
        "shares": {
            "yes": {"heads": [9, 10], "area": [9, 10]},
            **{option: {"heads": [0, 1], "area": [0, 1]} for option in ("no", "abstain", "blank")},
        },
    }
    assert exact != publish(PARKING, ballots, turnout, b"another salt")["exact"]


# The audit draw

ROOT = bytes(range(32))
GOLDEN_PICKS = [87, 19, 72, 15, 8]


def test_the_draw_is_the_same_for_everybody_who_repeats_it() -> None:
    assert draw("b-1", ROOT, "3 5 1 6 2", range(2, 102), 5) == draw("b-1", ROOT, "3 5 1 6 2", [*range(101, 1, -1)], 5)
    assert draw("b-1", ROOT, "3 5 1 6 2", range(2, 102), 5) == GOLDEN_PICKS


def test_another_chance_ballot_or_log_draws_others() -> None:
    first = draw("b-1", ROOT, "1", range(1000), 20)
    assert first != draw("b-1", ROOT, "2", range(1000), 20)
    assert first != draw("b-2", ROOT, "1", range(1000), 20)
    assert first != draw("b-1", bytes(32), "1", range(1000), 20)


@settings(deadline=None)
@given(ballots=st.sets(st.integers(0, 500), max_size=60), picks=st.integers(0, 80), chance=st.text(max_size=8))
def test_nobody_is_drawn_twice_and_a_longer_draw_begins_with_the_shorter(
    ballots: set[int], picks: int, chance: str
) -> None:
    chance = chance.encode("utf-8", "ignore").decode()
    found = draw("b-1", ROOT, chance, list(ballots), picks)
    assert len(set(found)) == len(found) == min(picks, len(ballots))
    assert set(found) <= ballots
    assert draw("b-1", ROOT, chance, list(ballots), picks + 1)[:picks] == found


def test_the_draw_favours_nobody() -> None:
    times = Counter(pick for chance in range(4000) for pick in draw("b-1", ROOT, str(chance), range(10), 3))
    assert sum(times.values()) == 12_000
    assert all(abs(number - 1200) < 150 for number in times.values())  # five standard deviations


@pytest.mark.parametrize(("counted", "wrong"), [(100, 5), (2261, 20), (10, 1), (7, 7)])
def test_so_many_picks_find_a_false_ballot_with_19_chances_in_20(counted: int, wrong: int) -> None:
    picks = picks_for(counted, wrong)
    assert chance_to_miss(counted, wrong, picks) <= Fraction(1, 20) < chance_to_miss(counted, wrong, picks - 1)


def test_the_chance_to_miss_is_that_of_drawing_all_from_the_sound_ones() -> None:
    def tried(counted: int, wrong: int, picks: int) -> Fraction:
        sets: Sequence[tuple[int, ...]] = list(combinations(range(counted), picks))
        return Fraction(sum(all(one >= wrong for one in chosen) for chosen in sets), len(sets))

    assert chance_to_miss(8, 2, 3) == tried(8, 2, 3) == Fraction(5, 14)
    assert chance_to_miss(5, 5, 1) == 0
    assert Weight(1, 2) + Weight(3, 4) - Weight(1, 1) == Weight(3, 5)
