from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, QuerySet

from linli.lib.text import Said
from linli.notices.kinds import KINDS, NoticeKind
from linli.notices.models import Concern, Declined, Notice, Posting
from linli.people.reader import Reader
from linli.playbooks.versions import book_of

MOST = 99
PAGE = 20
NO_SUCH_MARK = Said("请从列表里点“更早”。", "Please use the link to the older ones.")


def number_unread(reader: Reader) -> int:
    """Counted to one above what the page can show."""
    if reader.person is None:
        return 0
    return Notice.objects.filter(person=reader.person_id, read_at__isnull=True)[: MOST + 1].count()


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """A notice as its reader sees it: which matter, what happened; no word of anybody."""

    id: int
    kind: NoticeKind
    number: int
    book: Said
    at: datetime
    unread: bool


def notice_rows(reader: Reader, *, before: str = "", limit: int = PAGE) -> tuple[list[NoticeRow], str]:
    """Newest first, and the mark from which the older ones follow."""
    rows = Notice.objects.filter(person=reader.person_id).select_related("matter").order_by("-at", "-id")
    mark = _mark(before)
    if mark is not None:
        rows = rows.filter(Q(at__lt=mark[0]) | Q(at=mark[0], id__lt=mark[1]))
    found = list(rows[: limit + 1])
    shown = found[:limit]
    more = f"{shown[-1].at.isoformat()}~{shown[-1].pk}" if len(found) > limit else ""
    return [_row(one) for one in shown], more


def _row(one: Notice) -> NoticeRow:
    title = book_of(one.matter.playbook_id).title
    return NoticeRow(one.pk, KINDS[one.kind], one.matter.number, title, one.at, one.read_at is None)


def _mark(text: str) -> tuple[datetime, int] | None:
    moment, _, number = text.partition("~")
    try:
        at, pk = datetime.fromisoformat(moment.replace(" ", "+")), int(number)
    except ValueError:
        return None
    return (at, pk) if at.utcoffset() is not None and 0 < pk < 2**63 else None


def matter_number_of(reader: Reader, notice: int) -> int | None:
    found = Notice.objects.filter(pk=notice, person=reader.person_id).values_list("matter__number", flat=True)
    return found.first()


def declined_by(reader: Reader) -> set[str]:
    return set(Declined.objects.filter(person=reader.person_id).values_list("kind", flat=True))


def _postings() -> QuerySet[Posting]:
    return Posting.objects.select_related("place", "matter__holder").annotate(
        raised=Count("concerns"), answered=Count("concerns", filter=Q(concerns__answered_at__isnull=False))
    )


def posting_rows(*, current: bool, before: str = "", limit: int = PAGE) -> tuple[list[Posting], str]:
    """What hangs now, or what has hung; newest first."""
    standing = Q(outcome="", matter__ended_at__isnull=True, matter__entry=F("entry"))
    rows = _postings().filter(standing if current else ~standing).order_by("-opened_at", "-id")
    at = _posting_mark(before)
    if at is not None:
        rows = rows.filter(Q(opened_at__lt=at[0]) | Q(opened_at=at[0], id__lt=at[1]))
    found = list(rows[: limit + 1])
    shown = found[:limit]
    return shown, f"{shown[-1].opened_at.isoformat()}~{shown[-1].pk}" if len(found) > limit else ""


def _posting_mark(text: str) -> tuple[datetime, uuid.UUID] | None:
    moment, _, key = text.partition("~")
    try:
        at, pk = datetime.fromisoformat(moment.replace(" ", "+")), uuid.UUID(key)
    except ValueError:
        return None
    return (at, pk) if at.utcoffset() is not None else None


def find_posting(key: uuid.UUID) -> Posting | None:
    return _postings().filter(pk=key).first()


def concerns_of(posting: Posting) -> Sequence[Concern]:
    return list(posting.concerns.order_by("number"))
