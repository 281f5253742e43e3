"""Owners, residents or villagers, members of the collective, party members: four lists from four sources."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from linli.lib.refusals import NotYours
from linli.record.models import Event
from linli.register.actions.loading import load_register
from linli.register.actions.standings import end_standing, enter_standing
from linli.register.kinds import ELECTORATES
from linli.register.models import Standing
from linli.register.plan import Wish, make_plan
from linli.register.queries import electorate, owner_sets_below, standings_of
from linli.register.tables import read_table
from tests.registers import a_csv, a_row
from tests.world import SINCE, World


def enter(world: World, who: str, name: str, place: str, by: str) -> Standing:
    return enter_standing(world.people[who], name, world.place(place), actor=getattr(world, by))


def names(world: World, name: str, place: str, by: str) -> list[str]:
    return [world.key_of(one.pk) for one in electorate(name, world.place(place), reader=getattr(world, by))]


@pytest.fixture
def mixed(world: World, tmp_path: Path) -> World:
    """Mei is an owner, a resident, a collective member and in the party; Bo a villager only; Qin a resident only."""
    table = read_table(a_csv(tmp_path, a_row()))
    load_register(make_plan(table, parent=None, since=SINCE, wish=Wish()), day=SINCE)
    enter(world, "mei", "resident", "room", "shu")
    enter(world, "mei", "collective_member", "community", "shu")
    enter(world, "mei", "party_member", "grid1", "hua")
    enter(world, "bo", "villager", "community", "min")
    enter(world, "qin", "resident", "room_building2", "shu")
    return world


def test_each_list_holds_those_who_were_entered_in_it_and_nobody_else(mixed: World) -> None:
    assert sorted(names(mixed, "resident", "community", "shu")) == ["mei", "qin"]
    assert names(mixed, "villager", "community", "shu") == ["bo"]
    assert names(mixed, "collective_member", "community", "shu") == ["mei"]
    assert names(mixed, "party_member", "grid1", "hua") == ["mei"]
    owners = [one.person for owned in owner_sets_below(mixed.place("community")) for one in owned.owners.all()]
    assert [mixed.key_of(person.pk) for person in owners] == ["mei"]


@pytest.mark.parametrize("ended", ELECTORATES)
def test_leaving_one_electorate_changes_no_other(mixed: World, ended: str) -> None:
    before = {(one.electorate, one.person_id) for one in Standing.objects.filter(until__isnull=True)}
    for one in Standing.objects.filter(electorate=ended):
        end_standing(one, actor=mixed.hua if ended == "party_member" else mixed.shu)
    after = {(one.electorate, one.person_id) for one in Standing.objects.filter(until__isnull=True)}
    assert after == {one for one in before if one[0] != ended}
    assert owner_sets_below(mixed.place("community")).count() == 1


def test_residents_of_one_building_are_not_those_of_another(mixed: World) -> None:
    assert names(mixed, "resident", "building1", "shu") == ["mei"]
    assert names(mixed, "resident", "building2", "shu") == ["qin"]


@pytest.mark.parametrize("reader", ["shu", "min", "jing", "jie", "wen", "bo", "stranger"])
def test_only_the_branch_and_the_person_know_of_the_party(mixed: World, reader: str) -> None:
    with pytest.raises(NotYours):
        names(mixed, "party_member", "grid1", reader)
    seen = {one.electorate for one in standings_of(mixed.people["mei"], reader=getattr(mixed, reader))}
    assert "party_member" not in seen


def test_the_person_and_the_branch_see_the_membership(mixed: World) -> None:
    for reader in (mixed.mei, mixed.hua):
        seen = {one.electorate for one in standings_of(mixed.people["mei"], reader=reader)}
        assert "party_member" in seen
    with pytest.raises(NotYours):
        names(mixed, "resident", "community", "hua")


def test_the_record_does_not_tell_who_is_in_the_party(mixed: World) -> None:
    event = Event.objects.get(chain=mixed.place("grid1").pk)
    assert set(event.body) == {"standing"}
    assert str(mixed.people["mei"].pk) not in str(event.body)


@pytest.mark.parametrize(
    ("name", "place", "by"),
    [
        ("party_member", "grid1", "shu"),
        ("party_member", "grid1", "wen"),
        ("party_member", "community", "hua"),
        ("resident", "room", "hua"),
        ("resident", "room", "jing"),
        ("collective_member", "community", "mei"),
        ("villager", "community", "stranger"),
    ],
)
def test_nobody_enters_people_into_lists_that_are_not_theirs(world: World, name: str, place: str, by: str) -> None:
    with pytest.raises(NotYours):
        enter(world, "bo", name, place, by)
    assert not Standing.objects.exists()


def test_entering_twice_is_entering_once(world: World) -> None:
    assert enter(world, "bo", "resident", "room", "shu") == enter(world, "bo", "resident", "room", "shu")
    assert Event.objects.filter(verb="standing_entered").count() == 1


@pytest.mark.parametrize("name", ["owner", "tenant"])
def test_the_database_knows_no_fifth_list(world: World, name: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Standing.objects.create(person=world.people["bo"], electorate=name, place=world.place("room"), since=SINCE)
