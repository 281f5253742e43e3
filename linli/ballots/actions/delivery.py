"""Ballots brought to the door: who got one, how, and who has not voted yet. Never what anybody chose.

What was marked without a network comes later, with the key that the device gave it: sent twice it is one mark.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db import transaction

from linli.ballots.actions.recording import held, note
from linli.ballots.models import Ballot, Slot
from linli.ballots.policies import FOR_THE_TEAM, team_post
from linli.lib import clock
from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.matters.policies import SIGN_IN_FIRST
from linli.people.models import Post
from linli.people.reader import Reader
from linli.record.chain import stamp
from linli.record.owners import Deed, done_before

WAYS: Mapping[str, Said] = MappingProxyType(
    {
        "hand": Said("当面送达", "Handed over"),
        "post": Said("邮寄送达", "Sent by registered post"),
        "notice": Said("公告送达", "By public notice"),
    }
)
CALLS: Mapping[str, Said] = MappingProxyType(
    {
        "away": Said("家里没人", "Not at home"),
        "refused": Said("拒绝接收", "Would not take it"),
    }
)
NO_WAY = Said("请选择怎么送达的。", "Please say how it was delivered.")
NOT_HERE = Said("名单上没有这一户，或者不在您负责的范围。", "This home is not on your list.")


@dataclass(frozen=True, slots=True)
class Mark:
    """What came of a visit: one of `WAYS` or `CALLS`. `made_at`: by the device's clock, where it was kept there for a while."""

    how: str
    key: uuid.UUID | None = None
    made_at: datetime | None = None


@transaction.atomic
def deliver(ballot: Ballot, tag: str, how: str, *, actor: Reader) -> None:
    """Mark that a home got its ballot. What the silent are counted as rests on this, so it is recorded with who says so."""
    mark(ballot, tag, Mark(how), actor=actor)


@transaction.atomic
def mark(ballot: Ballot, tag: str, given: Mark, *, actor: Reader) -> None:
    """Where a ballot was delivered already, a visit changes nothing; who was away or refused it may get it the next time.

    The hour counts at which the mark arrives, never the one that a device tells: after the close nobody was given a ballot.
    """
    row = held(ballot)
    post = team_post(actor, row)
    if post is None:
        raise NotYours(FOR_THE_TEAM if actor.person else SIGN_IN_FIRST)
    if given.how not in WAYS and given.how not in CALLS:
        raise Refused(NO_WAY)
    slot = Slot.objects.select_for_update(of=("self",)).select_related("place").filter(ballot=row, tag=tag).first()
    if slot is None or not _covers(post, slot):
        raise Refused(NOT_HERE)
    if slot.delivered_at is not None or done_before(row, given.key):
        return
    _write(slot, given.how)
    verb = "delivered" if given.how in WAYS else "called"
    body = {"subject": slot.tag, "how": given.how, **({"made_at": stamp(given.made_at)} if given.made_at else {})}
    note(row, Deed(verb, body, key=given.key), actor=actor)


def _covers(post: Post, slot: Slot) -> bool:
    return slot.place is None or post.place.path in slot.place.line


def _write(slot: Slot, how: str) -> None:
    if how in WAYS:
        slot.delivered_at, slot.delivered_how = clock.now(), how
    else:
        slot.called_at, slot.called_how = clock.now(), how
    slot.save(update_fields=["delivered_at", "delivered_how", "called_at", "called_how"])
