"""Four deliberations whose resolution hangs, with a concern answered; and a notice of works with one that waits. All invented."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction

from linli.lib import clock
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.models import Matter
from linli.meetings.actions import calling, closing, holding
from linli.meetings.hands import Hands
from linli.meetings.models import Meeting
from linli.meetings.settings import settings_of
from linli.notices.actions.postings import answer_concern, prove, raise_concern
from linli.notices.models import Concern, Posting
from linli.people.models import Post
from linli.people.queries import in_term
from linli.people.reader import Reader
from linli.places.models import Place
from linli.playbooks.limits import after_whole_days
from linli.portal.demonstration_pictures import sheet_on_a_board

BEGUN = timedelta(days=33)
VENUE = "社区二楼会议室"
WHAT = "老旧单元加装无障碍坡道和扶手"
PLAN = "1 号楼至 6 号楼共 14 个单元加装坡道和扶手，工期 45 天，先南后北。\n费用 21.6 万元：街道补助 12 万元，公共收益 9.6 万元。"
IMPROVED = (
    "1 号楼至 6 号楼共 14 个单元加装坡道和扶手，工期 45 天，先做有轮椅住户的 4 个单元。\n"
    "费用 20.9 万元：街道补助 12 万元，公共收益 8.9 万元。"
)
RESOLUTION = (
    "代表会议同意方案：\n"
    "1. 14 个单元加装坡道和扶手，先做 2 号楼、4 号楼有轮椅住户的 4 个单元。\n"
    "2. 费用 20.9 万元，街道补助 12 万元，公共收益 8.9 万元，完工后公布决算。\n"
    "3. 施工期间每个单元留一侧通行，楼栋长每天查看。"
)
HEADING = "地下车库照明更换施工安排"
BODY = (
    "本周起分三段更换地下车库照明，每段两天，上午 9 点至下午 5 点，不在夜里施工。\n"
    "一期：周二、周三；二期：周四、周五；三期：下周一、周二。\n"
    "费用 3.4 万元，从公共收益支出，已列入年度计划。施工时请绕行，紧急用车请联系物业前台。"
)


@dataclass(frozen=True, slots=True)
class Voiced:
    """A concern, how many days ago, by which resident, and its answer a day later, if there is one."""

    days: int
    resident: int
    words: str
    answer: str = ""


ABOUT_RAMPS = (
    Voiced(4, 23, "公共收益去年还剩多少？请把账目一起公布。", "结余 41.3 万元，明细贴在公示栏右侧，也在“数据公开”里。"),
    Voiced(1, 208, "5 号楼也有老人推助行器，能不能和前 4 个单元一起做？"),
)
ABOUT_LIGHTS = (Voiced(2, 311, "三期车库下周一要停车检，能不能换到下周末？"),)


@transaction.atomic
def load_deliberations() -> None:
    if Matter.objects.filter(book="four_deliberations").exists():
        return
    community = Reader(_posts("community")[0].person)
    start = datetime.combine(clock.local_day(clock.now() - BEGUN), time(9), clock.ZONE)
    _deliberate(community, start)
    _give_notice(community)


def _posts(role: str) -> list[Post]:
    rows = Post.objects.filter(in_term(), role=role).select_related("person", "place")
    return list(rows.order_by("place__order", "place__path", "pk"))


def _raised(book: str, level: str, answers: dict[str, Any], community: Reader) -> Matter:
    place, key = Place.objects.get(level=level), uuid.uuid5(uuid.NAMESPACE_URL, f"demonstration {book}")
    return raise_matter(book, place, actor=community, answers=answers, key=key)


def _deliberate(community: Reader, start: datetime) -> None:
    """Proposed, consulted, reviewed, resolved, each in a meeting that was called in time; then posted."""
    with clock.at(start):
        matter = _raised("four_deliberations", "community", {"what": WHAT, "kind": "delegated"}, community)
    now = _moved(matter, "propose", {"plan": PLAN}, start + timedelta(days=1), community)
    now = _met(matter, now, community)
    now = _moved(matter, "send", {"plan": IMPROVED}, now + timedelta(days=1), community)
    now = _met(matter, now, community)
    now = _met(matter, now, community)
    now = _moved(matter, "post", {"resolution": RESOLUTION}, now + timedelta(hours=5), community)
    _hung(matter, now + timedelta(hours=1), ABOUT_RAMPS, community)


def _moved(matter: Matter, name: str, answers: dict[str, Any], at: datetime, community: Reader) -> datetime:
    with clock.at(at):
        move(matter, name, actor=community, answers=answers)
    return at


def _met(matter: Matter, now: datetime, community: Reader) -> datetime:
    """The meeting of this stage, held on the first morning that its notice allows; everybody but one agrees where many vote."""
    with clock.at(now):
        meeting = _meeting_of(matter)
        earliest = after_whole_days(clock.now(), settings_of(meeting).notice_days + 1)
        at = datetime.combine(clock.local_day(earliest), time(9), clock.ZONE)
        calling.plan(meeting, at, VENUE, actor=community)
        if not meeting.seats.filter(votes=True).exists():
            _seat_representatives(meeting, community)
        calling.call(meeting, actor=community)
    with clock.at(at):
        _sit(_meeting_of(matter), community)
    return at


def _seat_representatives(meeting: Meeting, community: Reader) -> None:
    for post in [*_posts("building_lead"), *_posts("unit_lead")]:
        calling.seat(meeting, post.person_id, "representative", votes=True, actor=community)


def _meeting_of(matter: Matter) -> Meeting:
    fresh = Matter.objects.get(pk=matter.pk)
    return Meeting.objects.select_related("matter__holder", "place").get(matter=fresh, entry=fresh.entry)


def _sit(meeting: Meeting, community: Reader) -> None:
    holding.open_meeting(meeting, actor=community)
    for seat in meeting.seats.all():
        holding.check_in_by_hand(meeting, seat.person_id, actor=community)
    voters = meeting.seats.filter(votes=True).count()
    against = 1 if voters > 5 else 0
    for item in meeting.items.order_by("number"):
        holding.vote(meeting, item.number, Hands(voters - against, against, 0), actor=community)
        holding.end_item(
            meeting, item.number, holding.Ending("decision", "同意方案，下一步按程序办。"), actor=community
        )
    closing.close(meeting, actor=community)
    closing.approve(meeting, actor=community)


def _give_notice(community: Reader) -> None:
    at = datetime.combine(clock.local_day(clock.now()) - timedelta(days=3), time(9, 30), clock.ZONE)
    with clock.at(at):
        matter = _raised("posted_notice", "estate", {"heading": HEADING, "body": BODY}, community)
    _moved(matter, "publish", {}, at + timedelta(minutes=20), community)
    _hung(matter, at + timedelta(hours=1), ABOUT_LIGHTS, community)


def _hung(matter: Matter, at: datetime, concerns: tuple[Voiced, ...], community: Reader) -> None:
    """A photo shows that it hangs; neighbours say what they think of it."""
    with clock.at(at):
        prove(Posting.objects.get(matter=matter), photos=[sheet_on_a_board()], actor=community)
    residents, today = _posts("resident"), clock.now()
    for number, said in enumerate(concerns):
        posting = Posting.objects.select_related("matter__holder", "place").get(matter=matter)
        key = uuid.uuid5(uuid.NAMESPACE_URL, f"{HEADING} {said.words}")
        with clock.at(today - timedelta(days=said.days)):
            made = raise_concern(posting, text=said.words, actor=Reader(residents[said.resident].person), key=key)
        if said.answer:
            with clock.at(today - timedelta(days=said.days - 1, hours=number)):
                answer_concern(Concern.objects.get(pk=made.pk), text=said.answer, upheld="no", actor=community)
