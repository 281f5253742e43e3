"""The rows of a desk and of a list, put into words beforehand: a template that asks for one thing at a time is half of a desk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_lazy

from linli.desk.lists import ListRow
from linli.lib import clock
from linli.lib.times import moment_said
from linli.matters.models import Duty
from linli.matters.queries import DeskRow
from linli.playbooks.versions import book_of
from linli.requests.categories import title_of

DOT = " · "
REST = '<span class="row tags">%s</span><span class="meta">%s</span>'
ASKED = MappingProxyType(
    {
        Duty.SUPERVISES: ("late", gettext_lazy("Watch over it")),
        Duty.RULES_DELAY: ("waiting", gettext_lazy("Rule on a delay")),
        Duty.RULES_OBJECTION: ("waiting", gettext_lazy("Rule on an objection")),
        Duty.RECHECKS: ("waiting", gettext_lazy("Re-check it")),
    }
)
URGENT = MappingProxyType(
    {"emergency": ("urgent", gettext_lazy("Emergency")), "urgent": ("waiting", gettext_lazy("Urgent"))}
)


@dataclass(frozen=True, slots=True)
class Face:
    """A row as it is shown. `choose`: several such rows can be dealt with at once."""

    number: int
    address: str
    title: str
    due_at: datetime | None
    rest: SafeString  # the tags, and in one line the number, the kind and the place
    choose: bool = False


def desk_faces(rows: Sequence[DeskRow]) -> list[Face]:
    language = get_language() or "zh-hans"
    number = gettext("No. %(number)s")
    return [_desk_face(row, language, number) for row in rows]


def _desk_face(row: DeskRow, language: str, number: str) -> Face:
    playbook = book_of(row.playbook)
    book, stage = playbook.title.in_(language), playbook.title_of(row.stage).in_(language)
    holds = row.kind == Duty.HOLDS
    said = [number % {"number": row.number}, book, _category(row.category, language), "" if holds else stage]
    return Face(
        number=row.number,
        address=row.address,
        title=row.excerpt or book,
        due_at=row.due_at,
        rest=_rest(_desk_tags(row, stage), [*said, row.place_name]),
        choose=holds,
    )


def _desk_tags(row: DeskRow, stage: str) -> Iterator[SafeString]:
    tone, words = ASKED.get(row.kind, ("stage", stage))
    yield _tag(tone, str(words))
    if row.urgency in URGENT:
        tone, words = URGENT[row.urgency]
        yield _tag(tone, str(words))
    if row.rounds > 1:
        yield _tag("waiting", gettext("Round %(n)s") % {"n": row.rounds})
    if row.kind == Duty.HOLDS and row.told_at:
        yield _tag("done", gettext("The raiser has answered"))
    elif row.kind == Duty.HOLDS and row.asked_due:
        yield _tag("waiting", gettext("Waits for the raiser's answer"))


def list_faces(rows: Sequence[ListRow]) -> list[Face]:
    language = get_language() or "zh-hans"
    number = gettext("No. %(number)s")
    return [_list_face(row, language, number) for row in rows]


def _list_face(row: ListRow, language: str, number: str) -> Face:
    book, holder = row.book.in_(language), row.holder_title.in_(language) if row.holder_title else ""
    raised = moment_said(row.raised_at, clock.now()).in_(language)
    said = [number % {"number": row.number}, book, _category(row.category, language), row.place_name, holder, raised]
    return Face(
        number=row.number,
        address=row.address,
        title=row.excerpt or book,
        due_at=row.due_at if row.ended_at is None else None,
        rest=_rest(_list_tags(row, row.stage_title.in_(language)), said),
    )


def _list_tags(row: ListRow, stage: str) -> Iterator[SafeString]:
    yield _tag("stage" if row.ended_at is None else "done", stage)
    if row.urgency in URGENT and row.ended_at is None:
        tone, words = URGENT[row.urgency]
        yield _tag(tone, str(words))


def _category(code: str, language: str) -> str:
    if not code:
        return ""
    title = title_of(code)
    return title.in_(language) if title else code


def _rest(tags: Iterable[SafeString], said: Iterable[str]) -> SafeString:
    """The tags are safe already."""
    return SafeString(REST % ("".join(tags), escape(DOT.join([one for one in said if one]))))


@lru_cache(maxsize=512)
def _tag(tone: str, words: str) -> SafeString:
    """There are few different ones: the titles of stages, and what is said here."""
    return format_html('<span class="tag {}">{}</span>', tone, words)
