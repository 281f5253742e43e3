"""The pages on which the menu is edited: the list, one service with its slots and history, and its form."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from types import MappingProxyType
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from linli.lib import clock
from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.matters.answers import MISSING, BadAnswers
from linli.matters.forms import KEY, NOTHING_TRIED, Attempt, read_key, read_number
from linli.matters.policies import SIGN_IN_FIRST
from linli.matters.views import SeeOther, reader_of, sign_in_first
from linli.people.reader import Reader
from linli.places.models import Place
from linli.requests.facilities.policies import areas
from linli.requests.facilities.queries import places_in
from linli.requests.menu import actions
from linli.requests.menu.forms import ITEM_FORM, SLOTS_FORM, Choices, Editing, given_of, slots_asks
from linli.requests.menu.history import history_of
from linli.requests.menu.kinds import LEVELS
from linli.requests.menu.models import ServiceItem, ServiceSlot
from linli.requests.menu.policies import EDITORS, FOR_EDITORS, MAY_OFFER, is_editor, may_edit
from linli.requests.menu.queries import Card, coming_slots, find_item, item_rows, number_coming, providers_in
from linli.requests.menu.reading import TITLES, Details, read_details, read_pattern

DONE = MappingProxyType(
    {
        "added": Said(
            "已上菜单。需要预约时段的，请在下面添加时段。", "It is on the menu. If times are booked, add them below."
        ),
        "changed": Said(
            "已保存。已经点的单仍按当时的内容和价格。", "Saved. What was ordered before keeps its words and price."
        ),
        "withdrawn": Said("已从菜单撤下。办理中的单照常办完。", "It is off the menu. Orders under way go on."),
        "slot": Said("时段已撤下。", "The slot was withdrawn."),
    }
)
SLOTS_ADDED = Said(
    "添加了 {made} 个时段；{there} 个原来就有或已过去；{holidays} 个节假日跳过。",
    "{made} slots added; {there} were there already or are over; {holidays} public holidays left out.",
)


@require_safe
def items(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None:
        return sign_in_first(request)
    _require(reader)
    rows, more = item_rows(reader, after=read_number(request.GET.get("after")))
    return render(request, "menu/items.html", {"rows": rows, "more": more, "later": "after" in request.GET})


def _require(reader: Reader) -> None:
    if not is_editor(reader):
        raise NotYours(FOR_EDITORS if reader.person else SIGN_IN_FIRST)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None and request.method != "POST":
        return sign_in_first(request)
    _require(reader)
    if request.method != "POST":
        return _edit_page(request, NOTHING_TRIED)
    return _tried(request, None, lambda: _added(request))


def _added(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    key = read_key(request.POST.get("place"))
    mine = [place.path for place in areas(reader, EDITORS)]
    place = Place.objects.filter(pk=key, valid_to__isnull=True).first() if key else None
    given = _details(request)
    if place is None or not set(mine) & set(place.line):
        raise BadAnswers({"place": MISSING.filled(title=TITLES["place"])})
    item = actions.add_item(place, given, actor=reader, key=read_key(request.POST.get(KEY)))
    return SeeOther(f"{reverse('service', args=[item.pk])}?done=added")


def _details(request: HttpRequest) -> Details:
    known = {str(one.pk): one.pk for one in providers_in(reader_of(request))}
    return read_details(given_of(request.POST), today=clock.local_day(clock.now()), providers=known.get)


def _tried(request: HttpRequest, item: ServiceItem | None, deed: Callable[[], HttpResponse]) -> HttpResponse:
    """Do it, or show the form anew with what was typed and what is wrong with it."""
    try:
        return deed()
    except BadAnswers as bad:
        return _edit_page(request, Attempt(ITEM_FORM, request.POST, bad.problems), item=item, status=422)
    except Refused as refused:
        attempt = Attempt(ITEM_FORM, request.POST, {}, refused.sentence)
        return _edit_page(request, attempt, item=item, status=refused.status)


def _edit_page(
    request: HttpRequest, attempt: Attempt, *, item: ServiceItem | None = None, status: int = 200
) -> HttpResponse:
    reader = reader_of(request)
    providers = [role for post in reader.posts if post.role in EDITORS for role in MAY_OFFER[post.role]]
    places = [] if item else places_in(areas(reader, EDITORS), LEVELS)
    editing = Editing(Choices(places, providers_in(reader), list(dict.fromkeys(providers))), attempt, item)
    key = read_key(attempt.given.get(KEY)) or uuid.uuid4()
    context = {"editing": editing, "item": item, "attempt": attempt, "key": key}
    return render(request, "menu/edit.html", context, status=status)


@require_safe
def service(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    if reader_of(request).person is None:
        return sign_in_first(request)
    return _service_page(request, _own(request, key))


def _own(request: HttpRequest, key: uuid.UUID) -> ServiceItem:
    """A service of the reader's own area; of another one it does not exist."""
    found = find_item(key)
    if found is None or not may_edit(reader_of(request), found):
        raise Http404
    return found


def _service_page(
    request: HttpRequest, item: ServiceItem, attempt: Attempt = NOTHING_TRIED, *, status: int = 200
) -> HttpResponse:
    made = {name: request.GET.get(name, "") for name in ("made", "there", "holidays")}
    done = DONE.get(request.GET.get("done", ""))
    if all(one.isdecimal() and len(one) < 6 for one in made.values()):
        done = SLOTS_ADDED.filled(**made)
    days = coming_slots(item)
    context = {
        "card": Card(item, ()),
        "item": item,
        "days": actions.days_said(item.open_days),
        "slots": days,
        "shown_slots": sum(len(day.slots) for day in days),
        "coming": number_coming(item),
        "asks": slots_asks(item, clock.local_day(clock.now()), attempt),
        "attempt": attempt,
        "history": history_of(item),
        "done": done,
    }
    return render(request, "menu/service.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    if reader_of(request).person is None:
        if request.method == "POST":
            raise NotYours(SIGN_IN_FIRST)
        return sign_in_first(request)
    found = _own(request, key)
    if request.method != "POST":
        return _edit_page(request, NOTHING_TRIED, item=found)

    def changed() -> HttpResponse:
        actions.change_item(found, _details(request), actor=reader_of(request))
        return SeeOther(f"{reverse('service', args=[key])}?done=changed")

    return _tried(request, found, changed)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    def off(found: ServiceItem) -> str:
        actions.withdraw_item(found, actor=reader_of(request))
        return "done=withdrawn"

    return _do(request, key, off)


@require_http_methods(["GET", "HEAD", "POST"])
def add_slots(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    def add(found: ServiceItem) -> str:
        added = actions.add_slots(found, read_pattern(given_of(request.POST)), actor=reader_of(request))
        return urlencode({"made": added.made, "there": added.there, "holidays": len(added.holidays)})

    return _do(request, key, add)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw_slot(request: HttpRequest, key: uuid.UUID, slot: uuid.UUID) -> HttpResponse:
    def off(found: ServiceItem) -> str:
        one = ServiceSlot.objects.select_related("item").filter(pk=slot, item=found).first()
        if one is None:
            raise Http404
        actions.withdraw_slot(one, actor=reader_of(request))
        return "done=slot"

    return _do(request, key, off)


def _do(request: HttpRequest, key: uuid.UUID, deed: Callable[[ServiceItem], str]) -> HttpResponse:
    """Do it and show the service anew; what cannot be done comes back with what was typed."""
    address = reverse("service", args=[key])
    if request.method != "POST":
        return HttpResponseRedirect(address)
    if reader_of(request).person is None:
        raise NotYours(SIGN_IN_FIRST)
    found = _own(request, key)
    try:
        return SeeOther(f"{address}?{deed(found)}")
    except BadAnswers as bad:
        return _service_page(request, found, Attempt(SLOTS_FORM, request.POST, bad.problems), status=422)
    except Refused as refused:
        attempt = Attempt(SLOTS_FORM, request.POST, {}, refused.sentence)
        return _service_page(request, _own(request, key), attempt, status=refused.status)
