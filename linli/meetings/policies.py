"""Who may do what in a meeting: whoever holds the matter convenes it; whoever has a seat takes part; everybody reads the notice.

Who sat where and who was present is for those who took part; what was decided is for everybody.
"""

from __future__ import annotations

from linli.lib.refusals import NotYours
from linli.lib.text import Said
from linli.matters.policies import SIGN_IN_FIRST, is_holder, is_party
from linli.meetings.models import Meeting, Seat
from linli.meetings.settings import settings_of
from linli.people.reader import Reader
from linli.playbooks.versions import book_of
from linli.register.kinds import PARTY

FOR_THE_CONVENER = Said(
    "会议由现在负责这件事的召集人主持。您可以提出议题；有席位的，可以签到和发言。",
    "The meeting is for its convener to lead, who holds the matter now. You can propose a topic, and speak if you have a seat.",
)
FOR_SEATS = Said(
    "名单上没有您的席位。请联系召集人；会议的通知和结果对所有人公开。",
    "You have no seat at this meeting. Please ask the convener; its notice and its results are open to everybody.",
)
FOR_NEIGHBOURS = Said(
    "议题由本小区、本村的人提出。请先登录并核实身份。",
    "Topics are proposed by people of this estate or village. Please sign in and be verified first.",
)


def is_convener(reader: Reader, meeting: Meeting) -> bool:
    """Only while its matter stands in the stage that opened it."""
    matter = meeting.matter
    return matter.entry == meeting.entry and matter.is_open and is_holder(reader, matter)


def require_convener(reader: Reader, meeting: Meeting) -> None:
    if not is_convener(reader, meeting):
        raise NotYours(FOR_THE_CONVENER if reader.person else SIGN_IN_FIRST)


def seat_of(reader: Reader, meeting: Meeting) -> Seat | None:
    if reader.person is None:
        return None
    return next((seat for seat in meeting.seats.all() if seat.person_id == reader.person_id), None)


def require_seat(reader: Reader, meeting: Meeting) -> Seat:
    seat = seat_of(reader, meeting)
    if seat is None:
        raise NotYours(FOR_SEATS if reader.person else SIGN_IN_FIRST)
    return seat


def may_propose(reader: Reader, meeting: Meeting) -> bool:
    """Whoever lives, serves or works at the place of the meeting, or looks after it."""
    return any(meeting.place.path in post.place.line or post.place.path in meeting.place.line for post in reader.posts)


def require_proposer(reader: Reader, meeting: Meeting) -> None:
    if not may_propose(reader, meeting):
        raise NotYours(FOR_NEIGHBOURS if reader.person else SIGN_IN_FIRST)


def sees_names(reader: Reader, meeting: Meeting) -> bool:
    """Who sits there, by name: those who sit there themselves, and the parties of the matter. Where party members sit, no party
    but who convenes them: a seat tells of a membership (Personal Information Protection Law, art. 28)."""
    if seat_of(reader, meeting) is not None:
        return True
    if settings_of(meeting).electorate == PARTY:
        return is_holder(reader, meeting.matter)
    return is_party(reader, meeting.matter, book_of(meeting.matter.playbook_id))
