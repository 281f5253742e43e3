"""The pages of meetings: what is called and was held, one meeting with its agenda, checking in by code."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

import segno
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_http_methods, require_safe

from linli.lib import clock
from linli.lib.refusals import NotYours, Refused
from linli.matters.deeds import Deeds, Tried
from linli.matters.forms import read_key
from linli.matters.policies import SIGN_IN_FIRST
from linli.matters.views import SeeOther, reader_of, sign_in_first
from linli.meetings.actions import agenda, calling, closing, holding
from linli.meetings.actions.tasks import Assignment
from linli.meetings.hands import Hands
from linli.meetings.models import Meeting
from linli.meetings.page import DONE_SAID, MeetingPage
from linli.meetings.policies import may_propose, require_convener, require_seat, seat_of
from linli.meetings.queries import PAGE, find_meeting, held_lately, is_soon, meeting_rows
from linli.people.reader import Reader
from linli.places.models import Place

WIDE = ("community", "estate")


@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    """Open to everybody: what is called, what was held, and whether what was asked was answered."""
    under = Place.objects.filter(path=request.GET.get("under", ""), level__in=WIDE).first()
    key = read_key(request.GET.get("after"))
    after = Meeting.objects.filter(pk=key).first() if key else None
    found = meeting_rows(reader_of(request), under=under, after=after)
    rows = [MeetingPage(one, reader_of(request)) for one in found[:PAGE]]
    context = {
        "under": under,
        "coming": [row for row in rows if is_soon(row.meeting) or row.meeting.closed_at is None],
        "past": [row for row in rows if row.meeting.closed_at is not None],
        "held": held_lately(under),
        "following": found[PAGE - 1].pk if len(found) > PAGE else None,
    }
    return render(request, "meetings/meetings.html", context)


def _visible(reader: Reader, key: uuid.UUID) -> Meeting:
    """What is called is public; what is being prepared is for those of the place and those who sit there."""
    found = find_meeting(key)
    if found is None or not (found.called_at or may_propose(reader, found) or seat_of(reader, found)):
        raise Http404
    return found


@require_safe
def meeting(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    return _page(request, _visible(reader_of(request), key))


def _page(request: HttpRequest, found: Meeting, tried: Tried | None = None, status: int = 200) -> HttpResponse:
    done = DONE_SAID.get(request.GET.get("done", ""))
    context = {"page": MeetingPage(found, reader_of(request), tried), "done": done}
    return render(request, "meetings/meeting.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def deed(request: HttpRequest, key: uuid.UUID, name: str) -> HttpResponse:
    return DEEDS.answer(request, key, name)


def _form(name: str, posted: QueryDict) -> str:
    return f"{name}-{posted['item']}" if posted.get("item") else name


def _back(name: str, posted: QueryDict) -> str:
    """To the point that it was about."""
    return f"#item-{_number(posted)}" if posted.get("item") else ""


def _number(posted: QueryDict) -> int:
    typed = posted.get("item", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 0


def _when(posted: QueryDict) -> datetime | None:
    try:
        return datetime.fromisoformat(posted.get("at", "")).replace(tzinfo=clock.ZONE)
    except ValueError:
        return None


def _person(posted: QueryDict) -> uuid.UUID | None:
    return read_key(posted.get("person"))


def _key(posted: QueryDict) -> uuid.UUID | None:
    return read_key(posted.get("_key"))


def _plan(found: Meeting, posted: QueryDict, reader: Reader) -> str:
    calling.plan(found, _when(posted), posted.get("venue", ""), actor=reader)
    return "planned"


def _seat(found: Meeting, posted: QueryDict, reader: Reader) -> str:
    votes = posted.get("votes") == "yes"
    calling.seat(found, _person(posted), posted.get("side", ""), votes=votes, actor=reader)
    return "seated"


def _unseat(found: Meeting, posted: QueryDict, reader: Reader) -> str:
    calling.unseat(found, _person(posted), actor=reader)
    return "unseated"


def _list(found: Meeting, posted: QueryDict, reader: Reader) -> str:
    point = agenda.Point(posted.get("title", ""), posted.get("purpose", ""), posted.get("matter", ""))
    agenda.add_item(found, point, actor=reader, key=_key(posted))
    return "listed"


def _propose(found: Meeting, posted: QueryDict, reader: Reader) -> str:
    agenda.propose(found, posted.get("title", ""), actor=reader, key=_key(posted))
    return "proposed"


def _drop(found: Meeting, posted: QueryDict, reader: Reader) -> str:
    agenda.drop_item(found, _number(posted), actor=reader)
    return "dropped"


def _call(found: Meeting, posted: QueryDict, reader: Reader) -> str:
    calling.call(found, actor=reader)
    return "called"


def _open(found: Meeting, posted: QueryDict, reader: Reader) -> str:
    holding.open_meeting(found, actor=reader)
    return "opened"


def _arrive(found: Meeting, posted: QueryDict, reader: Reader) -> str:
    holding.check_in_by_hand(found, _person(posted), actor=reader)
    return "arrived"


def _leave(found: Meeting, posted: QueryDict, reader: Reader) -> str:
    holding.leave(found, _person(posted) or reader.person_id, actor=reader)
    return "left"


def _count(found: Meeting, posted: QueryDict, reader: Reader) -> str:
    holding.count_at_door(found, posted.get("number", "").strip(), actor=reader)
    return "counted"


def _speak(found: Meeting, posted: QueryDict, reader: Reader) -> str:
    words = posted.get("words", "")
    holding.speak(found, _number(posted), words, actor=reader, speaker=_person(posted), key=_key(posted))
    return "spoke"


def _vote(found: Meeting, posted: QueryDict, reader: Reader) -> str:
    typed = [posted.get(name, "").strip() for name in ("yes", "no", "abstain")]
    whole = all(one.isascii() and one.isdigit() and len(one) < 6 for one in typed)
    holding.vote(found, _number(posted), Hands(*map(int, typed)) if whole else None, actor=reader)
    return "voted"


def _end(found: Meeting, posted: QueryDict, reader: Reader) -> str:
    task = Assignment(posted.get("side", ""), posted.get("within", ""), read_key(posted.get("estate")))
    ending = holding.Ending(posted.get("ending", ""), posted.get("answer", ""), task)
    holding.end_item(found, _number(posted), ending, actor=reader)
    return "ended"


def _close(found: Meeting, posted: QueryDict, reader: Reader) -> str:
    closing.close(found, actor=reader)
    return "closed"


def _adjourn(found: Meeting, posted: QueryDict, reader: Reader) -> str:
    closing.adjourn(found, posted.get("reason", ""), actor=reader)
    return "adjourned"


def _draft(found: Meeting, posted: QueryDict, reader: Reader) -> str:
    closing.edit_minutes(found, posted.get("minutes", ""), actor=reader)
    return "drafted"


def _comment(found: Meeting, posted: QueryDict, reader: Reader) -> str:
    closing.comment(found, posted.get("words", ""), actor=reader, key=_key(posted))
    return "commented"


def _approve(found: Meeting, posted: QueryDict, reader: Reader) -> str:
    closing.approve(found, actor=reader)
    return "approved"


BY_NAME: Mapping[str, Callable[[Meeting, QueryDict, Reader], str]] = MappingProxyType(
    {
        "plan": _plan, "seat": _seat, "unseat": _unseat, "list": _list, "propose": _propose, "drop": _drop, "call": _call,
        "open": _open, "arrive": _arrive, "leave": _leave, "count": _count, "speak": _speak, "vote": _vote, "end": _end,
        "close": _close, "adjourn": _adjourn, "draft": _draft, "comment": _comment, "approve": _approve,
    }
)  # fmt: skip
DEEDS = Deeds("meeting", _visible, _page, BY_NAME, _form, _back)


@require_safe
def door(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The code to show at the door, for the convener."""
    reader = reader_of(request)
    if reader.person is None:
        return sign_in_first(request)
    found = _visible(reader, key)
    require_convener(reader, found)
    address = request.build_absolute_uri(reverse("check-in", args=[found.token]))
    drawing = segno.make_qr(address, error="q").svg_inline(omitsize=True, border=2)
    return render(request, "meetings/door.html", {"page": MeetingPage(found, reader), "drawing": SafeString(drawing)})


@require_http_methods(["GET", "HEAD", "POST"])
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    """Reached by the code at the door; whoever has a seat taps once."""
    reader = reader_of(request)
    key = Meeting.objects.filter(token=token).values_list("pk", flat=True).first()
    found = find_meeting(key) if key else None
    if found is None:
        raise Http404
    if reader.person is None:
        if request.method == "POST":
            raise NotYours(SIGN_IN_FIRST)
        return sign_in_first(request)
    if request.method != "POST":
        return render(request, "meetings/check_in.html", {"page": MeetingPage(found, reader)})
    try:
        require_seat(reader, found)
        holding.check_in(found, actor=reader)
    except Refused as refused:
        context = {"page": MeetingPage(found, reader, Tried("check-in", refused.sentence))}
        return render(request, "meetings/check_in.html", context, status=refused.status)
    return SeeOther(reverse("meeting", args=[found.pk]) + "?done=arrived")
