"""The page of a one-time link. It shows what is asked and nothing else, to whoever holds the link.

Its address is the key to it: the page is stored nowhere, is sent on to nobody, and answers 200 also when the link works no more,
so that no log of refusals holds an address.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.requests.loop.actions.questions import LINK_GONE, answer_by_link
from linli.requests.loop.queries import question_by_link


@never_cache
@sensitive_variables("token")
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    if request.method == "POST":
        try:
            answer_by_link(token, request.POST.get("answer", ""))
        except Refused as refused:
            return _page(request, token, refused.sentence)
        return _shown(request, {"thanks": True})
    return _page(request, token)


def _page(request: HttpRequest, token: str, sentence: Said | None = None) -> HttpResponse:
    asked = question_by_link(token)
    given = request.POST.get("answer", "")
    return _shown(request, {"asked": asked, "sentence": sentence or (None if asked else LINK_GONE), "typed": given})


def _shown(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    """Without the site's own tools: their forms would carry the address along.

    No other site learns the address from a browser; to say it to nobody at all would take the form's origin away with it.
    """
    answer = render(request, "loop/link.html", {**context, "whole": False})
    answer["Referrer-Policy"] = "same-origin"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer
