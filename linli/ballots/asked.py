"""A question as a page shows it: its rule in words and, once it is published, the figures or the bands that came out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import Any

from linli.ballots.explaining import percent, sentences, share_said
from linli.ballots.models import BallotQuestion
from linli.counting.rules import Rule, Threshold
from linli.counting.tally import Ratio, Result, Tally, Test, Weight, judge
from linli.lib.text import Said

VERDICTS = MappingProxyType(
    {
        "passed": Said("通过", "Passed"),
        "failed": Said("未通过", "Not passed"),
        "no_quorum": Said("参与不足，未通过", "No quorum"),
    }
)
CHOICES = MappingProxyType({"yes": Said("同意", "Yes"), "no": Said("不同意", "No"), "abstain": Said("弃权", "Abstain")})
LEFT_EMPTY = Said("未填", "Left empty")
WHOSE = MappingProxyType(
    {
        ("due", True): Said("应参加的人数和面积，都{share}", "{share} of all who are due, by heads and by area"),
        ("due", False): Said("应参加的人数{share}", "{share} of all who are due"),
        ("participants", True): Said("参加表决的人数和面积，都{share}", "{share} of those taking part, by heads and by area"),
        ("participants", False): Said("参加表决的人数{share}", "{share} of those taking part"),
    }
)  # fmt: skip
DUE, TOOK_PART = Said("应参加", "Due"), Said("参加", "Took part")
WHERE_FROM = re.compile(r"\s*\[[A-Z]\]")  # how a rule's words were checked is for whoever keeps the rules


def sourced(source: str) -> str:
    return WHERE_FROM.sub("", source)


def with_commas(area: int) -> str:
    """8935000 is 89,350.00."""
    return f"{area // 100:,}.{area % 100:02}"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the figures. Shares only where a test looks at them; `met` says whether it was reached."""

    said: Said
    heads: str
    area: str
    heads_share: str = ""
    area_share: str = ""
    met: bool | None = None


@dataclass(frozen=True)
class Asked:
    row: BallotQuestion
    rule: Rule
    published: Mapping[str, Any] | None

    @property
    def title(self) -> Said:
        return Said(self.row.title, self.row.title_en or self.row.title)

    @property
    def source(self) -> str:
        return sourced(self.rule.source)

    @property
    def also(self) -> list[tuple[Said, Said, str]]:
        return [(one.who, one.how, sourced(one.source)) for one in self.rule.also]

    @property
    def quorum(self) -> Said | None:
        return self._needed(self.rule.quorum) if self.rule.quorum else None

    @property
    def approval(self) -> Said:
        return self._needed(self.rule.approval)

    def _needed(self, share: Threshold) -> Said:
        return WHOSE[share.of, self.rule.area].filled(share=share_said(share))

    @property
    def verdict(self) -> Said | None:
        if self.published is None:
            return None
        return VERDICTS[str(self.published.get("verdict") or self.published["result"]["verdict"])]

    @property
    def passed(self) -> bool:
        return self.verdict == VERDICTS["passed"]

    @property
    def rounded(self) -> bool:
        return self.published is not None and self.published["mode"] == "rounded"

    @cached_property
    def result(self) -> Result | None:
        """Judged anew from the published sums; none where the privacy gate keeps the exact figures back."""
        if self.published is None or self.rounded:
            return None
        found = self.published["result"]
        told = found["strict"]["tally"]
        tally = Tally(**{name: Weight(told[name]["heads"], told[name]["area"]) for name in ("due", *CHOICES, "silent")})
        return judge(tally, self.rule, found["silent"])

    @property
    def sentences(self) -> list[Said]:
        """The working, as it can be read out."""
        told = sentences(self.result)[1:] if self.result else []
        return [Said(sourced(one.zh), sourced(one.en)) for one in told]

    @property
    def lines(self) -> list[Line]:
        if self.rounded:
            return self._bands()
        return self._figures(self.result) if self.result else []

    def _figures(self, result: Result) -> list[Line]:
        outcome = result.outcome
        tally = outcome.tally
        return [
            self._line(DUE, tally.due),
            self._line(TOOK_PART, tally.participants, outcome.quorum if self.rule.quorum else None),
            self._line(CHOICES["yes"], tally.yes, outcome.approval if outcome.quorum.met else None),
            self._line(CHOICES["no"], tally.no),
            self._line(CHOICES["abstain"], tally.abstain),
        ]

    def _line(self, said: Said, weight: Weight, test: Test | None = None) -> Line:
        heads, area = f"{weight.heads:,}", with_commas(weight.area) if self.rule.area else ""
        if test is None:
            return Line(said, heads, area)
        return Line(said, heads, area, _percent(test.heads), _percent(test.area), test.met)

    def _bands(self) -> list[Line]:
        published = self.published or {}
        shares, number = published["shares"], published["bands"]
        return [
            Line(said, _band(shares[name]["heads"], number), _band(shares[name]["area"], number) if self.rule.area else "")
            for name, said in (*CHOICES.items(), ("blank", LEFT_EMPTY))
        ]  # fmt: skip


def _percent(ratio: Ratio | None) -> str:
    return percent(ratio.numerator, ratio.denominator) if ratio else ""


def _band(edges: list[int], number: int) -> str:
    low, high = (100 * edge / number for edge in edges)
    return f"{low:g}–{high:g}%"
