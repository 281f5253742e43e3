"""What the board and the rates read: day counts alone, summed by the database, at any number of matters."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet, Sum, Window

from linli.districts.schema import present_schema
from linli.insight.models import Counted, DayCount, Exclusion, Watermark
from linli.insight.policies import may_look
from linli.insight.sums import Period
from linli.lib.text import Said
from linli.matters.models import Matter
from linli.matters.queries import public_names
from linli.people.reader import Reader
from linli.places.levels import named
from linli.places.models import Place
from linli.places.paths import paths_to
from linli.playbooks.ends import OUTCOMES
from linli.playbooks.versions import book_of

SHOWN = ("city", "county", "street", "community", "estate", "phase", "grid")  # levels that have a board of their own
FEW = 50
KEPT_FOR = 60  # seconds that the place where the board begins is remembered


def totals(place: str, period: Period, *, book: str = "") -> dict[str, int]:
    """Numbers by measure, over a period; at all places together when `place` is empty."""
    rows = DayCount.objects.filter(place=place, book=book, category="", day__range=(period.first, period.last))
    return {measure: number for measure, number in rows.values_list("measure").annotate(Sum("number")).order_by()}


def overdue_now(place: str, *, book: str = "") -> int:
    """How many are late and open; the days say since when."""
    rows = DayCount.objects.filter(place=place, book=book, category="", measure="overdue")
    return rows.aggregate(all=Sum("number"))["all"] or 0


class Below(NamedTuple):
    """A place one step down, as a table names it."""

    path: str
    level: str
    name: str
    name_en: str

    @property
    def title(self) -> Said:
        return named(self.level, self.name, self.name_en)


def places_below(place: Place | None, *, limit: int) -> tuple[list[Below], int]:
    """The places one step down that figures are told of, down to the building, 10 after 9; and how many more there are."""
    found = Place.objects.filter(parent=place, valid_to__isnull=True, level__in=(*SHOWN, "building"))
    named = found.order_by("order", "path").values_list("path", "level", "name", "name_en", Window(Count("pk")))[:limit]
    rows = list(named)
    return [Below(*row[:4]) for row in rows], rows[0][4] - len(rows) if rows else 0


def line_to(path: str) -> list[Place]:
    """The place and all above it, widest first; none when it has no board of its own."""
    line = list(Place.objects.filter(path__in=paths_to(path)).order_by("path"))
    return line if line and line[-1].path == path and line[-1].level in SHOWN else []


def top_path() -> str:
    """Where the board begins: the lowest place, no lower than an estate, that has everything below it."""
    return cache.get_or_set(f"{present_schema()}:top-place", _top_path, KEPT_FOR) or ""


def _top_path() -> str:
    found, path, parent = True, "", None
    while found and not (parent and parent.level == "estate"):
        children = list(Place.objects.filter(parent=parent, valid_to__isnull=True, level__in=SHOWN)[:2])
        found = len(children) == 1
        if found:
            parent, path = children[0], children[0].path
    return path


def folded_at() -> datetime | None:
    return Watermark.objects.filter(pk=Watermark.ONLY).values_list("folded_at", flat=True).first()


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which rows: those behind one figure."""

    measures: tuple[str, ...]
    period: Period | None
    place: str = ""
    book: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class CountedRow:
    """One counted matter, as this reader may see it."""

    number: int
    book: Said
    measure: str
    day: date
    where: str
    raised_at: datetime
    ended_at: datetime | None
    outcome: Said | None
    ground: str
    serves: bool  # whether the reader is on a post there, sees the room, and may look at an exclusion


def rows_behind(wanted: Wanted, reader: Reader, *, after: str = "", limit: int = FEW) -> tuple[list[CountedRow], str]:
    """The rows that a figure counts, newest first, and the cursor of what follows. Each measure reads from its own index."""
    parts = [_of_measure(wanted, measure, after, limit + 1) for measure in wanted.measures]
    rows = list(
        parts[0].union(*parts[1:], all=True).order_by("-day", "-id")[: limit + 1] if len(parts) > 1 else parts[0]
    )
    following = f"{rows[limit - 1][0]}.{rows[limit - 1][1]}" if len(rows) > limit else ""
    return _told(rows[:limit], reader), following


def _of_measure(
    wanted: Wanted, measure: str, after: str, limit: int
) -> QuerySet[Counted, tuple[date, int, str, uuid.UUID]]:
    rows = Counted.objects.filter(_beyond(after), measure=measure)
    if wanted.period is not None:
        rows = rows.filter(day__range=(wanted.period.first, wanted.period.last))
    if wanted.place:
        rows = rows.filter(Q(path=wanted.place) | Q(path__startswith=f"{wanted.place}."))
    rows = rows.filter(book=wanted.book) if wanted.book else rows.filter(whole=True)
    if wanted.category:
        rows = rows.filter(category=wanted.category)
    return rows.order_by("-day", "-id").values_list("day", "id", "measure", "matter_id")[:limit]


def _beyond(after: str) -> Q:
    day, _, key = after.partition(".")
    try:
        mark = date.fromisoformat(day), int(key)
    except ValueError:
        return Q()
    return Q(day__lt=mark[0]) | Q(day=mark[0], id__lt=mark[1])


def _told(rows: Sequence[tuple[date, int, str, uuid.UUID]], reader: Reader) -> list[CountedRow]:
    ids = {matter for *_, matter in rows}
    matters = {matter.pk: matter for matter in Matter.objects.filter(pk__in=ids)}
    grounds = dict(Exclusion.objects.filter(matter__in=ids, approved=True).values_list("matter_id", "reason"))
    return [_row(matters[pk], measure, day, grounds.get(pk, ""), reader) for day, _, measure, pk in rows]


def _row(matter: Matter, measure: str, day: date, ground: str, reader: Reader) -> CountedRow:
    book = book_of(matter.playbook_id)
    serves = may_look(reader, matter)
    building = matter.place_public if "place.building" in public_names(book) else ""
    return CountedRow(
        number=matter.number,
        book=book.title,
        measure=measure,
        day=day,
        where=matter.place_name if serves else building,
        raised_at=matter.raised_at,
        ended_at=matter.ended_at,
        outcome=OUTCOMES[matter.outcome] if matter.outcome else None,
        ground=ground,
        serves=serves,
    )


def exclusion_of(matter: Matter) -> Exclusion | None:
    """The one that stands or was made last."""
    return Exclusion.objects.select_related("asked_by", "ruled_by").filter(matter=matter).order_by("-asked_at").first()
