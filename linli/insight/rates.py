"""The rates as exact fractions: numerator, denominator, and what was left out with its reason. No float anywhere.

响应率, 解决率, 满意率, 按时办结率, 回访率 and the weighted score, from numbers by measure (`rules.md` §4.3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from types import MappingProxyType

from linli.insight.formula import WHOLE, Formula
from linli.insight.measures import BEST, LEFT_OUT
from linli.lib.text import Said
from linli.playbooks.ends import OUTCOMES, WITHOUT_ANSWER

NONE = "—"
APPROVED = Said("经批准剔除", "left out with approval")
SILENT = Said("到期未评价", "no verdict in time")
UNREACHED, NOT_MADE = Said("联系不上", "nobody reached"), Said("没有按时完成", "not made in time")
NO_SCORE = Said("评价时未打分", "no score given")


@dataclass(frozen=True, slots=True)
class Definition:
    """A rate by the measures it is made of: `part` of `whole`, and those left `out` with the reason for each."""

    title: Said
    meaning: Said
    part: tuple[str, ...]
    whole: tuple[str, ...]
    out: Mapping[str, Said]

    @property
    def approved(self) -> tuple[str, ...]:
        return tuple(LEFT_OUT + measure for measure in self.whole)


def _ended(prefix: str, **more: Said) -> Mapping[str, Said]:
    return MappingProxyType({f"{prefix}_{name}": said for name, said in OUTCOMES.items()} | more)


UNJUDGED = _ended("unjudged", unjudged_silent=SILENT)
JUDGED = ("solved", "unsolved")
LeftOut = tuple[tuple[Said, int, tuple[str, ...]], ...]  # out of a rate: the reason, how many, by which measures


@cache
def definitions(formula: Formula) -> Mapping[str, Definition]:
    satisfied = tuple(f"score_{score}" for score in range(formula.satisfied_from, BEST + 1))
    scored = tuple(f"score_{score}" for score in range(1, BEST + 1))
    return MappingProxyType(
        {
            "response": Definition(
                Said("响应率", "Response rate"),
                Said("按时响应 ÷ 应响应（已响应或已过响应期限）", "responded in time ÷ responded, or past the time for it"),
                ("responded_in_time",), ("responded_in_time", "response_late"), _ended("unanswered"),
            ),
            "solved": Definition(
                Said("解决率", "Solution rate"),
                Said("提出人说已解决 ÷ 有效回访", "“solved” by the raiser’s own verdict ÷ all verdicts"),
                ("solved",), JUDGED, UNJUDGED,
            ),
            "satisfied": Definition(
                Said("满意率", "Satisfaction rate"),
                Said("{least} 分及以上 ÷ 有效回访（退回算不满意）", "{least} or more of 5 ÷ verdicts (sent back: not satisfied)")
                .filled(least=formula.satisfied_from),
                satisfied, (*scored, "unsolved"), MappingProxyType({**UNJUDGED, "no_score": NO_SCORE}),
            ),
            "on_time": Definition(
                Said("按时办结率", "Finished in time"),
                Said("各环节都没有超时就办完 ÷ 应办完（已办完或已超时）", "finished with no stage late ÷ finished or late"),
                ("finished_in_time",), ("finished_in_time", "finish_late"), _ended("unfinished"),
            ),
            "called_back": Definition(
                Said("回访率", "Called back"),
                Said("有评价的 ÷ 办结的", "those with a verdict ÷ those done"),
                ("called_back",), ("called_back", "not_called_back"),
                MappingProxyType({f"ended_{name}": OUTCOMES[name] for name in sorted(WITHOUT_ANSWER)}),
            ),
            "rechecked": Definition(
                Said("抽查属实率", "Confirmed on re-check"),
                Said("抽查属实 ÷ 抽查有结果的（由没有经手的人核实）", "found done ÷ re-checked with a result, by others"),
                ("recheck_confirmed",), ("recheck_confirmed", "recheck_not_done"),
                MappingProxyType({"recheck_unreachable": UNREACHED, "recheck_lapsed": NOT_MADE}),
            ),
        }
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rate:
    name: str
    title: Said
    meaning: Said
    part: int
    whole: int
    out: LeftOut

    @property
    def exact(self) -> Fraction | None:
        return Fraction(self.part, self.whole) if self.whole else None

    @property
    def percent(self) -> str:
        return percent(self.exact)


@dataclass(frozen=True, slots=True)
class Rates:
    formula: Formula
    each: tuple[Rate, ...]

    def rate(self, name: str) -> Rate:
        return next(rate for rate in self.each if rate.name == name)

    @property
    def score(self) -> Fraction | None:
        """The weighted score in parts of one; none when one of the three has nothing to be worked out from."""
        parts = [(self.rate(name).exact, weight) for name, weight in self.formula.weights.items() if weight]
        known = [(exact, weight) for exact, weight in parts if exact is not None]
        return (
            sum((exact * weight for exact, weight in known), Fraction()) / WHOLE if len(known) == len(parts) else None
        )

    @property
    def score_said(self) -> str:
        """Out of 100."""
        return percent(self.score).removesuffix("%")


def rates_of(numbers: Mapping[str, int], formula: Formula) -> Rates:
    known = definitions(formula).items()
    return Rates(formula, tuple(_rate(name, one, numbers, _left_out(one, numbers)) for name, one in known))


def some_rates(names: Sequence[str], numbers: Mapping[str, int], formula: Formula) -> tuple[Rate, ...]:
    """For the lines of a table: what was left out is not looked at."""
    known = definitions(formula)
    return tuple(_rate(name, known[name], numbers, ()) for name in names)


def _left_out(one: Definition, numbers: Mapping[str, int]) -> LeftOut:
    reasons = [(said, (measure,)) for measure, said in one.out.items()]
    counted = [(said, _sum(numbers, measures), measures) for said, measures in [*reasons, (APPROVED, one.approved)]]
    return tuple(row for row in counted if row[1])


def _rate(name: str, one: Definition, numbers: Mapping[str, int], out: LeftOut) -> Rate:
    return Rate(name, one.title, one.meaning, _sum(numbers, one.part), _sum(numbers, one.whole), out)


def _sum(numbers: Mapping[str, int], measures: tuple[str, ...]) -> int:
    return sum(numbers.get(measure, 0) for measure in measures)


def percent(exact: Fraction | None) -> str:
    """Two decimals, half up; what is not whole never reads 100.00 %, and what is not nothing never reads 0.00 %."""
    if exact is None:
        return NONE
    hundredths = (exact.numerator * 20_000 + exact.denominator) // (2 * exact.denominator)
    if exact < 1:
        hundredths = min(hundredths, 9_999)
    if exact > 0:
        hundredths = max(hundredths, 1)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"
