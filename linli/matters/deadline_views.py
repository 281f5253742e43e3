"""Moving deadlines after the working calendar was changed: look first, then confirm."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from linli.lib.refusals import Conflict, NotYours
from linli.matters.actions.new_deadlines import move_deadlines, preview
from linli.matters.policies import SIGN_IN_FIRST
from linli.matters.views import SeeOther, reader_of, sign_in_first
from linli.playbooks.versions import book_of
from linli.workdays.policies import FOR_KEEPERS, keepers_post

SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def new_deadlines(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None and request.method != "POST":
        return sign_in_first(request)
    if keepers_post(reader) is None:
        raise NotYours(FOR_KEEPERS if reader.person else SIGN_IN_FIRST)
    if request.method != "POST":
        return _page(request)
    try:
        moved = move_deadlines(request.POST.get("token", ""), actor=reader)
    except Conflict as conflict:
        return _page(request, conflict)
    return SeeOther(f"{reverse('new-deadlines')}?moved={moved}")


def _page(request: HttpRequest, conflict: Conflict | None = None) -> HttpResponse:
    found, moved = preview(actor=reader_of(request)), request.GET.get("moved", "")
    context = {
        "preview": found,
        "rows": [(one, book_of(one.matter.playbook_id)) for one in found.later[:SHOWN]],
        "more": max(0, len(found.later) - SHOWN),
        "moved": int(moved) if moved.isdecimal() and len(moved) < 8 else None,
        "sentence": conflict.sentence if conflict else None,
    }
    return render(request, "matters/new_deadlines.html", context, status=409 if conflict else 200)
