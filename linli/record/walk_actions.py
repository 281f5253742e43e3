"""Keeping where a walk has come to, so that one that was stopped can go on, and the next can look at what is new alone."""

from __future__ import annotations

import uuid

from django.db.models import F

from linli.lib import clock
from linli.record.models import Walk


def begin_walk() -> Walk:
    return Walk.objects.create(began_at=clock.now())


def note_stretch(walk: Walk, *, upto: uuid.UUID, events: int, broken: int) -> None:
    """The walk has passed everything up to this chain."""
    Walk.objects.filter(pk=walk.pk).update(upto=upto, events=F("events") + events, broken=F("broken") + broken)


def end_walk(walk: Walk, *, events: int, broken: int) -> Walk:
    """With what the last stretch had, and what was found beside the stretches."""
    Walk.objects.filter(pk=walk.pk).update(
        upto=None, ended_at=clock.now(), events=F("events") + events, broken=F("broken") + broken
    )
    walk.refresh_from_db()
    return walk
