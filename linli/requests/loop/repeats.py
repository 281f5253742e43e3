"""Which matter a repeat leads to, and who may still undo it."""

from __future__ import annotations

from datetime import datetime

from linli.matters.models import Matter
from linli.people.reader import Reader
from linli.requests.loop.models import Repeat

ROOT = """
WITH RECURSIVE way (matter, depth) AS (
    SELECT %s::uuid, 0
    UNION ALL
    SELECT repeat.of_id, way.depth + 1 FROM requests_repeat AS repeat
    JOIN way ON repeat.matter_id = way.matter WHERE repeat.undone_at IS NULL AND way.depth < 100
)
SELECT matter.* FROM matters_matter AS matter JOIN way ON matter.id = way.matter ORDER BY way.depth DESC LIMIT 1
"""


def root_of(matter: Matter) -> Matter:
    """The matter at the end of all mergings, in one query. A matter ends before it is merged, so no way is a circle."""
    return next(iter(Matter.objects.raw(ROOT, [matter.pk])))


def standing(matter: Matter) -> Repeat | None:
    return Repeat.objects.filter(matter=matter, undone_at__isnull=True).first()


def may_undo(repeat: Repeat, reader: Reader, now: datetime) -> bool:
    """The same office, within a working day."""
    if reader.person is None or now >= repeat.undo_until:
        return False
    if repeat.person_id is not None:
        return repeat.person_id == reader.person_id
    return reader.holds(repeat.role, repeat.place_id)
