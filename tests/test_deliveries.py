"""Bringing ballots to the door: marks that come late or twice, marks of others, and the hour at which all of it ends."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.test import Client

from linli.ballots.actions import delivery
from linli.ballots.actions.delivery import Mark
from linli.ballots.models import Ballot, Slot
from linli.ballots.queries import doors
from linli.lib import clock
from linli.lib.refusals import NotYours, Refused
from linli.record.chain import stamp
from linli.record.models import Event
from tests.ballot_steps import CLOSES, OPENS, opened, slot_of
from tests.pages import visit
from tests.world import World

OPEN = OPENS + timedelta(hours=3)
JSON = {"accept": "application/json"}


def marks(ballot: Ballot) -> list[tuple[str, str]]:
    rows = Event.objects.filter(chain=ballot.pk, verb__in=["delivered", "called"]).order_by("seq")
    return [(event.verb, event.body["how"]) for event in rows]


def send(browser: Client, ballot: Ballot, slot: Slot, how: str, key: uuid.UUID | str, made_at: str = "") -> int:
    sent = {"tag": slot.tag, "how": how, "_key": str(key), "made_at": made_at}
    return browser.post(f"/ballots/{ballot.pk}/delivery/", sent, headers=JSON).status_code


def test_a_mark_that_is_sent_twice_is_recorded_once_with_the_hour_the_device_told(world: World) -> None:
    ballot, key = opened(world), uuid.uuid4()
    with clock.at(OPEN):
        slot, browser = slot_of(ballot, world, "room"), visit(world, "yang")
        made_at = str(int((OPEN - timedelta(hours=2)).timestamp() * 1000))
        assert [send(browser, ballot, slot, "away", key, made_at) for _ in range(2)] == [200, 200]
        assert marks(ballot) == [("called", "away")]
    event = Event.objects.get(chain=ballot.pk, verb="called")
    assert event.body["made_at"] == stamp(OPEN - timedelta(hours=2))
    assert event.at == OPEN


def test_who_was_away_may_get_it_the_next_time_and_what_is_delivered_stays(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        slot, browser = slot_of(ballot, world, "room"), visit(world, "yang")
        for how in ("away", "refused", "hand", "away", "post"):
            assert send(browser, ballot, slot, how, uuid.uuid4()) == 200
        fresh = Slot.objects.get(pk=slot.pk)
        assert marks(ballot) == [("called", "away"), ("called", "refused"), ("delivered", "hand")]
        assert (fresh.delivered_how, fresh.delivered_at, fresh.called_how) == ("hand", OPEN, "refused")


def test_away_and_refused_are_not_delivered(world: World) -> None:
    """What the silent count as rests on delivery: nobody counts who was only called on."""
    ballot = opened(world)
    with clock.at(OPEN):
        delivery.mark(ballot, slot_of(ballot, world, "room").tag, Mark("refused"), actor=world.yang)
        door = next(one for one in doors(world.yang, ballot) if one.called)
    assert (door.called, door.delivered) == ("refused", "")
    assert not Slot.objects.filter(ballot=ballot, delivered_at__isnull=False).exists()


def test_the_list_ends_with_the_vote_and_a_mark_that_comes_later_is_refused(world: World) -> None:
    ballot = opened(world)
    slot, address = slot_of(ballot, world, "room"), f"/ballots/{ballot.pk}/delivery/"
    made_at = str(int((CLOSES - timedelta(hours=1)).timestamp() * 1000))
    with clock.at(CLOSES - timedelta(seconds=1)):
        browser = visit(world, "yang")
        assert browser.get(address).status_code == 200
    with clock.at(CLOSES):
        assert browser.get(address).status_code == 403
        assert send(browser, ballot, slot, "hand", uuid.uuid4(), made_at) == 403
        assert doors(world.yang, ballot) == []
        with pytest.raises(NotYours):
            delivery.deliver(ballot, slot.tag, "hand", actor=world.yang)
    assert marks(ballot) == []


@pytest.mark.parametrize(("tag", "how"), [("", "hand"), ("nobody", "hand"), (None, "vanished"), (None, "")])
def test_a_mark_of_no_home_or_of_no_kind_is_refused_with_its_sentence(world: World, tag: str | None, how: str) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        sent = {"tag": slot_of(ballot, world, "room").tag if tag is None else tag, "how": how, "_key": "x"}
        answer = visit(world, "yang").post(f"/ballots/{ballot.pk}/delivery/", sent, headers=JSON)
    assert (answer.status_code, marks(ballot)) == (422, [])
    assert answer.json()["said"] in (delivery.NOT_HERE.zh, delivery.NO_WAY.zh)


def test_a_unit_lead_marks_the_homes_of_the_own_unit_alone(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        lead = world.dan
        mine = {one.tag for one in doors(lead, ballot)}
        assert mine == {slot_of(ballot, world, room).tag for room in ("room", "room_next")}
        with pytest.raises(Refused):
            delivery.deliver(ballot, slot_of(ballot, world, "room_unit2").tag, "hand", actor=lead)


def test_whoever_signed_out_keeps_the_marks_and_is_told_to_sign_in(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        sent = {"tag": slot_of(ballot, world, "room").tag, "how": "hand", "_key": str(uuid.uuid4())}
        answer = Client().post(f"/ballots/{ballot.pk}/delivery/", sent, headers=JSON)
    assert (answer.status_code, answer.json()["again"], marks(ballot)) == (403, True, [])


def test_marks_are_kept_apart_for_each_person_on_a_phone_that_is_lent(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        pages = [visit(world, who).get(f"/ballots/{ballot.pk}/delivery/").content.decode() for who in ("yang", "dan")]
    whose = [page.partition('data-whose="')[2][:16] for page in pages]
    assert len(set(whose)) == 2
    assert str(world.people["yang"].pk) not in pages[0]


def test_the_keeper_of_the_list_knows_the_hour_and_stays_in_its_folder(world: World) -> None:
    ballot = opened(world)
    with clock.at(OPEN):
        answer = visit(world, "yang").get(f"/ballots/{ballot.pk}/delivery/worker.js")
    assert answer["Content-Type"] == "text/javascript"
    assert "Service-Worker-Allowed" not in answer  # so it reaches no further than the folder it lies in
    assert f"const closes = {int(CLOSES.timestamp() * 1000)};" in answer.content.decode()
    assert "worker-src 'self'" in answer["Content-Security-Policy"]
    assert "'unsafe" not in answer["Content-Security-Policy"]


def test_signing_out_leaves_nothing_of_a_list_on_the_phone(world: World) -> None:
    assert visit(world, "yang").post("/sign-out/")["Clear-Site-Data"] == '"storage"'
