"""The turnout that a ballot keeps on its row is that of its counted ballots, whatever was cast, replaced and set aside before."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from linli.ballots.actions import closing, official, paper
from linli.ballots.models import Ballot, VoteCast
from linli.ballots.official.reading import OfficialVote
from linli.ballots.queries import Turnout, counted_turnout, turnout
from linli.lib import clock
from linli.lib.refusals import Refused
from tests.ballot_steps import (
    CLOSES,
    MORNING,
    OPENS,
    OWNED,
    a_matter,
    ballot_of,
    counted,
    opened,
    slot_of,
    vote,
)
from tests.pages import text_of, visit
from tests.world import World

OPEN = OPENS + timedelta(days=1)
ROOMS, CHOICES = st.sampled_from(sorted(OWNED)), st.sampled_from(("yes", "no", "abstain"))
OFTEN = st.one_of(
    st.tuples(st.just("phone"), ROOMS, CHOICES),
    st.tuples(st.just("phone"), st.just("room_next"), CHOICES),  # where two may differ
    st.tuples(st.just("paper"), ROOMS, st.sampled_from(("yes", "no", "unsigned"))),
    st.tuples(st.just("official"), ROOMS, CHOICES),
    st.tuples(st.just("settle"), st.just("room_next"), st.sampled_from(("yes", "no"))),
)
Deed = tuple[str, str, str]


def fresh(ballot: Ballot) -> Turnout:
    return turnout(Ballot.objects.get(pk=ballot.pk))


class Deeds:
    """What may happen to a home while a ballot is open."""

    def __init__(self, world: World, ballot: Ballot) -> None:
        self.world, self.ballot, self.files = world, ballot, 0

    def do(self, deed: Deed, number: int) -> None:
        name, room, choice = deed
        known: Mapping[str, Callable[[str, str], None]] = {
            "phone": self._phone, "paper": self._paper, "official": self._official, "settle": self._settle,
        }  # fmt: skip
        with clock.at(OPEN + timedelta(minutes=number)):
            known[name](room, choice)

    def _phone(self, room: str, choice: str) -> None:
        """Of two owners the one votes who says no."""
        people = OWNED[room][0]
        vote(self.ballot, self.world, people[choice == "no" and len(people) > 1], room, choice)

    def _paper(self, room: str, choice: str) -> None:
        reading = paper.Reading({"q1": choice}, choice if choice == "unsigned" else "")
        for who in ("yang", "shu"):
            paper.read_paper(
                self.ballot, slot_of(self.ballot, self.world, room).nonce, reading, actor=getattr(self.world, who)
            )

    def _official(self, room: str, choice: str) -> None:
        tag, self.files = slot_of(self.ballot, self.world, room).tag, self.files + 1
        told = {tag: OfficialVote(tag, {"q1": choice}, None, delivered=True, line=2)}
        official.take_votes(self.ballot, told, hashlib.sha256(f"file {self.files}".encode()).digest())

    def _settle(self, room: str, choice: str) -> None:
        tag = slot_of(self.ballot, self.world, room).tag
        closing.settle_dispute(self.ballot, tag, stands=choice == "yes", reason="书面约定", actor=self.world.shu)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25, deadline=None, derandomize=True)
@given(deeds=st.lists(OFTEN, min_size=1, max_size=14))
def test_in_any_order_the_turnout_is_that_of_the_counted_ballots(world: World, deeds: list[Deed]) -> None:
    with transaction.atomic():
        ballot = opened(world)
        hours = Deeds(world, ballot)
        for number, deed in enumerate(deeds):
            with suppress(Refused):  # not for them, or paper stands: then the figures must not change either
                hours.do(deed, number)
            assert fresh(ballot) == counted_turnout(ballot), deeds[: number + 1]
        with clock.at(CLOSES):
            closing.close(ballot, actor=world.yang)
        assert fresh(ballot) == counted_turnout(ballot)
        transaction.set_rollback(True)


def test_a_ballot_cast_anew_counts_once_and_one_set_aside_counts_no_more(world: World) -> None:
    ballot, area = opened(world), OWNED["room_next"][1]
    with clock.at(OPEN):
        assert fresh(ballot) == Turnout(4, 0, 0, 0)
        vote(ballot, world, "mei", "room_next", "yes")
        vote(ballot, world, "mei", "room_next", "no")
        assert fresh(ballot) == Turnout(4, 1, 1, area)
        vote(ballot, world, "dan", "room_next", "yes")
        closing.settle_dispute(
            ballot, slot_of(ballot, world, "room_next").tag, stands=False, reason="意见不一", actor=world.shu
        )
        assert fresh(ballot) == Turnout(4, 0, 0, 0)


def test_a_dispute_that_nobody_settled_leaves_the_turnout_at_the_close(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        vote(ballot, world, "mei", "room_next", "yes")
        vote(ballot, world, "dan", "room_next", "no")
        vote(ballot, world, "bo", "room_unit2", "no")
        assert fresh(ballot).voted == 2
    counted(ballot, world.yang)
    assert fresh(ballot) == Turnout(4, 1, 1, OWNED["room_unit2"][1])


def test_nobody_who_may_not_vote_moves_the_turnout(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN), pytest.raises(Refused):
        vote(ballot, world, "wen", "room", "yes")
    assert fresh(ballot) == Turnout(4, 0, 0, 0)


def test_the_page_tells_the_turnout_and_adds_up_nothing(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        vote(ballot, world, "bo", "room_unit2", "yes")
        browser = visit(world)
        with CaptureQueriesContext(connection) as asked_for:
            page = text_of(browser.get(f"/ballots/{ballot.pk}/"))
    assert "已投票 1 · 90.00 m²" in page
    assert [one["sql"] for one in asked_for if "ballots_votecast" in one["sql"] or "SUM(" in one["sql"]] == []


def test_the_database_refuses_a_turnout_beyond_the_roll(world: World) -> None:
    ballot = opened(world)
    with pytest.raises(IntegrityError, match="ballot_turnout_within_roll"), transaction.atomic():
        Ballot.objects.filter(pk=ballot.pk).update(voted_slots=5)
    with clock.at(MORNING):
        draft = ballot_of(a_matter(world))
    with pytest.raises(IntegrityError, match="ballot_turnout_within_roll"), transaction.atomic():
        Ballot.objects.filter(pk=draft.pk).update(voted_slots=1)


# -- the command


def told(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("turnout", "verify", "--lang", "en", *arguments, stdout=out)
    except SystemExit as left:
        return int(str(left.code)), out.getvalue()
    return 0, out.getvalue()


def test_what_somebody_wrote_past_the_actions_is_named_and_can_be_mended(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        vote(ballot, world, "bo", "room_unit2", "yes")
        vote(ballot, world, "qin", "room_building2", "yes")
    assert told() == (0, "here: 1 ballots, every turnout is that of the counted ballots.\n"
                         "nextdoor: 0 ballots, every turnout is that of the counted ballots.\n")  # fmt: skip
    VoteCast.objects.filter(by=world.people["bo"]).update(counted=False)
    status, said = told()
    assert (status, f"here: the turnout kept of ballot {ballot.pk} is not that of its counted ballots" in said) == (
        1,
        True,
    )
    assert fresh(ballot).voted == 2
    assert told("--mend")[0] == 0
    assert fresh(ballot) == counted_turnout(ballot) == Turnout(4, 1, 1, OWNED["room_building2"][1])
    assert told()[0] == 0
