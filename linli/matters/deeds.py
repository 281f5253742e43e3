"""A page of a thing of its own, on which people do one of several things, each at its own address below the page's."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse

from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.matters.policies import SIGN_IN_FIRST
from linli.matters.views import SeeOther, reader_of
from linli.people.reader import Reader

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Tried:
    """A form of the page that could not be taken, with what was typed."""

    deed: str = ""
    sentence: Said | None = None
    given: Mapping[str, str] = field(default_factory=dict)


def _by_name(name: str, posted: QueryDict) -> str:
    return name


def _to_the_top(name: str, posted: QueryDict) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class Deeds(Generic[Thing]):
    """Each deed does its part and may say what came of it, else its name does; the page at `route` then has a line for it.

    `find` gives the thing or refuses. `form` tells forms of one name apart; `back` says to which part of the page to return.
    """

    route: str
    find: Callable[[Reader, uuid.UUID], Thing]
    show: Callable[[HttpRequest, Thing, Tried, int], HttpResponse]
    by_name: Mapping[str, Callable[[Thing, QueryDict, Reader], str | None]]
    form: Callable[[str, QueryDict], str] = _by_name
    back: Callable[[str, QueryDict], str] = _to_the_top

    def answer(self, request: HttpRequest, key: uuid.UUID, name: str) -> HttpResponse:
        """Do it; what cannot be done comes back with what was typed."""
        if name not in self.by_name:
            raise Http404
        address = reverse(self.route, args=[key])
        if request.method != "POST":
            return HttpResponseRedirect(address)
        reader, posted = reader_of(request), request.POST
        if reader.person is None:
            raise NotYours(SIGN_IN_FIRST)
        try:
            done = self.by_name[name](self.find(reader, key), posted, reader) or name
        except Refused as refused:
            typed = {name: str(value) for name, value in posted.items()}
            return self.show(
                request, self.find(reader, key), Tried(self.form(name, posted), refused.sentence, typed), refused.status
            )
        return SeeOther(f"{address}?done={done}{self.back(name, posted)}")
