"""Telling people what concerns them, folded from the record: nobody calls notices to say that something happened.

Read are the events of transactions below the oldest that still runs, so that none is passed over; each person is told of an event
once, whoever tells and however often. Nothing older than `KEPT` is told: after a restore the record may be read again.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from linli.lib import clock
from linli.matters.models import Matter
from linli.meetings.table.queries import promised_to
from linli.notices.kinds import OPTIONAL
from linli.notices.models import Concern, Declined, Notice, ToldUpTo
from linli.people.models import Person
from linli.requests.models import Joiner

BATCH = 2000
KEPT, READ_KEPT = timedelta(days=365), timedelta(days=90)
NEWS = """
SELECT transaction, id, chain, verb, actor_id, at, body FROM record_event
WHERE (transaction, id) > (%s, %s) AND transaction < pg_snapshot_xmin(pg_current_snapshot())::text::bigint AND subject = 'matter'
ORDER BY transaction, id LIMIT %s
"""
OLDEST_RUNNING = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
LATE = frozenset({"late", "climbed"})
DELAYS = frozenset({"delay_granted", "delay_refused"})
RULED = frozenset({"concern_upheld", "concern_dismissed"})
GOES_ON = frozenset({"moved", "concluded", "lapsed"})
News = tuple[int, int, uuid.UUID, str, uuid.UUID | None, datetime, Mapping[str, Any]]
Told = tuple[uuid.UUID, str]


def tell_new(*, batch: int = BATCH) -> int:
    """Tell of what has happened since the last time; returns how many notices were written."""
    written = 0
    while (told := _tell_once(batch)) is not None:
        written += told
    _clear_old()
    return written


@transaction.atomic
def _tell_once(batch: int) -> int | None:
    mark = _hold()
    with connection.cursor() as cursor:
        cursor.execute(OLDEST_RUNNING)
        if cursor.fetchone()[0] < mark.transaction:  # restored into a younger server: read again, nobody is told twice
            mark.transaction, mark.event = 0, 0
        cursor.execute(NEWS, [mark.transaction, mark.event, batch])
        news: list[News] = [(*row[:6], json.loads(row[6])) for row in cursor.fetchall()]
    if not news:
        return None
    written = len(tell(news))
    mark.transaction, mark.event = news[-1][:2]
    mark.save()
    return written


def _hold() -> ToldUpTo:
    ToldUpTo.objects.bulk_create([ToldUpTo()], ignore_conflicts=True)
    return ToldUpTo.objects.select_for_update().get(pk=ToldUpTo.ONLY)


def tell(news: Sequence[News]) -> list[Notice]:
    """Write a notice for each person whom an event concerns and who did not do it. Told before is told."""
    fresh = [one for one in news if one[5] > clock.now() - KEPT]
    concerned = _Concerned({chain for _, _, chain, *_ in fresh})
    rows = [
        Notice(person_id=person, kind=kind, matter_id=chain, event_id=event, at=at)
        for _, event, chain, verb, actor, at, body in fresh
        for person, kind in concerned.by(chain, verb, body).items()
        if person != actor and (person, kind) not in concerned.declined
    ]
    return Notice.objects.bulk_create(rows, ignore_conflicts=True, batch_size=1000)


class _Concerned:
    """Whom the events of these matters concern, read in a fixed number of queries."""

    def __init__(self, chains: set[uuid.UUID]) -> None:
        raisers = Matter.objects.filter(pk__in=chains).values_list("pk", "raiser")
        self.raisers: dict[uuid.UUID, uuid.UUID] = dict(raisers)
        self.joiners = _grouped(
            Joiner.objects.filter(matter__in=chains, left_at__isnull=True).values_list("matter", "person")
        )
        authors = Concern.objects.filter(posting__matter__in=chains).values_list("posting__matter", "author")
        self.authors = _grouped(authors)
        self.promised = _grouped(promised_to(chains))
        self.declined = set(Declined.objects.values_list("person", "kind"))

    def by(self, chain: uuid.UUID, verb: str, body: Mapping[str, Any]) -> dict[uuid.UUID, str]:
        """Person to kind; whoever is concerned in two ways is told in the weightier one."""
        raiser = self.raisers.get(chain)
        if raiser is None:
            return {}
        found: dict[uuid.UUID, str] = {}
        for person, kind in self._all(chain, raiser, verb, body):
            found.setdefault(person, kind)
        return found

    def _all(self, chain: uuid.UUID, raiser: uuid.UUID, verb: str, body: Mapping[str, Any]) -> Iterator[Told]:
        if verb in RULED:
            yield uuid.UUID(body["author"]), "concern_answered"
        if verb in LATE:
            yield raiser, "late"
        elif verb in DELAYS:
            yield raiser, "delay"
        elif verb in GOES_ON:
            yield from self._gone_on(chain, raiser, body)

    def _gone_on(self, chain: uuid.UUID, raiser: uuid.UUID, body: Mapping[str, Any]) -> Iterator[Told]:
        now = body.get("now", {})
        turn = (body.get("holder") or {}).get("person")
        if turn:
            yield uuid.UUID(turn), "your_turn"
        if now.get("outcome"):
            yield raiser, "ended"
            yield from ((joiner, "joined_ended") for joiner in self.joiners.get(chain, ()))
            yield from ((person, "followed_through") for person in self.promised.get(chain, ()))
        elif "stage" in now:
            yield raiser, "moved"
        if body.get("outcome") in ("posted", "objected"):
            yield from ((author, "posting_ended") for author in self.authors.get(chain, ()))


def _grouped(pairs: Iterable[tuple[uuid.UUID, uuid.UUID]]) -> dict[uuid.UUID, list[uuid.UUID]]:
    found: dict[uuid.UUID, list[uuid.UUID]] = {}
    for chain, person in pairs:
        found.setdefault(chain, []).append(person)
    return found


def _clear_old() -> None:
    now = clock.now()
    Notice.objects.filter(at__lt=now - KEPT).delete()
    Notice.objects.filter(read_at__lt=now - READ_KEPT).delete()


def mark_read(person: Person, notice: int | None = None) -> int:
    """One notice, or all of them."""
    rows = Notice.objects.filter(person=person, read_at__isnull=True)
    return (rows if notice is None else rows.filter(pk=notice)).update(read_at=clock.now())


@transaction.atomic
def choose_kinds(person: Person, wanted: Iterable[str]) -> None:
    """Which of the optional kinds a person wants; the others come anyway."""
    unwanted = [kind for kind in OPTIONAL if kind not in set(wanted)]
    Declined.objects.filter(person=person).exclude(kind__in=unwanted).delete()
    Declined.objects.bulk_create([Declined(person=person, kind=kind) for kind in unwanted], ignore_conflicts=True)


def forget_notices(person: uuid.UUID) -> None:
    """A notice holds no words, but whom it concerned is about the person too."""
    Notice.objects.filter(person=person).delete()
    Declined.objects.filter(person=person).delete()
