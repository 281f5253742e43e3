"""The list for bringing ballots to the door. It works without a network: the page and what was marked stay on the phone until the
hour at which the vote ends, and not longer.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.ballots.actions.delivery import CALLS, WAYS, Mark, mark
from linli.ballots.models import Ballot
from linli.ballots.page import DONE_SAID, BallotPage
from linli.ballots.policies import FOR_THE_TEAM, team_post
from linli.ballots.queries import DOORS, doors
from linli.ballots.views import visible_ballot
from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.matters.forms import read_key
from linli.matters.policies import SIGN_IN_FIRST
from linli.matters.views import SeeOther, reader_of, sign_in_first
from linli.people.reader import Reader

ENDED = Said("表决已截止，名单已从这台手机删除。", "The vote is over, and the list was deleted from this phone.")
AT_THE_DOOR = ("hand", "away", "refused")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def deliver(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Who has not voted yet, for the team, until the close."""
    reader = reader_of(request)
    if reader.person is None and request.method != "POST":
        return sign_in_first(request)
    found = visible_ballot(reader, key)
    if request.method == "POST":
        return _marked(request, found, reader)
    if team_post(reader, found) is None:
        raise NotYours(FOR_THE_TEAM if reader.person else SIGN_IN_FIRST)
    listed = doors(reader, found, after=request.GET.get("after", ""))
    context = {
        "page": BallotPage(found, reader),
        "doors": [(door, {**WAYS, **CALLS}.get(door.delivered or door.called)) for door in listed],
        "ways": [(name, {**WAYS, **CALLS}[name]) for name in AT_THE_DOOR],
        "other_ways": [(name, said) for name, said in WAYS.items() if name not in AT_THE_DOOR],
        "following": listed[-1].path if len(listed) == DOORS else "",
        "done": DONE_SAID.get(request.GET.get("done", "")),
        "whose": _whose(found, reader),
        "closes": _milliseconds(found),
    }
    return render(request, "ballots/delivery.html", context)


def _marked(request: HttpRequest, found: Ballot, reader: Reader) -> HttpResponse:
    """One mark, sent by the form or, from where it was kept, by the page's script, which is answered in JSON."""
    tag, posted = request.POST.get("tag", ""), request.POST
    given = Mark(posted.get("how", ""), read_key(posted.get("_key")), _moment(posted.get("made_at", "")))
    kept = request.accepts("application/json") and not request.accepts("text/html")
    try:
        mark(found, tag, given, actor=reader)
    except Refused as refused:
        if kept:
            said = refused.sentence.in_(get_language() or "zh")
            return JsonResponse({"said": said, "again": reader.person is None}, status=refused.status)
        raise
    return JsonResponse({}) if kept else SeeOther(f"{request.path}?done=delivered#d-{tag[:16]}")


def _moment(milliseconds: str) -> datetime | None:
    return (
        datetime.fromtimestamp(int(milliseconds) / 1000, UTC)
        if milliseconds.isdecimal() and len(milliseconds) == 13
        else None
    )


def _whose(ballot: Ballot, reader: Reader) -> str:
    """Under which the script keeps marks, so that on a phone that is lent nobody sends what another one marked."""
    return hashlib.sha256(f"{ballot.pk} {reader.person_id}".encode()).hexdigest()[:16]


def _milliseconds(ballot: Ballot) -> int:
    return int(ballot.closes_at.timestamp() * 1000) if ballot.closes_at else 0


@never_cache
@require_safe
def worker(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The service worker of this list alone: nothing else of Linli is kept on a phone, and it knows the hour at which to forget."""
    found = visible_ballot(reader_of(request), key)
    if found.announced_at is None:
        raise Http404
    context = {
        "closes": _milliseconds(found),
        "name": f"doors-{found.pk.hex}",
        "path": reverse("deliver", args=[found.pk]),
        "ended": f"{ENDED.zh} {ENDED.en}",  # a worker is fetched in the language of the browser, whatever its reader chose
    }
    return render(request, "ballots/worker.js", context, content_type="text/javascript")
