"""Whether some guards leave a gap: exact over finite domains, never too hopeful elsewhere."""

from __future__ import annotations

import time as stopwatch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from linli.playbooks.guards import FactKind, covers, read_guard
from tests.test_guards import CASES, DOMAINS, TEXTS, guard


def gap(*texts: str, **domains: object) -> dict[str, object] | None:
    return covers([guard(text) for text in texts], domains)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "texts",
    [
        ("score <= 2", "score > 2"),
        ("score <= 2", "score >= 3"),
        ("score < 2", "score == 2", "score > 2"),
        ("2 * score <= 5", "2 * score >= 6"),
        ("score in (1, 2)", "score not in (1, 2)"),
        ("late", "not late"),
        ("late and held", "late and not held", "not late"),
        ("late == held", "late != held"),
        ("urgency == 'emergency'", "urgency != 'emergency'"),
        ("urgency == category", "urgency != category"),
        ("urgency == urgency",),
        ("money.raised >= money.needed", "money.raised < money.needed"),
        ("money.raised >= money.needed", "money.needed > money.raised"),
        ("money.raised - money.needed > 10", "10 + money.needed >= money.raised"),
        ("score * rounds > 3", "rounds * score <= 3"),
        ("max(score, rounds) > 3", "max(score, rounds) <= 3"),
        ("late", "True"),
    ],
)
def test_guards_that_meet_leave_no_gap(texts: tuple[str, ...]) -> None:
    assert gap(*texts) is None


@pytest.mark.parametrize(
    ("texts", "example"),
    [
        (("score <= 2", "score > 3"), {"score": 3}),
        (("score < 2", "score > 2"), {"score": 2}),
        (("late",), {"late": False}),
        (("late", "held and score > 2"), {"late": False, "held": False, "score": 1}),
        (("False",), {}),
        ((), {}),
    ],
)
def test_a_gap_is_shown_by_an_example(texts: tuple[str, ...], example: dict[str, object]) -> None:
    assert gap(*texts) == example


@pytest.mark.parametrize(
    "texts",
    [
        ("urgency == 'emergency'", "urgency == 'urgent'"),
        ("money.raised > money.needed", "money.raised < money.needed"),
        ("score * rounds > 3",),
        ("score > rounds", "rounds > 5"),
        ("urgency == category", "category == 'water'"),
        ("abs(score - rounds) > 1", "late"),
    ],
)
def test_the_example_of_a_gap_is_true(texts: tuple[str, ...]) -> None:
    example = gap(*texts)
    assert example is not None
    assert not any(guard(text)(example) for text in texts)


def test_a_domain_closes_a_gap_that_cannot_happen() -> None:
    assert gap("score <= 2", "score >= 4", score=(1, 2, 4, 5)) is None
    assert gap("score <= 2", "score >= 4", score=range(1, 6)) == {"score": 3}
    assert gap("urgency == 'a'", "urgency == 'b'", urgency=("a", "b")) is None
    assert gap("urgency == 'a'", "urgency == 'b'", urgency=("a", "b", "c")) == {"urgency": "c"}
    assert gap("score + rounds >= 2", score=range(1, 6), rounds=range(1, 6)) is None
    assert gap("score + rounds > 2", score=range(1, 6), rounds=range(1, 6)) == {"score": 1, "rounds": 1}


def test_an_order_of_three_open_facts_is_not_followed_and_counts_as_a_gap() -> None:
    example = gap("score > rounds", "rounds > climbed", "score <= climbed")
    assert example is not None
    assert all("score" in name or "rounds" in name for name in example)


def test_too_many_cases_count_as_a_gap_and_end_soon() -> None:
    known = {f"f{number}": FactKind.BOOL for number in range(18)}
    parity = "f0"
    for number in range(1, 18):
        parity = f"({parity}) == f{number}"
    begun = stopwatch.process_time()
    assert covers([read_guard(parity, known), read_guard(f"not ({parity})", known)], {}) is not None
    assert stopwatch.process_time() - begun < 10


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_over_finite_domains_the_answer_is_that_of_trying_everything(texts: list[str]) -> None:
    guards = [guard(text) for text in texts]
    open_cases = [case for case in CASES if not any(each(case) for each in guards)]
    example = covers(guards, DOMAINS)
    assert (example is None) == (not open_cases)
    if example is not None:
        assert not any(each(example) for each in guards)


@settings(max_examples=150, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=4))
def test_without_domains_no_gap_is_overlooked(texts: list[str]) -> None:
    guards = [guard(text) for text in texts]
    if covers(guards, {}) is None:
        assert all(any(each(case) for each in guards) for case in CASES)
