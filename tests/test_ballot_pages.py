"""Pages of a ballot: what they cost, what they tell of a result, and to whom they show a receipt."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.ballots import queries
from linli.ballots.actions import closing, preparing, proxies
from linli.ballots.actions.delivery import deliver
from linli.ballots.asked import Asked
from linli.ballots.models import Ballot, BallotQuestion, VoteCast
from linli.ballots.queries import doors
from linli.counting.rules import find_rule
from linli.lib import clock
from linli.places.actions import add_place
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
    slot_of,
    vote,
)
from tests.pages import text_of, visit
from tests.world import SINCE, World

OPEN = OPENS + timedelta(days=1)
BESIDE = re.compile(r'"(django_session|people_signin|people_person|people_post|districts_\w+)"')


def statements(asked_for: CaptureQueriesContext) -> list[str]:
    """What the ballot itself asks, beside session, person and posts."""
    return [one["sql"] for one in asked_for if not BESIDE.search(one["sql"].partition("FROM")[2][:60])]


@pytest.mark.parametrize("who", ["", "bo", "yang"])
def test_the_page_of_an_open_ballot_costs_eleven_statements_at_most(world: World, who: str) -> None:
    ballot = opened(world, PARKING, FUND)
    with clock.at(OPEN):
        vote(ballot, world, "bo", "room_unit2", "yes")
        browser = visit(world, who)
        browser.get(f"/ballots/{ballot.pk}/")
        with CaptureQueriesContext(connection) as asked_for:
            assert browser.get(f"/ballots/{ballot.pk}/").status_code == 200
    assert len(statements(asked_for)) <= 11, statements(asked_for)


@pytest.mark.parametrize("before", [0, 1])
def test_a_vote_costs_twelve_statements_at_most(world: World, before: int) -> None:
    ballot = opened(world, PARKING, FUND)
    address = f"/ballots/{ballot.pk}/vote/{slot_of(ballot, world, 'room_unit2').tag}/"
    with clock.at(OPEN):
        for _ in range(before):
            vote(ballot, world, "bo", "room_unit2", "no")
        browser = visit(world, "bo")
        browser.get(address)
        with CaptureQueriesContext(connection) as asked_for:
            sent = {"q1": "yes", "q2": "no", "_key": str(uuid.uuid4())}
            assert browser.post(address, sent).status_code == 303
    assert len(statements(asked_for)) <= 12 + before, statements(asked_for)  # the ballot that it replaces is one more
    assert VoteCast.objects.count() == before + 1


def test_a_vote_in_a_ballot_that_is_not_announced_or_not_there_finds_nothing(world: World) -> None:
    with clock.at(MORNING):
        give_out_rooms(world)
        draft = ballot_of(a_matter(world))
        Ballot.objects.filter(pk=draft.pk).update(place=world.place("room_building2"))  # of which Bo has no post
        for key in (draft.pk, uuid.uuid4()):
            answer = visit(world, "bo").post(f"/ballots/{key}/vote/{'0' * 16}/", {"q1": "yes"})
            assert answer.status_code == 404
    assert VoteCast.objects.count() == 0


def test_lists_of_homes_cost_no_more_for_more_homes(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        browser, costs = visit(world, "yang"), []
        for path in ("delivery/", "sheets/"):
            browser.get(f"/ballots/{ballot.pk}/{path}")
        for voters in ((), ("bo", "qin")):
            for who in voters:
                vote(ballot, world, who, {"bo": "room_unit2", "qin": "room_building2"}[who], "yes")
            for path in ("delivery/", "sheets/"):
                with CaptureQueriesContext(connection) as asked_for:
                    assert browser.get(f"/ballots/{ballot.pk}/{path}").status_code == 200
                costs.append(len(statements(asked_for)))
    assert costs[0] == costs[2]
    assert costs[1] == costs[3]


def test_paper_and_doors_are_listed_as_neighbours_count_page_by_page(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock.at(MORNING):
        for label in ("901", "1001"):
            room = add_place(world.place("room").parent, level="room", label=label, name=f"{label}室", since=SINCE)
            own(room, [world.people["wen"]] if label == "901" else [world.people["fa"]], 9000)
    ballot = opened(world)
    monkeypatch.setattr(queries, "DOORS", 1)
    with clock.at(OPEN):
        sheets = visit(world, "yang").get(f"/ballots/{ballot.pk}/sheets/").content.decode()
        listed, after = [], ""
        while found := doors(world.yang, ballot, after=after):
            listed.append(found[0].where.zh.rpartition(" ")[2])
            after = found[0].path
    assert listed.index("901室") < listed.index("1001室")
    assert len(listed) == 6
    assert sheets.index("901室") < sheets.index("1001室")


def test_only_who_cast_the_ballot_that_counts_is_led_to_its_receipt(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        first = vote(ballot, world, "mei", "room_next", "yes")
        shown = {
            who: f"/receipt/{first.pk}/" in page_of(world, ballot, who) for who in ("mei", "dan", "bo", "yang", "")
        }
        last = vote(ballot, world, "dan", "room_next", "yes")
        assert f"/receipt/{first.pk}/" not in page_of(world, ballot, "mei")
        assert f"/receipt/{last.pk}/" in page_of(world, ballot, "dan")
    assert shown == {"mei": True, "dan": False, "bo": False, "yang": False, "": False}


def page_of(world: World, ballot: Ballot, who: str) -> str:
    return visit(world, who).get(f"/ballots/{ballot.pk}/").content.decode()


def test_co_owners_who_differ_are_told_so_and_nobody_else_is(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        vote(ballot, world, "mei", "room_next", "yes")
        vote(ballot, world, "dan", "room_next", "no")
        told = {who: "共有人选择不同" in page_of(world, ballot, who) for who in ("mei", "dan", "bo", "")}
    assert told == {"mei": True, "dan": True, "bo": False, "": False}


def test_a_result_behind_the_privacy_gate_shows_bands_and_no_exact_figure(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        for who, room in (("mei", "room"), ("bo", "room_unit2"), ("qin", "room_building2")):
            vote(ballot, world, who, room, "yes")
    done = counted(ballot, world.yang)
    [question] = done.questions.all()
    asked = Asked(question, find_rule(question.rule), question.published)
    assert asked.rounded
    assert (asked.result, asked.sentences) == (None, [])
    assert all("%" in line.heads and "%" in line.area for line in asked.lines)


SUMS = {"due": (593, 5961484), "yes": (367, 3649672), "no": (55, 531865), "abstain": (13, 128422), "silent": (0, 0)}


def published(sums: Mapping[str, tuple[int, int]], silent: str = "not_counted") -> dict[str, Any]:
    tally = {name: {"heads": heads, "area": area} for name, (heads, area) in sums.items()}
    return {"mode": "full", "result": {"silent": silent, "verdict": "passed", "strict": {"tally": tally}}}


def test_exact_figures_are_told_by_heads_and_area_with_the_shares_that_decide() -> None:
    asked = Asked(BallotQuestion(number=1, title="绿地改车位", rule=PARKING), find_rule(PARKING), published(SUMS))
    lines = {line.said.zh: line for line in asked.lines}
    assert (lines["参加"].heads, lines["参加"].heads_share, lines["参加"].area_share) == ("435", "73.36%", "72.30%")
    assert (lines["同意"].area, lines["同意"].area_share, lines["同意"].met) == ("36,496.72", "84.68%", True)
    assert lines["不同意"].met is None
    assert "即至少 327 人，达到" in "".join(one.zh for one in asked.sentences)


def test_where_too_few_took_part_nothing_is_said_of_agreement() -> None:
    few = {**SUMS, "due": (700, 7000000)}
    asked = Asked(BallotQuestion(number=1, title="绿地改车位", rule=PARKING), find_rule(PARKING), published(few))
    assert [line.met for line in asked.lines] == [None, False, None, None, None]


def test_how_a_rule_was_checked_stays_with_whoever_keeps_the_rules() -> None:
    asked = Asked(BallotQuestion(number=1, title="绿地改车位", rule=PARKING), find_rule(PARKING), published(SUMS))
    shown = [asked.source, *(source for _, _, source in asked.also), *(one.zh for one in asked.sentences)]
    assert "[V]" in find_rule(PARKING).source
    assert not [one for one in shown if "[" in one]


def test_a_scrutineer_enters_a_proxy_and_takes_it_back_on_the_page(world: World) -> None:
    ballot = opened(world)
    slot = slot_of(ballot, world, "room_unit2")
    address = f"/ballots/{ballot.pk}/"
    authority = {"nonce": slot.nonce, "name": world.people["wen"].name, "phone": "13800000006", "words": "委托文某投票"}
    with clock.at(OPEN):
        browser = visit(world, "shu")
        refused = browser.post(f"{address}proxy/", {**authority, "nonce": "zz"})
        assert refused.status_code == 422
        assert "没有这个票面编号" in text_of(refused)
        assert "委托文某投票" in refused.content.decode()
        entered = browser.post(f"{address}proxy/", authority, follow=True)
        assert "委托已登记" in text_of(entered)
        assert "委托文某投票" not in entered.content.decode()
        assert visit(world, "bo").post(f"{address}proxy/", authority).status_code == 403
        ended = browser.post(f"{address}end-proxy/", {"nonce": slot.nonce}, follow=True)
    assert "委托已收回" in text_of(ended)


def test_the_convener_reads_a_posted_roll_anew_and_everybody_sees_why(world: World) -> None:
    with clock.at(MORNING):
        give_out_rooms(world)
        ballot = announced(ballot_of(a_matter(world)), world.yang)
        beside = add_place(world.place("room").parent, level="room", label="1101", name="1101室", since=SINCE)
        own(beside, [world.people["fa"]], 7000)
        browser, address = visit(world, "yang"), f"/ballots/{ballot.pk}/"
        assert browser.post(f"{address}correct/", {"reason": " "}).status_code == 422
        assert browser.post(f"{address}correct/", {"reason": "漏了 1101 室"}).status_code == 303
        assert "名册已重新生成：漏了 1101 室" in text_of(visit(world).get(address))
    corrected = ballot_of(ballot.matter)
    assert (ballot.roll_count, corrected.roll_count) == (4, 5)
    assert corrected.roll_root != ballot.roll_root


# -- home leads to a vote that is open


def home_of(world: World, who: str, *, language: str = "zh-hans") -> str:
    return text_of(visit(world, who, language=language).get("/"))


def test_home_leads_an_owner_to_an_open_vote_until_a_ballot_counts_and_never_says_which(world: World) -> None:
    ballot = opened(world, PARKING, FUND)
    with clock.at(OPEN):
        before = home_of(world, "bo")
        page = visit(world, "bo").get("/").content.decode()
        vote(ballot, world, "bo", "room_unit2", "no")
        after = home_of(world, "bo")
    assert "表决进行中：绿地改车位 还剩 9 天。 您还没有投。" in before
    assert f'href="/ballots/{ballot.pk}/"' in page
    assert "表决进行中" not in after
    assert "不同意" not in after


def test_home_counts_the_votes_that_are_not_cast_yet_and_says_the_last_day(world: World) -> None:
    ballot = opened(world)
    with clock.at(CLOSES - timedelta(hours=1)):
        assert "今天截止。 您还有 2 票没有投。" in home_of(world, "mei")
        vote(ballot, world, "dan", "room_next", "yes")
        assert "It ends today. You have not voted yet." in home_of(world, "mei", language="en")
    with clock.at(CLOSES):
        assert "表决进行中" not in home_of(world, "mei")


def test_home_leads_nobody_to_a_vote_that_is_not_theirs_or_is_not_open_yet(world: World) -> None:
    with clock.at(MORNING):
        give_out_rooms(world)
        announced(ballot_of(a_matter(world)), world.yang)
        assert "表决进行中" not in home_of(world, "mei")
    with clock.at(OPENS):
        closing.tend_ballots()
    with clock.at(OPEN):
        assert "表决进行中" in home_of(world, "mei")
        assert "表决进行中" not in home_of(world, "wen")


def test_home_leads_the_proxy_to_the_vote_and_no_longer_the_owner(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        tag = slot_of(ballot, world, "room_unit2").tag
        proxies.give_proxy(ballot, tag, world.people["wen"], bytes(32), actor=world.yang)
        assert "表决进行中" in home_of(world, "wen")
        assert "表决进行中" not in home_of(world, "bo")


def test_a_vote_to_cast_costs_home_one_statement_however_many_there_are(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        browser = visit(world, "mei")
        browser.get("/")
        costs = []
        for who, room in ((None, ""), ("dan", "room_next"), ("mei", "room")):
            if who:
                vote(ballot, world, who, room, "yes")
            with CaptureQueriesContext(connection) as asked_for:
                browser.get("/")
            costs.append(len(statements(asked_for)))
    assert len(set(costs)) == 1


def test_a_corrected_roll_leaves_the_sheets_that_were_handed_out_good_where_the_weight_stands(world: World) -> None:
    with clock.at(MORNING):
        give_out_rooms(world)
        ballot = announced(ballot_of(a_matter(world)), world.yang)
        before = {room: slot_of(ballot, world, room) for room in ("room", "room_unit2")}
        for slot in before.values():
            deliver(ballot, slot.tag, "hand", actor=world.yang)
        Holding.objects.filter(room=world.place("room_unit2")).update(area=9100)
        preparing.correct_roll(ballot, "面积登记有误", actor=world.yang)
        after = {room: slot_of(ballot, world, room) for room in before}
    assert (after["room"].nonce, after["room"].delivered_how) == (before["room"].nonce, "hand")
    assert after["room_unit2"].nonce != before["room_unit2"].nonce
    assert after["room_unit2"].delivered_at is None
