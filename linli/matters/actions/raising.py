from __future__ import annotations

import uuid
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from django.db import IntegrityError, transaction

from linli.lib import clock
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.matters import steps
from linli.matters.actions.photographs import keep_photos
from linli.matters.answers import Answers, read_answers
from linli.matters.category_rules import brought_by, more_urgent
from linli.matters.course import OWN_LIMITS, Course
from linli.matters.keeping import keep_new
from linli.matters.models import Matter
from linli.matters.policies import require_raise
from linli.matters.seats import roles_of
from linli.people.models import Person, Post
from linli.people.queries import Line, line_with_seats
from linli.people.reader import Reader
from linli.places.levels import LEVELS
from linli.places.models import Place
from linli.playbooks.engine import start
from linli.playbooks.facts import URGENCIES
from linli.playbooks.model import Playbook
from linli.playbooks.models import Version
from linli.playbooks.versions import book_of, current_version
from linli.record.chain import START

WRONG_LEVEL = Said(
    "“{book}”不能在“{level}”这一级提出。请选择：{levels}。",
    "“{book}” cannot be raised for a place of the level “{level}”. Choose: {levels}.",
)
NO_SUCH_URGENCY = Said(
    "请选择紧急程度：一般、较急或紧急。", "Please choose how urgent it is: ordinary, urgent or emergency."
)
NOTHING_MORE: Mapping[str, Any] = MappingProxyType({})
UNSAID = ("city", "county", "street", "community", "grid")
PRIVATE = ("unit", "room")


def raise_matter(
    name: str,
    place: Place,
    *,
    actor: Reader,
    answers: Mapping[str, Any],
    key: uuid.UUID,
    urgency: str = "ordinary",
    category: str = "",
    facts: Mapping[str, Any] = NOTHING_MORE,
) -> Matter:
    """Begin a matter. The same person with the same `key` gets the matter that stands already, whatever else is given.

    `facts` are known beside the answers, such as the facility whose code was scanned; nothing personal stands in them.
    """
    try:
        with transaction.atomic():
            return _raise(name, place, actor, answers, key, urgency, category, facts)
    except (IntegrityError, Refused):
        before = Matter.objects.filter(raiser=actor.person, key=key).first() if actor.person else None
        if before is None:
            raise
        return before


def _raise(
    name: str, place: Place, actor: Reader, answers: Mapping[str, Any], key: uuid.UUID, urgency: str, category: str,
    facts: Mapping[str, Any],
) -> Matter:  # fmt: skip
    version = current_version(name)
    book = book_of(version.pk)
    post = require_raise(actor, book, place)
    check_level(book, place)
    if urgency not in URGENCIES:
        raise Refused(NO_SUCH_URGENCY)
    line = line_with_seats(place, roles_of(book))
    read = read_answers(book.form, answers, line)
    brought = brought_by(category, book)
    if brought.limits:
        facts = {**facts, OWN_LIMITS: dict(brought.limits)}
    return begin(version, place, line, raiser=post.person, post=post, answers=read, key=key,
                 urgency=more_urgent(urgency, brought.urgency), category=category, facts=facts)  # fmt: skip


def begin(
    version: Version,
    place: Place,
    line: Line,
    *,
    raiser: Person,
    post: Post | None,
    answers: Answers,
    key: uuid.UUID,
    urgency: str = "ordinary",
    category: str = "",
    parent: Matter | None = None,
    bond: str = "",
    facts: Mapping[str, Any] = NOTHING_MORE,
) -> Matter:
    """Write a matter whose gate has been passed. An `IntegrityError` means that (raiser, key) was there already."""
    book = book_of(version.pk)
    matter = Matter(
        playbook=version,
        book=book.name,
        place=place,
        place_path=place.path,
        place_name=_name(line, ()),
        place_public=_name(line, PRIVATE),
        raiser=raiser,
        parent=parent,
        bond=bond,
        key=key,
        urgency=urgency,
        category=category,
        facts={**facts, **answers.plain, "level": place.level},
        raised_at=clock.now(),
        head=START,
    )
    course = Course(matter, book, line, matter.raised_at)
    course.arrive(start(book, course.facts))
    course.note(
        "raised",
        actor=raiser.pk,
        post=post.pk if post else None,
        key=key,
        body={
            "playbook": book.name,
            "version": version.number,
            "answers": dict(answers.plain),
            **({"parent": str(parent.pk), "bond": bond} if parent else {}),
        },
        secrets=answers.secrets(raiser.pk),
    )
    keep_new(course)
    keep_photos(course, answers)
    steps.entered(course, by=raiser.pk, answers=answers)
    return matter


def check_level(book: Playbook, place: Place) -> None:
    if place.level not in book.at:
        levels = [LEVELS[level] for level in book.at]
        named = Said("、".join(level.zh for level in levels), ", ".join(level.en for level in levels))
        raise Refused(WRONG_LEVEL.filled(book=book.title, level=LEVELS[place.level], levels=named))


def _name(line: Line, hidden: tuple[str, ...]) -> str:
    near = [name for _, level, name in line.places if level not in UNSAID + hidden]
    return " ".join(near) or line.places[-1][2]


def place_names(line: Line) -> dict[str, str]:
    """What a matter keeps of its place: the name down to the room, and the one for everybody."""
    return {"place_name": _name(line, ()), "place_public": _name(line, PRIVATE)}
