from __future__ import annotations

from datetime import datetime

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from linli.districts.schema import present_schema
from linli.insight import queries
from linli.insight.actions.exclusions import ask_exclusion, rule_exclusion
from linli.insight.board import (
    BAD_DATES,
    Asked,
    Figure,
    board_of,
    figure_called,
    present_formula,
    read_period,
    usual_period,
)
from linli.insight.export import table_of
from linli.insight.grounds import GROUNDS
from linli.insight.measures import title_of
from linli.insight.policies import may_ask, may_look, may_rule
from linli.insight.queries import Wanted, rows_behind
from linli.matters.models import Matter
from linli.matters.queries import find
from linli.people.reader import Reader
from linli.playbooks.models import Version
from linli.playbooks.versions import book_of

KEPT_FOR = 120
BOM = "\ufeff"  # so that spreadsheets read the table as UTF-8


def _asked(request: HttpRequest) -> Asked:
    """A place without a board of its own, a single building above all, is not found."""
    path = request.GET.get("place", "")
    line = queries.line_to(path or queries.top_path())
    if path and not line:
        raise Http404
    period = read_period(request.GET.get("from", ""), request.GET.get("to", ""))
    return Asked(period or usual_period(), line, None if period else BAD_DATES)


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    return render(request, "insight/board.html", {"asked": asked, "inside": _inside(asked, queries.folded_at())})


def _inside(asked: Asked, as_of: datetime | None) -> SafeString:
    """The figures as HTML, the same for whoever looks. They are kept until the next fold, and no longer: its time is in the key."""
    if asked.wrong or as_of is None:
        return _drawn(asked, as_of)
    period, language = asked.period, get_language()
    key = f"{present_schema()}:board:{asked.path}:{period.first}:{period.last}:{language}:{as_of.timestamp()}"
    return cache.get_or_set(key, lambda: _drawn(asked, as_of), KEPT_FOR) or _drawn(asked, as_of)


def _drawn(asked: Asked, as_of: datetime | None) -> SafeString:
    return render_to_string("insight/inside.html", {"board": board_of(asked, as_of), "asked": asked})


@require_safe
def table(request: HttpRequest) -> HttpResponse:
    language = get_language() or "zh-hans"
    board = board_of(_asked(request), queries.folded_at())
    answer = HttpResponse(BOM + table_of(board, language), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="figures.csv"'
    return answer


@require_safe
def rows(request: HttpRequest) -> HttpResponse:
    asked, name = _asked(request), request.GET.get("figure", "")
    figure = figure_called(name)
    if figure is None:
        raise Http404
    reader: Reader = request.reader  # type: ignore[attr-defined]
    wanted = _wanted(request, asked, figure, name)
    found, more = rows_behind(wanted, reader, after=request.GET.get("after", ""))
    address = request.GET.copy()
    address.pop("after", None)
    return render(
        request,
        "insight/rows.html",
        {
            "figure": figure,
            "asked": asked,
            "now": wanted.period is None,
            "book": _book_title(wanted.book),
            "category": wanted.category,
            "rows": [(row, title_of(row.measure), GROUNDS.get(row.ground)) for row in found],
            "more": f"{address.urlencode()}&after={more}" if more else "",
        },
    )


def _wanted(request: HttpRequest, asked: Asked, figure: Figure, name: str) -> Wanted:
    """What is overdue now is so since whichever day."""
    period = None if name == "overdue" else asked.period
    return Wanted(figure.measures, period, asked.path, request.GET.get("book", ""), request.GET.get("category", ""))


def _book_title(name: str) -> object:
    version = Version.objects.filter(name=name, current=True).first() if name else None
    return book_of(version.pk).title if version else None


@require_safe
def exclusion(request: HttpRequest, number: int) -> HttpResponse:
    matter, reader = _matter(request, number)
    asked = queries.exclusion_of(matter)
    waits = asked is not None and asked.approved is None
    context = {
        "matter": matter,
        "book": book_of(matter.playbook_id),
        "asked": asked,
        "ground": GROUNDS[asked.reason] if asked else None,
        "grounds": GROUNDS.items(),
        "formula": present_formula(),
        "may_ask": may_ask(reader, matter) and (asked is None or asked.approved is False),
        "may_rule": asked is not None and waits and may_rule(reader, matter, asked),
    }
    return render(request, "insight/exclusion.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, number: int) -> HttpResponse:
    matter, reader = _matter(request, number)
    if request.method == "POST":
        ground, reason = request.POST.get("ground", ""), request.POST.get("reason", "")
        ask_exclusion(matter, ground=ground, reason=reason, actor=reader)
    return _back(request, matter)


@require_http_methods(["GET", "HEAD", "POST"])
def rule(request: HttpRequest, number: int) -> HttpResponse:
    matter, reader = _matter(request, number)
    if request.method == "POST":
        approve = request.POST.get("approve") == "yes"
        rule_exclusion(matter, approve=approve, reason=request.POST.get("reason", ""), actor=reader)
    return _back(request, matter)


def _back(request: HttpRequest, matter: Matter) -> HttpResponseRedirect:
    answer = HttpResponseRedirect(reverse("exclusion", args=[matter.number]))
    answer.status_code = 303 if request.method == "POST" else 302
    return answer


def _matter(request: HttpRequest, number: int) -> tuple[Matter, Reader]:
    """For those on posts here; to anybody else there is no such page."""
    matter, reader = find(number), request.reader  # type: ignore[attr-defined]
    if matter is None or not may_look(reader, matter):
        raise Http404
    return matter, reader
