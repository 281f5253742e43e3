"""How much waits for a person."""

from __future__ import annotations

from django.db import connection

from linli.people.reader import Reader

MOST = 99
# Each seat counts in its own index, to one above what the page can show: a long desk costs no more than a short one.
WAITING = """
SELECT count(*) FROM (
    (SELECT 1 FROM matters_duty WHERE until IS NULL AND person_id = %(person)s LIMIT %(most)s)
    UNION ALL
    (SELECT 1 FROM unnest(%(roles)s::text[], %(places)s::uuid[]) AS seat (role, place)
     CROSS JOIN LATERAL (SELECT 1 FROM matters_duty AS duty
         WHERE duty.until IS NULL AND duty.role = seat.role AND duty.place_id = seat.place LIMIT %(most)s) AS held
     LIMIT %(most)s)
    LIMIT %(most)s
) AS waiting
"""


def number_waiting(reader: Reader) -> int:
    """How many duties are open; written out, since it stands on every page of whoever signed in."""
    if reader.person is None:
        return 0
    roles, places = zip(*reader.seats, strict=True) if reader.seats else ((), ())
    values = {"person": reader.person_id, "roles": list(roles), "places": list(places), "most": MOST + 1}
    with connection.cursor() as cursor:
        cursor.execute(WAITING, values)
        return int(cursor.fetchone()[0])
