from __future__ import annotations

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from linli.ballots.queries import ballots_to_vote
from linli.lib.text import Said
from linli.matters.policies import may_raise_anywhere
from linli.matters.queries import books_to_choose, current_books, desk_rows, matters_of
from linli.people.actions import prefer
from linli.people.forms import way_on
from linli.people.models import Post
from linli.people.reader import Reader
from linli.people.roles import ROLES
from linli.portal.context import LARGE_TYPE_COOKIE, large_type
from linli.portal.icons import usual_first
from linli.register.claims import number_of_claims
from linli.register.policies import may_read_some
from linli.register.standings import keeps_some
from linli.requests.facilities.policies import is_inspector

A_YEAR = 365 * 24 * 3600
FEW = 5
POST = Said("{role}（{place}）", "{role} ({place})")
ROBOTS = """User-agent: *
Disallow: /account/
Disallow: /belonging/
Disallow: /claims/
Disallow: /codes/
Disallow: /desk/
Disallow: /invitation/
Disallow: /matters/
Disallow: /mine/
Disallow: /q/
Disallow: /raise/
Disallow: /sign-in/
"""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    if reader.person is None:
        return render(request, "portal/welcome.html")
    waiting, more = desk_rows(reader, limit=FEW)
    raised, older = matters_of(reader, limit=FEW)
    books = [book for book in books_to_choose(current_books()).values() if may_raise_anywhere(reader, book)]
    context = {
        "waiting": waiting,
        "more_waiting": more,
        "raised": raised,
        "more_raised": older,
        "books": usual_first(books),
        "reads_register": may_read_some(reader),
        "keeps_standings": keeps_some(reader),
        "inspects": is_inspector(reader),
        "claims": number_of_claims(reader),
        "to_vote": ballots_to_vote(reader),
        "on_posts": bool(reader.roles - {"resident"}),
    }
    return render(request, "portal/home.html", context | {"posts": [_post_said(post) for post in reader.posts]})


def _post_said(post: Post) -> Said:
    return POST.filled(role=ROLES[post.role].title, place=Said(post.place.in_("zh"), post.place.in_("en")))


@require_POST
def change_language(request: HttpRequest) -> HttpResponse:
    """The choice goes with the browser and, for somebody who signed in, with the person."""
    chosen = request.POST.get("language", "")
    if chosen not in dict(settings.LANGUAGES):
        return HttpResponseBadRequest()
    reader: Reader = request.reader  # type: ignore[attr-defined]
    if reader.person is not None:
        prefer(reader.person, language=chosen)
    return _remembered(HttpResponseRedirect(way_on(request)), settings.LANGUAGE_COOKIE_NAME, chosen)


@require_POST
def change_type(request: HttpRequest) -> HttpResponse:
    larger = not large_type(request)
    reader: Reader = request.reader  # type: ignore[attr-defined]
    if reader.person is not None:
        prefer(reader.person, large_type=larger)
    return _remembered(HttpResponseRedirect(way_on(request)), LARGE_TYPE_COOKIE, "large" if larger else "normal")


def _remembered(response: HttpResponse, cookie: str, value: str) -> HttpResponse:
    response.set_cookie(cookie, value, max_age=A_YEAR, samesite="Lax", secure=settings.SECURE, httponly=True)
    return response


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """A failing query becomes a 503 by the middleware."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    response = JsonResponse({"database": True})
    response["Cache-Control"] = "no-store"
    return response


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    return HttpResponse(ROBOTS, content_type="text/plain; charset=utf-8")
