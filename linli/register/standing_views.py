"""The page on which an office keeps the lists of the electorates; each electorate has its keepers."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.places.models import Place
from linli.register.actions.opening import read_reason
from linli.register.actions.standings import BY_HAND, LEVELS, add_standing, end_standing, open_standings
from linli.register.kinds import ELECTORATES, PARTY, PROOFS
from linli.register.models import Standing
from linli.register.policies import NOT_THE_STANDING, may_enter_standing
from linli.register.standings import entered_at, kept_by, places_said, room_called, rows_of
from linli.register.views import READ, SeeOther, reader_of, sign_in_first

TYPED = ("name", "phone", "room", "place", "how", "reason")
NO_ROOM = Said(
    "没有找到“{text}”这一户。请按 5-2-1001 或 5号楼2单元1001室 填写。",
    "No room answers to “{text}”. Write 5-2-1001: building, unit and room.",
)
SEVERAL_ROOMS = Said(
    "“{text}”不止一户。请写全楼栋、单元和室，例如 5-2-1001。",
    "“{text}” is several rooms. Give building, unit and room, such as 5-2-1001.",
)
NO_PLACE = Said("请选择登记在哪里。", "Choose where it is entered.")


@dataclass(frozen=True, slots=True)
class Tried:
    """A form of the page that could not be taken, and which one."""

    form: str = ""
    refused: Said | None = None
    about: uuid.UUID | None = None


NOTHING = Tried()


@require_safe
def standings(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None:
        return sign_in_first(request)
    return _page(request, _wanted(request, request.GET.get("of", "")))


def _wanted(request: HttpRequest, name: str) -> str:
    """The list that was asked for, else the first that the reader keeps. Lists of others do not exist for them."""
    kept = kept_by(reader_of(request))
    if not kept:
        raise NotYours(NOT_THE_STANDING)
    if name and name not in kept:
        raise Http404
    return name or next(iter(kept))


def _page(request: HttpRequest, electorate: str, tried: Tried = NOTHING, *, opened: bool = False) -> HttpResponse:
    kept = kept_by(reader_of(request))
    places = kept[electorate]
    given = request.POST if opened or tried.refused else request.GET
    search = given.get("q", "")[:60]
    rows, more = rows_of(electorate, places, search=search, after=given.get("after", ""), masked=not opened)
    context = {
        "electorate": electorate,
        "title": ELECTORATES[electorate],
        "lists": [(name, ELECTORATES[name]) for name in kept],
        "rows": rows,
        "link": "?" + urlencode({"of": electorate, "q": search, "after": more}) if more else "",
        "after": given.get("after", "")[:36],
        "search": search,
        "party": electorate == PARTY,
        "by_room": "room" in LEVELS[electorate],
        "places": places_said(entered_at(electorate, places)) if LEVELS[electorate] != ("room",) else [],
        "proofs": [(name, PROOFS[name]) for name in BY_HAND],
        "opened": opened,
        "tried": tried,
        "typed": {name: request.POST.get(name, "")[:500] for name in TYPED} if tried.refused else {},
    }
    response = render(request, "register/standings.html", context, status=422 if tried.refused else 200)
    if opened:
        response["Cache-Control"] = "no-store"
    return response


def _do(request: HttpRequest, electorate: str, tried: Tried, act: Callable[[], Any]) -> HttpResponse:
    """Do it and show the list; a refusal stands on the page with what was typed."""
    try:
        act()
    except NotYours:
        raise
    except Refused as refused:
        return _page(request, electorate, Tried(tried.form, refused.sentence, tried.about))
    return SeeOther(f"{reverse('standings')}?{urlencode({'of': electorate})}")


@require_http_methods(READ)
def add(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("standings"))
    electorate = _wanted(request, request.POST.get("of", ""))
    posted = request.POST

    def enter() -> None:
        place = _place(request, electorate)
        typed = {name: posted.get(name, "")[:600] for name in ("name", "phone", "how", "reason")}
        add_standing(electorate, place, actor=reader_of(request), **typed)

    return _do(request, electorate, Tried("add"), enter)


def _place(request: HttpRequest, electorate: str) -> Place:
    """The room that was typed, or one of the reader's own places."""
    places, typed = kept_by(reader_of(request))[electorate], request.POST.get("room", "").strip()[:60]
    if typed and "room" in LEVELS[electorate]:
        found = room_called(typed, places)
        if len(found) != 1:
            raise Refused((SEVERAL_ROOMS if found else NO_ROOM).filled(text=typed))
        return found[0]
    offered = entered_at(electorate, places)
    chosen = next((place for place in offered if str(place.pk) == request.POST.get("place")), None)
    if chosen is None:
        raise Refused(NO_PLACE)
    return chosen


@require_http_methods(READ)
def end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("standings"))
    reader = reader_of(request)
    found = Standing.objects.filter(pk=pk, until__isnull=True).select_related("place").first()
    if found is None or not may_enter_standing(reader, found.electorate, found.place):
        raise Http404
    reason = request.POST.get("reason", "")[:600]
    return _do(request, found.electorate, Tried("end", about=pk), lambda: _ended(found, reason, request))


def _ended(standing: Standing, reason: str, request: HttpRequest) -> None:
    end_standing(standing, actor=reader_of(request), reason=read_reason(reason))


@require_http_methods(READ)
def open_names(request: HttpRequest) -> HttpResponse:
    """Full names are shown once, on the answer itself."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("standings"))
    electorate, reader = _wanted(request, request.POST.get("of", "")), reader_of(request)
    try:
        open_standings(electorate, kept_by(reader)[electorate], reason=request.POST.get("reason", ""), actor=reader)
    except NotYours:
        raise
    except Refused as refused:
        return _page(request, electorate, Tried("open", refused.sentence))
    return _page(request, electorate, opened=True)
