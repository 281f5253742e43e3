"""The election of a ballot: what the notice says of it, what is published of who is elected, and the check of that. Pure.

Where the figures of every candidate are public, who is elected is worked out anew. Where the privacy gate holds some back,
no order is told, and what is told must be possible within the bands.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from linli.ballots.publication import FULL, ROUNDED, Question
from linli.ballots.rounding import Span, span
from linli.counting.elections import Candidate, Elected, Terms, elect, is_without_quorum
from linli.counting.rules import said_from
from linli.counting.tally import NO_QUORUM, PASSED, YES, Weight
from linli.lib.text import Said
from linli.record.chain import canonical

ENTRY = ("title", "seats", "seated", "reserves", "candidates")
LISTS = ("elected", "tied", "reserves", "following")
BAD_ELECTION = Said(
    "选举的说明不对：候选人、席位或者规则不成立。", "The terms of the election are wrong: candidates, seats or rule."
)
NOT_ELECTED = Said(
    "公布的当选名单与重新计算的不符。", "Who is said to be elected is not what a recount of the candidates gives."
)
TOO_MANY_VOTES = Said(
    "候选人的赞成票合计超过了参加者每人可投的名额。",
    "The votes in favour of all candidates are more than those who took part could give.",
)


class BadElection(Exception):
    """An election that does not hold; the sentence says why."""

    def __init__(self, sentence: Said) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Election:
    """`questions`: one for each candidate, in the order of the ballot."""

    title: Said
    terms: Terms
    questions: tuple[Question, ...]
    withdrawn: frozenset[str] = frozenset()

    @property
    def names(self) -> dict[str, Said]:
        return {question.id: question.title for question in self.questions}


def entry_plain(title: Said, terms: Terms, candidates: Sequence[str]) -> dict[str, Any]:
    """As an entry of the log. How seats are ranked and filled stands in the rule of the candidates' questions."""
    return {
        "what": "election",
        "title": {"zh": title.zh, "en": title.en},
        "seats": terms.seats,
        "seated": terms.seated,
        "reserves": terms.reserves,
        "candidates": list(candidates),
    }


def election_from(entry: Mapping[str, Any], questions: Sequence[Question], withdrawn: Collection[str]) -> Election:
    """As the log told it; `BadElection` where it cannot be held so."""
    by_id = {question.id: question for question in questions}
    names, numbers = entry["candidates"], [entry[name] for name in ("seats", "seated", "reserves")]
    if type(names) is not list or not names or len(set(names)) != len(names) or not set(names) <= by_id.keys():
        raise BadElection(BAD_ELECTION)
    if any(type(number) is not int or number < 0 for number in numbers) or not numbers[0]:
        raise BadElection(BAD_ELECTION)
    stood = tuple(by_id[name] for name in names)
    seating, silent = stood[0].rule.election, stood[0].silent
    alike = all((one.rule, one.silent) == (stood[0].rule, silent) for one in stood)
    if seating is None or not alike or silent == "follow_majority":
        raise BadElection(BAD_ELECTION)
    return Election(
        said_from(entry["title"]), Terms(numbers[0], seating, numbers[1], numbers[2]), stood, frozenset(withdrawn)
    )


def published(election: Election, told: Sequence[Mapping[str, Any]], votes: Mapping[str, Weight]) -> dict[str, Any]:
    """What is published: from the exact votes, also of those whose figures the gate keeps back; then no order is told."""
    verdicts = _verdicts(told)
    exact = all(one["mode"] == FULL for one in told if one["question"] in election.names)
    found = elect(_candidates(election, verdicts, votes), election.terms)
    return _plain(found) if exact else _unranked(found, list(election.names))


def _candidates(election: Election, verdicts: Mapping[str, str], votes: Mapping[str, Weight]) -> list[Candidate]:
    return [Candidate(name, verdicts[name], votes[name], name in election.withdrawn) for name in election.names]


def _verdicts(told: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    return {one["question"]: str(one["result"]["verdict"] if one["mode"] == FULL else one["verdict"]) for one in told}


def _plain(found: Elected) -> dict[str, Any]:
    lists = {name: list(getattr(found, name)) for name in LISTS}
    ranked = [list(group) for group in found.ranked]
    return {"mode": FULL, "verdict": found.verdict, "ranked": ranked, "left": found.left, **lists}


def _unranked(found: Elected, order: Sequence[str]) -> dict[str, Any]:
    lists = {name: [one for one in order if one in getattr(found, name)] for name in LISTS}
    return {"mode": ROUNDED, "verdict": found.verdict, "left": found.left, **lists}


# -- the check


@dataclass(frozen=True, slots=True)
class Between:
    """The votes for a candidate: exact, or between what and what they lie."""

    heads: Span
    area: Span

    @property
    def exact(self) -> Weight:
        return Weight(self.heads.least, self.area.least)


def recount_election(
    election: Election, told: Mapping[str, Any], results: Sequence[Mapping[str, Any]], voted: Weight
) -> bool:
    """Whether it could be worked out anew (else it was held against the bands); `BadElection` if it does not hold."""
    mine = [one for one in results if one["question"] in election.names]
    votes = {one["question"]: _votes(one, voted) for one in mine}
    for measure in ("heads", "area"):
        least = sum(getattr(one, measure).least for one in votes.values())
        if least > election.terms.seats * getattr(voted, measure):
            raise BadElection(TOO_MANY_VOTES)
    verdicts = _verdicts(mine)
    if all(one["mode"] == FULL for one in mine):
        exact = {name: one.exact for name, one in votes.items()}
        holds = canonical(_plain(elect(_candidates(election, verdicts, exact), election.terms))) == canonical(told)
    else:
        holds = told.keys() == {"mode", "verdict", "left", *LISTS} and _Claim(election, told, verdicts, votes).holds
    if not holds:
        raise BadElection(NOT_ELECTED)
    return all(one["mode"] == FULL for one in mine)


def _votes(told: Mapping[str, Any], voted: Weight) -> Between:
    if told["mode"] == FULL:
        exact = told["result"]["strict"]["tally"][YES]
        return Between(Span(exact["heads"], exact["heads"]), Span(exact["area"], exact["area"]))
    share, number = told["shares"][YES], told["bands"]
    return Between(span(share["heads"], voted.heads, number), span(share["area"], voted.area, number))


@dataclass(frozen=True, slots=True)
class _Claim:
    """Who is said to be elected where not all figures are public."""

    election: Election
    told: Mapping[str, Any]
    verdicts: Mapping[str, str]
    votes: Mapping[str, Between]

    @property
    def holds(self) -> bool:
        told, terms = self.told, self.election.terms
        if (
            told["mode"] != ROUNDED
            or type(told["left"]) is not int
            or not all(self._in_order(told[name]) for name in LISTS)
        ):
            return False
        if is_without_quorum(_candidates(self.election, self.verdicts, dict.fromkeys(self.election.names, Weight()))):
            return (
                told["verdict"] == NO_QUORUM and told["left"] == terms.seats and not any(told[name] for name in LISTS)
            )
        count = len(told["elected"])
        if told["left"] != terms.seats - count or told["left"] < 0 or told["verdict"] != terms.verdict(count):
            return False
        return self._filled() if told["left"] == 0 else self._unfilled()

    def _in_order(self, names: Sequence[str]) -> bool:
        return names == [name for name in self.election.names if name in names and name not in self.election.withdrawn]

    def _filled(self) -> bool:
        """Each one elected may be ahead of each other one who passed; and so each reserve of those behind it."""
        elected, reserves, others = self._sets()
        if self.told["tied"] or self.told["following"] or len(reserves) > self.election.terms.reserves:
            return False
        return self._may_lead(elected, reserves | others) and self._may_lead(reserves, others)

    def _unfilled(self) -> bool:
        elected, reserves, others = self._sets()
        tied = set(self.told["tied"])
        if reserves or (tied and len(tied) <= self.told["left"]) or (not tied and others):
            return False
        if not self._may_lead(elected, tied) or not self._may_lead(tied, others):
            return False
        return self._may_follow(tied)

    def _may_follow(self, tied: set[str]) -> bool:
        following = set(self.told["following"])
        if tied:
            return following == tied
        standing = set(self.election.names) - self.election.withdrawn - set(self.told["elected"])
        enough = min(len(standing), self.told["left"] + self.election.terms.seating.more)
        if not following <= standing or len(following) < enough:
            return False
        return self._may_lead(following, standing - following)

    def _sets(self) -> tuple[set[str], set[str], set[str]]:
        """Elected, reserves, and whoever else passed and is not tied; no set may hold somebody who did not pass."""
        elected, reserves, tied = (set(self.told[name]) for name in ("elected", "reserves", "tied"))
        passed = {name for name, verdict in self.verdicts.items() if verdict == PASSED} - self.election.withdrawn
        if not elected | reserves | tied <= passed or len(elected) + len(reserves) + len(tied) != len(
            elected | reserves | tied
        ):
            raise BadElection(NOT_ELECTED)
        return elected, reserves, passed - elected - reserves - tied

    def _may_lead(self, ahead: set[str], behind: set[str]) -> bool:
        return all(self._leads(one, other) for one in ahead for other in behind)

    def _leads(self, one: str, other: str) -> bool:
        for measure in self.election.terms.seating.order:
            mine, others = getattr(self.votes[one], measure), getattr(self.votes[other], measure)
            if mine.most != others.least:
                return bool(mine.most > others.least)
        return False
