"""Claims as their people and those who answer them see them, and rooms by what neighbours call them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from linli.lib import clock
from linli.lib.masks import mask_name
from linli.lib.text import Said
from linli.people.reader import Reader
from linli.places.models import Place
from linli.places.queries import full_name, lines_of
from linli.record.models import Event
from linli.record.queries import opened
from linli.register.kinds import CLAIMS, VERDICTS
from linli.register.models import Claim, Member
from linli.register.policies import answerable, may_answer_some
from linli.register.queries import search_for

MOST_ROOMS = 12
MOST_OWN = 20
PAGE = 50
WHOSE = Said("{community}的社区综合窗口或网格员", "the desk of {community}, or the grid worker")


@dataclass(frozen=True, slots=True)
class Room:
    pk: uuid.UUID
    where: Said


@dataclass(frozen=True, slots=True)
class OwnClaim:
    """`reason` is why it was refused; `with_whom` who has to answer while it is open."""

    pk: uuid.UUID
    where: Said
    how: Said
    made_at: datetime
    due_at: datetime
    verdict: str
    verdict_said: Said | None
    reason: str
    with_whom: Said


@dataclass(frozen=True, slots=True)
class WaitingClaim:
    pk: uuid.UUID
    where: Said
    how: Said
    name: str
    made_at: datetime
    due_at: datetime
    late: bool
    own: bool


def rooms_called(text: str) -> list[Room]:
    """Rooms that answer to what somebody wrote, one more than are shown."""
    if not text.strip():
        return []
    found = Place.objects.filter(search_for(text, room=""), level="room", valid_to__isnull=True)
    return rooms_said(found.order_by("path")[: MOST_ROOMS + 1])


def rooms_said(places: Iterable[Place]) -> list[Room]:
    wanted = list(places)
    lines = lines_of(wanted)
    return [Room(one.pk, where(lines[one.pk])) for one in wanted]


def where(line: list[Place]) -> Said:
    return Said(full_name(line, "zh"), full_name(line, "en"))


def verified_rooms(reader: Reader) -> list[Room]:
    rows = Member.objects.filter(person=reader.person, until__isnull=True, household__until__isnull=True)
    return rooms_said(member.household.room for member in rows.select_related("household__room"))


def own_claims(reader: Reader) -> list[OwnClaim]:
    rows = list(
        Claim.objects.filter(person=reader.person).select_related("room").order_by("-made_at", "-pk")[:MOST_OWN]
    )
    lines, reasons = lines_of(one.room for one in rows), _reasons(rows)
    return [
        OwnClaim(
            pk=one.pk,
            where=where(lines[one.room_id]),
            how=CLAIMS[one.how],
            made_at=one.made_at,
            due_at=one.due_at,
            verdict=one.verdict,
            verdict_said=VERDICTS.get(one.verdict),
            reason=reasons.get(str(one.pk), ""),
            with_whom=_with_whom(lines[one.room_id]),
        )
        for one in rows
    ]


def _with_whom(line: list[Place]) -> Said:
    here = next((place for place in line if place.level == "community"), None)
    name = here.said if here else Said("社区", "the community")
    return WHOSE.filled(community=name)


def _reasons(claims: Iterable[Claim]) -> dict[str, str]:
    """Why claims were refused, by their ids; what was shredded is not there."""
    refused = {str(one.pk): one.room_id for one in claims if one.verdict == "refused"}
    if not refused:
        return {}
    events = Event.objects.filter(chain__in=set(refused.values()), verb="claim_refused").prefetch_related("sealed")
    found = {}
    for event in events:
        values = opened(event.sealed.all()).get(event.pk, {})
        if event.body.get("claim") in refused and "reason" in values:
            found[event.body["claim"]] = values["reason"]
    return found


def waiting_claims(reader: Reader) -> list[WaitingClaim]:
    """Soonest due first. The name is masked until somebody goes there or the person comes."""
    rows = Claim.objects.filter(answerable(reader, "room__path"), decided_at__isnull=True)
    found = list(rows.select_related("room", "person").order_by("due_at", "pk")[:PAGE])
    lines, now = lines_of(one.room for one in found), clock.now()
    return [
        WaitingClaim(
            pk=one.pk,
            where=where(lines[one.room_id]),
            how=CLAIMS[one.how],
            name=mask_name(one.person.name),
            made_at=one.made_at,
            due_at=one.due_at,
            late=one.due_at <= now,
            own=one.person_id == reader.person_id,
        )
        for one in found
    ]


def number_of_claims(reader: Reader) -> int:
    """How many wait for the reader's offices; nothing is asked for those who hold none."""
    if not may_answer_some(reader):
        return 0
    return Claim.objects.filter(answerable(reader, "room__path"), decided_at__isnull=True).count()
