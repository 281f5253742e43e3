"""A joint meeting that was held, with minutes, a task and a point put off; and the next one, called for the coming days."""

from __future__ import annotations

import uuid
from datetime import datetime, time, timedelta

from linli.lib import clock
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.models import Matter
from linli.meetings.actions import agenda, calling, closing, holding
from linli.meetings.actions.following import begin_missing
from linli.meetings.actions.tasks import Assignment
from linli.meetings.hands import Hands
from linli.meetings.models import Meeting
from linli.people.models import Post
from linli.people.queries import in_term
from linli.people.reader import Reader
from linli.places.models import Place

VENUE = "物业服务中心二楼"
RESULTS = "充电桩点位方案已公示；东门路灯限期修复；车位规划下次会议再议。"
SAID = (
    (1, "property", "本季度维修 412 件，按时完成 397 件，其余正在等配件。"),
    (2, "resident", "六号楼老人多，充电桩不要正对单元门。"),
    (2, "committee", "建议放在南门两侧，走线最短。"),
)


def load_meetings() -> None:
    if Meeting.objects.exists():
        return
    convener = _reader("committee")
    held_on = _at(clock.now() - timedelta(days=24))
    with clock.at(held_on - timedelta(days=7)):
        matter = raise_matter(
            "joint_meeting",
            Place.objects.get(level="estate"),
            actor=convener,
            answers={"what": "充电桩点位和路灯"},
            key=uuid.uuid5(uuid.NAMESPACE_URL, "demonstration meeting"),
        )
        _prepare(_of(matter), held_on, convener)
    with clock.at(held_on):
        _sit(_of(matter), convener)
    with clock.at(held_on + timedelta(days=1)):
        move(matter, "publish", actor=convener, answers={"reply": RESULTS})
        begin_missing()
    _call_next(convener)


def _reader(role: str) -> Reader:
    return Reader(Post.objects.filter(in_term(), role=role).select_related("person").order_by("pk")[0].person)


def _at(moment: datetime) -> datetime:
    return datetime.combine(clock.local_day(moment), time(19), clock.ZONE)


def _of(matter: Matter) -> Meeting:
    fresh = Matter.objects.get(pk=matter.pk)
    return Meeting.objects.select_related("matter__holder", "place").get(matter=fresh, entry=fresh.entry)


def _prepare(meeting: Meeting, at: datetime, convener: Reader) -> None:
    calling.plan(meeting, at, VENUE, actor=convener)
    agenda.add_item(meeting, agenda.Point("三季度物业服务通报", "report"), actor=convener)
    agenda.add_item(meeting, agenda.Point("新增充电桩点位方案", "decide"), actor=convener)
    agenda.propose(meeting, "东门路灯什么时候修好", actor=_reader("building_lead"))
    agenda.propose(meeting, "重新规划四号楼前的车位", actor=_reader("unit_lead"))
    calling.call(meeting, actor=convener)


def _sit(meeting: Meeting, convener: Reader) -> None:
    holding.open_meeting(meeting, actor=convener)
    seats = list(meeting.seats.order_by("pk"))
    for seat in seats[:-2]:
        holding.check_in_by_hand(meeting, seat.person_id, actor=convener)
    for number, side, words in SAID:
        speaker = next(seat.person_id for seat in seats if seat.side == side)
        holding.speak(meeting, number, words, actor=convener, speaker=speaker)
    present = len(seats) - 2
    holding.vote(meeting, 2, Hands(present - 2, 1, 1), actor=convener)
    for number, ending in enumerate(_endings(), start=1):
        holding.end_item(meeting, number, ending, actor=convener)
    closing.close(meeting, actor=convener)
    closing.approve(meeting, actor=convener)


def _endings() -> tuple[holding.Ending, ...]:
    return (
        holding.Ending("information", "已通报，明细在公示栏。"),
        holding.Ending("decision", "同意在南门两侧设四个点位，公示七天。"),
        holding.Ending("task", "更换损坏的路灯和线路。", Assignment("property", "month")),
        holding.Ending("deferred", "等消防通道测量结果，下次会议再议。"),
    )


def _call_next(convener: Reader) -> None:
    meeting = Meeting.objects.filter(approved_at__isnull=True).select_related("matter__holder", "place").get()
    calling.plan(meeting, _at(clock.now() + timedelta(days=6)), VENUE, actor=convener)
    agenda.add_item(meeting, agenda.Point("公共收益三季度账目说明", "report"), actor=convener)
    agenda.propose(meeting, "楼道里的杂物怎么处理", actor=_reader("unit_lead"))
    calling.call(meeting, actor=convener)
