"""A neighbourhood made up for looking around: 3 phases, 8 grids, 12 buildings, 30 units, 600 rooms, some posts vacant.

Everything about it is invented but the names of city and district. Loading it twice changes nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import transaction

from linli.people.actions import appoint
from linli.people.models import Organisation, Person, Post
from linli.places.actions import add_place
from linli.places.models import Place
from linli.playbooks.versions import adopt_shipped
from linli.record.sealer import sealer

SINCE = date(2024, 1, 1)
BEGAN = datetime(2024, 1, 1, tzinfo=UTC)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = ("建国", "秀英", "志强", "桂兰", "晓东", "丽华", "海波", "玉梅", "永安", "春燕", "文博", "雪琴", "振华", "小红",
         "国庆", "美玲", "立新", "淑珍", "浩然", "佳慧")  # fmt: skip
# Grids of each phase, and how many units the buildings of each grid have.
PHASES = (
    ("一期", "Phase 1", (((3, 3)), ((3,)), ((3, 2)))),
    ("二期", "Phase 2", (((3, 2)), ((2,)), ((3,)))),
    ("三期", "Phase 3", (((2, 2)), ((2,)))),
)
PROVIDERS = (("平安锁业", "Ping’an Locks"), ("顺达搬家", "Shunda Removals"))
FLOORS, DOORS = 10, 2
VACANT_UNIT_LEADS = frozenset({4, 9, 14, 19, 24, 29})
VACANT_BUILDING_LEADS = frozenset({7, 12})
VACANT_GRID_WORKERS = frozenset({8})


@dataclass(frozen=True, slots=True)
class Estate:
    """The places that the rest of the demonstration speaks of."""

    county: Place
    street: Place
    community: Place
    estate: Place
    grids: tuple[Place, ...]
    buildings: tuple[Place, ...]
    units: tuple[Place, ...]


@transaction.atomic
def load_neighbourhood() -> None:
    """Build it in the present district; where it stands already, only the playbooks are brought up to date."""
    adopt_shipped()
    if Place.objects.filter(level="estate").exists():
        return
    estate = _places()
    rooms = _rooms(estate.units)
    names = names_without_end()
    residents = _residents(rooms, names)
    _posts(estate, residents, names)


def _places() -> Estate:
    city = add_place(
        None, level="city", label="huhehaote", name="呼和浩特市", name_en="Hohhot", since=SINCE, code="150100"
    )
    county = add_place(
        city, level="county", label="saihan", name="赛罕区", name_en="Saihan", since=SINCE, code="150105"
    )
    street = add_place(county, level="street", label="qingyu", name="青榆街道", name_en="Qingyu Street", since=SINCE)
    community = add_place(
        street, level="community", label="qingyu", name="青榆社区", name_en="Qingyu Community", since=SINCE
    )
    home = add_place(community, level="estate", label="qyjy", name="青榆家园", name_en="Qingyu Gardens", since=SINCE)
    grids: list[Place] = []
    buildings: list[Place] = []
    units: list[Place] = []
    for number, (name, name_en, plan) in enumerate(PHASES, start=1):
        phase = add_place(home, level="phase", label=f"p{number}", name=name, name_en=name_en, since=SINCE)
        for blocks in plan:
            grids.append(_grid(phase, len(grids) + 1))
            for count in blocks:
                buildings.append(_building(grids[-1], len(buildings) + 1))
                units += [_unit(buildings[-1], unit) for unit in range(1, count + 1)]
    return Estate(county, street, community, home, tuple(grids), tuple(buildings), tuple(units))


def _grid(phase: Place, number: int) -> Place:
    return add_place(
        phase, level="grid", label=f"g{number:02}", name=f"第{number}网格", name_en=f"Grid {number}", since=SINCE
    )


def _building(grid: Place, number: int) -> Place:
    return add_place(
        grid, level="building", label=f"b{number:02}", name=f"{number}号楼", name_en=f"Building {number}", since=SINCE
    )


def _unit(building: Place, number: int) -> Place:
    return add_place(
        building, level="unit", label=f"u{number}", name=f"{number}单元", name_en=f"Unit {number}", since=SINCE
    )


def _rooms(units: tuple[Place, ...]) -> list[Place]:
    rooms = []
    for unit, floor, door in itertools.product(units, range(1, FLOORS + 1), range(1, DOORS + 1)):
        label = f"{floor}{door:02}"
        rooms.append(
            Place(
                parent=unit,
                level="room",
                label=label,
                path=f"{unit.path}.{label}",
                name=f"{label}室",
                name_en=f"Room {label}",
                valid_from=SINCE,
            )
        )
    return Place.objects.bulk_create(rooms)


def names_without_end() -> Iterator[str]:
    """Invented names in a fixed order that does not repeat within 800 people."""
    for number in itertools.count():
        yield SURNAMES[number * 7 % len(SURNAMES)] + GIVEN[(number + number // len(SURNAMES)) % len(GIVEN)]


def _person(name: str, number: int) -> Person:
    """A phone number from a range that no operator has given out."""
    phone = f"1990000{number:04}"
    person = Person(name=name, phone_sealed=sealer().seal(phone), phone_digest=sealer().digest(phone))
    person.set_unusable_password()
    return person


def _residents(rooms: list[Place], names: Iterator[str]) -> list[Person]:
    people = Person.objects.bulk_create([_person(next(names), number) for number, _ in enumerate(rooms)])
    Post.objects.bulk_create(
        [
            Post(person=person, role="resident", place=room, since=BEGAN)
            for person, room in zip(people, rooms, strict=True)
        ]
    )
    return people


def _posts(estate: Estate, residents: list[Person], names: Iterator[str]) -> None:
    per_unit = FLOORS * DOORS
    for number, unit in enumerate(estate.units):
        if number not in VACANT_UNIT_LEADS:
            appoint(residents[number * per_unit + 3], "unit_lead", unit, since=BEGAN)
    for number, building in enumerate(estate.buildings, start=1):
        if number not in VACANT_BUILDING_LEADS:
            first = next(index for index, unit in enumerate(estate.units) if unit.parent_id == building.pk)
            appoint(residents[first * per_unit + 7], "building_lead", building, since=BEGAN)
    staff = map(_person, names, itertools.count(9000))
    _community_posts(estate, staff)
    _property_posts(estate, staff)
    _department_posts(estate, staff)
    committee = _organisation("owners_committee", "青榆家园业主委员会", "Owners’ Committee", estate.estate)
    for number in (5, 125, 245, 365, 485):
        appoint(residents[number], "committee", estate.estate, since=BEGAN, organisation=committee)
    for name, name_en in PROVIDERS:
        _fill("provider", estate.estate, _organisation("provider", name, name_en, estate.estate), staff)


def _organisation(kind: str, name: str, name_en: str, place: Place) -> Organisation:
    return Organisation.objects.create(kind=kind, name=name, name_en=name_en, place=place, valid_from=SINCE)


def _fill(role: str, place: Place, organisation: Organisation, staff: Iterator[Person]) -> Post:
    person = next(staff)
    person.save()
    return appoint(person, role, place, since=BEGAN, organisation=organisation)


def _community_posts(estate: Estate, staff: Iterator[Person]) -> None:
    community = _organisation("community", "青榆社区党委", "Qingyu Community Committee", estate.community)
    _fill("community", estate.community, community, staff)
    _fill("community_desk", estate.community, community, staff)
    for number, grid in enumerate(estate.grids, start=1):
        if number not in VACANT_GRID_WORKERS:
            _fill("grid_worker", grid, community, staff)
        _fill("grid_branch", grid, community, staff)
    _fill(
        "street", estate.street, _organisation("street", "青榆街道办事处", "Qingyu Street Office", estate.street), staff
    )


def _property_posts(estate: Estate, staff: Iterator[Person]) -> None:
    property_company = _organisation("property", "安榆物业服务有限公司", "Anyu Property Services", estate.estate)
    for role, count in (("property_manager", 1), ("property_desk", 2), ("property_worker", 6)):
        for _ in range(count):
            _fill(role, estate.estate, property_company, staff)


def _department_posts(estate: Estate, staff: Iterator[Person]) -> None:
    for name, name_en in (
        ("综合行政执法局", "Urban Administration"),
        ("消防救援大队", "Fire and Rescue"),
        ("住房和城乡建设局", "Housing and Construction"),
    ):
        _fill("department", estate.county, _organisation("department", name, name_en, estate.county), staff)
