"""The meeting itself: who is there, who says what, how hands are counted, how each point ends."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction

from linli.lib import clock
from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.lib.times import full_said
from linli.meetings.actions.recording import held, note, state_of
from linli.meetings.actions.tasks import Assignment, assign
from linli.meetings.hands import Hands, verdict_of
from linli.meetings.kinds import BY_CODE, BY_HAND, ENDINGS, TASK
from linli.meetings.models import Item, Meeting, Seat
from linli.meetings.policies import require_convener, require_seat
from linli.meetings.queries import present_now
from linli.meetings.settings import settings_of
from linli.people.reader import Reader
from linli.record.actions import Secret
from linli.record.owners import Deed, done_before

EARLY = timedelta(hours=1)
LONGEST = 2000
NOT_CALLED = Said("还没有发出会议通知，不能开会。", "The meeting has not been called yet, so it cannot be opened.")
NOT_YET = Said(
    "会议定在 {at}，最早可以提前一小时签到和开会。",
    "The meeting is set for {at}; it can be opened, and people check in, from an hour before.",
)
NOT_OPEN = Said("会议还没有开始。", "The meeting has not been opened yet.")
OVER = Said("会议已经结束，不能再登记。", "The meeting is over; nothing more is entered.")
NO_WORDS = Said("请写下发言内容，最多 {most} 个字。", "Please write what was said, in {most} characters at the most.")
NO_ITEM = Said("议程上没有第 {number} 项。", "The agenda has no point {number}.")
NOT_TO_DECIDE = Said("第 {number} 项不是表决事项。", "Point {number} is not for deciding.")
BAD_HANDS = Said(
    "赞成、反对、弃权请各填一个不小于 0 的整数。",
    "Please give the hands for, against and abstaining as whole numbers from 0.",
)
TOO_MANY_HANDS = Said(
    "举手合计 {hands}，而到会有表决权的只有 {present} 人。请重新清点。",
    "{hands} hands were counted, but only {present} people with a vote are present. Please count again.",
)
NO_ENDING = Said("请选择这一项的结果。", "Please choose how this point ends.")
NO_ANSWER = Said(
    "请写明结论或答复，最多 {most} 个字；提出的人会看到。",
    "Please write the conclusion or answer, in {most} characters at the most; whoever asked will read it.",
)
VOTE_FIRST = Said("这一项要先表决，再写结论。", "This point must be voted on before it ends as a decision.")
NOT_CARRIED = Said(
    "表决没有通过，不能登记为“形成决定”。可以留待下次，或者作为已说明。",
    "The vote did not carry it, so it cannot end as a decision. Defer it, or note it as information.",
)
STANDS = Said("第 {number} 项已经有结果。", "Point {number} has ended already.")
BAD_COUNT = Said("请填写一个不小于 0 的整数。", "Please give a whole number from 0.")


@transaction.atomic
def open_meeting(meeting: Meeting, *, actor: Reader) -> None:
    require_convener(actor, meeting)
    row = held(meeting)
    if row.opened_at is not None:
        return
    _require_time(row)
    before = state_of(row)
    row.opened_at = clock.now()
    note(row, Deed("opened"), actor=actor, before=before)


def _require_time(meeting: Meeting) -> None:
    if meeting.called_at is None or meeting.at is None:
        raise Refused(NOT_CALLED)
    if meeting.closed_at is not None:
        raise Conflict(OVER)
    if clock.now() < meeting.at - EARLY:
        raise Refused(NOT_YET.filled(at=full_said(meeting.at)))


def _require_open(meeting: Meeting) -> None:
    if meeting.opened_at is None:
        raise Refused(NOT_OPEN)
    if meeting.closed_at is not None:
        raise Conflict(OVER)


@transaction.atomic
def check_in(meeting: Meeting, *, actor: Reader) -> None:
    """With one's own phone, by the code shown at the meeting."""
    row = held(meeting)
    mine = require_seat(actor, row)
    _arrive(row, mine, BY_CODE, actor)


@transaction.atomic
def check_in_by_hand(meeting: Meeting, person: uuid.UUID | None, *, actor: Reader) -> None:
    require_convener(actor, meeting)
    row = held(meeting)
    _arrive(row, _seat(row, person), BY_HAND, actor)


def _seat(meeting: Meeting, person: uuid.UUID | None) -> Seat:
    found = meeting.seats.filter(person_id=person).first() if person else None
    if found is None:
        raise Refused(Said("名单上没有这个席位。", "There is no such seat on the list."))
    return found


def _arrive(meeting: Meeting, seat: Seat, how: str, actor: Reader) -> None:
    _require_time(meeting)
    if seat.arrived_at is not None and seat.left_at is None:
        return
    if seat.arrived_at is None:
        seat.present, seat.arrived_at = how, clock.now()
    seat.left_at = None
    seat.save(update_fields=["present", "arrived_at", "left_at"])
    note(meeting, Deed("arrived", {"person": str(seat.person_id), "how": how}), actor=actor)


@transaction.atomic
def leave(meeting: Meeting, person: uuid.UUID | None, *, actor: Reader) -> None:
    """Somebody goes before the end; what they voted on stays as it was counted."""
    row = held(meeting)
    if person != actor.person_id:
        require_convener(actor, meeting)
    seat = _seat(row, person)
    _require_open(row)
    if seat.arrived_at is None or seat.left_at is not None:
        return
    seat.left_at = clock.now()
    seat.save(update_fields=["left_at"])
    note(row, Deed("left", {"person": str(seat.person_id)}), actor=actor)


@transaction.atomic
def speak(meeting: Meeting, number: int, words: str, *, actor: Reader, speaker: uuid.UUID | None = None,
          key: uuid.UUID | None = None) -> None:  # fmt: skip
    """What somebody with a seat says to a point: typed by themselves, or by the convener for whoever spoke."""
    row = held(meeting)
    if done_before(row, key):
        return
    if speaker is not None and speaker != actor.person_id:
        require_convener(actor, meeting)
        seat = _seat(row, speaker)
    else:
        seat = require_seat(actor, row)
    _require_open(row)
    item = _item(row, number)
    text = words.replace("\0", "").strip()
    if not text or len(text) > LONGEST:
        raise Refused(NO_WORDS.filled(most=LONGEST))
    secrets = {"words": Secret(text, seat.person_id)}
    body = {"item": item.number, "side": seat.side, "person": str(seat.person_id)}
    note(row, Deed("spoke", body, secrets, key), actor=actor)


def _item(meeting: Meeting, number: int) -> Item:
    found = meeting.items.select_related("asker", "matter").filter(number=number).first()
    if found is None:
        raise Refused(NO_ITEM.filled(number=number))
    return found


@transaction.atomic
def count_at_door(meeting: Meeting, number: str, *, actor: Reader) -> None:
    """People of a body too large for seats of their own, counted as they came in."""
    require_convener(actor, meeting)
    row = held(meeting)
    _require_time(row)
    if not (number.isascii() and number.isdigit() and len(number) < 6):
        raise Refused(BAD_COUNT)
    before = state_of(row)
    row.extra_present = int(number)
    note(row, Deed("counted"), actor=actor, before=before)


@transaction.atomic
def vote(meeting: Meeting, number: int, hands: Hands | None, *, actor: Reader) -> str:
    """Hands counted by the convener, held against those present now; counted again, the last count stands."""
    require_convener(actor, meeting)
    row = held(meeting)
    _require_open(row)
    item = _item(row, number)
    if item.purpose != "decide":
        raise Refused(NOT_TO_DECIDE.filled(number=number))
    if item.ending:
        raise Conflict(STANDS.filled(number=number))
    if hands is None:
        raise Refused(BAD_HANDS)
    present = present_now(row)
    if hands.total > present:
        raise Refused(TOO_MANY_HANDS.filled(hands=hands.total, present=present))
    item.yes, item.no, item.abstain, item.present = hands.yes, hands.no, hands.abstain, present
    item.verdict = verdict_of(settings_of(row).rule, due=row.due_heads or 0, present=present, hands=hands)
    item.save(update_fields=["yes", "no", "abstain", "present", "verdict"])
    body = {"item": number, "yes": hands.yes, "no": hands.no, "abstain": hands.abstain, "present": present,
            "due": row.due_heads, "verdict": item.verdict}  # fmt: skip
    note(row, Deed("voted", body), actor=actor)
    return item.verdict


@dataclass(frozen=True, slots=True)
class Ending:
    how: str
    answer: str
    task: Assignment | None = None


@transaction.atomic
def end_item(meeting: Meeting, number: int, ending: Ending, *, actor: Reader) -> None:
    """Each point ends with an answer; a task begins a matter with a holder and a deadline of its own."""
    require_convener(actor, meeting)
    row = held(meeting)
    _require_open(row)
    item = _item(row, number)
    if item.ending:
        raise Conflict(STANDS.filled(number=number))
    answer = ending.answer.replace("\0", "").strip()
    _check_ending(item, ending.how, answer)
    if ending.how == TASK:
        item.task = assign(row, item, answer, ending.task, actor=actor)
    item.ending, item.answer = ending.how, answer
    item.save(update_fields=["ending", "answer", "task"])
    body = {"item": number, "ending": ending.how, "task": item.task.number if item.task else None}
    note(row, Deed("ended", body, {"answer": Secret(answer, None)}), actor=actor)


def _check_ending(item: Item, how: str, answer: str) -> None:
    if how not in ENDINGS:
        raise Refused(NO_ENDING)
    if not answer or len(answer) > LONGEST:
        raise Refused(NO_ANSWER.filled(most=LONGEST))
    if how == "decision" and item.purpose == "decide":
        if not item.verdict:
            raise Refused(VOTE_FIRST)
        if item.verdict != "passed":
            raise Refused(NOT_CARRIED)
