"""What staff write down for a caller: whose matter it is, who may judge it, and what stays hidden."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.desk.actions.calling_back import call_back, number_to_call
from linli.desk.actions.taking_down import take_down
from linli.desk.callers import AskWhetherSame, Caller, read_caller
from linli.desk.calling_back import is_due, waiting
from linli.desk.models import TakenDown
from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.matters.actions.lateness import look_after
from linli.matters.actions.moving import move
from linli.matters.answers import BadAnswers
from linli.matters.models import Matter
from linli.matters.replay import differences
from linli.people.models import Person
from linli.people.reader import Reader
from linli.record.models import Event
from linli.record.queries import broken_chains, sealed_of
from tests.pages import text_of, visit
from tests.world import World

NEW, MEIS = "13900000077", "13800000001"


def taken(
    world: World, *, by: str = "min", at: str = "room_unit2", caller: Caller | None = None, **more: Any
) -> Matter:
    return take_down(
        "repair", world.place(at), caller=caller or Caller("赵姨", NEW), channel=more.pop("channel", "phone"),
        answers=more.pop("answers", {"what": "楼道水管漏水"}), key=more.pop("key", uuid.uuid4()),
        actor=getattr(world, by), **more,
    )  # fmt: skip


def answered(world: World, **more: Any) -> Matter:
    matter = taken(world, **more)
    move(matter, "accept", actor=world.an, answers={"worker": world.id_of("gong")})
    move(matter, "finish", actor=world.gong, answers={"reply": "换了接头，试水不漏。"})
    matter.refresh_from_db()
    return matter


def verbs(matter: Matter) -> list[str]:
    return list(Event.objects.filter(chain=matter.pk).order_by("seq").values_list("verb", flat=True))


# -- whose it is


def test_the_raiser_is_who_called_and_the_record_says_who_wrote_it_down(world: World) -> None:
    matter = taken(world)
    assert matter.raiser.name == "赵姨"
    assert matter.facts["channel"] == "phone"
    note = Event.objects.get(chain=matter.pk, verb="taken_down")
    assert note.actor_id == world.people["min"].pk
    assert note.post is not None
    assert note.post.role == "community_desk"
    assert TakenDown.objects.get(matter=matter).by_id == note.actor_id
    assert differences(matter) == {}
    assert list(broken_chains()) == []


def test_the_number_to_call_back_is_sealed_and_stands_in_no_event(world: World) -> None:
    matter = taken(world)
    assert {row.name for row in sealed_of(matter.pk, sensitive=True) if row.cipher} == {"phone"}
    assert all(NEW not in str(event.body) for event in Event.objects.all())


def test_a_known_number_asks_whether_it_is_that_person_first(world: World) -> None:
    with pytest.raises(AskWhetherSame) as asked:
        taken(world, caller=Caller("", MEIS))
    assert asked.value.person == world.people["mei"]
    assert not Matter.objects.exists()
    assert taken(world, caller=Caller("", MEIS, same=True)).raiser == world.people["mei"]


def test_somebody_else_at_a_known_number_is_another_person_without_one(world: World) -> None:
    matter = taken(world, caller=Caller("小梅的婆婆", MEIS, same=False))
    assert matter.raiser.name == "小梅的婆婆"
    assert matter.raiser.phone_digest is None
    assert world.people["mei"].name == Person.objects.get(pk=world.people["mei"].pk).name == "王小梅"


def test_the_same_caller_is_the_same_person_the_next_time(world: World) -> None:
    first = taken(world)
    assert taken(world, caller=Caller("", NEW, same=True), key=uuid.uuid4()).raiser_id == first.raiser_id


@pytest.mark.parametrize("caller", [Caller("赵姨", NEW), Caller("赵姨"), Caller()])
def test_a_form_that_is_sent_twice_makes_one_matter_and_one_person(world: World, caller: Caller) -> None:
    people, key = Person.objects.count(), uuid.uuid4()
    assert taken(world, caller=caller, key=key) == taken(world, caller=caller, key=key)
    assert (Matter.objects.count(), Person.objects.count()) == (1, people + 1)


def test_who_called_can_judge_when_they_sign_in_later(world: World) -> None:
    matter = answered(world)
    event = move(matter, "confirm", actor=Reader(matter.raiser), answers={"score": "5"})
    assert event.actor_id == matter.raiser_id


# -- who may take down


@pytest.mark.parametrize(
    ("by", "at", "allowed"),
    [("min", "room", True), ("an", "room_building2", True), ("wen", "room_unit2", True), ("wen", "room_building2", False),
     ("wen", "building1", True), ("dan", "room", False), ("mei", "room", False), ("jing", "room", False),
     ("stranger", "room", False)],
)  # fmt: skip
def test_each_takes_down_within_their_own_area(world: World, by: str, at: str, allowed: bool) -> None:
    if allowed:
        assert taken(world, by=by, at=at).place == world.place(at)
        return
    with pytest.raises(NotYours):
        taken(world, by=by, at=at)
    assert not Matter.objects.exists()


def test_what_residents_do_not_raise_cannot_be_taken_down(world: World) -> None:
    with pytest.raises(Refused, match="is not raised by residents"):
        take_down("patrol", world.place("unit1"), caller=Caller("赵姨"), channel="phone", answers={}, key=uuid.uuid4(),
                  actor=world.min)  # fmt: skip


def test_a_channel_has_to_be_said(world: World) -> None:
    with pytest.raises(Refused, match="how it came in"):
        taken(world, channel="web")


@pytest.mark.parametrize(
    ("name", "phone", "nameless", "wrong"),
    [("", "", False, {"_caller"}), ("", "12", False, {"_phone"}), ("赵姨", "x", False, {"_phone"})],
)
def test_what_is_wrong_about_the_caller_comes_back_at_its_field(
    name: str, phone: str, nameless: bool, wrong: set[str]
) -> None:
    with pytest.raises(BadAnswers) as bad:
        read_caller(name, phone, "", nameless=nameless)
    assert set(bad.value.problems) == wrong


def test_nothing_left_is_said_not_guessed() -> None:
    assert read_caller("", "", "", nameless=True) == Caller()


# -- calling back


def test_a_verdict_given_on_the_telephone_is_the_raisers_and_says_who_wrote_it(world: World) -> None:
    matter = answered(world)
    event = call_back(matter, "confirm", answers={"score": "4"}, actor=world.min, key=uuid.uuid4())
    assert event.actor_id == matter.raiser_id
    assert verbs(matter)[-2:] == ["call_back", "moved"]
    assert Event.objects.get(chain=matter.pk, verb="call_back").actor_id == world.people["min"].pk
    matter.refresh_from_db()
    assert matter.outcome == "solved"
    assert differences(matter) == {}


def test_who_dealt_with_it_writes_down_no_verdict(world: World) -> None:
    matter = answered(world)
    for key in ("an", "gong"):  # the desk that held it may take down; the worker may not even that
        with pytest.raises(NotYours):
            call_back(matter, "confirm", answers={"score": "5"}, actor=getattr(world, key))
    assert "call_back" not in verbs(matter)
    assert [one.matter for one in waiting(world.an)] == []
    assert [one.matter for one in waiting(world.min)] == [one.matter for one in waiting(world.wen)] == [matter]


def test_nobody_judges_for_whom_can_sign_in_themselves(world: World) -> None:
    Person.objects.filter(pk=world.people["mei"].pk).update(last_login=clock.now())
    matter = answered(world, caller=Caller("", MEIS, same=True))
    assert not is_due(matter)
    with pytest.raises(Conflict):
        call_back(matter, "confirm", answers={"score": "5"}, actor=world.min)
    assert waiting(world.min) == []


def test_what_was_not_taken_down_is_not_called_back(world: World) -> None:
    matter = answered(world)
    TakenDown.objects.filter(matter=matter).delete()
    with pytest.raises(Conflict):
        call_back(matter, "confirm", answers={"score": "5"}, actor=world.min)


def test_a_bad_answer_leaves_no_trace_of_a_call(world: World) -> None:
    matter = answered(world)
    with pytest.raises(BadAnswers):
        call_back(matter, "confirm", answers={"score": "9"}, actor=world.min)
    assert "call_back" not in verbs(matter)


def test_a_call_back_that_is_sent_twice_is_one(world: World) -> None:
    matter, key = answered(world), uuid.uuid4()
    first = call_back(matter, "confirm", answers={"score": "5"}, actor=world.min, key=key)
    assert call_back(matter, "confirm", answers={"score": "5"}, actor=world.min, key=key) == first
    assert verbs(matter).count("call_back") == 1


def test_whom_nobody_calls_gives_no_verdict(world: World) -> None:
    matter = answered(world)
    assert matter.due_at is not None
    look_after(moment=matter.due_at)
    matter.refresh_from_db()
    assert matter.stage == "close_unrated"


def test_looking_at_the_number_stands_in_the_record(world: World) -> None:
    matter = answered(world)
    assert number_to_call(matter, actor=world.wen) == NEW
    seen = Event.objects.get(chain=matter.pk, verb="opened")
    assert seen.actor_id == world.people["wen"].pk
    assert NEW not in str(seen.body)
    with pytest.raises(NotYours):
        number_to_call(matter, actor=world.an)


# -- the pages


def form(world: World, **more: str) -> dict[str, str]:
    return {
        "_channel": "phone", "_caller": "赵姨", "_phone": NEW, "what": "楼道水管漏水", "_urgency": "ordinary",
        "_place": str(world.place("room_unit2").pk), "_key": str(uuid.uuid4()), **more,
    }  # fmt: skip


def test_the_page_takes_it_down_and_says_what_to_tell_the_caller(world: World) -> None:
    client = visit(world, "min")
    sent = client.post("/take-down/repair/", form(world))
    matter = Matter.objects.get()
    assert sent["Location"] == f"/take-down/{matter.number}/done/"
    assert f"{matter.number}" in text_of(client.get(sent["Location"]))
    assert visit(world, "an").get(sent["Location"]).status_code == 404
    assert NEW not in client.get("/take-down/").content.decode()


def test_a_known_number_shows_the_masked_name_and_keeps_what_was_typed(world: World) -> None:
    client = visit(world, "min")
    asked = client.post("/take-down/repair/", form(world, _phone=MEIS))
    page = asked.content.decode()
    assert not Matter.objects.exists()
    assert "王*" in page
    assert "王小梅" not in page
    assert "楼道水管漏水" in page
    client.post("/take-down/repair/", form(world, _phone=MEIS, _same="yes"))
    assert Matter.objects.get().raiser == world.people["mei"]


def test_something_similar_is_shown_before_it_is_sent(world: World) -> None:
    client = visit(world, "min")
    client.post("/take-down/repair/", form(world))
    first = Matter.objects.get()
    again = client.post("/take-down/repair/", form(world, _phone="", _caller="钱叔"))
    assert f"/matters/{first.number}/" in again.content.decode()
    assert Matter.objects.count() == 1
    client.post("/take-down/repair/", form(world, _phone="", _caller="钱叔", _anyway="yes"))
    assert Matter.objects.count() == 2


def test_a_place_is_found_as_callers_say_it_within_ones_own_area(world: World) -> None:
    found = visit(world, "wen").post("/take-down/repair/", {**form(world), "_find": "1-2-101", "_search": "yes"})
    assert "1号楼 2单元 101室" in text_of(found)
    outside = visit(world, "wen").post("/take-down/repair/", {**form(world), "_find": "2-1-101", "_search": "yes"})
    assert "2号楼 1单元 101室" not in text_of(outside)


def test_mistakes_come_back_with_what_was_typed(world: World) -> None:
    answer = visit(world, "min").post("/take-down/repair/", form(world, what="", _phone="12"))
    assert answer.status_code == 422
    assert 'value="赵姨"' in answer.content.decode()
    assert "请填写“情况”。" in text_of(answer)


def test_the_call_back_page_is_for_those_whose_area_it_is(world: World) -> None:
    matter = answered(world)
    page = visit(world, "min").get(f"/call-back/{matter.number}/")
    assert "换了接头，试水不漏。" in text_of(page)
    assert NEW not in page.content.decode()
    assert visit(world, "mei").get(f"/call-back/{matter.number}/").status_code == 404
    assert visit(world, "an").get(f"/call-back/{matter.number}/").status_code == 403
    shown = visit(world, "min").post(f"/call-back/{matter.number}/number/")
    assert NEW in text_of(shown)
    assert shown["Cache-Control"] == "no-store"
    sent = visit(world, "min").post(f"/call-back/{matter.number}/", {"_verdict": "confirm", "score": "5"})
    assert sent.status_code == 303
    matter.refresh_from_db()
    assert matter.outcome == "solved"


def test_the_list_of_calls_takes_few_queries_however_long_it_is(world: World) -> None:
    for _ in range(3):
        answered(world, caller=Caller("钱叔"))
    client = visit(world, "wen")
    client.get("/take-down/")
    with CaptureQueriesContext(connection) as asked:
        client.get("/take-down/")
    # session, person, posts, playbooks, calls with their words, taken down, how many wait and are unread
    assert len([one for one in asked if "SAVEPOINT" not in one["sql"]]) <= 9
