from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from django.http import HttpRequest, HttpResponse

from linli.people.entrance.session import has_passed, look_after
from linli.people.models import Person, Post
from linli.people.queries import posts_of
from linli.people.reader import Reader
from linli.people.roles import STAFF


class ReaderMiddleware:
    """`request.reader`: the person who signed in, read from the database only when a page asks."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        look_after(request)
        request.reader = LazyReader(request)  # type: ignore[attr-defined]
        return self.get_response(request)


class LazyReader(Reader):
    """Staff who have not passed the second step in this session are read as the residents they also are."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @property
    def person(self) -> Person | None:  # type: ignore[override]
        user = self._request.user
        return user if user.is_authenticated else None

    @cached_property
    def _held(self) -> list[Post]:
        return posts_of(self.person) if self.person else []

    @cached_property
    def posts(self) -> list[Post]:
        return [post for post in self._held if post not in self.locked]

    @cached_property
    def locked(self) -> list[Post]:
        if self.person is None or has_passed(self._request):
            return []
        return [post for post in self._held if post.role in STAFF]
