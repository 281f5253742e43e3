from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.lib.text import Said
from linli.lib.times import day_said
from linli.matters import notices, parts, readymade
from linli.matters.actions.delays import ask_delay, rule_delay
from linli.matters.actions.moving import move
from linli.matters.actions.objections import make_objection, rule_objection
from linli.matters.actions.opening import open_sensitive
from linli.matters.actions.raising import raise_matter
from linli.matters.answers import MISSING, BadAnswers
from linli.matters.forms import (
    ANYWAY,
    FIND,
    FOUND,
    KEY,
    NOTHING_TRIED,
    PLACE,
    SEARCH,
    SEEN,
    URGENCY,
    Attempt,
    given_in,
    read_key,
    read_number,
)
from linli.matters.models import Matter
from linli.matters.page import MatterPage
from linli.matters.policies import SIGN_IN_FIRST, may_raise_anywhere, post_to_raise
from linli.matters.queries import books_to_choose, current_books, find, matters_of, overdue_rows
from linli.matters.raising_page import FORM, WHERE, RaisePage, Scanned, Where, find_places, posts_to_raise
from linli.matters.rulings import DELAY, HOW_LONG, OBJECTION, RULE_DELAY, RULE_OBJECTION, RULING, WHO_TAKES, WHY_RULE
from linli.matters.wording import NOBODY
from linli.people.queries import Line, line_with_seats
from linli.people.reader import Reader
from linli.places.models import Place
from linli.playbooks.model import Playbook
from linli.playbooks.words import FIELD_WORDS

OPEN = "open"
AT = "at"  # the place that somebody chose before the form, in its address
STATUS = ((Conflict, "conflict", 409), (NotYours, "not_yours", 403), (Refused, "refused", 422))


def reader_of(request: HttpRequest) -> Reader:
    reader: Reader = request.reader  # type: ignore[attr-defined]
    return reader


def sign_in_first(request: HttpRequest) -> HttpResponse:
    return HttpResponseRedirect(f"{reverse('sign-in')}?{urlencode({'next': request.get_full_path()})}")


class SeeOther(HttpResponseRedirect):
    """After a form was taken: the page that follows is read, and reading it again sends nothing twice."""

    status_code = 303


# -- lists


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None:
        return sign_in_first(request)
    rows, more = matters_of(reader, after=request.GET.get("after"))
    context = {"rows": rows, "more": more, "later": "after" in request.GET}
    return render(request, "matters/mine.html", {**context, "parts": parts.on_mine(reader)})


@require_safe
def overdue(request: HttpRequest) -> HttpResponse:
    rows, more = overdue_rows(after=request.GET.get("after"))
    return render(request, "matters/overdue.html", {"rows": rows, "more": more, "later": "after" in request.GET})


# -- raising


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None:
        return sign_in_first(request)
    books = books_to_choose(current_books())
    open_to_me = [book for book in books.values() if may_raise_anywhere(reader, book)]
    return render(request, "matters/choose.html", {"books": open_to_me, "at": read_key(request.GET.get(AT))})


@require_http_methods(["GET", "HEAD", "POST"])
def raise_form(
    request: HttpRequest, name: str, scanned: Scanned | None = None, begin: Callable[..., Matter] = raise_matter
) -> HttpResponse:
    """The address of a scanned code comes here as well, with its place and with what else it begins."""
    reader = reader_of(request)
    if reader.person is None and request.method != "POST":
        return sign_in_first(request)
    book = books_to_choose(current_books()).get(name)
    if book is None:
        raise Http404
    if reader.person is None:
        raise NotYours(SIGN_IN_FIRST)
    if (door := parts.door_of(name)) is not None:
        return SeeOther(reverse(door))
    if request.method != "POST":
        return _raise_page(
            request, book, scanned.attempt if scanned else _chosen_on_plan(request, book), scanned=scanned
        )
    if _wants_search(request.POST):
        return _place_found(request, book, scanned)
    return _raise(request, book, scanned, begin)


def _chosen_on_plan(request: HttpRequest, book: Playbook) -> Attempt:
    """The building that was chosen on the plan, where the reader may report something of it."""
    key = read_key(request.GET.get(AT))
    place = Place.objects.filter(pk=key, valid_to__isnull=True).first() if key else None
    if place is None or place.level not in book.at or post_to_raise(reader_of(request), book, place) is None:
        return NOTHING_TRIED
    return Attempt(FORM, QueryDict(f"{PLACE}={place.pk}"))


def _raise_page(
    request: HttpRequest, book: Playbook, attempt: Attempt = NOTHING_TRIED, *, status: int = 200,
    searched: str = "", found: Sequence[Where] = (), scanned: Scanned | None = None, part: parts.Part | None = None,
) -> HttpResponse:  # fmt: skip
    reader = reader_of(request)
    posts = posts_to_raise(book, reader)
    asks_people = any(one.kind in ("person", "units") for one in book.form)
    line = line_with_seats(posts[0].place, ()) if posts and asks_people else Line(())
    attempt = replace(attempt, files=request.FILES)
    page = RaisePage(book, reader, attempt, searched, found, line, scanned)
    key = read_key(attempt.given.get(KEY)) or uuid.uuid4()
    context = {"raising": page, "posts": posts, "key": key, "part": part, "anyway": part or ANYWAY in attempt.given}
    return render(request, "matters/raise.html", context, status=status)


def _wants_search(posted: QueryDict) -> bool:
    """Also when somebody typed a place and pressed Enter: a matter must not begin at another place than the one just typed."""
    typed = posted.get(FIND, "").strip()
    return SEARCH in posted or typed not in ("", posted.get(FOUND, ""))


def _place_found(request: HttpRequest, book: Playbook, scanned: Scanned | None) -> HttpResponse:
    """A search for a place is part of the form, so that what was typed above and below it stays, and no address shows it."""
    text = request.POST.get(FIND, "").strip()[:60]
    found = find_places(book, reader_of(request), text)
    return _raise_page(request, book, Attempt(FORM, request.POST), searched=text, found=found, scanned=scanned)


def _raise(request: HttpRequest, book: Playbook, scanned: Scanned | None, begin: Callable[..., Matter]) -> HttpResponse:
    try:
        part = _to_look_at(book, request)
        if part is not None:
            return _raise_page(request, book, Attempt(FORM, request.POST), scanned=scanned, part=part)
        matter = _raised(book, request, begin)
    except BadAnswers as bad:
        attempt = Attempt(FORM, request.POST, bad.problems)
        return _raise_page(request, book, attempt, status=422, scanned=scanned)
    except Refused as refused:
        kind, status = _kind_of(refused)
        attempt = Attempt(FORM, request.POST, {}, refused.sentence, kind)
        return _raise_page(request, book, attempt, status=status, scanned=scanned)
    return notices.tell(SeeOther(reverse("matter", args=[matter.number])), matter, "raised")


def _to_look_at(book: Playbook, request: HttpRequest) -> parts.Part | None:
    """Something that stands there already, perhaps. A submission that came before is not held up: it has its matter."""
    reader = reader_of(request)
    place = _place_in(request.POST)
    key = read_key(request.POST.get(KEY)) or uuid.uuid4()
    before = Matter.objects.filter(raiser=reader.person, key=key)
    if ANYWAY in request.POST or place is None or before.exists():
        return None
    return parts.before_raising(parts.Raising(book, place, reader, request.POST))


def _place_in(posted: QueryDict) -> Place | None:
    place_id = read_key(posted.get(PLACE))
    return Place.objects.filter(pk=place_id, valid_to__isnull=True).first() if place_id else None


def _raised(book: Playbook, request: HttpRequest, begin: Callable[..., Matter]) -> Matter:
    posted = request.POST
    place = _place_in(posted)
    if place is None:
        raise BadAnswers({PLACE: MISSING.filled(title=WHERE)})
    return begin(
        book.name,
        place,
        actor=reader_of(request),
        answers=given_in(book.form, posted, request.FILES),
        key=read_key(posted.get(KEY)) or uuid.uuid4(),
        urgency=posted.get(URGENCY, "ordinary"),
        category=parts.category_in(book, posted),
    )


# -- one matter


@require_safe
def matter(request: HttpRequest, number: int) -> HttpResponse:
    return _matter_page(request, number)


def _matter_page(
    request: HttpRequest,
    number: int,
    attempt: Attempt = NOTHING_TRIED,
    *,
    status: int = 200,
    opened: Mapping[tuple[int, str], Any] | None = None,
) -> HttpResponse:
    """The matter as it stands now; after an attempt that failed, with what was typed."""
    page = MatterPage(_found(number), reader_of(request), replace(attempt, files=request.FILES), opened)
    template = "matters/matter.html" if page.whole else "matters/public.html"
    notice = _notice(request, page)
    context = {"page": page, "pictures": _pictures(page), "notice": notice}
    response = render(request, template, context, status=status)
    response["Cache-Control"] = "no-store" if opened else "private, no-cache"
    return notices.clear(response) if notice else response


def _pictures(page: MatterPage) -> tuple[str, str] | None:
    return page.pictures(get_language() or "zh-hans") if page.whole or "stage" in page.public else None


def _notice(request: HttpRequest, page: MatterPage) -> Said | None:
    matter = page.matter
    if notices.COOKIE not in request.COOKIES or not page.whole:
        return None
    due = day_said(matter.due_at, clock.now()) if matter.due_at else NOBODY
    return notices.told(request, matter, holder=page.holder, due=due, yours=page.is_mine)


def _found(number: int) -> Matter:
    matter = find(number)
    if matter is None:
        raise Http404
    return matter


@require_http_methods(["GET", "HEAD", "POST"])
def make_move(request: HttpRequest, number: int, name: str) -> HttpResponse:
    if readymade.INSERT in request.POST:
        return _words_inserted(request, number, name)

    def make(matter: Matter) -> None:
        key = read_key(request.POST.get(KEY))
        stage = MatterPage(matter, reader_of(request)).stage
        rule = stage.move(name) if stage else None
        answers = given_in(rule.needs, request.POST, request.FILES) if rule else {}
        seen = read_number(request.POST.get(SEEN))
        move(matter, name, actor=reader_of(request), answers=answers, seen=seen, key=key)

    return _do(request, number, f"move-{name}", make, notice="moved")


def _words_inserted(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """The page anew, with the words chosen in the answer. Nothing is made of it yet."""
    page = MatterPage(_found(number), reader_of(request))
    rule = page.open_move(name)
    if rule is None:
        raise NotYours(SIGN_IN_FIRST) if page.reader.person is None else Http404
    language = get_language() or "zh-hans"
    attempt = readymade.inserted(page.matter, page.book, page.reader, rule, request.POST, language)
    return _matter_page(request, number, attempt)


@require_http_methods(["GET", "HEAD", "POST"])
def delay(request: HttpRequest, number: int) -> HttpResponse:
    def ask(matter: Matter) -> None:
        given = _filled(request, {"limit": HOW_LONG, "reason": FIELD_WORDS["reason"]})
        ask_delay(matter, limit=given["limit"], reason=given["reason"], actor=reader_of(request))

    return _do(request, number, DELAY, ask, notice="delay")


@require_http_methods(["GET", "HEAD", "POST"])
def ruled_delay(request: HttpRequest, number: int) -> HttpResponse:
    def rule(matter: Matter) -> None:
        given = _filled(request, {"_grant": RULING, "reason": WHY_RULE})
        rule_delay(matter, grant=given["_grant"] == "yes", reason=given["reason"], actor=reader_of(request))

    return _do(request, number, RULE_DELAY, rule, notice="ruled")


@require_http_methods(["GET", "HEAD", "POST"])
def objection(request: HttpRequest, number: int) -> HttpResponse:
    def object_to(matter: Matter) -> None:
        given = _filled(request, {"reason": FIELD_WORDS["reason"]})
        make_objection(matter, reason=given["reason"], actor=reader_of(request))

    return _do(request, number, OBJECTION, object_to, notice="objection")


@require_http_methods(["GET", "HEAD", "POST"])
def ruled_objection(request: HttpRequest, number: int) -> HttpResponse:
    def rule(matter: Matter) -> None:
        given = _filled(request, {"_take_over": WHO_TAKES, "reason": WHY_RULE})
        taker = "" if given["_take_over"] == "-" else given["_take_over"]
        rule_objection(matter, take_over=taker, reason=given["reason"], actor=reader_of(request))

    return _do(request, number, RULE_OBJECTION, rule, notice="ruled")


@require_http_methods(["GET", "HEAD", "POST"])
def open_encrypted(request: HttpRequest, number: int) -> HttpResponse:
    """Shows what is encrypted once, in the answer to this very request; a page that is read again shows it no more."""
    values: dict[tuple[int, str], Any] = {}

    def look(matter: Matter) -> None:
        given = _filled(request, {"reason": FIELD_WORDS["reason"]})
        values.update(open_sensitive(matter, reason=given["reason"], actor=reader_of(request)).values)

    response = _do(request, number, OPEN, look, notice="")
    return _matter_page(request, number, opened=values) if values else response


def _filled(request: HttpRequest, wanted: Mapping[str, Said]) -> dict[str, str]:
    given = {name: request.POST.get(name, "").strip() for name in wanted}
    missing = {name: MISSING.filled(title=wanted[name]) for name, value in given.items() if not value}
    if missing:
        raise BadAnswers(missing)
    return given


def _do(request: HttpRequest, number: int, form: str, deed: Callable[[Matter], None], *, notice: str) -> HttpResponse:
    """Do it and go on to the matter; what cannot be done comes back on the page as it stands now, with what was typed."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("matter", args=[number]))
    matter = _found(number)
    try:
        if reader_of(request).person is None:
            raise NotYours(SIGN_IN_FIRST)
        deed(matter)
    except BadAnswers as bad:
        return _matter_page(request, number, Attempt(form, request.POST, bad.problems), status=422)
    except Refused as refused:
        kind, status = _kind_of(refused)
        return _matter_page(request, number, Attempt(form, request.POST, {}, refused.sentence, kind), status=status)
    return notices.tell(SeeOther(reverse("matter", args=[number])), matter, notice)


def _kind_of(refused: Refused) -> tuple[str, int]:
    return next((kind, status) for family, kind, status in STATUS if isinstance(refused, family))
