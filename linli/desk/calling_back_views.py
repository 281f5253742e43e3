from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from linli.desk.actions.calling_back import call_back, number_to_call
from linli.desk.calling_back import answer_to, may_call, require_no_part, verdicts
from linli.desk.models import TakenDown
from linli.lib.masks import mask_name, mask_text
from linli.lib.refusals import NotYours, Refused
from linli.matters.answers import BadAnswers
from linli.matters.forms import KEY, NOTHING_TRIED, Attempt, asks, given_in, read_key
from linli.matters.models import Matter
from linli.matters.policies import SIGN_IN_FIRST
from linli.matters.queries import excerpts, find
from linli.matters.views import SeeOther, reader_of, sign_in_first
from linli.people.queries import Line
from linli.playbooks.versions import book_of


@require_http_methods(["GET", "HEAD", "POST"])
def call(request: HttpRequest, number: int) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None:
        if request.method == "POST":
            raise NotYours(SIGN_IN_FIRST)
        return sign_in_first(request)
    matter = _found(request, number)
    if request.method != "POST":
        return _page(request, matter)
    name = request.POST.get("_verdict", "")
    rule = next((one for one in verdicts(matter) if one.name == name), None)
    answers = given_in(rule.needs, request.POST, request.FILES) if rule else {}
    try:
        call_back(matter, name, answers=answers, actor=reader, key=read_key(request.POST.get(KEY)))
    except BadAnswers as bad:
        return _page(request, matter, Attempt(f"call-{name}", request.POST, bad.problems), status=422)
    except Refused as refused:
        status = 403 if isinstance(refused, NotYours) else 409
        return _page(request, matter, Attempt(f"call-{name}", request.POST, {}, refused.sentence), status=status)
    return SeeOther(reverse("take-down"))


@require_http_methods(["GET", "HEAD", "POST"])
def number(request: HttpRequest, number: int) -> HttpResponse:
    """Shows the number once, in the answer to this very request; that it was looked at stands in the record."""
    if request.method != "POST":
        return redirect("call-back", number)
    if reader_of(request).person is None:
        raise NotYours(SIGN_IN_FIRST)
    matter = _found(request, number)
    return _page(request, matter, told=number_to_call(matter, actor=reader_of(request)), asked=True)


def _found(request: HttpRequest, number: int) -> Matter:
    """To whom it is none of theirs, there is no such page."""
    matter = find(number)
    taken = matter is not None and TakenDown.objects.filter(matter=matter).exists()
    if matter is None or not taken or not may_call(reader_of(request), matter):
        raise Http404
    return matter


def _page(
    request: HttpRequest, matter: Matter, attempt: Attempt = NOTHING_TRIED, *, status: int = 200, told: str = "",
    asked: bool = False,
) -> HttpResponse:  # fmt: skip
    require_no_part(reader_of(request), matter)
    book = book_of(matter.playbook_id)
    forms = [
        (one, asks(one.needs, Line(()), form=f"call-{one.name}", attempt=attempt), uuid.uuid4())
        for one in (verdicts(matter) if matter.raiser.last_login is None else [])
    ]
    context = {
        "matter": matter,
        "book": book,
        "raiser": mask_name(matter.raiser.name),
        "what": mask_text(excerpts({matter.pk: matter.playbook_id}).get(matter.pk, "")),
        "answer": answer_to(matter),
        "forms": forms,
        "attempt": attempt,
        "told": told,
        "asked": asked,
    }
    response = render(request, "desk/call_back.html", context, status=status)
    response["Cache-Control"] = "no-store"
    return response
