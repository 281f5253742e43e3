"""Entering somebody into one of the electorates, and ending that. Nothing here follows from anything else."""

from __future__ import annotations

from django.db import transaction

from linli.lib import clock
from linli.lib.refusals import NotYours
from linli.people.models import Person
from linli.people.reader import Reader
from linli.places.models import Place
from linli.register.actions.recording import note
from linli.register.kinds import PARTY
from linli.register.models import Standing
from linli.register.policies import NOT_THE_STANDING, may_enter_standing


@transaction.atomic
def enter_standing(person: Person, electorate: str, place: Place, *, actor: Reader) -> Standing:
    if not may_enter_standing(actor, electorate, place):
        raise NotYours(NOT_THE_STANDING)
    day = clock.local_day(clock.now())
    standing, new = Standing.objects.get_or_create(
        person=person, electorate=electorate, place=place, until=None, defaults={"since": day}
    )
    if new:
        _note(standing, "standing_entered", actor)
    return standing


@transaction.atomic
def end_standing(standing: Standing, *, actor: Reader) -> None:
    if not may_enter_standing(actor, standing.electorate, standing.place):
        raise NotYours(NOT_THE_STANDING)
    day = clock.local_day(clock.now())
    if Standing.objects.filter(pk=standing.pk, until__isnull=True).update(until=day):
        _note(standing, "standing_ended", actor)


def _note(standing: Standing, verb: str, actor: Reader) -> None:
    """Who joined the party is in no event: there only the entry itself is named."""
    body = {} if standing.electorate == PARTY else {"electorate": standing.electorate}
    note(standing.place, verb, actor=actor.person_id, body={"standing": str(standing.pk), **body})
