"""Finding matters by their words, among those that are open whole to whoever asks."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from linli.lib import clock
from linli.lib.bigrams import alternatives, mark, marked, month_mark, query
from linli.matters.models import Matter
from linli.matters.policies import of_party
from linli.matters.queries import MATTER_COLUMNS, MatterRow, cursor_of, read_cursor
from linli.people.reader import Reader
from linli.playbooks.models import Version
from linli.playbooks.versions import book_of
from linli.record.models import Sealed
from linli.requests.actions.indexing import month_of

LOOKED_AT = 200
AROUND = 24  # characters before the first word that was found
SHOWN = 90
RECENT, THIS_YEAR = 3, 12  # months
# The fence (OFFSET 0) keeps the planner from walking all matters by date in the hope of meeting a rare word soon.
WINDOW = """
(SELECT matter_id, raised_at FROM (
    SELECT matter_id, raised_at FROM requests_words WHERE vector @@ %({name})s::tsquery OFFSET 0
 ) AS words
 WHERE raised_at < %({name}_until)s
     AND (%(moment)s::timestamptz IS NULL OR (raised_at, %(key)s::uuid) < (%(moment)s, matter_id))
 ORDER BY raised_at DESC, matter_id LIMIT %(most)s)
"""
# What lies further back is only looked at when the months before did not fill the page: a limit over parts ends with them.
HITS = f"""
SELECT matter_id, raised_at FROM (
    (SELECT matter_id, raised_at FROM (
        {WINDOW.format(name="recent")} UNION ALL {WINDOW.format(name="year")} UNION ALL {WINDOW.format(name="older")}
     ) AS parts LIMIT %(most)s)
    UNION
    (SELECT words.matter_id, words.raised_at
     FROM (SELECT matter_id FROM matters_duty WHERE person_id = %(person)s AND until IS NULL OFFSET 0) AS held
     JOIN requests_words AS words ON words.matter_id = held.matter_id AND words.vector @@ %(text)s::tsquery
     WHERE %(moment)s::timestamptz IS NULL OR (words.raised_at, %(key)s::uuid) < (%(moment)s, words.matter_id))
) AS found
ORDER BY raised_at DESC, matter_id LIMIT %(most)s
"""  # noqa: S608 only names of our own are put in

HOLDING = "SELECT matter_id FROM requests_words WHERE vector @@ %s::tsquery"

Pieces = list[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Found:
    """One matter with the stretch of its texts in which the words stand, cut at them."""

    row: MatterRow
    pieces: Pieces


def search(reader: Reader, text: str, *, after: str | None = None, limit: int = 20) -> tuple[list[Found], str | None]:
    """Newest first, with the cursor of what follows. Four statements, whatever is asked and found."""
    asked = query(text)
    if not asked or reader.person is None:
        return [], None
    hits = _hits(reader, asked, read_cursor(after))
    rows = _rows(reader, [matter for matter, _ in hits], limit)
    texts = _texts([row.matter for row in rows[:limit]])
    found = [Found(row, _stretch(texts.get(row.matter, []), row.place_name, text)) for row in rows[:limit]]
    return found, _following(rows, hits, limit)


def hits(reader: Reader, text: str, *, after: str | None = None) -> tuple[list[uuid.UUID], str | None]:
    """The newest matters in which the words stand, for a list that narrows them further, and the cursor of what follows."""
    asked = query(text)
    if not asked or reader.person is None:
        return [], None
    found = _hits(reader, asked, read_cursor(after))
    return [matter for matter, _ in found], cursor_of(found[-1][1], found[-1][0]) if len(found) == LOOKED_AT else None


def holding(reader: Reader, text: str) -> Q:
    """All in which the words stand, at the reader's posts or raised by the reader: for a table that takes them all along."""
    asked = query(text)
    if not asked or reader.person is None:
        return Q(pk__in=list[uuid.UUID]())
    return Q(pk__in=RawSQL(HOLDING, [_near(reader, asked)]))  # noqa: S611 only values are put in


def _near(reader: Reader, asked: str) -> str:
    """The words where the reader has a post, or in what the reader raised."""
    marks = {mark("p", post.place.path) for post in reader.posts} | {mark("r", str(reader.person_id))}
    return f"({asked}) & {alternatives(sorted(marks))}"


def _following(rows: Sequence[MatterRow], hits: Sequence[tuple[uuid.UUID, datetime]], limit: int) -> str | None:
    if len(rows) > limit:
        return cursor_of(rows[limit - 1].raised_at, rows[limit - 1].matter)
    return cursor_of(hits[-1][1], hits[-1][0]) if len(hits) == LOOKED_AT else None


def _hits(
    reader: Reader, asked: str, mark_after: tuple[datetime, uuid.UUID] | None
) -> list[tuple[uuid.UUID, datetime]]:
    """What holds the words and lies where the reader has a post, or is the reader's own."""
    moment, key = mark_after or (None, None)
    values: dict[str, Any] = {
        **_windows(_near(reader, asked)),
        "text": asked,
        "person": reader.person_id,
        "moment": moment,
        "key": key,
        "most": LOOKED_AT,
    }
    with connection.cursor() as cursor:
        cursor.execute(HITS, values)
        return [(matter, raised_at) for matter, raised_at in cursor.fetchall()]


def _windows(here: str) -> dict[str, Any]:
    """The question for each stretch of time, newest first, with the moment before which it begins."""
    now = clock.now()
    last = month_of(now)
    recent = [month_mark(last - back) for back in range(RECENT)]
    year = [month_mark(last - back) for back in range(RECENT, THIS_YEAR)]
    return {
        "recent": f"{here} & {alternatives(recent)}",
        "recent_until": now + timedelta(days=1),
        "year": f"{here} & {alternatives(year)}",
        "year_until": _begin(last - RECENT + 1),
        "older": here,
        "older_until": _begin(last - THIS_YEAR + 1),
    }


def _begin(months: int) -> datetime:
    return datetime(months // 12, months % 12 + 1, 1, tzinfo=UTC)


def _rows(reader: Reader, matters: Sequence[uuid.UUID], limit: int) -> list[MatterRow]:
    books = {pk: book_of(pk) for pk in Version.objects.values_list("pk", flat=True)}
    seen = Matter.objects.filter(of_party(reader, books), pk__in=matters).order_by("-raised_at", "id")
    return [MatterRow(*row) for row in seen.values_list(*MATTER_COLUMNS)[: limit + 1]]


def _texts(matters: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    rows = Sealed.objects.filter(
        event__chain__in=matters, event__subject="matter", cipher__isnull=True, value__isnull=False
    )
    found: dict[uuid.UUID, list[str]] = {}
    for chain, value in rows.order_by("event__seq", "name").values_list("event__chain", "value"):
        if isinstance(value, str):
            found.setdefault(chain, []).append(" ".join(value.split()))
    return found


def _stretch(texts: Sequence[str], place: str, asked: str) -> Pieces:
    """Of the first text in which a word stands; the beginning of the opening one when only place or number were meant."""
    cut = [marked(text, asked) for text in [*texts, place]]
    pieces = next((each for each in cut if any(hit for _, hit in each)), cut[0])
    return _shortened(pieces)


def _shortened(pieces: Pieces) -> Pieces:
    first, hit = pieces[0] if pieces else ("", True)
    if not hit and len(pieces) > 1 and len(first) > AROUND:
        pieces = [(f"…{first[-AROUND:]}", False), *pieces[1:]]
    shown: Pieces = []
    room = SHOWN
    for text, is_hit in pieces:
        shown.append((text if len(text) <= room else f"{text[:room]}…", is_hit))
        room -= len(text)
        if room <= 0:
            break
    return shown
