"""A plan as SVG: shapes whose `id` (or `data-place`, `data-facility`, `data-ground`) says what they are.

Only rectangles, circles, ellipses, polygons, lines and paths are looked at, with the transforms above them; everything else, a
script above all, never comes further than this reader. A file with a document type is refused, and with it every entity.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from xml.parsers import expat

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.places.plans.outline import GROUNDS, Drawn, Point, Problem, Ring, Sheet, checked, require_bounds
from linli.places.plans.svg_paths import BadPath, numbers, rings_of_path

DEEPEST, MOST_ELEMENTS = 60, 40_000
ROUND = 24  # sides of a circle
Matrix = tuple[float, float, float, float, float, float]
SAME: Matrix = (1, 0, 0, 1, 0, 0)
SHAPES = frozenset({"rect", "circle", "ellipse", "polygon", "polyline", "line", "path"})
ACTIVE = frozenset(
    {"script", "foreignobject", "iframe", "object", "embed", "handler", "set", "animate", "animatetransform"}
)
UNSEEN = frozenset(
    {"defs", "symbol", "clippath", "mask", "marker", "pattern", "lineargradient", "radialgradient", "metadata"}
)
OWN_NAMES = re.compile(
    r"(rect|path|g|polygon|polyline|circle|ellipse|line|text|tspan|use|layer|svg|defs|shape|id)[-_]?[\d.-]*",
    re.IGNORECASE,
)
TRANSFORM = re.compile(r"(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^)]*)\)")
NOT_XML = Said(
    "第 {line} 行不是正确的 SVG，读不下去。请从绘图软件重新导出。",
    "Line {line} is no correct SVG. Export it from the drawing program again.",
)
NOT_SVG = Said("这不是 SVG 文件。", "This is no SVG file.")
NO_DOCTYPE = Said(
    "第 {line} 行有 DOCTYPE 或实体定义，出于安全不接受。请导出“普通 SVG”。",
    "Line {line} has a document type or entities, which are not taken for safety. Export a “plain SVG”.",
)
NO_ACTIVE = Said(
    "第 {line} 行有 <{name}>：平面图里不能有脚本、动画或嵌入的网页。请导出“普通 SVG”。",
    "Line {line} has <{name}>: a plan holds no script, animation or embedded page. Export a “plain SVG”.",
)
NO_HANDLER = Said(
    "第 {line} 行有事件属性“{name}”，不接受。请导出“普通 SVG”。",
    "Line {line} has the event attribute “{name}”, which is not taken. Export a “plain SVG”.",
)
NOTHING_FROM_OUTSIDE = Said(
    "第 {line} 行引用了文件以外的内容（{name}），不接受。请导出不带外部链接的 SVG。",
    "Line {line} refers to something outside the file ({name}), which is not taken. Export an SVG without links.",
)
TOO_DEEP = Said(
    "SVG 嵌套太深或元素太多，不像平面图。", "The SVG is nested too deeply, or has too many elements, to be a plan."
)
NO_GROUND = Said("没有“{name}”这种地面；可以是：{known}", "there is no ground called “{name}”; there are: {known}")
BAD_SHAPE = Said("这个 <{name}> 的尺寸或路径写得不对", "the size or path of this <{name}> is malformed")


@dataclass
class _Reader:
    """Walks through the elements; keeps nothing of them but shapes that say what they are."""

    parser: expat.XMLParserType
    shapes: list[Drawn] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    above: list[tuple[Matrix, bool, Mapping[str, str]]] = field(default_factory=list)
    elements: int = 0

    @property
    def line(self) -> int:
        return self.parser.CurrentLineNumber

    def begin(self, tag: str, given: dict[str, str]) -> None:
        self.elements += 1
        name = tag.rpartition(":")[2].lower()
        if not self.above and name != "svg":
            raise Refused(NOT_SVG)
        if len(self.above) >= DEEPEST or self.elements > MOST_ELEMENTS:
            raise Refused(TOO_DEEP)
        self._require_quiet(name, given)
        matrix, seen, names = self.above[-1] if self.above else (SAME, True, {})
        matrix = _times(matrix, _transform(given.get("transform", "")))
        seen = seen and name not in UNSEEN
        names = (_names(given) if name in SHAPES else _told(given)) or names
        self.above.append((matrix, seen, names))
        if seen and name in SHAPES and names:
            self._take(name, given, matrix, names)

    def end(self, tag: str) -> None:
        self.above.pop()

    def refuse(self, *told: object) -> None:
        raise Refused(NO_DOCTYPE.filled(line=self.line))

    def _require_quiet(self, name: str, given: Mapping[str, str]) -> None:
        if name in ACTIVE:
            raise Refused(NO_ACTIVE.filled(line=self.line, name=name))
        for attribute, value in given.items():
            plain = attribute.rpartition(":")[2].lower()
            if plain.startswith("on"):
                raise Refused(NO_HANDLER.filled(line=self.line, name=plain))
            if plain in ("href", "src") and not value.strip().startswith("#"):
                raise Refused(NOTHING_FROM_OUTSIDE.filled(line=self.line, name=plain))

    def _take(self, name: str, given: Mapping[str, str], matrix: Matrix, names: Mapping[str, str]) -> None:
        ground = names.get("ground", "")
        if ground and ground not in GROUNDS:
            self.problems.append(Problem(self.line, NO_GROUND.filled(name=ground[:30], known=", ".join(GROUNDS))))
            return
        try:
            rings, closed = DRAW[name](given)
        except (BadPath, ValueError, OverflowError):
            self.problems.append(Problem(self.line, BAD_SHAPE.filled(name=name)))
            return
        moved = tuple(tuple(_put(matrix, point) for point in ring) for ring in rings if ring)
        facility = names.get("facility", "")
        moved = (((_middle(moved[0])),),) if facility and moved else moved
        self._keep(Drawn(self.line, names.get("place", ""), facility, ground, moved, closed or not ground))

    def _keep(self, shape: Drawn) -> None:
        read = checked(shape) if shape.rings else Problem(shape.line, BAD_SHAPE.filled(name="path"))
        if isinstance(read, Drawn):
            self.shapes.append(read)
        else:
            self.problems.append(read)


def read_svg(content: bytes) -> Sheet:
    parser = expat.ParserCreate()
    reader = _Reader(parser)
    parser.StartElementHandler, parser.EndElementHandler = reader.begin, reader.end
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = reader.refuse
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    try:
        parser.Parse(content, True)
    except expat.ExpatError as wrong:
        raise Refused(NOT_XML.filled(line=wrong.lineno)) from None
    require_bounds(reader.shapes)
    return Sheet(tuple(reader.shapes), tuple(reader.problems))


def _names(given: Mapping[str, str]) -> Mapping[str, str]:
    """What a shape is said to be. Identifiers that drawing programs make up say nothing."""
    if told := _told(given):
        return told
    own = given.get("id", "").strip()
    ground = re.sub(r"[-_]?\d*$", "", own)
    if ground in GROUNDS:
        return {"ground": ground}
    return {"place": own} if own and not OWN_NAMES.fullmatch(own) else {}


def _told(given: Mapping[str, str]) -> Mapping[str, str]:
    """What is said in so many words: of a group it holds for the shapes in it."""
    for name in ("place", "facility", "ground"):
        if given.get(f"data-{name}", "").strip():
            return {name: given[f"data-{name}"].strip()}
    kind, _, rest = given.get("id", "").strip().partition(":")
    return {kind: rest} if kind in ("place", "facility", "ground") and rest else {}


def _transform(text: str) -> Matrix:
    matrix = SAME
    for kind, told in TRANSFORM.findall(text):
        matrix = _times(matrix, _one_transform(kind, numbers(told)))
    return matrix


def _one_transform(kind: str, given: list[float]) -> Matrix:
    match kind, given:
        case "matrix", [a, b, c, d, e, f]:
            return (a, b, c, d, e, f)
        case "translate", [x, *y]:
            return (1, 0, 0, 1, x, y[0] if y else 0)
        case "scale", [x, *y]:
            return (x, 0, 0, y[0] if y else x, 0, 0)
        case "rotate", [angle, *centre]:
            return _turn(math.radians(angle), centre)
        case "skewX", [angle]:
            return (1, 0, math.tan(math.radians(angle)), 1, 0, 0)
        case "skewY", [angle]:
            return (1, math.tan(math.radians(angle)), 0, 1, 0, 0)
    return SAME


def _turn(angle: float, centre: list[float]) -> Matrix:
    around, below = centre if len(centre) == 2 else (0.0, 0.0)
    sin, cos = math.sin(angle), math.cos(angle)
    return (cos, sin, -sin, cos, around - cos * around + sin * below, below - sin * around - cos * below)


def _times(one: Matrix, other: Matrix) -> Matrix:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return (a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j, a * k + c * m + e, b * k + d * m + f)


def _put(matrix: Matrix, point: Point) -> Point:
    a, b, c, d, e, f = matrix
    return a * point[0] + c * point[1] + e, b * point[0] + d * point[1] + f


def _middle(ring: Ring) -> Point:
    return sum(x for x, _ in ring) / len(ring), sum(y for _, y in ring) / len(ring)


Drawing = tuple[tuple[Ring, ...], bool]


def _length(given: Mapping[str, str], name: str) -> float:
    return float(re.sub(r"(px|mm|cm|pt|m)$", "", given.get(name, "0").strip()))


def _rect(given: Mapping[str, str]) -> Drawing:
    x, y, wide, high = (_length(given, name) for name in ("x", "y", "width", "height"))
    return (((x, y), (x + wide, y), (x + wide, y + high), (x, y + high)),), True


def _ellipse(given: Mapping[str, str]) -> Drawing:
    x, y = _length(given, "cx"), _length(given, "cy")
    across, down = (_length(given, name) for name in (("r", "r") if "r" in given else ("rx", "ry")))
    turns = [2 * math.pi * part / ROUND for part in range(ROUND)]
    return (tuple((x + across * math.cos(turn), y + down * math.sin(turn)) for turn in turns),), True


def _polygon(given: Mapping[str, str]) -> Drawing:
    told = numbers(given.get("points", ""))
    return (tuple(zip(told[::2], told[1::2], strict=True)),), True


def _polyline(given: Mapping[str, str]) -> Drawing:
    return _polygon(given)[0], False


def _line(given: Mapping[str, str]) -> Drawing:
    ends = tuple((_length(given, f"x{end}"), _length(given, f"y{end}")) for end in "12")
    return (ends,), False


def _path(given: Mapping[str, str]) -> Drawing:
    return rings_of_path(given.get("d", ""))


DRAW: Mapping[str, Callable[[Mapping[str, str]], Drawing]] = MappingProxyType(
    {
        "rect": _rect,
        "circle": _ellipse,
        "ellipse": _ellipse,
        "polygon": _polygon,
        "polyline": _polyline,
        "line": _line,
        "path": _path,
    }
)
