from __future__ import annotations

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.people.cast import cast
from linli.people.entrance import phone_views
from linli.people.entrance.answers import as_liked
from linli.people.entrance.session import BACKEND
from linli.people.forms import person_chosen, way_on
from linli.people.models import Person

NOT_THERE = Said(
    "这个人物已经不在名单上了。请回到登录页另选一位。",
    "This person is no longer on the list. Please go back to the sign-in page and choose another.",
)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """By phone; in the demonstration by choosing whom to be."""
    if not settings.DEMO:
        return phone_views.ask(request)
    if request.method == "POST":
        return _let_in(request)
    return render(request, "people/sign_in.html", {"groups": cast(), "next": way_on(request)})


def _let_in(request: HttpRequest) -> HttpResponse:
    chosen = person_chosen(request)
    person = Person.objects.filter(pk=chosen, shredded_at__isnull=True).first() if chosen else None
    if person is None:
        raise Refused(NOT_THERE)
    login(request, person, backend=BACKEND)
    return as_liked(request, HttpResponseRedirect(way_on(request)), person)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    answer = HttpResponseRedirect("/")
    # A list that was kept to be read without a network goes with whoever kept it.
    answer["Clear-Site-Data"] = '"storage"'
    return answer
