"""What the board and the rates read: day counts alone, summed by the database, at any number of matters."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connection
from django.db.models import Q, Sum

from linli.insight.models import Counted, DayCount, Exclusion, Watermark
from linli.lib.text import Said
from linli.matters.models import Matter
from linli.matters.queries import public_names
from linli.people.reader import Reader
from linli.places.models import Place
from linli.playbooks.ends import OUTCOMES
from linli.playbooks.models import Version
from linli.playbooks.versions import book_of

SHOWN = ("city", "county", "street", "community", "estate", "phase", "grid")  # levels that have a board of their own
TRENDS = ("raised", "closed", "late")
BY_WEEK = """
SELECT (%s::date - day) / 7 AS weeks_ago, measure, sum(number)::bigint FROM insight_daycount
WHERE place = %s AND book = '' AND category = '' AND measure = ANY(%s) AND day > %s AND day <= %s GROUP BY 1, 2
"""
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both counted."""

    first: date
    last: date


def totals(place: str, period: Period, *, book: str = "") -> dict[str, int]:
    """Numbers by measure, over a period; at all places together when `place` is empty."""
    rows = DayCount.objects.filter(place=place, book=book, category="", day__range=(period.first, period.last))
    return {measure: number for measure, number in rows.values_list("measure").annotate(Sum("number")).order_by()}


def overdue_now(place: str, *, book: str = "") -> int:
    """How many are late and open; the days say since when."""
    rows = DayCount.objects.filter(place=place, book=book, category="", measure="overdue")
    return rows.aggregate(all=Sum("number"))["all"] or 0


def by_place(places: Iterable[str], period: Period, measures: Iterable[str]) -> dict[str, dict[str, int]]:
    rows = DayCount.objects.filter(place__in=list(places), book="", category="")
    return _grouped(rows.filter(_counted_in(period, measures)).values_list("place", "measure").annotate(Sum("number")))


def by_book(place: str, period: Period, measures: Iterable[str]) -> dict[str, dict[str, int]]:
    books = [""]
    books = list(Version.objects.filter(current=True).values_list("name", flat=True))
    rows = DayCount.objects.filter(place=place, book__in=books, category="")
    return _grouped(rows.filter(_counted_in(period, measures)).values_list("book", "measure").annotate(Sum("number")))


def by_category(place: str, period: Period, measures: Iterable[str]) -> dict[str, dict[str, int]]:
    rows = DayCount.objects.filter(place=place, book="", category__gt="")
    return _grouped(rows.filter(_counted_in(period, measures)).values_list("category", "measure").annotate(Sum("number")))


def _counted_in(period: Period, measures: Iterable[str]) -> Q:
    return Q(measure__in=list(measures), day__range=(period.first, period.last))


def _grouped(rows: Iterable[tuple[str, str, int]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for group, measure, number in rows:
        found.setdefault(group, {})[measure] = number
    return found
