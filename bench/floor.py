"""The floor: the same rows written and read by bare psycopg, with nothing of Linli around them."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import psycopg
from psycopg.types.json import Jsonb

from linli.lib import clock
from linli.lib.ids import new_id

MATTER = """
INSERT INTO matters_matter (id, playbook_id, book, place_id, place_path, place_name, place_public, raiser_id, key, urgency,
    category, facts, stage, entry, rounds, holder_id, raised_at, begun_at, due_at, warn_at, climbed, at_top, attend_at, objected,
    delays, outcome, version, head)
VALUES (%(id)s, %(playbook)s, 'repair', %(place)s, %(path)s, 'Room 101', 'Building 1', %(raiser)s, %(key)s, 'ordinary', '',
    %(facts)s, 'received', 1, 1, %(duty)s, %(now)s, %(now)s, %(due)s, %(due)s, 0, false, %(due)s, false, 0, '', 1, %(hash)s)
"""
DUTY = """
INSERT INTO matters_duty (id, matter_id, kind, stage, entry, step, role, place_id, since, due_at)
VALUES (%(duty)s, %(id)s, 'holds', 'received', 1, 0, 'property_desk', %(estate)s, %(now)s, %(due)s)
"""
EVENT = """
INSERT INTO record_event (chain, seq, subject, verb, actor_id, place_id, at, body, previous, hash)
VALUES (%(id)s, %(seq)s, 'matter', 'raised', %(raiser)s, %(place)s, %(now)s, %(body)s, %(hash)s, %(hash)s) RETURNING id
"""
SEALED = """
INSERT INTO record_sealed (id, event_id, name, about_id, salt, value)
VALUES (%(sealed)s, %(event)s, 'what', %(raiser)s, %(salt)s, %(text)s)
"""
DESK = """
SELECT duty.id, duty.due_at, duty.stage, matter.number, matter.book, matter.place_name, matter.late_at
FROM matters_duty AS duty JOIN matters_matter AS matter ON matter.id = duty.matter_id
WHERE duty.role = 'property_desk' AND duty.place_id = %(estate)s AND duty.until IS NULL ORDER BY duty.due_at, duty.id LIMIT 50
"""
BOARD = """
SELECT measure, sum(number) FROM insight_daycount
WHERE place = 'c.d.s.m' AND book = '' AND category = '' AND day > current_date - 30 GROUP BY measure
"""
MOVED = """
UPDATE matters_matter SET stage = 'declined', entry = 2, version = 2, outcome = 'declined', holder_id = NULL, due_at = NULL,
    warn_at = NULL, attend_at = NULL, answered_at = %(now)s, ended_at = %(now)s
WHERE id = %(id)s AND version = 1
"""
CLOSED = "UPDATE matters_duty SET until = %(now)s WHERE matter_id = %(id)s AND until IS NULL"
BODY = {"playbook": "repair", "answers": {}, "now": {"stage": "received", "entry": 1, "rounds": 1}}


@dataclass
class Floor:
    """Seconds of our own CPU for each operation, done `count` times on one connection."""

    connection: psycopg.Connection[Any]
    values: dict[str, Any]

    def raise_one(self) -> uuid.UUID:
        now = clock.now()
        matter = new_id()
        values = {
            **self.values,
            "id": matter,
            "duty": new_id(),
            "sealed": new_id(),
            "key": uuid.uuid4(),
            "now": now,
            "due": now + timedelta(minutes=30),
            "seq": 1,
            "body": Jsonb(BODY),
            "facts": Jsonb({"level": "room"}),
            "text": Jsonb("厨房水管接头漏水，已用盆接着。"),
            "hash": bytes(32),
            "salt": bytes(16),
        }
        with self.connection.transaction():
            self.connection.execute(MATTER, values)
            self.connection.execute(DUTY, values)
            event = self.connection.execute(EVENT, values).fetchone()
            self.connection.execute(SEALED, {**values, "event": event and event[0]})
        return matter

    def read_desk(self) -> None:
        self.connection.execute(DESK, self.values).fetchall()

    def read_board(self) -> None:
        self.connection.execute(BOARD).fetchall()

    def move_one(self, matter: uuid.UUID) -> None:
        values = {**self.values, "id": matter, "now": clock.now(), "seq": 2, "body": Jsonb(BODY), "hash": bytes(32)}
        with self.connection.transaction():
            self.connection.execute(MOVED, values)
            self.connection.execute(CLOSED, values)
            self.connection.execute(EVENT, values)


def cpu_each(work: Any, count: int) -> float:
    before = time.process_time()
    for _ in range(count):
        work()
    return (time.process_time() - before) / count
