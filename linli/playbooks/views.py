from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from django.core.cache import cache
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from linli.districts.schema import present_schema
from linli.lib.text import Said
from linli.lib.times import span_said
from linli.playbooks import panels
from linli.playbooks.checks import CHECKS
from linli.playbooks.draw import draw, lay_out
from linli.playbooks.draw.exits import Exit, exits
from linli.playbooks.draw.ladder import chain_rules
from linli.playbooks.facts import PUBLIC_FACTS
from linli.playbooks.model import Playbook, Stage
from linli.playbooks.models import Version
from linli.playbooks.saying import duty_said, field_said, join, level_said, limit_said, role_said, within_said
from linli.playbooks.versions import book_of

COUNTED_FOR = 60
MOST_TO_SHRINK = 1300  # a wider picture would become too small to read, so it is scrolled
AT_ONCE = Said("立即", "at once")
PROMISED = Said(
    "{who}可以提出；提出后，第一步由{holder}在{within}处理。",
    "For {who}. First step: {holder}, within {limit}.",
)
RAISED_BY = Said("由{who}提出。", "For {who}.")
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
    counted, language = panels.figures(), get_language() or "zh"
    versions = Version.objects.filter(current=True).values_list("name", "pk")
    methods = [_method(pk, counted.get(name, panels.Figures()), language) for name, pk in versions]
    return render(request, "playbooks/gallery.html", {"methods": sorted(methods, key=_most_used_first)})


@dataclass(frozen=True, slots=True)
class Method:
    """A playbook as the gallery shows it."""

    book: Playbook
    figures: panels.Figures
    picture: SafeString

    @property
    def promise(self) -> Said:
        """What somebody who raises it may count on first; where the first step is nobody's, who raises it."""
        first, who = self.book.first, join([role_said(role) for role in self.book.raised_by], "、", ", ")
        if first.duty is None or first.limit is None or first.duty.person:
            return RAISED_BY.filled(who=who)
        limits = {"within": within_said(self.book, first.limit), "limit": limit_said(self.book, first.limit)}
        return PROMISED.filled(who=who, holder=duty_said(self.book, first.duty), **limits)

    @property
    def answer(self) -> Said | None:
        """How long half of the raisers waited at the most."""
        return None if self.figures.answer is None else span_said(self.figures.answer)

    @property
    def late_share(self) -> str:
        """In whole percent, rounded up: one late matter among a thousand is not none."""
        return f"{-(-self.figures.late * 100 // self.figures.raised)}%" if self.figures.raised else "—"


def _method(version: uuid.UUID, figures: panels.Figures, language: str) -> Method:
    return Method(book_of(version), figures, _drawn(present_schema(), version, language))


@lru_cache(maxsize=256)
def _drawn(schema: str, version: uuid.UUID, language: str) -> SafeString:
    """A version's text never changes, so a process draws it once for each language."""
    return _picture(book_of(version), narrow=True)


def _most_used_first(one: Method) -> tuple[int, bool, str]:
    number = one.figures.open + one.figures.ended
    return -number, "resident" not in one.book.raised_by, one.book.name


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
