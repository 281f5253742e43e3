"""What is published of one question: shuffled tokens with the figures; or, behind the privacy gate, verdict and rounded shares.

Lists are sorted by token. Tokens are as good as random, so the order tells nothing, and one that stands there twice is seen at
once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from operator import itemgetter
from typing import Any

from linli.ballots.casting import BLANK, OPTIONS, Ballot, Keyed, coin_count
from linli.ballots.explaining import figures
from linli.ballots.gate import Gate, gate
from linli.ballots.rounding import band, bands
from linli.counting.rules import Rule
from linli.counting.tally import ABSTAIN, NO, YES, Result, Subject, Tally, Weight, judge, total
from linli.lib.text import Said
from linli.record.chain import commitment

FULL, ROUNDED = "full", "rounded"
HEX = re.compile(r"[0-9a-f]*")
TOKEN_SIGNS = 32
MOST_AMOUNT = 10**15
TOKEN_PART, MARK, AMOUNT_PART = itemgetter(slice(32)), itemgetter(slice(32, 33)), itemgetter(slice(33, None))

FORM = Said("问题“{question}”的票据格式不对。", "The tokens of “{question}” are malformed.")
UNSORTED = Said(
    "问题“{question}”的票据没有按顺序排列或有重复。", "The tokens of “{question}” are out of order or repeated."
)
REPEATED = Said("问题“{question}”有票据出现了两次。", "A token of “{question}” stands there twice.")
NOT_THE_SUM = Said(
    "问题“{question}”的票据合计与参加者在名册上的人数和面积不符。",
    "The tokens of “{question}” do not sum up to the heads and area of those who took part.",
)
COIN_NUMBER = Said("问题“{question}”的面积币枚数不对。", "The number of area coins of “{question}” is wrong.")
FIGURES = Said(
    "问题“{question}”公布的结果与重新计算的不符。", "The result of “{question}” is not what a recount gives."
)


class BadPublication(Exception):
    """What is published of a question does not hold; the sentence says where."""

    def __init__(self, sentence: Said) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a ballot. The kind of matter names the rule; `silent` is what the estate's rules chose."""

    id: str
    title: Said
    rule: Rule
    silent: str


@dataclass(frozen=True)
class Turnout:
    """Whose ballots count, who got one and did not return it, and by what area coins are cut."""

    subjects: Mapping[str, Subject]
    voters: Sequence[str]
    delivered: Sequence[str]
    coin_area: int

    def weight(self, tags: Iterable[str]) -> Weight:
        return total(self.subjects[tag] for tag in tags)

    @cached_property
    def voted(self) -> Weight:
        return self.weight(self.voters)

    @cached_property
    def coin_number(self) -> int:
        return sum(coin_count(self.subjects[tag].area, self.coin_area) for tag in self.voters)


@dataclass(slots=True)
class Tokens:
    """Under each option its head tokens and its area coins (`token:amount`)."""

    heads: dict[str, list[str]] = field(default_factory=lambda: {option: [] for option in OPTIONS})
    coins: dict[str, list[str]] = field(default_factory=lambda: {option: [] for option in OPTIONS})

    def add(self, ballot: Ballot, question: str, subject: Subject, coin_area: int) -> None:
        option, keyed = ballot.choices[question], Keyed(ballot.secret)
        self.heads[option] += keyed.tokens("head", question, subject.heads)
        number = coin_count(subject.area, coin_area)
        tokens, amounts = keyed.tokens("coin", question, number), keyed.cuts(question, subject.area, number)
        self.coins[option] += [f"{token}:{amount}" for token, amount in zip(tokens, amounts, strict=True)]

    @property
    def plain(self) -> dict[str, Any]:
        return {
            option: {"heads": sorted(self.heads[option]), "coins": sorted(self.coins[option])} for option in OPTIONS
        }


def publish(question: Question, ballots: Sequence[Ballot], turnout: Turnout, salt: bytes) -> dict[str, Any]:
    """The published part of a question. Behind a closed gate a salted commitment holds the exact figures fast."""
    options = {
        option: [turnout.subjects[ballot.subject] for ballot in ballots if ballot.choices[question.id] == option]
        for option in OPTIONS
    }
    result = result_of(question, {option: total(members) for option, members in options.items()}, turnout)
    if not gate_of(options, turnout.coin_area).is_open:
        return _rounded(question, options, result, turnout, salt)
    tokens = Tokens()
    for ballot in ballots:
        tokens.add(ballot, question.id, turnout.subjects[ballot.subject], turnout.coin_area)
    return {"question": question.id, "mode": FULL, "tokens": tokens.plain, "result": figures(result)}


def gate_of(options: Mapping[str, Sequence[Subject]], coin_area: int) -> Gate:
    return gate(
        {
            option: [(one.heads, one.area, coin_count(one.area, coin_area)) for one in members]
            for option, members in options.items()
        }
    )


def result_of(question: Question, weights: Mapping[str, Weight], turnout: Turnout) -> Result:
    """The verdict. Who returned a ballot and left this question empty is as silent as who returned none."""
    silent = turnout.weight(turnout.delivered) + weights[BLANK]
    due = total(turnout.subjects.values())
    tally = Tally(due, weights[YES], weights[NO], weights[ABSTAIN], silent)
    return judge(tally, question.rule, question.silent)


def _rounded(
    question: Question,
    options: Mapping[str, Sequence[Subject]],
    result: Result,
    turnout: Turnout,
    salt: bytes,
) -> dict[str, Any]:
    voted = turnout.voted
    number = bands(voted.heads)
    return {
        "question": question.id,
        "mode": ROUNDED,
        "verdict": result.outcome.verdict,
        "bands": number,
        "shares": {option: _share(total(members), voted, number) for option, members in options.items()},
        "exact": commitment(salt, figures(result)),
    }


def _share(weight: Weight, voted: Weight, number: int) -> dict[str, list[int]]:
    return {"heads": band(weight.heads, voted.heads, number), "area": band(weight.area, voted.area, number)}


def recount(question: Question, published: Mapping[str, Any], turnout: Turnout) -> Result:
    """Count a full publication anew from its tokens; `BadPublication` says what does not hold."""
    if published.keys() != {"question", "mode", "tokens", "result"} or published["tokens"].keys() != set(OPTIONS):
        raise BadPublication(FORM.filled(question=question.id))
    seen: set[str] = set()
    weights, coin_number, number = {}, 0, 0
    for option, lists in published["tokens"].items():
        weights[option] = _weight(question, lists, seen)
        number += len(lists["heads"]) + len(lists["coins"])
        coin_number += len(lists["coins"])
    if len(seen) != number:
        raise BadPublication(REPEATED.filled(question=question.id))
    if sum(weights.values(), Weight()) != turnout.voted:
        raise BadPublication(NOT_THE_SUM.filled(question=question.id))
    if coin_number != turnout.coin_number:
        raise BadPublication(COIN_NUMBER.filled(question=question.id))
    result = result_of(question, weights, turnout)
    if figures(result) != published["result"]:
        raise BadPublication(FIGURES.filled(question=question.id))
    return result


def _weight(question: Question, lists: Mapping[str, Sequence[str]], seen: set[str]) -> Weight:
    """The sum of an option's tokens; each of them is added to those seen."""
    if lists.keys() != {"heads", "coins"}:
        raise BadPublication(FORM.filled(question=question.id))
    heads, pieces = lists["heads"], lists["coins"]
    tokens, amounts = list(map(TOKEN_PART, pieces)), _amounts(map(AMOUNT_PART, pieces))
    if amounts is None or not set(map(MARK, pieces)) <= {":"} or not (_are_tokens(heads) and _are_tokens(tokens)):
        raise BadPublication(FORM.filled(question=question.id))
    if not (_ascends(heads) and _ascends(tokens)):
        raise BadPublication(UNSORTED.filled(question=question.id))
    seen.update(heads)
    seen.update(tokens)
    return Weight(len(heads), sum(amounts))


def _are_tokens(texts: Sequence[str]) -> bool:
    """All of them 32 hexadecimal signs: looked at together, since there are millions."""
    return set(map(len, texts)) <= {TOKEN_SIGNS} and HEX.fullmatch("".join(texts)) is not None


def _amounts(texts: Iterable[str]) -> list[int] | None:
    """Whole numbers from 1, each written in the one way; nothing where one of them is none."""
    written = list(texts)
    try:
        amounts = list(map(int, written))
    except ValueError:
        return None
    sound = list(map(str, amounts)) == written and min(amounts, default=1) >= 1
    return amounts if sound and max(amounts, default=1) < MOST_AMOUNT else None


def _ascends(tokens: Sequence[str]) -> bool:
    return all(map(str.__lt__, tokens, tokens[1:]))
