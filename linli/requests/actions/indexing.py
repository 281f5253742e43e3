"""Keeping the words that matters are found by. They follow the record in its own transaction, so that none is ever missing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from linli.lib.bigrams import mark, month_mark, vector
from linli.matters.models import Matter
from linli.places.paths import paths_to
from linli.record.models import Event, Sealed
from linli.requests.models import Words
from linli.requests.policies import PRIVATE

MOST_WORDS = 30_000  # of one matter; PostgreSQL holds a megabyte of them
ADD = """
INSERT INTO requests_words (matter_id, raised_at, near, vector)
SELECT new.matter, new.raised_at, coalesce(shared.id, new.place), new.vector
FROM unnest(%s::uuid[], %s::timestamptz[], %s::uuid[], %s::text[], %s::tsvector[])
    AS new (matter, raised_at, place, path, vector)
LEFT JOIN LATERAL (
    SELECT above.id FROM generate_series(1, array_length(string_to_array(new.path, '.'), 1)) AS many
    JOIN places_place AS above ON above.path = array_to_string((string_to_array(new.path, '.'))[:many], '.')
    WHERE above.level <> ALL(%s::text[]) ORDER BY many DESC LIMIT 1
) AS shared ON true
ON CONFLICT (matter_id) DO UPDATE SET vector = excluded.vector
"""
APPEND = (
    "UPDATE requests_words AS words SET vector = words.vector || new.vector "
    "FROM unnest(%s::uuid[], %s::tsvector[]) AS new (matter, vector) "
    "WHERE words.matter_id = new.matter AND length(words.vector) < %s"
)
COLUMNS = ("pk", "number", "place_name", "place_path", "raiser_id", "raised_at", "place_id")
BATCH = 2000


def follow(events: Sequence[Event], sealed: Sequence[Sealed]) -> None:
    """A matter that begins gets its words; what is said later is added to them."""
    ours = {event.pk: event for event in events if event.subject == "matter"}
    begun = {event.chain for event in ours.values() if event.seq == 1}
    first: dict[uuid.UUID, list[str]] = {chain: [] for chain in begun}
    later: dict[uuid.UUID, list[str]] = {}
    for row in sealed:
        event = ours.get(row.event_id)
        if event is not None and isinstance(row.value, str):
            (first if event.chain in begun else later).setdefault(event.chain, []).append(row.value)
    if first:
        _write(first)
    if later:
        with connection.cursor() as cursor:
            cursor.execute(APPEND, [list(later), [vector(texts) for texts in later.values()], MOST_WORDS])


def forget(person: uuid.UUID) -> None:
    """Make the words of every matter that held something about the person anew, from what is left of it."""
    about = Sealed.objects.filter(about_id=person).values("event__chain")
    rebuild(list(Words.objects.filter(matter__in=about).values_list("matter_id", flat=True)))


@transaction.atomic
def rebuild(matters: Sequence[uuid.UUID]) -> int:
    """The locks come first: what is being said at this moment is then either read here or added afterwards."""
    rows = Words.objects.filter(matter__in=matters).order_by("matter_id")
    list(rows.select_for_update().values_list("matter_id", flat=True))
    texts: dict[uuid.UUID, list[str]] = {matter: [] for matter in matters}
    for chain, value in _texts_of(matters):
        texts[chain].append(value)
    _write(texts)
    return len(texts)


def index_missing() -> int:
    """Words for matters that came in past the record, by a dump for instance; returns how many."""
    done, after = 0, uuid.UUID(int=0)
    while missing := _missing(after):
        done, after = done + rebuild(missing), missing[-1]
    return done


def _missing(after: uuid.UUID) -> list[uuid.UUID]:
    """The next ones by their key: whoever began from the start each time would pass by all that are done."""
    rows = Matter.objects.filter(words__isnull=True, pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:BATCH])


def _texts_of(matters: Sequence[uuid.UUID]) -> Iterable[tuple[uuid.UUID, str]]:
    rows = Sealed.objects.filter(event__chain__in=matters, event__subject="matter", value__isnull=False)
    for chain, value in rows.order_by("event__seq", "name").values_list("event__chain", "value"):
        if isinstance(value, str):
            yield chain, value


def month_of(moment: datetime) -> int:
    """Months since the year 0, in UTC: a frequent word is looked for month by month."""
    here = moment.astimezone(UTC)
    return here.year * 12 + here.month - 1


def _write(texts: Mapping[uuid.UUID, Sequence[str]]) -> None:
    found = list(Matter.objects.filter(pk__in=list(texts)).order_by("pk").values_list(*COLUMNS))
    ids, paths, moments, places = ([row[column] for row in found] for column in (0, 3, 5, 6))
    vectors = [_vector(row, texts[row[0]]) for row in found]
    with connection.cursor() as cursor:
        cursor.execute(ADD, [ids, moments, places, paths, vectors, list(PRIVATE)])


def _vector(row: Sequence[Any], texts: Sequence[str]) -> str:
    _, number, place_name, place_path, raiser, raised_at, _ = row
    marks = [mark("p", path) for path in paths_to(place_path)]
    return vector([*texts, place_name, str(number)], [*marks, mark("r", str(raiser)), month_mark(month_of(raised_at))])
