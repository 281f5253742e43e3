"""The pages of asking, merging, re-checking and refusing by the list. What is refused stays on its page with what was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from linli.lib.refusals import NotYours, Refused
from linli.matters import notices
from linli.matters.forms import read_number
from linli.matters.models import Matter
from linli.matters.policies import SIGN_IN_FIRST, is_party
from linli.matters.policies import rechecks as is_checker
from linli.matters.queries import find
from linli.matters.views import STATUS, SeeOther, reader_of, sign_in_first
from linli.playbooks.versions import book_of
from linli.requests.loop.actions.questions import (
    LIMITS,
    USUAL,
    answer,
    ask,
    make_link,
    revoke_link,
    take_back,
)
from linli.requests.loop.actions.rechecks import NOT_YOURS, record_recheck
from linli.requests.loop.actions.remit import ONLY_COMMUNITY, refuse
from linli.requests.loop.actions.repeats import merge, undo_merge
from linli.requests.loop.models import RemitEntry
from linli.requests.loop.policies import require_office
from linli.requests.loop.queries import alike, waiting_question
from linli.requests.loop.remit import COMMUNITY, KINDS, entries, title_of, whose_of

Deed = Callable[[Matter], object]


def matter_for(request: HttpRequest, number: int) -> Matter:
    """For its parties; to anybody else there is no such page."""
    reader, matter = reader_of(request), find(number)
    if reader.person is None:
        raise NotYours(SIGN_IN_FIRST)
    if matter is None or not is_party(reader, matter, book_of(matter.playbook_id)):
        raise Http404
    return matter


def done(matter: Matter, notice: str) -> HttpResponse:
    return notices.tell(SeeOther(reverse("matter", args=[matter.number])), matter, notice)


def page(
    request: HttpRequest, template: str, matter: Matter, shows: Mapping[str, Any], refused: Refused | None = None
) -> HttpResponse:
    status = next((code for family, _, code in STATUS if isinstance(refused, family)), 422) if refused else 200
    context = {
        "matter": matter,
        "book": book_of(matter.playbook_id),
        "sentence": refused.sentence if refused else None,
        "given": request.POST,
        **shows,
    }
    return render(request, template, context, status=status)


def tried(
    request: HttpRequest, matter: Matter, notice: str, deed: Deed, again: Callable[[Refused], HttpResponse]
) -> HttpResponse:
    """What is for others to do is said on a page of its own; what can be put right, on this one."""
    try:
        deed(matter)
    except NotYours:
        raise
    except Refused as refused:
        return again(refused)
    return done(matter, notice)


# -- asking


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question(request: HttpRequest, number: int) -> HttpResponse:
    if reader_of(request).person is None and request.method != "POST":
        return sign_in_first(request)
    matter = matter_for(request, number)
    require_office(reader_of(request), matter)
    if request.method != "POST":
        return _question_page(request, matter)
    text, limit = request.POST.get("question", ""), request.POST.get("limit", "")
    return tried(
        request, matter, "asked", lambda one: ask(one, text, limit=limit, actor=reader_of(request)),
        lambda refused: _question_page(request, matter, refused),
    )  # fmt: skip


def _question_page(
    request: HttpRequest, matter: Matter, refused: Refused | None = None, *, link: str = ""
) -> HttpResponse:
    waiting = waiting_question(matter)
    shows = {
        "waiting": waiting,
        "may_ask": waiting is None or waiting.over,
        "limits": [(str(limit), limit.said()) for limit in LIMITS],
        "chosen": request.POST.get("limit", str(USUAL)),
        "link": link,
    }
    return page(request, "loop/question.html", matter, shows, refused)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def question_link(request: HttpRequest, number: int) -> HttpResponse:
    """The link stands in the answer to this very request, and nowhere afterwards."""
    if request.method != "POST":
        return _to_matter(number)
    matter = matter_for(request, number)
    token = make_link(matter, actor=reader_of(request))
    link = request.build_absolute_uri(reverse("answer-by-link", args=[token]))
    return _question_page(request, matter, link=link)


@require_http_methods(["GET", "HEAD", "POST"])
def revoke_question_link(request: HttpRequest, number: int) -> HttpResponse:
    if request.method != "POST":
        return _to_matter(number)
    revoke_link(matter_for(request, number), actor=reader_of(request))
    return SeeOther(reverse("question", args=[number]))


@require_http_methods(["GET", "HEAD", "POST"])
def take_back_question(request: HttpRequest, number: int) -> HttpResponse:
    if request.method != "POST":
        return _to_matter(number)
    matter = matter_for(request, number)
    take_back(matter, actor=reader_of(request))
    return done(matter, "taken_back")


@require_http_methods(["GET", "HEAD", "POST"])
def answer_question(request: HttpRequest, number: int) -> HttpResponse:
    if request.method != "POST":
        return _to_matter(number)
    matter = matter_for(request, number)
    answer(matter, request.POST.get("answer", ""), actor=reader_of(request))
    return done(matter, "answered")


def _to_matter(number: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("matter", args=[number]))


# -- the same as another


@require_http_methods(["GET", "HEAD", "POST"])
def same(request: HttpRequest, number: int) -> HttpResponse:
    if reader_of(request).person is None and request.method != "POST":
        return sign_in_first(request)
    matter = matter_for(request, number)
    require_office(reader_of(request), matter)

    def again(refused: Refused | None = None) -> HttpResponse:
        return page(request, "loop/same.html", matter, {"alike": alike(matter, reader_of(request))}, refused)

    if request.method != "POST":
        return again()
    other = read_number(request.POST.get("other", "").strip() or request.POST.get("chosen", "").strip()) or 0
    reply = request.POST.get("reply", "")
    return tried(request, matter, "merged", lambda one: merge(one, other, reply=reply, actor=reader_of(request)), again)


@require_http_methods(["GET", "HEAD", "POST"])
def undo_same(request: HttpRequest, number: int) -> HttpResponse:
    if request.method != "POST":
        return _to_matter(number)
    matter = matter_for(request, number)
    undo_merge(matter, reason=request.POST.get("reason", ""), actor=reader_of(request))
    return done(matter, "unmerged")


# -- re-checking, and refusing by the list


@require_http_methods(["GET", "HEAD", "POST"])
def recheck(request: HttpRequest, number: int) -> HttpResponse:
    if reader_of(request).person is None and request.method != "POST":
        return sign_in_first(request)
    matter = matter_for(request, number)

    def again(refused: Refused | None = None) -> HttpResponse:
        return page(request, "loop/recheck.html", matter, {}, refused)

    if request.method != "POST":
        if not is_checker(reader_of(request), matter):
            raise NotYours(NOT_YOURS)
        return again()
    result, findings = request.POST.get("result", ""), request.POST.get("findings", "")
    return tried(
        request, matter, "rechecked",
        lambda one: record_recheck(one, result, findings, actor=reader_of(request)), again,
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
def not_ours(request: HttpRequest, number: int) -> HttpResponse:
    if reader_of(request).person is None and request.method != "POST":
        return sign_in_first(request)
    matter = matter_for(request, number)
    require_office(reader_of(request), matter)
    if matter.holder is None or matter.holder.role not in COMMUNITY:
        raise NotYours(ONLY_COMMUNITY)

    def again(refused: Refused | None = None) -> HttpResponse:
        rows = [one for one in entries() if one.kind != RemitEntry.DUTY]
        lines = [(one.code, title_of(one), whose_of(one), KINDS[one.kind]) for one in rows]
        return page(request, "loop/not_ours.html", matter, {"lines": lines}, refused)

    if request.method != "POST":
        return again()
    code, reason = request.POST.get("entry", ""), request.POST.get("reason", "")
    return tried(request, matter, "refused", lambda one: refuse(one, code, reason, actor=reader_of(request)), again)
