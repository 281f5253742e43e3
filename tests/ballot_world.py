"""A vote from the roll to the published bundle, without a database: fixed people, fixed secrets, a fixed key.

vote = hold(areas=[8935, 12050, …], choices=["yes", "no", …]); vote.bundle; vote.receipt(0)
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from linli.ballots import log
from linli.ballots.bundle import Audit, Closed, checkpoint, make, question_plain
from linli.ballots.casting import Ballot, usual_area
from linli.ballots.elections.publication import entry_plain
from linli.ballots.publication import Question
from linli.ballots.receipts import Receipt
from linli.ballots.roll import Row, roll_of
from linli.counting.elections import Terms
from linli.counting.rules import shipped
from linli.lib.notes import Signer
from linli.lib.text import Said
from linli.record.chain import commitment

SIGNER = Signer("linli.example/log", bytes(range(32)))
BALLOT = "b-2026-11"
PARKING = Question("q1", Said("绿地改车位", "Green belt to parking"), shipped()["cn-civil-278-8"], "not_counted")
FUND = Question("q2", Said("用维修资金修屋面", "Fund for the roof"), shipped()["cn-civil-278-5"], "not_counted")

COMMITTEE = Said("第三届业主委员会", "Third owners’ committee")


def candidates(number: int, rule: str = "cn-civil-278-3") -> list[Question]:
    """A, B, C and so on, each with a question."""
    names = [(f"q{place + 1}", chr(ord("A") + place)) for place in range(number)]
    return [
        Question(key, Said(f"候选人{name}", f"Candidate {name}"), shipped()[rule], "not_counted") for key, name in names
    ]


def secret_of(number: int) -> bytes:
    return hashlib.sha256(f"secret {number}".encode()).digest()


def tag_of(number: int) -> str:
    return hashlib.sha256(f"tag {number}".encode()).hexdigest()[:16]


def salt_of(number: int) -> bytes:
    return hashlib.sha256(f"salt {number}".encode()).digest()[:16]


@dataclass
class Vote:
    """One who voted has a choice for each question, a silent one an empty list, one who got no ballot None."""

    closed: Closed
    ballots: dict[int, Ballot]
    indexes: dict[int, int] = field(default_factory=dict)
    signer: Signer = SIGNER

    @property
    def bundle(self) -> bytes:
        return make(self.closed, self.signer)

    def receipt(self, number: int) -> Receipt:
        subject = self.closed.roll.subjects[tag_of(number)]
        return Receipt(
            self.closed.id, self.ballots[number], subject.heads, subject.area, self.indexes[number],
            f"owner {number}", salt_of(number),
        )  # fmt: skip


def row(number: int, area: int, heads: int = 1) -> Row:
    return Row(tag_of(number), heads, area, commitment(salt_of(number), f"owner {number}"))


def hold(
    areas: Sequence[int],
    choices: Sequence[Sequence[str] | None],
    questions: Sequence[Question] = (PARKING,),
    heads: Sequence[int] = (),
    audit: Audit | None = None,
    recast: Sequence[int] = (),
    set_aside: Sequence[int] = (),
    terms: Terms | None = None,
    withdrawn: Sequence[str] = (),
    second_of: str = "",
) -> Vote:
    """`recast`: whose first ballot said no to everything; `set_aside`: whose ballot was found unsigned.

    `terms`: the questions are candidates for these seats. `second_of`: the ballot that this one is the second call of.
    """
    heads = heads or [1] * len(areas)
    roll = roll_of(BALLOT, [row(number, area, heads[number]) for number, area in enumerate(areas)])
    told = [question_plain(question) for question in questions]
    coin_area, key = usual_area(roll.subjects), SIGNER.verifier.text
    entries = [log.notice(BALLOT, told, roll.notice, coin_area=coin_area, key=key)]
    entries += [log.second(second_of, "cd" * 32)] if second_of else []
    entries += [entry_plain(COMMITTEE, terms, [one.id for one in questions])] if terms else []
    entries += [*(log.withdrawn(name) for name in withdrawn), {"what": "open"}]
    opening = checkpoint(BALLOT, entries, SIGNER)
    ballots, indexes = {}, {}
    for number, chosen in enumerate(choices):
        if not chosen:
            continue
        before = None
        if number in recast:
            first = Ballot(tag_of(number), {one.id: "no" for one in questions}, secret_of(-1 - number))
            before = len(entries)
            entries.append(log.cast(first.subject, first.commitment(BALLOT), "online"))
        said = {question.id: choice for question, choice in zip(questions, chosen, strict=True)}
        ballots[number] = Ballot(tag_of(number), said, secret_of(number))
        indexes[number] = len(entries)
        entries.append(log.cast(tag_of(number), ballots[number].commitment(BALLOT), "online", before))
    for number in set_aside:
        entries.append({"what": "invalid", "cast": indexes[number], "reason": "unsigned"})
        del ballots[number]
    delivered = [tag_of(number) for number, chosen in enumerate(choices) if chosen is not None and not chosen]
    entries.append(log.close(len(ballots), delivered))
    closing = checkpoint(BALLOT, entries, SIGNER)
    closed = Closed(
        BALLOT, Said("业主大会表决", "Vote of the owners’ assembly"), questions, roll, entries, opening, closing,
        list(ballots.values()), delivered, [salt_of(-1 - number) for number in range(len(questions))], audit,
    )  # fmt: skip
    return Vote(closed, ballots, indexes)
