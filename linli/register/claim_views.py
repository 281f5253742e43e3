"""Asking to be verified, and answering those who ask; invitations to sign in for those who hold a post."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.people.forms import way_on
from linli.people.models import Post
from linli.people.queries import in_term
from linli.people.roles import ROLES
from linli.places.models import Place
from linli.register.actions.claims import (
    BY_HAND,
    accept_claim,
    ask_to_be_verified,
    refuse_claim,
    withdraw_claim,
)
from linli.register.actions.invitations import invite_holder, take_back_invitation
from linli.register.claims import MOST_ROOMS, own_claims, rooms_called, rooms_said, verified_rooms, waiting_claims
from linli.register.kinds import CLAIMS, PROOFS
from linli.register.models import Claim
from linli.register.policies import NOT_THE_CLAIMS, may_answer, may_answer_some
from linli.register.views import READ, SeeOther, reader_of, sign_in_first

NO_ROOM = Said("请先找到并选择您的房号。", "Find your room first, and choose it.")


@require_http_methods(READ)
def belonging(request: HttpRequest) -> HttpResponse:
    """Find the room, say what it is to you, send. What became of it stands below."""
    if reader_of(request).person is None and request.method != "POST":
        return sign_in_first(request)
    if request.method != "POST":
        return _belonging_page(request)
    try:
        room = _room(request.POST.get("room", ""))
        if room is None:
            raise Refused(NO_ROOM)
        ask_to_be_verified(room, how=request.POST.get("how", ""), actor=reader_of(request))
    except NotYours:
        raise
    except Refused as refused:
        return _belonging_page(request, refused)
    return SeeOther(reverse("belonging"))


def _room(text: str) -> Place | None:
    try:
        return Place.objects.filter(pk=uuid.UUID(text), level="room", valid_to__isnull=True).first()
    except ValueError:
        return None


def _belonging_page(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    given = request.POST if refused else request.GET
    search, reader = given.get("q", "")[:60], reader_of(request)
    rooms, chosen = rooms_called(search), given.get("room", "")
    if not rooms and refused and (room := _room(chosen)):
        rooms = rooms_said([room])
    context = {
        "search": search,
        "rooms": rooms[:MOST_ROOMS],
        "more": len(rooms) > MOST_ROOMS,
        "chosen": chosen or (str(rooms[0].pk) if len(rooms) == 1 else ""),
        "how": given.get("how", ""),
        "ways": CLAIMS.items(),
        "claims": own_claims(reader),
        "verified": verified_rooms(reader),
        "refused": refused.sentence if refused else None,
        "next": way_on(request),
    }
    return render(request, "register/belonging.html", context, status=422 if refused else 200)


@require_http_methods(READ)
def withdraw(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("belonging"))
    claim = Claim.objects.filter(pk=pk, person=reader_of(request).person).select_related("room").first()
    if claim is None:
        raise Http404
    withdraw_claim(claim, actor=reader_of(request))
    return SeeOther(reverse("belonging"))


# -- those who answer


@require_safe
def claims(request: HttpRequest) -> HttpResponse:
    if reader_of(request).person is None:
        return sign_in_first(request)
    if not may_answer_some(reader_of(request)):
        raise NotYours(NOT_THE_CLAIMS)
    return _claims_page(request)


def _claims_page(request: HttpRequest, *, about: Claim | None = None, refused: Refused | None = None) -> HttpResponse:
    context = {
        "claims": waiting_claims(reader_of(request)),
        "proofs": [(how, PROOFS[how]) for how in BY_HAND],
        "about": about.pk if about else None,
        "refused": refused.sentence if refused else None,
        "reason": request.POST.get("reason", "")[:500],
    }
    return render(request, "register/claims.html", context, status=422 if refused else 200)


@require_http_methods(READ)
def answer(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("claims"))
    reader = reader_of(request)
    claim = Claim.objects.filter(pk=pk).select_related("room", "person").first()
    if claim is None or not may_answer(reader, claim.room):
        raise Http404
    try:
        _decide(request, claim)
    except NotYours:
        raise
    except Refused as refused:
        if claim.decided_at is None and type(refused) is Refused:
            return _claims_page(request, about=claim, refused=refused)
        raise
    return SeeOther(reverse("claims"))


def _decide(request: HttpRequest, claim: Claim) -> None:
    if "accept" in request.POST:
        accept_claim(claim, how=request.POST.get("how", ""), actor=reader_of(request))
    else:
        refuse_claim(claim, reason=request.POST.get("reason", ""), actor=reader_of(request))


# -- invitations


@require_http_methods(READ)
def invite(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """The link is shown once, on the answer itself."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("posts"))
    post = _held(pk)
    token, until = invite_holder(post, actor=reader_of(request))
    link = request.build_absolute_uri(reverse("invitation", args=[token]))
    context = {"post": post, "title": ROLES[post.role].title, "link": link, "until": until}
    response = render(request, "register/invited.html", context)
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(READ)
def take_back(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("posts"))
    take_back_invitation(_held(pk), actor=reader_of(request))
    return SeeOther(reverse("posts"))


def _held(pk: uuid.UUID) -> Post:
    found = Post.objects.filter(in_term(), pk=pk).select_related("person", "place").first()
    if found is None:
        raise Http404
    return found
