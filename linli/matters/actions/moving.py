from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from linli.lib.refusals import Conflict, NotYours, Refused
from linli.lib.text import Said
from linli.matters import gates, steps
from linli.matters.actions.photographs import keep_photos
from linli.matters.answers import Answers, read_answers
from linli.matters.course import Course
from linli.matters.keeping import Overtaken, keep
from linli.matters.models import Matter
from linli.matters.policies import NOT_YOUR_MOVE, may_move
from linli.matters.queries import open_parts
from linli.matters.reading import read_course
from linli.matters.wording import holder_said
from linli.people.reader import Reader
from linli.playbooks.engine import Arrival, advance, conclude, not_open, reopens
from linli.playbooks.model import Move
from linli.record.models import Event

UNSOLVED = 3  # rounds that end unsolved, after which the next step above watches (巴彦淖尔: 重办三次以上提级督办)
PARTS_OPEN = Said(
    "分出的 {numbers} 号还没有办结，现在不能按“{end}”办结。等它们办结以后再来。",
    "No. {numbers}, split off from this, still go on, so this cannot end as “{end}” yet. Please wait for them.",
)
ENDED = Said(
    "这件事已经办结，不能再“{move}”。如果问题又出现，请重新提出。",
    "This matter has ended; “{move}” is no longer possible. If the trouble is back, raise it anew.",
)


@transaction.atomic
def move(
    matter: Matter,
    name: str,
    *,
    actor: Reader,
    answers: Mapping[str, Any] | None = None,
    seen: int | None = None,
    key: uuid.UUID | None = None,
) -> Event:
    """Make a move: gate, check, compare-and-set, record. The one door for pages, commands, imports and jobs.

    `seen` is the version the person looked at; `key` makes a repeated submission return the event of the first.
    `Conflict` when somebody was faster or the move is not open, `NotYours` when it is another's, `BadAnswers` when a field
    is wrong.
    """
    if (before := _made_before(matter, key)) is not None:
        return before
    try:
        return _tried_twice(matter, name, actor, answers or {}, seen, key)
    except Conflict:  # perhaps with this very submission, sent twice at once
        if (before := _made_before(matter, key)) is None:
            raise
        return before


def _made_before(matter: Matter, key: uuid.UUID | None) -> Event | None:
    return Event.objects.filter(chain=matter.pk, key=key).first() if key else None


def _tried_twice(
    matter: Matter, name: str, actor: Reader, answers: Mapping[str, Any], seen: int | None, key: uuid.UUID | None
) -> Event:
    """Once more from the reading on when the lateness job, say, wrote in between: everything is checked anew."""
    try:
        return _move(matter, name, actor, answers, seen, key)
    except Overtaken:
        return _move(matter, name, actor, answers, seen, key)


def _move(
    matter: Matter, name: str, actor: Reader, answers: Mapping[str, Any], seen: int | None, key: uuid.UUID | None
) -> Event:
    course = read_course(matter.pk)
    if seen is not None and seen != course.version and _went_on(matter.pk, seen):
        raise Overtaken
    rule = _open_move(course, name)
    _gate(course, rule, actor)
    gates.ask(course.matter, rule)
    read = read_answers(rule.needs, answers, course.line)
    _take(course, rule, read, actor, key)
    return course.events[-1].event


def _went_on(matter: uuid.UUID, seen: int) -> bool:
    """Whether the stage or its holder changed since that version; a warning or a step up the chain takes nobody's turn."""
    since = Event.objects.filter(chain=matter, seq__gt=seen)
    return since.filter(Q(body__now__has_key="entry") | Q(body__has_key="holder")).exists()


def _open_move(course: Course, name: str) -> Move:
    stage = course.book.stages.get(course.matter.stage)
    if stage is None:
        titles = [rule.title for one in course.book.stages.values() if (rule := one.move(name))]
        raise Conflict(ENDED.filled(move=titles[0] if titles else name))
    rule = stage.move(name)
    if rule is None:
        raise not_open(course.book, stage.name, name)
    return rule


def _gate(course: Course, rule: Move, actor: Reader) -> None:
    if not may_move(actor, course.matter, rule, course.line):
        raise NotYours(NOT_YOUR_MOVE.filled(move=rule.title, holder=holder_said(course.matter)))


def _take(course: Course, rule: Move, answers: Answers, actor: Reader, key: uuid.UUID | None) -> None:
    matter, was = course.matter, course.matter.stage
    arrival = advance(course.book, was, rule.name, {**course.facts, **answers.plain})
    _wait_for_parts(course, arrival)
    matter.facts = {**matter.facts, **answers.plain}
    if rule.replies:
        matter.answered_at = course.now
    sent_back = reopens(course.book, course.book.stages[was], rule, arrival)
    matter.rounds += sent_back
    post = _post(actor, rule, course)
    course.arrive(arrival, climbs=rule.climbs or (sent_back and matter.rounds > UNSOLVED))
    course.note(
        "moved",
        actor=actor.person_id,
        post=post,
        key=key,
        body={"move": rule.name, "from": was, "to": arrival.name, "answers": dict(answers.plain)},
        secrets=answers.secrets(matter.raiser_id),
    )
    keep([course])
    keep_photos(course, answers)
    after_arrival(course, by=actor.person_id, answers=answers)


def _wait_for_parts(course: Course, arrival: Arrival) -> None:
    """A matter is not solved as long as a part of it is not; any other end is its own."""
    if arrival.end is None or arrival.end.outcome != "solved":
        return
    numbers = open_parts([course.matter.pk]).get(course.matter.pk)
    if numbers:
        named = [str(number) for number in numbers]
        said = Said("、".join(named), ", ".join(named))
        raise Refused(PARTS_OPEN.filled(numbers=said, end=arrival.end.title))


def _post(actor: Reader, rule: Move, course: Course) -> uuid.UUID | None:
    """The post by which the move was made, when it was made for a seat."""
    if rule.by is not None:
        return actor.post_for(rule.by.role, course.line.at(rule.by.level)) if rule.by.role else None
    return course.post_of_holder(actor)


def after_arrival(course: Course, *, by: uuid.UUID | None, answers: Answers | None = None) -> None:
    """What follows from having arrived: a stage's kind opens its thing; a called unit's end may bring its caller on."""
    if course.matter.ended_at is None:
        steps.entered(course, by=by, answers=answers or Answers())
    elif course.matter.parent_id is not None:
        conclude_stage(course.matter.parent_id)


def conclude_stage(matter_id: uuid.UUID) -> None:
    """Go on by the outcome of what the stage's kind opened, if it is certain; called whenever it may have become so.

    The matter is locked first: of two called units that end at once, the later one sees the earlier.
    """
    Matter.objects.select_for_update().get(pk=matter_id)
    course = read_course(matter_id)
    stage = course.book.stages.get(course.matter.stage)
    outcome = steps.outcome_of(course, stage) if stage else None
    if stage is None or outcome is None:
        return
    arrival = conclude(course.book, stage.name, outcome, course.facts)
    if arrival.end is not None and arrival.end.outcome == "solved" and open_parts([matter_id]):
        return  # the last of its parts comes here again
    course.arrive(arrival)
    course.note("concluded", actor=None, body={"outcome": outcome, "from": stage.name, "to": arrival.name})
    keep([course])
    after_arrival(course, by=None)
