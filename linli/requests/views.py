from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from linli.lib.bigrams import LONGEST_QUERY
from linli.matters.queries import find
from linli.matters.views import SeeOther
from linli.people.reader import Reader
from linli.requests.actions.joining import join, judge, leave
from linli.requests.searching import search


@require_http_methods(["GET", "HEAD", "POST"])
def search_page(request: HttpRequest) -> HttpResponse:
    """What is searched for may name somebody, so it is sent in the form and never stands in an address."""
    reader: Reader = request.reader  # type: ignore[attr-defined]
    if reader.person is None:
        return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': reverse('search')})}")
    text = " ".join(request.POST.get("q", "").split())[:LONGEST_QUERY]
    after = request.POST.get("after")
    found, more = search(reader, text, after=after) if text else ([], None)
    return render(request, "requests/search.html", {"q": text, "found": found, "more": more, "later": bool(after)})


@require_http_methods(["GET", "HEAD", "POST"])
def join_matter(request: HttpRequest, number: int) -> HttpResponse:
    return _do(request, number, join)


@require_http_methods(["GET", "HEAD", "POST"])
def leave_matter(request: HttpRequest, number: int) -> HttpResponse:
    return _do(request, number, leave)


@require_http_methods(["GET", "HEAD", "POST"])
def judge_matter(request: HttpRequest, number: int) -> HttpResponse:
    return _do(request, number, partial(judge, score=request.POST.get("score", "")))


def _do(request: HttpRequest, number: int, deed: Callable[..., object]) -> HttpResponse:
    """What is refused is said on a page of its own, by the middleware."""
    if request.method == "POST":
        matter = find(number)
        if matter is None:
            raise Http404
        deed(matter, actor=request.reader)  # type: ignore[attr-defined]
        return SeeOther(f"{reverse('matter', args=[number])}#joined")
    return HttpResponseRedirect(reverse("matter", args=[number]))
