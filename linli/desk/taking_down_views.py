from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from linli.desk.actions.taking_down import NO_CHANNEL, NOT_FOR_YOU, TAKEN_BY, take_down
from linli.desk.callers import CHANNEL, NAME, NOTHING_LEFT, PHONE, SAME, AskWhetherSame, Caller, read_caller
from linli.desk.calling_back import taken_by, waiting
from linli.desk.filters import CHANNELS
from linli.desk.models import TakenDown
from linli.desk.policies import TAKES_DOWN, may_take_down
from linli.lib.masks import mask_name
from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.matters import parts
from linli.matters.answers import MISSING, BadAnswers
from linli.matters.forms import (
    ANYWAY,
    FIND,
    FOUND,
    KEY,
    NOTHING_TRIED,
    PLACE,
    SEARCH,
    URGENCY,
    YES_NO,
    Ask,
    Attempt,
    Option,
    choice_ask,
    given_in,
    read_key,
)
from linli.matters.models import Matter
from linli.matters.queries import books_to_choose, current_books
from linli.matters.raising_page import FORM, WHERE, RaisePage, Where, find_places
from linli.matters.views import SeeOther, reader_of, sign_in_first
from linli.people.models import Person
from linli.people.queries import Line
from linli.places.models import Place
from linli.playbooks.model import Playbook
from linli.playbooks.versions import book_of
from linli.requests.similar import similar_to

WHO = Said("来电人姓名", "Caller’s name")
NUMBER = Said("来电号码", "Caller’s number")
NUMBER_HINT = Said(
    "存成密文。以后凭这个号码认出是同一位。", "Kept encrypted. The same person is known by it the next time."
)
IS_SAME = Said("号码已登记在{name}名下。是本人吗？", "This number is known here as that of {name}. Is it that person?")
CAME_BY = Said("怎么得知的", "How it came in")


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None:
        return sign_in_first(request)
    if not may_take_down(reader):
        raise NotYours(NOT_FOR_YOU)
    books = list(_offered().values())
    taken = [(one, book_of(one.matter.playbook_id)) for one in taken_by(reader)]
    shown = [(one.matter, book.title, book.title_of(one.matter.stage)) for one, book in taken]
    return render(request, "desk/take_down.html", {"books": books, "waiting": waiting(reader), "taken": shown})


@require_http_methods(["GET", "HEAD", "POST"])
def form(request: HttpRequest, name: str) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None and request.method != "POST":
        return sign_in_first(request)
    if not may_take_down(reader):
        raise NotYours(NOT_FOR_YOU)
    book = _offered().get(name)
    if book is None:
        raise Http404
    desk = replace(book, raised_by=tuple(sorted(TAKES_DOWN)))  # where staff may write down, not what they may raise
    if request.method != "POST":
        return _page(request, desk, Attempt(FORM, QueryDict(f"{CHANNEL}=phone")))
    typed = request.POST.get(FIND, "").strip()
    if SEARCH in request.POST or typed not in ("", request.POST.get(FOUND, "")):
        found = find_places(desk, reader, typed[:60])
        return _page(request, desk, Attempt(FORM, request.POST), searched=typed[:60], found=found)
    return _taken(request, desk)


def _offered() -> dict[str, Playbook]:
    """What residents raise by the ordinary form; an order has a page of its own, where the desk orders for others."""
    books = books_to_choose(current_books())
    return {name: book for name, book in books.items() if "resident" in book.raised_by and not parts.door_of(name)}


def _taken(request: HttpRequest, book: Playbook) -> HttpResponse:
    posted = request.POST
    try:
        caller, place = _caller(book, posted), _place(posted)
        similar = [] if ANYWAY in posted else similar_to(book, place, _texts(book, posted), reader_of(request))
        if similar:
            return _page(request, book, Attempt(FORM, posted), similar=similar)
        matter = _take(request, book, place, caller)
    except AskWhetherSame as ask:
        return _page(request, book, Attempt(FORM, posted), known=ask.person)
    except BadAnswers as bad:
        return _page(request, book, Attempt(FORM, posted, bad.problems), status=422)
    except Refused as refused:
        return _page(request, book, Attempt(FORM, posted, {}, refused.sentence), status=refused.status)
    return SeeOther(reverse("taken-down", args=[matter.number]))


def _take(request: HttpRequest, book: Playbook, place: Place, caller: Caller) -> Matter:
    posted = request.POST
    return take_down(
        book.name,
        place,
        caller=caller,
        channel=posted.get(CHANNEL, ""),
        answers=given_in(book.form, posted, request.FILES),
        key=read_key(posted.get(KEY)) or uuid.uuid4(),
        actor=reader_of(request),
        urgency=posted.get(URGENCY, "ordinary"),
        category=parts.category_in(book, posted),
    )


def _caller(book: Playbook, posted: QueryDict) -> Caller:
    """All mistakes at once: about who called, where it is, and what was left empty below."""
    problems = {
        one.name: MISSING.filled(title=one.title)
        for one in book.form
        if one.kind == "text" and not one.optional and not posted.get(one.name, "").strip()
    }
    if posted.get(CHANNEL, "") not in TAKEN_BY:
        problems[CHANNEL] = NO_CHANNEL
    if read_key(posted.get(PLACE)) is None:
        problems[PLACE] = MISSING.filled(title=WHERE)
    nameless = NOTHING_LEFT in posted
    try:
        caller = read_caller(posted.get(NAME, ""), posted.get(PHONE, ""), posted.get(SAME, ""), nameless=nameless)
    except BadAnswers as bad:
        raise BadAnswers({**bad.problems, **problems}) from None
    if problems:
        raise BadAnswers(problems)
    return caller


def _place(posted: QueryDict) -> Place:
    chosen = read_key(posted.get(PLACE))
    place = Place.objects.filter(pk=chosen, valid_to__isnull=True).first() if chosen else None
    if place is None:
        raise BadAnswers({PLACE: MISSING.filled(title=WHERE)})
    return place


def _texts(book: Playbook, given: QueryDict) -> str:
    return " ".join(given.get(one.name, "") for one in book.form if one.kind == "text")


@dataclass(frozen=True, slots=True)
class CallerAsks:
    """The questions about who said it."""

    attempt: Attempt
    known: Person | None = None

    @property
    def channel(self) -> Ask:
        return choice_ask(FORM, CHANNEL, CAME_BY, [(name, CHANNELS[name]) for name in TAKEN_BY], self.attempt)

    @property
    def name(self) -> Ask:
        return self._line(NAME, WHO, "line")

    @property
    def phone(self) -> Ask:
        return self._line(PHONE, NUMBER, "phone", NUMBER_HINT)

    @property
    def nameless(self) -> bool:
        return NOTHING_LEFT in self.attempt.given

    @property
    def same(self) -> Ask | None:
        if self.known is None:
            return None
        title = IS_SAME.filled(name=mask_name(self.known.name))
        options = tuple(Option(value, said) for value, said in YES_NO)
        return Ask(f"{FORM}-{SAME}", SAME, title, "radios", options=options, focus=True)

    @property
    def each(self) -> list[Ask]:
        return [self.channel, self.name, self.phone]

    def _line(self, name: str, title: Said, widget: str, hint: Said | None = None) -> Ask:
        error = self.attempt.problems.get(name)
        value = self.attempt.given.get(name, "")
        return Ask(f"{FORM}-{name}", name, title, widget, optional=True, value=value, error=error, hint=hint,
                   focus=error is not None)  # fmt: skip


def _page(
    request: HttpRequest, book: Playbook, attempt: Attempt = NOTHING_TRIED, *, status: int = 200, searched: str = "",
    found: Sequence[Where] = (), similar: Sequence[Any] = (), known: Person | None = None,
) -> HttpResponse:  # fmt: skip
    """What was typed stays, whatever has to be asked once more."""
    attempt = replace(attempt, files=request.FILES)
    page = RaisePage(book, reader_of(request), attempt, searched, found, Line(()))
    caller = CallerAsks(attempt, known)
    context = {
        "raising": page,
        "caller": caller,
        "similar": similar,
        "wrong": [ask for ask in caller.each if ask.error is not None] + page.wrong,
        "key": read_key(attempt.given.get(KEY)) or uuid.uuid4(),
        "anyway": bool(similar) or ANYWAY in attempt.given,
    }
    return render(request, "desk/take_down_form.html", context, status=status)


@require_safe
def taken_down(request: HttpRequest, number: int) -> HttpResponse:
    """What to tell the caller: the number, who has it now, and until when."""
    reader = reader_of(request)
    if reader.person is None:
        return sign_in_first(request)
    taken = TakenDown.objects.select_related("matter__holder").filter(matter__number=number, by=reader.person).first()
    if taken is None:
        raise Http404
    book = book_of(taken.matter.playbook_id)
    context = {"matter": taken.matter, "book": book, "stage": book.title_of(taken.matter.stage)}
    return render(request, "desk/taken_down.html", context)
