"""What a walk goes along, and walking it with several processes."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from multiprocessing import get_context
from typing import Any

import django
from django.db import connection
from django_tenants.utils import schema_context

from linli.districts.schema import present_schema
from linli.record.broken import Broken
from linli.record.models import Event, Walk
from linli.record.walking import CHUNK, STRETCH, Stretch, Walker

TOUCHED = "SELECT DISTINCT chain FROM record_event WHERE {since} ORDER BY chain"
WORTH_A_PROCESS = 2 * STRETCH


@dataclass(frozen=True, slots=True)
class Walked:
    """What came out of one stretch."""

    stretch: Stretch
    events: int
    broken: tuple[Broken, ...]


def last_walk(*, ended: bool) -> Walk | None:
    return Walk.objects.filter(ended_at__isnull=not ended).order_by("-pk").first()


def touched_since(moment: datetime) -> list[Stretch]:
    """The chains to which something was added since then, whole."""
    return _touched("at >= %s", moment)


def touched_after(walk: Walk) -> list[Stretch]:
    """The chains to which something was added that a walk may not have seen."""
    return _touched("transaction >= %s", walk.transaction)


def _touched(since: str, value: Any) -> list[Stretch]:
    with connection.cursor() as cursor:
        cursor.execute(TOUCHED.format(since=since), [value])
        chains: list[uuid.UUID] = [chain for (chain,) in cursor.fetchall()]
    return [Stretch(chains=tuple(chains[place : place + CHUNK])) for place in range(0, len(chains), CHUNK)]


def events_in_all() -> int:
    return Event.objects.count()


def processes_for(events: int, asked: int | None) -> int:
    """A process has to start first; for a small record this one alone is faster."""
    if asked is not None:
        return max(1, asked)
    return max(1, min(os.cpu_count() or 1, events // WORTH_A_PROCESS))


def walk_along(pieces: Sequence[Stretch], *, processes: int) -> Iterator[Walked]:
    """In the order of the pieces."""
    work = partial(walk_one, present_schema())
    if processes == 1:
        yield from map(work, pieces)
        return
    # Started anew and not forked: a connection to the database cannot be shared.
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn"), initializer=django.setup) as pool:
        yield from pool.map(work, pieces)


def walk_one(schema: str, stretch: Stretch) -> Walked:
    with schema_context(schema):
        walker = Walker(stretch)
        broken = tuple(walker.broken())
        return Walked(stretch, walker.events, broken)
