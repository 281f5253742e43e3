"""Drawings of an estate from anybody's program: what is taken from them, what is refused, and that nothing else comes through."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from linli.lib.refusals import Refused
from linli.places.plans.files import read_plan
from linli.places.plans.geojson import read_geojson
from linli.places.plans.outline import FIELD, MARGIN, MOST_BYTES, Drawn, Sheet, fitted
from linli.places.plans.svg import read_svg
from linli.places.plans.svg_paths import BadPath, rings_of_path

HOUSE = [[0, 0], [40, 0], [40, 12], [0, 12], [0, 0]]


def geojson(*features: Any, **more: Any) -> str:
    return json.dumps({"type": "FeatureCollection", "features": list(features), **more})


def a_feature(told: dict[str, Any], kind: str = "Polygon", coordinates: Any = None) -> dict[str, Any]:
    geometry = {"type": kind, "coordinates": [HOUSE] if coordinates is None else coordinates}
    return {"type": "Feature", "properties": told, "geometry": geometry}


def svg(inside: str, head: str = "") -> Sheet:
    return read_svg(f'{head}<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'.encode())


def why(sheet: Sheet) -> str:
    return "；".join(f"{one.line}:{one.why.zh}" for one in sheet.problems)


# -- GeoJSON


def test_buildings_facilities_and_ground_are_read_with_north_at_the_top() -> None:
    sheet = read_geojson(
        geojson(
            a_feature({"place": "5号楼"}),
            a_feature({"facility": "南门充电桩"}, "Point", [3, 4]),
            a_feature({"ground": "road"}, "LineString", [[0, 0], [9, 9]]),
            a_feature({"place": "6号楼"}, "MultiPolygon", [[HOUSE], [[[50, 0], [60, 0], [60, 9], [50, 0]]]]),
        )
    )
    assert (why(sheet), [one.building or one.facility or one.ground for one in sheet.shapes]) == (
        "", ["5号楼", "南门充电桩", "road", "6号楼"],
    )  # fmt: skip
    assert sheet.shapes[0].rings == (((0, 0), (40, 0), (40, -12), (0, -12)),)
    assert (sheet.shapes[1].rings, sheet.shapes[2].closed, len(sheet.shapes[3].rings)) == ((((3, -4),),), False, 2)


def test_degrees_are_laid_flat_and_metres_stay() -> None:
    north, east = 40.8, 111.7
    metre = 360 / (2 * math.pi * 6_371_000)
    shift = [[east + x * metre / math.cos(math.radians(north)), north + y * metre] for x, y in HOUSE]
    flat = read_geojson(geojson(a_feature({"place": "1号楼"}, coordinates=[shift]))).shapes[0].rings[0]
    wide, high = flat[1][0] - flat[0][0], flat[0][1] - flat[2][1]
    assert (round(wide, 1), round(high, 1)) == (40.0, 12.0)
    metres = read_geojson(geojson(a_feature({"place": "1号楼"}))).shapes[0].rings[0]
    assert metres[1][0] - metres[0][0] == 40


@pytest.mark.parametrize(
    ("feature", "sentence"),
    [
        (a_feature({}), "没有写明"),
        (a_feature({"place": "1号楼", "ground": "road"}), "只能写一个"),
        (a_feature({"ground": "lava"}), "没有“lava”这种地面"),
        (a_feature({"place": "1号楼"}, "Point", [1, 2]), "楼栋要画成多边形"),
        (a_feature({"place": "1号楼"}, "LineString", HOUSE), "楼栋要画成多边形"),
        (a_feature({"facility": "灯"}), "设施要画成一个点"),
        (a_feature({"place": "1号楼"}, "Circle"), "不认识的几何类型“Circle”"),
        (a_feature({"place": "1号楼"}, coordinates=[[[0, 0], [1, 1], [0, 0]]]), "至少要有三个"),
        (a_feature({"place": "1号楼"}, coordinates=[[[0, 0], [1, "x"], [2, 2]]]), "坐标写得不对"),
        (a_feature({"place": "1号楼"}, coordinates=[[[0, 0], [True, 1], [2, 2]]]), "坐标写得不对"),
        (a_feature({"place": "1号楼"}, coordinates=[[[0, 0], [1], [2, 2]]]), "坐标写得不对"),
        (a_feature({"place": "1号楼"}, coordinates=[]), "坐标写得不对"),
        (a_feature({"place": "1号楼"}, coordinates={"a": 1}), "坐标写得不对"),
        (a_feature({"place": "1号楼"}, coordinates=[[[0, 0], [1e300, 1], [2, 2]]]), "太大"),
        (a_feature({"place": "1号楼"}, coordinates=[[[0, 0], [10**400, 1], [2, 2]]]), "太大"),
        ({"type": "Feature", "properties": None, "geometry": None}, "不是带 geometry"),
        ("<script>alert(1)</script>", "不是带 geometry"),
        (None, "不是带 geometry"),
        ([], "不是带 geometry"),
    ],
)
def test_one_bad_feature_is_told_by_its_line_and_the_others_are_read(feature: Any, sentence: str) -> None:
    text = geojson().replace(
        "[]", "[\n" + ",\n".join(json.dumps(one) for one in (a_feature({"place": "9号楼"}), feature)) + "]"
    )
    sheet = read_geojson(text)
    assert (len(sheet.shapes), [one.line for one in sheet.problems]) == (1, [3])
    assert sentence in why(sheet)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("{", "第 1 行不是正确的 JSON"),
        ('{"type": "FeatureCollection",\n "features": [}', "第 2 行不是正确的 JSON"),
        ('{"type": "FeatureCollection", "features": [NaN]}', "不是正确的 JSON"),
        ('{"type": "FeatureCollection", "features": [-Infinity]}', "不是正确的 JSON"),
        ('{"type": "Topology", "features": []}', "FeatureCollection"),
        ('{"type": "FeatureCollection", "features": {}}', "FeatureCollection"),
        ("[1, 2]", "FeatureCollection"),
        ('{"a":' * 100_000, "嵌套太深"),
        ("[" * 100_000, "嵌套太深"),
        ('{"type":"FeatureCollection","features":[' + "9" * 5000 + "]}", "不是正确的 JSON"),
    ],
)
def test_what_is_no_plan_at_all_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        read_geojson(text)
    assert sentence in refused.value.sentence.zh


def test_too_many_shapes_and_too_many_points_are_refused() -> None:
    many = geojson(*[a_feature({"ground": "green"})] * 3001)
    long = geojson(a_feature({"ground": "road"}, "LineString", [[x % 97, x % 89] for x in range(60_001)]))
    for text in (many, long):
        with pytest.raises(Refused) as refused:
            read_geojson(text)
        assert "太多" in refused.value.sentence.zh


# -- SVG


def test_every_kind_of_shape_is_drawn_anew_under_its_transforms() -> None:
    sheet = svg(
        '<g transform="translate(10 20)"><rect id="b1" x="1" y="2" width="30" height="8"/></g>'
        '<polygon data-place="2号楼" points="0,0 10,0 10,5"/>'
        '<path id="place:b3" transform="scale(2)" d="m1 1h10v5H1z"/>'
        '<circle data-facility="灯" cx="5" cy="6" r="2"/>'
        '<polyline id="road-1" points="0 0 9 9"/>'
        '<g data-place="b4" transform="rotate(90)"><rect id="rect12" width="4" height="2"/></g>'
    )
    assert why(sheet) == ""
    rings = {one.building or one.facility or one.ground: one.rings[0] for one in sheet.shapes}
    assert rings["b1"] == ((11, 22), (41, 22), (41, 30), (11, 30))
    assert rings["b3"] == ((2, 2), (22, 2), (22, 12), (2, 12))
    assert [tuple(map(round, point)) for point in rings["灯"]] == [(5, 6)]
    assert rings["road"] == ((0, 0), (9, 9))
    assert {tuple(map(round, point)) for point in rings["b4"]} == {(0, 0), (0, 4), (-2, 4), (-2, 0)}


@pytest.mark.parametrize("name", ["rect1234", "path-56", "g12", "layer1", "svg8", "polygon3", "text7"])
def test_identifiers_that_programs_make_up_are_passed_over(name: str) -> None:
    assert svg(f'<rect id="{name}" width="3" height="3"/>') == Sheet((), ())


ATTACKS = {
    "script": "<script>alert(1)</script>",
    "script in a namespace": '<x:script xmlns:x="http://www.w3.org/2000/svg">alert(1)</x:script>',
    "handler": '<rect id="b1" width="3" height="3" onload="alert(1)"/>',
    "handler in capitals": '<rect id="b1" width="3" height="3" ONCLICK="alert(1)"/>',
    "page inside": '<foreignObject><body xmlns="http://www.w3.org/1999/xhtml"><iframe src="#"/></body></foreignObject>',
    "frame": '<iframe src="https://example.org"/>',
    "animation": '<a><set attributeName="href" to="javascript:alert(1)"/></a>',
    "picture from outside": '<image href="https://example.org/x.png"/>',
    "use from outside": '<use xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="https://example.org/a.svg#x"/>',
    "link that runs": '<a href="javascript:alert(1)"><rect id="b1" width="3" height="3"/></a>',
    "data address": '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
    "style from outside": '<?xml-stylesheet href="https://example.org/a.css"?><script/>',
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS.keys())
def test_a_drawing_that_would_do_something_is_refused(attack: str) -> None:
    with pytest.raises(Refused) as refused:
        svg(attack)
    assert "第 1 行" in refused.value.sentence.zh


LAUGHS = "<!DOCTYPE svg [" + "".join(
    f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10)
) + "]>"  # fmt: skip


@pytest.mark.parametrize(
    "head",
    [
        LAUGHS,
        '<!DOCTYPE svg [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE svg SYSTEM "https://example.org/evil.dtd">',
        '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">',
    ],
)
def test_no_document_type_and_so_no_entity_is_taken(head: str) -> None:
    with pytest.raises(Refused) as refused:
        svg('<rect id="b1" width="3" height="3"><title>&l9;</title></rect>', head)
    assert "DOCTYPE" in refused.value.sentence.zh


def test_words_in_a_drawing_reach_no_page() -> None:
    """Texts, titles, styles and classes are never read; a name that is markup stays a name that nothing is called."""
    sheet = svg(
        '<text id="b9">x</text><style>*{background:url(//x)}</style><rect id="&lt;b&gt;" width="3" height="3"/>'
    )
    assert [one.building for one in sheet.shapes] == ["<b>"]


@pytest.mark.parametrize(
    ("inside", "sentence"),
    [
        ("<g>" * 100, "嵌套太深"),
        ("<rect/>" * 40_001, "元素太多"),
        ("<g>", "不是正确的 SVG"),
    ],
)
def test_a_drawing_beyond_all_measure_is_refused(inside: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        svg(inside)
    assert sentence in refused.value.sentence.zh


@pytest.mark.parametrize(
    "inside",
    [
        '<rect id="b1" width="nan" height="3"/>',
        '<rect id="b1" width="1e400" height="3"/>',
        '<rect id="b1" width="wide" height="3"/>',
        '<rect id="b1" width="1e9" height="3"/>',
        '<rect id="b1" width="3" height="3" transform="scale(1e308) scale(1e308)"/>',
        '<polygon id="b1" points="1 2 3"/>',
        '<polygon id="b1" points=""/>',
        '<path id="b1" d="M0 0A5 5 0 0 1 9 9Z"/>',
        '<path id="b1" d="L0 0"/>',
        '<path id="b1" d="M0 0L1"/>',
        '<path id="b1" d="M0 0;alert(1)"/>',
        '<path id="b1" d=""/>',
        '<rect id="ground:lava" width="3" height="3"/>',
        '<rect id="b1" width="0" height="0"/>',
    ],
)
def test_a_malformed_shape_is_told_and_not_drawn(inside: str) -> None:
    sheet = svg(inside)
    assert (sheet.shapes, len(sheet.problems)) == ((), 1)


@pytest.mark.parametrize(
    ("text", "first", "last", "points"),
    [
        ("M0 0L10 0 10 10Z", (0, 0), (10, 10), 3),
        ("m5 5 10 0 0 10z", (5, 5), (15, 15), 3),
        ("M0 0C0 10 10 10 10 0", (0, 0), (10, 0), 9),
        ("M0,0c0,10,10,10,10,0s10,10,10,0", (0, 0), (20, 0), 17),
        ("M0 0Q5 10 10 0T20 0", (0, 0), (20, 0), 17),
        ("M-1.5e1.5l.5.5", (-15, 0.5), (-14.5, 1.0), 2),
    ],
)
def test_paths_are_walked_as_the_language_says(
    text: str, first: tuple[float, float], last: tuple[float, float], points: int
) -> None:
    ring = rings_of_path(text)[0][0]
    assert (ring[0], ring[-1], len(ring)) == (first, last, points)


def test_a_curve_lies_where_it_should() -> None:
    """The middle of this arch is three quarters of the way to its control points."""
    ring = rings_of_path("M0 0C0 8 8 8 8 0")[0][0]
    assert ring[4] == (4, 6)


@pytest.mark.parametrize("text", ["", "10 10", "M0 0A1 1 0 0 0 2 2", "M", "M0 0L1", "H5", "M0 0X5 5"])
def test_what_is_no_path_is_no_path(text: str) -> None:
    with pytest.raises(BadPath):
        rings_of_path(text)


# -- files and the field


def a_drawn(*rings: Any, building: str = "b1") -> Drawn:
    return Drawn(1, building=building, rings=tuple(tuple(ring) for ring in rings))


def test_the_longer_side_fills_the_field_and_all_are_moved_alike() -> None:
    field = fitted([a_drawn([(100, 100), (300, 100), (300, 150)]), a_drawn([(100, 200), (110, 200), (110, 190)])])
    assert (field.width, field.height) == (FIELD, (FIELD - 2 * MARGIN) // 2 + 2 * MARGIN)
    assert field.shapes[0][0].rings[0][0] == (MARGIN, MARGIN)
    assert field.shapes[1][0].rings[0][0] == (MARGIN, field.height - MARGIN)


def test_a_name_stands_inside_its_house_however_that_is_bent() -> None:
    """The middle of an L lies outside of it."""
    bent = [(0, 0), (100, 0), (100, 10), (10, 10), (10, 100), (0, 100)]
    _, (x, y) = fitted([a_drawn(bent)]).shapes[0]
    inside = (x - MARGIN) / (FIELD - 2 * MARGIN) * 100, (y - MARGIN) / (FIELD - 2 * MARGIN) * 100
    assert min(inside) < 10


def test_shapes_in_one_point_are_no_plan() -> None:
    with pytest.raises(Refused):
        fitted([Drawn(1, facility="灯", rings=(((5, 5),),))])


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89PNG\r\n", "既不是"),
        (b"PK\x03\x04", "既不是"),
        (b"", "既不是"),
        (b"\xff\xff{", "既不是"),
        (b"<html></html>", "不是 SVG"),
        (b"<svg>\xff</svg>", "不是正确的 SVG"),
        (b" " * (MOST_BYTES + 1), "超过 5 MB"),
        (b"<svg>" + b"<!--" + b"x" * 20_000_000 + b"--></svg>", "超过 5 MB"),
    ],
)
def test_a_file_is_known_by_what_is_in_it(tmp_path: Path, content: bytes, sentence: str) -> None:
    file = tmp_path / "plan.svg"
    file.write_bytes(content)
    with pytest.raises(Refused) as refused:
        read_plan(file)
    assert sentence in refused.value.sentence.zh


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        read_plan(tmp_path / "plan.json")
    assert "plan.json" in refused.value.sentence.zh
