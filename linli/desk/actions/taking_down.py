"""What somebody said on the telephone or at the door, written down by staff. The raiser is who said it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction

from linli.desk.callers import NAMELESS, AskWhetherSame, Caller, id_without_phone, known_by
from linli.desk.models import TakenDown
from linli.desk.policies import post_to_take_down
from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.matters.actions.raising import NO_SUCH_URGENCY, begin, check_level
from linli.matters.answers import read_answers
from linli.matters.keeping import keep
from linli.matters.models import Matter
from linli.matters.reading import read_beside
from linli.matters.seats import roles_of
from linli.people.actions import add_person
from linli.people.models import Person, Post
from linli.people.queries import line_with_seats
from linli.people.reader import Reader
from linli.places.models import Place
from linli.playbooks.facts import URGENCIES
from linli.playbooks.model import Playbook
from linli.playbooks.versions import book_of, current_version

TAKEN_BY = ("phone", "visit", "patrol", "letter", "other")  # the channels that staff write down from
NOT_FOR_YOU = Said(
    "代录由社区窗口、物业前台和网格员来做，而且只限自己负责的范围。",
    "Taking down is for the community desk, the property desk and grid workers, each within their own area.",
)
NOT_A_RESIDENTS = Said(
    "“{book}”不是居民提出的事项，不能代录。", "“{book}” is not raised by residents; it cannot be taken down."
)
NO_CHANNEL = Said("请选择从哪里得知：电话、来访、巡查……", "Please choose how it came in: telephone, visit, patrol…")


def take_down(
    name: str,
    place: Place,
    *,
    caller: Caller,
    channel: str,
    answers: Mapping[str, Any],
    key: uuid.UUID,
    actor: Reader,
    urgency: str = "ordinary",
    category: str = "",
) -> Matter:
    """Begin a matter for somebody else. The same form again brings the matter that stands already."""
    before = _taken_before(key, actor)
    if before is not None:
        return before
    try:
        with transaction.atomic():
            return _take_down(name, place, caller, channel, answers, key, actor, urgency, category)
    except IntegrityError:  # sent twice at once
        before = _taken_before(key, actor)
        if before is None:
            raise
        return before


def _taken_before(key: uuid.UUID, actor: Reader) -> Matter | None:
    return Matter.objects.filter(key=key, taken_down__by=actor.person_id).first() if actor.person else None


def _take_down(
    name: str, place: Place, caller: Caller, channel: str, answers: Mapping[str, Any], key: uuid.UUID, actor: Reader,
    urgency: str, category: str,
) -> Matter:  # fmt: skip
    version = current_version(name)
    book = book_of(version.pk)
    post = _gate(book, place, actor)
    check_level(book, place)
    if urgency not in URGENCIES:
        raise Refused(NO_SUCH_URGENCY)
    if channel not in TAKEN_BY:
        raise Refused(NO_CHANNEL)
    line = line_with_seats(place, roles_of(book))
    read = read_answers(book.form, _with_phone(book, answers, caller), line)
    matter = begin(version, place, line, raiser=_person(caller, key), post=None, answers=read, key=key,
                   urgency=urgency, category=category, facts={"channel": channel})  # fmt: skip
    course = read_beside(matter.pk)
    course.note("taken_down", actor=actor.person_id, post=post.pk, body={"channel": channel})
    keep([course])
    TakenDown.objects.create(
        matter=course.matter, by_id=post.person_id, post=post, channel=channel, taken_at=course.now
    )
    return course.matter


def _gate(book: Playbook, place: Place, actor: Reader) -> Post:
    post = post_to_take_down(actor, place)
    if post is None:
        raise NotYours(NOT_FOR_YOU)
    if "resident" not in book.raised_by:
        raise Refused(NOT_A_RESIDENTS.filled(book=book.title))
    return post


def _with_phone(book: Playbook, answers: Mapping[str, Any], caller: Caller) -> Mapping[str, Any]:
    """The number to call back is the one that was called from, where the form asks for one and nothing else was said."""
    asks_phone = any(field.name == "phone" for field in book.form)
    if asks_phone and caller.phone and not answers.get("phone"):
        return {**answers, "phone": caller.phone}
    return answers


def _person(caller: Caller, key: uuid.UUID) -> Person:
    """Somebody else at a known number is a person without one: a number stands for one person."""
    known = known_by(caller.phone)
    if known is not None and caller.same is None:
        raise AskWhetherSame(known)
    if known is not None and caller.same:
        return known
    if known is None and caller.phone:
        return add_person(caller.name or NAMELESS, phone=caller.phone)
    person, _ = Person.objects.get_or_create(
        pk=id_without_phone(key), defaults={"name": caller.name or NAMELESS, "password": make_password(None)}
    )
    return person
