"""A district of any size, loaded by SQL alone: estates with their desks, and open matters spread over them."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from django.db import connection, transaction

from linli.lib import clock
from linli.people.actions import add_person, appoint
from linli.people.models import Person, Post
from linli.places.actions import add_place
from linli.places.models import Place
from linli.playbooks.versions import adopt_shipped, current_version

ESTATES = 200
SINCE = date(2024, 1, 1)
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
LEVELS = (("phase", "p1"), ("grid", "g1"), ("building", "b1"), ("unit", "u1"), ("room", "r101"))

MATTERS = """
INSERT INTO matters_matter (id, playbook_id, book, place_id, place_path, place_name, place_public, raiser_id, key, urgency,
    category, facts, stage, entry, rounds, holder_id, raised_at, begun_at, due_at, warn_at, warned_at, late_at, climbed, climb_at,
    at_top, attend_at, objected, delays, outcome, answered_at, ended_at, version, head)
SELECT id, %(version)s, 'repair', place, path, 'Room 101', 'Building 1', raiser, gen_random_uuid(), 'ordinary', '',
    '{"level": "room"}', 'received', 1, 1, duty, began, began, due, due - interval '15 minutes', began, NULL, 0, NULL,
    false, due, false, 0, '', NULL, NULL, 1, decode(repeat('00', 32), 'hex') FROM loaded
"""
STAGED = """
CREATE TEMP TABLE loaded AS
SELECT uuidv7() AS id, uuidv7() AS duty, room.id AS place, room.path, estate.id AS estate, raiser.person_id AS raiser,
    %(now)s - interval '1 day' * random() AS began, %(now)s + interval '1 day' + interval '30 days' * random() AS due
FROM generate_series(1, %(count)s) AS number
JOIN (SELECT id, path, row_number() OVER (ORDER BY path) AS rank FROM places_place WHERE level = 'room') AS room
    ON room.rank = number %% %(estates)s + 1
JOIN places_place AS estate ON estate.level = 'estate' AND room.path LIKE estate.path || '.%%'
JOIN people_post AS raiser ON raiser.place_id = room.id AND raiser.role = 'resident'
"""
DUTIES = """
INSERT INTO matters_duty (id, matter_id, kind, stage, entry, step, role, place_id, since, due_at)
SELECT duty, id, 'holds', 'received', 1, 0, 'property_desk', estate, began, due FROM loaded
"""
EVENTS = """
INSERT INTO record_event (chain, seq, subject, verb, actor_id, place_id, at, body, previous, hash)
SELECT id, 1, 'matter', 'raised', raiser, place, began, '{"playbook": "repair", "answers": {}, "now": {"stage": "received"}}',
    decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex') FROM loaded
"""
SEALED = """
INSERT INTO record_sealed (id, event_id, name, about_id, salt, value)
SELECT uuidv7(), event.id, 'what', event.actor_id, decode('00', 'hex'), to_jsonb('厨房水管接头漏水，已用盆接着。'::text)
FROM record_event AS event JOIN loaded ON loaded.id = event.chain AND event.seq = 1
"""
# What folding would have counted, by SQL: each matter was raised, at every place above it.
COUNTED = """
INSERT INTO insight_counted (matter_id, measure, day, seq, path, book, category, whole)
SELECT id, 'raised', (began AT TIME ZONE 'Asia/Shanghai')::date, 1, regexp_replace(path, '(\\.[^.]+){2}$', ''), 'repair', '', true
FROM loaded
"""
DAY_COUNTS = """
WITH spread AS (
    SELECT path, measure, share,
        (%(now)s::timestamptz AT TIME ZONE 'Asia/Shanghai')::date - ((number * 7 + rank) %% 400)::int AS day
    FROM (SELECT DISTINCT path, dense_rank() OVER (ORDER BY path) AS rank FROM insight_counted) AS buildings,
        generate_series(0, 399) AS number,
        (VALUES ('raised', 1), ('closed', 1), ('answered', 1), ('late', 7), ('responded_in_time', 1), ('response_late', 9),
                ('finished_in_time', 1), ('finish_late', 8), ('solved', 2), ('unsolved', 11), ('score_5', 2), ('score_3', 12),
                ('called_back', 2), ('not_called_back', 3), ('climbed', 9), ('reopened', 11)) AS measures (measure, share)
    WHERE number %% share = 0
)
INSERT INTO insight_daycount (place, book, category, measure, day, number)
SELECT place, book, '', measure, day, sum(%(each)s) FROM (
    SELECT array_to_string((string_to_array(path, '.'))[:depth], '.') AS place, book, measure, day
    FROM spread, generate_series(0, array_length(string_to_array(path, '.'), 1)) AS depth, (VALUES (''), ('repair')) AS books (book)
) AS counted GROUP BY place, book, measure, day
"""
WATERMARK = """
INSERT INTO insight_watermark (id, transaction, event, folded_at)
SELECT 1, max(transaction), max(id), %(now)s FROM record_event
"""


def build_estates() -> None:
    """200 estates, each with its line down to a room, its desk, its resident and its chain."""
    adopt_shipped()
    city = add_place(None, level="city", label="c", name="City", since=SINCE)
    county = add_place(city, level="county", label="d", name="District", since=SINCE)
    street = add_place(county, level="street", label="s", name="Street", since=SINCE)
    community = add_place(street, level="community", label="m", name="Community", since=SINCE)
    appoint(add_person("Community"), "community", community, since=BEGAN)
    for number in range(ESTATES):
        estate = add_place(community, level="estate", label=f"e{number:03}", name=f"Estate {number}", since=SINCE)
        _estate(estate)


def first_of_each_role() -> dict[str, Person]:
    posts = Post.objects.select_related("person").order_by("-place__path")
    return {post.role: post.person for post in posts}


def _estate(estate: Place) -> None:
    places = {"estate": estate}
    parent = estate
    for level, label in LEVELS:
        parent = places[level] = add_place(parent, level=level, label=label, name=label, since=SINCE)
    seats = {
        "property_desk": "estate",
        "property_worker": "estate",
        "resident": "room",
        "unit_lead": "unit",
        "building_lead": "building",
        "grid_worker": "grid",
        "grid_branch": "grid",
    }
    people = {role: add_person(role) for role in seats}
    for role, level in seats.items():
        appoint(people[role], role, places[level], since=BEGAN)


def load_matters(count: int) -> None:
    """Open matters at the first stage, due from tomorrow on, so that nothing is late before the bench makes it so."""
    version: uuid.UUID = current_version("repair").pk
    values: dict[str, Any] = {"count": count, "estates": ESTATES, "now": clock.now(), "version": version}
    values["each"] = max(1, count // (ESTATES * 400))  # of the board's figures: at each building on each day
    with connection.cursor() as cursor, transaction.atomic():  # the matter and its duty point at each other
        cursor.execute(STAGED, values)
        for statement in (MATTERS, DUTIES, EVENTS, SEALED, COUNTED, DAY_COUNTS, WATERMARK):
            cursor.execute(statement, values)
        cursor.execute("DROP TABLE loaded")
    analyze()


def analyze() -> None:
    """As autovacuum would have done in the meantime."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def make_late(count: int) -> None:
    """Let `count` of the open matters be due since a minute ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE matters_matter SET due_at = %s, attend_at = %s "
            "WHERE id IN (SELECT id FROM matters_matter WHERE late_at IS NULL AND ended_at IS NULL LIMIT %s)",
            [clock.now(), clock.now(), count],
        )
