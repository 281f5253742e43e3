"""The outermost shells of a request: a database that is gone, and refusals that nobody has turned into a page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from linli.lib.refusals import Refused
from linli.portal.errors import gone_page, is_gone, refusal_page

Answer = Callable[[HttpRequest], HttpResponse]


class DatabaseGoneMiddleware:
    """A page with 503 instead of a crash when the database cannot be reached, with what was typed in it.

    A view's exception comes here by `process_exception`; one from the middleware inside of this was already handed to
    `portal.errors.server_error`, since Django turns exceptions into responses around each middleware.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return gone_page(request) if is_gone(exception) else None


class RefusalMiddleware:
    """Any refusal that a view lets pass becomes a page with its sentence."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal_page(request, exception) if isinstance(exception, Refused) else None
