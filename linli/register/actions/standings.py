"""Entering somebody into one of the electorates, and ending that. Nothing here follows from anything else."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from linli.lib import clock
from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.people.models import Person
from linli.people.reader import Reader
from linli.places.models import Place
from linli.record.actions import Secret
from linli.register.actions.households import NO_PROOF
from linli.register.actions.opening import read_reason
from linli.register.actions.people import person_known_as
from linli.register.actions.recording import note
from linli.register.kinds import ELECTORATES, PARTY, PROOFS, REPRESENTATIVES
from linli.register.models import Standing
from linli.register.policies import NOT_THE_STANDING, may_enter_standing, may_list_standing

BY_HAND = tuple(proof for proof in PROOFS if proof != "register")  # the register says who owns, not who belongs
LEVELS = {
    "resident": ("room",),
    "villager": ("community", "room"),
    REPRESENTATIVES: ("grid", "community"),  # by whose people they were elected
    "collective_member": ("community",),
    PARTY: ("grid",),
}
WRONG_PLACE = Said("这个身份不能登记在“{place}”。", "This standing cannot be entered at “{place}”.")


@transaction.atomic
def enter_standing(
    person: Person, electorate: str, place: Place, *, actor: Reader, how: str = "", reason: str = ""
) -> Standing:
    if not may_enter_standing(actor, electorate, place):
        raise NotYours(NOT_THE_STANDING)
    day = clock.local_day(clock.now())
    standing, new = Standing.objects.get_or_create(
        person=person, electorate=electorate, place=place, until=None, defaults={"since": day, "verified_how": how}
    )
    if new:
        _note(standing, "standing_entered", actor, reason)
    return standing


@transaction.atomic
def add_standing(
    electorate: str, place: Place, *, name: str, phone: str, how: str, reason: str, actor: Reader
) -> Standing:
    """As an office enters it: who it is by name and phone, how that was verified, and why."""
    if electorate not in ELECTORATES or not may_enter_standing(actor, electorate, place):
        raise NotYours(NOT_THE_STANDING)
    if place.level not in LEVELS[electorate]:
        raise Refused(WRONG_PLACE.filled(place=Said(place.name, place.in_("en"))))
    if how not in BY_HAND:
        raise Refused(NO_PROOF)
    reason = read_reason(reason)
    return enter_standing(person_known_as(name, phone), electorate, place, actor=actor, how=how, reason=reason)


@transaction.atomic
def end_standing(standing: Standing, *, actor: Reader, reason: str = "") -> None:
    if not may_enter_standing(actor, standing.electorate, standing.place):
        raise NotYours(NOT_THE_STANDING)
    day = clock.local_day(clock.now())
    if Standing.objects.filter(pk=standing.pk, until__isnull=True).update(until=day):
        _note(standing, "standing_ended", actor, reason)


@transaction.atomic
def open_standings(electorate: str, places: Sequence[Place], *, reason: str, actor: Reader) -> None:
    """Look at full names: that somebody did, and why, stands in the record of each place whose list it is."""
    if not places or not all(may_list_standing(actor, electorate, place) for place in places):
        raise NotYours(NOT_THE_STANDING)
    reason = read_reason(reason)
    for place in places:
        secret = Secret(reason, about=actor.person_id)
        note(place, "opened", actor=actor.person_id, body={"fields": ["standings"]}, secrets={"reason": secret})


def _note(standing: Standing, verb: str, actor: Reader, reason: str) -> None:
    """Who joined the party is in no event: there only the entry itself is named, and why is encrypted."""
    party = standing.electorate == PARTY
    body = {} if party else {"electorate": standing.electorate}
    secrets = {"reason": Secret(reason, about=standing.person_id, sensitive=party)} if reason else {}
    note(standing.place, verb, actor=actor.person_id, body={"standing": str(standing.pk), **body}, secrets=secrets)
