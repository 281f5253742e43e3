"""What pages of ballots read."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Count, Exists, OuterRef, Q, Sum

from linli.ballots.models import Ballot, Proxy, RollObjection, Slot, VoteCast
from linli.ballots.policies import own_slots, team_post
from linli.lib import clock
from linli.lib.text import Said
from linli.people.reader import Reader
from linli.places.models import Place
from linli.places.queries import full_name
from linli.record.models import Sealed

PAGE = 30
DOORS = 100
WRONG_TURNOUTS = """
SELECT ballot.id FROM ballots_ballot AS ballot LEFT JOIN (
    SELECT slot.ballot_id, count(*) AS slots, sum(slot.heads) AS heads, sum(slot.area) AS area
    FROM ballots_slot AS slot JOIN ballots_votecast AS vote ON vote.slot_id = slot.id AND vote.counted GROUP BY 1
) AS found ON found.ballot_id = ballot.id
WHERE (ballot.voted_slots, ballot.voted_heads, ballot.voted_area)
    <> (coalesce(found.slots, 0), coalesce(found.heads, 0), coalesce(found.area, 0))
ORDER BY ballot.id
"""


def find_ballot(key: uuid.UUID) -> Ballot | None:
    return Ballot.objects.select_related("place", "election", "matter__holder", "matter__place").filter(pk=key).first()


def ballot_rows(reader: Reader, *, after: Ballot | None = None) -> list[Ballot]:
    """What was announced, newest first; drafts are for those of the place."""
    seen = Q(announced_at__isnull=False)
    for path in {path for post in reader.posts for path in post.place.line}:
        seen |= Q(place__path=path)
    rows = Ballot.objects.filter(seen).select_related("place", "matter__holder")
    if after is not None:
        rows = rows.filter(Q(opens_at__lt=after.opens_at) | Q(opens_at=after.opens_at, pk__lt=after.pk))
    return list(rows.order_by("-opens_at", "-pk")[: PAGE + 1])


@dataclass(frozen=True, slots=True)
class ToVote:
    """An open ballot in which somebody has a vote that no ballot counts for yet; never what was cast."""

    ballot: Ballot
    votes: int
    days: int  # whole days of the calendar until it ends; 0 on the last one

    @property
    def title(self) -> Said:
        return Said(self.ballot.title, self.ballot.title_en or self.ballot.title)


def ballots_to_vote(reader: Reader) -> list[ToVote]:
    """In one query. What is voted elsewhere, was handed in on paper, or is another's by written authority is left out."""
    if reader.person is None:
        return []
    now, counted = clock.now(), VoteCast.objects.filter(slot=OuterRef("pk"), counted=True)
    others = Proxy.objects.filter(slot=OuterRef("pk"), ended_at__isnull=True).exclude(agent=reader.person)
    free = own_slots(reader.person).filter(~Exists(counted), ~Exists(others), paper_at__isnull=True)
    running = free.filter(ballot__opened_at__isnull=False, ballot__closed_at__isnull=True, ballot__closes_at__gt=now)
    slots = (
        running.filter(ballot__platform_only=False).select_related("ballot").order_by("ballot__closes_at", "ballot_id")
    )
    return [_to_vote(list(group)) for _, group in groupby(slots, key=lambda slot: slot.ballot_id)]


def _to_vote(slots: Sequence[Slot]) -> ToVote:
    ballot = slots[0].ballot
    ends = clock.local_day(ballot.closes_at) if ballot.closes_at else clock.local_day(clock.now())
    return ToVote(ballot, len(slots), (ends - clock.local_day(clock.now())).days)


@dataclass(frozen=True, slots=True)
class Turnout:
    """How far it has come; never by choice, and never for a building."""

    slots: int
    voted: int
    heads: int
    area: int


def turnout(ballot: Ballot) -> Turnout:
    return Turnout(ballot.roll_count or 0, ballot.voted_slots, ballot.voted_heads, ballot.voted_area)


def counted_turnout(ballot: Ballot) -> Turnout:
    """The same, added up from the roll."""
    voted = Slot.objects.filter(ballot=ballot, casts__counted=True)
    sums = voted.aggregate(number=Count("pk"), heads=Sum("heads"), area=Sum("area"))
    return Turnout(ballot.roll_count or 0, sums["number"], sums["heads"] or 0, sums["area"] or 0)


def wrong_turnouts() -> list[uuid.UUID]:
    """Ballots whose kept turnout is not that of their counted ballots; one statement, so one moment, while people vote."""
    return [row.pk for row in Ballot.objects.raw(WRONG_TURNOUTS)]


@dataclass(frozen=True, slots=True)
class Door:
    """A home on the delivery list: whether it has a ballot and whether it has voted, never what."""

    tag: str
    where: Said
    delivered: str  # how, once it is
    called: str  # what came of the last visit, while it is not
    path: str


def doors(reader: Reader, ballot: Ballot, *, after: str = "") -> list[Door]:
    """The homes that the reader's post covers, those who have not voted; in the order of the place tree."""
    post = team_post(reader, ballot)
    if post is None:
        return []
    counted = VoteCast.objects.filter(slot=OuterRef("pk"), counted=True)
    rows = Slot.objects.filter(ballot=ballot, place__isnull=False).annotate(voted=Exists(counted))
    if post.place.path not in ballot.place.line:
        rows = rows.filter(Q(place=post.place) | Q(place__path__startswith=f"{post.place.path}."))
    if after:
        rows = rows.filter(beyond(after))
    rows = rows.filter(voted=False, paper_at__isnull=True).select_related("place")
    found = list(rows.order_by("place__order", "place__path", "tag")[:DOORS])
    where = homes_of(found)
    return [
        Door(slot.tag, where[slot.pk], slot.delivered_how, slot.called_how, slot.place.path)
        for slot in found
        if slot.place
    ]


def beyond(path: str) -> Q:
    """The homes after this one, as neighbours count: 1001 after 901."""
    mark = Place.objects.filter(path=path).values_list("order", flat=True).first() or ""
    return Q(place__order__gt=mark) | Q(place__order=mark, place__path__gt=path)


def homes_of(slots: Sequence[Slot]) -> dict[uuid.UUID, Said]:
    """Where each of them is, as neighbours say it; nothing for whoever has no home on the roll."""
    lines = {path for slot in slots if slot.place for path in slot.place.line}
    places = {place.path: place for place in Place.objects.filter(path__in=lines)} if lines else {}
    return {slot.pk: _where(slot.place, places) for slot in slots}


def _where(home: Place | None, places: Mapping[str, Place]) -> Said:
    line = [places[path] for path in home.line if path in places] if home else []
    return Said(full_name(line, "zh"), full_name(line, "en"))


@dataclass(frozen=True, slots=True)
class Objected:
    objection: RollObjection
    words: str
    answer: str


def objections_of(ballot: Ballot, reader: Reader, *, whole: bool) -> list[Objected]:
    """All of them for the convener, their own for everybody else."""
    rows = RollObjection.objects.filter(ballot=ballot).order_by("at", "pk")
    if not whole:
        rows = rows.filter(by_id=reader.person_id) if reader.person_id else rows.none()
    found = list(rows)
    words = _words([one.event_id for one in found])
    answers = _answers(ballot) if found else {}
    return [Objected(one, words.get(one.event_id, ""), answers.get(str(one.pk), "")) for one in found]


def _words(events: list[int]) -> dict[int, str]:
    rows = Sealed.objects.filter(event_id__in=events, name="words", shredded_at__isnull=True)
    return {row.event_id: str(row.value) for row in rows}


def _answers(ballot: Ballot) -> dict[str, str]:
    rows = Sealed.objects.filter(
        event__chain=ballot.pk, event__verb="answered", name="answer", shredded_at__isnull=True
    )
    return {str(row.event.body["objection"]): str(row.value) for row in rows.select_related("event")}
