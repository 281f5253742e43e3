"""Paper ballots: read by two scrutineers who do not see each other's reading; where they differ, a third decides.

A signed paper ballot overrides what was cast by phone and locks the slot; an invalid one is kept with its reason, uncounted.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from linli.ballots.actions.recording import held, note
from linli.ballots.actions.voting import NOT_OPEN, PAPER, PAPER_STANDS, Vote, counted_of, put
from linli.ballots.casting import BLANK, OPTIONS, SECRET_BYTES
from linli.ballots.casting import Ballot as Marked
from linli.ballots.elections.marking import on_paper, seats_by_question, seats_exceeded
from linli.ballots.log import REASONS
from linli.ballots.models import Ballot, PaperReading, Slot, VoteCast
from linli.ballots.policies import require_scrutineer
from linli.ballots.sealed_choices import seal, unseal
from linli.lib import clock
from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.people.reader import Reader
from linli.record.chain import canonical
from linli.record.owners import Deed

ON_PAPER = tuple(reason for reason in REASONS if reason != "disputed")
NEEDED, OVER = 2, "over_marked"
CLOSED = Said("计票已经结束，不能再收票。", "The count is over; no more ballots are taken in.")
NO_SHEET = Said("没有这张表决票。请核对票上的编号。", "There is no such ballot paper; please check the number on it.")
READ_IT = Said(
    "请登记每一项的选择；没有填的选“未填”。无效的请选择原因。",
    "Enter the choice for each question, “left empty” where none was marked, or the reason why the paper is invalid.",
)
READ_ALREADY = Said(
    "您已经登记过这张票。要由另一位监票人独立再登记一次。",
    "You have read this paper already; another scrutineer must read it too.",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """What is on the paper. `invalid` names the reason, one of `ON_PAPER`; choices are then left aside."""

    choices: Mapping[str, str]
    invalid: str = ""


@dataclass(frozen=True, slots=True)
class TakenIn:
    """`state`: `first` (another must read it), `differs` (a third must), `counted`, `invalid`."""

    state: str
    cast: VoteCast | None = None


@transaction.atomic
def read_paper(ballot: Ballot, nonce: str, reading: Reading, *, actor: Reader) -> TakenIn:
    require_scrutineer(actor, ballot)
    row = held(ballot)
    _require_counting(row)
    slot = Slot.objects.select_for_update().filter(ballot=row, nonce=nonce.strip().lower()).first()
    if slot is None:
        raise Refused(NO_SHEET)
    if slot.paper_at is not None:
        raise Conflict(PAPER_STANDS)
    readings = list(slot.readings.order_by("at", "pk"))
    if any(one.by_id == actor.person_id for one in readings):
        raise Conflict(READ_ALREADY)
    plain = _plain(row, reading)
    PaperReading.objects.create(slot=slot, by=_person(actor), cipher=seal(plain), at=clock.now())
    note(row, Deed("paper_read", {"subject": slot.tag, "number": len(readings) + 1}), actor=actor)
    return _settle(row, slot, [*(unseal(one.cipher) for one in readings), plain])


def _person(actor: Reader) -> Any:
    return actor.person


def _require_counting(ballot: Ballot) -> None:
    """From the opening to the formal close: paper that was handed in on time may be read after the hour."""
    if ballot.opened_at is None:
        raise Refused(NOT_OPEN)
    if ballot.closed_at is not None:
        raise Conflict(CLOSED)


def _plain(ballot: Ballot, reading: Reading) -> dict[str, Any]:
    if reading.invalid:
        if reading.invalid not in ON_PAPER:
            raise Refused(READ_IT)
        return {"invalid": reading.invalid}
    seats = seats_by_question(ballot)
    choices = {key: reading.choices.get(key, "") for key in seats}
    if any(choice not in OPTIONS for choice in choices.values()) or set(choices.values()) == {BLANK}:
        raise Refused(READ_IT)
    counting = on_paper(
        choices, seats
    )  # why an election is void stays in the sealed reading: it tells how a home marked
    if not seats_exceeded(choices, seats):
        return {"choices": counting}
    return {"invalid": OVER} if set(counting.values()) == {BLANK} else {"choices": counting, "void": OVER}


def _settle(ballot: Ballot, slot: Slot, readings: Sequence[Mapping[str, Any]]) -> TakenIn:
    """The reading that two people share stands."""
    if len(readings) < NEEDED:
        return TakenIn("first")
    alike = Counter(canonical(dict(one)) for one in readings)
    wanted, number = alike.most_common(1)[0]
    if number < NEEDED:
        return TakenIn("differs")
    agreed = next(one for one in readings if canonical(dict(one)) == wanted)
    if "invalid" in agreed:
        slot.paper_at, slot.version = clock.now(), slot.version + 1
        slot.save(update_fields=["paper_at", "version"])
        note(ballot, Deed("paper_invalid", {"subject": slot.tag, "reason": agreed["invalid"]}))
        return TakenIn("invalid")
    marked = Marked(slot.tag, agreed["choices"], secrets.token_bytes(SECRET_BYTES))
    vote = Vote({}, channel=PAPER)
    return TakenIn("counted", put(ballot, slot, marked, vote, by=None, replaced=counted_of(slot)))
