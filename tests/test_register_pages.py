from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from linli.lib.refusals import NotYours, Refused
from linli.people.actions import end_post, forget, phone_of
from linli.people.models import Person, Post
from linli.people.reader import Reader
from linli.record.models import Event
from linli.record.queries import broken_chains
from linli.register.actions.households import end_member, join_as_owner, verify_member
from linli.register.actions.loading import load_register
from linli.register.actions.posts import set_card
from linli.register.models import Member, PublicCard
from linli.register.plan import Wish, make_plan
from linli.register.queries import is_verified, register_rows
from linli.register.tables import read_table
from tests.pages import text_of, visit
from tests.registers import a_csv, a_row
from tests.world import SINCE, World

STAFF = {"shu": True, "min": True, "jing": False}  # who reads the register, and whether with phones


@pytest.fixture
def registered(world: World, tmp_path: Path) -> World:
    """Mei owns 101, Mei and Bo own 102 together, the developer still has a room of building 2."""
    rows = [
        a_row(),
        a_row(室="102", 共有人="李伯", 电话="13800000001、13800000002", 面积="100"),
        a_row(楼栋="2", 室="101", 产权人="青榆置业", 电话="", 产权性质="未售", 用途="商铺"),
    ]
    load_register(make_plan(read_table(a_csv(tmp_path, *rows)), parent=None, since=SINCE, wish=Wish()), day=SINCE)
    return world


def room_of(world: World, key: str = "room") -> str:
    return f"/register/{world.place(key).pk}/"


@pytest.mark.parametrize("person", STAFF)
def test_the_register_is_masked_until_it_is_opened(registered: World, person: str) -> None:
    client = visit(registered, person)
    for address in ("/register/", room_of(registered)):
        page = client.get(address)
        assert page.status_code == 200
        assert "王*" in text_of(page)
        assert "王小梅" not in page.content.decode()
        assert "13800000001" not in page.content.decode()


@pytest.mark.parametrize(("person", "phones"), STAFF.items())
def test_opening_needs_a_reason_shows_once_and_is_recorded(registered: World, person: str, phones: bool) -> None:
    client = visit(registered, person)
    refused = client.post(f"{room_of(registered)}open/", {"reason": " "})
    assert refused.status_code == 422
    assert "请写明查看的原因" in text_of(refused)
    assert "王小梅" not in refused.content.decode()

    opened = client.post(f"{room_of(registered)}open/", {"reason": "楼上漏水要联系"})
    assert "王小梅" in text_of(opened)
    assert ("13800000001" in text_of(opened)) is phones
    assert opened["Cache-Control"] == "no-store"
    assert "王小梅" not in client.get(room_of(registered)).content.decode()
    event = Event.objects.get(verb="opened")
    assert event.subject == "register"
    assert event.actor_id == registered.people[person].pk
    assert event.body["fields"] == ["owners", "members", *(["phones"] if phones else [])]
    assert "漏水" not in str(event.body)
    assert list(broken_chains()) == []


@pytest.mark.parametrize("person", ["mei", "bo", "an", "gong", "wen", "hua", "yang", "jie", "fa", "stranger"])
def test_nobody_else_learns_that_a_room_is_there(registered: World, person: str) -> None:
    client = visit(registered, person)
    assert client.get("/register/").status_code == 403
    assert client.get(room_of(registered)).status_code == 404
    assert client.post(f"{room_of(registered)}open/", {"reason": "就想看看"}).status_code == 404
    assert not Event.objects.filter(verb="opened").exists()


def test_a_property_manager_reads_no_further_than_the_estate(registered: World) -> None:
    manager = registered.jing
    assert len(register_rows(manager)[0]) == 3
    Post.objects.filter(pk=manager.posts[0].pk).update(place=registered.place("phase"))
    assert len(register_rows(Reader(registered.people["jing"]))[0]) == 3
    elsewhere = registered.place("grid2")
    type(elsewhere).objects.filter(pk=elsewhere.pk).update(path="hh.sh.qy.c.far")
    Post.objects.filter(pk=manager.posts[0].pk).update(place=elsewhere)
    assert register_rows(Reader(registered.people["jing"]))[0] == []


def test_a_post_that_ends_closes_the_register_at_once(registered: World) -> None:
    client = visit(registered, "min")
    assert client.get("/register/").status_code == 200
    end_post(registered.min.posts[0])
    assert client.get("/register/").status_code == 403


@pytest.mark.parametrize(
    ("search", "rooms"),
    [
        ("101", 2),
        ("1-101", 1),
        ("1-1-101", 1),
        ("1号楼1单元102室", 1),
        ("一期1栋101", 1),
        ("二期1栋101", 0),
        ("10", 0),
        ("101室", 2),
        ("室", 3),
        ("'; DROP", 0),
    ],
)
def test_a_room_is_found_as_neighbours_write_it(registered: World, search: str, rooms: int) -> None:
    assert len(register_rows(registered.shu, search=search)[0]) == rooms


def test_pages_of_the_register_follow_one_another(registered: World) -> None:
    first, after = register_rows(registered.shu, limit=2)
    second, end = register_rows(registered.shu, limit=2, after=after)
    assert [len(first), len(second), end] == [2, 1, ""]
    assert {row.room for row in first}.isdisjoint(row.room for row in second)


def test_the_list_costs_the_same_however_long_it_is(registered: World) -> None:
    client = visit(registered, "shu")
    client.get("/register/")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get("/register/")
    assert len(queries) <= 8


def test_the_developer_is_named_and_the_same_owners_are_counted(registered: World) -> None:
    client = visit(registered, "shu", language="en")
    assert "Developer (unsold or not handed over) · 青榆置业" in text_of(
        client.get(room_of(registered, "room_building2"))
    )
    assert "Co-owners · 王*、李*" in text_of(client.get(room_of(registered, "room_next")))


# -- households


def test_a_verified_member_becomes_a_resident_and_one_who_moved_out_is_none(registered: World) -> None:
    client = visit(registered, "min")
    form = {"name": "新住户", "phone": "13911110007", "how": "documents"}
    assert client.post(f"{room_of(registered)}members/", form).status_code == 303
    person = Person.objects.get(name="新住户")
    room = registered.place("room")
    assert phone_of(person) == "13911110007"
    assert is_verified(person, room)
    page = visit(registered, "min").get(room_of(registered))
    assert "新* 查验证件材料" in text_of(page)
    assert "新住户" not in page.content.decode()
    assert [post.role for post in Reader(person).posts] == ["resident"]
    member = Member.objects.get(person=person)
    assert (member.verified_how, member.verified_by_id) == ("documents", registered.people["min"].pk)
    assert client.post(f"{room_of(registered)}members/{member.pk}/end/").status_code == 303
    assert Reader(person).posts == []
    assert not is_verified(person, room)
    assert [event.verb for event in Event.objects.filter(chain=room.pk).order_by("seq")] == [
        "member_verified",
        "member_left",
    ]


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"name": "", "phone": "13911110007", "how": "staff"}, "请填写姓名"),
        ({"name": "新住户", "phone": "", "how": "staff"}, "请填写电话"),
        ({"name": "新住户", "phone": "12", "how": "staff"}, "电话“12”不对"),
        ({"name": "新住户", "phone": "13911110007", "how": ""}, "请选择是怎样核实的"),
        ({"name": "别人", "phone": "13800000001", "how": "staff"}, "已登记在另一位（王*）名下"),
        ({"name": "李伯", "phone": "13800000002", "how": "register"}, "产权人不是您登记的号码"),
    ],
)
def test_a_member_that_cannot_be_entered_is_refused_with_what_was_typed(
    registered: World, form: dict[str, str], sentence: str
) -> None:
    page = visit(registered, "min").post(f"{room_of(registered)}members/", form)
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert f'value="{form["name"]}"' in page.content.decode()
    assert not Member.objects.exists()


def test_an_owner_is_verified_by_the_register_and_nobody_else(registered: World) -> None:
    assert join_as_owner(registered.place("room_next"), actor=registered.bo).verified_how == "register"
    with pytest.raises(NotYours):
        join_as_owner(registered.place("room"), actor=registered.bo)


def test_a_property_manager_reads_but_verifies_nobody(registered: World) -> None:
    with pytest.raises(NotYours):
        verify_member(registered.place("room"), name="新", phone="13911110007", how="staff", actor=registered.jing)
    member = join_as_owner(registered.place("room"), actor=registered.mei)
    with pytest.raises(NotYours):
        end_member(member, actor=registered.jing)


# -- posts


def fill(world: World, by: str, role: str, place: str, **more: str) -> Any:
    form = {"role": role, "place": str(world.place(place).pk), "name": "新任", "phone": "13911110008", **more}
    return visit(world, by).post("/posts/fill/", form)


def test_the_community_fills_a_vacant_seat_and_ends_it_at_once(world: World) -> None:
    assert "空缺" in text_of(visit(world, "shu").get("/posts/"))
    assert fill(world, "shu", "unit_lead", "unit2").status_code == 303
    person = Person.objects.get(name="新任")
    post = Post.objects.get(person=person)
    assert Reader(person).holds("unit_lead", world.place("unit2").pk)
    assert visit(world, "shu").post(f"/posts/{post.pk}/end/").status_code == 303
    assert Reader(person).posts == []
    assert [event.verb for event in Event.objects.filter(chain=world.place("unit2").pk).order_by("seq")] == [
        "post_filled",
        "post_ended",
    ]


@pytest.mark.parametrize(
    ("by", "role", "place", "status"),
    [
        ("shu", "unit_lead", "unit2", 303),
        ("shu", "grid_worker", "grid2", 303),
        ("shu", "committee", "estate", 303),
        ("shu", "property_desk", "estate", 403),
        ("shu", "community", "community", 403),
        ("shu", "street", "street", 403),
        ("jing", "property_desk", "estate", 303),
        ("jing", "property_worker", "phase", 303),
        ("jing", "unit_lead", "unit2", 403),
        ("jie", "community", "community", 303),
        ("jie", "unit_lead", "unit2", 403),
        ("min", "unit_lead", "unit2", 403),
        ("wen", "unit_lead", "unit2", 403),
        ("mei", "resident", "room_next", 403),
        ("shu", "no_such_role", "unit2", 403),
        ("shu", "unit_lead", "building1", 422),
    ],
)
def test_who_may_appoint_whom_where(world: World, by: str, role: str, place: str, status: int) -> None:
    assert fill(world, by, role, place).status_code == status


def test_a_post_is_ended_by_those_who_fill_it(world: World) -> None:
    [post] = [post for post in world.dan.posts if post.role == "unit_lead"]
    assert visit(world, "jing").post(f"/posts/{post.pk}/end/").status_code == 403
    assert visit(world, "dan").post(f"/posts/{post.pk}/end/").status_code == 403
    post.refresh_from_db()
    assert post.until is None


def test_a_known_phone_is_the_same_person_and_another_name_is_refused(world: World) -> None:
    assert fill(world, "shu", "building_lead", "building2", name="李伯", phone="138 0000 0002").status_code == 303
    assert "building_lead" in Reader(world.people["bo"]).roles
    page = fill(world, "shu", "unit_lead", "unit2", name="不是李伯", phone="13800000002")
    assert page.status_code == 422
    assert "另一位（李*）" in text_of(page)


# -- the public card


def test_a_name_is_masked_until_its_holder_agrees(world: World) -> None:
    address = f"/grids/{world.place('grid1').pk}/"
    assert "网格员 · 温*" in text_of(visit(world).get(address))
    card = f"/posts/{world.wen.posts[0].pk}/card/"
    assert visit(world, "wen").post(card, {"shown": "on", "office_phone": "0471-4960000"}).status_code == 303
    page = text_of(visit(world).get(address))
    assert "网格员 · 温强 · 04714960000" in page
    assert "13800000006" not in page
    visit(world, "wen").post(card, {"office_phone": ""})
    assert "网格员 · 温*" in text_of(visit(world).get(address))


def test_the_community_gives_the_offices_phone_and_not_the_consent(world: World) -> None:
    post = world.wen.posts[0]
    assert (
        visit(world, "shu").post(f"/posts/{post.pk}/card/", {"shown": "on", "office_phone": "12345"}).status_code == 422
    )
    visit(world, "shu").post(f"/posts/{post.pk}/card/", {"shown": "on", "office_phone": "04714960001"})
    assert list(PublicCard.objects.values_list("shown_name", "office_phone")) == [("", "04714960001")]
    with pytest.raises(Refused, match="Only the holder"):
        set_card(Post.objects.get(pk=post.pk), shows_name=True, office_phone="", actor=world.shu)


def test_the_card_names_every_stairwell_its_head_or_that_it_is_vacant(world: World) -> None:
    page = text_of(visit(world, language="en").get(f"/grids/{world.place('grid1').label}/"))
    assert "单*" in page  # the head of unit 1
    assert "Vacant" in page  # of unit 2
    assert "单兰" not in page
    assert "舒*" in page  # the community, for supervision


def test_who_is_forgotten_is_on_no_card(world: World) -> None:
    set_card(world.wen.posts[0], shows_name=True, office_phone="", actor=world.wen)
    forget(world.people["wen"])
    assert "温强" not in visit(world).get(f"/grids/{world.place('grid1').pk}/").content.decode()
    assert PublicCard.objects.get().shown_name == ""


@pytest.mark.parametrize("which", ["nowhere", "01a208c8-9f2b-7fd1-8079-e55c76190083"])
def test_a_grid_that_is_not_there_is_not_found(world: World, which: str) -> None:
    assert visit(world).get(f"/grids/{which}/").status_code == 404


def test_the_home_page_leads_to_what_one_may_use(world: World) -> None:
    assert "/register/" in visit(world, "shu").get("/").content.decode()
    mine = visit(world, "mei").get("/").content.decode()
    assert "/grids/" in mine
    assert "/register/" not in mine
    assert "/posts/" not in mine
