"""The rates are exact fractions with their reasons; a share is never rounded into what it is not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from linli.insight.actions.folding import rebuild
from linli.insight.formula import FOLDER, BadFormula, formula_called, read_formula
from linli.insight.measures import TITLES
from linli.insight.rates import definitions, percent, rates_of
from linli.lib import clock
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from tests.world import World, a_repair

NINE = datetime(2026, 5, 6, 1, tzinfo=UTC)
SHIPPED = formula_called("zhungeer")
NUMBERS = st.dictionaries(st.sampled_from(sorted(TITLES) + [f"x_{name}" for name in TITLES]), st.integers(0, 10**7))


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 1, "0.00%"),
        (1, 1, "100.00%"),
        (1, 3, "33.33%"),
        (2, 3, "66.67%"),
        (1, 8, "12.50%"),
        (98_73, 100_00, "98.73%"),
        (1, 20_000, "0.01%"),  # half a hundredth rounds up
        (1, 1_000_000, "0.01%"),  # not nothing
        (999_999, 1_000_000, "99.99%"),  # not all
        (19_999, 20_000, "99.99%"),
    ],
)
def test_a_share_is_shown_with_two_decimals(part: int, whole: int, shown: str) -> None:
    assert percent(Fraction(part, whole)) == shown


def test_a_rate_of_nothing_is_a_dash_and_so_is_the_score() -> None:
    rates = rates_of({"solved": 3, "score_5": 3}, SHIPPED)
    assert (rates.rate("response").percent, rates.rate("solved").percent, rates.score_said) == ("—", "100.00%", "—")


@given(NUMBERS)
def test_rates_agree_with_fractions_added_up_by_hand(numbers: dict[str, int]) -> None:
    n = numbers.get
    rates = rates_of(numbers, SHIPPED)
    scored = [n(f"score_{score}", 0) for score in range(1, 6)]
    by_hand = {
        "response": (n("responded_in_time", 0), n("responded_in_time", 0) + n("response_late", 0)),
        "solved": (n("solved", 0), n("solved", 0) + n("unsolved", 0)),
        "satisfied": (scored[3] + scored[4], sum(scored) + n("unsolved", 0)),
        "on_time": (n("finished_in_time", 0), n("finished_in_time", 0) + n("finish_late", 0)),
        "called_back": (n("called_back", 0), n("called_back", 0) + n("not_called_back", 0)),
        "rechecked": (n("recheck_confirmed", 0), n("recheck_confirmed", 0) + n("recheck_not_done", 0)),
    }
    assert {rate.name: (rate.part, rate.whole) for rate in rates.each} == by_hand
    weighed = [by_hand[name] for name in ("response", "solved", "satisfied")]
    if all(whole for _, whole in weighed):
        exact = [Fraction(part, whole) for part, whole in weighed]
        assert rates.score == Fraction(30, 100) * exact[0] + Fraction(35, 100) * exact[1] + Fraction(35, 100) * exact[2]
        assert 0 <= rates.score <= 1
    assert all(0 <= rate.part <= rate.whole for rate in rates.each)


def test_every_measure_that_a_rate_is_made_of_is_one_that_is_counted() -> None:
    for one in definitions(SHIPPED).values():
        assert set(one.part) <= set(one.whole) <= set(TITLES)
        assert set(one.out) <= set(TITLES)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_shipped_formula_is_sound_and_names_its_source(path: Path) -> None:
    formula = formula_called(path.stem)
    assert formula.name == path.stem
    assert sum(formula.weights.values()) == 100
    assert "[" in formula.source


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"weights": "{response: 30, solved: 35, satisfied: 34}"}, "sum 100"),
        ({"weights": "{response: 30.5, solved: 35, satisfied: 34.5}"}, "whole numbers"),
        ({"weights": "{response: 30, solved: 70}"}, "weights"),
        ({"satisfied_from": "6"}, "1 to 5"),
        ({"satisfied_from": "4.5"}, "1 to 5"),
        ({"version": "0"}, "version"),
        ({"surprise": "1"}, "just these keys"),
        ({"title": "只有中文"}, "title"),
    ],
)
def test_an_unsound_formula_is_refused(change: dict[str, str], words: str) -> None:
    lines = {"formula": "own", "version": "1", "title": "{zh: 自定, en: Own}", "source": "区里文件",
             "weights": "{response: 30, solved: 35, satisfied: 35}", "satisfied_from": "4"}  # fmt: skip
    with pytest.raises(BadFormula, match=words):
        read_formula("\n".join(f"{key}: {value}" for key, value in (lines | change).items()))


def test_a_formula_of_ones_own_is_given_by_its_path(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        (FOLDER / "zhungeer.yaml").read_text("utf-8").replace("satisfied_from: 4", "satisfied_from: 3"), "utf-8"
    )
    rates = rates_of({"score_3": 1, "unsolved": 1}, formula_called(str(own)))
    assert (rates.rate("satisfied").part, rates.rate("satisfied").whole) == (1, 2)
    with pytest.raises(BadFormula, match="basic_counts, zhungeer"):
        formula_called("nothing")


def test_the_command_tells_each_rate_with_what_it_is_made_of(world: World) -> None:
    a_month(world)
    told = run("--place", world.place("estate").path)
    assert "响应率  50.00%  1/2" in told
    assert "解决率  100.00%  1/1" in told
    assert "未计入 1：已撤回" in told
    assert "准格尔旗口径 第 1 版" in told
    assert "综合得分  85.00" in told
    assert "Response rate  50.00%  1/2" in run("--lang", "en")


def test_the_command_gives_whole_numbers_and_no_float_as_json(world: World) -> None:
    a_month(world)
    told: dict[str, Any] = json.loads(run("--json", "--district", "here"), parse_float=pytest.fail)
    rates = told["here"]["rates"]
    assert rates["response"] | {"title": ""} == {
        "title": "", "numerator": 1, "denominator": 2, "percent": "50.00%", "left_out": [{"reason": "已撤回", "number": 1}],
    }  # fmt: skip
    assert told["here"]["score"] == {"exact": "17/20", "of_100": "85.00"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--place", "nowhere"], "没有找到地点"),
        (["--district", "elsewhere"], "没有名为"),
        (["--from", "2026-06-01"], "起始日不晚于截止日"),
        (["--from", "yesterday"], "日期请写成"),
    ],
)
def test_the_command_says_what_it_cannot_read(world: World, words: list[str], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        run(*words)


def a_month(world: World) -> None:
    """One repair done well, one that nobody took, one withdrawn."""
    with clock.at(NINE):
        good, _, gone = a_repair(world), a_repair(world), a_repair(world)
        move(gone, "withdraw", actor=world.mei, answers={"reason": "自己修好了"})
        move(good, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
        move(good, "finish", actor=world.gong, answers={"reply": "修好了"})
        move(good, "confirm", actor=world.mei, answers={"score": "4"})
    look_after(moment=NINE + timedelta(hours=1))
    rebuild()


def test_each_rate_stands_on_a_line_of_its_own(world: World) -> None:
    lines = run("--lang", "zh", "--district", "here").splitlines()
    for title in ("响应率", "解决率", "满意率", "综合得分"):
        assert [line for line in lines if line.strip().startswith(title)], title


def run(*words: str) -> str:
    out = StringIO()
    given = ["--from", "2026-05-01", "--to", "2026-05-31", *words]
    call_command("rates", *given, stdout=out)
    return out.getvalue()
