from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from linli.lib import clock
from linli.lib.text import Said
from linli.matters.queries import MINE, DeskRow, desk_rows
from linli.people.reader import Reader
from linli.people.roles import ROLES

PAGE = 50
ALL, BY_NAME = Said("全部", "All"), Said("指名给我的", "By name")


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
    reader: Reader = request.reader  # type: ignore[attr-defined]
    if reader.person is None:
        return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': request.get_full_path()})}")
    tabs = _tabs(reader, request.GET.get("of", ""))
    of = next((tab.name for tab in tabs if tab.chosen), "")
    after = request.GET.get("after")
    rows, more = desk_rows(reader, after=after, limit=PAGE, tab=of)
    link = "?" + urlencode({"of": of, "after": more} if of else {"after": more}) if more else ""
    context = {"rows": rows, "link": link, "tabs": tabs, "later": bool(after), "standing": _standing(rows, more)}
    only_rows = getattr(request, "htmx", False) and after
    return render(request, "desk/rows.html" if only_rows else "desk/desk.html", context)


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
    late = sum(1 for row in rows if row.due_at <= clock.now())
    return Standing(late, least=late == len(rows) and more is not None)
