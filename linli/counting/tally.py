"""Counting by heads and by floor area at once: from a roll and the casts to a verdict, on whole numbers only.

Pure. Area is in 0.01 m². The four comparisons are those of `docs/algorithms/counting.md`; nothing is rounded anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from linli.counting.rules import Rule, Threshold
from linli.lib.refusals import Refused
from linli.lib.text import Said

YES, NO, ABSTAIN, SILENT = "yes", "no", "abstain", ""
CHOICES = (YES, NO, ABSTAIN)
PASSED, FAILED, NO_QUORUM = "passed", "failed", "no_quorum"
OWNER_KINDS = ("owner", "co_owners", "developer", "public")

TWICE = Said("“{subject}”在名册上出现了两次。", "“{subject}” stands on the roll twice.")
NOT_ON_ROLL = Said("“{subject}”有表决票，但不在名册上。", "“{subject}” has a ballot but does not stand on the roll.")
UNKNOWN_CHOICE = Said("“{choice}”不是可选的意见。", "“{choice}” is no choice.")


class BadCount(Refused):
    """A roll and casts that cannot be counted."""


@dataclass(frozen=True, slots=True)
class Weight:
    """Heads and area of some owner sets together."""

    heads: int = 0
    area: int = 0

    def __add__(self, other: Weight) -> Weight:
        return Weight(self.heads + other.heads, self.area + other.area)

    def __sub__(self, other: Weight) -> Weight:
        return Weight(self.heads - other.heads, self.area - other.area)


@dataclass(frozen=True, slots=True)
class Subject:
    """Who votes as one: an owner set, a person or a household, with what it weighs. Not a flat and not an account."""

    tag: str
    heads: int
    area: int = 0
    kind: str = "owner"


@dataclass(frozen=True, slots=True)
class Cast:
    """The counted ballot of a subject for one question; an empty choice on a delivered ballot is silence."""

    subject: str
    choice: str
    delivered: bool = True


@dataclass(frozen=True, slots=True)
class Tally:
    """The sums of one question. `silent` got a ballot and did not say; whoever got none is in `due` alone."""

    due: Weight
    yes: Weight = Weight()
    no: Weight = Weight()
    abstain: Weight = Weight()
    silent: Weight = Weight()

    @property
    def participants(self) -> Weight:
        return self.yes + self.no + self.abstain

    def of(self, choice: str) -> Weight:
        return {YES: self.yes, NO: self.no, ABSTAIN: self.abstain, SILENT: self.silent}[choice]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A part of a whole, whether it reaches its share, and what is missing to it while the whole stays."""

    numerator: int
    denominator: int
    met: bool
    missing: int


@dataclass(frozen=True, slots=True)
class Test:
    """A quorum or an approval: by heads, and by area where the rule counts it."""

    heads: Ratio
    area: Ratio | None

    @property
    def met(self) -> bool:
        return self.heads.met and (self.area is None or self.area.met)

    @property
    def missing(self) -> Weight:
        return Weight(self.heads.missing, self.area.missing if self.area else 0)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The verdict over a tally as it stands, the silent being where the rule's choice has put them."""

    verdict: str
    quorum: Test
    approval: Test
    tally: Tally

    @property
    def missing(self) -> Weight:
        """What the first test that fails lacks: of participants without a quorum, else of votes in favour."""
        return (self.quorum if self.verdict == NO_QUORUM else self.approval).missing


@dataclass(frozen=True, slots=True)
class Result:
    """`outcome` by the chosen rule for the silent, `strict` without it; `followed` is the majority that they follow."""

    rule: Rule
    silent: str
    outcome: Outcome
    strict: Outcome
    followed: str | None


def count(roll: Iterable[Subject], casts: Iterable[Cast], rule: Rule, silent: str | None = None) -> Result:
    """Count one question. The order of roll and casts does not matter."""
    return judge(add_up(roll_by_tag(roll), casts), rule, silent)


def roll_by_tag(roll: Iterable[Subject]) -> dict[str, Subject]:
    found: dict[str, Subject] = {}
    for subject in roll:
        if found.setdefault(subject.tag, subject) is not subject:
            raise BadCount(TWICE.filled(subject=subject.tag))
    return found


def add_up(roll: Mapping[str, Subject], casts: Iterable[Cast]) -> Tally:
    """The sums of one question; several questions share one roll. Weights come from the roll, never from a cast."""
    heads, area = dict.fromkeys((*CHOICES, SILENT), 0), dict.fromkeys((*CHOICES, SILENT), 0)
    counted: set[str] = set()
    for cast in casts:
        subject = roll.get(cast.subject)
        if subject is None:
            raise BadCount(NOT_ON_ROLL.filled(subject=cast.subject))
        if cast.subject in counted:
            raise BadCount(TWICE.filled(subject=cast.subject))
        if cast.choice not in heads:
            raise BadCount(UNKNOWN_CHOICE.filled(choice=cast.choice))
        counted.add(cast.subject)
        if cast.choice or cast.delivered:
            heads[cast.choice] += subject.heads
            area[cast.choice] += subject.area
    yes, no, abstain, silent = (Weight(heads[choice], area[choice]) for choice in (*CHOICES, SILENT))
    return Tally(total(roll.values()), yes, no, abstain, silent)


def total(roll: Iterable[Subject]) -> Weight:
    heads = area = 0
    for subject in roll:
        heads += subject.heads
        area += subject.area
    return Weight(heads, area)


def judge(tally: Tally, rule: Rule, silent: str | None = None) -> Result:
    """The verdict over sums. Without a choice for the silent the rule's own default holds."""
    silent = rule.silent[0] if silent is None else silent
    rule.require_silent(silent)
    followed = majority(tally, area=rule.area) if silent == "follow_majority" else None
    placed = tally if silent == "not_counted" else _placed(tally, followed or ABSTAIN)
    return Result(rule, silent, _outcome(placed, rule), _outcome(tally, rule), followed)


def majority(tally: Tally, *, area: bool) -> str | None:
    """The choice ahead of each other one by heads, and by area too where it counts; nobody is followed otherwise."""
    for choice in CHOICES:
        ours, others = tally.of(choice), [tally.of(other) for other in CHOICES if other != choice]
        by_heads = all(ours.heads > other.heads for other in others)
        if by_heads and (not area or all(ours.area > other.area for other in others)):
            return choice
    return None


def _placed(tally: Tally, choice: str) -> Tally:
    """The silent added to a choice: to abstention too where there is no majority that they could follow."""
    return replace(tally, silent=Weight(), **{choice: tally.of(choice) + tally.silent})


def _outcome(tally: Tally, rule: Rule) -> Outcome:
    quorum = _test(rule.quorum, tally.participants, tally.due, area=rule.area)
    base = tally.due if rule.approval.of == "due" else tally.participants
    approval = _test(rule.approval, tally.yes, base, area=rule.area)
    verdict = (PASSED if approval.met else FAILED) if quorum.met else NO_QUORUM
    return Outcome(verdict, quorum, approval, tally)


def _test(share: Threshold | None, part: Weight, whole: Weight, *, area: bool) -> Test:
    return Test(_ratio(share, part.heads, whole.heads), _ratio(share, part.area, whole.area) if area else None)


def _ratio(share: Threshold | None, part: int, whole: int) -> Ratio:
    """Where no share is asked for, a vote among nobody is still none."""
    if share is None:
        return Ratio(part, whole, whole > 0, 0)
    return Ratio(part, whole, share.is_met(part, whole), share.missing(part, whole))
