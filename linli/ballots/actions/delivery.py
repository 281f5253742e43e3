"""Ballots brought to the door: who got one, how, and who has not voted yet. Never what anybody chose."""

from __future__ import annotations

from types import MappingProxyType

from django.db import transaction

from linli.ballots.actions.recording import held, note
from linli.ballots.models import Ballot, Slot
from linli.ballots.policies import FOR_THE_TEAM, team_post
from linli.lib import clock
from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.matters.policies import SIGN_IN_FIRST
from linli.people.reader import Reader
from linli.record.owners import Deed

WAYS = MappingProxyType(
    {
        "hand": Said("当面送达", "Handed over"),
        "post": Said("邮寄送达", "Sent by registered post"),
        "notice": Said("公告送达", "By public notice"),
    }
)
NO_WAY = Said("请选择怎么送达的。", "Please say how it was delivered.")
NOT_HERE = Said("名单上没有这一户，或者不在您负责的范围。", "This home is not on your list.")


@transaction.atomic
def deliver(ballot: Ballot, tag: str, how: str, *, actor: Reader) -> None:
    """Mark that a home got its ballot. What the silent are counted as rests on this, so it is recorded with who says so."""
    row = held(ballot)
    post = team_post(actor, row)
    if post is None:
        raise NotYours(FOR_THE_TEAM if actor.person else SIGN_IN_FIRST)
    if how not in WAYS:
        raise Refused(NO_WAY)
    slot = Slot.objects.select_for_update(of=("self",)).select_related("place").filter(ballot=row, tag=tag).first()
    if slot is None or (slot.place and post.place.path not in slot.place.line and slot.place.path != post.place.path):
        raise Refused(NOT_HERE)
    if slot.delivered_at is not None:
        return
    slot.delivered_at, slot.delivered_how = clock.now(), how
    slot.save(update_fields=["delivered_at", "delivered_how"])
    note(row, Deed("delivered", {"subject": slot.tag, "how": how}), actor=actor)
