"""What pages of meetings read: who is present, what was said, how much was held and answered."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from linli.lib import clock
from linli.meetings.models import Item, Meeting, Seat
from linli.people.reader import Reader
from linli.places.models import Place
from linli.record.models import Event, Sealed
from linli.register.models import Standing

PAGE = 30
YEAR = timedelta(days=365)


def present_now(meeting: Meeting) -> int:
    """Those with a vote who have come and not gone, and those counted at the door."""
    here = meeting.seats.filter(votes=True, arrived_at__isnull=False, left_at__isnull=True).count()
    return here + meeting.extra_present


def find_meeting(key: uuid.UUID) -> Meeting | None:
    rows = Meeting.objects.select_related("place", "matter__holder", "matter__place", "matter__raiser")
    return rows.prefetch_related("seats__person").filter(pk=key).first()


def items_of(meeting: Meeting) -> list[Item]:
    return list(meeting.items.select_related("asker", "matter", "task", "carried_from__meeting").order_by("number"))


@dataclass(frozen=True, slots=True)
class Spoken:
    item: int
    side: str
    person: uuid.UUID
    words: str
    at: datetime


def spoken_in(meeting: Meeting) -> list[Spoken]:
    """What was said, oldest first. What was erased with its person is not there any more."""
    rows = Sealed.objects.filter(event__chain=meeting.pk, event__verb="spoke", name="words", shredded_at__isnull=True)
    return [_spoken(row.event, str(row.value)) for row in rows.select_related("event").order_by("event__seq")]


def _spoken(event: Event, words: str) -> Spoken:
    body = event.body
    return Spoken(int(body["item"]), str(body["side"]), uuid.UUID(str(body["person"])), words, event.at)


@dataclass(frozen=True, slots=True)
class Comment:
    person: uuid.UUID
    words: str
    at: datetime


def comments_on(meeting: Meeting) -> list[Comment]:
    """What those who sat there remarked on the draft of the minutes."""
    rows = Sealed.objects.filter(event__chain=meeting.pk, event__verb="commented", shredded_at__isnull=True)
    found = rows.select_related("event").order_by("event__seq")
    return [Comment(row.event.actor_id, str(row.value), row.event.at) for row in found if row.event.actor_id]


def meeting_rows(reader: Reader, *, under: Place | None = None, after: Meeting | None = None) -> list[Meeting]:
    """What was called, newest first; what is being prepared is for those of the place."""
    rows = Meeting.objects.filter(_visible(reader)).select_related("place", "matter")
    if under is not None:
        rows = rows.filter(Q(place=under) | Q(place__path__startswith=f"{under.path}."))
    if after is not None:
        rows = rows.filter(Q(at__lt=after.at) | Q(at=after.at, pk__lt=after.pk)) if after.at else rows.none()
    return list(rows.order_by("-at", "-pk")[: PAGE + 1])


def _visible(reader: Reader) -> Q:
    found = Q(called_at__isnull=False)
    for path in {path for post in reader.posts for path in post.place.line}:
        found |= Q(place__path=path)
    return found


@dataclass(frozen=True, slots=True)
class Held:
    """Over the last twelve months: meetings held, points that somebody asked for, and how many of them were answered."""

    held: int
    asked: int
    answered: int
    tasks: int
    tasks_open: int


def held_lately(under: Place | None) -> Held:
    """Of the meetings at a place and below it, or of all of them."""
    rows = Meeting.objects.filter(closed_at__gte=clock.now() - YEAR, outcome__in=("passed", "failed"))
    if under is not None:
        rows = rows.filter(Q(place=under) | Q(place__path__startswith=f"{under.path}."))
    closed = list(rows.values_list("pk", flat=True))
    items = list(
        Item.objects.filter(meeting_id__in=closed).values_list("asker_id", "ending", "task_id", "task__ended_at")
    )
    asked = [ending for asker, ending, _, _ in items if asker]
    tasks = [ended for _, _, task, ended in items if task]
    return Held(
        len(closed),
        len(asked),
        sum(1 for ending in asked if ending and ending != "deferred"),
        len(tasks),
        sum(1 for ended in tasks if ended is None),
    )


def is_soon(meeting: Meeting) -> bool:
    return meeting.closed_at is None and meeting.at is not None and meeting.at >= clock.now()


def seats_by_side(meeting: Meeting) -> list[tuple[str, list[Seat]]]:
    found: dict[str, list[Seat]] = {}
    for seat in sorted(meeting.seats.all(), key=lambda one: (one.side, one.person.name, one.pk)):
        found.setdefault(seat.side, []).append(seat)
    return list(found.items())


def roll_of(place: Place, electorate: str) -> dict[uuid.UUID, None]:
    """Those who stand in the electorate at the place or below it today, in a fixed order: branches keep theirs by grid."""
    here = Q(place=place) | Q(place__path__startswith=f"{place.path}.")
    rows = Standing.objects.filter(here, electorate=electorate, until__isnull=True).order_by("person_id")
    return dict.fromkeys(rows.values_list("person_id", flat=True))
