"""Counting: the vectors of published votes, every rule at its thresholds, and an oracle in exact fractions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.ballots.explaining import explained, figures, percent
from linli.counting.rules import BadRule, Rule, shipped
from linli.counting.tally import BadCount, Cast, Result, Subject, Tally, Weight, count, judge

GENERAL, SPECIAL = shipped()["cn-civil-278-4"], shipped()["cn-civil-278-8"]
SILENT = ("not_counted", "abstain", "follow_majority")


def even(due: int, yes: int = 0, no: int = 0, abstain: int = 0, silent: int = 0, area: int = 9_000) -> Tally:
    """Everybody owns the same area."""
    return Tally(*(Weight(heads, heads * area) for heads in (due, yes, no, abstain, silent)))


def ratio(result: Result) -> tuple[str, int, int, int, int]:
    quorum, approval = result.outcome.quorum.heads, result.outcome.approval.heads
    return (
        result.outcome.verdict,
        quorum.numerator,
        quorum.denominator,
        approval.numerator,
        approval.denominator,
    )


# Published votes (rules §1.3)

VOTE_A = even(2261, 995, 27, 125, 1071)
VOTE_B = even(1291, 417, 278, 8, 584)


def test_the_first_published_vote_has_no_quorum_by_the_strict_count_and_passes_with_the_clause() -> None:
    strict, followed = judge(VOTE_A, GENERAL), judge(VOTE_A, GENERAL, "follow_majority")
    assert ratio(strict) == ("no_quorum", 1147, 2261, 995, 1147)
    assert ratio(followed) == ("passed", 2218, 2261, 2066, 2218)
    assert percent(1147, 2261) == "50.73%"
    assert percent(2218, 2261) == "98.10%"
    assert percent(2066, 2261) == "91.38%"
    assert percent(2066, 2218) == "93.15%"
    assert followed.strict == strict.outcome
    assert followed.followed == "yes"


def test_the_second_published_vote_is_recomputed_and_not_copied() -> None:
    strict, followed = judge(VOTE_B, GENERAL), judge(VOTE_B, GENERAL, "follow_majority")
    assert ratio(strict) == ("no_quorum", 703, 1291, 417, 703)
    assert percent(703, 1291) == "54.45%"
    assert ratio(followed) == ("passed", 1287, 1291, 1001, 1287)
    assert percent(1001, 1287) == "77.78%"  # the article prints 78.2


def test_with_silence_as_abstention_the_first_vote_has_a_quorum_and_fails() -> None:
    result = judge(VOTE_A, GENERAL, "abstain")
    assert ratio(result) == ("failed", 2218, 2261, 995, 2218)
    assert result.outcome.missing.heads == 115  # 1110 is the least above half of 2218


@pytest.mark.parametrize(
    ("tally", "rule", "verdict"),
    [
        (even(300, 101, 99), GENERAL, "passed"),  # exactly 2/3 take part
        (even(300, 100, 99), GENERAL, "no_quorum"),
        (even(300, 100, 100), GENERAL, "failed"),  # exactly one half of those taking part
        (even(400, 225, 75), SPECIAL, "passed"),  # exactly 3/4
        (even(400, 224, 76), SPECIAL, "failed"),
        (even(400, 200, 67), SPECIAL, "failed"),  # 267 is the least for 2/3 of 400
        (even(400, 199, 67), SPECIAL, "no_quorum"),
    ],
)
def test_two_thirds_and_three_quarters_include_the_number_and_a_half_does_not(
    tally: Tally, rule: Rule, verdict: str
) -> None:
    assert judge(tally, rule).outcome.verdict == verdict


@pytest.mark.parametrize(
    ("yes", "no", "verdict"), [(19, 6, "passed"), (18, 7, "failed"), (19, 5, "no_quorum"), (37, 0, "passed")]
)
def test_of_37_party_members_25_must_be_present_and_19_agree(yes: int, no: int, verdict: str) -> None:
    assert judge(even(37, yes, no, area=0), shipped()["cn-four-deliberations-review"]).outcome.verdict == verdict


# Every rule at each threshold


def at(rule: Rule, quorum: int, approval: int, due: int = 1200) -> Tally:
    """So many heads more than the least that must take part, and more than the least that must agree."""
    part = (rule.quorum.least(due) if rule.quorum else due) + quorum
    if rule.approval.of == "due":
        yes = rule.approval.least(due) + approval
        part = part if quorum < 0 else max(part, yes)
    else:
        yes = rule.approval.least(part) + approval
    yes = min(yes, part)
    return even(due, yes, part - yes)


@pytest.mark.parametrize("rule", shipped().values(), ids=list(shipped()))
def test_at_the_thresholds_it_passes_and_a_head_below_it_does_not(rule: Rule) -> None:
    assert judge(at(rule, 0, 0), rule).outcome.verdict == "passed"
    assert judge(at(rule, 0, -1), rule).outcome.verdict == "failed"
    if rule.quorum:
        assert judge(at(rule, 1, 1), rule).outcome.verdict == "passed"
        assert judge(at(rule, -1, 0), rule).outcome.verdict == "no_quorum"


@pytest.mark.parametrize("rule", [GENERAL, SPECIAL], ids=lambda rule: rule.name)
@pytest.mark.parametrize("hundredths", [-1, 0, 1])
def test_a_hundredth_of_a_square_metre_decides(rule: Rule, hundredths: int) -> None:
    due, part = Weight(300, 3_000_000), 2_000_000
    yes = rule.approval.least(part)
    enough = Tally(due, Weight(200, yes + hundredths), Weight(0, part - yes - hundredths))
    assert judge(enough, rule).outcome.verdict == ("failed" if hundredths < 0 else "passed")
    came = Tally(due, Weight(200, part + hundredths))
    assert judge(came, rule).outcome.verdict == ("no_quorum" if hundredths < 0 else "passed")


def test_heads_without_area_and_area_without_heads_are_not_enough() -> None:
    many_small = Tally(Weight(100, 100_000), Weight(90, 50_000))
    few_large = Tally(Weight(100, 100_000), Weight(50, 90_000))
    for tally in (many_small, few_large):
        assert judge(tally, GENERAL).outcome.verdict == "no_quorum"
    most_heads = Tally(Weight(100, 100_000), Weight(80, 40_000), Weight(20, 60_000))
    most_area = Tally(Weight(100, 100_000), Weight(20, 60_000), Weight(80, 40_000))
    for tally in (most_heads, most_area):
        assert judge(tally, GENERAL).outcome.verdict == "failed"


def test_what_is_missing_is_said_of_the_first_test_that_fails() -> None:
    few = judge(Tally(Weight(9, 900), Weight(5, 500)), GENERAL).outcome
    assert (few.verdict, few.missing) == ("no_quorum", Weight(1, 100))
    against = judge(Tally(Weight(9, 900), Weight(4, 450), Weight(4, 450)), GENERAL).outcome
    assert (against.verdict, against.missing) == ("failed", Weight(1, 1))
    assert judge(even(9, 9), GENERAL).outcome.missing == Weight()


# Edges


@pytest.mark.parametrize("rule", shipped().values(), ids=list(shipped()))
def test_an_empty_roll_and_a_vote_without_participants_decide_nothing(rule: Rule) -> None:
    assert judge(Tally(Weight()), rule).outcome.verdict == "no_quorum"
    assert judge(even(10), rule).outcome.verdict == ("no_quorum" if rule.quorum else "failed")
    assert "名册是空的" in explained(judge(Tally(Weight()), rule)).zh


@pytest.mark.parametrize(("choice", "verdict"), [("yes", "passed"), ("no", "failed"), ("", "no_quorum")])
def test_one_subject_decides_alone(choice: str, verdict: str) -> None:
    assert count([Subject("a", 1, 1)], [Cast("a", choice)], SPECIAL).outcome.verdict == verdict


def test_only_delivered_silence_follows() -> None:
    roll = [Subject(tag, 1, 100) for tag in "abcdef"]
    casts = [Cast("a", "yes"), Cast("b", "yes"), Cast("c", "no"), Cast("d", ""), Cast("e", "", delivered=False)]
    result = count(roll, casts, GENERAL, "follow_majority")
    assert ratio(result) == ("passed", 4, 6, 3, 4)
    assert ratio(count(roll, casts, GENERAL, "abstain")) == ("failed", 4, 6, 2, 4)
    assert count(roll, casts, GENERAL).outcome == result.strict
    assert result.strict.verdict == "no_quorum"


@pytest.mark.parametrize(
    "tally",
    [
        Tally(Weight(10, 100), Weight(2, 20), Weight(2, 20), Weight(), Weight(6, 60)),
        Tally(Weight(10, 100), Weight(3, 10), Weight(1, 30), Weight(), Weight(6, 60)),
        Tally(Weight(10, 100), silent=Weight(10, 100)),
    ],
    ids=["tie", "heads one way, area the other", "nobody voted"],
)
def test_without_a_majority_by_all_that_counts_the_silent_abstain(tally: Tally) -> None:
    result = judge(tally, GENERAL, "follow_majority")
    assert result.followed is None
    assert result.outcome == judge(tally, GENERAL, "abstain").outcome
    assert "无从随多数" in explained(result).zh


def test_a_majority_against_is_followed_too() -> None:
    result = judge(even(10, 1, 3, 0, 6), GENERAL, "follow_majority")
    assert (result.followed, result.outcome.tally.no.heads) == ("no", 9)


def test_heads_alone_decide_where_the_rule_knows_no_area() -> None:
    roll = [Subject("rich", 1, 10_000), *(Subject(f"poor{n}", 1, 1) for n in range(4))]
    casts = [Cast("rich", "no"), *(Cast(f"poor{n}", "yes") for n in range(4))]
    result = count(roll, casts, shipped()["cn-village-assembly"])
    assert result.outcome.verdict == "passed"
    assert result.outcome.quorum.area is None
    assert result.outcome.missing == Weight()


def test_what_cannot_be_counted_is_refused() -> None:
    roll = [Subject("a", 1, 1)]
    with pytest.raises(BadCount, match="“a” stands on the roll twice"):
        count([*roll, *roll, Subject("a", 2, 2)], [], GENERAL)
    with pytest.raises(BadCount, match="“z” has a ballot"):
        count(roll, [Cast("z", "yes")], GENERAL)
    with pytest.raises(BadCount, match="“a” stands on the roll twice"):
        count(roll, [Cast("a", "yes"), Cast("a", "no")], GENERAL)
    with pytest.raises(BadCount, match="“maybe”"):
        count(roll, [Cast("a", "maybe")], GENERAL)
    with pytest.raises(BadRule, match="Choose one of: not_counted, abstain"):
        count(roll, [], shipped()["cn-village-assembly"], "follow_majority")


# An oracle that shares no code: it looks at each owner and compares exact fractions


def oracle(
    roll: Sequence[tuple[int, int]], casts: Sequence[tuple[str, bool] | None], name: str, silent: str
) -> tuple[str, bool, bool]:
    quorum_share, approval_share, strictly, of_due, area = {
        "cn-civil-278-4": (Fraction(2, 3), Fraction(1, 2), True, False, True),
        "cn-civil-278-8": (Fraction(2, 3), Fraction(3, 4), False, False, True),
        "cn-collective-assembly": (Fraction(2, 3), Fraction(2, 3), False, True, False),
        "cn-residents-representatives": (Fraction(2, 3), Fraction(1, 2), True, False, False),
    }[name]
    measures = (0, 1) if area else (0,)
    said = [cast[0] if cast else "" for cast in casts]
    if silent != "not_counted":
        leader = "abstain"
        if silent == "follow_majority":
            for choice in ("yes", "no", "abstain"):
                if all(
                    sum(w[m] for w, s in zip(roll, said, strict=True) if s == choice)
                    > sum(w[m] for w, s in zip(roll, said, strict=True) if s == other)
                    for other in {"yes", "no", "abstain"} - {choice}
                    for m in measures
                ):
                    leader = choice
        said = [s or (leader if cast and cast[1] else "") for s, cast in zip(said, casts, strict=True)]
    quorum = approval = True
    for m in measures:
        due = sum(w[m] for w in roll)
        came = sum(w[m] for w, s in zip(roll, said, strict=True) if s)
        yes = sum(w[m] for w, s in zip(roll, said, strict=True) if s == "yes")
        quorum &= due > 0 and Fraction(came, due) >= quorum_share
        base = due if of_due else came
        part = Fraction(yes, base) if base else Fraction(0)
        approval &= base > 0 and (part > approval_share if strictly else part >= approval_share)
    return ("passed" if approval else "failed") if quorum else "no_quorum", quorum, approval


WEIGHTS = st.tuples(st.integers(1, 3), st.integers(1, 400))
CASTS = st.one_of(st.none(), st.tuples(st.sampled_from(["yes", "yes", "yes", "no", "abstain", ""]), st.booleans()))
VOTES = st.lists(st.tuples(WEIGHTS, CASTS), min_size=1, max_size=24)
CASES = [
    (name, silent)
    for name in ("cn-civil-278-4", "cn-civil-278-8", "cn-collective-assembly", "cn-residents-representatives")
    for silent in shipped()[name].silent
]


@pytest.mark.parametrize(("name", "silent"), CASES)
@settings(deadline=None)
@given(votes=VOTES, shuffle=st.randoms(use_true_random=False))
def test_the_count_agrees_with_the_oracle_in_any_order(
    name: str, silent: str, votes: list[tuple[tuple[int, int], tuple[str, bool] | None]], shuffle: random.Random
) -> None:
    roll = [Subject(str(number), *weight) for number, (weight, _) in enumerate(votes)]
    casts = [Cast(str(number), *cast) for number, (_, cast) in enumerate(votes) if cast]
    shuffle.shuffle(casts)
    result = count(roll, casts, shipped()[name], silent)
    outcome = result.outcome
    wanted = oracle([weight for weight, _ in votes], [cast for _, cast in votes], name, silent)
    assert (outcome.verdict, outcome.quorum.met, outcome.approval.met) == wanted
    strict = oracle([weight for weight, _ in votes], [cast for _, cast in votes], name, "not_counted")
    assert (result.strict.verdict, result.strict.quorum.met, result.strict.approval.met) == strict


@settings(deadline=None)
@given(votes=VOTES, more=WEIGHTS)
def test_a_further_yes_never_turns_a_pass_into_a_failure(
    votes: list[tuple[tuple[int, int], tuple[str, bool] | None]], more: tuple[int, int]
) -> None:
    roll = [Subject(str(number), *weight) for number, (weight, _) in enumerate(votes)]
    casts = [Cast(str(number), *cast) for number, (_, cast) in enumerate(votes) if cast]
    if count(roll, casts, SPECIAL).outcome.verdict == "passed":
        added = count([*roll, Subject("more", *more)], [*casts, Cast("more", "yes")], SPECIAL)
        assert added.outcome.verdict == "passed"


@settings(deadline=None)
@given(votes=VOTES)
def test_what_is_missing_is_enough_and_one_less_is_not(
    votes: list[tuple[tuple[int, int], tuple[str, bool] | None]],
) -> None:
    roll = [Subject(str(number), *weight) for number, (weight, _) in enumerate(votes)]
    outcome = count(roll, [Cast(str(n), *cast) for n, (_, cast) in enumerate(votes) if cast], GENERAL).outcome
    for found in filter(None, (outcome.quorum.heads, outcome.quorum.area)):
        reached = [
            Fraction(found.numerator + found.missing - less, found.denominator) >= Fraction(2, 3) for less in (0, 1)
        ]
        assert reached == [True, not found.missing and reached[1]]
    for found in filter(None, (outcome.approval.heads, outcome.approval.area)):
        assert 2 * (found.numerator + found.missing) > found.denominator
        assert not found.missing or not 2 * (found.numerator + found.missing - 1) > found.denominator


# Sentences


def test_the_explanation_says_figures_share_and_what_is_missing_in_both_languages() -> None:
    said = explained(judge(VOTE_A, GENERAL))
    assert "参加 1147 人，是应参加 2261 人的 50.73%；要不低于 2/3，即至少 1508 人，还差 361 人。" in said.zh
    assert "Took part: 1147 heads of 2261 heads, 50.73% of all who are due; at least 2/3 needed" in said.en
    assert "还差 32430.00 平方米" in said.zh


def test_the_explanation_shows_the_strict_tally_beside_the_clause() -> None:
    said = explained(judge(VOTE_A, GENERAL, "follow_majority"))
    assert "另有 1071 人（96390.00 平方米）收到表决票后没有表态，按“随多数”的约定计入“同意”。" in said.zh
    assert "结果是“参加的不够，没有形成决定”。" in said.zh
    assert "绿化主管部门书面批准" in explained(judge(even(3, 3), SPECIAL)).zh


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 0, "—"),
        (0, 3, "0.00%"),
        (3, 3, "100.00%"),
        (99_999, 100_000, "99.99%"),
        (1, 100_000, "0.01%"),
        (2, 3, "66.67%"),
    ],
)
def test_percentages_never_claim_all_or_nothing_wrongly(part: int, whole: int, text: str) -> None:
    assert percent(part, whole) == text


def test_no_float_stands_in_the_figures() -> None:
    def floats(value: object) -> list[object]:
        if isinstance(value, dict):
            return [found for one in value.values() for found in floats(one)]
        return [value] if isinstance(value, float) else []

    assert floats(figures(judge(VOTE_B, SPECIAL, "abstain"))) == []
    assert SPECIAL.silent == SILENT
