"""Asking to be verified: the register answers at once where it names the number, else the community or the grid worker does."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.lib.text import Said
from linli.lib.workcalendar import WorkCalendar
from linli.people.entrance.guard_actions import take
from linli.people.reader import Reader
from linli.places.models import Place
from linli.record.actions import Secret
from linli.register.actions.households import enter_member, owns
from linli.register.actions.opening import read_reason
from linli.register.actions.recording import note
from linli.register.kinds import CLAIMS, PROOFS
from linli.register.models import Claim, Member
from linli.register.policies import NOT_THE_CLAIMS, NOT_YOUR_OWN, may_answer
from linli.register.queries import is_verified

WORKING_DAYS = 3
BY_HAND = tuple(how for how in PROOFS if how != "register")
SIGN_IN_FIRST = Said("请先登录，再申请核实。", "Please sign in first, then ask to be verified.")
NO_HOW = Said("请选择您和这套房的关系。", "Say what the room is to you.")
ALREADY = Said(
    "您在这一户已经核实过了，不用再申请。", "You have been verified for this room already; there is nothing to ask for."
)
NO_PROOF = Said("请选择是怎样核实的。", "Say how this was verified.")
DECIDED = Said("这个申请已经有人处理了。", "Somebody has answered this request already.")


@transaction.atomic
def ask_to_be_verified(room: Place, *, how: str, actor: Reader) -> Claim | Member:
    """A member when the register names the number that the person signed in with; else a claim that waits."""
    person = actor.person
    if person is None:
        raise NotYours(SIGN_IN_FIRST)
    if how not in CLAIMS:
        raise Refused(NO_HOW)
    if is_verified(person, room):
        raise Refused(ALREADY)
    if owns(person, room):
        member = enter_member(room, person, "register", actor)
        _close(room, actor, "accepted")
        return member
    there = Claim.objects.filter(person=person, room=room, decided_at__isnull=True).first()
    if there is not None:
        return there
    take("claim", str(person.pk))
    now = clock.now()
    claim = Claim.objects.create(person=person, room=room, how=how, made_at=now, due_at=due(now))
    note(room, "claim_made", actor=person.pk, body={"claim": str(claim.pk), "how": how})
    return claim


def due(now: datetime) -> datetime:
    """The close of business on the third working day after it was sent."""
    calendar = WorkCalendar()
    return calendar.closing(calendar.working_day_after(clock.local_day(now), WORKING_DAYS)).astimezone(now.tzinfo)


def _close(room: Place, actor: Reader, verdict: str) -> None:
    Claim.objects.filter(person=actor.person, room=room, decided_at__isnull=True).update(
        decided_at=clock.now(), decided_by=actor.person, verdict=verdict
    )


@transaction.atomic
def accept_claim(claim: Claim, *, how: str, actor: Reader) -> Member:
    """Whoever saw it says how; the person is a resident from this moment on."""
    _may(claim, actor)
    if how not in BY_HAND:
        raise Refused(NO_PROOF)
    _decide(claim, "accepted", actor)
    member = enter_member(claim.room, claim.person, how, actor)
    note(claim.room, "claim_accepted", actor=actor.person_id, body={"claim": str(claim.pk), "how": how})
    return member


@transaction.atomic
def refuse_claim(claim: Claim, *, reason: str, actor: Reader) -> None:
    """The reason is told to the person, and sealed beside the event."""
    _may(claim, actor)
    secret = Secret(read_reason(reason), about=claim.person_id)
    _decide(claim, "refused", actor)
    note(
        claim.room, "claim_refused", actor=actor.person_id, body={"claim": str(claim.pk)}, secrets={"reason": secret}
    )  # fmt: skip


@transaction.atomic
def withdraw_claim(claim: Claim, *, actor: Reader) -> None:
    if actor.person_id != claim.person_id:
        raise NotYours(NOT_THE_CLAIMS)
    _decide(claim, "withdrawn", actor)
    note(claim.room, "claim_withdrawn", actor=actor.person_id, body={"claim": str(claim.pk)})


def _may(claim: Claim, actor: Reader) -> None:
    if not may_answer(actor, claim.room):
        raise NotYours(NOT_THE_CLAIMS)
    if actor.person_id == claim.person_id:
        raise NotYours(NOT_YOUR_OWN)


def _decide(claim: Claim, verdict: str, actor: Reader) -> None:
    """One answer: whoever comes second is told."""
    changed = Claim.objects.filter(pk=claim.pk, decided_at__isnull=True).update(
        decided_at=clock.now(), decided_by=actor.person, verdict=verdict
    )
    if not changed:
        raise Conflict(DECIDED)
