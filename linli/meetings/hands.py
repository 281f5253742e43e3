"""Votes by show of hands, counted by the rule that the playbook names. Whoever is present and raises no hand abstains."""

from __future__ import annotations

from dataclasses import dataclass

from linli.counting.rules import find_rule
from linli.counting.tally import NO_QUORUM, PASSED, Tally, Weight, judge
from linli.lib.refusals import Refused
from linli.lib.text import Said

FAILED = "failed"
NOT_BY_HAND = Said(
    "“{rule}”要按人数和面积两项计票，不能在会上举手表决，请发起投票。",
    "“{rule}” is counted by heads and by area, so it cannot be decided by a show of hands. Hold a ballot.",
)


@dataclass(frozen=True, slots=True)
class Hands:
    yes: int
    no: int
    abstain: int

    @property
    def total(self) -> int:
        return self.yes + self.no + self.abstain


def verdict_of(rule: str, *, due: int, present: int, hands: Hands) -> str:
    """`passed`, `failed` or `no_quorum`. Where no rule is prescribed, more than half of those present must agree."""
    if not rule:
        return PASSED if 2 * hands.yes > present else FAILED
    return _judged(rule, due, Hands(hands.yes, hands.no, present - hands.yes - hands.no))


def has_quorum(rule: str, *, due: int, present: int) -> bool:
    """Whether enough of those due are there; where no rule is prescribed, whether anybody is."""
    if not rule:
        return present > 0
    return _judged(rule, due, Hands(0, 0, present)) != NO_QUORUM


def _judged(name: str, due: int, hands: Hands) -> str:
    rule = find_rule(name)
    if rule.area:
        raise Refused(NOT_BY_HAND.filled(rule=rule.title))
    # More than were due can come: households send two. They are no more than all.
    whole = Weight(max(due, hands.total))
    tally = Tally(whole, yes=Weight(hands.yes), no=Weight(hands.no), abstain=Weight(hands.abstain))
    return judge(tally, rule, "not_counted" if "not_counted" in rule.silent else None).outcome.verdict
