"""Folding the record into figures: exactly once, whoever folds, in whatever order transactions commit.

Read are the events of transactions below the oldest one that still runs; an event that commits late has an older transaction
or is still above that line, so none is passed over. Each matter with news is counted anew from its first event, and only what
differs from what was counted before is written: to fold an event twice changes nothing. The row of the watermark is held
throughout, so of two that fold at once the second waits and finds nothing left.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction

from linli.insight.measures import Happened, Tick, ticks
from linli.insight.models import Counted, Watermark
from linli.lib import clock
from linli.matters.models import Matter
from linli.places.models import Place
from linli.places.paths import paths_to
from linli.playbooks.versions import book_of
from linli.record.models import Event

BATCH = 2000
TOO_NARROW = ("unit", "room")
NEWS = """
SELECT transaction, id, chain FROM record_event
WHERE (transaction, id) > (%s, %s) AND transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint AND subject = 'matter'
ORDER BY transaction, id LIMIT %s
"""
OLDEST_RUNNING = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
ADD = """
INSERT INTO insight_daycount (place, book, category, measure, day, number)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::date[], %s::int[])
ON CONFLICT (place, book, category, measure, day) DO UPDATE SET number = insight_daycount.number + excluded.number
"""
TAKE_OFF = """
MERGE INTO insight_daycount AS counted
USING unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::date[], %s::int[])
    AS gone (place, book, category, measure, day, number)
ON (counted.place, counted.book, counted.category, counted.measure, counted.day)
    = (gone.place, gone.book, gone.category, gone.measure, gone.day)
WHEN MATCHED AND counted.number = gone.number THEN DELETE
WHEN MATCHED THEN UPDATE SET number = counted.number - gone.number
"""
Key = tuple[str, str, str, str, date]


@dataclass(frozen=True, slots=True)
class Subject:
    """A matter, as far as its ticks are filed under it."""

    matter: uuid.UUID
    path: str
    book: str
    category: str
    whole: bool


Row = tuple[Subject, Tick]


def fold_new(*, batch: int = BATCH) -> int:
    """Fold what has happened since the last time; returns how many events were new. May run anywhere, any number at once."""
    folded = 0
    while taken := _fold_once(batch):
        folded += taken
    return folded


@transaction.atomic
def _fold_once(batch: int) -> int:
    mark = _hold()
    with connection.cursor() as cursor:
        cursor.execute(NEWS, [mark.transaction, mark.event, batch])
        news: Sequence[tuple[int, int, uuid.UUID]] = cursor.fetchall()
    if news:
        recount({chain for _, _, chain in news})
        mark.transaction, mark.event = news[-1][:2]
    mark.folded_at = clock.now()
    mark.save()
    return len(news)


@transaction.atomic
def rebuild(*, batch: int = BATCH) -> int:
    """Throw the figures away and count every matter anew; returns how many. Readers see the old ones until it is done."""
    mark = _hold()
    with connection.cursor() as cursor:
        cursor.execute(OLDEST_RUNNING)
        mark.transaction, mark.event = cursor.fetchone()[0], 0
        cursor.execute("DELETE FROM insight_counted")
        cursor.execute("DELETE FROM insight_daycount")
    counted = 0
    for chains in _all_matters(batch):
        recount(chains)
        counted += len(chains)
    mark.folded_at = clock.now()
    mark.save()
    return counted


def _hold() -> Watermark:
    Watermark.objects.bulk_create([Watermark()], ignore_conflicts=True)
    return Watermark.objects.select_for_update().get(pk=Watermark.ONLY)


def _all_matters(batch: int) -> Iterator[set[uuid.UUID]]:
    last: uuid.UUID | None = None
    while True:
        rows = Matter.objects.order_by("pk") if last is None else Matter.objects.order_by("pk").filter(pk__gt=last)
        found = list(rows.values_list("pk", flat=True)[:batch])
        if not found:
            return
        last = found[-1]
        yield set(found)


def recount(chains: Set[uuid.UUID]) -> None:
    """Count these matters anew and write what differs; called within a transaction that holds the watermark."""
    now = set(_count(chains))
    before = {row: pk for pk, row in _counted(chains)}
    gone, come = before.keys() - now, now - before.keys()
    Counted.objects.filter(pk__in=[before[row] for row in gone]).delete()
    Counted.objects.bulk_create([_as_row(*row) for row in sorted(come, key=_in_order)], batch_size=1000)
    changes: Counter[Key] = Counter()
    for rows, step in ((come, 1), (gone, -1)):
        for subject, tick in rows:
            for key in _keys(subject, tick):
                changes[key] += step
    _write(changes)


def _in_order(row: Row) -> tuple[date, str, uuid.UUID, int]:
    subject, tick = row
    return tick.day, tick.measure, subject.matter, tick.seq


def _count(chains: Set[uuid.UUID]) -> Iterator[Row]:
    stories: dict[uuid.UUID, list[Happened]] = {}
    events = Event.objects.filter(chain__in=chains).order_by("chain", "seq")
    for chain, *happened in events.values_list("chain", "seq", "verb", "at", "body"):
        stories.setdefault(chain, []).append(Happened(*happened))
    columns = ("pk", "place_path", "book", "category", "parent_id", "playbook_id")
    matters = list(Matter.objects.filter(pk__in=chains).values_list(*columns))
    narrow = _narrow_places(path for _, path, *_ in matters)
    for pk, path, book, category, parent, version in matters:
        subject = Subject(pk, _widened(path, narrow), book, category, parent is None)
        for tick in ticks(stories.get(pk, ()), book_of(version)):
            yield subject, tick


def _narrow_places(paths: Iterable[str]) -> frozenset[str]:
    """Of these places and all above them, those that are narrower than a building."""
    wanted = {prefix for path in set(paths) for prefix in paths_to(path)}
    return frozenset(Place.objects.filter(path__in=wanted, level__in=TOO_NARROW).values_list("path", flat=True))


def _widened(path: str, narrow: frozenset[str]) -> str:
    return next(prefix for prefix in reversed(["", *paths_to(path)]) if prefix not in narrow)


def _counted(chains: Set[uuid.UUID]) -> Iterator[tuple[int, Row]]:
    rows = Counted.objects.filter(matter__in=chains)
    for pk, matter, path, book, category, whole, measure, day, seq in rows.values_list(
        "pk", "matter_id", "path", "book", "category", "whole", "measure", "day", "seq"
    ):
        yield pk, (Subject(matter, path, book, category, whole), Tick(measure, day, seq))


def _as_row(subject: Subject, tick: Tick) -> Counted:
    return Counted(
        matter_id=subject.matter,
        path=subject.path,
        book=subject.book,
        category=subject.category,
        whole=subject.whole,
        measure=tick.measure,
        day=tick.day,
        seq=tick.seq,
    )


def _keys(subject: Subject, tick: Tick) -> Iterator[Key]:
    """Every day count that a tick adds to: at each place above, among all kinds, in its kind, in its category."""
    for place in ("", *paths_to(subject.path)):
        yield place, subject.book, "", tick.measure, tick.day
        if subject.whole:
            yield place, "", "", tick.measure, tick.day
            if subject.category:
                yield place, "", subject.category, tick.measure, tick.day


def _write(changes: Mapping[Key, int]) -> None:
    added = {key: number for key, number in changes.items() if number > 0}
    taken = {key: -number for key, number in changes.items() if number < 0}
    with connection.cursor() as cursor:
        if added:
            cursor.execute(ADD, _columns(added))
        if taken:
            cursor.execute(TAKE_OFF, _columns(taken))


def _columns(numbers: Mapping[Key, int]) -> list[list[object]]:
    return [list(column) for column in zip(*((*key, numbers[key]) for key in sorted(numbers)), strict=True)]
