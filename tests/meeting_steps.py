"""How a story holds a meeting: `{by: yang, meet: passed}` calls it, lets the time come, and brings it to that outcome."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time

from linli.lib import clock
from linli.matters.models import Matter
from linli.meetings.actions import agenda, calling, closing, holding
from linli.meetings.hands import Hands
from linli.meetings.models import Meeting
from linli.meetings.settings import settings_of
from linli.people.queries import people_around
from linli.people.reader import Reader
from linli.playbooks.limits import after_whole_days


def meeting_of(matter: Matter) -> Meeting:
    return Meeting.objects.select_related("matter__holder", "place").get(matter=matter, entry=matter.entry)


def called(matter: Matter, by: Reader, purpose: str = "report") -> Meeting:
    """A meeting with a point of its own, called for the first day that the notice allows, at nine."""
    meeting = meeting_of(matter)
    earliest = after_whole_days(clock.now(), settings_of(meeting).notice_days + 1)
    at = datetime.combine(clock.local_day(earliest), time(9), clock.ZONE)
    calling.plan(meeting, at, "社区二楼会议室", actor=by)
    _seat_somebody(meeting, by)
    if not meeting.items.exists():
        agenda.add_item(meeting, agenda.Point("本月物业服务情况", purpose), actor=by)
    calling.call(meeting, actor=by)
    return meeting_of(matter)


def _seat_somebody(meeting: Meeting, by: Reader) -> None:
    """Where nobody stands in the register of the electorate, the convener lists those who are due."""
    if meeting.seats.filter(votes=True).exists():
        return
    for person in people_around(meeting.place, "resident"):
        calling.seat(meeting, person.pk, settings_of(meeting).electorate, votes=True, actor=by)


def hold(matter: Matter, by: Reader, outcome: str, wait_until: Callable[[datetime], None]) -> None:
    """From the notice to the approved minutes, or to where it is put off."""
    meeting = called(matter, by, "decide" if outcome == "failed" else "report")
    if outcome == "adjourned":
        closing.adjourn(meeting, "场地停电", actor=by)
        return
    assert meeting.at is not None
    wait_until(meeting.at)
    with clock.at(meeting.at):
        sit(meeting_of(matter), by, outcome)


def sit(meeting: Meeting, by: Reader, outcome: str) -> None:
    holding.open_meeting(meeting, actor=by)
    for seat in meeting.seats.all() if outcome != "no_quorum" else ():
        holding.check_in_by_hand(meeting, seat.person_id, actor=by)
    for item in meeting.items.order_by("number") if outcome != "no_quorum" else ():
        how = "information"
        if item.purpose == "decide":
            present = meeting.seats.filter(votes=True).count()
            hands = Hands(present, 0, 0) if outcome == "passed" else Hands(0, present, 0)
            how = "decision" if holding.vote(meeting, item.number, hands, actor=by) == "passed" else "information"
        holding.end_item(meeting, item.number, holding.Ending(how, "已在会上说明"), actor=by)
    closing.close(meeting, actor=by)
    closing.approve(meeting, actor=by)
