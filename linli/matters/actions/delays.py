"""More time: asked for before the limit is over, with a reason; ruled on one step up; told to the raiser either way.

保定市接诉即办条例 §19: an extension is applied for before expiry, and the complainant is told. A deadline never moves silently.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.matters.actions.side_duties import open_side_duty, reason_of, take_side_duty
from linli.matters.course import Course
from linli.matters.keeping import keep
from linli.matters.models import Duty, Matter
from linli.matters.policies import is_holder
from linli.matters.reading import read_course
from linli.matters.seats import Holder, next_step
from linli.people.reader import Reader
from linli.playbooks.limits import BadLimit, due_at, read_limit
from linli.record.chain import stamp
from linli.record.models import Event

NO_DELAY = Said("“{book}”不允许延期。", "“{book}” allows no delay.")
TOO_LATE = Said(
    "已经超过期限，不能再申请延期。请尽快办理，并在答复里说明原因。",
    "The limit is over; a delay can no longer be asked for. Please act soon and explain in the reply.",
)
NO_MORE = Said(
    "这个环节最多延期 {times} 次，已经用完。", "This stage can be delayed {times} time(s) at the most; that is used up."
)
TOO_LONG = Said("最多可延长{limit}。请改短一些。", "The most is {limit} more. Please ask for less.")
NOBODY_ABOVE = Said("上面没有人可以批准延期，请按期办理。", "Nobody above can approve a delay; please keep the limit.")
NOT_HOLDER = Said("只有现在负责的人可以申请延期。", "Only who holds the matter now can ask for a delay.")


@transaction.atomic
def ask_delay(matter: Matter, *, limit: str, reason: str, actor: Reader) -> Event:
    """Ask for more time on the present stage, such as `2workdays` after the present due date."""
    course = read_course(matter.pk)
    wanted = _check_ask(course, limit, actor)
    step = next_step(course.book, course.line, after=0, holder=course.holder or Holder())
    if step is None or course.matter.due_at is None:
        raise Refused(NOBODY_ABOVE)
    asks = {"due": stamp(wanted), "limit": limit}
    open_side_duty(course, Duty.RULES_DELAY, step.holder, course.matter.due_at, asks)
    post = course.post_of_holder(actor)
    course.note("delay_asked", actor=actor.person_id, post=post, body=asks, secrets=reason_of(course, reason))
    keep([course])
    return course.events[-1].event


def _check_ask(course: Course, limit: str, actor: Reader) -> datetime:
    """The new due date, when everything about the request is in order."""
    matter, rule = course.matter, course.book.delay
    if not matter.is_open or not is_holder(actor, matter) or matter.due_at is None:
        raise NotYours(NOT_HOLDER)
    if rule is None:
        raise Refused(NO_DELAY.filled(book=course.book.title))
    if matter.late_at is not None or matter.due_at <= course.now:
        raise Refused(TOO_LATE)
    if matter.delays >= rule.times:
        raise Refused(NO_MORE.filled(times=rule.times))
    try:
        wanted = _later(course, matter.due_at, limit)
    except BadLimit as bad:
        raise Refused(bad.sentence) from None
    if wanted > _later(course, matter.due_at, str(rule.at_most)):
        raise Refused(TOO_LONG.filled(limit=rule.at_most.said()))
    return wanted


def _later(course: Course, due: datetime, limit: str) -> datetime:
    working = course.book.calendar == "work"
    return due_at(due, read_limit(limit), calendar=course.calendar, working=working).astimezone(UTC)


@transaction.atomic
def rule_delay(matter: Matter, *, grant: bool, reason: str, actor: Reader) -> Event:
    """Grant or refuse. Granting moves the due date; the raiser reads who asked, why, and what was decided."""
    course = read_course(matter.pk)
    duty = take_side_duty(course, Duty.RULES_DELAY, actor)
    if grant:
        _grant(course, duty)
    verb = "delay_granted" if grant else "delay_refused"
    post, asks = actor.post_for(duty.role, duty.place_id), duty.asks or {}
    course.note(verb, actor=actor.person_id, post=post, body=asks, secrets=reason_of(course, reason))
    keep([course])
    return course.events[-1].event


def _grant(course: Course, duty: Duty) -> None:
    matter, stage = course.matter, course.book.stages[course.matter.stage]
    matter.delays += 1
    matter.warned_at = None
    course.set_due(datetime.fromisoformat((duty.asks or {})["due"]), stage)
    course.closes.add(Duty.HOLDS)
    course.hold(course.holder or Holder(), stage)


def lapse_delay(course: Course, duty: Duty) -> None:
    """Nobody ruled in time: the request has failed and the limit stands."""
    course.closes.add(duty.kind)
    course.note("delay_lapsed", actor=None, body=duty.asks or {})
