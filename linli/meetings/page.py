"""What the page of one meeting shows, and to whom."""

from __future__ import annotations

import uuid
from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cached_property

from linli.lib import clock
from linli.lib.masks import mask_name
from linli.lib.text import Said
from linli.matters.deeds import Tried
from linli.meetings.actions.agenda import is_question
from linli.meetings.actions.holding import EARLY
from linli.meetings.actions.tasks import TASK_BOOK
from linli.meetings.kinds import ENDINGS, OUTCOMES, PRESENCE, PURPOSES, SIDES
from linli.meetings.models import Item, Meeting, Seat
from linli.meetings.plans import Plan, plans_of
from linli.meetings.policies import is_convener, may_propose, seat_of, sees_names
from linli.meetings.queries import (
    Comment,
    Spoken,
    comments_on,
    items_of,
    present_now,
    roll_of,
    seats_by_side,
    spoken_in,
)
from linli.meetings.settings import Settings, settings_of, title_of
from linli.people.models import Person, Post
from linli.people.queries import in_term
from linli.people.reader import Reader
from linli.places.models import Place
from linli.playbooks.model import Field, Playbook
from linli.playbooks.versions import book_of, current_version

PREPARED, CALLED, OPEN, CLOSED, DONE = "prepared", "called", "open", "closed", "done"
STATES = {
    PREPARED: Said("筹备中", "Being prepared"),
    CALLED: Said("已通知", "Called"),
    OPEN: Said("正在开会", "In session"),
    CLOSED: Said("整理纪要", "Minutes being drafted"),
}
DONE_SAID = {
    "planned": Said("时间和地点已保存。", "Time and place are saved."),
    "seated": Said("席位已保存。", "The seat is saved."),
    "unseated": Said("席位已撤下。", "The seat is taken off."),
    "listed": Said("议题已列入。", "The point is on the agenda."),
    "proposed": Said("议题已列入，会上会逐项答复。", "Your topic is on the agenda; the meeting will answer it."),
    "dropped": Said("议题已撤下。", "The point is off the agenda."),
    "called": Said("通知已发出，会议信息已公开。", "The notice has gone out, and the meeting is public."),
    "opened": Said("会议开始。", "The meeting is open."),
    "arrived": Said("已签到。", "Checked in."),
    "left": Said("已登记离会。", "Noted as gone."),
    "counted": Said("到会人数已登记。", "The number at the door is noted."),
    "spoke": Said("发言已记录。", "What was said is recorded."),
    "voted": Said("表决结果已登记。", "The vote is recorded."),
    "ended": Said("这一项已有结果。", "This point has its result."),
    "closed": Said(
        "会议结束，纪要初稿已按记录生成。", "The meeting is closed; draft minutes were made from the record."
    ),
    "adjourned": Said("会议延期，没有结果的议题留待下次。", "The meeting is adjourned; what has no result comes back."),
    "drafted": Said("纪要已保存。", "The minutes are saved."),
    "commented": Said("意见已记录。", "Your remark is recorded."),
    "approved": Said("纪要已确认并公开。", "The minutes are approved and public."),
}


@dataclass(frozen=True, slots=True)
class Point:
    """An item of the agenda, with what was said to it."""

    item: Item
    purpose: Said
    ending: Said | None
    asker: str
    said: list[tuple[Said, str, str]]  # side, name, words
    mine: bool
    droppable: bool

    @property
    def verdict(self) -> Said | None:
        return VERDICTS[self.item.verdict] if self.item.verdict else None


VERDICTS = {
    "passed": Said("通过", "Carried"),
    "failed": Said("未通过", "Not carried"),
    "no_quorum": Said("人数不足，不作决定", "No quorum: nothing is decided"),
}


@dataclass(frozen=True, slots=True)
class SeatRow:
    seat: Seat
    name: str
    presence: Said | None
    here: bool
    mine: bool
    fixed: bool  # due by the register


class MeetingPage:
    def __init__(self, meeting: Meeting, reader: Reader, tried: Tried | None = None) -> None:
        self.meeting = meeting
        self.reader = reader
        self.tried = tried or Tried()
        self.key = uuid.uuid4()

    @cached_property
    def book(self) -> Playbook:
        return book_of(self.meeting.matter.playbook_id)

    @cached_property
    def settings(self) -> Settings:
        return settings_of(self.meeting)

    @property
    def state(self) -> str:
        one = self.meeting
        if one.approved_at:
            return DONE
        if one.closed_at:
            return CLOSED
        return OPEN if one.opened_at else CALLED if one.called_at else PREPARED

    @cached_property
    def title(self) -> Said:
        return title_of(self.meeting)

    @property
    def state_said(self) -> Said:
        if self.state != DONE:
            return STATES[self.state]
        carried = self.meeting.outcome == "passed" and self.settings.question
        return VERDICTS["passed"] if carried else OUTCOMES[self.meeting.outcome]

    @property
    def tone(self) -> str:
        good = self.state == DONE and self.meeting.outcome == "passed"
        return "done" if good else "waiting" if self.state in (PREPARED, CLOSED) else "stage"

    @cached_property
    def convener(self) -> bool:
        return is_convener(self.reader, self.meeting)

    @cached_property
    def seat(self) -> Seat | None:
        return seat_of(self.reader, self.meeting)

    @property
    def here(self) -> bool:
        return self.seat is not None and self.seat.arrived_at is not None and self.seat.left_at is None

    @cached_property
    def whole(self) -> bool:
        return sees_names(self.reader, self.meeting)

    @property
    def proposes(self) -> bool:
        return self.state in (PREPARED, CALLED, OPEN) and not self.convener and may_propose(self.reader, self.meeting)

    @property
    def shows_minutes(self) -> bool:
        """The draft is for those who sat there; approved minutes are for everybody, as the law wants them published."""
        return bool(self.meeting.minutes) and (self.state == DONE or self.whole)

    # -- the plan that it decides on

    @cached_property
    def plan(self) -> Plan | None:
        """Its words are for those who sit there and the parties; a posting makes public what was resolved."""
        number = self.meeting.plan_version
        if number is None or not self.whole:
            return None
        return next((one for one in plans_of(self.meeting.matter, self.settings.plan) if one.number == number), None)

    @property
    def plan_digest(self) -> str:
        return bytes(self.meeting.plan_digest or b"").hex()

    # -- the agenda

    @cached_property
    def points(self) -> list[Point]:
        said = spoken_in(self.meeting) if self.whole else []
        return [self._point(item, [one for one in said if one.item == item.number]) for item in items_of(self.meeting)]

    def _point(self, item: Item, said: Iterable[Spoken]) -> Point:
        names = {seat.person_id: seat.person.name for seat in self.meeting.seats.all()}
        asker = item.asker.name if item.asker else ""
        listed_here = item.asker_id is None and item.carried_from_id is None
        return Point(
            item,
            PURPOSES[item.purpose],
            ENDINGS[item.ending] if item.ending else None,
            asker if self.whole else mask_name(asker),
            [(SIDES[one.side], names.get(one.person, ""), one.words) for one in said],
            item.asker_id is not None and item.asker_id == self.reader.person_id,
            self.convener and self.state == PREPARED and listed_here and not is_question(self.meeting, item),
        )

    # -- who is there

    @cached_property
    def sides(self) -> list[tuple[Said, list[SeatRow], int]]:
        return [
            (
                SIDES[side],
                [self._seat_row(seat) for seat in seats],
                sum(1 for seat in seats if seat.arrived_at is not None),
            )
            for side, seats in seats_by_side(self.meeting)
        ]

    def _seat_row(self, seat: Seat) -> SeatRow:
        name = seat.person.name if self.whole else mask_name(seat.person.name)
        presence = PRESENCE[seat.present] if seat.present else None
        mine = seat.person_id == self.reader.person_id
        return SeatRow(seat, name, presence, _is_here(seat), mine, seat.person_id in self._roll)

    @cached_property
    def _roll(self) -> Container[uuid.UUID]:
        """Asked only while seats can be changed."""
        asked = self.settings.electorate and self.convener and self.state == PREPARED
        return roll_of(self.meeting.place, self.settings.electorate) if asked else ()

    @cached_property
    def present(self) -> int:
        return present_now(self.meeting)

    @property
    def due(self) -> int:
        known = self.meeting.due_heads
        return known if known is not None else sum(1 for seat in self.meeting.seats.all() if seat.votes)

    @cached_property
    def candidates(self) -> list[Person]:
        """Those who hold a post at the place or around it and have no seat yet."""
        path = self.meeting.place.path
        posts = Post.objects.filter(in_term(), place__path__startswith=path).exclude(role="resident")
        taken = [seat.person_id for seat in self.meeting.seats.all()]
        found = Person.objects.filter(pk__in=posts.values("person_id"), shredded_at__isnull=True)
        return list(found.exclude(pk__in=taken).order_by("name", "pk")[:200])

    # -- forms

    @property
    def side_choices(self) -> list[tuple[str, Said]]:
        return list(SIDES.items())

    @property
    def purpose_choices(self) -> list[tuple[str, Said]]:
        return [(name, said) for name, said in PURPOSES.items() if self.state == PREPARED or name != "decide"]

    @property
    def ending_choices(self) -> list[tuple[str, Said]]:
        return list(ENDINGS.items())

    @cached_property
    def task_fields(self) -> list[Field]:
        book = book_of(current_version(TASK_BOOK).pk)
        return [one for one in book.form if one.kind == "choice"]

    @cached_property
    def estates(self) -> list[Place]:
        if self.meeting.place.level == "estate":
            return []
        below = f"{self.meeting.place.path}."
        return list(
            Place.objects.filter(level="estate", path__startswith=below, valid_to__isnull=True).order_by("path")
        )

    @property
    def is_time(self) -> bool:
        """Whether it can be opened now."""
        return self.meeting.at is not None and clock.now() >= self.meeting.at - EARLY

    @property
    def local_at(self) -> str:
        """For the field that asks for day and time."""
        if self.tried.deed == "plan":
            return self.tried.given.get("at", "")
        return self.meeting.at.astimezone(clock.ZONE).strftime("%Y-%m-%dT%H:%M") if self.meeting.at else ""

    @property
    def remarks(self) -> list[tuple[str, Comment]]:
        names = {seat.person_id: seat.person.name for seat in self.meeting.seats.all()}
        return [(names.get(one.person, ""), one) for one in comments_on(self.meeting)]


def _is_here(seat: Seat) -> bool:
    return seat.arrived_at is not None and seat.left_at is None
