"""Casting: by phone, on site, by proxy. One ballot counts for a slot; the last one until the close, and paper above all."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from linli.ballots import log
from linli.ballots.actions.recording import enter, held, note
from linli.ballots.actions.turnout import add_voted
from linli.ballots.casting import BLANK, OPTIONS, SECRET_BYTES
from linli.ballots.casting import Ballot as Marked
from linli.ballots.elections.marking import seats_by_question, seats_exceeded
from linli.ballots.models import Ballot, Proxy, Slot, VoteCast
from linli.ballots.policies import require_slot
from linli.ballots.receipts import Receipt
from linli.ballots.sealed_choices import seal_cast, unseal_cast
from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.lib.text import Said
from linli.lib.times import full_said
from linli.people.models import Person
from linli.people.reader import Reader
from linli.record.owners import Deed

ONLINE, ON_SITE, PAPER, PLATFORM = log.CHANNELS
NOT_OPEN = Said("表决还没有开始。", "The ballot is not open yet.")
OVER = Said("表决已于 {at} 截止，不能再投。", "The ballot closed at {at}; nothing more can be cast.")
PAPER_STANDS = Said(
    "这一户的纸质票已经收下，以纸质票为准，不能再改。如果不是您交的，请马上联系监票人。",
    "A paper ballot of this home was taken in and stands. If it was not yours, please tell the scrutineers at once.",
)
CHOOSE = Said("请对每一项选择同意、不同意或弃权。", "Please choose yes, no or abstain for each question.")
TOO_MANY = Said(
    "您同意了 {marked} 名候选人，应选只有 {seats} 名，最多同意 {seats} 名。请把多出的改为不同意或弃权。",
    "You are in favour of {marked} candidates, and there are {seats} seats: {seats} at the most. "
    "Please change some to no or abstain.",
)
BAD_SECRET = Said("请刷新页面，重新投票。", "Please reload the page and vote again.")
ELSEWHERE = Said(
    "按公告，这次电子投票在“{system}”进行，请到那里投票，或者交纸质票。",
    "By the notice, electronic votes of this ballot are cast in “{system}”: please vote there, or on paper.",
)
BY_PROXY = Said(
    "这一户已经书面委托他人投票。要自己投，请先到监票人处收回委托。",
    "Somebody else votes for this home by written authority. To vote yourself, take it back at the scrutineers first.",
)


@dataclass(frozen=True, slots=True)
class Vote:
    """As it was sent. `secret`: 32 bytes in hex from the voter's own device; empty where it can make none."""

    choices: Mapping[str, str]
    secret: str = ""
    key: uuid.UUID | None = None
    channel: str = ONLINE


@transaction.atomic
def cast(ballot: Ballot, tag: str, vote: Vote, *, actor: Reader) -> VoteCast:
    """Cast or cast anew. Sent twice with one key it is one ballot; of two at the same instant the later replaces the earlier."""
    row = held(ballot)
    slot = require_slot(actor, row, tag, lock=True)
    earlier = list(slot.casts.filter(Q(counted=True) | Q(key=vote.key) if vote.key else Q(counted=True)))
    again = next((one for one in earlier if vote.key and one.key == vote.key), None)
    if again is not None:
        return again
    require_open(row)
    if row.platform_only:
        raise Refused(ELSEWHERE.filled(system=row.platform))
    _require_free(slot, actor)
    marked = Marked(slot.tag, _choices(row, vote.choices), _secret(vote.secret))
    counted = next((one for one in earlier if one.counted), None)
    slot.disputed = _disagrees(slot, counted, marked, actor)
    return put(row, slot, marked, vote, by=actor.person, replaced=counted)


def require_open(ballot: Ballot) -> None:
    if ballot.opened_at is None or ballot.closes_at is None:
        raise Refused(NOT_OPEN)
    if ballot.closed_at is not None or clock.now() >= ballot.closes_at:
        raise Conflict(OVER.filled(at=full_said(ballot.closes_at)))


def _require_free(slot: Slot, actor: Reader) -> None:
    if slot.paper_at is not None:
        raise Conflict(PAPER_STANDS)
    agents = Proxy.objects.filter(slot=slot, ended_at__isnull=True).values_list("agent_id", flat=True)
    if any(agent != actor.person_id for agent in agents):
        raise NotYours(BY_PROXY)


def _choices(ballot: Ballot, given: Mapping[str, str]) -> dict[str, str]:
    seats = seats_by_question(ballot)
    found = {key: given.get(key, "") for key in seats}
    if any(choice not in OPTIONS or choice == BLANK for choice in found.values()):
        raise Refused(CHOOSE)
    exceeded = seats_exceeded(found, seats)
    if exceeded:
        raise Refused(TOO_MANY.filled(marked=exceeded[0], seats=exceeded[1]))
    return found


def _secret(given: str) -> bytes:
    if not given:
        return secrets.token_bytes(SECRET_BYTES)
    try:
        secret = bytes.fromhex(given)
    except ValueError:
        raise Refused(BAD_SECRET) from None
    if len(secret) != SECRET_BYTES:
        raise Refused(BAD_SECRET)
    return secret


def _disagrees(slot: Slot, counted: VoteCast | None, marked: Marked, actor: Reader) -> bool:
    """Whether a co-owner says otherwise than another one did before. Changing one's own mind is no dispute."""
    if counted is None:
        return False
    same = dict(unseal_cast(counted, slot.tag).choices) == dict(marked.choices)
    if counted.by_id == actor.person_id:
        others = slot.casts.exclude(by_id=actor.person_id).order_by("-index").first() if slot.disputed else None
        return others is not None and dict(unseal_cast(others, slot.tag).choices) != dict(marked.choices)
    return not same


def counted_of(slot: Slot) -> VoteCast | None:
    return slot.casts.filter(counted=True).first()


def put(
    ballot: Ballot, slot: Slot, marked: Marked, vote: Vote, *, by: Person | None, replaced: VoteCast | None
) -> VoteCast:
    """Enter a ballot that was let in, in place of the one that counted. The caller holds the rows of ballot and slot."""
    if replaced is not None:
        replaced.counted = False
        replaced.save(update_fields=["counted"])
    else:
        add_voted(ballot, slot)
    commitment = marked.commitment(str(ballot.pk))
    entry = log.cast(slot.tag, commitment, vote.channel, replaced.index if replaced else None)
    made = VoteCast.objects.create(
        slot=slot,
        channel=vote.channel,
        by=by,
        index=enter(ballot, entry),
        commitment=commitment,
        cipher=seal_cast(marked),
        key=vote.key,
        at=clock.now(),
    )
    slot.version += 1
    if vote.channel == PAPER:
        slot.paper_at, slot.disputed = made.at, False
    slot.delivered_at, slot.delivered_how = slot.delivered_at or made.at, slot.delivered_how or vote.channel
    slot.save(update_fields=["version", "paper_at", "disputed", "delivered_at", "delivered_how"])
    note(ballot, Deed("cast", {"index": made.index, "entry": entry}))
    return made


def receipt_of(cast: VoteCast) -> Receipt:
    """For whoever cast it. It shows the choice, so it is given once, to the voter alone."""
    slot = cast.slot
    marked = unseal_cast(cast, slot.tag)
    return Receipt(str(slot.ballot_id), marked, slot.heads, slot.area, cast.index, slot.identity, bytes(slot.salt))
