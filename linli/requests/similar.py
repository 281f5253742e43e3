"""What neighbours reported already and may be the same: looked for before something is sent, shown masked."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from linli.lib import clock
from linli.lib.bigrams import alternatives, mark, month_mark, pairs
from linli.lib.text import Said
from linli.matters.models import Matter
from linli.matters.policies import is_party, post_to_raise
from linli.matters.queries import public_names
from linli.people.reader import Reader
from linli.places.models import Place
from linli.playbooks.model import Playbook
from linli.requests.actions.indexing import month_of
from linli.requests.joined import numbers_joined
from linli.requests.models import Joiner
from linli.requests.policies import PRIVATE, is_public

SINCE = timedelta(days=30)
AT_MOST = 3
MOST_PAIRS = 80
SHARED_AT_LEAST, ONE_IN = 2, 4  # of the pairs of what is about to be sent
NEAREST = """
SELECT matter.id, same.shared
FROM (SELECT matter_id, vector FROM requests_words
      WHERE vector @@ %(near)s::tsquery AND raised_at >= %(since)s OFFSET 0) AS words
JOIN matters_matter AS matter ON matter.id = words.matter_id
CROSS JOIN LATERAL (
    SELECT count(*) AS shared FROM unnest(tsvector_to_array(words.vector)) AS word WHERE word = ANY(%(pairs)s::text[])
) AS same
WHERE matter.ended_at IS NULL AND matter.parent_id IS NULL AND matter.book = %(book)s AND same.shared >= %(least)s
ORDER BY same.shared DESC, matter.raised_at DESC, matter.id LIMIT %(most)s
"""


@dataclass(frozen=True, slots=True)
class Similar:
    """One open matter as neighbours may see it: nobody's words, no room."""

    number: int
    stage: Said
    place: str
    raised_at: datetime
    due_at: datetime | None
    others: int
    own: bool
    joined: bool
    may_join: bool


def similar_to(book: Playbook, place: Place, text: str, reader: Reader) -> list[Similar]:
    """At most three, those that share most first. Nothing for whom the place is none of theirs."""
    if not is_public(book) or post_to_raise(reader, book, place) is None:
        return []
    line = list(Place.objects.filter(path__in=place.line).order_by("path"))
    words = sorted(pairs(text) - pairs(" ".join(above.name for above in line)))[:MOST_PAIRS]
    if not words:
        return []
    around = next((above for above in reversed(line) if above.level not in PRIVATE), place)
    return _shown(_nearest(book, around, words), book, reader)


def _nearest(book: Playbook, around: Place, words: Sequence[str]) -> list[uuid.UUID]:
    since = clock.now() - SINCE
    months = [month_mark(month) for month in range(month_of(since), month_of(clock.now()) + 1)]
    here = alternatives([mark("p", around.path)])
    values: dict[str, Any] = {
        "near": f"{here} & {alternatives(months)} & {alternatives(words)}",
        "since": since,
        "pairs": list(words),
        "book": book.name,
        "least": min(len(words), max(SHARED_AT_LEAST, -(-len(words) // ONE_IN))),
        "most": AT_MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, values)
        return [matter for matter, _ in cursor.fetchall()]


def _shown(found: Sequence[uuid.UUID], book: Playbook, reader: Reader) -> list[Similar]:
    if not found:
        return []
    matters = Matter.objects.in_bulk(found)
    numbers = numbers_joined(found)
    mine = set(
        Joiner.objects.filter(matter__in=found, person=reader.person, left_at__isnull=True).values_list(
            "matter_id", flat=True
        )
    )
    return [_similar(matters[one], book, reader, numbers.get(one, 0), joined=one in mine) for one in found]


def _similar(matter: Matter, book: Playbook, reader: Reader, others: int, *, joined: bool) -> Similar:
    own = matter.raiser_id == reader.person_id
    return Similar(
        number=matter.number,
        stage=book.title_of(matter.stage),
        place=matter.place_public,
        raised_at=matter.raised_at,
        due_at=matter.due_at if "due" in public_names(book) else None,
        others=others,
        own=own,
        joined=joined,
        may_join=not (own or joined or is_party(reader, matter, book)),
    )
