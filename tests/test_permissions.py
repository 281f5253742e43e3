"""Who gets what at every address: each route with each kind of person. A route that is not in the table fails the last test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import date

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from linli.matters.models import Matter
from linli.places.facility_actions import Details
from linli.register.actions.households import verify_member
from linli.requests.facilities.actions import add_facility, inspect, make_codes
from tests.photos import a_photo
from tests.world import World, a_repair

# Mei raised it, An holds it, Dan is on its chain, Bo lives in another unit, the stranger holds no post, nobody has not signed in.
PEOPLE = ("mei", "an", "dan", "bo", "stranger", "nobody")
ALL_SEE = (200,) * 6
TO_SIGN_IN = 302
# Name of the route: method, address, and the status for each of PEOPLE in turn.
READING: dict[str, tuple[str, tuple[int, ...]]] = {
    "home": ("/", ALL_SEE),
    "health": ("/healthz", ALL_SEE),
    "robots": ("/robots.txt", ALL_SEE),
    "sign-in": ("/sign-in/", ALL_SEE),
    "playbooks": ("/playbooks/", ALL_SEE),
    "playbook": ("/playbooks/repair/", ALL_SEE),
    "overdue": ("/overdue/", ALL_SEE),
    "board": ("/board/", ALL_SEE),
    "board-table": ("/board/figures.csv", ALL_SEE),
    "board-rows": ("/board/rows/?figure=raised", ALL_SEE),
    "exclusion": ("/board/exclusion/{number}/", (404, 200, 404, 404, 404, 404)),
    "register": ("/register/", (403, 403, 403, 403, 403, TO_SIGN_IN)),
    "room": ("/register/{room}/", (404, 404, 404, 404, 404, TO_SIGN_IN)),
    "posts": ("/posts/", (403, 200, 200, 403, 403, TO_SIGN_IN)),
    "fill-post": ("/posts/fill/?role=unit_lead&place={unit}", (403, 403, 403, 403, 403, TO_SIGN_IN)),
    "card": ("/posts/{post}/card/", (403, 403, 200, 403, 403, TO_SIGN_IN)),
    "grids": ("/grids/", ALL_SEE),
    "grid": ("/grids/{grid}/", ALL_SEE),
    "mine": ("/mine/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "desk": ("/desk/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "raise": ("/raise/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "raise-form": ("/raise/repair/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "matter": ("/matters/{number}/", ALL_SEE),
    "photo": ("/matters/{number}/photos/{photo}/", (200, 200, 200, 404, 404, 404)),
    "photo-small": ("/matters/{number}/photos/{photo}/small/", (200, 200, 200, 404, 404, 404)),
    "search": ("/search/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "facilities": ("/facilities/", (403, 200, 200, 403, 403, TO_SIGN_IN)),
    "facility-figures": ("/facilities/figures/", ALL_SEE),
    "new-facility": ("/facilities/new/", (403, 200, 403, 403, 403, TO_SIGN_IN)),
    "facility": ("/facilities/{facility}/", (404, 200, 200, 404, 404, TO_SIGN_IN)),
    "code": ("/q/{token}/", (302,) * 6),
    "report-by-code": ("/q/{token}/report/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "codes": ("/codes/", (403, 200, 403, 403, 403, TO_SIGN_IN)),
    "print-codes": ("/codes/print/?under={estate}&kind=unit", (403, 200, 403, 403, 403, TO_SIGN_IN)),
}
WRITING: dict[str, tuple[str, tuple[int, ...]]] = {
    "language": ("/language/", (302,) * 6),
    "type": ("/type/", (302,) * 6),
    "sign-out": ("/sign-out/", (302,) * 6),
    "move": ("/matters/{number}/move/decline/", (403, 303, 403, 403, 403, 403)),
    "delay": ("/matters/{number}/delay/", (403, 303, 403, 403, 403, 403)),
    "rule-delay": ("/matters/{number}/delay/rule/", (409, 409, 409, 409, 409, 403)),
    "objection": ("/matters/{number}/objection/", (403, 303, 403, 403, 403, 403)),
    "rule-objection": ("/matters/{number}/objection/rule/", (409, 409, 409, 409, 409, 403)),
    "ask-exclusion": ("/board/exclusion/{number}/ask/", (404, 303, 404, 404, 404, 404)),
    "rule-exclusion": ("/board/exclusion/{number}/rule/", (404, 409, 404, 404, 404, 404)),
    "open-room": ("/register/{room}/open/", (404,) * 6),
    "add-member": ("/register/{room}/members/", (404,) * 6),
    "end-member": ("/register/{bos_room}/members/{member}/end/", (404,) * 6),
    "end-post": ("/posts/{post}/end/", (403,) * 6),
    "open": ("/matters/{number}/open/", (200, 200, 403, 403, 403, 403)),
    "join": ("/matters/{number}/join/", (403, 403, 403, 303, 403, 403)),
    "leave": ("/matters/{number}/leave/", (409, 409, 409, 409, 409, 403)),
    "judge": ("/matters/{number}/judge/", (409, 409, 409, 409, 409, 403)),
    "inspect-facility": ("/facilities/{facility}/inspect/", (404, 303, 303, 404, 404, 403)),
    "install-facility": ("/facilities/{facility}/install/", (404, 303, 403, 404, 404, 403)),
    "take-off-facility": ("/facilities/{facility}/take-off/", (404, 303, 403, 404, 404, 403)),
    "facility-code": ("/facilities/{facility}/code/", (404, 303, 403, 404, 404, 403)),
    "report-facility": ("/facilities/{facility}/report/", (404, 303, 303, 404, 404, 403)),
    "make-codes": ("/codes/make/", (403, 303, 403, 403, 403, 403)),
    "revoke-code": ("/codes/{code}/revoke/", (403, 303, 403, 403, 403, 403)),
}
FORM = {
    "reply": "不归物业管",
    "reason": "配件没到货",
    "limit": "1workdays",
    "ground": "not_ours",
    "_grant": "no",
    "_take_over": "-",
    "language": "en",
    "condition": "worn",
    "kind": "unit",
}


@pytest.fixture
def matter(world: World) -> Matter:
    return a_repair(world, phone="13800000001", photos=[a_photo()])


@pytest.fixture
def known(world: World, matter: Matter) -> dict[str, object]:
    """What the addresses speak of: Mei's matter, a broken lamp in her unit, the code at its door."""
    unit = world.place("unit1")
    lamp = add_facility(unit, Details("lamp", "门厅灯", installed_on=date(2026, 1, 1)), actor=world.jing)
    seen = inspect(lamp, "broken", actor=world.gong)
    code = make_codes(unit, [unit], actor=world.jing)[0]
    return {
        "number": matter.number,
        "photo": matter.photos.get().pk,
        "facility": lamp.pk,
        "inspection": seen.pk,
        "code": code.pk,
        "token": code.token,
        "estate": world.place("estate").path,
        "room": world.place("room").pk,
        "bos_room": world.place("room_unit2").pk,
        "unit": world.place("unit1").pk,
        "grid": world.place("grid1").pk,
        "post": next(post.pk for post in world.dan.posts if post.role == "unit_lead"),
        "member": _a_member(world),
    }


def _a_member(world: World) -> uuid.UUID:
    """Bo in the room where he lives, as the register has it."""
    proof = {"name": "李伯", "phone": "13800000002", "how": "documents"}
    return verify_member(world.place("room_unit2"), actor=world.min, **proof).pk


def browser_of(world: World, key: str) -> Client:
    """A browser in which the person has signed in already."""
    client = Client(raise_request_exception=False)
    if key != "nobody":
        session = client.session
        session[SESSION_KEY] = world.id_of(key)
        session[BACKEND_SESSION_KEY] = "linli.people.signin.PersonBackend"
        session[HASH_SESSION_KEY] = world.people[key].get_session_auth_hash()
        session.save()
        client.cookies["sessionid"] = session.session_key or ""
    return client


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("route", READING)
def test_who_may_read(world: World, known: dict[str, object], route: str, person: str) -> None:
    address, statuses = READING[route]
    answer = browser_of(world, person).get(address.format(**known))
    assert answer.status_code == statuses[PEOPLE.index(person)]


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("route", WRITING)
def test_who_may_write(world: World, matter: Matter, known: dict[str, object], route: str, person: str) -> None:
    address, statuses = WRITING[route]
    form = {**FORM, "_seen": str(matter.version), "_key": str(uuid.uuid4())}
    form |= {"inspection": str(known["inspection"]), "under": str(known["estate"])}
    answer = browser_of(world, person).post(address.format(**known), form)
    assert answer.status_code == statuses[PEOPLE.index(person)]


@pytest.mark.parametrize("route", [name for name in WRITING if name not in ("language", "type", "sign-out")])
def test_reading_the_address_of_a_deed_does_nothing_but_lead_back(
    world: World, matter: Matter, known: dict[str, object], route: str
) -> None:
    address = WRITING[route][0].format(**known)
    assert browser_of(world, "an").get(address).status_code == 302
    matter.refresh_from_db()
    assert matter.version == 1


@pytest.mark.parametrize("person", ["bo", "stranger", "nobody"])
def test_outsiders_read_no_word_and_no_room_of_a_matter(world: World, matter: Matter, person: str) -> None:
    page = browser_of(world, person).get(f"/matters/{matter.number}/").content.decode()
    for private in ("水管漏水", "101室", "1单元", "王小梅", "13800000001"):
        assert private not in page


@pytest.mark.parametrize(
    "address", ["/matters/999999/", "/playbooks/nothing/", "/raise/nothing/", "/raise/called_unit/"]
)
def test_what_is_not_there_is_404_for_those_who_signed_in(world: World, address: str) -> None:
    assert browser_of(world, "mei").get(address).status_code == 404


def test_a_post_that_ends_takes_its_rights_with_it_at_once(world: World, matter: Matter) -> None:
    client = browser_of(world, "an")
    assert "水管漏水" in client.get("/desk/").content.decode()
    post = world.an.posts[0]
    type(post).objects.filter(pk=post.pk).update(until=matter.raised_at)
    assert "水管漏水" not in client.get("/desk/").content.decode()


def test_a_session_of_one_neighbourhood_opens_nothing_next_door(world: World, matter: Matter) -> None:
    client = browser_of(world, "mei")
    assert client.get("/mine/").status_code == 200
    assert client.get("/mine/", headers={"host": "nextdoor.localhost"}).status_code == TO_SIGN_IN
    assert client.get(f"/matters/{matter.number}/", headers={"host": "nextdoor.localhost"}).status_code == 404


def _routes(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _routes(pattern.url_patterns)
        elif pattern.name:
            yield pattern.name
        else:
            yield str(pattern.pattern)


def test_every_route_is_in_the_table() -> None:
    assert set(_routes(get_resolver().url_patterns)) - {"favicon"} == set(READING) | set(WRITING)


def test_health_is_answered_at_any_host_and_nothing_else_is(world: World) -> None:
    client = browser_of(world, "nobody")
    assert client.get("/healthz", headers={"host": "elsewhere.localhost"}).status_code == 200
    assert client.get("/", headers={"host": "elsewhere.localhost"}).status_code == 404
