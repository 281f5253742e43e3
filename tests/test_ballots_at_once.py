"""Two real processes at one ballot: of phone, paper, co-owners and the close, one counted ballot for a home, and a log that walks.

And one after the other in any order: whatever owners, proxies and scrutineers do, the published bundle verifies.
"""

from __future__ import annotations

import random
import uuid
from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoDbBlocker

from linli.ballots import log, receipts
from linli.ballots.actions import closing, paper, proxies, voting
from linli.ballots.actions.recording import entries_of
from linli.ballots.bundle_files import bundle_file
from linli.ballots.models import Ballot, Slot, VoteCast
from linli.ballots.queries import counted_turnout, turnout
from linli.ballots.verifying import take_apart, verify
from linli.lib import clock
from linli.lib.refusals import Refused
from linli.record.queries import broken_chains
from tests.ballot_steps import (
    CLOSES,
    FUND,
    MORNING,
    OPENS,
    OWNED,
    PARKING,
    a_matter,
    announced,
    ballot_of,
    counted,
    give_out_rooms,
    opened,
    slot_of,
    vote,
)
from tests.test_at_once import Another, until_both_wait
from tests.world import World

OPEN = OPENS + timedelta(days=1)
LAST = CLOSES - timedelta(seconds=1)
SCRUTINEERS = ("yang", "shu", "min")
PAPERS = {
    "room": ("yes", "no"),
    "room_next": ("no", "unsigned"),
    "room_unit2": ("yes", "unsigned"),
    "room_building2": ("no",),
}
ROW = "SELECT 1 FROM ballots_ballot WHERE id = %s FOR UPDATE"


@pytest.fixture(scope="module")
def two(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[tuple[Another, Another]]:
    with django_db_blocker.unblock():
        pair = (Another(), Another())
    assert [one.told() for one in pair] == ["ready", "ready"]
    yield pair
    for one in pair:
        one.leave()


def both(two: tuple[Another, Another], ballot: Ballot, *orders: dict[str, Any]) -> list[dict[str, Any]]:
    """Both wait for the ballot before either may go on; who goes first is chance."""
    with until_both_wait(ROW, ballot.pk):
        for one, order in zip(two, orders, strict=True):
            one.tell(ballot=str(ballot.pk), **order)
    return [one.answer() for one in two]


def by_phone(world: World, ballot: Ballot, who: str, room: str, choice: str, **more: Any) -> dict[str, Any]:
    tag = slot_of(ballot, world, room).tag
    return {"do": "vote", "by": world.id_of(who), "tag": tag, "choice": choice, "moment": OPEN.isoformat(), **more}


def on_paper(world: World, ballot: Ballot, who: str, room: str, choice: str) -> dict[str, Any]:
    nonce = slot_of(ballot, world, room).nonce
    return {"do": "read", "by": world.id_of(who), "nonce": nonce, "choice": choice, "moment": OPEN.isoformat()}


def walked(ballot: Ballot) -> log.Walk:
    """The log so far, entry by entry; `BadLog` where one could not have come about by the rules."""
    found = log.Walk(frozenset(Slot.objects.filter(ballot=ballot).values_list("tag", flat=True)))
    for index, entry in enumerate(entries_of(ballot)):
        found.take(index, entry)
    return found


def in_the_rows(ballot: Ballot) -> dict[str, int]:
    """What counts by the rows: one for a slot at the most, by a constraint of the database."""
    return dict(VoteCast.objects.filter(slot__ballot=ballot, counted=True).values_list("slot__tag", "index"))


def agrees(ballot: Ballot) -> bool:
    turnouts = turnout(Ballot.objects.get(pk=ballot.pk)), counted_turnout(ballot)
    return walked(ballot).live == in_the_rows(ballot) and turnouts[0] == turnouts[1] and not list(broken_chains())


def test_phone_and_the_second_reading_of_the_paper_at_once_count_the_paper(
    committed_world: World, two: tuple[Another, Another]
) -> None:
    ballot = opened(committed_world)
    with clock.at(OPEN):
        nonce = slot_of(ballot, committed_world, "room_unit2").nonce
        paper.read_paper(ballot, nonce, paper.Reading({"q1": "yes"}), actor=committed_world.yang)
    phone, sheet = both(
        two,
        ballot,
        by_phone(committed_world, ballot, "bo", "room_unit2", "no"),
        on_paper(committed_world, ballot, "shu", "room_unit2", "yes"),
    )
    assert sheet == {"did": "counted"}
    assert "did" in phone or phone["refused"] == "Conflict"
    assert VoteCast.objects.get(counted=True).channel == "paper"
    assert VoteCast.objects.count() == (2 if "did" in phone else 1), (
        "an earlier one is kept, a later one is turned away"
    )
    assert agrees(ballot)


def test_two_co_owners_at_once_who_differ_have_one_counted_ballot_and_a_dispute(
    committed_world: World, two: tuple[Another, Another]
) -> None:
    ballot = opened(committed_world)
    answers = both(
        two,
        ballot,
        by_phone(committed_world, ballot, "mei", "room_next", "yes"),
        by_phone(committed_world, ballot, "dan", "room_next", "no"),
    )
    assert all("did" in one for one in answers)
    assert VoteCast.objects.filter(counted=True).count() == 1
    assert slot_of(ballot, committed_world, "room_next").disputed
    assert agrees(ballot)


def test_the_same_vote_sent_twice_at_once_is_one_ballot(committed_world: World, two: tuple[Another, Another]) -> None:
    ballot, key = opened(committed_world), str(uuid.uuid4())
    order = by_phone(committed_world, ballot, "bo", "room_unit2", "yes", key=key)
    first, second = both(two, ballot, order, order)
    assert first == second == {"did": str(VoteCast.objects.get().pk)}
    assert agrees(ballot)


def test_two_homes_at_once_are_both_in_the_turnout(committed_world: World, two: tuple[Another, Another]) -> None:
    ballot = opened(committed_world)
    answers = both(
        two,
        ballot,
        by_phone(committed_world, ballot, "bo", "room_unit2", "yes"),
        by_phone(committed_world, ballot, "qin", "room_building2", "no"),
    )
    assert all("did" in one for one in answers)
    kept = turnout(Ballot.objects.get(pk=ballot.pk))
    assert (kept.voted, kept.heads, kept.area) == (2, 2, OWNED["room_unit2"][1] + OWNED["room_building2"][1])
    assert agrees(ballot)


def test_two_who_read_the_same_paper_at_once_are_a_first_and_a_second(
    committed_world: World, two: tuple[Another, Another]
) -> None:
    ballot = opened(committed_world)
    answers = both(two, ballot, *(on_paper(committed_world, ballot, who, "room", "no") for who in ("yang", "shu")))
    assert sorted(one["did"] for one in answers) == ["counted", "first"]
    assert agrees(ballot)


def test_a_vote_at_the_moment_of_the_close_is_in_the_count_or_told_that_it_is_over(
    committed_world: World, two: tuple[Another, Another]
) -> None:
    ballot = opened(committed_world)
    order = by_phone(committed_world, ballot, "bo", "room_unit2", "yes", moment=LAST.isoformat())
    shut = {"do": "close", "by": committed_world.id_of("yang"), "moment": CLOSES.isoformat()}
    cast, closed = both(two, ballot, order, shut)
    assert closed == {"did": None}
    assert "did" in cast or cast["refused"] == "Conflict"
    last = entries_of(ballot)[-1]
    assert (last["what"], last["counted"]) == ("close", 1 if "did" in cast else 0)
    assert len(in_the_rows(ballot)) == last["counted"]
    assert agrees(ballot)


def test_the_close_sent_twice_at_once_closes_once(committed_world: World, two: tuple[Another, Another]) -> None:
    ballot = opened(committed_world)
    shut = {"do": "close", "by": committed_world.id_of("yang"), "moment": CLOSES.isoformat()}
    assert both(two, ballot, shut, shut) == [{"did": None}] * 2
    assert [one["what"] for one in entries_of(ballot)] == ["notice", "open", "close"]
    assert agrees(ballot)


def test_two_jobs_at_the_opening_hour_open_it_once(committed_world: World, two: tuple[Another, Another]) -> None:
    with clock.at(MORNING):
        give_out_rooms(committed_world)
        ballot = announced(ballot_of(a_matter(committed_world)), committed_world.yang)
    with until_both_wait(ROW, ballot.pk):
        for one in two:
            one.tell("tend", moment=OPENS.isoformat())
    assert sorted(one.answer()["did"] for one in two) == [0, 1]
    assert [one["what"] for one in entries_of(ballot)] == ["notice", "open"]
    assert agrees(ballot)


# -- any order


class Hours:
    """What owners, proxies and scrutineers may do while it is open, drawn by lot; who may not is told so."""

    def __init__(self, world: World, ballot: Ballot, lot: random.Random) -> None:
        self.world, self.ballot, self.lot = world, ballot, lot
        self.done: Counter[str] = Counter()

    def go(self, moment: datetime) -> None:
        name = self.lot.choice(("phone", "phone", "phone", "paper", "paper", "proxy", "take_back", "settle"))
        room = self.lot.choice(list(OWNED))
        with clock.at(moment):
            try:
                getattr(self, f"_{name}")(room)
            except Refused:
                self.done["refused"] += 1
            else:
                self.done[name] += 1

    def _phone(self, room: str) -> None:
        choice = self.lot.choice(("yes", "no", "abstain"))
        vote(self.ballot, self.world, self.lot.choice([*OWNED[room][0], "wen"]), room, choice)

    def _paper(self, room: str) -> None:
        self._read(room, self.lot.choice(SCRUTINEERS))

    def _read(self, room: str, who: str) -> None:
        """Each paper can be read in two ways, so that of three who read it two agree."""
        seen = self.lot.choice(PAPERS[room])
        invalid = seen if seen == "unsigned" else ""
        choices = {question.key: seen for question in self.ballot.questions.all()}
        nonce = slot_of(self.ballot, self.world, room).nonce
        paper.read_paper(self.ballot, nonce, paper.Reading(choices, invalid), actor=getattr(self.world, who))

    def _proxy(self, room: str) -> None:
        agent, tag = self.world.people["wen"], slot_of(self.ballot, self.world, room).tag
        proxies.give_proxy(self.ballot, tag, agent, bytes(32), actor=self.world.shu)

    def _take_back(self, room: str) -> None:
        proxies.end_proxy(self.ballot, slot_of(self.ballot, self.world, room).tag, actor=self.world.shu)

    def _settle(self, room: str) -> None:
        stands, tag = self.lot.random() < 0.5, slot_of(self.ballot, self.world, "room_next").tag
        closing.settle_dispute(self.ballot, tag, stands=stands, reason="书面约定", actor=self.world.shu)

    def read_the_rest(self, moment: datetime) -> None:
        """Papers that were read once, or differently, are read until two agree."""
        for room in OWNED:
            for who in SCRUTINEERS:
                slot = slot_of(self.ballot, self.world, room)
                before = {reading.by_id for reading in slot.readings.all()}
                if before and slot.paper_at is None and self.world.people[who].pk not in before:
                    with clock.at(moment):
                        self._read(room, who)


@pytest.mark.parametrize("seed", range(8))
def test_in_whatever_order_a_home_has_one_counted_ballot_and_the_bundle_verifies(world: World, seed: int) -> None:
    ballot = opened(world, PARKING, FUND)
    hours = Hours(world, ballot, random.Random(seed))
    for step in range(24):
        hours.go(OPEN + timedelta(minutes=step))
        assert walked(ballot).live == in_the_rows(ballot)
    assert hours.done["phone"] > 0
    assert hours.done["refused"] > 0
    hours.read_the_rest(CLOSES)
    done = counted(ballot, world.yang)
    data = bundle_file(done.pk).read_bytes()
    assert [one.sentence.en for one in verify(data) if one.ok is False] == []
    bundle = take_apart(data)
    assert bundle.walked.live == in_the_rows(ballot)
    for cast in VoteCast.objects.filter(slot__ballot=ballot, counted=True, by__isnull=False).select_related("slot"):
        own = receipts.read_receipt(voting.receipt_of(cast).data)
        assert [one.sentence.en for one in receipts.check(bundle, own) if one.ok is False] == []
