"""What the register lends to `linli import`: the public divisions, and a housing register."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from django.db.models import Q

from linli.lib import clock
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.places.models import Place
from linli.register.actions.divisions import add_newer_place, load_divisions
from linli.register.actions.loading import load_register
from linli.register.divisions import BESIDE_THE_PROJECT, read_folder
from linli.register.kinds import AREA_SOURCES
from linli.register.plan import Plan, Wish, make_plan
from linli.register.sources import lend
from linli.register.table_runs import Say, run_table, table_arguments
from linli.register.tables import read_table

EDITION = date(2023, 1, 1)  # the table is that of 2023
PLACES_DONE = Said(
    "区划已导入：新建 {made} 个，已有 {unchanged} 个，补上正式代码 {adopted} 个，改名 {renamed} 个。",
    "Divisions loaded: {made} made, {unchanged} there already, {adopted} given their official code, {renamed} renamed.",
)
ADDED = Said("已新建“{name}”，临时代码 {code}。", "“{name}” was made with the provisional code {code}.")
THERE = Said(
    "“{name}”已经有了，代码 {code}，没有改动。", "“{name}” is there already, code {code}; nothing was changed."
)
UNDER_NEEDED = Said(
    "加新地点要用 --under 写明上级代码。", "To add a place, name what it stands under with --under CODE."
)
NOTHING_ABOVE = Said(
    "新片区里还没有任何地点，--add 找不到上级。请先导入区划：linli import places --district 代号 --open 名称。",
    "A new neighbourhood has no places yet, so there is nothing to add one under. Load the divisions first: "
    "linli import places --district SCHEMA --open NAME.",
)
PLACES_FIRST = Said(
    "新片区里还没有任何地点，什么都没有开。请先导入区划：linli import places --district 代号 --open 名称，再导入这份文件。",
    "A new neighbourhood has no places yet; nothing was opened. Load the divisions first: "
    "linli import places --district SCHEMA --open NAME, and then this file.",
)
NO_COMMUNITY = Said(
    "没有找到社区“{under}”。请写社区代码、路径或名称；名称重复时请写代码。",
    "The community “{under}” was not found. Give its code, path or name; where names repeat, the code.",
)
CHANGES = Said(
    "房屋：新增 {new}；面积更改 {area}；产权人更改 {owners}；用途更改 {use}；不变 {same}。\n地点：新建 {places}。问题行：{bad}。",
    "Rooms: +{new} new; ~{area} areas; ~{owners} owners; ~{use} uses; ={same} unchanged.\n"
    "Places: +{places} to be made. Bad rows: {bad}.",
)
WRITTEN = Said("已写入。", "Written.")
NOTHING_TO_DO = Said("与现有名册完全一致，没有改动。", "The register says the same already; nothing was changed.")


class Places:
    name = "places"
    title = Said("区划：街道、社区和村", "Divisions: streets, communities and villages")

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--from", dest="folder", type=Path, default=BESIDE_THE_PROJECT, metavar="FOLDER")
        parser.add_argument("--add", default="", metavar="NAME", help="a place newer than the table")
        parser.add_argument("--under", default="", metavar="CODE", help="with --add: the code of its county or street")

    def before_opening(self, options: Mapping[str, Any]) -> None:
        if options["add"]:
            raise Refused(NOTHING_ABOVE)
        read_folder(options["folder"])

    def run(self, options: Mapping[str, Any], say: Say) -> int:
        if options["add"]:
            return _add(options["add"].strip(), options["under"].strip(), say)
        loaded = load_divisions(read_folder(options["folder"]), since=EDITION)
        counts = {"adopted": len(loaded.adopted), "renamed": len(loaded.renamed)}
        say(PLACES_DONE.filled(made=loaded.made, unchanged=loaded.unchanged, **counts))
        return 0


def _add(name: str, under: str, say: Say) -> int:
    if not under:
        raise Refused(UNDER_NEEDED)
    place, made = add_newer_place(name, under=under, since=clock.local_day(clock.now()))
    say((ADDED if made else THERE).filled(name=place.name, code=place.code))
    return 0


class Register:
    name = "register"
    title = Said("房屋名册（CSV 或 XLSX）", "A housing register (CSV or XLSX)")

    def arguments(self, parser: ArgumentParser) -> None:
        table_arguments(parser)
        parser.add_argument("--under", default="", metavar="COMMUNITY", help="where estates that are missing are made")
        parser.add_argument("--estate", default="", metavar="NAME", help="the estate of rows that name none")
        parser.add_argument("--area-source", default="", choices=["", *AREA_SOURCES], help="of rows that name none")
        parser.add_argument("--since", type=date.fromisoformat, metavar="DATE", help="from when it holds; today")

    def before_opening(self, options: Mapping[str, Any]) -> None:
        """A register hangs its estates under a community, which a new neighbourhood does not have."""
        raise Refused(PLACES_FIRST)

    def run(self, options: Mapping[str, Any], say: Say) -> int:
        day = options["since"] or clock.local_day(clock.now())
        wish = Wish(options["estate"] or _only("estate"), options["area_source"], tuple(options["ignore"]))
        plan = make_plan(read_table(options["file"]), parent=_parent(options["under"]), since=day, wish=wish)
        counts = {what: plan.counted(what) for what in ("new", "area", "owners", "use")}
        told = CHANGES.filled(same=plan.unchanged, places=len(plan.tree.made), bad=len(plan.bad), **counts)
        return run_table(plan, told, options, say, partial(_write, plan, day))


def _write(plan: Plan, day: date) -> Said:
    if not plan.changes:
        return NOTHING_TO_DO
    load_register(plan, day=day)
    return WRITTEN


def _parent(under: str) -> Place | None:
    """The community that was named, else the only one of the neighbourhood."""
    communities = Place.objects.filter(level="community", valid_to__isnull=True)
    if not under:
        found = list(communities[:2])
        return found[0] if len(found) == 1 else None
    found = list(
        communities.filter(Q(code=under) | Q(path=under) | Q(name=under) | Q(names__name=under)).distinct()[:2]
    )
    if len(found) != 1:
        raise Refused(NO_COMMUNITY.filled(under=under))
    return found[0]


def _only(level: str) -> str:
    found = list(Place.objects.filter(level=level, valid_to__isnull=True)[:2])
    return found[0].name if len(found) == 1 else ""


lend(Places())
lend(Register())
