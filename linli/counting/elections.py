"""Who is elected to several seats, from what each candidate got; a tie across the last seat elects none of those tied. Pure.

Each candidate has been counted by the rule as a question of its own; here they are only ranked. What the law leaves open (by
what they are ranked, how many stand in the next round) is data of the rule.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from linli.counting.rules import Seating
from linli.counting.tally import NO_QUORUM, PASSED, Weight

FILLED, FORMED, NOT_FORMED = "filled", "formed", "not_formed"
Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Terms:
    """What the notice says: seats to be filled now, how many of the body were elected before, how many reserves."""

    seats: int
    seating: Seating
    seated: int = 0
    reserves: int = 0

    def verdict(self, elected: int) -> str:
        if elected == self.seats:
            return FILLED
        return FORMED if self.seated + elected >= self.seating.least else NOT_FORMED


@dataclass(frozen=True, slots=True)
class Candidate:
    """`verdict` is that of the candidate's own question, `votes` those in favour."""

    name: str
    verdict: str
    votes: Weight
    withdrawn: bool = False

    @property
    def passed(self) -> bool:
        return self.verdict == PASSED and not self.withdrawn


@dataclass(frozen=True, slots=True)
class Elected:
    """`ranked`: those who passed, best first, equals together. `left`: seats still empty; `following` stand for them next."""

    verdict: str
    ranked: tuple[Names, ...] = ()
    elected: Names = ()
    tied: Names = ()
    reserves: Names = ()
    left: int = 0
    following: Names = ()


def elect(candidates: Sequence[Candidate], terms: Terms) -> Elected:
    """The order of the candidates matters to nothing but to how equals are listed."""
    if is_without_quorum(candidates):
        return Elected(NO_QUORUM, left=terms.seats)
    ranked = rank([one for one in candidates if one.passed], terms.seating.order)
    elected, rest = fill(ranked, terms.seats)
    left = terms.seats - len(elected)
    tied = rest[0] if left and rest else ()
    reserves = () if left else fill(rest, terms.reserves)[0]
    following = tied or _following(candidates, elected, terms) if left else ()
    return Elected(terms.verdict(len(elected)), ranked, elected, tied, reserves, left, following)


def is_without_quorum(candidates: Sequence[Candidate]) -> bool:
    return all(one.verdict == NO_QUORUM for one in candidates)


def rank(candidates: Iterable[Candidate], order: Sequence[str]) -> tuple[Names, ...]:
    """Best first, those with equal votes together."""

    def votes(one: Candidate) -> list[int]:
        return [-getattr(one.votes, measure) for measure in order]

    groups = groupby(sorted(candidates, key=votes), key=votes)
    return tuple(tuple(one.name for one in group) for _, group in groups)


def fill(ranked: Sequence[Names], places: int) -> tuple[Names, Sequence[Names]]:
    """Who comes in without any doubt, and the groups that do not: nobody of a group comes in unless all of it do."""
    found: list[str] = []
    for number, group in enumerate(ranked):
        if len(found) + len(group) > places:
            return tuple(found), ranked[number:]
        found += group
    return tuple(found), ()


def _following(candidates: Sequence[Candidate], elected: Names, terms: Terms) -> Names:
    """For the seats left: those not elected with the most votes, so many more than seats as the rule says; equals together."""
    others = [one for one in candidates if one.name not in elected and not one.withdrawn]
    wanted, found = terms.seats - len(elected) + terms.seating.more, list[str]()
    for group in rank(others, terms.seating.order):
        if len(found) >= wanted:
            break
        found += group
    return tuple(found)
