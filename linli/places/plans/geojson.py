"""A plan as GeoJSON: a FeatureCollection whose features name what they are, in metres of the estate or in degrees.

`properties`: `place` (a building by code, path or name), or `facility` (by name), or `ground` (road, green, water, parking, wall,
border). Degrees are told from metres by their extent: an estate is less than a fifth of a degree wide.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.places.plans.outline import GROUNDS, Drawn, Point, Problem, Ring, Sheet, checked, points, require_bounds

EARTH = 6_371_000  # metres
WIDEST_IN_DEGREES = 0.2
FEATURES = re.compile(r'"features"\s*:\s*\[')
NOT_JSON = Said(
    "第 {line} 行不是正确的 JSON，读不下去。请从绘图软件重新导出 GeoJSON。",
    "Line {line} is no correct JSON. Export the GeoJSON from the drawing program again.",
)
TOO_DEEP = Said("文件的嵌套太深，不像平面图。", "The file is nested too deeply to be a plan.")
NO_COLLECTION = Said("这不是 GeoJSON 的 FeatureCollection。", "This is no FeatureCollection of GeoJSON.")
NOT_A_FEATURE = Said(
    "这一项不是带 geometry 和 properties 的 Feature", "this is no Feature with geometry and properties"
)
NAMES_NOTHING = Said(
    "没有写明这是哪栋楼（place）、哪处设施（facility）或哪种地面（ground）",
    "it says neither which building (place), which facility (facility) nor what ground (ground) it is",
)
NAMES_TWO = Said("place、facility、ground 只能写一个", "only one of place, facility and ground may be given")
NO_GROUND = Said("没有“{name}”这种地面；可以是：{known}", "there is no ground called “{name}”; there are: {known}")
NO_GEOMETRY = Said(
    "不认识的几何类型“{name}”；楼栋用 Polygon 或 MultiPolygon，设施用 Point，地面也可以用 LineString",
    "the geometry “{name}” is not known; buildings are Polygon or MultiPolygon, facilities Point, ground also LineString",
)
NO_COORDINATES = Said("坐标写得不对", "the coordinates are malformed")
BUILDING_IS_AREA = Said("楼栋要画成多边形", "a building must be a polygon")
FACILITY_IS_POINT = Said("设施要画成一个点", "a facility must be a point")


class _Bad(Exception):
    def __init__(self, why: Said) -> None:
        super().__init__(why.en)
        self.why = why


def read_geojson(text: str) -> Sheet:
    features = _features(text)
    shapes: list[Drawn] = []
    problems: list[Problem] = []
    for line, feature in zip(_lines(text, features), features, strict=True):
        try:
            read = checked(_shape(feature, line))
        except _Bad as bad:
            read = Problem(line, bad.why)
        if isinstance(read, Drawn):
            shapes.append(read)
        else:
            problems.append(read)
    require_bounds(shapes)
    return Sheet(tuple(_in_metres(shapes)), tuple(problems))


def _features(text: str) -> list[Any]:
    try:
        whole = json.loads(text, parse_constant=_no_number)
    except RecursionError:
        raise Refused(TOO_DEEP) from None
    except json.JSONDecodeError as wrong:
        raise Refused(NOT_JSON.filled(line=wrong.lineno)) from None
    except ValueError:
        raise Refused(NOT_JSON.filled(line=1)) from None
    features = whole.get("features") if isinstance(whole, dict) else None
    if not isinstance(features, list) or whole.get("type") != "FeatureCollection":
        raise Refused(NO_COLLECTION)
    return features


def _no_number(name: str) -> NoReturn:
    """NaN and Infinity are no JSON, though the reader would take them."""
    raise json.JSONDecodeError(name, "", 0)


def _lines(text: str, features: Sequence[Any]) -> list[int]:
    """The line in which each feature begins; where it cannot be told, its number."""
    decoder, found = json.JSONDecoder(), FEATURES.search(text)
    at, line, told = (found.end(), text.count("\n", 0, found.end()) + 1, []) if found else (0, 1, [])
    for feature in features if found else ():
        begins = re.compile(r"[\s,]*").match(text, at)
        start = begins.end() if begins else at
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            break
        if value != feature:
            break
        line += text.count("\n", at, start)
        told.append(line)
        line += text.count("\n", start, end)
        at = end
    return told if len(told) == len(features) else list(range(1, len(features) + 1))


def _shape(feature: Any, line: int) -> Drawn:
    geometry = feature.get("geometry") if isinstance(feature, dict) else None
    given = feature.get("properties") if isinstance(feature, dict) else None
    if not isinstance(geometry, dict) or not isinstance(given, dict):
        raise _Bad(NOT_A_FEATURE)
    named = {name: str(given[name]).strip() for name in ("place", "facility", "ground") if given.get(name)}
    if len(named) != 1:
        raise _Bad(NAMES_TWO if named else NAMES_NOTHING)
    ground = named.get("ground", "")
    if ground and ground not in GROUNDS:
        raise _Bad(NO_GROUND.filled(name=ground[:30], known=", ".join(GROUNDS)))
    rings, closed = _rings(geometry)
    _require_form(named, rings, closed)
    return Drawn(line, named.get("place", ""), named.get("facility", ""), ground, rings, closed)


def _require_form(named: dict[str, str], rings: tuple[Ring, ...], closed: bool) -> None:
    is_point = len(rings) == 1 and len(rings[0]) == 1
    if "place" in named and (is_point or not closed):
        raise _Bad(BUILDING_IS_AREA)
    if "facility" in named and not is_point:
        raise _Bad(FACILITY_IS_POINT)


def _rings(geometry: dict[str, Any]) -> tuple[tuple[Ring, ...], bool]:
    kind, told = geometry.get("type"), geometry.get("coordinates")
    match kind:
        case "Point":
            return (_ring([told]),), True
        case "LineString":
            return (_ring(told),), False
        case "Polygon":
            return _several(told), True
        case "MultiPolygon" if isinstance(told, list):
            return tuple(ring for polygon in told for ring in _several(polygon)), True
        case _:
            raise _Bad(NO_GEOMETRY.filled(name=str(kind)[:30]))


def _several(told: Any) -> tuple[Ring, ...]:
    if not isinstance(told, list) or not told:
        raise _Bad(NO_COORDINATES)
    return tuple(_ring(ring) for ring in told)


def _ring(told: Any) -> Ring:
    if not isinstance(told, list) or not told:
        raise _Bad(NO_COORDINATES)
    return tuple(_points(told))


def _points(told: list[Any]) -> Iterator[Point]:
    for one in told:
        if not isinstance(one, list) or len(one) < 2 or not all(_is_number(value) for value in one[:2]):
            raise _Bad(NO_COORDINATES)
        yield _float(one[0]), _float(one[1])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _float(value: float) -> float:
    """A whole number of a thousand digits is as far away as infinity."""
    try:
        return float(value)
    except OverflowError:
        return math.inf


def _in_metres(shapes: Sequence[Drawn]) -> Iterator[Drawn]:
    """Downwards, as a screen counts; degrees are laid flat around their middle."""
    every = [point for shape in shapes for point in points(shape)]
    wide, high, middle = _extent(every)
    flat = (
        bool(every) and max(wide, high) <= WIDEST_IN_DEGREES and all(abs(x) <= 180 and abs(y) <= 90 for x, y in every)
    )
    degree = math.radians(1) * EARTH
    across, down = (degree * math.cos(math.radians(middle)), degree) if flat else (1.0, 1.0)
    for shape in shapes:
        rings = tuple(tuple((x * across, -y * down) for x, y in ring) for ring in shape.rings)
        yield Drawn(shape.line, shape.building, shape.facility, shape.ground, rings, shape.closed)


def _extent(every: Sequence[Point]) -> tuple[float, float, float]:
    if not every:
        return 0, 0, 0
    xs, ys = [x for x, _ in every], [y for _, y in every]
    return max(xs) - min(xs), max(ys) - min(ys), (max(ys) + min(ys)) / 2
