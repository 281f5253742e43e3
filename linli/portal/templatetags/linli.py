"""What templates of every app use: words in the reader's language, times, places, signs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache

from django import template
from django.http import HttpRequest
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from linli.districts.models import District
from linli.lib import clock
from linli.lib.text import Said
from linli.lib.times import countdown_to, full_said, moment_said
from linli.people.roles import ROLES
from linli.places.models import Place
from linli.playbooks.saying import join
from linli.portal.icons import ICONS, icon_of_book
from linli.portal.typed import Typed, words_of

register = template.Library()
OPTION = '<option value="%s"%s>%s</option>'
COUNTDOWN = '<time class="countdown %s" %s>%s</time>'  # of our own words alone


def reading() -> str:
    return get_language() or "zh-hans"


@register.filter
def said(words: Said | str | None) -> str:
    return words.in_(reading()) if isinstance(words, Said) else words or ""


@register.filter
def listed(words: Iterable[Said]) -> str:
    """Several words in a row, with the mark between them that the language uses."""
    return join(words, "、", ", ").in_(reading())


@register.filter
def role(name: str) -> str:
    """A role's title."""
    return ROLES[name].title.in_(reading()) if name in ROLES else name


@register.filter
def place(one: Place | None) -> str:
    return one.in_(reading()) if one else ""


@register.filter
def district_name(district: District | None) -> str:
    """The neighbourhood's name; empty on a page that stands before any was found."""
    if district is None:
        return ""
    return str(district.name_en or district.name) if reading().startswith("en") else str(district.name)


@register.filter
def sign(book: str) -> str:
    """The name of the sign that stands for a playbook."""
    return icon_of_book(book)


@register.simple_tag
def moment(when: datetime | None) -> str | SafeString:
    """`<time>` as neighbours say it, with the exact time for whoever points at it."""
    if when is None:
        return ""
    words, exact = moment_said(when, clock.now()), full_said(when)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', _stamp(when), exact.in_(reading()), words.in_(reading())
    )


@register.simple_tag
def countdown(due: datetime | None) -> str | SafeString:
    if due is None:
        return ""
    left, language = countdown_to(due, clock.now()), reading()
    return SafeString(COUNTDOWN % (left.state, _exactly(due, language), escape(left.said.in_(language))))


@lru_cache(maxsize=4096)
def _exactly(due: datetime, language: str) -> str:
    """A desk that is read again shows the same deadlines again."""
    return format_html('datetime="{}" title="{}"', _stamp(due), full_said(due).in_(language))


@register.simple_tag
def options(offered: Iterable[tuple[str, Said]], chosen: str) -> SafeString:
    """Of a `<select>`, all at once: there may be hundreds, and a template that goes through them is slow."""
    language = reading()
    said_so = ((value, " selected" if value == chosen else "", title.in_(language)) for value, title in offered)
    return SafeString("".join(OPTION % (escape(value), mark, escape(words)) for value, mark, words in said_so))


@register.simple_tag
def icon(name: str) -> SafeString:
    """An ornament: whoever hears the page misses nothing, so words must stand beside it."""
    return format_html(
        '<svg class="icon" width="20" height="20" viewBox="0 0 24 24" aria-hidden="true" focusable="false"><path d="{}"/></svg>',
        ICONS[name],
    )


@register.simple_tag(takes_context=True)
def words_typed(context: template.Context) -> list[Typed]:
    """What stood in the form that could not be taken."""
    request = context.get("request")
    return words_of(request) if isinstance(request, HttpRequest) else []


def _stamp(when: datetime) -> str:
    return when.astimezone(clock.ZONE).isoformat(timespec="seconds")
