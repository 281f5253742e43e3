"""Looking at who owns a room and who lives there: for a reason, which stands in the record from then on."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.people.actions import phone_of
from linli.people.reader import Reader
from linli.places.models import Place
from linli.record.actions import Secret
from linli.register.actions.recording import note
from linli.register.models import Owner
from linli.register.policies import NOT_THE_REGISTER, may_read, may_see_phones

MOST = 500
NO_REASON = Said("请写明查看的原因，至少 2 个字。", "Say why you need to see this, in two characters at least.")
LONG_REASON = Said("原因请控制在 {most} 字以内。", "Keep the reason within {most} characters.")


@dataclass(frozen=True, slots=True)
class OpenedOwner:
    """`phone` is empty for whoever may not see it, and where none is known."""

    name: str
    phone: str


@transaction.atomic
def open_owners(room: Place, *, reason: str, actor: Reader) -> list[OpenedOwner]:
    if not may_read(actor, room):
        raise NotYours(NOT_THE_REGISTER)
    reason = read_reason(reason)
    phones = may_see_phones(actor, room)
    owners = Owner.objects.filter(owner_set__holdings__room=room, owner_set__holdings__valid_to__isnull=True)
    found = [
        OpenedOwner(owner.person.name, phone_of(owner.person) if phones else "")
        for owner in owners.select_related("person").order_by("order")
    ]
    fields = ["owners", "members", *(["phones"] if phones else [])]
    secret = Secret(reason, about=actor.person_id)
    note(room, "opened", actor=actor.person_id, body={"fields": fields}, secrets={"reason": secret})
    return found


def read_reason(reason: str) -> str:
    reason = reason.strip()
    if len(reason) < 2:
        raise Refused(NO_REASON)
    if len(reason) > MOST:
        raise Refused(LONG_REASON.filled(most=MOST))
    return reason
