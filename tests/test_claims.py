"""Somebody says where they live: the register answers, or the community does, by a deadline and with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.people.actions import add_person, appoint, forget
from linli.people.reader import Reader
from linli.record.models import Event, Sealed
from linli.record.queries import broken_chains
from linli.register.actions.claims import accept_claim, ask_to_be_verified, due, refuse_claim, withdraw_claim
from linli.register.actions.households import verify_member
from linli.register.actions.loading import load_register
from linli.register.claims import own_claims, rooms_called, waiting_claims
from linli.register.models import Claim, Member
from linli.register.plan import Wish, make_plan
from linli.register.queries import is_verified
from linli.register.tables import read_table
from tests.pages import text_of, visit
from tests.registers import a_csv, a_row
from tests.world import SINCE, World

MONDAY = datetime(2026, 3, 2, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


@pytest.fixture
def registered(world: World, tmp_path: Path) -> World:
    """The register names the stranger's number as the owner of room 102 in unit 1."""
    rows = [a_row(室="102", 产权人="路人", 电话="138-0000-0018", 面积="100")]
    load_register(make_plan(read_table(a_csv(tmp_path, *rows)), parent=None, since=SINCE, wish=Wish()), day=SINCE)
    return world


def a_claim(world: World, by: str = "stranger", room: str = "room") -> Claim:
    found = ask_to_be_verified(world.place(room), how="lives", actor=getattr(world, by))
    assert isinstance(found, Claim)
    return found


def test_an_owner_whom_the_register_names_is_verified_at_once(registered: World) -> None:
    room = registered.place("room_next")
    client = visit(registered, "stranger")
    answer = client.post("/belonging/", {"room": str(room.pk), "how": "owner"})
    assert answer.status_code == 303
    member = Member.objects.get(person=registered.people["stranger"])
    assert (member.verified_how, member.household.room_id) == ("register", room.pk)
    assert [post.role for post in registered.stranger.posts] == ["resident"]
    assert not Claim.objects.exists()
    assert "一期 1号楼 1单元 102室 已核实" in text_of(client.get("/belonging/"))


def test_whom_the_register_does_not_name_waits_and_is_told_with_whom_and_until_when(world: World) -> None:
    client = visit(world, "stranger")
    room = world.place("room")
    assert client.post("/belonging/", {"room": str(room.pk), "how": "lives"}).status_code == 303
    page = text_of(client.get("/belonging/"))
    assert "核实中" in page
    assert "青榆社区的社区综合窗口或网格员" in page
    assert not is_verified(world.people["stranger"], room)
    assert world.stranger.posts == []


@pytest.mark.parametrize(
    ("now", "until"),
    [
        (datetime(2026, 3, 2, 1, tzinfo=UTC), datetime(2026, 3, 5, 9, 30, tzinfo=UTC)),
        (datetime(2026, 3, 6, 15, 59, tzinfo=UTC), datetime(2026, 3, 11, 9, 30, tzinfo=UTC)),
        (datetime(2026, 2, 13, 3, tzinfo=UTC), datetime(2026, 2, 25, 9, 30, tzinfo=UTC)),
    ],
    ids=["monday", "friday night", "before the Spring Festival, with a Saturday that is worked"],
)
def test_the_answer_is_owed_by_the_close_of_the_third_working_day(now: datetime, until: datetime) -> None:
    assert due(now) == until


@pytest.mark.parametrize("by", ["min", "shu", "wen"])
def test_the_desk_the_community_and_the_grid_worker_may_answer(world: World, by: str) -> None:
    claim = a_claim(world)
    member = accept_claim(claim, how="staff", actor=getattr(world, by))
    assert (member.verified_how, member.verified_by_id) == ("staff", world.people[by].pk)
    assert [post.place_id for post in world.stranger.posts] == [claim.room_id]
    assert [event.verb for event in Event.objects.filter(chain=claim.room_id).order_by("seq")] == [
        "claim_made",
        "member_verified",
        "claim_accepted",
    ]
    assert list(broken_chains()) == []


@pytest.mark.parametrize("by", ["mei", "an", "jing", "hua", "yang", "dan", "stranger"])
def test_nobody_else_sees_or_answers_a_claim(world: World, by: str) -> None:
    claim = a_claim(world)
    client = visit(world, by)
    assert client.get("/claims/").status_code == 403
    assert client.post(f"/claims/{claim.pk}/answer/", {"accept": "yes", "how": "staff"}).status_code == 404
    with pytest.raises(NotYours):
        accept_claim(claim, how="staff", actor=getattr(world, by))
    assert Claim.objects.get().decided_at is None


def test_a_grid_worker_answers_for_the_own_grid_alone(world: World) -> None:
    claim = a_claim(world, room="room_building2")
    assert waiting_claims(world.wen) == []
    assert [one.pk for one in waiting_claims(world.min)] == [claim.pk]
    with pytest.raises(NotYours):
        accept_claim(claim, how="staff", actor=world.wen)


def test_nobody_verifies_themselves(world: World) -> None:
    claim = a_claim(world, by="min")
    with pytest.raises(NotYours, match="themselves"):
        accept_claim(claim, how="staff", actor=world.min)
    assert "由同事处理" in text_of(visit(world, "min").get("/claims/"))


def test_a_refusal_needs_a_reason_which_the_person_reads_and_the_record_seals(world: World) -> None:
    claim = a_claim(world)
    staff = visit(world, "min")
    refused = staff.post(f"/claims/{claim.pk}/answer/", {"refuse": "yes", "reason": " "})
    assert (refused.status_code, "请写明" in text_of(refused)) == (422, True)
    reason = "敲门三次无人，请带租房合同来"
    assert staff.post(f"/claims/{claim.pk}/answer/", {"refuse": "yes", "reason": reason}).status_code == 303
    assert reason in text_of(visit(world, "stranger").get("/belonging/"))
    event = Event.objects.get(verb="claim_refused")
    assert reason not in str(event.body)
    assert Sealed.objects.get(event=event).about_id == world.people["stranger"].pk
    forget(world.people["stranger"])
    assert own_claims(Reader(world.people["stranger"]))[0].reason == ""
    assert list(broken_chains()) == []


def test_what_was_typed_stays_when_a_proof_is_missing(world: World) -> None:
    claim = a_claim(world)
    page = visit(world, "min").post(f"/claims/{claim.pk}/answer/", {"accept": "yes"})
    assert page.status_code == 422
    assert "请选择是怎样核实的" in text_of(page)
    with pytest.raises(Refused):
        accept_claim(claim, how="register", actor=world.min)


def test_the_second_answer_to_a_claim_is_a_conflict(world: World) -> None:
    claim = a_claim(world)
    accept_claim(claim, how="documents", actor=world.min)
    with pytest.raises(Conflict):
        refuse_claim(claim, reason="没有这个人", actor=world.shu)
    late = visit(world, "wen").post(f"/claims/{claim.pk}/answer/", {"refuse": "yes", "reason": "没有这个人"})
    assert late.status_code == 409


def test_asking_twice_is_one_claim_and_it_can_be_taken_back(world: World) -> None:
    first, second = a_claim(world), a_claim(world)
    assert first.pk == second.pk
    withdraw_claim(first, actor=world.stranger)
    assert Claim.objects.get().verdict == "withdrawn"
    assert a_claim(world).pk != first.pk
    with pytest.raises(NotYours):
        withdraw_claim(Claim.objects.get(verdict=""), actor=world.mei)


def test_the_database_keeps_one_open_claim_of_a_person_for_a_room(world: World) -> None:
    claim = a_claim(world)
    again = Claim(person=claim.person, room=claim.room, how="owner", made_at=MONDAY, due_at=MONDAY)
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_ten_claims_a_day_are_enough_for_one_person(world: World) -> None:
    for _ in range(10):
        withdraw_claim(a_claim(world), actor=world.stranger)
    with pytest.raises(Refused, match="Too many"):
        a_claim(world)
    with clock.at(MONDAY + timedelta(days=1)):
        assert a_claim(world)


def test_who_is_verified_has_nothing_to_ask_for(world: World) -> None:
    verify_member(world.place("room"), name="路人", phone="13800000018", how="staff", actor=world.min)
    with pytest.raises(Refused, match="already"):
        a_claim(world)


def test_a_late_claim_is_marked_and_comes_first(world: World) -> None:
    later = add_person("后来的人", phone="13911110001")
    first = a_claim(world)
    with clock.at(MONDAY + timedelta(days=1)):
        ask_to_be_verified(world.place("room"), how="owner", actor=Reader(later))
    with clock.at(first.due_at):
        rows = waiting_claims(world.min)
        assert [(row.pk == first.pk, row.late) for row in rows] == [(True, True), (False, False)]
        assert "有 2 位住户等待核实" in text_of(visit(world, "min").get("/"))


def test_claims_are_listed_in_few_queries_however_many_there_are(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    spent = []
    client = visit(world, "min")
    for more in (1, 5):
        for number in range(more):
            someone = add_person(f"住户{more}{number}", phone=f"139222{more:02}{number:03}")
            ask_to_be_verified(world.place("room"), how="lives", actor=Reader(someone))
        client.get("/claims/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/claims/")
        spent.append(len(queries))
    assert spent[0] == spent[1] <= 7
    with django_assert_num_queries(3):
        waiting_claims(world.min)


def test_names_of_those_who_ask_are_masked(world: World) -> None:
    a_claim(world)
    page = visit(world, "min").get("/claims/").content.decode()
    assert "路*" in page
    assert "路人" not in page
    assert "13800000018" not in page


@pytest.mark.parametrize(
    ("text", "rooms"), [("1-1-101", 1), ("1号楼1单元101室", 1), ("101", 3), ("9-9-999", 0), ("", 0)]
)
def test_a_room_is_found_as_neighbours_write_it(world: World, text: str, rooms: int) -> None:
    assert len(rooms_called(text)) == rooms


def test_a_form_without_a_room_or_without_saying_how_is_refused_in_words(world: World) -> None:
    client = visit(world, "stranger")
    assert "请先找到并选择您的房号" in text_of(client.post("/belonging/", {"how": "lives"}))
    page = client.post("/belonging/", {"room": str(world.place("room").pk), "q": "1-1-101"})
    assert page.status_code == 422
    assert "请选择您和这套房的关系" in text_of(page)
    assert f'value="{world.place("room").pk}" checked' in page.content.decode()


def test_what_is_for_residents_refuses_with_a_way_to_be_verified(world: World) -> None:
    page = visit(world, "stranger").get("/register/")
    assert page.status_code == 403
    assert 'href="/belonging/"' in page.content.decode()
    assert 'href="/belonging/"' not in visit(world, "mei").get("/register/").content.decode().split("<main")[1]


def test_a_verified_member_acts_from_the_next_page_on(world: World) -> None:
    client = visit(world, "stranger")
    assert "/raise/repair/" not in client.get("/").content.decode()
    accept_claim(a_claim(world), how="documents", actor=world.min)
    assert "/raise/repair/" in client.get("/").content.decode()
    appoint(world.people["stranger"], "unit_lead", world.place("unit2"))
    assert {post.role for post in world.stranger.posts} == {"resident", "unit_lead"}
