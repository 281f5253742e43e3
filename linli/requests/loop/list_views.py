"""The community's list, which everybody may read, and the share of ended matters that are re-checked."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from linli.lib.refusals import NotYours, Refused
from linli.matters.queries import current_books
from linli.matters.views import SeeOther, reader_of, sign_in_first
from linli.requests.loop.actions.rechecks import set_share
from linli.requests.loop.actions.remit import end_line, import_list, set_line
from linli.requests.loop.models import RemitEntry
from linli.requests.loop.policies import is_keeper, require_keeper
from linli.requests.loop.remit import KINDS, SHIPPED, Line, entries, title_of, whose_of
from linli.requests.loop.sampling import shares

FIELDS = ("code", "kind", "title", "title_en", "whose", "whose_en", "contact", "basis")
LARGEST = 200_000


@require_http_methods(["GET", "HEAD"])
def remit(request: HttpRequest) -> HttpResponse:
    return _list(request)


def _list(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    rows = [(one, title_of(one), whose_of(one)) for one in entries()]
    groups = [(said, [row for row in rows if row[0].kind == kind]) for kind, said in KINDS.items()]
    context = {
        "groups": [group for group in groups if group[1]],
        "keeper": is_keeper(reader_of(request)),
        "sentence": refused.sentence if refused else None,
        "typed": request.POST.get("text", ""),
        "example": SHIPPED.read_text("utf-8") if not rows else "",
    }
    return render(request, "loop/remit.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def remit_line(request: HttpRequest) -> HttpResponse:
    """A new line, or another in place of the one whose code is given."""
    if reader_of(request).person is None and request.method != "POST":
        return sign_in_first(request)
    require_keeper(reader_of(request))
    if request.method != "POST":
        return _line_page(request)
    line = Line(**{name: request.POST.get(name, "").strip() for name in FIELDS})
    try:
        set_line(line, actor=reader_of(request))
    except NotYours:
        raise
    except Refused as refused:
        return _line_page(request, refused)
    return SeeOther(reverse("remit"))


def _line_page(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    code = request.GET.get("code", "")
    there = RemitEntry.objects.filter(code=code, until__isnull=True).first() if code else None
    typed = request.POST if request.method == "POST" else {name: getattr(there, name, "") for name in FIELDS}
    context = {
        "given": typed,
        "there": there,
        "kinds": KINDS.items(),
        "sentence": refused.sentence if refused else None,
    }
    return render(request, "loop/remit_line.html", context, status=422 if refused else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def end_remit_line(request: HttpRequest, entry: uuid.UUID) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("remit"))
    require_keeper(reader_of(request))
    found = RemitEntry.objects.filter(pk=entry).first()
    if found is None:
        raise Http404
    end_line(found, actor=reader_of(request))
    return SeeOther(reverse("remit"))


@require_http_methods(["GET", "HEAD", "POST"])
def import_remit(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("remit"))
    try:
        import_list(request.POST.get("text", "")[:LARGEST], actor=reader_of(request))
    except NotYours:
        raise
    except Refused as refused:
        return _list(request, refused)
    return SeeOther(reverse("remit"))


@require_http_methods(["GET", "HEAD", "POST"])
def rechecks(request: HttpRequest) -> HttpResponse:
    """How many of each kind are drawn, for everybody to read; the community and the street may change it."""
    refused = None
    if request.method == "POST":
        try:
            set_share(request.POST.get("book", ""), request.POST.get("per_mille", ""), actor=reader_of(request))
        except NotYours:
            raise
        except Refused as one:
            refused = one
        else:
            return SeeOther(reverse("rechecks"))
    books = current_books()
    share = shares(books)
    context = {
        "rows": [(name, book.title, share[name]) for name, book in books.items()],
        "keeper": is_keeper(reader_of(request)),
        "sentence": refused.sentence if refused else None,
        "given": request.POST,
    }
    return render(request, "loop/rechecks.html", context, status=422 if refused else 200)
