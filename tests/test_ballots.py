"""Owners decide once each, by heads and area, and anybody can recount: the ballot in the database, from roll to bundle."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from linli.ballots import receipts
from linli.ballots.actions import closing, paper, preparing, proxies, voting
from linli.ballots.bundle_files import bundle_file
from linli.ballots.models import Ballot, LogRow, RollObjection, Slot, VoteCast
from linli.ballots.verifying import take_apart, verify
from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.matters.models import Matter
from linli.people.actions import end_post
from linli.record.heads import cut_chains
from linli.record.models import Event
from linli.record.queries import broken_chains
from linli.register.models import Holding
from tests.ballot_steps import (
    CLOSES,
    FUND,
    MORNING,
    OPENS,
    PARKING,
    a_matter,
    announced,
    ballot_of,
    counted,
    give_out_rooms,
    opened,
    own,
    planned,
    slot_of,
    vote,
)
from tests.world import World

OPEN = OPENS + timedelta(days=1)


# -- the roll


def test_an_owner_set_is_one_head_however_many_rooms_and_co_owners_it_has(world: World) -> None:
    with clock.at(MORNING):
        give_out_rooms(world)
        ballot = announced(ballot_of(a_matter(world)), world.yang)
    slots = {slot.place_id: slot for slot in ballot.slots.all()}
    assert {slot.heads for slot in slots.values()} == {1}
    assert (ballot.roll_count, ballot.roll_heads, ballot.roll_area) == (4, 4, 8935 + 12050 + 9000 + 10015)


def test_a_parking_space_does_not_count_and_a_second_room_of_the_same_owner_adds_its_area(world: World) -> None:
    with clock.at(MORNING):
        mine = own(world.place("room"), [world.people["mei"]], 8000)
        own(world.place("room_next"), [world.people["dan"]], 1200, use="parking")
        Holding.objects.create(
            room=world.place("room_unit2"),
            use="shop",
            area=3000,
            area_source="contract",
            owner_set=mine,
            valid_from="2020-01-01",
        )
        ballot = announced(ballot_of(a_matter(world)), world.yang)
    [slot] = ballot.slots.all()
    assert (slot.heads, slot.area, slot.sources) == (1, 11000, {"registered": 8000, "contract": 3000})


def test_what_one_building_shares_is_voted_on_by_its_owners_alone(world: World) -> None:
    with clock.at(MORNING):
        give_out_rooms(world)
        ballot = announced(ballot_of(a_matter(world, "building1")), world.yang)
    assert {slot.place_id for slot in ballot.slots.all()} == {
        world.place(one).pk for one in ("room", "room_next", "room_unit2")
    }


def test_the_weights_are_copied_and_follow_the_register_no_more(world: World) -> None:
    ballot = opened(world)
    Holding.objects.update(area=1)
    with clock.at(OPEN):
        vote(ballot, world, "bo", "room_unit2", "yes")
    assert slot_of(ballot, world, "room_unit2").area == 9000


@pytest.mark.parametrize(("opens", "taken"), [("2026-05-21", False), ("2026-05-22", True)])
def test_it_is_announced_fifteen_whole_days_before(world: World, opens: str, taken: bool) -> None:
    at = clock.aware(MORNING.replace(day=int(opens[-2:]), hour=0))
    with clock.at(MORNING):
        give_out_rooms(world)
        ballot = planned(ballot_of(a_matter(world)), world.yang, opens=at, closes=at + timedelta(days=10))
        if taken:
            preparing.announce(ballot, actor=world.yang)
        else:
            with pytest.raises(Refused, match="announced 15 days before"):
                preparing.announce(ballot, actor=world.yang)
    assert (ballot_of(ballot.matter).announced_at is not None) is taken


@pytest.mark.parametrize(("days", "taken"), [(4, False), (5, True), (60, True), (61, False)])
def test_it_is_open_for_five_to_sixty_days(world: World, days: int, taken: bool) -> None:
    with clock.at(MORNING):
        ballot = ballot_of(a_matter(world))
        given = preparing.Plan("表决", "", OPENS, OPENS + timedelta(days=days))
        if taken:
            preparing.plan(ballot, given, actor=world.yang)
        else:
            with pytest.raises(Refused, match="5 days at least and 60"):
                preparing.plan(ballot, given, actor=world.yang)


def test_silence_counts_as_agreement_only_with_the_clause_that_says_so(world: World) -> None:
    with clock.at(MORNING):
        ballot = ballot_of(a_matter(world))
        with pytest.raises(Refused, match="copy the clause"):
            preparing.plan(ballot, preparing.Plan("表决", "", OPENS, CLOSES, "follow_majority", " "), actor=world.yang)
        preparing.plan(
            ballot, preparing.Plan("表决", "", OPENS, CLOSES, "follow_majority", "第九条……"), actor=world.yang
        )


def test_the_kind_of_matter_names_its_rule_and_rules_of_other_bodies_are_not_offered(world: World) -> None:
    with clock.at(MORNING):
        ballot = ballot_of(a_matter(world))
        with pytest.raises(Refused, match="kind of matter"):
            preparing.ask(ballot, "选代表", "cn-village-assembly", actor=world.yang)


def test_after_the_announcement_nothing_that_was_asked_changes(world: World) -> None:
    with clock.at(MORNING):
        give_out_rooms(world)
        ballot = announced(ballot_of(a_matter(world)), world.yang)
        with pytest.raises(Conflict, match="is announced"):
            preparing.ask(ballot, "再加一项", FUND, actor=world.yang)
        with pytest.raises(Conflict, match="is announced"):
            preparing.plan(ballot, preparing.Plan("改名", "", OPENS, CLOSES), actor=world.yang)


def test_an_objection_that_is_right_corrects_the_roll_with_a_new_root(world: World) -> None:
    with clock.at(MORNING):
        give_out_rooms(world)
        ballot = announced(ballot_of(a_matter(world)), world.yang)
        objection = preparing.object_to_roll(ballot, "我家面积登记错了", actor=world.bo)
        Holding.objects.filter(room=world.place("room_unit2")).update(area=9100)
    with clock.at(OPENS):
        assert closing.tend_ballots() == 0, "it opened over an objection that nobody answered"
        preparing.answer_objection(objection, "已按产权证更正", upheld=True, actor=world.yang)
        assert closing.tend_ballots() == 1
    after = ballot_of(ballot.matter)
    assert bytes(after.roll_root or b"") != bytes(ballot.roll_root or b"")
    assert slot_of(after, world, "room_unit2").area == 9100
    assert [row["what"] for row in entries(after)] == ["notice", "correction", "open"]


def test_an_objection_that_is_wrong_is_answered_and_changes_nothing(world: World) -> None:
    with clock.at(MORNING):
        give_out_rooms(world)
        ballot = announced(ballot_of(a_matter(world)), world.yang)
        objection = preparing.object_to_roll(ballot, "车位也要算", actor=world.mei)
        preparing.answer_objection(objection, "议事规则未规定车位计入", upheld=False, actor=world.yang)
        with pytest.raises(Conflict, match="answered already"):
            preparing.answer_objection(objection, "再答", upheld=True, actor=world.yang)
    assert RollObjection.objects.get().answered_at is not None
    assert [row["what"] for row in entries(ballot)] == ["notice"]


def entries(ballot: Ballot) -> list[dict[str, object]]:
    return list(LogRow.objects.filter(ballot=ballot).order_by("index").values_list("entry", flat=True))


# -- casting


def test_the_last_ballot_until_the_close_counts_and_the_earlier_ones_are_kept(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        vote(ballot, world, "bo", "room_unit2", "no")
        vote(ballot, world, "bo", "room_unit2", "yes")
    casts = VoteCast.objects.filter(slot=slot_of(ballot, world, "room_unit2")).order_by("index")
    assert [one.counted for one in casts] == [False, True]
    assert entries(ballot)[-1]["replaces"] == casts[0].index


def test_sent_twice_with_one_key_it_is_one_ballot(world: World) -> None:
    ballot, key = opened(world), uuid.uuid4()
    with clock.at(OPEN):
        first = vote(ballot, world, "bo", "room_unit2", "yes", key=key)
        assert vote(ballot, world, "bo", "room_unit2", "yes", key=key) == first
    assert VoteCast.objects.count() == 1


@pytest.mark.parametrize("moment", [OPENS - timedelta(seconds=1), CLOSES, CLOSES + timedelta(days=1)])
def test_nobody_votes_outside_the_hours(world: World, moment: object) -> None:
    with clock.at(MORNING):
        give_out_rooms(world)
        ballot = announced(ballot_of(a_matter(world)), world.yang)
    if moment >= CLOSES:  # type: ignore[operator]
        with clock.at(OPENS):
            closing.tend_ballots()
    with clock.at(moment), pytest.raises(Refused, match=r"not open yet|nothing more can be cast"):  # type: ignore[arg-type]
        vote(ballot_of(ballot.matter), world, "bo", "room_unit2", "yes")


@pytest.mark.parametrize("who", ["bo", "stranger", "yang", "an"])
def test_nobody_votes_for_a_home_that_is_not_theirs(world: World, who: str) -> None:
    ballot = opened(world)
    with clock.at(OPEN), pytest.raises(NotYours, match="not on the roll"):
        vote(ballot, world, who, "room", "yes")


@pytest.mark.parametrize("choice", ["", "maybe", "blank"])
def test_a_ballot_says_yes_no_or_abstain_to_each_question(world: World, choice: str) -> None:
    ballot = opened(world, PARKING, FUND)
    with clock.at(OPEN), pytest.raises(Refused, match="for each question"):
        vote(ballot, world, "bo", "room_unit2", choice)


def test_the_database_keeps_one_counted_ballot_for_a_slot(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        vote(ballot, world, "bo", "room_unit2", "no")
        vote(ballot, world, "bo", "room_unit2", "yes")
    with pytest.raises(IntegrityError), transaction.atomic():
        VoteCast.objects.update(counted=True)


def test_co_owners_who_differ_are_disputed_until_they_agree(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        vote(ballot, world, "mei", "room_next", "yes")
        vote(ballot, world, "mei", "room_next", "no")
        assert not slot_of(ballot, world, "room_next").disputed, "changing one's own mind is no dispute"
        vote(ballot, world, "dan", "room_next", "yes")
        assert slot_of(ballot, world, "room_next").disputed
        vote(ballot, world, "mei", "room_next", "yes")
        assert not slot_of(ballot, world, "room_next").disputed


def test_a_dispute_that_nobody_settled_counts_nothing(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        vote(ballot, world, "mei", "room_next", "yes")
        vote(ballot, world, "dan", "room_next", "no")
    counted(ballot, world.yang)
    assert not VoteCast.objects.filter(counted=True).exists()
    assert [row["what"] for row in entries(ballot)][-2:] == ["invalid", "close"]


def test_scrutineers_let_the_last_ballot_of_a_dispute_stand_with_a_reason(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        vote(ballot, world, "mei", "room_next", "yes")
        vote(ballot, world, "dan", "room_next", "no")
        tag = slot_of(ballot, world, "room_next").tag
        with pytest.raises(NotYours):
            closing.settle_dispute(ballot, tag, stands=True, reason="书面约定", actor=world.mei)
        with pytest.raises(Refused, match="give the reason"):
            closing.settle_dispute(ballot, tag, stands=True, reason=" ", actor=world.shu)
        closing.settle_dispute(ballot, tag, stands=True, reason="书面约定由丹投票", actor=world.shu)
    counted(ballot, world.yang)
    assert VoteCast.objects.get(counted=True).by_id == world.people["dan"].pk


# -- paper and proxies


def read(ballot: Ballot, world: World, who: str, room: str, choice: str = "", invalid: str = "") -> str:
    choices = {question.key: choice for question in ballot.questions.all()}
    nonce = slot_of(ballot, world, room).nonce
    return paper.read_paper(ballot, nonce, paper.Reading(choices, invalid), actor=getattr(world, who)).state


def test_paper_counts_when_two_people_read_the_same_and_then_nothing_else_does(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        vote(ballot, world, "bo", "room_unit2", "no")
        assert read(ballot, world, "yang", "room_unit2", "yes") == "first"
        with pytest.raises(Conflict, match="read this paper already"):
            read(ballot, world, "yang", "room_unit2", "yes")
        assert read(ballot, world, "shu", "room_unit2", "yes") == "counted"
        with pytest.raises(Conflict, match="paper ballot of this home"):
            vote(ballot, world, "bo", "room_unit2", "no")
    assert VoteCast.objects.get(counted=True).channel == "paper"


def test_where_two_read_differently_a_third_decides(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        assert read(ballot, world, "yang", "room_unit2", "yes") == "first"
        assert read(ballot, world, "shu", "room_unit2", "no") == "differs"
    with clock.at(CLOSES), pytest.raises(Refused, match="1 paper ballots"):
        closing.close(ballot, actor=world.yang)
    with clock.at(CLOSES + timedelta(hours=1)):
        assert read(ballot, world, "min", "room_unit2", "no") == "counted"
    result = counted(ballot, world.yang)
    assert result.verdict == "no_quorum"


def test_an_invalid_paper_is_kept_with_its_reason_and_counts_nothing(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        read(ballot, world, "yang", "room_unit2", invalid="unsigned")
        assert read(ballot, world, "shu", "room_unit2", invalid="unsigned") == "invalid"
    assert not VoteCast.objects.exists()
    assert Event.objects.filter(chain=ballot.pk, verb="paper_invalid", body__reason="unsigned").exists()


@pytest.mark.parametrize("who", ["bo", "jing", "an", "stranger"])
def test_only_scrutineers_take_paper_in(world: World, who: str) -> None:
    ballot = opened(world)
    with clock.at(OPEN), pytest.raises(NotYours):
        read(ballot, world, who, "room_unit2", "yes")


def test_a_scrutineer_whose_post_ended_reads_no_more(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        end_post(world.shu.posts[0])
        with pytest.raises(NotYours):
            read(ballot, world, "shu", "room_unit2", "yes")


def test_a_proxy_votes_by_written_authority_for_three_homes_at_the_most(world: World) -> None:
    ballot = opened(world)
    document = bytes(32)
    with clock.at(OPEN):
        for room in ("room_unit2", "room_building2", "room_next"):
            proxies.give_proxy(ballot, slot_of(ballot, world, room).tag, world.people["wen"], document, actor=world.shu)
        with pytest.raises(Refused, match="3 homes at the most"):
            proxies.give_proxy(
                ballot, slot_of(ballot, world, "room").tag, world.people["wen"], document, actor=world.shu
            )
        with pytest.raises(NotYours, match="written authority"):
            vote(ballot, world, "bo", "room_unit2", "yes")
        vote(ballot, world, "wen", "room_unit2", "yes")
        proxies.end_proxy(ballot, slot_of(ballot, world, "room_unit2").tag, actor=world.shu)
        vote(ballot, world, "bo", "room_unit2", "no")
        with pytest.raises(NotYours, match="not on the roll"):
            vote(ballot, world, "wen", "room_unit2", "yes")


# -- the count


def test_what_is_published_verifies_from_the_file_alone_and_every_owner_finds_the_own_ballot(world: World) -> None:
    ballot = opened(world, PARKING, FUND)
    with clock.at(OPEN):
        casts = [
            vote(ballot, world, who, room, "yes")
            for who, room in (("mei", "room"), ("bo", "room_unit2"), ("qin", "room_building2"))
        ]
        given = [voting.receipt_of(one) for one in casts]
    done = counted(ballot, world.yang)
    data = bundle_file(done.pk).read_bytes()
    assert not [finding.sentence.zh for finding in verify(data) if finding.ok is False]
    for receipt in given:
        found = receipts.check(take_apart(data), receipts.read_receipt(receipt.data))
        assert not [one.sentence.zh for one in found if one.ok is False]
    assert done.verdict == "passed"


@pytest.mark.parametrize(
    ("voters", "choice", "verdict", "stage"),
    [
        (("mei", "bo", "qin"), "yes", "passed", "answering"),
        (("mei", "bo", "qin"), "no", "failed", "not_carried"),
        (("mei", "bo"), "yes", "no_quorum", "too_few"),
    ],
)
def test_the_matter_goes_on_by_the_verdict(
    world: World, voters: tuple[str, ...], choice: str, verdict: str, stage: str
) -> None:
    ballot = opened(world)
    rooms = {"mei": "room", "bo": "room_unit2", "qin": "room_building2"}
    with clock.at(OPEN):
        for who in voters:
            vote(ballot, world, who, rooms[who], choice)
    done = counted(ballot, world.yang)
    assert done.verdict == verdict
    assert Matter.objects.get(pk=done.matter_id).stage == stage


def test_it_is_not_counted_before_the_hour(world: World) -> None:
    ballot = opened(world)
    with clock.at(CLOSES - timedelta(seconds=1)), pytest.raises(Refused, match="not over yet"):
        closing.close(ballot, actor=world.yang)


def test_publishing_twice_gives_the_same_file(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        vote(ballot, world, "bo", "room_unit2", "yes")
    done = counted(ballot, world.yang)
    before = bundle_file(done.pk).read_bytes()
    with clock.at(CLOSES + timedelta(days=1)), pytest.raises(NotYours):
        closing.publish(done, actor=world.mei)
    assert bundle_file(done.pk).read_bytes() == before


# -- who may know what


def test_no_event_no_log_and_no_row_joins_a_voter_and_a_choice(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        vote(ballot, world, "bo", "room_unit2", "no")
    cast = Event.objects.get(chain=ballot.pk, verb="cast")
    assert cast.actor_id is None
    told = json.dumps([cast.body, entries(ballot)])
    assert world.id_of("bo") not in told
    assert '"no"' not in told
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(one)::text FROM ballots_votecast AS one")
        [row] = [found for (found,) in cursor.fetchall()]
    assert '"no"' not in row


def test_the_record_of_a_ballot_is_whole(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        vote(ballot, world, "bo", "room_unit2", "yes")
    counted(ballot, world.yang)
    assert list(broken_chains()) == []
    assert list(cut_chains()) == []


def test_tags_are_random_and_each_stands_once(world: World) -> None:
    ballot = opened(world)
    tags = list(Slot.objects.filter(ballot=ballot).order_by("pk").values_list("tag", flat=True))
    assert len(set(tags)) == 4
    assert all(len(tag) == 16 for tag in tags)
