from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from linli.districts.schema import present_schema
from linli.lib.text import Said
from linli.playbooks import panels
from linli.playbooks.checks import CHECKS
from linli.playbooks.draw import draw, lay_out
from linli.playbooks.draw.exits import Exit, exits
from linli.playbooks.draw.ladder import chain_rules
from linli.playbooks.facts import PUBLIC_FACTS
from linli.playbooks.model import Playbook, Stage
from linli.playbooks.models import Version
from linli.playbooks.saying import duty_said, field_said, level_said, limit_said, role_said
from linli.playbooks.versions import book_of

COUNTED_FOR = 60
MOST_TO_SHRINK = 1300  # a wider picture would become too small to read, so it is scrolled
AT_ONCE = Said("立即", "at once")
AT_LEVEL = Said("{who}（{level}）", "{who} ({level})")


@dataclass(frozen=True, slots=True)
class Promise:
    """One stage as a neighbour reads it: who, by when, and what next."""

    stage: Said
    who: Said
    limit: Said
    ways: tuple[tuple[Exit, Said], ...]


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    counts = _numbers()
    versions = Version.objects.filter(current=True).values_list("name", "pk")
    books = [(book_of(pk), counts.get(name, 0)) for name, pk in versions]
    return render(request, "playbooks/gallery.html", {"books": sorted(books, key=_most_used_first)})


def _most_used_first(entry: tuple[Playbook, int]) -> tuple[int, bool, str]:
    book, number = entry
    return -number, "resident" not in book.raised_by, book.name


@require_safe
def book(request: HttpRequest, name: str) -> HttpResponse:
    version = Version.objects.filter(name=name, current=True).first()
    if version is None:
        raise Http404
    shown = book_of(version.pk)
    return render(
        request,
        "playbooks/book.html",
        {
            "book": shown,
            "version": version,
            "matters": _numbers().get(name, 0),
            "wide": _picture(shown, narrow=False),
            "narrow": _picture(shown, narrow=True),
            "roomy": lay_out(shown, get_language() or "zh").width > MOST_TO_SHRINK,
            "promises": [_promise(shown, stage) for stage in shown.stages.values()],
            "ends": list(shown.ends.values()),
            "chain": [duty_said(shown, duty) for duty in shown.chain],
            "chain_rules": chain_rules(shown),
            "raised_by": [role_said(role) for role in shown.raised_by],
            "public": list(_public(shown)),
            "checks": [(check.id, check.title) for check in CHECKS.values()],
            "panels": panels.beside(shown.name),
        },
    )


def _numbers() -> dict[str, int]:
    """Matters by playbook. Counting reads all of them, so a count may be a minute old."""
    key = f"{present_schema()}:matters-by-playbook"
    counted = Version.objects.values_list("name").annotate(Count("matters")).order_by()
    return cache.get_or_set(key, lambda: dict(counted), COUNTED_FOR) or {}


def _picture(shown: Playbook, *, narrow: bool) -> SafeString:
    return mark_safe(draw(shown, get_language() or "zh", narrow=narrow))  # noqa: S308 - escapes what it writes


def _promise(shown: Playbook, stage: Stage) -> Promise:
    who = duty_said(shown, stage.duty)
    if stage.duty and stage.duty.level:
        who = AT_LEVEL.filled(who=who, level=level_said(stage.duty.level))
    limit = limit_said(shown, stage.limit) if stage.limit else AT_ONCE
    ways = tuple((way, shown.title_of(way.to)) for way in exits(shown, stage))
    return Promise(stage.title, who, limit, ways)


def _public(shown: Playbook) -> Iterator[Said]:
    for name, _ in shown.public:
        yield PUBLIC_FACTS[name] if name in PUBLIC_FACTS else field_said(shown, name)
