"""An estate of any number of owners for the bench of ballots, loaded in bulk: rooms, people, who owns what, and ballots cast."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice

from django.db import connection, transaction

from linli.ballots import log
from linli.ballots.actions.recording import held
from linli.ballots.actions.turnout import add_voted
from linli.ballots.casting import Ballot as Marked
from linli.ballots.models import Ballot, LogRow, Slot, VoteCast
from linli.ballots.sealed_choices import seal_cast
from linli.lib import clock
from linli.people.actions import add_person, appoint
from linli.people.models import Person
from linli.people.reader import Reader
from linli.places.actions import add_place
from linli.places.models import Place
from linli.playbooks.versions import adopt_shipped
from linli.postgres.copying import copy_in
from linli.register.models import Holding, Owner, OwnerSet

SINCE = date(2024, 1, 1)
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
ROOMS_OF_A_BUILDING = 200
BATCH = 20_000


def build_estate(owners: int) -> tuple[Place, Reader]:
    """The estate, and its committee, who convenes. Each owner has one room; areas repeat as those of flats do."""
    adopt_shipped()
    city = add_place(None, level="city", label="c", name="City", since=SINCE)
    street = add_place(city, level="street", label="s", name="Street", since=SINCE)
    community = add_place(street, level="community", label="m", name="Community", since=SINCE)
    estate = add_place(community, level="estate", label="e", name="Estate", since=SINCE)
    appoint(add_person("Community"), "community", community, since=BEGAN)
    committee = add_person("Committee")
    appoint(committee, "committee", estate, since=BEGAN)
    rooms = _rooms(estate, owners)
    while batch := list(islice(rooms, BATCH)):
        with transaction.atomic():
            _give(batch)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
    return estate, Reader(committee)


def _rooms(estate: Place, count: int) -> Iterator[Place]:
    building = estate
    for number in range(count):
        index, door = divmod(number, ROOMS_OF_A_BUILDING)
        if not door:
            building = add_place(estate, level="building", label=f"b{index}", name=f"{index + 1}号楼", since=SINCE)
        label = f"{door // 8 + 1}{door % 8 + 1:02}"
        yield Place(
            parent=building, level="room", label=f"r{label}", path=f"{building.path}.r{label}", name=f"{label}室",
            valid_from=SINCE,
        )  # fmt: skip


def _give(rooms: Sequence[Place]) -> None:
    people = [Person(name="Owner", password="!") for _ in rooms]
    sets = [OwnerSet(kind="owner") for _ in rooms]
    copy_in(rooms)
    copy_in(people)
    copy_in(sets)
    copy_in([Owner(owner_set=one, person=person) for one, person in zip(sets, people, strict=True)])
    copy_in(
        [
            Holding(
                room=room, use="dwelling", area=6_000 + number * 37 % 9_000, area_source="registered", owner_set=one,
                valid_from=SINCE,
            )
            for number, (room, one) in enumerate(zip(rooms, sets, strict=True))
        ]
    )  # fmt: skip


def cast_in_bulk(ballot: Ballot, slots: Sequence[Slot], questions: Sequence[str], choices: Sequence[str]) -> None:
    """What so many voters would have left: the sealed ballot, and its commitment in the log."""
    with transaction.atomic():
        row = held(ballot)
        for start in range(0, len(slots), BATCH):
            _cast_some(row, slots[start : start + BATCH], questions, choices, start)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")


def _cast_some(
    ballot: Ballot, slots: Sequence[Slot], questions: Sequence[str], choices: Sequence[str], start: int
) -> None:
    now, first = clock.now(), ballot.log_size
    marked = [
        Marked(
            slot.tag,
            {question: choices[(start + number + at) % len(choices)] for at, question in enumerate(questions)},
            hashlib.sha256(slot.tag.encode()).digest(),
        )
        for number, slot in enumerate(slots)
    ]
    commitments = [one.commitment(str(ballot.pk)) for one in marked]
    copy_in(
        [
            VoteCast(
                slot=slot, channel="online", index=first + number, commitment=commitment, cipher=seal_cast(one),
                key=uuid.uuid4(), at=now,
            )
            for number, (slot, one, commitment) in enumerate(zip(slots, marked, commitments, strict=True))
        ]
    )  # fmt: skip
    copy_in(
        [
            LogRow(ballot=ballot, index=first + number, entry=log.cast(one.subject, commitment, "online"))
            for number, (one, commitment) in enumerate(zip(marked, commitments, strict=True))
        ]
    )
    ballot.log_size = first + len(slots)
    for slot in slots:
        add_voted(ballot, slot)
    ballot.save(update_fields=["log_size", "voted_slots", "voted_heads", "voted_area"])
