"""The pages of facilities: the public figures, the register, one facility with its inspections."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from linli.lib import clock
from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.matters.forms import read_key
from linli.matters.policies import SIGN_IN_FIRST
from linli.matters.views import SeeOther, reader_of, sign_in_first
from linli.people.reader import Reader
from linli.places.facilities import CONDITIONS, KINDS
from linli.places.facility_actions import Details
from linli.places.facility_queries import Wanted, facility_rows, figures_by_kind, figures_by_place, total
from linli.places.models import Facility, Place
from linli.requests.facilities import actions
from linli.requests.facilities.actions import LEVELS
from linli.requests.facilities.page import FacilityPage
from linli.requests.facilities.policies import (
    FOR_INSPECTORS,
    FOR_KEEPERS,
    KEEPERS,
    areas,
    is_inspector,
    is_keeper,
    may_inspect,
)
from linli.requests.facilities.queries import find_facility, in_areas, inspections_of, places_in, rows_of

WIDE = ("city", "county", "street", "community", "estate")
NO_SUCH_PLACE = Said("请选择设施所在的地点。", "Please choose the place where it stands.")
NO_SUCH_DAY = Said("安装日期请按 2026-05-09 这样填写。", "Please give the day of installation as in 2026-05-09.")


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Open to everybody. Place by place it says only what was looked at, never which camera or door does not work."""
    under = Place.objects.filter(path=request.GET.get("under", ""), level__in=WIDE).first()
    kinds = [(KINDS[kind], one) for kind, one in figures_by_kind(under).items()]
    level, places = _by_place(under)
    context = {
        "under": under,
        "kinds": kinds,
        "places": places,
        "level": level,
        "whole_figures": total(one for _, one in kinds),
        "inspector": is_inspector(reader_of(request)),
    }
    return render(request, "facilities/figures.html", context)


def _by_place(under: Place | None) -> tuple[str, list[tuple[Place, object]]]:
    """By estate; where there is only one, by its buildings."""
    if under is None or under.level != "estate":
        estates = figures_by_place("estate", under)
        if len(estates) > 1:
            return "estate", list(estates)
    return "building", list(figures_by_place("building", under))


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None:
        return sign_in_first(request)
    if not is_inspector(reader):
        raise NotYours(FOR_INSPECTORS)
    mine = areas(reader)
    choices = places_in(mine)
    wanted = _wanted(request.GET, choices)
    found, more = facility_rows(wanted.of(in_areas(mine)), after=read_key(request.GET.get("after")))
    context = {
        "rows": rows_of(found),
        "following": _following(request.GET, more),
        "later": "after" in request.GET,
        "wanted": wanted,
        "narrowed": wanted != Wanted(),
        "places": choices,
        "kinds": KINDS.items(),
        "conditions": CONDITIONS.items(),
        "keeper": is_keeper(reader),
    }
    return render(request, "facilities/register.html", context)


def _wanted(given: QueryDict, choices: list[tuple[Place, Said]]) -> Wanted:
    """What is not known narrows nothing."""
    kind, condition = given.get("kind", ""), given.get("condition", "")
    under = next((place for place, _ in choices if place.path == given.get("under")), None)
    return Wanted(
        kind if kind in KINDS else "",
        condition if condition in CONDITIONS else "",
        under,
        given.get("late") == "yes",
    )


def _following(given: QueryDict, more: uuid.UUID | None) -> str:
    if more is None:
        return ""
    kept = {name: given[name] for name in ("kind", "condition", "under", "late") if given.get(name)}
    return urlencode({**kept, "after": str(more)})


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None and request.method != "POST":
        return sign_in_first(request)
    if not is_keeper(reader):
        raise NotYours(FOR_KEEPERS if reader.person else SIGN_IN_FIRST)
    if request.method != "POST":
        return _new_page(request, reader)
    try:
        place, given = _details(request.POST)
        facility = actions.add_facility(place, given, actor=reader, key=read_key(request.POST.get("_key")))
    except Refused as refused:
        return _new_page(request, reader, refused)
    return SeeOther(reverse("facility", args=[facility.pk]) + "?done=added")


def _new_page(request: HttpRequest, reader: Reader, refused: Refused | None = None) -> HttpResponse:
    context = {
        "places": places_in(areas(reader, KEEPERS)),
        "kinds": KINDS.items(),
        "given": request.POST,
        "today": clock.local_day(clock.now()).isoformat(),
        "key": read_key(request.POST.get("_key")) or uuid.uuid4(),
        "sentence": refused.sentence if refused else None,
    }
    return render(request, "facilities/new.html", context, status=refused.status if refused else 200)


def _details(posted: QueryDict) -> tuple[Place, Details]:
    key = read_key(posted.get("place"))
    place = Place.objects.filter(pk=key, valid_to__isnull=True, level__in=LEVELS).first() if key else None
    if place is None:
        raise Refused(NO_SUCH_PLACE)
    return place, Details(
        posted.get("kind", ""),
        posted.get("name", ""),
        posted.get("maker_number", ""),
        posted.get("planned") == "yes",
        _day(posted.get("installed_on", "")),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise Refused(NO_SUCH_DAY) from None


@dataclass(frozen=True, slots=True)
class Tried:
    """A form of the page that could not be taken."""

    refused: Refused | None = None
    condition: str = ""
    note: str = ""


@require_safe
def facility(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    if reader_of(request).person is None:
        return sign_in_first(request)
    return _facility_page(request, _visible(request, key), Tried())


def _visible(request: HttpRequest, key: uuid.UUID) -> Facility:
    found = find_facility(key)
    if found is None or not may_inspect(reader_of(request), found):
        raise Http404
    return found


def _facility_page(request: HttpRequest, found: Facility, tried: Tried) -> HttpResponse:
    page = FacilityPage(found, reader_of(request))
    context = {"page": page, "tried": tried, "key": uuid.uuid4(), "done": request.GET.get("done", "")}
    return render(request, "facilities/facility.html", context, status=tried.refused.status if tried.refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def inspect(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    def look(found: Facility) -> str:
        actions.inspect(
            found,
            request.POST.get("condition", ""),
            note=request.POST.get("note", ""),
            actor=reader_of(request),
            key=read_key(request.POST.get("_key")),
        )
        return "inspected"

    return _do(request, key, look)


@require_http_methods(["GET", "HEAD", "POST"])
def install(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    def put_up(found: Facility) -> str:
        on = _day(request.POST.get("installed_on", "")) or clock.local_day(clock.now())
        actions.install(found, on=on, actor=reader_of(request))
        return "installed"

    return _do(request, key, put_up)


@require_http_methods(["GET", "HEAD", "POST"])
def take_off(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    def off(found: Facility) -> str:
        actions.take_off(found, actor=reader_of(request))
        return "taken_off"

    return _do(request, key, off)


@require_http_methods(["GET", "HEAD", "POST"])
def make_code(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    def make(found: Facility) -> str:
        actions.make_codes(found.place, facilities=[found], actor=reader_of(request))
        return "code"

    return _do(request, key, make)


@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The inspection that the reader looked at becomes a matter; on to its page."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("facility", args=[key]))
    found = _signed_in(request, key)
    wanted = read_key(request.POST.get("inspection"))
    inspection = found.inspections.select_related("facility__place").filter(pk=wanted).first() if wanted else None
    if inspection is None:
        return HttpResponseRedirect(reverse("facility", args=[key]))
    try:
        note = next((one.note for one in inspections_of(found) if one.inspection == inspection.pk), "")
        matter = actions.report_finding(inspection, note=note, actor=reader_of(request))
    except Refused as refused:
        return _facility_page(request, found, Tried(refused))
    return SeeOther(reverse("matter", args=[matter.number]))


def _signed_in(request: HttpRequest, key: uuid.UUID) -> Facility:
    if reader_of(request).person is None:
        raise NotYours(SIGN_IN_FIRST)
    return _visible(request, key)


def _do(request: HttpRequest, key: uuid.UUID, deed: Callable[[Facility], str]) -> HttpResponse:
    """Do it and show the facility anew; what cannot be done comes back with what was typed."""
    address = reverse("facility", args=[key])
    if request.method != "POST":
        return HttpResponseRedirect(address)
    found = _signed_in(request, key)
    try:
        done = deed(found)
    except Refused as refused:
        typed = Tried(refused, request.POST.get("condition", ""), request.POST.get("note", ""))
        return _facility_page(request, _visible(request, key), typed)
    return SeeOther(f"{address}?done={done}")
