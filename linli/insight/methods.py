"""Every method in numbers, for the gallery: one statement, and a count may be a minute old."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.core.cache import cache
from django.db import connection

from linli.districts.schema import present_schema
from linli.lib import clock
from linli.playbooks.panels import Figures

DAYS = timedelta(days=90)
KEPT_FOR = 60
COUNTED = """
SELECT matter.book,
       count(*) FILTER (WHERE ended_at IS NULL),
       count(*) FILTER (WHERE ended_at >= %(since)s),
       count(*) FILTER (WHERE raised_at >= %(since)s),
       count(late.matter_id) FILTER (WHERE raised_at >= %(since)s),
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM answered_at - raised_at))
           FILTER (WHERE answered_at >= %(since)s)
FROM matters_matter AS matter
LEFT JOIN (SELECT DISTINCT matter_id FROM insight_counted WHERE measure = 'late' AND day >= %(day)s) AS late
    ON late.matter_id = matter.id
WHERE ended_at IS NULL OR ended_at >= %(since)s
GROUP BY matter.book
"""


def figures_of_methods() -> Mapping[str, Figures]:
    return cache.get_or_set(f"{present_schema()}:figures-of-methods", _counted, KEPT_FOR) or {}


def _counted() -> dict[str, Figures]:
    """Late is what the record told and the figures folded: a matter that was late once stays so, however it went on."""
    since = clock.now() - DAYS
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, {"since": since, "day": clock.local_day(since)})
        return {book: _figures(*numbers) for book, *numbers in cursor.fetchall()}


def _figures(running: int, ended: int, raised: int, late: int, seconds: float | None) -> Figures:
    return Figures(running, ended, raised, late, None if seconds is None else timedelta(seconds=float(seconds)))
