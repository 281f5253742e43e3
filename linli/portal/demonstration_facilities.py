"""What stands in the demonstration: lamps, lifts, cameras with points still missing, charging piles, rubbish points.

Most were inspected in time, some not, a few need repair. Buildings, units and lifts have codes. Loading it twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from linli.lib import clock
from linli.people.models import Post
from linli.people.queries import in_term
from linli.places.code_actions import make_codes
from linli.places.facilities import BROKEN, GOOD, KINDS, WORN
from linli.places.facility_actions import Actor, Details, add_facility, inspect
from linli.places.models import Facility, Place

BUILT, LATER = date(2024, 3, 1), date(2025, 6, 1)
WITH_LIFTS = 6  # the first six buildings are the high ones
MISSING_CAMERAS = frozenset({7, 11, 12})
FOUND = {
    ("lamp", 4): (WORN, "灯罩发黄，亮度不够。"),
    ("lamp", 13): (BROKEN, "整灯不亮，开关正常。"),
    ("lift", 9): (WORN, "轿厢门关闭时有异响。"),
    ("camera", 5): (BROKEN, "画面黑屏，电源灯亮。"),
    ("bin", 2): (WORN, "投放口挡板松动。"),
}


@dataclass(frozen=True, slots=True)
class Told:
    place: Place
    details: Details


@transaction.atomic
def load_facilities() -> None:
    if Facility.objects.exists():
        return
    estate = Place.objects.get(level="estate")
    buildings = list(Place.objects.filter(level="building", path__startswith=f"{estate.path}.").order_by("path"))
    units = list(Place.objects.filter(level="unit", path__startswith=f"{estate.path}.").order_by("path"))
    manager = _post("property_manager")
    inspector = _post("property_worker")
    added = [add_facility(told.place, told.details, actor=manager) for told in _told(estate, buildings, units)]
    _inspect(added, inspector)
    lifts = [one for one in added if one.kind in ("lift", "charging")]
    make_codes([*buildings, *units], lifts, by=manager.person)


def _post(role: str) -> Actor:
    post = Post.objects.filter(in_term(), role=role).order_by("pk")[0]
    return Actor(post.person_id, post.pk)


def _told(estate: Place, buildings: list[Place], units: list[Place]) -> Iterator[Told]:
    for number, building in enumerate(buildings, start=1):
        inside = [unit for unit in units if unit.parent_id == building.pk]
        for unit in inside:
            yield Told(unit, Details("lamp", "门厅灯", planned=True, installed_on=BUILT))
            if number <= WITH_LIFTS:
                lift = Details(
                    "lift", f"DT-{number:02}-{unit.label[1:]}", f"TZ2024{number:02}{unit.label[1:]}", True, BUILT
                )
                yield Told(unit, lift)
        yield Told(building, Details("camera", "东侧", planned=True, installed_on=LATER))
        west = None if number in MISSING_CAMERAS else LATER
        yield Told(building, Details("camera", "西侧", planned=True, installed_on=west))
    yield from _around(estate)


def _around(estate: Place) -> Iterator[Told]:
    for phase in Place.objects.filter(level="phase", path__startswith=f"{estate.path}.").order_by("path"):
        yield Told(phase, Details("bin", "分类投放点", planned=True, installed_on=BUILT))
    yield Told(estate, Details("charging", "南门充电桩 1", "CD-0117", True, LATER))
    yield Told(estate, Details("charging", "南门充电桩 2", "CD-0118", True, LATER))
    yield Told(estate, Details("charging", "北门充电桩", planned=True))
    yield Told(estate, Details("fitness", "活动广场健身器材", installed_on=BUILT))
    yield Told(estate, Details("greenery", "中心绿地", installed_on=BUILT))


def _inspect(facilities: list[Facility], inspector: Actor) -> None:
    """Every ninth was not looked at within its days, the charging piles never."""
    now = clock.now()
    counted: dict[str, int] = {}
    for number, facility in enumerate(facilities):
        counted[facility.kind] = counted.get(facility.kind, 0) + 1
        if facility.installed_on is None or facility.kind == "charging":
            continue
        condition, note = FOUND.get((facility.kind, counted[facility.kind]), (GOOD, ""))
        ago = KINDS[facility.kind].every + 6 if number % 9 == 8 else 1 + number % 6
        with clock.at(now - timedelta(days=ago, hours=number % 5)):
            inspect(facility, condition, note=note, actor=inspector)
