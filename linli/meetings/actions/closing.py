"""After the meeting: it is closed or put off, its minutes are drafted from the record, commented, approved; the matter goes on."""

from __future__ import annotations

import uuid

from django.db import transaction

from linli.lib import clock
from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.matters.actions.moving import conclude_stage
from linli.meetings.actions.recording import held, note, state_of
from linli.meetings.hands import has_quorum
from linli.meetings.kinds import DEFERRED
from linli.meetings.minutes import draft
from linli.meetings.models import Meeting
from linli.meetings.policies import require_convener, require_seat
from linli.meetings.queries import present_now
from linli.meetings.settings import settings_of
from linli.people.reader import Reader
from linli.record.actions import Secret
from linli.record.owners import Deed, done_before

LONGEST = 20_000
NOT_OPEN = Said("会议还没有开始，不能结束；可以延期再开。", "The meeting has not been opened; it can be adjourned.")
UNANSWERED = Said(
    "还有议题没有结果：{numbers}。每一项都要有结论；讨论不完的，选“留待下次”。",
    "Some points have no result yet: {numbers}. Each needs one; what could not be settled is deferred.",
)
PUT_OFF = Said("会议延期，本项留待下次。", "The meeting was adjourned; this point is deferred.")
TOO_FEW = Said("到会人数不足，本项留待下次。", "There was no quorum; this point is deferred.")
SAY_WHY = Said("请写明延期的原因。", "Please say why it is adjourned.")
NOT_CLOSED = Said("会议还没有结束，纪要要等会后整理。", "The minutes follow when the meeting is over.")
APPROVED = Said("纪要已经确认，不能再改。", "The minutes are approved and stand.")
NO_MINUTES = Said(
    "纪要不能是空的，最多 {most} 个字。", "The minutes cannot be empty, and have {most} characters at the most."
)
NO_COMMENT = Said("请写下意见，最多 1000 个字。", "Please write your remark in 1,000 characters at the most.")


@transaction.atomic
def close(meeting: Meeting, *, actor: Reader) -> None:
    """The end of the sitting. Without a quorum nothing was decided, and every point comes back."""
    require_convener(actor, meeting)
    row = held(meeting)
    if row.closed_at is not None:
        return
    if row.opened_at is None:
        raise Refused(NOT_OPEN)
    quorate = has_quorum(settings_of(row).rule, due=row.due_heads or 0, present=present_now(row))
    before = state_of(row)
    if quorate:
        _require_answers(row)
    else:
        _defer_rest(row, TOO_FEW)
    row.closed_at, row.outcome = clock.now(), _outcome(row) if quorate else "no_quorum"
    row.minutes = draft(row)
    note(row, Deed("closed", {"present": present_now(row), "due": row.due_heads}), actor=actor, before=before)


def _require_answers(meeting: Meeting) -> None:
    rest = list(meeting.items.filter(ending="").order_by("number").values_list("number", flat=True))
    if rest:
        raise Refused(UNANSWERED.filled(numbers="、".join(str(number) for number in rest)))


def _defer_rest(meeting: Meeting, why: Said) -> None:
    meeting.items.filter(ending="").update(ending=DEFERRED, answer=why.zh)


def _outcome(meeting: Meeting) -> str:
    """`failed` when the matter itself was voted down or, where it was not put, nothing that was put was carried."""
    verdicts = list(meeting.items.filter(purpose="decide").order_by("number").values_list("verdict", flat=True))
    if settings_of(meeting).question:
        return verdicts[0] or "adjourned"
    return "failed" if verdicts and "passed" not in verdicts else "passed"


@transaction.atomic
def adjourn(meeting: Meeting, reason: str, *, actor: Reader) -> None:
    """Put it off as a whole: whatever has no result yet comes back, and the matter goes on as the playbook says."""
    require_convener(actor, meeting)
    row = held(meeting)
    if row.closed_at is not None:
        raise Conflict(APPROVED if row.approved_at else NOT_CLOSED)
    why = reason.replace("\0", "").strip()
    if not why:
        raise Refused(SAY_WHY)
    before = state_of(row)
    _defer_rest(row, PUT_OFF)
    row.closed_at = row.approved_at = clock.now()
    row.outcome = "adjourned"
    note(row, Deed("adjourned", {}, {"reason": Secret(why[:1000], None)}), actor=actor, before=before)
    conclude_stage(row.matter_id)


@transaction.atomic
def edit_minutes(meeting: Meeting, text: str, *, actor: Reader) -> None:
    require_convener(actor, meeting)
    row = _drafting(meeting)
    words = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not words or len(words) > LONGEST:
        raise Refused(NO_MINUTES.filled(most=LONGEST))
    if words == row.minutes:
        return
    row.minutes = words
    note(row, Deed("drafted", {}, {"minutes": Secret(words, None)}), actor=actor)


@transaction.atomic
def comment(meeting: Meeting, text: str, *, actor: Reader, key: uuid.UUID | None = None) -> None:
    """Whoever sat there may remark on the draft."""
    row = held(meeting)
    if done_before(row, key):
        return
    require_seat(actor, row)
    _drafting(row)
    words = text.replace("\0", "").strip()
    if not words or len(words) > 1000:
        raise Refused(NO_COMMENT)
    note(row, Deed("commented", {}, {"words": Secret(words, actor.person_id)}, key), actor=actor)


def _drafting(meeting: Meeting) -> Meeting:
    row = held(meeting)
    if row.closed_at is None:
        raise Refused(NOT_CLOSED)
    if row.approved_at is not None:
        raise Conflict(APPROVED)
    return row


@transaction.atomic
def approve(meeting: Meeting, *, actor: Reader) -> None:
    """The minutes stand; what was put off waits for the next meeting; the matter goes on by the outcome."""
    require_convener(actor, meeting)
    row = held(meeting)
    if row.approved_at is not None:
        return
    _drafting(row)
    before = state_of(row)
    row.approved_at = clock.now()
    note(row, Deed("approved", {}, {"minutes": Secret(row.minutes, None)}), actor=actor, before=before)
    conclude_stage(row.matter_id)
