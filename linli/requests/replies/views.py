"""The page on which an office keeps its words ready."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from linli.lib.refusals import NotYours
from linli.lib.text import Said
from linli.matters.answers import BadAnswers
from linli.matters.forms import KEY, NOTHING_TRIED, Ask, Attempt, Option, read_key
from linli.matters.policies import SIGN_IN_FIRST
from linli.matters.queries import current_books
from linli.matters.readymade import answers
from linli.matters.views import SeeOther, reader_of, sign_in_first
from linli.people.models import Post
from linli.people.reader import Reader
from linli.people.roles import ROLES
from linli.playbooks.model import Playbook
from linli.requests.categories import categories, title_of
from linli.requests.models import ReplyTemplate
from linli.requests.replies.actions import (
    NOT_YOUR_OFFICE,
    TEXT,
    TEXT_EN,
    TITLE,
    Words,
    change_reply,
    drop_reply,
    keep_reply,
)
from linli.requests.replies.blanks import BLANKS
from linli.requests.replies.queries import find_own, offices, own_templates
from linli.requests.replies.shipped import shipped_replies

FORM = "reply"
OFFICE = Said("哪个单位", "Which office")
USED_FOR = Said("用在哪一步", "Where it is used")
OF_CATEGORY = Said("哪一类诉求", "For which kind of request")
ANYWHERE = Said("所有答复", "Any answer")
ANY_CATEGORY = Said("所有类别", "Any kind")
STEP = Said("{book}：{move}", "{book}: {move}")
AT = Said("{role}（{place}）", "{role} ({place})")
NO_CATEGORY = "-"
BLANKS_HINT = Said("可以用的空格：{blanks}，插入时自动填好。", "Blanks that are filled when it is inserted: {blanks}.")


@require_safe
def replies(request: HttpRequest) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None:
        return sign_in_first(request)
    _require(reader)
    return _page(request)


def _require(reader: Reader) -> list[Post]:
    own = offices(reader)
    if not own:
        raise NotYours(NOT_YOUR_OFFICE if reader.person else SIGN_IN_FIRST)
    return own


@dataclass(frozen=True, slots=True)
class Line:
    """One of the office's own, as the list shows it."""

    reply: ReplyTemplate
    used: Said
    office: Said


def _page(request: HttpRequest, attempt: Attempt = NOTHING_TRIED, *, one: ReplyTemplate | None = None) -> HttpResponse:
    reader, books = reader_of(request), current_books()
    mine = own_templates(reader)
    roles = {post.role for post in offices(reader)}
    context = {
        "lines": [
            Line(each, _used(each.book, each.move, books), _office_said(each.role, each.place.name)) for each in mine
        ],
        "shipped": [
            (each, _used(each.book, each.move, books)) for each in shipped_replies() if roles & set(each.roles)
        ],
        "asks": _asks(reader, books, attempt, one),
        "attempt": attempt,
        "one": one,
        "key": read_key(attempt.given.get(KEY)) or uuid.uuid4(),
    }
    return render(request, "replies/replies.html", context, status=422 if attempt.problems else 200)


def _used(book: str, move: str, books: dict[str, Playbook]) -> Said:
    if not book:
        titles = [rule.title for each in books.values() for stage in each.stages.values() if (rule := stage.move(move))]
        return titles[0] if move and titles else ANYWHERE
    found = books.get(book)
    rules = [rule.title for stage in found.stages.values() if (rule := stage.move(move))] if found else []
    title = found.title if found else Said(book, book)
    return STEP.filled(book=title, move=rules[0]) if rules else title


def _office_said(role: str, place: str) -> Said:
    return AT.filled(role=ROLES[role].title, place=place)


def _asks(reader: Reader, books: dict[str, Playbook], attempt: Attempt, one: ReplyTemplate | None) -> list[Ask]:
    tried = attempt.of(FORM)
    posts = {f"{post.role}:{post.place_id}": _office_said(post.role, post.place.name) for post in offices(reader)}
    blanks = " ".join(f"{{{name}}}" for name in BLANKS)
    texts = {"title": "line", "text": "area", "text_en": "area"}
    titles = {"title": TITLE, "text": TEXT, "text_en": TEXT_EN}

    def value(name: str) -> str:
        return tried.given.get(name, "") if tried.given else str(getattr(one, name, "") or "")

    def text(name: str) -> Ask:
        hint = BLANKS_HINT.filled(blanks=blanks) if name == "text" else None
        return Ask(f"{FORM}-{name}", name, titles[name], texts[name], optional=name == "text_en", value=value(name),
                   hint=hint, error=tried.problems.get(name), focus=next(iter(tried.problems), "") == name)  # fmt: skip

    used = value("used") if tried.given else f"{one.book}:{one.move}" if one else ":"
    office = [] if one or len(posts) < 2 else [_select("office", OFFICE, posts, value("office"))]
    kinds = {NO_CATEGORY: ANY_CATEGORY} | {code: title_of(code) or Said(code, code) for code in categories()}
    return [
        *office,
        _select("used", USED_FOR, _steps(books), used),
        _select("category", OF_CATEGORY, kinds, value("category") or NO_CATEGORY),
        *(text(name) for name in texts),
    ]


def _select(name: str, title: Said, among: dict[str, Said], chosen: str) -> Ask:
    options = tuple(Option(key, said, key == chosen) for key, said in among.items())
    return Ask(f"{FORM}-{name}", name, title, "select", options=options)


def _steps(books: dict[str, Playbook]) -> dict[str, Said]:
    """Any answer, any of one playbook, and each of its moves that answers."""
    found = {":": ANYWHERE}
    for book in books.values():
        rules = {rule.name: rule for stage in book.stages.values() for rule in stage.moves if answers(rule)}
        if rules:
            found[f"{book.name}:"] = book.title
        found |= {f"{book.name}:{name}": STEP.filled(book=book.title, move=rule.title) for name, rule in rules.items()}
    return found


@require_http_methods(["GET", "HEAD", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("replies"))
    own = _require(reader_of(request))
    wanted = request.POST.get("office", "")
    office = next((post for post in own if f"{post.role}:{post.place_id}" == wanted), own[0])
    try:
        keep_reply(office, _words(request), actor=reader_of(request), key=read_key(request.POST.get(KEY)))
    except BadAnswers as bad:
        return _page(request, Attempt(FORM, request.POST, bad.problems))
    return SeeOther(reverse("replies") + "?done=kept")


def _words(request: HttpRequest) -> Words:
    posted = request.POST
    book, _, move = posted.get("used", ":").partition(":")
    known = f"{book}:{move}" in _steps(current_books())
    category = posted.get("category", "")
    return Words(
        posted.get("title", ""),
        posted.get("text", ""),
        posted.get("text_en", ""),
        book if known else "",
        move if known else "",
        category if category in categories() else "",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """One of the office's own, to be changed."""
    reader = reader_of(request)
    if reader.person is None:
        if request.method == "POST":
            raise NotYours(SIGN_IN_FIRST)
        return sign_in_first(request)
    found = _own(request, key)
    if request.method != "POST":
        return _page(request, one=found)
    try:
        change_reply(found, _words(request), actor=reader)
    except BadAnswers as bad:
        return _page(request, Attempt(FORM, request.POST, bad.problems), one=found)
    return SeeOther(reverse("replies") + "?done=changed")


@require_http_methods(["GET", "HEAD", "POST"])
def drop(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("replies"))
    if reader_of(request).person is None:
        raise NotYours(SIGN_IN_FIRST)
    drop_reply(_own(request, key), actor=reader_of(request))
    return SeeOther(reverse("replies") + "?done=dropped")


def _own(request: HttpRequest, key: uuid.UUID) -> ReplyTemplate:
    found = find_own(reader_of(request), key)
    if found is None:
        raise Http404
    return found
