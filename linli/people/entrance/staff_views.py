"""Staff: password and second step, the step alone for who signed in by a code, and the first way in by an invitation."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from linli.lib.refusals import NotYours, Refused
from linli.people.entrance.answers import SeeOther, as_liked, page, typed
from linli.people.entrance.devices import address_of
from linli.people.entrance.guard_actions import FAILED, take, write_down
from linli.people.entrance.limits import ENROLLING_LASTS, FACTOR_WAITS
from linli.people.entrance.session import INVITED, has_passed, kept, let_in, put_away, put_by, step_up
from linli.people.entrance.staff_actions import (
    INVITATION_OVER,
    NO_FACTOR,
    WRONG_KEY,
    accept_invitation,
    has_factor,
    invitation_by,
    pass_by_code,
    passed_by_passkey,
    person_by_password,
    take_passkey_try,
)
from linli.people.forms import own_page, way_on
from linli.people.models import Person

METHODS = ["GET", "HEAD", "POST"]
WAITING = "waiting"  # a password was right, the second step is to come
INVITATION = "invitation"


@sensitive_post_parameters()
@require_http_methods(METHODS)
def staff(request: HttpRequest) -> HttpResponse:
    refused = None
    if request.method == "POST":
        try:
            person = person_by_password(
                typed(request, "phone", 40), typed(request, "password"), address=address_of(request)
            )
        except Refused as why:
            refused = why
        else:
            request.session.flush()
            put_by(request, WAITING, {"person": str(person.pk), "next": way_on(request)})
            return SeeOther(reverse("sign-in-factor"))
    context = {"next": way_on(request), "phone": typed(request, "phone", 40)}
    return page(request, "people/entrance/staff.html", context, refused)


@sensitive_post_parameters()
@require_http_methods(METHODS)
def factor(request: HttpRequest) -> HttpResponse:
    """The second step: of who gave a password just now, or of who is signed in and holds a post for an office."""
    person, on = _who_steps(request)
    if person is None:
        return SeeOther(reverse("sign-in-staff"))
    if request.user.is_authenticated and has_passed(request):
        return SeeOther(on)
    refused = None
    if request.method == "POST":
        try:
            return _stepped(request, person, on)
        except Refused as why:
            refused = why
    context = {"next": on, "ready": has_factor(person), "options": _options(person), "person": person}
    return page(request, "people/entrance/factor.html", context, refused)


def _who_steps(request: HttpRequest) -> tuple[Person | None, str]:
    if isinstance(request.user, Person):
        return request.user, way_on(request)
    waiting = kept(request, WAITING, seconds=FACTOR_WAITS.total_seconds())
    if waiting is None:
        return None, "/"
    person = Person.objects.filter(pk=waiting["person"], shredded_at__isnull=True).first()
    return person, own_page(request, waiting["next"])


def _stepped(request: HttpRequest, person: Person, on: str) -> HttpResponse:
    if not has_factor(person):
        raise Refused(NO_FACTOR)
    credential = typed(request, "credential", 20_000)
    how = _pass_by_passkey(person, credential) if credential else pass_by_code(person, typed(request, "code", 40))
    if isinstance(request.user, Person):
        step_up(request, how)
    else:
        let_in(request, person, how="password", factor=how)
    return as_liked(request, SeeOther(on), person)


def _pass_by_passkey(person: Person, credential: str) -> str:
    take_passkey_try(person)
    form = AuthenticateWebAuthnForm({"credential": credential}, user=person)
    if not form.is_valid():
        write_down(person.pk, "webauthn", FAILED)
        raise Refused(WRONG_KEY)
    passed_by_passkey(person, form.cleaned_data["credential"])
    return "webauthn"


def _options(person: Person) -> dict[str, Any] | None:
    """What the browser is asked to sign with a passkey; None where there is none."""
    keys = Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.WEBAUTHN)
    return {"request_options": begin_authentication(person)} if keys.exists() else None


@sensitive_post_parameters()
@require_http_methods(METHODS)
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The link leads on to a page whose address does not hold it. Looking at it uses nothing up."""
    put_by(request, INVITATION, token)
    return SeeOther(reverse("accept-invitation"))


@sensitive_post_parameters()
@require_http_methods(METHODS)
def accept(request: HttpRequest) -> HttpResponse:
    """Where messages are sent, the link alone is not enough: whoever follows it signs in with the number it was made for."""
    take("invitation_address", address_of(request))
    token = kept(request, INVITATION, seconds=ENROLLING_LASTS.total_seconds())
    found = invitation_by(token) if token else None
    if found is None:
        raise NotYours(INVITATION_OVER)
    if settings.SMS is not None and request.user != found.person:
        on = urlencode({"next": reverse("invitation", args=[token])})
        return SeeOther(f"{reverse('sign-in-phone')}?{on}")
    refused = None
    if request.method == "POST":
        try:
            person = accept_invitation(token, typed(request, "password", 300), typed(request, "again", 300))
        except NotYours:
            raise
        except Refused as why:
            refused = why
        else:
            put_away(request, INVITATION)
            let_in(request, person, how=INVITED)
            return as_liked(request, SeeOther(reverse("set-up-factor")), person)
    return page(request, "people/entrance/invitation.html", {"person": found.person, "until": found.until}, refused)
