from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.cache import cache
from django.db import connection
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from linli.lib.text import Said
from linli.playbooks.checks import CHECKS
from linli.playbooks.draw import draw
from linli.playbooks.draw.exits import Exit, exits
from linli.playbooks.draw.ladder import chain_rules
from linli.playbooks.ends import OUTCOMES
from linli.playbooks.facts import PUBLIC_FACTS
from linli.playbooks.model import Playbook, Stage
from linli.playbooks.models import Version
from linli.playbooks.saying import duty_said, field_said, level_said, limit_said, role_said
from linli.playbooks.versions import book_of

COUNTED_FOR = 60
AT_ONCE = Said("立即", "at once")
WITHIN = Said("{limit}内", "within {limit}")


@dataclass(frozen=True, slots=True)
class Promise:
    """One stage as a neighbour reads it: who, by when, and what next."""

    stage: Said
    who: Said
    level: Said | None
    limit: Said
    ways: tuple[tuple[Exit, Said], ...]


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    counts = _numbers()
    versions = Version.objects.filter(current=True).values_list("name", "pk")
    books = [(book_of(pk), counts.get(name, 0)) for name, pk in versions]
    return render(request, "playbooks/gallery.html", {"books": sorted(books, key=_residents_first)})


def _residents_first(entry: tuple[Playbook, int]) -> tuple[bool, int, str]:
    book = entry[0]
    return "resident" not in book.raised_by, -len(book.raised_by), book.name


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
            "promises": [_promise(shown, stage) for stage in shown.stages.values()],
            "ends": [(end, OUTCOMES[end.outcome]) for end in shown.ends.values()],
            "chain": [(duty_said(shown, duty), level_said(duty.level)) for duty in shown.chain],
            "chain_rules": chain_rules(shown),
            "raised_by": [role_said(role) for role in shown.raised_by],
            "public": list(_public(shown)),
            "checks": [(check.id, check.title) for check in CHECKS.values()],
        },
    )


def _numbers() -> dict[str, int]:
    """Matters by playbook. Counting reads all of them, so a count may be a minute old."""
    key = f"{connection.schema_name}:matters-by-playbook"
    counted = Version.objects.values_list("name").annotate(Count("matters")).order_by()
    return cache.get_or_set(key, lambda: dict(counted), COUNTED_FOR) or {}


def _picture(shown: Playbook, *, narrow: bool) -> SafeString:
    return mark_safe(draw(shown, get_language() or "zh", narrow=narrow))  # noqa: S308 - escapes what it writes


def _promise(shown: Playbook, stage: Stage) -> Promise:
    level = level_said(stage.duty.level) if stage.duty and stage.duty.level else None
    limit = WITHIN.filled(limit=limit_said(shown, stage.limit)) if stage.limit else AT_ONCE
    ways = tuple((way, shown.title_of(way.to)) for way in exits(shown, stage))
    return Promise(stage.title, duty_said(shown, stage.duty), level, limit, ways)


def _public(shown: Playbook) -> Iterator[Said]:
    for name, _ in shown.public:
        yield PUBLIC_FACTS[name] if name in PUBLIC_FACTS else field_said(shown, name)
