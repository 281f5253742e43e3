"""A ballot in the test neighbourhood: who owns what, and the steps from the announcement to the published bundle."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from linli.ballots.actions import closing, preparing, voting
from linli.ballots.elections import actions as elections
from linli.ballots.elections.announcing import election_of
from linli.ballots.models import Ballot, Slot, VoteCast
from linli.ballots.settings import settings_of
from linli.lib import clock
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.models import Matter
from linli.people.models import Person
from linli.people.reader import Reader
from linli.places.models import Place
from linli.playbooks.limits import after_whole_days
from linli.register.models import Holding, Owner, OwnerSet
from tests.world import PEOPLE, SINCE, World

MORNING = datetime(2026, 5, 6, 9, tzinfo=clock.ZONE)
OPENS = datetime(2026, 5, 23, 9, tzinfo=clock.ZONE)
CLOSES = OPENS + timedelta(days=10)
PARKING, FUND = "cn-civil-278-8", "cn-civil-278-5"
# Whose rooms, by area in 0.01 m²; Mei and Dan own one together.
OWNED: Mapping[str, tuple[tuple[str, ...], int]] = {
    "room": (("mei",), 8935),
    "room_next": (("mei", "dan"), 12050),
    "room_unit2": (("bo",), 9000),
    "room_building2": (("qin",), 10015),
}


STOOD = ("mei", "dan", "bo", "qin", "lao_li", "stranger", "suo")
SHARED = ("lao_li", "stranger", "suo")  # own one more room together


def give_out_shared(world: World) -> None:
    """So that there are seven owners who can stand."""
    room = Place.objects.get(path=f"{world.place('unit2').path}.102")
    own(room, [world.people[one] for one in SHARED], 9500)


def give_out_rooms(world: World) -> None:
    for key, (people, area) in OWNED.items():
        own(world.place(key), [world.people[one] for one in people], area)


def own(room: Place, people: list[Person], area: int, use: str = "dwelling") -> OwnerSet:
    kind = "owner" if len(people) == 1 else "co_owners"
    owner_set = OwnerSet.objects.create(kind=kind)
    for person in people:
        Owner.objects.create(owner_set=owner_set, person=person)
    Holding.objects.create(
        room=room, use=use, area=area, area_source="registered", owner_set=owner_set, valid_from=SINCE
    )
    return owner_set


def a_matter(world: World, place: str = "estate") -> Matter:
    matter = raise_matter(
        "owners_ballot", world.place(place), actor=world.yang, answers={"what": "绿地改车位"}, key=uuid.uuid4()
    )
    move(matter, "put", actor=world.yang)
    return Matter.objects.get(pk=matter.pk)


def ballot_of(matter: Matter) -> Ballot:
    fresh = Matter.objects.get(pk=matter.pk)
    return Ballot.objects.select_related("matter__holder", "place").get(matter=fresh, entry=fresh.entry)


def planned(ballot: Ballot, by: Reader, *rules: str, opens: datetime = OPENS, closes: datetime = CLOSES) -> Ballot:
    preparing.plan(ballot, preparing.Plan("绿地改车位", "Green belt to parking", opens, closes), actor=by)
    settings = settings_of(ballot)
    if settings.elects and not (ballot.second_of_id or settings.following):
        enter_candidates(ballot, by)
    if ballot.second_of_id or (settings.elects and not rules):
        return ballot_of(ballot.matter)
    for rule in rules or (settings.rule or PARKING,):
        preparing.ask(ballot, f"按 {rule} 表决", rule, actor=by)
    return ballot_of(ballot.matter)


def nominated(who: str, words: str = "住在本小区十年") -> elections.Nomination:
    name, phone = next((name, phone) for key, name, phone, _ in PEOPLE if key == who)
    return elections.Nomination(name, phone, "self", words, range(9))


def enter_candidates(ballot: Ballot, by: Reader, seats: int = 7, stood: Sequence[str] = STOOD) -> None:
    elections.set_seats(ballot, "第三届业主委员会", seats, title_en="Third owners’ committee", actor=by)
    for who in stood:
        elections.stand(ballot, nominated(who), actor=by)


def announced(ballot: Ballot, by: Reader, *rules: str, opens: datetime = OPENS, closes: datetime = CLOSES) -> Ballot:
    preparing.announce(planned(ballot, by, *rules, opens=opens, closes=closes), actor=by)
    return ballot_of(ballot.matter)


def opened(world: World, *rules: str) -> Ballot:
    """A ballot of the estate's owners that is open, as of the opening hour."""
    with clock.at(MORNING):
        give_out_rooms(world)
        ballot = announced(ballot_of(a_matter(world)), world.yang, *rules)
    with clock.at(OPENS):
        closing.tend_ballots()
    return ballot_of(ballot.matter)


def slot_of(ballot: Ballot, world: World, room: str) -> Slot:
    return Slot.objects.get(ballot=ballot, place=world.place(room))


def vote(ballot: Ballot, world: World, who: str, room: str, choice: str, **more: object) -> VoteCast:
    choices = {question.key: choice for question in ballot.questions.all()}
    given = voting.Vote(choices, **more)  # type: ignore[arg-type]
    return voting.cast(ballot, slot_of(ballot, world, room).tag, given, actor=getattr(world, who))


def hold_ballot(world: World, matter: Matter, by: Reader, outcome: str, wait_until: Callable[[datetime], None]) -> None:
    """For a story: announce, let the hours come, vote so that it comes out so, count and publish."""
    if not Holding.objects.exists():  # it may be the second vote on the matter
        give_out_rooms(world)
        give_out_shared(world)
    opens = after_whole_days(clock.now(), 15) + timedelta(hours=9)
    announced(ballot_of(matter), by, opens=opens, closes=opens + timedelta(days=10))
    wait_until(opens)
    with clock.at(opens):
        closing.tend_ballots()
        rooms = {"mei": "room", "bo": "room_unit2"}
        rooms |= {} if outcome == "no_quorum" else {"qin": "room_building2", "dan": "room_next"}
        for who, room in rooms.items():
            choices = marked_for(ballot_of(matter), outcome)
            tag = slot_of(ballot_of(matter), world, room).tag
            voting.cast(ballot_of(matter), tag, voting.Vote(choices), actor=getattr(world, who))
    wait_until(opens + timedelta(days=10))
    counted(ballot_of(matter), by)


def marked_for(ballot: Ballot, outcome: str) -> dict[str, str]:
    """What everybody has to mark so that it comes out so; of an election, the first candidates of the ballot get in."""
    keys = [question.key for question in ballot.questions.order_by("number")]
    election = election_of(ballot)
    if election is None:
        return dict.fromkeys(keys, "no" if outcome == "failed" else "yes")
    seats, seated = election.seats or 0, election.seated
    wanted = {"filled": seats, "formed": 5 - seated, "not_formed": 0 if seated else 3, "no_quorum": 0}[outcome]
    return {key: "yes" if place < wanted else "no" for place, key in enumerate(keys)}


def counted(ballot: Ballot, by: Reader) -> Ballot:
    """Closed and published after the hour."""
    assert ballot.closes_at is not None
    with clock.at(ballot.closes_at):
        closing.close(ballot, actor=by)
        closing.publish(ballot_of(ballot.matter), actor=by)
    return Ballot.objects.get(pk=ballot.pk)
