from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from linli.desk.calling_back import NOT_NOW, is_due, may_call, require_no_part
from linli.desk.policies import post_to_take_down
from linli.lib.refusals import Conflict, NotYours
from linli.lib.text import Said
from linli.matters.actions.moving import move
from linli.matters.keeping import keep
from linli.matters.models import Matter
from linli.matters.reading import read_beside
from linli.people.actions import phone_of
from linli.people.reader import Reader
from linli.record.actions import Secret
from linli.record.models import Event, Sealed
from linli.record.queries import value_of

FOR_A_CALL = Said("回访提出人", "To call the raiser back")
NOT_YOUR_AREA = Said(
    "回访由社区窗口、物业前台和网格员在自己范围内来做。", "Calling back is done within one's own area."
)


@transaction.atomic
def call_back(
    matter: Matter, verdict: str, *, answers: Mapping[str, Any], actor: Reader, key: uuid.UUID | None = None
) -> Event:
    """Write down what the raiser said. The verdict is the raiser's own; that it was said to somebody else stands before it."""
    before = Event.objects.filter(chain=matter.pk, key=key).first() if key else None
    if before is not None:
        return before
    Matter.objects.select_for_update().get(pk=matter.pk)
    course = read_beside(matter.pk)
    _gate(course.matter, actor)
    post = post_to_take_down(actor, course.matter.place)
    course.note("call_back", actor=actor.person_id, post=post.pk if post else None, body={"move": verdict})
    keep([course])
    return move(matter, verdict, actor=Reader(course.matter.raiser), answers=answers, key=key)


@transaction.atomic
def number_to_call(matter: Matter, *, actor: Reader) -> str:
    """The raiser's number, for a call; that it was looked at stands in the record. Empty when none was left."""
    Matter.objects.select_for_update().get(pk=matter.pk)
    course = read_beside(matter.pk)
    _gate(course.matter, actor)
    post = post_to_take_down(actor, course.matter.place)
    course.note(
        "opened", actor=actor.person_id, post=post.pk if post else None, body={"fields": ["phone"]},
        secrets={"reason": Secret(FOR_A_CALL.zh, course.matter.raiser_id)},
    )  # fmt: skip
    keep([course])
    return phone_of(course.matter.raiser) or _left(matter)


def _left(matter: Matter) -> str:
    rows = Sealed.objects.filter(event__chain=matter.pk, name="phone", cipher__isnull=False, shredded_at__isnull=True)
    row = rows.order_by("event__seq").first()
    return str(value_of(row)) if row else ""


def _gate(matter: Matter, actor: Reader) -> None:
    if not may_call(actor, matter):
        raise NotYours(NOT_YOUR_AREA)
    require_no_part(actor, matter)
    if not is_due(matter):
        raise Conflict(NOT_NOW)
