"""What neighbours reported already and may be the same: looked for before something is sent, shown masked."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Q

from linli.lib import clock
from linli.lib.bigrams import pairs
from linli.lib.text import Said
from linli.matters.models import Matter
from linli.matters.policies import is_party, post_to_raise
from linli.matters.queries import public_names
from linli.people.reader import Reader
from linli.places.models import Place
from linli.playbooks.model import Playbook
from linli.requests.joined import numbers_joined
from linli.requests.models import Joiner
from linli.requests.policies import PRIVATE, is_public

SINCE = timedelta(days=30)
AT_MOST = 3
MOST_PAIRS = 80
SHARED_AT_LEAST, ONE_IN = 2, 4  # of the pairs of what is about to be sent
LOOKED_AT = 300  # the newest that are open nearby: however much a place reports, comparing them takes no longer
NEAREST = """
SELECT open.id, same.shared
FROM (
    SELECT newest.* FROM unnest(%(near)s::uuid[]) AS around (place)
    CROSS JOIN LATERAL (
        SELECT matter.id, matter.raised_at, words.vector
        FROM requests_words AS words JOIN matters_matter AS matter ON matter.id = words.matter_id
        WHERE words.near = around.place AND words.raised_at >= %(since)s
            AND matter.ended_at IS NULL AND matter.parent_id IS NULL AND matter.book = %(book)s
        ORDER BY words.raised_at DESC LIMIT %(looked_at)s
    ) AS newest
    ORDER BY newest.raised_at DESC, newest.id LIMIT %(looked_at)s
) AS open
CROSS JOIN LATERAL (
    SELECT count(*) AS shared FROM unnest(tsvector_to_array(open.vector)) AS word WHERE word = ANY(%(pairs)s::text[])
) AS same
WHERE same.shared >= %(least)s
ORDER BY same.shared DESC, open.raised_at DESC, open.id LIMIT %(most)s
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
    values: dict[str, Any] = {
        "near": _shared_places(around),
        "since": clock.now() - SINCE,
        "looked_at": LOOKED_AT,
        "pairs": list(words),
        "book": book.name,
        "least": min(len(words), max(SHARED_AT_LEAST, -(-len(words) // ONE_IN))),
        "most": AT_MOST,
    }
    with connection.cursor() as cursor:
        cursor.execute(NEAREST, values)
        return [matter for matter, _ in cursor.fetchall()]


def _shared_places(around: Place) -> list[uuid.UUID]:
    """The place and what lies below it, down to the buildings, which hold nothing that neighbours share."""
    if around.level == "building":
        return [around.pk]
    wide = Place.objects.filter(Q(pk=around.pk) | Q(path__startswith=f"{around.path}.")).exclude(level__in=PRIVATE)
    return list(wide.values_list("pk", flat=True))


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
