"""Pages for when something cannot be done. Each says so in a sentence, shows a way on, and keeps what was typed."""

from __future__ import annotations

import logging
import sys

from csp.utils import build_policy
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from linli.lib.refusals import Conflict, NotYours, Refused
from linli.portal.context import large_type
from linli.portal.typed import typed_in, words_of
from linli.postgres.refusal import DatabaseRefused

HEALTH = "/healthz"
RETRY_SECONDS = 15
log = logging.getLogger(__name__)


def is_gone(error: BaseException | None) -> bool:
    """Whether the database could not be reached, or broke off."""
    return isinstance(error, OperationalError | InterfaceError | DatabaseRefused) or (
        error is not None and isinstance(error.__cause__, DatabaseRefused)
    )


def gone_page(request: HttpRequest) -> HttpResponse:
    """503 without a look at the database. What was typed stands in a form that can be sent again, with the same keys."""
    log.warning("The database did not answer; a request was told to try again.")
    response = JsonResponse({"database": False}, status=503) if request.path == HEALTH else _gone_page(request)
    response["Retry-After"] = str(RETRY_SECONDS)
    response["Cache-Control"] = "no-store"
    return response


def _gone_page(request: HttpRequest) -> HttpResponse:
    with translation.override(translation.get_language_from_request(request)):
        body = render_to_string("portal/gone.html", {**_kept(request), "large_type": large_type(request)})
    response = HttpResponse(body, status=503)
    # This page may come from outside the middleware that sets the policy.
    response["Content-Security-Policy"] = build_policy()
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """Django calls this while the exception is being handled, also for one from the middleware."""
    if is_gone(sys.exc_info()[1]):
        return gone_page(request)
    with translation.override(translation.get_language_from_request(request)):
        body = render_to_string("500.html", {**_kept(request), "large_type": large_type(request)})
    return HttpResponse(body, status=500)


def refusal_page(request: HttpRequest, refused: Refused) -> HttpResponse:
    """409 when somebody was faster, 403 when it is for others to do, else 422; only then can it be sent again as it is."""
    kind = _kind_of(refused)
    context = {"sentence": refused.sentence, "kind": kind, "way_back": way_back(request)}
    if kind == "refused":
        return render(request, "portal/refused.html", context | _kept(request), status=refused.status)
    return render(request, "portal/refused.html", context | {"words": words_of(request)}, status=refused.status)


def _kind_of(refused: Refused) -> str:
    if isinstance(refused, Conflict):
        return "conflict"
    return "not_yours" if isinstance(refused, NotYours) else "refused"


def way_back(request: HttpRequest) -> str:
    """The page that the form stood on, if it is one of ours; else the home page."""
    came_from = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
    return came_from if ours and came_from != request.build_absolute_uri() else "/"


def _kept(request: HttpRequest) -> dict[str, object]:
    files = bool(typed_in(request)) and bool(request.FILES)
    return {"typed": typed_in(request), "action": request.get_full_path(), "files": files}
