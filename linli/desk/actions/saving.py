from __future__ import annotations

import uuid

from django.db import IntegrityError, transaction

from linli.desk.filters import Filter
from linli.desk.models import SavedFilter
from linli.lib import clock
from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.matters.policies import SIGN_IN_FIRST
from linli.people.queries import Seat
from linli.people.reader import Reader

LONGEST_NAME = 20
MOST = 20
PAGES = ("desk", "matters")
NAME_IT = Said("请给这个筛选起个名字。", "Please give this filter a name.")
NAME_TOO_LONG = Said("名字最多 {most} 个字。", "A name may have {most} characters at the most.")
NOTHING_TO_SAVE = Said(
    "现在没有设任何条件。请先选好条件，再保存。", "No condition is set. Choose what to look for first, then save it."
)
NAMED_ALREADY = Said(
    "您已经有一个叫“{name}”的筛选。请换个名字，或先删除原来的。",
    "You have a filter called “{name}” already. Choose another name, or remove that one first.",
)
TOO_MANY = Said(
    "每人最多保存 {most} 个筛选，请先删除几个不用的。", "Up to {most} filters can be kept; please remove some first."
)
NOT_YOUR_SEAT = Said("只能和自己岗位上的同事共用。", "A filter can be shared with those on a post of your own.")
NOT_YOUR_FILTER = Said(
    "这个筛选由同事保存，只有本人可以删除。", "A colleague saved this filter; only they can remove it."
)


def save_filter(page: str, name: str, asked: Filter, *, actor: Reader, seat: Seat | None = None) -> SavedFilter:
    """Keep a filter under a name. `seat` shares it with whoever holds that seat, now or later."""
    if actor.person is None:
        raise NotYours(SIGN_IN_FIRST)
    name = " ".join(name.split())
    _check(page, name, asked)
    if seat is not None and seat not in actor.seats:
        raise NotYours(NOT_YOUR_SEAT)
    if SavedFilter.objects.filter(person=actor.person)[:MOST].count() == MOST:
        raise Refused(TOO_MANY.filled(most=MOST))
    role, place = seat or ("", None)
    try:
        with transaction.atomic():
            return SavedFilter.objects.create(
                person=actor.person, page=page, name=name, query=asked.query, role=role, place_id=place,
                saved_at=clock.now(),
            )  # fmt: skip
    except IntegrityError:
        raise Refused(NAMED_ALREADY.filled(name=name)) from None


def _check(page: str, name: str, asked: Filter) -> None:
    if not asked or page not in PAGES:
        raise Refused(NOTHING_TO_SAVE)
    if not name:
        raise Refused(NAME_IT)
    if len(name) > LONGEST_NAME:
        raise Refused(NAME_TOO_LONG.filled(most=LONGEST_NAME))


def drop_filter(saved: SavedFilter, *, actor: Reader) -> None:
    if saved.person_id != actor.person_id:
        raise NotYours(NOT_YOUR_FILTER)
    SavedFilter.objects.filter(pk=saved.pk).delete()


def forget(person: uuid.UUID) -> None:
    """Names of filters are somebody's own words; they go with the person."""
    SavedFilter.objects.filter(person_id=person).delete()
