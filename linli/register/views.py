from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from linli.lib.masks import mask_name
from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.people.models import Post
from linli.people.queries import in_term
from linli.people.reader import Reader
from linli.people.roles import ROLES
from linli.places.models import Place
from linli.places.queries import full_name, line_of
from linli.register.actions.households import end_member, verify_member
from linli.register.actions.opening import OpenedOwner, open_owners
from linli.register.actions.posts import fill_post, set_card, vacate_post
from linli.register.cards import card_of, grid_named, grids, seat_groups
from linli.register.kinds import PROOFS
from linli.register.models import Member
from linli.register.policies import (
    NOT_THE_POSTS,
    NOT_THE_REGISTER,
    NOT_THIS_POST,
    NOT_YOUR_CARD,
    appointers,
    may_appoint,
    may_edit_card,
    may_read,
    may_read_some,
    may_see_phones,
    may_verify,
)
from linli.register.queries import holding_of, members_of, register_rows, rooms_of, rows_of

READ = ["GET", "HEAD", "POST"]


class SeeOther(HttpResponseRedirect):
    """After a form was taken: the page that follows is read, and reading it again sends nothing twice."""

    status_code = 303


def reader_of(request: HttpRequest) -> Reader:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    return reader


def sign_in_first(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': request.get_full_path()})}")


def _typed(request: HttpRequest, *names: str) -> dict[str, str]:
    return {name: request.POST.get(name, "")[:500] for name in names}


# -- the register


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None:
        return sign_in_first(request)
    if not may_read_some(reader):
        raise NotYours(NOT_THE_REGISTER)
    search, after = request.GET.get("q", "")[:60], request.GET.get("after", "")[:255]
    rows, more = register_rows(reader, search=search, after=after)
    link = "?" + urlencode({"q": search, "after": more} if search else {"after": more}) if more else ""
    return render(
        request, "register/register.html", {"rows": rows, "link": link, "search": search, "later": bool(after)}
    )


def _room(request: HttpRequest, room: uuid.UUID) -> Place:
    """What the reader may not see does not exist."""
    found = Place.objects.filter(pk=room, level="room").first()
    if found is None or not may_read(reader_of(request), found):
        raise Http404
    return found


@require_safe
def room(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    if reader_of(request).person is None:
        return sign_in_first(request)
    return _room_page(request, _room(request, pk))


def _room_page(
    request: HttpRequest, place: Place, *, opened: Sequence[OpenedOwner] | None = None, refused: Said | None = None,
    form: str = "",
) -> HttpResponse:  # fmt: skip
    reader, holding, line = reader_of(request), holding_of(place), line_of(place)
    context = {
        "room": place,
        "where": Said(full_name(line, "zh"), full_name(line, "en")),
        "row": rows_of([holding])[0] if holding else None,
        "rooms": rooms_of(holding.owner_set) if holding else 0,
        "since": holding.valid_from if holding else None,
        "members": _members(place, opened is not None),
        "verifies": may_verify(reader, place),
        "phones": may_see_phones(reader, place),
        "proofs": PROOFS.items(),
        "opened": opened,
        "refused": refused,
        "form": form,
        "typed": _typed(request, "name", "phone", "how", "reason") if refused else {},
    }
    return render(request, "register/room.html", context, status=422 if refused else 200)


def _members(place: Place, opened: object) -> list[tuple[Member, Said, str]]:
    """Each with how that was verified, and the name: masked, until somebody said why it is needed."""
    return [
        (one, PROOFS[one.verified_how], one.person.name if opened else mask_name(one.person.name))
        for one in members_of(place)
    ]


def _done(request: HttpRequest, place: Place, form: str, act: Callable[[], Any]) -> HttpResponse:
    """Do it and lead back to the room; a refusal stands on the page with what was typed."""
    try:
        act()
    except NotYours:
        raise
    except Refused as refused:
        return _room_page(request, place, refused=refused.sentence, form=form)
    return SeeOther(reverse("room", args=[place.pk]))


@require_http_methods(READ)
def open_room(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """What was opened is shown once, on the answer itself."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("room", args=[pk]))
    place = _room(request, pk)
    try:
        opened = open_owners(place, reason=request.POST.get("reason", ""), actor=reader_of(request))
    except NotYours:
        raise
    except Refused as refused:
        return _room_page(request, place, refused=refused.sentence, form="open")
    response = _room_page(request, place, opened=opened)
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(READ)
def add_member(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("room", args=[pk]))
    place = _room(request, pk)
    typed = _typed(request, "name", "phone", "how")
    return _done(request, place, "member", lambda: verify_member(place, actor=reader_of(request), **typed))


@require_http_methods(READ)
def remove_member(request: HttpRequest, pk: uuid.UUID, member: uuid.UUID) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("room", args=[pk]))
    place = _room(request, pk)
    found = Member.objects.filter(pk=member, household__room=place).select_related("household__room").first()
    if found is None:
        raise Http404
    return _done(request, place, "", lambda: end_member(found, actor=reader_of(request)))


# -- posts


@require_safe
def posts(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None:
        return sign_in_first(request)
    groups = seat_groups(reader) if appointers(reader) else []
    if not groups and not reader.posts:
        raise NotYours(NOT_THE_POSTS)
    own = [(post, ROLES[post.role].title) for post in reader.posts if post.role != "resident"]
    if not groups and not own:
        raise NotYours(NOT_THE_POSTS)
    return render(request, "register/posts.html", {"groups": groups, "own": own})


@require_http_methods(READ)
def fill(request: HttpRequest) -> HttpResponse:
    """The seat is named by role and place; who is put on it, by name and phone."""
    reader = reader_of(request)
    if reader.person is None and request.method != "POST":
        return sign_in_first(request)
    role, place = _seat(request)
    if place is None or may_appoint(reader, role, place) is None:
        raise NotYours(NOT_THIS_POST)
    refused = None
    if request.method == "POST":
        try:
            fill_post(role, place, actor=reader, **_typed(request, "name", "phone"))
        except NotYours:
            raise
        except Refused as why:
            refused = why.sentence
        else:
            return SeeOther(reverse("posts"))
    line = line_of(place)
    context = {
        "role": role,
        "title": ROLES[role].title,
        "place": place,
        "where": Said(full_name(line, "zh"), full_name(line, "en")),
        "refused": refused,
        "typed": _typed(request, "name", "phone"),
    }
    return render(request, "register/fill.html", context, status=422 if refused else 200)


def _seat(request: HttpRequest) -> tuple[str, Place | None]:
    given = request.POST if request.method == "POST" else request.GET
    role = given.get("role", "")
    try:
        at = uuid.UUID(given.get("place", ""))
    except ValueError:
        return role, None
    return role, Place.objects.filter(pk=at).first() if role in ROLES else None


def _post(pk: uuid.UUID) -> Post:
    found = Post.objects.filter(in_term(), pk=pk).select_related("person", "place", "public_card").first()
    if found is None:
        raise Http404
    return found


@require_http_methods(READ)
def end(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("posts"))
    vacate_post(_post(pk), actor=reader_of(request))
    return SeeOther(reverse("posts"))


@require_http_methods(READ)
def card(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None and request.method != "POST":
        return sign_in_first(request)
    post = _post(pk)
    if not may_edit_card(reader, post):
        raise NotYours(NOT_YOUR_CARD)
    if request.method != "POST":
        return _card_page(request, post)
    own = reader.person_id == post.person_id
    shows = "shown" in request.POST if own else _shows_name(post)
    try:
        set_card(post, shows_name=shows, office_phone=request.POST.get("office_phone", ""), actor=reader)
    except NotYours:
        raise
    except Refused as refused:
        return _card_page(request, post, refused=refused.sentence)
    return SeeOther(reverse("posts"))


def _shows_name(post: Post) -> bool:
    made = getattr(post, "public_card", None)
    return bool(made and made.shown_name)


def _card_page(request: HttpRequest, post: Post, *, refused: Said | None = None) -> HttpResponse:
    line, made = line_of(post.place), getattr(post, "public_card", None)
    context = {
        "post": post,
        "title": ROLES[post.role].title,
        "where": Said(full_name(line, "zh"), full_name(line, "en")),
        "own": reader_of(request).person_id == post.person_id,
        "shown": "shown" in request.POST if refused else _shows_name(post),
        "phone": request.POST.get("office_phone", "")[:40] if refused else (made.office_phone if made else ""),
        "refused": refused,
    }
    return render(request, "register/card.html", context, status=422 if refused else 200)


# -- for everybody


@require_safe
def all_grids(request: HttpRequest) -> HttpResponse:
    return render(request, "register/grids.html", {"grids": grids()})


@require_safe
def grid(request: HttpRequest, which: str) -> HttpResponse:
    found = grid_named(which)
    if found is None:
        raise Http404
    return render(request, "register/grid.html", {"card": card_of(found)})
