"""Shares behind the privacy gate: rounded into bands, and whether a verdict can belong to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from linli.counting.rules import Rule, Threshold
from linli.counting.tally import FAILED, NO_QUORUM, PASSED, Weight

BANDS = (20, 10, 5, 4, 2)
LEAST_IN_BAND = 5


def bands(participants: int) -> int:
    """Into how many bands shares are rounded: the finest in which each is worth 5 heads; one band says nothing at all."""
    return next((number for number in BANDS if participants // number >= LEAST_IN_BAND), 1)


def band(part: int, whole: int, number: int) -> list[int]:
    """The band that a share falls into, as its two edges out of `number`. Nobody and all are never told apart from nearly."""
    low = min(number - 1, number * part // whole) if whole else 0
    return [low, low + 1]


@dataclass(frozen=True, slots=True)
class Span:
    """Between what and what the heads, or the area, of an option lie."""

    least: int
    most: int


def span(edges: list[int], voted: int, number: int) -> Span:
    return Span(-(-edges[0] * voted // number), edges[1] * voted // number)


def could_be(verdict: str, rule: Rule, due: Weight, voted: Weight, spans: Mapping[str, Mapping[str, Span]]) -> bool:
    """Whether some figures within the bands give this verdict, the silent taking no part. `spans` by measure and option.

    Heads and area are looked at apart, so what is refused is surely false, and what is let through may still be.
    """
    measures = [("heads", due.heads, voted.heads), ("area", due.area, voted.area)][: 2 if rule.area else 1]
    known = [_Measure(whole, came, spans[name]) for name, whole, came in measures]
    may_come = all(one.may_reach(rule.quorum) for one in known)
    return {
        NO_QUORUM: any(one.may_miss(rule.quorum) for one in known),
        PASSED: may_come and all(one.may_agree(rule.approval) for one in known),
        FAILED: may_come and any(one.may_refuse(rule.approval) for one in known),
    }[verdict]


@dataclass(frozen=True, slots=True)
class _Measure:
    due: int
    voted: int
    spans: Mapping[str, Span]

    def may_reach(self, quorum: Threshold | None) -> bool:
        return quorum is None or quorum.is_met(self.voted - self.spans["blank"].least, self.due)

    def may_miss(self, quorum: Threshold | None) -> bool:
        return quorum is not None and not quorum.is_met(max(0, self.voted - self.spans["blank"].most), self.due)

    def may_agree(self, approval: Threshold) -> bool:
        yes, others = self.spans["yes"].most, self.spans["no"].least + self.spans["abstain"].least
        yes = min(yes, self.voted - others - self.spans["blank"].least)
        took = max(yes + others, self.voted - self.spans["blank"].most)
        return approval.is_met(yes, self.due if approval.of == "due" else took)

    def may_refuse(self, approval: Threshold) -> bool:
        yes, others = self.spans["yes"].least, self.spans["no"].most + self.spans["abstain"].most
        took = min(yes + others, self.voted - self.spans["blank"].least)
        return not approval.is_met(yes, self.due if approval.of == "due" else took)
