"""Residents: a number, a code, and for somebody new a name."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from linli.lib.masks import mask_phone
from linli.lib.phones import mobile
from linli.lib.refusals import Refused
from linli.people.actions import prefer
from linli.people.entrance.answers import SeeOther, as_liked, page, typed
from linli.people.entrance.channels import FileChannel
from linli.people.entrance.code_actions import NOT_SET_UP, add_newcomer, ask_code, enter_code, known_by
from linli.people.entrance.devices import address_of
from linli.people.entrance.guard_actions import FAILED, LOCKED, TooOften, write_down
from linli.people.entrance.limits import CODE_LASTS, NAMING_LASTS
from linli.people.entrance.session import kept, let_in, put_away, put_by
from linli.people.forms import own_page, way_on
from linli.people.models import Person

METHODS = ["GET", "HEAD", "POST"]
CODE, NEWCOMER = "code", "newcomer"


@sensitive_post_parameters()
@require_http_methods(METHODS)
def ask(request: HttpRequest) -> HttpResponse:
    """The number. Whether anybody here has it is told to nobody."""
    refused = None
    if request.method == "POST":
        try:
            return _sent(request)
        except Refused as why:
            refused = why
    if settings.SMS is None:
        status = 403 if request.method == "POST" else 200
        answer = page(request, "people/no_way_in.html", {"next": way_on(request)})
        answer.status_code = status
        return answer
    context = {"next": way_on(request), "phone": typed(request, "phone", 40), "file": _shown_file()}
    return page(request, "people/entrance/phone.html", context, refused)


def _sent(request: HttpRequest) -> HttpResponse:
    if settings.SMS is None:
        raise Refused(NOT_SET_UP)
    phone = typed(request, "phone", 40)
    language = get_language() or settings.LANGUAGE_CODE
    code = ask_code(phone, address=address_of(request), language=language)
    put_by(request, CODE, {"id": str(code), "phone": mask_phone(mobile(phone)), "next": way_on(request)})
    return SeeOther(reverse("sign-in-code"))


def _shown_file() -> str:
    """Where the code is to be found: told in the demonstration alone."""
    return str(settings.SMS.path) if settings.DEMO and isinstance(settings.SMS, FileChannel) else ""


@sensitive_post_parameters()
@require_http_methods(METHODS)
def enter(request: HttpRequest) -> HttpResponse:
    asked = kept(request, CODE, seconds=CODE_LASTS.total_seconds())
    if asked is None:
        return SeeOther(reverse("sign-in-phone"))
    refused = None
    if request.method == "POST":
        try:
            return _entered(request, asked)
        except Refused as why:
            refused = why
            write_down(None, "code", LOCKED if isinstance(why, TooOften) else FAILED)
    context = {"phone": asked["phone"], "next": asked["next"], "file": _shown_file()}
    return page(request, "people/entrance/code.html", context, refused)


def _entered(request: HttpRequest, asked: dict[str, str]) -> HttpResponse:
    row = enter_code(uuid.UUID(asked["id"]), typed(request, "code", 20))
    put_away(request, CODE)
    person = known_by(row)
    if person is not None:
        return welcome(request, person, asked["next"])
    put_by(request, NEWCOMER, {"id": str(row.pk), "next": asked["next"]})
    return SeeOther(reverse("sign-in-name"))


@require_http_methods(METHODS)
def name(request: HttpRequest) -> HttpResponse:
    """Asked once, of somebody whose number nobody knew."""
    newcomer = kept(request, NEWCOMER, seconds=NAMING_LASTS.total_seconds())
    if newcomer is None:
        return SeeOther(reverse("sign-in-phone"))
    refused = None
    if request.method == "POST":
        try:
            person = add_newcomer(uuid.UUID(newcomer["id"]), typed(request, "name"))
        except Refused as why:
            refused = why
        else:
            prefer(person, language=get_language())
            return welcome(request, person, newcomer["next"])
    return page(request, "people/entrance/name.html", {"name": typed(request, "name")}, refused)


def welcome(request: HttpRequest, person: Person, on: str) -> HttpResponse:
    let_in(request, person, how="code")
    return as_liked(request, SeeOther(own_page(request, on)), person)
