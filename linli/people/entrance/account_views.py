"""“My account”: what is known of whoever is signed in, their ways in, and signing out everywhere."""

from __future__ import annotations

from typing import Any

import segno
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from allauth.mfa.webauthn.forms import AddWebAuthnForm
from allauth.mfa.webauthn.internal.auth import begin_registration
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from linli.lib.masks import mask_phone
from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.people.actions import phone_of, rename
from linli.people.entrance.answers import SeeOther, page, typed
from linli.people.entrance.code_actions import read_name
from linli.people.entrance.factors import factors_of, recent_sign_ins
from linli.people.entrance.limits import ENROLLING_LASTS
from linli.people.entrance.session import has_passed, is_enrolling, kept, mark_of, put_away, put_by, step_up
from linli.people.entrance.staff_actions import (
    WRONG_KEY,
    has_factor,
    remove_factor,
    renew_codes,
    set_up_app,
    set_up_passkey,
    sign_out_everywhere,
)
from linli.people.models import Person
from linli.people.reader import Reader

METHODS = ["GET", "HEAD", "POST"]
SECRET = "secret"  # noqa: S105 a name in the session
NOT_NOW = Said(
    "第二步验证由岗位人员在通过第二步验证之后设置；第一次要凭邀请链接。请联系给您设岗的单位。",
    "The second step is set up after passing it, and for the first time by an invitation. Ask those who appointed you.",
)
NAMED_BY_REGISTER = Said(
    "您已在名册或岗位上登记。姓名有误，请联系社区更正。",
    "You are entered in the register or on a post. If your name is wrong, please ask the community to correct it.",
)


def reader_of(request: HttpRequest) -> Reader:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    return reader


def _sign_in_first(request: HttpRequest) -> HttpResponse:
    where = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("account")
    return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': where})}")


@require_safe
def account(request: HttpRequest) -> HttpResponse:
    if reader_of(request).person is None:
        return _sign_in_first(request)
    return _account_page(request)


def _account_page(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    reader = reader_of(request)
    person = reader.person
    if person is None:
        return _sign_in_first(request)
    phone = phone_of(person)
    context = {
        "person": person,
        "name": typed(request, "name") if refused else person.name,
        "phone": mask_phone(phone) if phone else "",
        "own_name": _may_rename(reader),
        "factors": factors_of(person),
        "may_set_up": _may_set_up(request, person),
        "sign_ins": recent_sign_ins(person),
        "here_since": mark_of(request),
    }
    return page(request, "people/entrance/account.html", context, refused)


def _may_rename(reader: Reader) -> bool:
    return not reader.posts and not reader.locked


@require_http_methods(METHODS)
def change_name(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if request.method != "POST":
        return HttpResponseRedirect(reverse("account"))
    if reader.person is None:
        return _sign_in_first(request)
    if not _may_rename(reader):
        raise NotYours(NAMED_BY_REGISTER)
    try:
        rename(reader.person, read_name(typed(request, "name")))
    except Refused as why:
        return _account_page(request, why)
    return SeeOther(reverse("account"))


@require_http_methods(METHODS)
def leave_everywhere(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("account"))
    person = reader_of(request).person
    if person is not None:
        sign_out_everywhere(person)
        logout(request)
    return SeeOther(reverse("home"))


# -- second steps


def _may_set_up(request: HttpRequest, person: Person) -> bool:
    """After passing the second step; the first one in the session that an invitation began."""
    if settings.DEMO:
        return False
    return has_passed(request) or (is_enrolling(request) and not has_factor(person))


def _setting_up(request: HttpRequest) -> Person:
    person = reader_of(request).person
    if person is None or not _may_set_up(request, person):
        raise NotYours(NOT_NOW)
    return person


@sensitive_post_parameters()
@require_http_methods(METHODS)
def set_up(request: HttpRequest) -> HttpResponse:
    """Both ways on one page: an app that shows codes, or a passkey."""
    if reader_of(request).person is None:
        return _sign_in_first(request)
    person = _setting_up(request)
    if request.method == "POST":
        try:
            codes, how = _set_up(request, person)
        except Refused as why:
            return _set_up_page(request, person, why)
        if not has_passed(request):
            step_up(request, how)
        if codes:
            return _codes_page(request, codes)
        return SeeOther(reverse("account"))
    return _set_up_page(request, person)


def _set_up(request: HttpRequest, person: Person) -> tuple[list[str], str]:
    credential = typed(request, "credential", 20_000)
    if credential:
        form = AddWebAuthnForm({"credential": credential, "name": typed(request, "name", 40)}, user=person)
        if not form.is_valid():
            raise Refused(WRONG_KEY)
        return set_up_passkey(person, typed(request, "name", 40), form.cleaned_data["credential"]), "webauthn"
    codes = set_up_app(person, _secret(request), typed(request, "code", 20))
    put_away(request, SECRET)
    return codes, "totp"


def _secret(request: HttpRequest) -> str:
    """One secret as long as the page is open, so that a wrong code does not ask for a new picture."""
    found: str | None = kept(request, SECRET, seconds=ENROLLING_LASTS.total_seconds())
    if found is None:
        found = str(generate_totp_secret())
        put_by(request, SECRET, found)
    return found


def _set_up_page(request: HttpRequest, person: Person, refused: Refused | None = None) -> HttpResponse:
    has_app = any(one.type == Authenticator.Type.TOTP for one in factors_of(person).ways)
    secret = "" if has_app else _secret(request)
    context: dict[str, Any] = {
        "has_app": has_app,
        "key": " ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
        "picture": _picture(person, secret) if secret else "",
        "options": {"creation_options": begin_registration(person, False)},
        "first": not has_factor(person),
        "name": typed(request, "name", 40),
    }
    return page(request, "people/entrance/set_up.html", context, refused)


def _picture(person: Person, secret: str) -> str:
    """The code for the app's camera, black on white in any scheme, as an address that holds the picture itself."""
    code = segno.make(get_adapter().build_totp_url(person, secret), error="m")
    return code.svg_data_uri(border=3, dark="#000", light="#fff", scale=4)


def _codes_page(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return page(request, "people/entrance/recovery.html", {"codes": [f"{one[:5]} {one[5:]}" for one in codes]})


@require_http_methods(METHODS)
def new_codes(request: HttpRequest) -> HttpResponse:
    """Shown once, on the answer itself."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("account"))
    person = _setting_up(request)
    if not has_factor(person):
        raise NotYours(NOT_NOW)
    return _codes_page(request, renew_codes(person))


@require_http_methods(METHODS)
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("account"))
    remove_factor(_setting_up(request), pk)
    return SeeOther(reverse("account"))
