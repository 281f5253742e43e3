"""The pages of ballots: what is put to the vote, voting, the receipt; the tools of conveners, scrutineers and the team."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType

import segno
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from linli.ballots.actions import closing, paper, preparing, proxies, voting
from linli.ballots.asked import CHOICES, LEFT_EMPTY
from linli.ballots.bundle_files import bundle_file
from linli.ballots.casting import BLANK
from linli.ballots.elections import deeds as elections
from linli.ballots.log import REASONS
from linli.ballots.models import Ballot, RollObjection, Slot, VoteCast
from linli.ballots.page import DONE_SAID, BallotPage
from linli.ballots.policies import (
    is_convener,
    require_scrutineer,
    require_slot,
)
from linli.ballots.queries import PAGE, ballot_rows, beyond, find_ballot, homes_of
from linli.lib import clock
from linli.lib.refusals import NotYours, Refused
from linli.matters.deeds import Deeds, Tried
from linli.matters.forms import read_key, read_number
from linli.matters.policies import SIGN_IN_FIRST
from linli.matters.views import SeeOther, reader_of, sign_in_first
from linli.people.reader import Reader

SHEETS = 60


@require_safe
def ballots(request: HttpRequest) -> HttpResponse:
    key = read_key(request.GET.get("after"))
    after = Ballot.objects.filter(pk=key, opens_at__isnull=False).first() if key else None
    found = ballot_rows(reader_of(request), after=after)
    context = {
        "rows": [BallotPage(one, reader_of(request)) for one in found[:PAGE]],
        "following": found[PAGE - 1].pk if len(found) > PAGE else None,
    }
    return render(request, "ballots/ballots.html", context)


def visible_ballot(reader: Reader, key: uuid.UUID) -> Ballot:
    """What is announced is public; a draft is for whoever prepares it and those of the place."""
    found = find_ballot(key)
    if found is None or not (found.announced_at or _of_here(reader, found)):
        raise Http404
    return found


def _of_here(reader: Reader, ballot: Ballot) -> bool:
    return is_convener(reader, ballot) or any(ballot.place.path in post.place.line for post in reader.posts)


@require_safe
def ballot(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    return _page(request, visible_ballot(reader_of(request), key))


def _page(request: HttpRequest, found: Ballot, tried: Tried | None = None, status: int = 200) -> HttpResponse:
    context = {"page": BallotPage(found, reader_of(request), tried), "done": DONE_SAID.get(request.GET.get("done", ""))}
    return render(request, "ballots/ballot.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def deed(request: HttpRequest, key: uuid.UUID, name: str) -> HttpResponse:
    return DEEDS.answer(request, key, name)


def _when(posted: QueryDict, name: str) -> datetime | None:
    try:
        return datetime.fromisoformat(posted.get(name, "")).replace(tzinfo=clock.ZONE)
    except ValueError:
        return None


def _plan(found: Ballot, posted: QueryDict, reader: Reader) -> str:
    given = preparing.Plan(
        posted.get("title", ""),
        posted.get("title_en", ""),
        _when(posted, "opens_at"),
        _when(posted, "closes_at"),
        posted.get("silent", "not_counted"),
        posted.get("silent_clause", ""),
        posted.get("platform", ""),
        posted.get("platform_only") == "yes",
    )
    preparing.plan(found, given, actor=reader)
    return "planned"


def _ask(found: Ballot, posted: QueryDict, reader: Reader) -> str:
    preparing.ask(
        found,
        posted.get("question", ""),
        posted.get("rule", ""),
        text=posted.get("text", ""),
        title_en=posted.get("question_en", ""),
        actor=reader,
    )
    return "asked"


def _drop(found: Ballot, posted: QueryDict, reader: Reader) -> str:
    preparing.drop(found, read_number(posted.get("number")) or 0, actor=reader)
    return "dropped"


def _announce(found: Ballot, posted: QueryDict, reader: Reader) -> str:
    preparing.announce(found, actor=reader)
    return "announced"


def _object(found: Ballot, posted: QueryDict, reader: Reader) -> str:
    preparing.object_to_roll(found, posted.get("words", ""), actor=reader, key=read_key(posted.get("_key")))
    return "objected"


def _answer(found: Ballot, posted: QueryDict, reader: Reader) -> str:
    key = read_key(posted.get("objection"))
    rows = RollObjection.objects.select_related("ballot__matter__holder").filter(ballot=found)
    objection = rows.filter(pk=key).first() if key else None
    if objection is None:
        raise Http404
    upheld = posted.get("upheld") == "yes"
    preparing.answer_objection(objection, posted.get("answer", ""), upheld=upheld, actor=reader)
    return "answered"


def _correct(found: Ballot, posted: QueryDict, reader: Reader) -> str:
    preparing.correct_roll(found, posted.get("reason", ""), actor=reader)
    return "corrected"


def _settle(found: Ballot, posted: QueryDict, reader: Reader) -> str:
    stands = posted.get("stands") == "yes"
    closing.settle_dispute(found, posted.get("tag", ""), stands=stands, reason=posted.get("reason", ""), actor=reader)
    return "settled"


def _proxy(found: Ballot, posted: QueryDict, reader: Reader) -> str:
    given = {name: posted.get(name, "") for name in ("name", "phone", "words")}
    proxies.take_authority(found, posted.get("nonce", ""), **given, actor=reader)
    return "proxy"


def _end_proxy(found: Ballot, posted: QueryDict, reader: Reader) -> str:
    proxies.end_proxy(found, proxies.tag_of(found, posted.get("nonce", "")), actor=reader)
    return "proxy-ended"


def _close(found: Ballot, posted: QueryDict, reader: Reader) -> str:
    closing.close(found, actor=reader)
    return "closed"


def _publish(found: Ballot, posted: QueryDict, reader: Reader) -> str:
    closing.publish(found, actor=reader)
    return "published"


BY_NAME: Mapping[str, Callable[[Ballot, QueryDict, Reader], str]] = MappingProxyType(
    {
        "seats": elections.seats, "stand": elections.stand, "stand-down": elections.stand_down,
        "plan": _plan, "ask": _ask, "drop": _drop, "announce": _announce, "object": _object, "answer": _answer,
        "correct": _correct, "settle": _settle, "proxy": _proxy, "end-proxy": _end_proxy, "close": _close, "publish": _publish,
    }
)  # fmt: skip
DEEDS = Deeds("ballot", visible_ballot, _page, BY_NAME)


# -- voting


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, key: uuid.UUID, tag: str) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None:
        if request.method == "POST":
            raise NotYours(SIGN_IN_FIRST)
        return sign_in_first(request)
    if request.method == "POST":
        return _cast(request, key, tag)
    found = visible_ballot(reader, key)
    return _vote_page(request, found, require_slot(reader, found, tag))


def _cast(request: HttpRequest, key: uuid.UUID, tag: str) -> HttpResponse:
    """The ballot is read once, where it is held: whoever may not see it has no vote in it, and is told no more than that."""
    given = voting.Vote(_choices(request.POST), request.POST.get("secret", ""), read_key(request.POST.get("_key")))
    try:
        cast = voting.cast(Ballot(pk=key), tag, given, actor=reader_of(request))
    except Ballot.DoesNotExist:
        raise Http404 from None
    except Refused as refused:
        found = visible_ballot(reader_of(request), key)
        tried = Tried("vote", refused.sentence, _choices(request.POST))
        return _vote_page(request, found, require_slot(reader_of(request), found, tag), tried, refused.status)
    return SeeOther(reverse("vote-receipt", args=[key, cast.pk]))


def _choices(posted: QueryDict) -> dict[str, str]:
    return {name: str(value) for name, value in posted.items() if name.startswith("q") and len(name) < 4}


def _vote_page(
    request: HttpRequest, found: Ballot, slot: Slot, tried: Tried | None = None, status: int = 200
) -> HttpResponse:
    page = BallotPage(found, reader_of(request), tried)
    marked = [(asked, page.tried.given.get(asked.row.key, "")) for asked in page.questions]
    context = {"page": page, "where": homes_of([slot])[slot.pk], "marked": marked, "choices": CHOICES.items()}
    return render(request, "ballots/vote.html", context, status=status)


def _own_cast(request: HttpRequest, key: uuid.UUID, cast: uuid.UUID) -> VoteCast:
    """Only whoever cast it: the receipt shows the choice."""
    person = reader_of(request).person
    rows = VoteCast.objects.select_related("slot__ballot", "slot__place").filter(slot__ballot_id=key, pk=cast)
    found = rows.filter(by=person).first() if person else None
    if found is None:
        raise Http404
    return found


@never_cache
@require_safe
def receipt(request: HttpRequest, key: uuid.UUID, cast: uuid.UUID) -> HttpResponse:
    if reader_of(request).person is None:
        return sign_in_first(request)
    found = _own_cast(request, key, cast)
    given = voting.receipt_of(found)
    page = BallotPage(visible_ballot(reader_of(request), key), reader_of(request))
    chosen = [
        (asked, {**CHOICES, BLANK: LEFT_EMPTY}[given.cast.choices.get(asked.row.key, BLANK)])
        for asked in page.questions
    ]
    context = {"page": page, "cast": found, "chosen": chosen, "where": homes_of([found.slot])[found.slot_id]}
    return render(request, "ballots/receipt.html", context)


@never_cache
@require_safe
def receipt_file(request: HttpRequest, key: uuid.UUID, cast: uuid.UUID) -> HttpResponse:
    if reader_of(request).person is None:
        return sign_in_first(request)
    given = voting.receipt_of(_own_cast(request, key, cast))
    answer = HttpResponse(given.data, content_type="application/json")
    answer["Content-Disposition"] = f'attachment; filename="receipt-{given.index}.json"'
    return answer


# -- paper


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def take_paper(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None and request.method != "POST":
        return sign_in_first(request)
    found = visible_ballot(reader, key)
    require_scrutineer(reader, found)
    tried, status = Tried(), 200
    if request.method == "POST":
        reading = paper.Reading(_choices(request.POST), request.POST.get("invalid", ""))
        try:
            taken = paper.read_paper(found, request.POST.get("nonce", ""), reading, actor=reader)
            return SeeOther(f"{reverse('take-paper', args=[found.pk])}?done={taken.state}")
        except Refused as refused:
            given = {name: str(value) for name, value in request.POST.items()}
            tried, status = Tried("paper", refused.sentence, given), refused.status
    page = BallotPage(found, reader, tried)
    context = {
        "page": page,
        "done": DONE_SAID.get(request.GET.get("done", "")),
        "nonce": tried.given.get("nonce", request.GET.get("n", "")),
        "marked": [(asked, tried.given.get(asked.row.key, "")) for asked in page.questions],
        "choices": [*CHOICES.items(), (BLANK, LEFT_EMPTY)],
        "reasons": [(name, REASONS[name]) for name in paper.ON_PAPER],
    }
    return render(request, "ballots/paper.html", context, status=status)


@never_cache
@require_safe
def sheets(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Paper ballots to print: the code on a sheet is that of its slot, never a choice."""
    reader = reader_of(request)
    if reader.person is None:
        return sign_in_first(request)
    found = visible_ballot(reader, key)
    require_scrutineer(reader, found)
    after = request.GET.get("after", "")
    rows = Slot.objects.filter(ballot=found, paper_at__isnull=True, place__isnull=False).select_related("place")
    rows = rows.filter(beyond(after)) if after else rows
    slots = list(rows.order_by("place__order", "place__path", "tag")[:SHEETS])
    there, where = request.build_absolute_uri(reverse("take-paper", args=[found.pk])), homes_of(slots)
    context = {
        "page": BallotPage(found, reader),
        "sheets": [(slot, where[slot.pk], _code(f"{there}?n={slot.nonce}")) for slot in slots],
        "choices": CHOICES.items(),
        "following": slots[-1].place.path if len(slots) == SHEETS and slots[-1].place else "",
    }
    return render(request, "ballots/sheets.html", context)


def _code(address: str) -> SafeString:
    return SafeString(segno.make_qr(address, error="m").svg_inline(omitsize=True, border=1))


# -- what everybody may have


@require_safe
def bundle(request: HttpRequest, key: uuid.UUID) -> HttpResponse | FileResponse:
    found = visible_ballot(reader_of(request), key)
    file = bundle_file(found.pk)
    if found.published_at is None or not file.is_file():
        raise Http404
    digest = bytes(found.bundle_digest or b"").hex()
    with file.open("rb") as kept:
        if hashlib.file_digest(kept, "sha256").hexdigest() != digest:
            raise Http404
    answer = FileResponse(file.open("rb"), content_type="application/json", as_attachment=True, filename=f"{key}.json")
    answer["ETag"] = f'"{digest}"'
    return answer
