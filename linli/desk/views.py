from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from linli.desk.actions.saving import drop_filter, save_filter
from linli.desk.filter_form import chips, form_of, seat_in
from linli.desk.filters import Filter, condition, read_filter
from linli.desk.lists import all_books, found_rows, list_rows
from linli.desk.models import SavedFilter
from linli.desk.policies import may_take_down, on_posts
from linli.desk.rows import desk_faces, list_faces
from linli.lib import clock
from linli.lib.bigrams import LONGEST_QUERY
from linli.lib.text import Said
from linli.matters.queries import MINE, DeskRow, desk_rows
from linli.matters.views import SeeOther, reader_of, sign_in_first
from linli.people.reader import Reader
from linli.people.roles import ROLES

PAGE = 50
ALL, BY_NAME = Said("全部", "All"), Said("指名给我的", "By name")
FORM = "filter"  # in the address: show the form
LONGEST_ADDRESS = 1000


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    title: Said
    chosen: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """How many are late. `least`: there may be more than are shown here."""

    late: int
    least: bool


@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """What waits for the reader. With htmx, and from the second page on, the rows alone are sent."""
    reader = reader_of(request)
    if reader.person is None:
        return sign_in_first(request)
    tabs = _tabs(reader, request.GET.get("of", ""))
    of = next((tab.name for tab in tabs if tab.chosen), "")
    asked, after = read_filter(request.GET), request.GET.get("after")
    also = condition(asked, reader, of="matter__") if asked else None
    rows, more = desk_rows(reader, after=after, limit=PAGE, tab=of, also=also)
    context: dict[str, object] = {"rows": desk_faces(rows), "link": _next(request, more) if more else ""}
    if getattr(request, "htmx", False) and after:
        return render(request, "desk/rows.html", context)
    context |= {
        "tabs": tabs,
        "of": of,
        "later": bool(after),
        "standing": _standing(rows, more),
        "narrowed": bool(asked),
    }
    if not (of or asked or after or more):
        context["desk_count"] = len(rows)  # all that waits stands here: it need not be counted for the navigation
    return render(request, "desk/desk.html", context | _around(request, reader, asked))


def _around(request: HttpRequest, reader: Reader, asked: Filter) -> dict[str, object]:
    """What stands around the rows. The form costs more than they do, so it is made when somebody asks for it."""
    wanted = bool(asked) or FORM in request.GET
    address = request.GET.copy()
    address[FORM] = "1"
    return {
        "on_posts": on_posts(reader),
        "takes_down": may_take_down(reader),
        "chips": chips(reader, "desk", asked.query),
        "form": form_of("desk", asked, reader, all_books()) if wanted else None,
        "open": FORM in request.GET,
        "filter_link": address.urlencode(),
    }


def _next(request: HttpRequest, more: str) -> str:
    address = request.GET.copy()
    address.pop(FORM, None)
    address["after"] = more
    return f"?{address.urlencode()}"


def _tabs(reader: Reader, chosen: str) -> list[Tab]:
    """One for each role, when there is more than one to tell apart; a resident's own home is no seat at a desk."""
    roles = sorted(role for role in reader.roles if role != "resident")
    if not roles or (len(roles) == 1 and "resident" not in reader.roles):
        return []
    names = {"": ALL, **{role: ROLES[role].title for role in roles}, MINE: BY_NAME}
    picked = chosen if chosen in names else ""
    return [Tab(name, title, name == picked) for name, title in names.items()]


def _standing(rows: Sequence[DeskRow], more: str | None) -> Standing:
    """The rows come soonest due first, so that all late ones have been seen as soon as one is not late."""
    now = clock.now()
    late = sum(1 for row in rows if row.due_at <= now)
    return Standing(late, least=late == len(rows) and more is not None)


@require_http_methods(["GET", "HEAD", "POST"])
def matters(request: HttpRequest) -> HttpResponse:
    """The filter stands in the address, the words that are searched for never do: they may name somebody."""
    reader = reader_of(request)
    if reader.person is None:
        return sign_in_first(request)
    asked, books = read_filter(request.GET), all_books()
    text = searched_for(request)
    after = request.POST.get("after") if text else request.GET.get("after")
    rows, more = (
        found_rows(reader, asked, books, text, after=after) if text else list_rows(reader, asked, books, after=after)
    )
    context = {
        "rows": list_faces(rows),
        "more": more,
        "later": bool(after),
        "q": text,
        "form": form_of("matters", asked, reader, books),
        "form_open": not asked and not text and FORM in request.GET,
        "chips": chips(reader, "matters", asked.query),
    }
    return render(request, "desk/matters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def save(request: HttpRequest) -> HttpResponse:
    page = request.POST.get("_page", "")
    back = reverse("matters" if page == "matters" else "desk")
    if request.method != "POST":
        return HttpResponseRedirect(back)
    asked = filter_in(request)
    seat = seat_in(request.POST.get("seat", ""))
    saved = save_filter(page, request.POST.get("name", ""), asked, actor=reader_of(request), seat=seat)
    return SeeOther(f"{back}?{saved.query}")


@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: HttpRequest, saved: uuid.UUID) -> HttpResponse:
    reader = reader_of(request)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("desk"))
    mine = {chip.id for chip in chips(reader, "", "")}
    found = SavedFilter.objects.filter(pk=saved).first()
    if found is None or found.pk not in mine:
        raise Http404
    drop_filter(found, actor=reader)
    return SeeOther(reverse("matters" if found.page == "matters" else "desk"))


def searched_for(request: HttpRequest) -> str:
    return " ".join(request.POST.get("q", "").split())[:LONGEST_QUERY]


def filter_in(request: HttpRequest) -> Filter:
    """The filter that a form sent along, as it stood in the address."""
    return read_filter(QueryDict(request.POST.get("_query", "")[:LONGEST_ADDRESS]))
