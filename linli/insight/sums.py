"""The sums that a board shows, in one statement instead of six."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

TRENDS = ("raised", "closed", "late")
WEEKS = 12
# Whatever can be named is looked up for itself: a range of days for each, straight from the index, costs half of one scan that
# has to be told apart afterwards, and what has been counted under no kind or category is passed by.
SUMS = """
WITH
books AS (SELECT id, name FROM playbooks_version WHERE current),
measures AS (SELECT unnest(%(measures)s::text[]) AS measure),
below AS (SELECT unnest(%(below)s::text[]) AS place),
trends AS (SELECT unnest(%(trends)s::text[]) AS measure),
weeks AS (SELECT ago, %(last)s::date - 7 * ago AS ends FROM generate_series(0, %(weeks)s - 1) AS ago)
SELECT 'all' AS part, '' AS one, measure, sum(number)::bigint FROM insight_daycount
    WHERE place = %(at)s AND book = '' AND category = '' AND day BETWEEN %(first)s AND %(last)s GROUP BY measure
UNION ALL
SELECT 'overdue', '', 'overdue', sum(number)::bigint FROM insight_daycount
    WHERE place = %(at)s AND book = '' AND category = '' AND measure = 'overdue'
UNION ALL
SELECT 'week', ago::text, measure, counted.number FROM weeks, trends, LATERAL (
    SELECT sum(number)::bigint AS number FROM insight_daycount AS one WHERE place = %(at)s AND book = '' AND category = ''
    AND one.measure = trends.measure AND day BETWEEN ends - 6 AND ends) AS counted
UNION ALL
SELECT 'book', id::text, measure, counted.number FROM books, measures, LATERAL (
    SELECT sum(number)::bigint AS number FROM insight_daycount AS one WHERE place = %(at)s AND book = name AND category = ''
    AND one.measure = measures.measure AND day BETWEEN %(first)s AND %(last)s) AS counted
UNION ALL
SELECT 'category', category, measure, sum(number)::bigint FROM insight_daycount
    WHERE place = %(at)s AND book = '' AND category > ''
    AND measure = ANY(%(measures)s) AND day BETWEEN %(first)s AND %(last)s GROUP BY category, measure
UNION ALL
SELECT 'place', below.place, measure, counted.number FROM below, measures, LATERAL (
    SELECT sum(number)::bigint AS number FROM insight_daycount AS one WHERE one.place = below.place AND book = '' AND category = ''
    AND one.measure = measures.measure AND day BETWEEN %(first)s AND %(last)s) AS counted
"""


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day to the last, both counted."""

    first: date
    last: date


class Sums:
    """Numbers by measure: in all, and for each kind, category, place below and week."""

    def __init__(self, rows: Iterable[tuple[str, str, str, int | None]]) -> None:
        self._found: dict[str, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
        for part, one, measure, number in rows:
            if number is not None:
                self._found[part][one][measure] = number

    @property
    def all(self) -> Mapping[str, int]:
        return self._found["all"][""]

    @property
    def overdue(self) -> int:
        return self._found["overdue"][""].get("overdue", 0)

    def by(self, part: str) -> Mapping[str, Mapping[str, int]]:
        """`part` is place, category, or book: there the id of the version in force stands for its name."""
        return self._found[part]

    def week(self, ago: int) -> tuple[int, ...]:
        """In the order of TRENDS; the week that ends with the period is 0 ago."""
        numbers = self._found["week"].get(str(ago), {})
        return tuple(numbers.get(measure, 0) for measure in TRENDS)


def sums_of(place: str, period: Period, *, measures: Sequence[str], below: Sequence[str]) -> Sums:
    """At a place with all below it (at all places together when it is empty); of each group these `measures`."""
    asked: dict[str, Any] = {
        "at": place,
        "first": period.first,
        "last": period.last,
        "weeks": WEEKS,
        "trends": list(TRENDS),
        "measures": list(measures),
        "below": list(below),
    }
    with connection.cursor() as cursor:
        cursor.execute(SUMS, asked)
        return Sums(cursor.fetchall())
