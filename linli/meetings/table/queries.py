"""What the pages of the table read: the topic, positions, statements with their words, option sheets."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from linli.meetings.models import Opinion, OptionSheet, Statement, Topic
from linli.people.reader import Reader
from linli.places.models import Place
from linli.record.models import Sealed
from linli.record.queries import opened

PAGE = 20


def find_topic(key: uuid.UUID) -> Topic | None:
    rows = Topic.objects.select_related("place", "promise", "matter__holder", "matter__place", "matter__raiser")
    return rows.filter(pk=key).first()


@dataclass(frozen=True, slots=True)
class Position:
    side: str
    person: uuid.UUID | None
    stance: str
    reason: str
    at: datetime


def positions_of(topic: Topic) -> list[Position]:
    """The newest of each person for each side, oldest first. What was erased with its person is not there any more."""
    rows = Sealed.objects.filter(event__chain=topic.pk, event__verb="position_taken").select_related("event")
    events = {row.event_id: row.event for row in rows}
    words = opened(rows)
    found: dict[tuple[str, uuid.UUID | None], Position] = {}
    for pk, event in sorted(events.items(), key=lambda one: one[1].seq):
        said = words.get(pk, {})
        found.pop((event.body["side"], event.actor_id), None)
        if "stance" in said and "reason" in said:
            side = str(event.body["side"])
            found[side, event.actor_id] = Position(side, event.actor_id, said["stance"], said["reason"], event.at)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Stated:
    """A statement with its words; None once they were erased. `why` it was set aside, and what its reader thinks of it."""

    row: Statement
    words: str | None
    why: str
    mine: bool
    choice: str

    @property
    def total(self) -> int:
        return self.row.agree + self.row.disagree + self.row.unsure


def statements_of(topic: Topic, reader: Reader) -> list[Stated]:
    """All of them by number, in three queries."""
    rows = list(topic.statements.select_related("merged_into").order_by("number"))
    events = [pk for row in rows for pk in (row.event_id, row.set_aside_id) if pk is not None]
    words = opened(Sealed.objects.filter(event__in=events, cipher__isnull=True))
    own = dict(
        Opinion.objects.filter(statement__topic=topic, person=reader.person_id).values_list("statement_id", "choice")
        if reader.person_id
        else ()
    )
    return [
        Stated(
            row,
            words.get(row.event_id, {}).get("words"),
            str(words.get(row.set_aside_id or 0, {}).get("reason", "")),
            row.author_id == reader.person_id,
            own.get(row.pk, ""),
        )
        for row in rows
    ]


def sheets_of(topic: Topic) -> Sequence[OptionSheet]:
    return list(topic.sheets.filter(withdrawn_at__isnull=True).order_by("number"))


def took_part(topics: Sequence[uuid.UUID]) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """(topic, person) of everybody who spoke for a side, wrote a statement or said what they think of one."""
    spoke = Sealed.objects.filter(event__chain__in=topics, event__verb="position_taken", event__actor__isnull=False)
    found = set(spoke.values_list("event__chain", "event__actor"))
    found |= set(Statement.objects.filter(topic__in=topics).values_list("topic", "author"))
    return found | set(Opinion.objects.filter(statement__topic__in=topics).values_list("statement__topic", "person"))


def promised_to(promises: Iterable[uuid.UUID]) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """(promise, person) of everybody who took part at the table where the promise was made."""
    made = dict(Topic.objects.filter(promise__in=promises).values_list("pk", "promise"))
    return sorted((made[topic], person) for topic, person in took_part(list(made))) if made else []


def topic_rows(*, under: Place | None = None, after: Topic | None = None) -> list[Topic]:
    """Newest first, with how many statements and options they have."""
    open_ones = Count("statements", filter=Q(statements__set_aside__isnull=True), distinct=True)
    drawn_up = Count("sheets", filter=Q(sheets__withdrawn_at__isnull=True), distinct=True)
    rows = Topic.objects.select_related("place", "matter").annotate(said=open_ones, options=drawn_up)
    if under is not None:
        rows = rows.filter(Q(place=under) | Q(place__path__startswith=f"{under.path}."))
    if after is not None:
        rows = rows.filter(Q(opened_at__lt=after.opened_at) | Q(opened_at=after.opened_at, pk__lt=after.pk))
    return list(rows.order_by("-opened_at", "-pk")[: PAGE + 1])
