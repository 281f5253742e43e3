"""How the pages of signing in answer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from linli.lib.refusals import Refused
from linli.people.entrance.guard_actions import TooOften
from linli.people.models import Person

A_YEAR = 365 * 24 * 3600


class SeeOther(HttpResponseRedirect):
    """After a form was taken: the page that follows is read, and reading it again sends nothing twice."""

    status_code = 303


def page(request: HttpRequest, template: str, context: dict[str, Any], refused: Refused | None = None) -> HttpResponse:
    """A page that no cache keeps; with what was refused, and what was typed still in it."""
    status = 200 if refused is None else 429 if isinstance(refused, TooOften) else 422
    response = render(request, template, context | {"refused": refused.sentence if refused else None}, status=status)
    response["Cache-Control"] = "no-store"
    return response


def as_liked(request: HttpRequest, response: HttpResponse, person: Person) -> HttpResponse:
    """How the person likes to read, unless this browser was told otherwise."""
    liked = {
        settings.LANGUAGE_COOKIE_NAME: person.language if person.language != settings.LANGUAGE_CODE else "",
        "type": "large" if person.large_type else "",
    }
    for cookie, value in liked.items():
        if value and cookie not in request.COOKIES:
            response.set_cookie(cookie, value, max_age=A_YEAR, samesite="Lax", secure=settings.SECURE, httponly=True)
    return response


def typed(request: HttpRequest, name: str, most: int = 200) -> str:
    return request.POST.get(name, "")[:most]
