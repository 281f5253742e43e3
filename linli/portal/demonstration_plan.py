"""The plan of the demonstration estate: three phases around a green, with roads and what stands there. All of it is invented.

It goes through the same reader as a file from an office. Loading it twice changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from linli.places.models import Facility, Place, SitePlan
from linli.places.plans.actions import draw_plan
from linli.places.plans.geojson import read_geojson
from linli.places.plans.naming import find_all, names_below

# Metres from the south-western corner. Each building: where it begins, how long it is, whether its eastern end is set back.
BUILDINGS = (
    (30, 228, 66, False), (30, 186, 66, False), (30, 144, 66, True),
    (30, 86, 66, False), (30, 44, 46, False),
    (140, 228, 66, False), (140, 186, 46, True), (226, 228, 46, False), (226, 186, 60, False),
    (168, 86, 46, False), (168, 44, 46, False), (240, 62, 46, True),
)  # fmt: skip
DEPTH = 15
GROUNDS: tuple[tuple[str, str, list[tuple[float, float]]], ...] = (
    ("border", "Polygon", [(0, 0), (310, 0), (310, 260), (0, 260)]),
    ("green", "Polygon", [(118, 118), (156, 106), (228, 112), (236, 146), (214, 162), (130, 160)]),
    ("water", "Polygon", [(160, 126), (180, 120), (200, 128), (196, 142), (170, 144)]),
    ("green", "Polygon", [(104, 34), (136, 34), (136, 96), (104, 96)]),
    ("parking", "Polygon", [(250, 12), (300, 12), (300, 44), (252, 44)]),
    ("parking", "Polygon", [(10, 12), (22, 12), (22, 110), (10, 110)]),
    ("road", "LineString", [(152, 0), (152, 30), (152, 98), (112, 112), (112, 250)]),
    ("road", "LineString", [(22, 124), (112, 118)]),
    ("road", "LineString", [(152, 28), (246, 28)]),
    ("road", "LineString", [(112, 172), (300, 172), (300, 250)]),
    ("wall", "LineString", [(0, 0), (142, 0)]),
    ("wall", "LineString", [(162, 0), (310, 0), (310, 260), (0, 260), (0, 0)]),
)
AROUND = (
    ("charging:南门充电桩 1", 258, 38), ("charging:南门充电桩 2", 270, 38), ("charging:北门充电桩", 20, 250),
    ("fitness:活动广场健身器材", 224, 122), ("greenery:中心绿地", 140, 140),
)  # fmt: skip


def load_plan() -> None:
    if SitePlan.objects.exists():
        return
    estate = Place.objects.get(level="estate")
    text = json.dumps({"type": "FeatureCollection", "features": list(_features(estate))}, ensure_ascii=False)
    meant, problems = find_all(read_geojson(text).shapes, names_below(estate))
    if problems:
        raise ValueError([problem.why.en for problem in problems])
    draw_plan(estate, meant, digest=hashlib.sha256(text.encode()).hexdigest())


def _features(estate: Place) -> Iterator[dict[str, Any]]:
    for name, kind, corners in GROUNDS:
        told = [[*corners, corners[0]]] if kind == "Polygon" else corners
        yield _feature({"ground": name}, kind, told)
    inside = Place.objects.filter(path__startswith=f"{estate.path}.", level="building").order_by("order", "path")
    for building, (x, y, long, set_back) in zip(inside, BUILDINGS, strict=False):
        yield _feature({"place": building.path}, "Polygon", [_corners(x, y, long, set_back)])
        yield from _cameras(building, x, y, long)
    for name, x, y in AROUND:
        yield _feature({"facility": name}, "Point", [x, y])


def _cameras(building: Place, x: int, y: int, long: int) -> Iterator[dict[str, Any]]:
    for camera in Facility.objects.filter(place=building, kind="camera", valid_to__isnull=True).order_by("name"):
        yield _feature({"facility": str(camera.pk)}, "Point", [x + long + 4 if camera.name == "东侧" else x - 4, y - 4])


def _corners(x: int, y: int, long: int, set_back: bool) -> list[tuple[float, float]]:
    """A long house; some have their eastern third set back by a few metres."""
    if not set_back:
        return [(x, y), (x + long, y), (x + long, y + DEPTH), (x, y + DEPTH), (x, y)]
    third = x + long * 2 / 3
    return [(x, y), (third, y), (third, y + 3), (x + long, y + 3), (x + long, y + DEPTH + 3), (third, y + DEPTH + 3),
            (third, y + DEPTH), (x, y + DEPTH), (x, y)]  # fmt: skip


def _feature(told: dict[str, str], kind: str, coordinates: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": told, "geometry": {"type": kind, "coordinates": coordinates}}
