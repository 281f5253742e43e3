"""The menu as neighbours see it, and ordering from it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from linli.lib.refusals import NotYours, Refused
from linli.matters import notices
from linli.matters.answers import MISSING, BadAnswers
from linli.matters.forms import FIND, FOUND, KEY, NOTHING_TRIED, PLACE, SEARCH, Ask, Attempt, read_key
from linli.matters.models import Matter
from linli.matters.policies import SIGN_IN_FIRST
from linli.matters.queries import current_books
from linli.matters.raising_page import WHERE, RaisePage, Where, find_places
from linli.matters.views import SeeOther, reader_of, sign_in_first
from linli.people.reader import Reader
from linli.places.models import Place
from linli.playbooks.model import Playbook
from linli.requests.menu.forms import ORDER_FORM, slot_ask, wish_asks
from linli.requests.menu.models import ServiceItem
from linli.requests.menu.ordering_actions import ORDER, Wish, order
from linli.requests.menu.policies import is_editor, may_order
from linli.requests.menu.queries import Card, find_item, free_slots, menu_for, offered


@require_safe
def menu(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None:
        return sign_in_first(request)
    return render(request, "menu/menu.html", {"groups": menu_for(reader), "editor": is_editor(reader)})


@dataclass
class OrderPage:
    """One service with the form that orders it; `attempt` when it was sent and could not be taken."""

    card: Card
    book: Playbook
    reader: Reader
    attempt: Attempt = NOTHING_TRIED
    searched: str = ""
    found: list[Where] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.raising = RaisePage(self.book, self.reader, self.attempt, self.searched, self.found)
        self.where = self.raising.where
        self.slot = slot_ask(self.card.free, self.attempt) if self.card.item.by_slot else None
        self.asks = wish_asks(self.attempt)

    @property
    def wrong(self) -> list[Ask]:
        return [ask for ask in (self.where, self.slot, *self.asks) if ask is not None and ask.error is not None]

    @property
    def only_home(self) -> str:
        """The one home of somebody who has one: there is nothing to choose, and ordering takes two taps."""
        homes = self.raising.places
        alone = len(homes) == 1 and self.reader.roles == {"resident"} and self.where.error is None
        return str(homes[0].id) if alone else ""

    @property
    def may_order(self) -> bool:
        return may_order(self.reader, self.book)


@require_safe
def item(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    if reader_of(request).person is None:
        return sign_in_first(request)
    return _order_page(request, _visible(request, key))


def _visible(request: HttpRequest, key: uuid.UUID) -> ServiceItem:
    """A service that is offered where the reader lives or works; anything else does not exist."""
    found = find_item(key)
    if found is None or not _near(reader_of(request), found) or not offered().filter(pk=key).exists():
        raise Http404
    return found


def _near(reader: Reader, found: ServiceItem) -> bool:
    path = found.place.path
    return any(path in post.place.line or path.startswith(f"{post.place.path}.") for post in reader.posts)


def _order_page(
    request: HttpRequest, found: ServiceItem, attempt: Attempt = NOTHING_TRIED, *, status: int = 200,
    searched: str = "", places: list[Where] | None = None,
) -> HttpResponse:  # fmt: skip
    book = current_books().get(ORDER)
    if book is None:
        raise Http404
    card = Card(found, tuple(free_slots([found.pk]).get(found.pk, ())))
    page = OrderPage(card, book, reader_of(request), replace(attempt, files=request.FILES), searched, places or [])
    key = read_key(attempt.given.get(KEY)) or uuid.uuid4()
    return render(request, "menu/item.html", {"page": page, "key": key}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def order_item(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("menu-item", args=[key]))
    if reader_of(request).person is None:
        raise NotYours(SIGN_IN_FIRST)
    found = _ordered_before(request) or _visible(request, key)
    if isinstance(found, Matter):
        return SeeOther(reverse("matter", args=[found.number]))
    typed = request.POST.get(FIND, "").strip()[:60]
    if SEARCH in request.POST or typed not in ("", request.POST.get(FOUND, "")):
        return _place_found(request, found, typed)
    return _order(request, found)


def _ordered_before(request: HttpRequest) -> Matter | None:
    """The matter of this very submission, also when the service has left the menu meanwhile."""
    key = read_key(request.POST.get(KEY))
    return Matter.objects.filter(raiser=reader_of(request).person, key=key).first() if key else None


def _place_found(request: HttpRequest, found: ServiceItem, typed: str) -> HttpResponse:
    places = find_places(current_books()[ORDER], reader_of(request), typed)
    return _order_page(request, found, Attempt(ORDER_FORM, request.POST), searched=typed, places=places)


def _order(request: HttpRequest, found: ServiceItem) -> HttpResponse:
    key = read_key(request.POST.get(KEY)) or uuid.uuid4()
    try:
        matter = order(found, _wish(request.POST), actor=reader_of(request), key=key)
    except BadAnswers as bad:
        return _order_page(request, found, Attempt(ORDER_FORM, request.POST, bad.problems), status=422)
    except Refused as refused:
        status = refused.status
        return _order_page(request, found, Attempt(ORDER_FORM, request.POST, {}, refused.sentence), status=status)
    return notices.tell(SeeOther(reverse("matter", args=[matter.number])), matter, "raised")


def _wish(posted: QueryDict) -> Wish:
    key = read_key(posted.get(PLACE))
    room = Place.objects.filter(pk=key, valid_to__isnull=True).first() if key else None
    if room is None:
        raise BadAnswers({PLACE: MISSING.filled(title=WHERE)})
    return Wish(room, read_key(posted.get("slot")), posted.get("what", ""), posted.get("phone", ""))
