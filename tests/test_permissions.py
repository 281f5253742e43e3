"""Who gets what at every address: each route with each kind of person. A route that is not in the table fails the last test."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from linli.matters.models import Matter
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
    "mine": ("/mine/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "desk": ("/desk/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "raise": ("/raise/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "raise-form": ("/raise/repair/", (200, 200, 200, 200, 200, TO_SIGN_IN)),
    "matter": ("/matters/{number}/", ALL_SEE),
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
    "open": ("/matters/{number}/open/", (200, 200, 403, 403, 403, 403)),
}
FORM = {
    "reply": "不归物业管",
    "reason": "配件没到货",
    "limit": "1workdays",
    "_grant": "no",
    "_take_over": "-",
    "language": "en",
}


@pytest.fixture
def matter(world: World) -> Matter:
    return a_repair(world, phone="13800000001")


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
def test_who_may_read(world: World, matter: Matter, route: str, person: str) -> None:
    address, statuses = READING[route]
    answer = browser_of(world, person).get(address.format(number=matter.number))
    assert answer.status_code == statuses[PEOPLE.index(person)]


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize("route", WRITING)
def test_who_may_write(world: World, matter: Matter, route: str, person: str) -> None:
    address, statuses = WRITING[route]
    form = {**FORM, "_seen": str(matter.version), "_key": str(uuid.uuid4())}
    answer = browser_of(world, person).post(address.format(number=matter.number), form)
    assert answer.status_code == statuses[PEOPLE.index(person)]


@pytest.mark.parametrize("route", [name for name in WRITING if name not in ("language", "type", "sign-out")])
def test_reading_the_address_of_a_deed_does_nothing_but_lead_back(world: World, matter: Matter, route: str) -> None:
    address = WRITING[route][0].format(number=matter.number)
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
