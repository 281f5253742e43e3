"""The plan of an estate, and what is open at one building. Open to everybody; nothing narrower than a building is told."""

from __future__ import annotations

import uuid
from collections import Counter
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from linli.lib.text import LANGUAGES, Said
from linli.matters.policies import may_raise_anywhere
from linli.matters.queries import books_to_choose, current_books
from linli.matters.views import reader_of
from linli.people.reader import Reader
from linli.places.facilities import KINDS
from linli.places.facility_queries import figures_by_kind
from linli.places.models import Place, PlanShape, SitePlan
from linli.places.queries import full_name, line_of, lines_of
from linli.playbooks.model import Playbook
from linli.requests.facilities.policies import may_inspect
from linli.requests.plans.picture import Spot, draw
from linli.requests.plans.queries import Number, numbers_below, open_rows, plans, shapes_of


@require_safe
def plan(request: HttpRequest) -> HttpResponse:
    """`place` names one of several plans by its path; `for` a playbook for which a building is to be chosen."""
    every = plans()
    wanted = request.GET.get("place", "")
    shown = [one for one in every if one.place.path == wanted] if wanted else every
    book = _to_raise(request)
    if wanted and not shown:
        raise Http404
    if len(shown) != 1:
        return render(request, "plans/choose.html", {"plans": every, "book": book, "asked": _asked(book)})
    return _plan_page(request, shown[0], book, several=len(every) > 1)


def _to_raise(request: HttpRequest) -> Playbook | None:
    name = request.GET.get("for", "")
    book = books_to_choose(current_books()).get(name) if name else None
    return book if book is not None and may_raise_anywhere(reader_of(request), book) else None


def _asked(book: Playbook | None) -> str:
    return "&" + urlencode({"for": book.name}) if book else ""


def _plan_page(request: HttpRequest, one: SitePlan, book: Playbook | None, *, several: bool) -> HttpResponse:
    reader = reader_of(request)
    spots = _spots(one, reader, book)
    standing = [(spot.shape.facility, spot) for spot in spots if spot.shape.facility]
    standing.sort(key=lambda one: (one[0].place.order, one[0].name))
    facilities = [(KINDS[facility.kind].title, spot) for facility, spot in standing]
    context = {
        "plan": one,
        "book": book,
        "asked": _asked(book),
        "several": several,
        "picture": _picture(one, spots),
        "buildings": [spot for spot in spots if spot.shape.building],
        "facilities": facilities,
        "inspects": any(spot.shows_condition for _, spot in facilities),
    }
    return render(request, "plans/plan.html", context)


def _spots(one: SitePlan, reader: Reader, book: Playbook | None) -> list[Spot]:
    shapes = shapes_of(one)
    buildings = [shape.building for shape in shapes if shape.building]
    numbers = numbers_below(one.place, buildings, reader)
    names = _full_names(buildings) | _facility_names(shapes, buildings)
    return [_spot(shape, numbers, names, reader, book) for shape in shapes]


def _full_names(buildings: list[Place]) -> dict[uuid.UUID, Said]:
    """Where two phases have a building of one name each, the phase is said with it."""
    often = Counter(building.name for building in buildings)
    alike = [building for building in buildings if often[building.name] > 1]
    lines = lines_of(alike) if alike else {}
    inside = {pk: [place for place in line if place.level != "estate"] for pk, line in lines.items()}
    return {pk: Said(full_name(line), full_name(line, "en")) for pk, line in inside.items()}


def _facility_names(shapes: list[PlanShape], buildings: list[Place]) -> dict[uuid.UUID, Said]:
    """Which building a facility belongs to: every one has a lamp in the hall. The unit is not told."""
    names = {}
    for facility in (shape.facility for shape in shapes if shape.facility):
        line = set(facility.place.line)
        home = next((building for building in buildings if building.path in line), None)
        if home is not None:
            words = (f"{home.in_(language)} {facility.name}" for language in LANGUAGES)
            names[facility.pk] = Said(*words)
    return names


def _spot(
    shape: PlanShape,
    numbers: dict[uuid.UUID, Number],
    names: dict[uuid.UUID, Said],
    reader: Reader,
    book: Playbook | None,
) -> Spot:
    if shape.building:
        link = reverse("building", args=[shape.building.pk])
        if book:
            link = f"{reverse('raise-form', args=[book.name])}?{urlencode({'at': shape.building.pk})}"
        key = shape.building.pk
        return Spot(shape, shape.building.said, link, numbers[key], full=names.get(key))
    if shape.facility is None:
        return Spot(shape, Said("", ""))
    key, name = shape.facility.pk, Said(shape.facility.name, shape.facility.name)
    inspects = may_inspect(reader, shape.facility)
    link = reverse("facility", args=[key]) if inspects else ""
    return Spot(shape, name, link, shows_condition=inspects, full=names.get(key))


def _picture(one: SitePlan, spots: list[Spot]) -> SafeString:
    language = get_language() or "zh"
    title = gettext("Plan of %(place)s") % {"place": one.place.in_(language)}
    about = gettext("Each building leads to what is open there. The same stands in the table below the plan.")
    drawn = draw(spots, size=(one.width, one.height), title=title, about=about, language=language)
    return mark_safe(drawn)  # noqa: S308 - our own pen, which escapes every word and writes whole numbers only


@require_safe
def building(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    place = Place.objects.filter(pk=pk, level="building", valid_to__isnull=True).first()
    if place is None:
        raise Http404
    reader, line = reader_of(request), line_of(place)
    rows, more = open_rows(place, reader, after=request.GET.get("after", ""))
    context = {
        "building": place,
        "where": Said(full_name(line), full_name(line, "en")),
        "number": numbers_below(place, [place], reader)[place.pk],
        "rows": rows,
        "more": more,
        "later": "after" in request.GET,
        "kinds": [(KINDS[kind].title, one) for kind, one in figures_by_kind(place).items()],
        "grid": next((one for one in line if one.level == "grid"), None),
        "planned": SitePlan.objects.filter(place__in=line).exists(),
    }
    return render(request, "plans/building.html", context)
