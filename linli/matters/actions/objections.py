""" "It is not ours": said once for a matter, ruled on by an adjudicator, while the resident's clock runs on.

首接负责: 北京市接诉即办工作条例 §12, §14; after a ruling there is no second return (潍坊 §22).

The community may also refuse by its list of duties (同条例 §17: 居委会不得被列为清单以外事项的主办单位). That goes to the street;
when it is upheld the raiser is told whose it is and how to reach them.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from linli.lib.refusals import Conflict, NotYours, Refused
from linli.lib.text import Said
from linli.matters.actions.moving import after_arrival
from linli.matters.actions.side_duties import open_side_duty, reason_of, take_side_duty
from linli.matters.course import Course
from linli.matters.keeping import keep
from linli.matters.models import Duty, Matter
from linli.matters.policies import is_holder
from linli.matters.reading import read_course
from linli.matters.seats import Holder, resolve
from linli.people.queries import line_with_seats
from linli.people.reader import Reader
from linli.people.roles import ROLES
from linli.playbooks.engine import end_as
from linli.playbooks.limits import Limit
from linli.playbooks.model import Duty as Owed
from linli.playbooks.model import Playbook
from linli.record.actions import Secret
from linli.record.models import Event

NO_OBJECTION = Said("“{book}”不设异议程序。", "“{book}” has no procedure for objections.")
ONCE_ONLY = Said(
    "这件事已经提过一次异议，裁定后不能再退。请按裁定办理。",
    "An objection was made once already; after the ruling it cannot be returned again. Please act on it.",
)
NOT_HOLDER = Said("只有现在负责的人可以提出异议。", "Only who holds the matter now can object.")
NOT_THE_RAISER = Said(
    "现在等的是提出人本人的意见，不是派给您的任务，不能提异议。",
    "The matter waits for the raiser's own word; it was not assigned to you, so there is nothing to object to.",
)
OWN_JUDGE = Said("裁定人就是您自己，不能提异议。", "You would rule on it yourself; no objection is possible.")
NO_SUCH_SEAT = Said("请选择由谁接手。", "Please choose who takes it over.")
NOBODY_TO_JUDGE = Said(
    "街道办的岗位空缺，没有人可以裁定。请先联系街道补上。",
    "Nobody is at the street office to rule on it. Please ask the street to fill the post.",
)
NOT_ACCEPTED = Said(
    "{reason}\n这件事由{whose}负责，联系方式：{contact}。",
    "{reason}\nThis is for {whose}; you can reach them at {contact}.",
)
DECLINE = "decline"  # in place of the role that takes over
LIST_LIMIT = Limit(1, "workdays")  # 退单一个工作日内、写明依据：唐山 §19–24


@dataclass(frozen=True, slots=True)
class ByList:
    """The line of the community's list that a refusal rests on: what it is, whose, and how to reach them."""

    code: str
    entry: Said
    whose: Said
    contact: str

    def plain(self) -> dict[str, Any]:
        return {"code": self.code, "entry": [self.entry.zh, self.entry.en], "whose": [self.whose.zh, self.whose.en],
                "contact": self.contact}  # fmt: skip


@transaction.atomic
def make_objection(matter: Matter, *, reason: str, actor: Reader) -> Event:
    course = read_course(matter.pk)
    _gate(course, actor)
    rule = course.book.objection
    if rule is None:
        raise Refused(NO_OBJECTION.filled(book=course.book.title))
    judge = resolve(course.book, rule.to, course.line, raiser=course.matter.raiser_id, facts=course.facts)
    return _object(course, judge, rule.limit, reason, actor)


@transaction.atomic
def refuse_by_list(matter: Matter, *, by: ByList, reason: str, actor: Reader) -> Event:
    """Also where a playbook has no procedure for objections: the law gives the community this one."""
    course = read_course(matter.pk)
    _gate(course, actor)
    line = line_with_seats(course.matter.place, ["street"])
    street = line.at("street")
    if street is None or ("street", street) not in line.filled:
        raise Refused(NOBODY_TO_JUDGE)
    limit = course.book.objection.limit if course.book.objection else LIST_LIMIT
    return _object(course, Holder("street", street), limit, reason, actor, by)


def _gate(course: Course, actor: Reader) -> None:
    if not course.matter.is_open or not is_holder(actor, course.matter):
        raise NotYours(NOT_HOLDER)
    if course.holder is not None and course.holder.person == course.matter.raiser_id:
        raise Refused(NOT_THE_RAISER)
    if course.matter.objected:
        raise Conflict(ONCE_ONLY)


def _object(course: Course, judge: Holder, limit: Limit, reason: str, actor: Reader, by: ByList | None = None) -> Event:
    if (judge.role, judge.place) == _seat(course):
        raise Refused(OWN_JUDGE)
    course.matter.objected = True
    open_side_duty(course, Duty.RULES_OBJECTION, judge, course.until(limit), by.plain() if by else None)
    body = {"code": by.code, "entry": [by.entry.zh, by.entry.en]} if by else None
    verb, post = "refused_by_list" if by else "objected", course.post_of_holder(actor)
    course.note(verb, actor=actor.person_id, post=post, body=body, secrets=reason_of(course, reason))
    keep([course])
    return course.events[-1].event


def _seat(course: Course) -> tuple[str, uuid.UUID | None]:
    held = course.holder or Holder()
    return held.role, held.place


def seats_to_take_over(course: Course) -> list[Holder]:
    """Who else on the matter's line could take it: the filled seats of the playbook's own duties and of its chain."""
    named = {(duty.role, duty.level) for duty in _duties(course.book)}
    seats = [(role, place) for role, level in sorted(named) if (place := course.line.at(level)) is not None]
    return [
        Holder(role, place)
        for role, place in seats
        if (role, place) in course.line.filled and (role, place) != _seat(course)
    ]


def _duties(book: Playbook) -> list[Owed]:
    own = [stage.duty for stage in book.stages.values() if stage.duty and stage.duty.role]
    return [*own, *book.chain]


@transaction.atomic
def rule_objection(matter: Matter, *, take_over: str = "", reason: str, actor: Reader) -> Event:
    """Uphold by naming the role that takes over, or dismiss by naming none. The due date stays as it was.

    What was refused by the list can also be declined: it ends, and the raiser reads whose it is.
    """
    course = read_course(matter.pk)
    duty = take_side_duty(course, Duty.RULES_OBJECTION, actor)
    if take_over == DECLINE and duty.asks:
        return _decline(course, duty, reason, actor)
    if take_over:
        _hand_over(course, take_over)
    verb = "objection_upheld" if take_over else "objection_dismissed"
    post = actor.post_for(duty.role, duty.place_id)
    course.note(verb, actor=actor.person_id, post=post, secrets=reason_of(course, reason))
    keep([course])
    return course.events[-1].event


def _decline(course: Course, duty: Duty, reason: str, actor: Reader) -> Event:
    asks, was = duty.asks or {}, course.matter.stage
    words = str(reason_of(course, reason)["reason"].value)
    reply = NOT_ACCEPTED.filled(reason=words, whose=Said(*asks["whose"]), contact=asks["contact"]).zh
    course.arrive(end_as(course.book, "declined"))
    course.matter.answered_at = course.now
    course.note(
        "declined_by_list",
        actor=actor.person_id,
        post=actor.post_for(duty.role, duty.place_id),
        body={"code": asks["code"], "entry": asks["entry"], "from": was},
        secrets={"reply": Secret(reply, course.matter.raiser_id)},
    )
    keep([course])
    after_arrival(course, by=actor.person_id)
    return course.events[-1].event


def _hand_over(course: Course, role: str) -> None:
    holder = next((seat for seat in seats_to_take_over(course) if seat.role == role and role in ROLES), None)
    if holder is None:
        raise Refused(NO_SUCH_SEAT)
    course.closes.add(Duty.HOLDS)
    course.hold(holder, course.book.stages[course.matter.stage])


def lapse_objection(course: Course, duty: Duty) -> None:
    """Nobody ruled in time: the assignment stands."""
    course.closes.add(duty.kind)
    course.note("objection_lapsed", actor=None)
