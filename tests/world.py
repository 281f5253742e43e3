"""One estate with fixed people, by name. `world.mei` is a Reader, so that a test says who does what.

Building 1 has two units, building 2 one; each unit has rooms 101 and 102. Vacant on purpose: the head of building 1 unit 2, the
head of building 2, and everything in grid 2 but its branch.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from linli.matters.actions.raising import raise_matter
from linli.matters.models import Matter
from linli.people.actions import add_person, appoint
from linli.people.models import Person, Post
from linli.people.reader import Reader
from linli.places.actions import add_place
from linli.places.models import Place
from linli.playbooks.models import Version
from linli.playbooks.versions import adopt_shipped
from linli.requests.loop.models import SampleRule

SINCE = date(2020, 1, 1)
BEGAN = datetime(2020, 1, 1, tzinfo=UTC)
TREE = (
    ("city", "hh", "呼和浩特市"),
    ("county", "hh.sh", "赛罕区"),
    ("street", "hh.sh.qy", "青榆街道"),
    ("community", "hh.sh.qy.c", "青榆社区"),
    ("estate", "hh.sh.qy.c.e", "青榆家园"),
    ("phase", "hh.sh.qy.c.e.p1", "一期"),
    ("grid", "hh.sh.qy.c.e.p1.g1", "第1网格"),
    ("building", "hh.sh.qy.c.e.p1.g1.b1", "1号楼"),
    ("unit", "hh.sh.qy.c.e.p1.g1.b1.u1", "1单元"),
    ("room", "hh.sh.qy.c.e.p1.g1.b1.u1.101", "101室"),
    ("room", "hh.sh.qy.c.e.p1.g1.b1.u1.102", "102室"),
    ("unit", "hh.sh.qy.c.e.p1.g1.b1.u2", "2单元"),
    ("room", "hh.sh.qy.c.e.p1.g1.b1.u2.101", "101室"),
    ("room", "hh.sh.qy.c.e.p1.g1.b1.u2.102", "102室"),
    ("grid", "hh.sh.qy.c.e.p1.g2", "第2网格"),
    ("building", "hh.sh.qy.c.e.p1.g2.b2", "2号楼"),
    ("unit", "hh.sh.qy.c.e.p1.g2.b2.u1", "1单元"),
    ("room", "hh.sh.qy.c.e.p1.g2.b2.u1.101", "101室"),
)
SHORT = MappingProxyType(
    {
        "county": "hh.sh",
        "street": "hh.sh.qy",
        "community": "hh.sh.qy.c",
        "estate": "hh.sh.qy.c.e",
        "phase": "hh.sh.qy.c.e.p1",
        "grid1": "hh.sh.qy.c.e.p1.g1",
        "grid2": "hh.sh.qy.c.e.p1.g2",
        "building1": "hh.sh.qy.c.e.p1.g1.b1",
        "building2": "hh.sh.qy.c.e.p1.g2.b2",
        "unit1": "hh.sh.qy.c.e.p1.g1.b1.u1",
        "unit2": "hh.sh.qy.c.e.p1.g1.b1.u2",
        "room": "hh.sh.qy.c.e.p1.g1.b1.u1.101",
        "room_next": "hh.sh.qy.c.e.p1.g1.b1.u1.102",
        "room_unit2": "hh.sh.qy.c.e.p1.g1.b1.u2.101",
        "room_building2": "hh.sh.qy.c.e.p1.g2.b2.u1.101",
    }
)
# Key, name, phone, and the posts: a role at a place.
PEOPLE: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
    ("mei", "王小梅", "13800000001", (("resident", "room"),)),
    ("bo", "李伯", "13800000002", (("resident", "room_unit2"),)),
    ("qin", "秦芳", "13800000003", (("resident", "room_building2"),)),
    ("dan", "单兰", "13800000004", (("resident", "room_next"), ("unit_lead", "unit1"))),
    ("lao_li", "李建国", "13800000005", (("building_lead", "building1"),)),
    ("wen", "温强", "13800000006", (("grid_worker", "grid1"),)),
    ("hua", "华敏", "13800000007", (("grid_branch", "grid1"), ("grid_branch", "grid2"))),
    ("shu", "舒静", "13800000008", (("community", "community"),)),
    ("min", "闵洁", "13800000009", (("community_desk", "community"),)),
    ("jie", "街志远", "13800000010", (("street", "street"),)),
    ("an", "安琪", "13800000011", (("property_desk", "estate"),)),
    ("gong", "龚师傅", "13800000012", (("property_worker", "estate"),)),
    ("liu", "刘师傅", "13800000013", (("property_worker", "estate"),)),
    ("jing", "经文", "13800000014", (("property_manager", "estate"),)),
    ("yang", "杨会长", "13800000015", (("committee", "estate"),)),
    ("fa", "法队", "13800000016", (("department", "county"),)),
    ("xiao", "肖防", "13800000017", (("department", "county"),)),
    ("stranger", "路人", "13800000018", ()),
    ("suo", "索师傅", "13800000019", (("provider", "estate"),)),
)


@dataclass(frozen=True)
class World:
    people: dict[str, Person]
    places: dict[str, Place]
    _readers: dict[str, Reader] = field(default_factory=dict)

    def __getattr__(self, key: str) -> Reader:
        """A person by key, with the posts of this moment."""
        if key.startswith("_") or key not in self.people:
            raise AttributeError(key)
        return Reader(self.people[key])

    def place(self, key: str) -> Place:
        return self.places[key]

    def id_of(self, key: str) -> str:
        return str(self.people[key].pk)

    def key_of(self, person_id: uuid.UUID | None) -> str:
        return next((key for key, person in self.people.items() if person.pk == person_id), "")


def build_world() -> None:
    adopt_shipped()
    places: dict[str, Place] = {}
    for level, path, name in TREE:
        parent = places.get(path.rpartition(".")[0])
        places[path] = add_place(parent, level=level, label=path.rpartition(".")[2], name=name, since=SINCE)
    for _, name, phone, posts in PEOPLE:
        person = add_person(name, phone=phone)
        for role, place in posts:
            appoint(person, role, places[SHORT[place]], since=BEGAN)
    draw_nothing()


def draw_nothing() -> None:
    """One in twenty ended matters would be drawn for a re-check, by the hash of its end; a test asks for that itself."""
    community = Post.objects.get(role="community", until__isnull=True)
    names = Version.objects.filter(current=True).values_list("name", flat=True)
    SampleRule.objects.bulk_create(
        SampleRule(book=name, per_mille=0, since=BEGAN, by=community.person) for name in names
    )


def find_world() -> World:
    by_name = {person.name: person for person in Person.objects.all()}
    by_path = {place.path: place for place in Place.objects.all()}
    return World({key: by_name[name] for key, name, *_ in PEOPLE}, {key: by_path[path] for key, path in SHORT.items()})


def a_repair(
    world: World,
    *,
    what: str = "水管漏水",
    phone: str = "",
    at: str = "room",
    by: str = "mei",
    photos: Any = (),
    **more: Any,
) -> Matter:
    """A repair just raised by Mei from her room."""
    return raise_matter(
        "repair",
        world.place(at),
        actor=getattr(world, by),
        answers={"what": what, "phone": phone, "photos": photos},
        key=uuid.uuid4(),
        **more,
    )
