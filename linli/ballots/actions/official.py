"""What an official e-voting system collected: its ballots taken in as casts, or, where it tells only sums, a recorded result.

Between phone and official system the later ballot counts; paper that two scrutineers took in stands before both. All or nothing:
whoever calls has a file without a bad row.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from linli.ballots import log
from linli.ballots.actions.preparing import questions_of
from linli.ballots.actions.recording import NOBODY, checkpoint_of, enter, held, note, state_of
from linli.ballots.actions.voting import PLATFORM, Vote, put
from linli.ballots.casting import SECRET_BYTES
from linli.ballots.casting import Ballot as Marked
from linli.ballots.elections.actions import keep_elected_by_sums
from linli.ballots.models import Ballot, PlatformImport, Slot, VoteCast
from linli.ballots.official.reading import OfficialVote
from linli.ballots.official.recorded import recorded
from linli.ballots.sealed_choices import seal, unseal_cast
from linli.counting.tally import CHOICES, Tally
from linli.lib import clock
from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.lib.times import dated_said
from linli.people.reader import Reader
from linli.record.chain import new_salt
from linli.record.owners import Deed

NOT_NAMED = Said(
    "公告里没有写明官方电子投票系统，不能导入。官方系统要在公告前填写。",
    "The notice names no official e-voting system, so nothing can be imported. It is entered before the announcement.",
)
ANOTHER = Said(
    "公告写的是“{wanted}”，映射写的是“{given}”，不是同一个系统。",
    "The notice names “{wanted}”, the mapping “{given}”: not the same system.",
)
NOT_OPEN = Said("表决还没有开始，不能导入。", "The ballot is not open yet, so nothing can be imported.")
CLOSED = Said("计票已经结束，不能再导入。", "The count is over; nothing more can be imported.")
NOT_OVER = Said(
    "合计要等表决截止后才能登记，这次表决 {at} 截止。",
    "Sums can be recorded only after the close, which is {at}.",
)
CAST_HERE = Said(
    "本站已经收了 {n} 张票，只有合计就无法分清哪些票重复。请导入逐户的结果。",
    "{n} ballots were cast here, and sums alone cannot tell which count twice. Import the result home by home.",
)


@dataclass
class Sorted:
    """What would become of each ballot of a file."""

    fresh: list[tuple[Slot, OfficialVote, VoteCast | None]] = field(default_factory=list)
    same: int = 0
    behind: int = 0
    delivered: list[Slot] = field(default_factory=list)


def require_named(ballot: Ballot, system: str) -> None:
    if not ballot.platform:
        raise Refused(NOT_NAMED)
    if ballot.platform != system:
        raise Refused(ANOTHER.filled(wanted=ballot.platform, given=system))


def require_counting(ballot: Ballot) -> None:
    if ballot.opened_at is None:
        raise Refused(NOT_OPEN)
    if ballot.closed_at is not None:
        raise Conflict(CLOSED)


def is_known(ballot: Ballot, digest: bytes) -> bool:
    return PlatformImport.objects.filter(ballot=ballot, digest=digest).exists()


def sort_out(ballot: Ballot, votes: Mapping[str, OfficialVote]) -> Sorted:
    """By the precedence of the notice; nothing is written."""
    found = Sorted()
    counted = {cast.slot_id: cast for cast in VoteCast.objects.filter(slot__ballot=ballot, counted=True)}
    for slot in Slot.objects.filter(ballot=ballot, tag__in=list(votes)).order_by("tag"):
        vote, before = votes[slot.tag], counted.get(slot.pk)
        if slot.delivered_at is None and vote.delivered:
            found.delivered.append(slot)
        if not vote.choices:
            continue
        if slot.paper_at is not None or _later(before, vote):
            found.behind += 1
        elif before and before.channel == PLATFORM and dict(unseal_cast(before, slot.tag).choices) == vote.choices:
            found.same += 1
        else:
            found.fresh.append((slot, vote, before))
    return found


def _later(before: VoteCast | None, vote: OfficialVote) -> bool:
    """Whether what was cast here came after it. Where the file tells no times, the official system stands."""
    return before is not None and before.channel != PLATFORM and vote.at is not None and before.at > vote.at


@transaction.atomic
def take_votes(ballot: Ballot, votes: Mapping[str, OfficialVote], digest: bytes, *, actor: Reader = NOBODY) -> Sorted:
    """Enter the ballots of a file, bound by its digest. The same file again changes nothing."""
    row = held(ballot)
    require_counting(row)
    if is_known(row, digest):
        return Sorted()
    list(Slot.objects.select_for_update().filter(ballot=row).values_list("pk"))
    found = sort_out(row, votes)
    entered = len(found.fresh)
    enter(row, log.imported(digest.hex(), entered, found.behind))
    kept = {
        tag: {"choices": dict(one.choices), "at": one.at.isoformat() if one.at else ""} for tag, one in votes.items()
    }
    _keep(row, digest, entered=entered, behind=found.behind, totals=False, told=kept)
    note(row, Deed("platform", {"file": digest.hex(), "entered": entered, "behind": found.behind}), actor=actor)
    for slot in found.delivered:
        slot.delivered_at, slot.delivered_how = clock.now(), PLATFORM
    Slot.objects.bulk_update(found.delivered, ["delivered_at", "delivered_how"], batch_size=1000)
    for slot, vote, before in found.fresh:
        marked = Marked(slot.tag, vote.choices, secrets.token_bytes(SECRET_BYTES))
        put(row, slot, marked, Vote({}, channel=PLATFORM), by=None, replaced=before)
    return found


def _keep(ballot: Ballot, digest: bytes, *, entered: int, behind: int, totals: bool, told: Mapping[str, Any]) -> None:
    PlatformImport.objects.create(
        ballot=ballot, digest=digest, entered=entered, behind=behind, totals=totals, cipher=seal(told), at=clock.now()
    )


# -- where only sums are told


def require_totals(ballot: Ballot) -> None:
    require_counting(ballot)
    if ballot.closes_at is None or clock.now() < ballot.closes_at:
        raise Refused(NOT_OVER.filled(at=dated_said(ballot.closes_at) if ballot.closes_at else "—"))
    cast = VoteCast.objects.filter(slot__ballot=ballot).count()
    if cast:
        raise Refused(CAST_HERE.filled(n=cast))


@transaction.atomic
def take_totals(ballot: Ballot, totals: Mapping[str, Tally], digest: bytes, *, actor: Reader = NOBODY) -> None:
    """Record the sums and end the count. Nobody can recount them here, and page and certificate say so."""
    row = held(ballot)
    if is_known(row, digest):
        return
    require_totals(row)
    before = state_of(row)
    enter(row, log.imported(digest.hex(), 0, 0))
    enter(row, log.close(0, []))
    row.closed_at, row.closing = clock.now(), checkpoint_of(row)
    told = {question: recorded(question, totals[question.id], new_salt()) for question in questions_of(row)}
    for published, one in zip(told.values(), row.questions.order_by("number"), strict=True):
        one.published = published
        one.save(update_fields=["published"])
    keep_elected_by_sums(row, told, totals)
    _keep(row, digest, entered=0, behind=0, totals=True, told={key: _sums(one) for key, one in totals.items()})
    note(row, Deed("platform", {"file": digest.hex(), "totals": True}), actor=actor, before=before)


def _sums(tally: Tally) -> dict[str, list[int]]:
    return {name: [tally.of(name).heads, tally.of(name).area] for name in CHOICES}
