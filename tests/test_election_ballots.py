"""An election in the database: who may stand, what may be marked, who is elected, what becomes of seats that are left."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.ballots.actions import closing, paper, preparing, proxies, voting
from linli.ballots.bundle_files import bundle_file
from linli.ballots.elections import actions as elections
from linli.ballots.elections.announcing import election_of
from linli.ballots.models import Ballot, Candidate, Election, LogRow, Proxy, Slot, VoteCast
from linli.ballots.sealed_choices import unseal_cast
from linli.ballots.verifying import holds, verify
from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.models import Matter
from linli.notices.actions.postings import end_postings
from linli.people.actions import appoint
from linli.record.models import Event, Sealed
from linli.record.queries import broken_chains
from tests.ballot_steps import (
    CLOSES,
    MORNING,
    OPENS,
    PARKING,
    STOOD,
    a_matter,
    announced,
    ballot_of,
    counted,
    enter_candidates,
    give_out_rooms,
    give_out_shared,
    nominated,
    planned,
    slot_of,
)
from tests.pages import text_of, visit
from tests.posting_steps import show_proof
from tests.world import World

POSTED = MORNING + timedelta(days=12)
LATER = timedelta(days=12)
OPEN = OPENS + LATER + timedelta(days=1)


@pytest.fixture
def draft(world: World) -> Ballot:
    """An election that the community prepares: nobody stands yet."""
    with clock.at(MORNING):
        give_out_rooms(world)
        give_out_shared(world)
        matter = raise_matter(
            "committee_election", world.place("estate"), actor=world.mei, answers={"what": "换届"}, key=uuid.uuid4()
        )
        move(matter, "propose", actor=world.shu, answers={"candidates": "名单"})
        show_proof(Matter.objects.get(pk=matter.pk), world.shu, 1)
    with clock.at(POSTED):
        end_postings()
    return ballot_of(matter)


def opened(ballot: Ballot, world: World, seats: int = 7) -> Ballot:
    with clock.at(POSTED):
        enter_candidates(ballot, world.shu, seats)
        preparing.plan(ballot, preparing.Plan("换届选举", "", OPENS + LATER, CLOSES + LATER), actor=world.shu)
        preparing.announce(ballot, actor=world.shu)
    with clock.at(OPENS + LATER):
        closing.tend_ballots()
    return ballot_of(ballot.matter)


def marked(yes: str, of: int = 7) -> dict[str, str]:
    """`marked("123")`: in favour of the first three, against the rest."""
    return {f"q{number}": "yes" if str(number) in yes else "no" for number in range(1, of + 1)}


def vote(ballot: Ballot, world: World, who: str, room: str, choices: Mapping[str, str]) -> VoteCast:
    return voting.cast(ballot, slot_of(ballot, world, room).tag, voting.Vote(choices), actor=getattr(world, who))


def result(ballot: Ballot) -> dict[str, object]:
    found = Election.objects.get(ballot=ballot).published
    assert found is not None
    return dict(found)


ROOMS = {"mei": "room", "bo": "room_unit2", "qin": "room_building2", "dan": "room_next"}


def decided(ballot: Ballot, world: World, *votes: str, of: int = 7) -> Ballot:
    with clock.at(OPEN):
        for (who, room), yes in zip(ROOMS.items(), votes, strict=False):
            vote(ballot, world, who, room, marked(yes, of))
    return counted(ballot, world.shu)


# -- who stands


def test_a_candidate_owns_a_room_here_and_fulfils_every_condition(draft: Ballot, world: World) -> None:
    with clock.at(POSTED):
        with pytest.raises(Refused, match="安琪 is no owner here"):
            elections.stand(draft, nominated("an"), actor=world.shu)
        half = elections.Nomination("王小梅", "13800000001", "self", "简介", {0, 1, 2, 3})
        with pytest.raises(Refused, match="Agreed in writing to stand"):
            elections.stand(draft, half, actor=world.shu)
        with pytest.raises(Refused, match="who nominated"):
            elections.stand(
                draft, elections.Nomination("王小梅", "13800000001", "party", "简介", range(9)), actor=world.shu
            )
        with pytest.raises(Refused, match="introduce the candidate"):
            elections.stand(draft, nominated("mei", " "), actor=world.shu)
        assert Candidate.objects.count() == 0
        elections.stand(draft, nominated("mei"), actor=world.shu)
        with pytest.raises(Refused, match="stands already"):
            elections.stand(draft, nominated("mei"), actor=world.shu)
        with pytest.raises(NotYours):
            elections.stand(draft, nominated("bo"), actor=world.yang)
    assert Candidate.objects.get().person == world.people["mei"]


def test_somebody_unknown_who_is_refused_is_not_entered_as_a_person_either(draft: Ballot, world: World) -> None:
    stranger = elections.Nomination("陌生人", "13900000001", "self", "简介", range(9))
    with clock.at(POSTED), pytest.raises(Refused, match="no owner here"):
        elections.stand(draft, stranger, actor=world.shu)
    assert type(world.people["mei"]).objects.filter(name="陌生人").count() == 0


def test_the_name_of_a_candidate_stands_in_no_event(draft: Ballot, world: World) -> None:
    with clock.at(POSTED):
        elections.stand(draft, nominated("mei"), actor=world.shu)
    event = Event.objects.get(chain=draft.pk, verb="stood")
    assert "王小梅" not in json.dumps(event.body, ensure_ascii=False)
    assert Sealed.objects.get(event=event).about_id == world.people["mei"].pk


@pytest.mark.parametrize(
    ("seats", "taken"), [(3, False), (4, False), (5, True), (6, False), (7, True), (13, False), (0, False)]
)
def test_a_committee_has_an_odd_number_of_seats_from_five_to_eleven(
    draft: Ballot, world: World, seats: int, taken: bool
) -> None:
    with clock.at(POSTED):
        if taken:
            elections.set_seats(draft, "业委会", seats, actor=world.shu)
        else:
            with pytest.raises(Refused, match="5 to 11 members, an odd number"):
                elections.set_seats(draft, "业委会", seats, actor=world.shu)
    assert Election.objects.get().seats == (seats if taken else None)


def test_it_is_announced_with_seats_and_enough_candidates_and_never_with_a_silent_majority(
    draft: Ballot, world: World
) -> None:
    with clock.at(POSTED):
        times = (OPENS + LATER, CLOSES + LATER)
        preparing.plan(draft, preparing.Plan("换届", "", *times), actor=world.shu)
        with pytest.raises(Refused, match="Nothing is asked yet"):
            preparing.announce(draft, actor=world.shu)
        elections.stand(draft, nominated("mei"), actor=world.shu)
        with pytest.raises(Refused, match="number of seats first"):
            preparing.announce(draft, actor=world.shu)
        elections.set_seats(draft, "业委会", 5, actor=world.shu)
        with pytest.raises(Refused, match="1 candidates for 5 seats"):
            preparing.announce(draft, actor=world.shu)
        for who in STOOD[1:]:
            elections.stand(draft, nominated(who), actor=world.shu)
        preparing.plan(draft, preparing.Plan("换届", "", *times, "follow_majority", "第九条"), actor=world.shu)
        with pytest.raises(Refused, match="cannot follow the majority"):
            preparing.announce(draft, actor=world.shu)
        preparing.plan(draft, preparing.Plan("换届", "", *times, "abstain", "第九条"), actor=world.shu)
        preparing.announce(draft, actor=world.shu)
    second = LogRow.objects.get(ballot=draft, index=1).entry
    assert (second["what"], second["seats"], second["candidates"]) == ("election", 5, [f"q{n}" for n in range(1, 8)])


def test_before_the_announcement_a_candidate_leaves_the_list_and_afterwards_stays_and_is_not_elected(
    draft: Ballot, world: World
) -> None:
    with clock.at(POSTED):
        enter_candidates(draft, world.shu, 5)
        preparing.drop(draft, 7, actor=world.shu)
        assert Candidate.objects.count() == 6
        with pytest.raises(Conflict):
            elections.withdraw(draft, 1, actor=world.shu)
        preparing.plan(draft, preparing.Plan("换届选举", "", OPENS + LATER, CLOSES + LATER), actor=world.shu)
        preparing.announce(draft, actor=world.shu)
    with clock.at(OPENS + LATER):
        closing.tend_ballots()
        elections.withdraw(draft, 1, actor=world.shu)
        address = f"/ballots/{draft.pk}/vote/{slot_of(draft, world, 'room').tag}/"
        assert "王小梅：公告以后退出" in text_of(visit(world, "mei").get(address))
        with pytest.raises(Refused, match="no such candidate"):
            elections.withdraw(draft, 1, actor=world.shu)
        with pytest.raises(NotYours):
            elections.withdraw(draft, 2, actor=world.mei)
    with clock.at(OPEN):
        for who, room in ROOMS.items():
            vote(ballot_of(draft.matter), world, who, room, marked("12345", of=6))
    with clock.at(CLOSES + LATER):
        closing.close(draft, actor=world.shu)
        with pytest.raises(Conflict, match="The count is over"):
            elections.withdraw(draft, 2, actor=world.shu)
        closing.publish(draft, actor=world.shu)
    done = Ballot.objects.get(pk=draft.pk)
    assert result(done)["elected"] == ["q2", "q3", "q4", "q5"]
    assert holds(verify(bundle_file(done.pk).read_bytes()))


# -- what may be marked


def test_nobody_is_in_favour_of_more_candidates_than_there_are_seats(draft: Ballot, world: World) -> None:
    ballot = opened(draft, world, seats=5)
    with clock.at(OPEN):
        with pytest.raises(Refused, match="in favour of 6 candidates, and there are 5 seats"):
            vote(ballot, world, "bo", "room_unit2", marked("123456"))
        assert VoteCast.objects.count() == 0
        vote(ballot, world, "bo", "room_unit2", marked("12345"))
    assert VoteCast.objects.count() == 1


def test_the_page_keeps_what_was_marked_when_it_was_too_much(draft: Ballot, world: World) -> None:
    ballot = opened(draft, world, seats=5)
    with clock.at(OPEN):
        address = f"/ballots/{ballot.pk}/vote/{slot_of(ballot, world, 'room_unit2').tag}/"
        browser = visit(world, "bo")
        assert "最多同意 5 名" in text_of(browser.get(address))
        answer = browser.post(address, marked("123456"))
        assert answer.status_code == 422
        assert "您同意了 6 名候选人" in text_of(answer)
        assert answer.content.decode().count(" checked") == 7
        assert browser.post(address, marked("12345")).status_code == 303


def sheet(
    ballot: Ballot, world: World, choices: Mapping[str, str], *, by: tuple[str, str] = ("shu", "min")
) -> paper.TakenIn:
    nonce = slot_of(ballot, world, "room_unit2").nonce
    for who in by:
        taken = paper.read_paper(ballot, nonce, paper.Reading(choices), actor=getattr(world, who))
    return taken


def test_a_paper_with_too_many_marks_is_void_for_the_election_and_counts_for_the_rest(
    draft: Ballot, world: World
) -> None:
    with clock.at(POSTED):
        preparing.ask(draft, "修改议事规则", "cn-civil-278-1", actor=world.shu)
    ballot = opened(draft, world, seats=5)
    choices = {"q1": "yes", **{f"q{number}": "yes" for number in range(2, 8)}, "q8": "no"}
    with clock.at(OPEN):
        taken = sheet(ballot, world, choices)
    assert (taken.state, taken.cast is not None) == ("counted", True)
    assert taken.cast is not None
    counting = dict(unseal_cast(taken.cast, taken.cast.slot.tag).choices)
    assert counting == {"q1": "yes", **{f"q{number}": "blank" for number in range(2, 9)}}
    said = [str(body) for body in Event.objects.filter(chain=ballot.pk).values_list("body", flat=True)]
    assert not [body for body in said if "over_marked" in body], "how a home marked stands beside its number"


def test_a_paper_of_nothing_but_an_election_with_too_many_marks_is_invalid(draft: Ballot, world: World) -> None:
    ballot = opened(draft, world, seats=5)
    with clock.at(OPEN):
        assert sheet(ballot, world, marked("123456")).state == "invalid"
    assert Event.objects.get(chain=ballot.pk, verb="paper_invalid").body["reason"] == "over_marked"
    assert VoteCast.objects.count() == 0


def test_a_candidate_left_empty_among_others_on_paper_is_an_abstention(draft: Ballot, world: World) -> None:
    ballot = opened(draft, world, seats=5)
    with clock.at(OPEN):
        taken = sheet(ballot, world, {**dict.fromkeys(marked(""), "blank"), "q1": "yes"})
    assert taken.cast is not None
    assert dict(unseal_cast(taken.cast, taken.cast.slot.tag).choices) == {
        **dict.fromkeys(marked(""), "abstain"),
        "q1": "yes",
    }


# -- who may not help


def test_a_candidate_is_neither_scrutineer_nor_proxy(draft: Ballot, world: World) -> None:
    with clock.at(MORNING):
        appoint(world.people["qin"], "committee", world.place("estate"))
    ballot = opened(draft, world)
    with clock.at(OPEN):
        nonce = slot_of(ballot, world, "room_unit2").nonce
        with pytest.raises(NotYours, match="cannot be a scrutineer"):
            paper.read_paper(ballot, nonce, paper.Reading(marked("1")), actor=world.qin)
        assert visit(world, "qin").get(f"/ballots/{ballot.pk}/paper/").status_code == 403
        authority = {"name": "王小梅", "phone": "13800000001", "words": "委托书"}
        with pytest.raises(Refused, match="A candidate cannot vote for others"):
            proxies.take_authority(ballot, nonce, **authority, actor=world.shu)
        proxies.take_authority(ballot, nonce, name="安琪", phone="13800000011", words="委托书", actor=world.shu)
    assert Proxy.objects.count() == 1


# -- who is elected, and what follows


def test_those_elected_stand_in_the_file_on_the_page_and_on_the_certificate(draft: Ballot, world: World) -> None:
    done = decided(opened(draft, world), world, "1234567", "1234567", "1234567", "1234567")
    assert (done.verdict, result(done)["left"]) == ("filled", 0)
    assert holds(verify(bundle_file(done.pk).read_bytes()))
    assert Matter.objects.get(pk=done.matter_id).stage == "announcing"
    said = text_of(visit(world, "").get(f"/ballots/{done.pk}/"))
    assert "当选：王小梅、单兰、李伯、秦芳、李建国、路人、索师傅。" in said
    assert visit(world, "").get(f"/ballots/{done.pk}/certificate.zh.pdf").status_code == 200
    assert visit(world, "").get(f"/ballots/{done.pk}/notice.en.pdf").status_code == 200
    assert list(broken_chains()) == []


def test_seats_that_are_left_go_to_a_further_election_among_the_best_of_the_others(draft: Ballot, world: World) -> None:
    done = decided(opened(draft, world), world, "123456", "123457", "123457", "12345")
    assert (done.verdict, result(done)["elected"]) == ("formed", ["q1", "q2", "q3", "q4", "q5"])
    with clock.at(CLOSES + LATER):
        move(done.matter, "elect_rest", actor=world.shu, answers={"reason": "缺两名"})
    rest = ballot_of(done.matter)
    election = election_of(rest)
    assert election is not None
    assert (election.seats, election.seated, election.title) == (2, 5, "第三届业主委员会")
    stood = election.candidates.order_by("question__number")
    assert [one.person for one in stood] == [world.people["stranger"], world.people["suo"]]
    with clock.at(CLOSES + LATER), pytest.raises(Refused, match="the round before left open"):
        elections.set_seats(rest, "业委会", 4, actor=world.shu)


def test_a_tie_across_the_last_seat_is_voted_on_again_among_those_tied(draft: Ballot, world: World) -> None:
    """Five and six have the same three owners behind them, and one seat is left."""
    ballot = opened(draft, world, seats=5)
    shared = next(slot.tag for slot in Slot.objects.filter(ballot=ballot) if slot.area == 9500)
    with clock.at(OPEN):
        for who, yes in (("dan", "12356"), ("qin", "12456"), ("mei", "13456"), ("bo", "1234")):
            vote(ballot, world, who, ROOMS[who], marked(yes))
        voting.cast(ballot, shared, voting.Vote(marked("1234")), actor=world.suo)
    done = counted(ballot, world.shu)
    assert (done.verdict, result(done)["elected"]) == ("not_formed", ["q1", "q2", "q3", "q4"])
    assert (result(done)["tied"], result(done)["left"]) == (["q5", "q6"], 1)
    with clock.at(CLOSES + LATER):
        move(done.matter, "elect_rest", actor=world.shu, answers={"reason": "票数相同"})
    again = election_of(ballot_of(done.matter))
    assert again is not None
    assert (again.seats, again.seated) == (1, 4)
    assert {one.person for one in again.candidates.all()} == {world.people["lao_li"], world.people["stranger"]}


def test_a_second_call_has_the_same_candidates_a_fresh_roll_and_names_the_first(draft: Ballot, world: World) -> None:
    first = decided(opened(draft, world), world, "123", "123")
    assert (first.verdict, result(first)["elected"]) == ("no_quorum", [])
    with clock.at(CLOSES + LATER):
        move(first.matter, "call_again", actor=world.shu, answers={"reason": "再来一次"})
        second = ballot_of(first.matter)
        assert second.second_of == first
        for refused in (
            lambda: preparing.drop(second, 1, actor=world.shu),
            lambda: preparing.ask(second, "又一项", "cn-civil-278-1", actor=world.shu),
            lambda: elections.stand(second, nominated("mei"), actor=world.shu),
            lambda: elections.set_seats(second, "业委会", 5, actor=world.shu),
        ):
            with pytest.raises(Refused, match="This is a second call"):
                refused()
        opens = CLOSES + LATER + timedelta(days=20)
        preparing.plan(second, preparing.Plan("别的名称", "", opens, opens + timedelta(days=10)), actor=world.shu)
        preparing.announce(second, actor=world.shu)
    second = ballot_of(first.matter)
    assert second.title == first.title
    assert second.roll_root != first.roll_root
    entry = LogRow.objects.get(ballot=second, index=1).entry
    assert entry == {"what": "second", "first": str(first.pk), "bundle": bytes(first.bundle_digest or b"").hex()}
    said = text_of(visit(world, "").get(f"/ballots/{second.pk}/"))
    assert "这是再次表决" in said
    assert visit(world, "").get(f"/ballots/{second.pk}/notice.zh.pdf").status_code == 200


def test_who_withdrew_from_the_first_call_does_not_stand_in_the_second(draft: Ballot, world: World) -> None:
    ballot = opened(draft, world)
    with clock.at(OPEN):
        elections.withdraw(ballot, 3, actor=world.shu)
    first = decided(ballot, world, "1")
    with clock.at(CLOSES + LATER):
        move(first.matter, "call_again", actor=world.shu, answers={"reason": "再来一次"})
    second = election_of(ballot_of(first.matter))
    assert second is not None
    assert sorted(one.question.key for one in second.candidates.all()) == ["q1", "q2", "q4", "q5", "q6", "q7"]


def test_a_second_call_of_a_plain_ballot_puts_the_same_questions(world: World) -> None:
    with clock.at(MORNING):
        give_out_rooms(world)
        ballot = announced(ballot_of(a_matter(world)), world.yang, PARKING)
    with clock.at(OPENS):
        closing.tend_ballots()
        voting.cast(ballot, slot_of(ballot, world, "room").tag, voting.Vote({"q1": "yes"}), actor=world.mei)
    first = counted(ballot_of(ballot.matter), world.yang)
    with clock.at(CLOSES):
        move(first.matter, "call_again", actor=world.yang, answers={"reason": "再来一次"})
    second = ballot_of(first.matter)
    asked = [(one.number, one.title, one.text, one.rule) for one in second.questions.all()]
    assert asked == [(one.number, one.title, one.text, one.rule) for one in first.questions.all()]
    assert Event.objects.get(chain=second.pk, verb="begun").body["second_of"] == str(first.pk)


def test_an_election_stage_alone_has_candidates(world: World) -> None:
    with clock.at(MORNING):
        give_out_rooms(world)
        ballot = planned(ballot_of(a_matter(world)), world.yang)
        with pytest.raises(Refused, match="no election"):
            elections.stand(ballot, nominated("mei"), actor=world.yang)
        with pytest.raises(Refused, match="no election"):
            elections.set_seats(ballot, "业委会", 5, actor=world.yang)


# -- pages


def test_the_page_of_an_election_costs_no_statement_for_each_candidate(draft: Ballot, world: World) -> None:
    ballot = opened(draft, world)
    with clock.at(OPEN):
        browser = visit(world, "bo")
        browser.get(f"/ballots/{ballot.pk}/")
        with CaptureQueriesContext(connection) as asked_for:
            said = text_of(browser.get(f"/ballots/{ballot.pk}/"))
    assert len(asked_for) <= 20, [one["sql"][:120] for one in asked_for]
    assert "应选" in said or "席位" in said


def test_the_convener_enters_seats_and_candidates_on_the_page(draft: Ballot, world: World) -> None:
    with clock.at(POSTED):
        browser = visit(world, "shu")
        page = f"/ballots/{draft.pk}/"
        assert browser.post(f"{page}seats/", {"election": "业委会", "seats": "6", "reserves": "1"}).status_code == 422
        for wrong in ({"seats": "999999999"}, {"seats": "5", "reserves": "999999999"}, {"seats": "五"}):
            assert browser.post(f"{page}seats/", {"election": "业委会", **wrong}).status_code == 422
        assert browser.post(f"{page}stand-down/", {"number": "999999999"}).status_code == 409
        assert browser.post(f"{page}seats/", {"election": "业委会", "seats": "5", "reserves": "1"}).status_code == 303
        given = {"name": "王小梅", "phone": "13800000001", "nominated_by": "owners", "introduction": "退休教师，热心"}
        answer = browser.post(f"{page}stand/", given)
        assert (answer.status_code, "退休教师" in answer.content.decode()) == (422, True)
        given |= {f"eligible-{number}": "yes" for number in range(5)}
        assert browser.post(f"{page}stand/", given).status_code == 303
        said = text_of(browser.get(page))
        assert "王小梅" in said
        assert "13800000001" not in browser.get(page).content.decode()
        assert browser.post(f"{page}drop/", {"number": "1"}).status_code == 303
        assert Candidate.objects.count() == 0
        assert visit(world, "mei").post(f"{page}stand/", given).status_code in (403, 404)
