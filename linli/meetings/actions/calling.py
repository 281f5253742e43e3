"""Before the meeting: when and where, who is due, and the notice with its legal period."""

from __future__ import annotations

import uuid
from datetime import datetime

from django.db import transaction

from linli.lib import clock
from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.lib.times import full_said
from linli.meetings.actions.recording import held, note, state_of
from linli.meetings.kinds import SIDES
from linli.meetings.models import Meeting, Seat
from linli.meetings.policies import require_convener
from linli.meetings.queries import roll_of
from linli.meetings.settings import settings_of
from linli.people.models import Person
from linli.people.reader import Reader
from linli.playbooks.limits import after_whole_days
from linli.record.owners import Deed

NO_TIME = Said("请填写开会的日期和时间。", "Please give the day and time of the meeting.")
NO_VENUE = Said("请填写开会的地点，最多 100 个字。", "Please say where it is held, in 100 characters at the most.")
PAST = Said("开会时间不能早于现在。", "The meeting cannot be held in the past.")
CALLED = Said(
    "通知已经发出。要改时间或名单，请延期再开，重新通知。",
    "The notice has gone out. To change the time or the seats, adjourn the meeting and call it anew.",
)
NO_SIDE = Said("请选择席位属于哪一方。", "Please choose which side the seat is on.")
NOBODY_FOUND = Said("没有找到这位人员，请从列表中选择。", "That person was not found; please choose from the list.")
NO_SEATS = Said("还没有任何有表决权的席位，请先列出应到人员。", "No seat has a vote yet. List those who are due first.")
NO_AGENDA = Said("还没有议题。请至少列出一项。", "The agenda is empty. List one point at least.")
ON_THE_ROLL = Said(
    "名册（{who}）上的人都应到，不能撤下，也不能改席位。名册有误的，请先更正名册，再延期重新召集。",
    "Everybody on the roll ({who}) is due, so this seat stands. If the roll is wrong, correct it, then adjourn and call anew.",
)
NOT_ON_THE_ROLL = Said(
    "这次会议由名册（{who}）上的人表决。名册以外的人可以列席，不能有表决权。",
    "Those on the roll ({who}) vote at this meeting. Others may sit in, without a vote.",
)
TOO_SOON = Said(
    "按规定要提前 {days} 天通知，通知当天不算：现在发出通知，最早只能在 {earliest} 开会。",
    "The notice must go out {days} days before, not counting today: called now, the meeting cannot be held before {earliest}.",
)


@transaction.atomic
def plan(meeting: Meeting, at: datetime | None, venue: str, *, actor: Reader) -> None:
    require_convener(actor, meeting)
    row = _not_called(meeting)
    where = " ".join(venue.replace("\0", "").split())
    if at is None:
        raise Refused(NO_TIME)
    if at < clock.now():
        raise Refused(PAST)
    if not where or len(where) > 100:
        raise Refused(NO_VENUE)
    before = state_of(row)
    row.at, row.venue = at, where
    note(row, Deed("planned"), actor=actor, before=before)


@transaction.atomic
def seat(meeting: Meeting, person: uuid.UUID | None, side: str, *, votes: bool, actor: Reader) -> None:
    """Give somebody a seat, or change the one they have."""
    require_convener(actor, meeting)
    row = _not_called(meeting)
    if side not in SIDES:
        raise Refused(NO_SIDE)
    found = Person.objects.filter(pk=person, shredded_at__isnull=True).first() if person else None
    if found is None:
        raise Refused(NOBODY_FOUND)
    _check_roll(row, found.pk, votes=votes)
    Seat.objects.update_or_create(meeting=row, person=found, defaults={"side": side, "votes": votes})
    note(row, Deed("seated", {"side": side, "votes": votes, "person": str(found.pk)}), actor=actor)


@transaction.atomic
def unseat(meeting: Meeting, person: uuid.UUID | None, *, actor: Reader) -> None:
    require_convener(actor, meeting)
    row = _not_called(meeting)
    if person is None:
        return
    _check_roll(row, person, votes=False)
    if Seat.objects.filter(meeting=row, person_id=person).delete()[0]:
        note(row, Deed("unseated", {"person": str(person)}), actor=actor)


def _check_roll(meeting: Meeting, person: uuid.UUID, *, votes: bool) -> None:
    """Where the register says who is due, no convener changes what a quorum is held against."""
    electorate = settings_of(meeting).electorate
    roll = roll_of(meeting.place, electorate) if electorate else {}
    if person in roll:
        raise Refused(ON_THE_ROLL.filled(who=SIDES[electorate]))
    if roll and votes:
        raise Refused(NOT_ON_THE_ROLL.filled(who=SIDES[electorate]))


def _not_called(meeting: Meeting) -> Meeting:
    row = held(meeting)
    if row.called_at is not None:
        raise Conflict(CALLED)
    return row


@transaction.atomic
def call(meeting: Meeting, *, actor: Reader) -> None:
    """Send the notice. From now on time, place, seats and what is to be decided stand fast."""
    require_convener(actor, meeting)
    row = held(meeting)
    if row.called_at is not None:
        return
    _check_ready(row)
    before = state_of(row)
    row.called_at = clock.now()
    row.due_heads = row.seats.filter(votes=True).count()
    agenda = [[item.number, item.purpose] for item in row.items.order_by("number")]
    note(row, Deed("called", {"agenda": agenda}), actor=actor, before=before)


def _check_ready(meeting: Meeting) -> None:
    if meeting.at is None:
        raise Refused(NO_TIME)
    if not meeting.items.exists():
        raise Refused(NO_AGENDA)
    if not meeting.seats.filter(votes=True).exists():
        raise Refused(NO_SEATS)
    days = settings_of(meeting).notice_days
    earliest = after_whole_days(clock.now(), days)
    if meeting.at < earliest:
        raise Refused(TOO_SOON.filled(days=days, earliest=full_said(earliest)))
