"""The pages by which the street and the community keep their tree of categories; and the suggestion while somebody writes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.matters.forms import Attempt
from linli.matters.parts import category_ask
from linli.matters.policies import SIGN_IN_FIRST
from linli.matters.raising_page import FORM
from linli.matters.views import SeeOther, reader_of, sign_in_first
from linli.playbooks.facts import URGENCIES
from linli.playbooks.versions import book_of, current_version
from linli.requests import category_actions as actions
from linli.requests.categories import categories, playbooks_here, standing_source, title_of
from linli.requests.category_file import Category
from linli.requests.category_policies import require_keeper
from linli.requests.category_tree import Given, tree_of
from linli.requests.models import CategoryTree

MOST_BYTES = 200_000
NO_FILE = Said("请选择一份 YAML 文件，最多 200 KB。", "Please choose a YAML file of at most 200 KB.")
BAD_LINE = Said(
    "看不懂时限“{line}”。每行写一个：环节: 时限，或 环节: 时限 原因，例如 received: 4h。",
    "“{line}” is not understood. One a line: stage: limit, or stage: limit reason, for example received: 4h.",
)
LINE = re.compile(r"(\w+)\s*[:：]\s*(\S+)\s*(.*)")
WRITE = ["GET", "HEAD", "POST"]
LONGEST_SEARCH = 40


@dataclass(frozen=True, slots=True)
class Group:
    """A category at the top with all below it: itself stands first among the rows."""

    top: Category
    rows: list[Category]
    open: bool


@require_http_methods(WRITE)
def category_field(request: HttpRequest, name: str) -> HttpResponse:
    """The question of the form anew, with what the words suggest chosen. What somebody chose stays."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("raise-form", args=[name]))
    if reader_of(request).person is None:
        raise NotYours(SIGN_IN_FIRST)
    try:
        book = book_of(current_version(name).pk)
    except Refused:
        raise Http404 from None
    ask = category_ask(book, Attempt(FORM, request.POST))
    if ask is None:
        raise Http404
    return render(request, "requests/category_field.html", {"ask": ask})


@require_safe
def tree(request: HttpRequest) -> HttpResponse:
    return _to_keepers(request, lambda: _tree_page(request))


def _to_keepers(request: HttpRequest, page: Callable[[], HttpResponse]) -> HttpResponse:
    reader = reader_of(request)
    if reader.person is None and request.method != "POST":
        return sign_in_first(request)
    require_keeper(reader)
    return page()


def _tree_page(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    newest = CategoryTree.objects.order_by("-number").first()
    words = " ".join(request.GET.get("q", "")[:LONGEST_SEARCH].split())
    groups = _groups(words.casefold(), request.GET.get("at", ""))
    context = {
        "groups": groups,
        "words": words,
        "found": sum(len(group.rows) for group in groups),
        "books": {name: book.title for name, book in playbooks_here().items()},
        "urgencies": URGENCIES,
        "newest": newest,
        "seen": newest.number if newest else 0,
        "sentence": refused.sentence if refused else None,
        "done": request.GET.get("done") == "yes",
    }
    return render(request, "categories/tree.html", context, status=refused.status if refused else 200)


def _groups(words: str, at: str) -> list[Group]:
    """The tree in folds. What was looked for, and what was changed just now, stands open."""
    everything, rows = categories(), dict[str, list[Category]]()
    for one in everything.values():
        if words in _looked_through(one):
            rows.setdefault(one.line[0], []).append(one)
    now = everything[at].line[0] if at in everything else ""
    return [Group(everything[top], found, bool(words) or top == now) for top, found in rows.items()]


def _looked_through(one: Category) -> str:
    return "\n".join([one.title.zh, one.title.en, one.code, *one.keywords]).casefold()


def _back_to(code: str = "") -> HttpResponse:
    """To the tree, with the fold open in which the change was made."""
    at = {"at": code} if code else {}
    return SeeOther(f"{reverse('categories')}?{urlencode({'done': 'yes', **at})}" + (f"#{code}" if code else ""))


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    def page() -> HttpResponse:
        answer = HttpResponse(standing_source(), content_type="application/yaml; charset=utf-8")
        answer["Content-Disposition"] = 'attachment; filename="categories.yaml"'
        return answer

    return _to_keepers(request, page)


@require_http_methods(WRITE)
def import_tree(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("categories"))

    def page() -> HttpResponse:
        try:
            actions.adopt_categories(_file(request), actor=reader_of(request), seen=_seen(request))
        except Refused as refused:
            return _tree_page(request, refused)
        return _back_to()

    return _to_keepers(request, page)


def _file(request: HttpRequest) -> str:
    file = request.FILES.get("file")
    if file is None or not file.size or file.size > MOST_BYTES:
        raise Refused(NO_FILE)
    try:
        return str(file.read(), "utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(NO_FILE) from None


@require_http_methods(WRITE)
def edit(request: HttpRequest, code: str) -> HttpResponse:
    def page() -> HttpResponse:
        one = categories().get(code)
        if one is None:
            raise Http404
        if request.method != "POST":
            return _form(request, one, _typed(one, standing_source()))
        return _kept(request, one, lambda given: actions.change_category(
            code, given, actor=reader_of(request), seen=_seen(request)))  # fmt: skip

    return _to_keepers(request, page)


@require_http_methods(WRITE)
def new(request: HttpRequest) -> HttpResponse:
    def page() -> HttpResponse:
        if request.method != "POST":
            return _form(request, None, request.GET)
        code, under = request.POST.get("code", "").strip(), request.POST.get("under", "")
        return _kept(request, None, lambda given: actions.add_category(
            code, under, given, actor=reader_of(request), seen=_seen(request)))  # fmt: skip

    return _to_keepers(request, page)


@require_http_methods(WRITE)
def move(request: HttpRequest, code: str) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("categories"))

    def page() -> HttpResponse:
        try:
            up = request.POST.get("way") == "up"
            actions.move_category(code, up=up, actor=reader_of(request), seen=_seen(request))
        except Refused as refused:
            return _tree_page(request, refused)
        return _back_to(code)

    return _to_keepers(request, page)


def _kept(request: HttpRequest, one: Category | None, change: Callable[[Given], object]) -> HttpResponse:
    try:
        change(_given(request.POST))
    except Refused as refused:
        return _form(request, one, request.POST, refused)
    return _back_to(one.code if one else request.POST.get("code", "").strip())


def _given(posted: QueryDict) -> Given:
    words = re.split(r"[\s,，、;；]+", posted.get("keywords", "")[:2000])
    return Given(
        zh=posted.get("zh", "").strip()[:60],
        en=posted.get("en", "").strip()[:60],
        keywords=[word for word in words if word],
        playbook=posted.get("playbook", ""),
        urgency=posted.get("urgency", ""),
        hidden=posted.get("hidden") == "yes",
        limits=dict(_limit(line) for line in posted.get("limits", "")[:2000].splitlines() if line.strip()),
    )


def _limit(line: str) -> tuple[str, dict[str, str]]:
    found = LINE.fullmatch(line.strip())
    if found is None:
        raise Refused(BAD_LINE.filled(line=line.strip()[:60]))
    reason = {"reason": found[3]} if found[3] else {}
    return found[1], {"limit": found[2], **reason}


def _typed(one: Category, source: str) -> Mapping[str, Any]:
    """What stands of a category itself; what it has from above stays empty."""
    own: Any = {"below": tree_of(source)}
    for code in one.line:
        own = own["below"][code]
    limits = {
        stage: limit if isinstance(limit, dict) else {"limit": limit} for stage, limit in own.get("limits", {}).items()
    }
    return {
        "zh": one.title.zh,
        "en": one.title.en,
        "keywords": "、".join(one.keywords),
        "playbook": own.get("playbook", ""),
        "urgency": own.get("urgency", ""),
        "hidden": own.get("hidden", ""),
        "limits": "\n".join(f"{stage}: {' '.join(limit.values())}" for stage, limit in limits.items()),
    }


def _form(
    request: HttpRequest, one: Category | None, given: Mapping[str, Any], refused: Refused | None = None
) -> HttpResponse:
    newest = CategoryTree.objects.order_by("-number").values_list("number", flat=True).first()
    context = {
        "one": one,
        "given": {name: given.get(name, "") for name in (
            "zh", "en", "keywords", "playbook", "urgency", "hidden", "limits", "code", "under")},
        "wider": [(each.code, title_of(each.code)) for each in categories().values() if len(each.line) < 3],
        "books": sorted((name, book.title) for name, book in playbooks_here().items() if book.subject == "request"),
        "urgencies": URGENCIES.items(),
        "seen": request.POST.get("seen", newest or 0),
        "sentence": refused.sentence if refused else None,
    }  # fmt: skip
    return render(request, "categories/form.html", context, status=refused.status if refused else 200)


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("seen", "")
    return int(text) if text.isdecimal() and len(text) < 9 else -1
