"""`linli import plan FILE --place PLACE`: a drawing becomes the plan of an estate, or nothing does."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from django.db import transaction

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.places.models import Place
from linli.places.plans.actions import draw_plan, is_drawn
from linli.places.plans.files import PlanFile, read_plan
from linli.places.plans.naming import Meant, find_all, names_below
from linli.places.plans.outline import Problem
from linli.register.actions.recording import note
from linli.register.imports import PLACES_FIRST
from linli.requests.imports.whereabouts import given_place

Say = Callable[[Said], None]
MOST_SHOWN = 30
BAD_LINE = Said("第 {line} 行：{why}。", "Line {line}: {why}.")
MORE_BAD = Said("还有 {count} 处问题没有列出。", "{count} more problems are not listed.")
FOUND = Said(
    "楼栋 {buildings} 栋，设施 {facilities} 处，地面 {grounds} 块，问题 {bad} 处。还没有画上的楼栋：{left}。",
    "{buildings} buildings, {facilities} facilities, {grounds} pieces of ground, {bad} problems. Buildings not drawn yet: {left}.",
)
NONE = Said("无", "none")
NOT_WRITTEN = Said(
    "有问题，没有写入。请改好文件；或加 --skip-bad 只画没有问题的部分。",
    "Nothing was written because of these problems. Correct the file, or draw the rest with --skip-bad.",
)
TRIED = Said("只是试算，没有写入。", "This was a dry run; nothing was written.")
SAME = Said("平面图已经是这份文件画的，没有变化。", "The plan was drawn from this very file already; nothing changed.")
DRAWN = Said("平面图已画好，地址是 /plan/?place={path}。", "The plan is drawn; its address is /plan/?place={path}.")


class Plans:
    name = "plan"
    title = Said("小区平面图（GeoJSON 或 SVG）", "The plan of an estate (GeoJSON or SVG)")

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="GeoJSON or SVG, 5 MB at the most")
        parser.add_argument("--place", required=True, metavar="PLACE", help="path, code or name of the estate or phase")
        parser.add_argument("--dry-run", action="store_true", help="say what would be drawn; write nothing")
        parser.add_argument("--skip-bad", action="store_true", help="draw the rest although some shapes are bad")

    def before_opening(self, options: Mapping[str, Any]) -> None:
        raise Refused(PLACES_FIRST)

    def run(self, options: Mapping[str, Any], say: Say) -> int:
        place, file = given_place(options["place"]), read_plan(options["file"])
        names = names_below(place)
        meant, unknown = find_all(file.sheet.shapes, names)
        problems = sorted([*file.sheet.problems, *unknown], key=lambda one: one.line)
        _tell(meant, problems, {one for known in names.buildings.values() for one in known}, say)
        if problems and not (options["skip_bad"] or options["dry_run"]):
            say(NOT_WRITTEN)
            return 1
        if options["dry_run"]:
            say(TRIED)
            return 1 if problems and not options["skip_bad"] else 0
        say(_drawn(place, meant, file))
        return 0


def _drawn(place: Place, meant: list[Meant], file: PlanFile) -> Said:
    if is_drawn(place, file.digest, len(meant)):
        return SAME
    with transaction.atomic():
        draw_plan(place, meant, digest=file.digest)
        note(place, "plan_drawn", actor=None, body={"file": file.digest, "shapes": len(meant)})
    return DRAWN.filled(path=place.path)


def _tell(meant: list[Meant], problems: list[Problem], known: set[Place], say: Say) -> None:
    for one in problems[:MOST_SHOWN]:
        say(BAD_LINE.filled(line=one.line, why=one.why))
    if len(problems) > MOST_SHOWN:
        say(MORE_BAD.filled(count=len(problems) - MOST_SHOWN))
    buildings = {one.building for one in meant if one.building}
    left = sorted(known - buildings, key=lambda one: (one.order, one.path))
    facilities = sum(1 for one in meant if one.facility)
    counts = {
        "buildings": len(buildings),
        "facilities": facilities,
        "grounds": len(meant) - len(buildings) - facilities,
    }
    named = Said("、".join(one.in_("zh") for one in left), ", ".join(one.in_("en") for one in left)) if left else NONE
    say(FOUND.filled(**counts, bad=len(problems), left=named))
