"""The page of the electorates: who keeps which list, masked names, reasons, and what people see of themselves."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.people.models import Person, Post
from linli.record.models import Event, Sealed
from linli.record.queries import broken_chains
from linli.register.actions.standings import enter_standing
from linli.register.models import Standing
from tests.pages import text_of, visit
from tests.world import World

KEPT = {"居民", "村民", "居民（村民）代表", "集体经济组织成员"}
MEI = {"name": "王小梅", "phone": "13800000001", "how": "documents", "reason": "查验了户口簿"}


def add(world: World, who: str, of: str, **changed: str) -> int:
    return visit(world, who).post("/standings/add/", {**MEI, "of": of, **changed}).status_code


@pytest.fixture
def listed(world: World) -> World:
    enter_standing(world.people["mei"], "resident", world.place("room"), actor=world.shu, how="documents")
    enter_standing(world.people["qin"], "resident", world.place("room_building2"), actor=world.shu)
    enter_standing(world.people["mei"], "party_member", world.place("grid1"), actor=world.hua)
    return world


# -- who keeps which list


@pytest.mark.parametrize(
    ("who", "lists"),
    [("shu", KEPT), ("min", KEPT), ("hua", set())],
)
def test_each_office_has_the_tabs_of_the_lists_that_it_keeps(listed: World, who: str, lists: set[str]) -> None:
    page = visit(listed, who).get("/standings/").content.decode()
    tabs = re.search(r'<div class="tabs">.*?</div>', page)
    assert set(re.findall(r">([^<]+)</a>", tabs[0])) == lists if tabs else lists == set()
    assert ("党员" in text_of(visit(listed, who).get("/standings/"))) is (who == "hua")


@pytest.mark.parametrize("who", ["mei", "bo", "an", "jing", "wen", "yang", "jie", "fa", "stranger"])
def test_nobody_else_has_the_page(listed: World, who: str) -> None:
    assert visit(listed, who).get("/standings/").status_code == 403
    assert add(listed, who, "resident", room="1-1-101") == 403
    assert visit(listed, who).post("/standings/open/", {"of": "resident", "reason": "就想看看"}).status_code == 403


@pytest.mark.parametrize(("who", "of"), [("shu", "party_member"), ("hua", "resident"), ("shu", "owner"), ("hua", "x")])
def test_a_list_of_others_does_not_exist(listed: World, who: str, of: str) -> None:
    client = visit(listed, who)
    assert client.get(f"/standings/?of={of}").status_code == 404
    assert client.post("/standings/add/", {**MEI, "of": of}).status_code == 404
    assert client.post("/standings/open/", {"of": of, "reason": "就想看看"}).status_code == 404


def test_the_community_ends_no_party_membership_and_the_branch_no_other(listed: World) -> None:
    party, resident = Standing.objects.get(electorate="party_member"), Standing.objects.filter(electorate="resident")[0]
    for who, one in (("shu", party), ("hua", resident)):
        assert visit(listed, who).post(f"/standings/{one.pk}/end/", {"reason": "迁出了"}).status_code == 404
    assert Standing.objects.filter(until__isnull=True).count() == 3


# -- what is shown


def test_names_are_masked_until_somebody_says_why(listed: World) -> None:
    client = visit(listed, "shu")
    page = text_of(client.get("/standings/"))
    assert ("王*" in page, "王小梅" in page, "青榆家园 一期 1号楼 1单元 101室" in page) == (True, False, True)
    assert client.post("/standings/open/", {"of": "resident", "reason": " "}).status_code == 422
    assert not Event.objects.filter(verb="opened").exists()
    opened = client.post("/standings/open/", {"of": "resident", "reason": "核对选民名单"})
    assert ("王小梅" in text_of(opened), opened["Cache-Control"]) == (True, "no-store")
    event = Event.objects.get(verb="opened")
    assert (event.actor, event.body["fields"]) == (listed.people["shu"], ["standings"])
    assert "核对选民名单" not in str(event.body)
    assert "王小梅" not in text_of(client.get("/standings/"))


def test_a_room_is_searched_and_the_list_of_the_party_is_that_of_the_grid_alone(listed: World) -> None:
    client = visit(listed, "shu")
    found = text_of(client.get("/standings/?of=resident&q=2-1-101"))
    assert ("秦*" in found, "王*" in found) == (True, False)
    branch = text_of(visit(listed, "hua").get("/standings/"))
    assert ("王*" in branch, "第1网格" in branch, "秦*" in branch) == (True, True, False)


def test_a_long_list_is_read_page_by_page_in_as_few_statements(listed: World) -> None:
    room = listed.place("room")
    for number in range(60):
        person = Person.objects.create(name=f"甲{number}", password="!")
        enter_standing(person, "resident", room, actor=listed.shu)
    client = visit(listed, "shu")
    client.get("/standings/")
    with CaptureQueriesContext(connection) as queries:
        first = client.get("/standings/")
    more = re.search(r'href="(\?of=resident[^"]*after=[^"]+)"', first.content.decode())
    assert more is not None
    second = client.get(f"/standings/{more[1].replace('&amp;', '&')}")
    rows = [page.content.decode().count('<th scope="row">') for page in (first, second)]
    assert (rows, len(queries) <= 8) == ([50, 12], True), len(queries)


# -- entering and ending


def test_a_resident_is_entered_at_the_room_with_proof_and_reason(world: World) -> None:
    assert add(world, "shu", "resident", room="1号楼1单元101室") == 303
    one = Standing.objects.get()
    assert (one.person, one.place, one.verified_how) == (world.people["mei"], world.place("room"), "documents")
    event = Event.objects.get(verb="standing_entered")
    assert event.body["electorate"] == "resident"
    sealed = Sealed.objects.get(event=event)
    assert (sealed.value, sealed.about_id, "查验" in str(event.body)) == ("查验了户口簿", world.people["mei"].pk, False)
    assert list(broken_chains()) == []


def test_a_party_member_is_entered_by_the_branch_and_no_event_tells_it(world: World) -> None:
    assert add(world, "hua", "party_member", place=str(world.place("grid1").pk)) == 303
    event = Event.objects.get(verb="standing_entered")
    assert set(event.body) - {"sealed"} == {"standing"}
    assert Sealed.objects.get(event=event).value is None  # encrypted


def test_villagers_and_the_collective_are_entered_at_the_community(world: World) -> None:
    for of in ("villager", "collective_member"):
        assert add(world, "min", of, place=str(world.place("community").pk)) == 303
    assert Standing.objects.filter(place=world.place("community")).count() == 2


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"name": ""}, "请填写姓名"),
        ({"phone": ""}, "请填写电话"),
        ({"phone": "123"}, "电话“123”不对"),
        ({"name": "别人"}, "已登记在另一位（王*）名下"),
        ({"how": ""}, "请选择是怎样核实的"),
        ({"how": "register"}, "请选择是怎样核实的"),
        ({"reason": ""}, "请写明"),
        ({"reason": "长" * 501}, "500"),
        ({"room": ""}, "请选择登记在哪里"),
        ({"room": "101"}, "不止一户"),
        ({"room": "9-9-999"}, "没有找到“9-9-999”"),
    ],
)
def test_a_mistake_is_told_and_what_was_typed_stays(world: World, changed: dict[str, str], sentence: str) -> None:
    form = {**MEI, "of": "resident", "room": "1-1-101", **changed}
    answer = visit(world, "shu").post("/standings/add/", form)
    assert (answer.status_code, Standing.objects.count()) == (422, 0)
    assert sentence in text_of(answer)
    for name in ("name", "room"):
        assert f'value="{form[name]}"' in answer.content.decode()


def test_a_room_of_another_community_is_not_found(world: World) -> None:
    elsewhere = world.place("room")
    type(elsewhere).objects.filter(pk=elsewhere.pk).update(path="hh.sh.qy.far.b1.u1.101")
    assert add(world, "shu", "resident", room="1-1-101") == 422
    assert Standing.objects.count() == 0


def test_one_is_ended_with_a_reason_and_stays_in_the_book(listed: World) -> None:
    one = Standing.objects.get(electorate="resident", person=listed.people["mei"])
    client = visit(listed, "shu")
    refused = client.post(f"/standings/{one.pk}/end/", {"reason": ""})
    assert (refused.status_code, "请写明" in text_of(refused)) == (422, True)
    assert client.post(f"/standings/{one.pk}/end/", {"reason": "已经迁出"}).status_code == 303
    one.refresh_from_db()
    assert one.until is not None
    assert "王*" not in text_of(client.get("/standings/"))
    assert client.post(f"/standings/{one.pk}/end/", {"reason": "已经迁出"}).status_code == 404
    assert Event.objects.filter(verb="standing_ended").count() == 1


def test_a_post_that_ends_closes_the_lists_at_once(listed: World) -> None:
    client = visit(listed, "hua")
    assert client.get("/standings/").status_code == 200
    Post.objects.filter(person=listed.people["hua"]).update(until=listed.hua.posts[0].since)
    assert client.get("/standings/").status_code == 403


# -- one's own


def test_everybody_sees_their_own_standings_and_nobody_elses(listed: World) -> None:
    mine = text_of(visit(listed, "mei").get("/mine/"))
    assert ("您的选民身份" in mine, "党员" in mine, "居民 青榆家园" in mine) == (True, True, True)
    for other in ("bo", "shu", "hua"):
        page = text_of(visit(listed, other).get("/mine/"))
        assert ("您的选民身份" in page, "党员" in page) == (False, False)


# -- representatives


def test_a_representative_is_entered_for_the_community_or_for_a_grid_of_it(world: World) -> None:
    offered = visit(world, "shu").get("/standings/?of=representative").content.decode()
    for key in ("community", "grid1", "grid2"):
        assert f'value="{world.place(key).pk}"' in offered
    assert add(world, "shu", "representative", place=str(world.place("grid1").pk)) == 303
    assert add(world, "shu", "representative", place=str(world.place("estate").pk)) == 422
    assert add(world, "hua", "representative", place=str(world.place("grid1").pk)) == 404
    assert [one.place for one in Standing.objects.filter(electorate="representative")] == [world.place("grid1")]
