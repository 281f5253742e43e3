"""Keeping words ready: an office's own people enter, change and take away their own office's."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db import IntegrityError, transaction

from linli.lib import clock
from linli.lib.ids import new_id
from linli.lib.refusals import NotYours
from linli.lib.text import Said
from linli.matters.answers import MISSING, TOO_LONG, BadAnswers
from linli.people.models import Post
from linli.people.reader import Reader
from linli.requests.models import ReplyTemplate
from linli.requests.replies.blanks import wrong_blank
from linli.requests.replies.queries import offices

TITLE, TEXT, TEXT_EN = Said("标题", "Title"), Said("答复内容", "Words"), Said("英文内容", "Words in English")
LONGEST: Mapping[str, tuple[Said, int]] = MappingProxyType(
    {"title": (TITLE, 40), "text": (TEXT, 1000), "text_en": (TEXT_EN, 2000)}
)
NOT_YOUR_OFFICE = Said(
    "常用答复只由使用它的单位自己编辑。请选您所在的单位。",
    "Words kept ready are edited by the office that uses them. Please choose an office of yours.",
)
THERE_ALREADY = Said(
    "本单位已经有一条叫“{title}”的常用答复。请换一个标题，或修改原来那条。",
    "Your office has one called “{title}” already. Choose another title, or change that one.",
)
MOST_KEPT = 100
TOO_MANY = Said(
    "本单位已有 {most} 条常用答复，再多就不好找了。请先去掉不用的。",
    "Your office keeps {most} already; more would be hard to find. Take away what is not used first.",
)


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody entered. `book` and `move` are empty for any."""

    title: str
    text: str
    text_en: str = ""
    book: str = ""
    move: str = ""
    category: str = ""


@transaction.atomic
def keep_reply(office: Post, given: Words, *, actor: Reader, key: uuid.UUID | None = None) -> ReplyTemplate:
    """Enter one for an office. Sent twice with one key, it is one."""
    if not actor.holds(office.role, office.place_id) or office not in offices(actor) or actor.person is None:
        raise NotYours(NOT_YOUR_OFFICE)
    pk = uuid.uuid5(office.place_id, f"{office.role}:{key}") if key else new_id()
    if (before := ReplyTemplate.objects.filter(pk=pk).first()) is not None:
        return before
    words = _checked(given)
    kept = ReplyTemplate.objects.filter(role=office.role, place_id=office.place_id, withdrawn_at__isnull=True)
    if kept.count() >= MOST_KEPT:
        raise BadAnswers({"title": TOO_MANY.filled(most=MOST_KEPT)})
    made = ReplyTemplate(
        id=pk, role=office.role, place_id=office.place_id, changed_at=clock.now(), changed_by=actor.person, **words
    )
    _save(made, new=True)
    return made


@transaction.atomic
def change_reply(reply: ReplyTemplate, given: Words, *, actor: Reader) -> ReplyTemplate:
    held = _held(reply, actor)
    for name, value in _checked(given).items():
        setattr(held, name, value)
    _save(held, new=False)
    return held


@transaction.atomic
def drop_reply(reply: ReplyTemplate, *, actor: Reader) -> ReplyTemplate:
    """Answers in which it was used stay as they were sent."""
    held = _held(reply, actor)
    held.withdrawn_at = held.changed_at
    held.save(update_fields=["withdrawn_at", "changed_at", "changed_by"])
    return held


def _held(reply: ReplyTemplate, actor: Reader) -> ReplyTemplate:
    held = ReplyTemplate.objects.select_for_update(of=("self",)).get(pk=reply.pk)
    if not actor.holds(held.role, held.place_id) or actor.person is None:
        raise NotYours(NOT_YOUR_OFFICE)
    held.changed_at, held.changed_by = clock.now(), actor.person
    return held


def _save(reply: ReplyTemplate, *, new: bool) -> None:
    try:
        with transaction.atomic():
            reply.save(force_insert=new)
    except IntegrityError:
        raise BadAnswers({"title": THERE_ALREADY.filled(title=reply.title)}) from None


def _checked(given: Words) -> dict[str, str]:
    values = {name: getattr(given, name).replace("\0", "").replace("\r\n", "\n").strip() for name in LONGEST}
    problems: dict[str, Said] = {}
    for name, (title, most) in LONGEST.items():
        if not values[name] and name != "text_en":
            problems[name] = MISSING.filled(title=title)
        elif len(values[name]) > most:
            problems[name] = TOO_LONG.filled(title=title, max=most, given=len(values[name]))
        elif name != "title" and (wrong := wrong_blank(values[name])) is not None:
            problems[name] = wrong
    if problems:
        raise BadAnswers(problems)
    return {**values, "book": given.book, "move": given.move, "category": given.category}
