"""The same move on several matters, each through the one door and in its own transaction: what one refuses stops no other."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from linli.desk.bulk import GONE_ON
from linli.desk.models import BulkMove
from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.lib.text import Said
from linli.matters.actions.moving import move
from linli.matters.keeping import Overtaken
from linli.matters.models import Matter
from linli.matters.policies import SIGN_IN_FIRST
from linli.people.reader import Reader

DONE, REFUSED, OVERTAKEN = "done", "refused", "overtaken"
NOT_THERE = Said("没有这件事，或已不由您负责。", "There is no such matter, or it is no longer with you.")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One of the matters: which, and the version that was shown."""

    number: int
    seen: int


def move_many(
    wanted: Iterable[Wanted], name: str, *, answers: Mapping[str, Any], actor: Reader, key: uuid.UUID
) -> BulkMove:
    """The same submission again makes no second move: each matter's key comes from this one's.

    It begins again where a server that stopped in the middle had come to.
    """
    if actor.person is None:
        raise NotYours(SIGN_IN_FIRST)
    before = BulkMove.objects.filter(pk=key, person=actor.person).first()
    if before is not None:
        return before
    asked = list(wanted)
    found = {one.number: one for one in Matter.objects.filter(number__in=[one.number for one in asked])}
    lines = [_move_one(found.get(one.number), one, name, answers, actor, key) for one in asked]
    try:
        with transaction.atomic():
            return BulkMove.objects.create(pk=key, person=actor.person, move=name, lines=lines, made_at=clock.now())
    except IntegrityError:  # sent twice at once
        return BulkMove.objects.get(pk=key, person=actor.person)


def _move_one(
    matter: Matter | None, one: Wanted, name: str, answers: Mapping[str, Any], actor: Reader, key: uuid.UUID
) -> dict[str, Any]:
    try:
        if matter is None:
            raise Refused(NOT_THERE)
        move(matter, name, actor=actor, answers=answers, seen=one.seen, key=uuid.uuid5(key, str(matter.pk)))
    except Overtaken:
        return _line(one.number, OVERTAKEN, GONE_ON)
    except Conflict as conflict:
        return _line(one.number, OVERTAKEN, conflict.sentence)
    except Refused as refused:
        return _line(one.number, REFUSED, refused.sentence)
    return _line(one.number, DONE, None)


def _line(number: int, what: str, sentence: Said | None) -> dict[str, Any]:
    """What is kept: no words of anybody's, only the sentence of a rule."""
    return {
        "number": number,
        "what": what,
        "zh": sentence.zh if sentence else "",
        "en": sentence.en if sentence else "",
    }
