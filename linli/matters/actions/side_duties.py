"""What delays and objections share: a request that stands beside the stage until somebody has ruled on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from linli.lib.refusals import Conflict, NotYours, Refused
from linli.lib.text import Said
from linli.matters.course import Course
from linli.matters.models import Duty
from linli.matters.policies import holds, is_holder
from linli.matters.reading import side_duties
from linli.matters.seats import Holder
from linli.people.reader import Reader
from linli.record.actions import Secret

STANDS_ALREADY = Said(
    "已经有一项申请在等答复，请等结果出来。", "A request is waiting for a ruling already; please wait for it."
)
NOTHING_TO_RULE = Said(
    "没有待裁定的申请，可能已经处理过了。", "No request is waiting for a ruling; it may have been dealt with."
)
NOT_YOUR_RULING = Said("这项申请由上一级裁定，不是您。", "This request is ruled on by the step above, not by you.")
OWN_REQUEST = Said(
    "自己提出的申请不能由自己裁定，请由该岗位的其他人处理。",
    "Nobody rules on a request of their own; somebody else on that post must.",
)
SAY_WHY = Said("请写明理由，提出人会看到。", "Please give a reason; the raiser will read it.")
REASON_TOO_LONG = Said("理由最多 1000 字。", "A reason may have 1,000 characters at the most.")


def open_side_duty(
    course: Course, kind: str, holder: Holder, due: datetime, asks: Mapping[str, Any] | None = None
) -> None:
    waiting = side_duties(course.matter.pk)
    if any(duty.kind == kind for duty in waiting):
        raise Conflict(STANDS_ALREADY)
    course.open_duty(kind, holder, due).asks = dict(asks) if asks else None
    course.side_due = min([due, *(duty.due_at for duty in waiting)])


def take_side_duty(course: Course, kind: str, actor: Reader) -> Duty:
    """The request that this person may rule on now; it closes with the course."""
    waiting = side_duties(course.matter.pk)
    duty = next((duty for duty in waiting if duty.kind == kind), None)
    if duty is None:
        raise Conflict(NOTHING_TO_RULE)
    if not holds(actor, duty):
        raise NotYours(NOT_YOUR_RULING)
    if is_holder(actor, course.matter):
        raise NotYours(OWN_REQUEST)
    course.closes.add(kind)
    course.side_due = min((other.due_at for other in waiting if other.kind != kind), default=None)
    return duty


def reason_of(course: Course, reason: str) -> dict[str, Secret]:
    text = reason.strip()
    if not text:
        raise Refused(SAY_WHY)
    if len(text) > 1000:
        raise Refused(REASON_TOO_LONG)
    return {"reason": Secret(text, course.matter.raiser_id)}
