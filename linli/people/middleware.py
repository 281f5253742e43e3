from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from linli.people.models import Person
from linli.people.reader import Reader


class ReaderMiddleware:
    """`request.reader`: the person who signed in, read from the database only when a page asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reader = LazyReader(request)  # type: ignore[attr-defined]
        return self.get_response(request)


class LazyReader(Reader):
    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def person(self) -> Person | None:  # type: ignore[override]
        user = self._request.user
        return user if user.is_authenticated else None
