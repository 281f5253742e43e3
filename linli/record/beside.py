"""What other apps keep beside the record: an index of its words, photos. They follow what is written, and they can forget.

An app registers both in its module `beside_record.py`, which is found at start-up; the record never imports the app.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from linli.record.models import Event, Sealed


def _nothing_to_follow(events: Sequence[Event], sealed: Sequence[Sealed]) -> None:
    """For what does not grow with the record."""


@dataclass(frozen=True, slots=True)
class Beside:
    """`forget` erases what is kept about a person; it runs after the sealed texts were emptied, in the same transaction.

    `follow` is told of every event, with what it sealed, in the transaction that writes it: nothing is missed, and a
    failure there undoes the event as well.
    """

    name: str
    forget: Callable[[uuid.UUID], None]
    follow: Callable[[Sequence[Event], Sequence[Sealed]], None] = _nothing_to_follow


_kept: dict[str, Beside] = {}


def register(kept: Beside) -> None:
    """Called at start-up only."""
    _kept[kept.name] = kept


def follow(events: Sequence[Event], sealed: Sequence[Sealed]) -> None:
    for kept in _kept.values():
        kept.follow(events, sealed)


def forget(person: uuid.UUID) -> None:
    for kept in _kept.values():
        kept.forget(person)
