"""Looking at what is encrypted, a phone number above all: for a reason, which stands in the record from then on."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from linli.lib.refusals import Conflict, NotYours
from linli.lib.text import Said
from linli.matters.actions.side_duties import reason_of
from linli.matters.keeping import keep
from linli.matters.models import Matter
from linli.matters.policies import may_open_sensitive
from linli.matters.reading import read_beside
from linli.people.reader import Reader
from linli.record.models import Event, Sealed
from linli.record.queries import value_of

NOT_FOR_YOU = Said(
    "加密内容只有提出人和现在负责的人可以查看。",
    "What is encrypted is for the raiser and for who holds the matter now.",
)
NOTHING_THERE = Said("这件事没有加密内容，或已按要求删除。", "Nothing is encrypted here, or it was erased on request.")


@dataclass(frozen=True, slots=True)
class Opened:
    """What was read, by the event that sealed it and the field's name, and the event that says who read it."""

    event: Event
    values: dict[tuple[int, str], Any]


@transaction.atomic
def open_sensitive(matter: Matter, *, reason: str, actor: Reader) -> Opened:
    course = read_beside(matter.pk)
    if not may_open_sensitive(actor, course.matter):
        raise NotYours(NOT_FOR_YOU)
    rows = _encrypted(matter.pk)
    if not rows:
        raise Conflict(NOTHING_THERE)
    names = sorted({row.name for row in rows})
    post, body = course.post_of_holder(actor), {"fields": names}
    course.note("opened", actor=actor.person_id, post=post, body=body, secrets=reason_of(course, reason))
    keep([course])
    return Opened(course.events[-1].event, {(row.event_id, row.name): value_of(row) for row in rows})


def _encrypted(matter: uuid.UUID) -> list[Sealed]:
    rows = Sealed.objects.filter(event__chain=matter, cipher__isnull=False, shredded_at__isnull=True)
    return list(rows.order_by("event_id", "name"))
