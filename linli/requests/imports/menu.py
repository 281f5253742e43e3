"""`linli import menu FILE`: the services of a menu as a table. It is tried first; again changes nothing."""

from __future__ import annotations

import uuid
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, partial
from typing import Any

from django.db.models import Q

from linli.lib import clock
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.matters.answers import BadAnswers
from linli.people.models import Organisation
from linli.people.queries import in_term
from linli.places.models import Place
from linli.register.headings import Columns, Headings, find_columns
from linli.register.imports import PLACES_FIRST
from linli.register.rows import TOO_MANY_CELLS, BadRow
from linli.register.table_runs import Say, run_table, table_arguments
from linli.register.tables import Table, read_table
from linli.requests.menu.actions import Entry, columns, load_items, state_of
from linli.requests.menu.kinds import LEVELS
from linli.requests.menu.models import ServiceItem
from linli.requests.menu.queries import takers
from linli.requests.menu.reading import NO_PROVIDER, Details, bad, read_details

HEADINGS = Headings(
    {
        "title": ("名称", "服务名称", "项目", "服务项目", "name", "service"),
        "title_en": ("英文名称", "name in english"),
        "about": ("说明", "介绍", "about"),
        "about_en": ("英文说明", "about in english"),
        "group": ("类别", "分类", "group"),
        "pricing": ("计价方式", "收费方式", "pricing"),
        "price": ("价格", "单价", "price"),
        "unit": ("单位", "计价单位", "unit"),
        "unit_en": ("英文单位", "unit in english"),
        "provider": ("服务方", "由谁提供", "provided by", "provider"),
        "organisation": ("服务商", "服务商单位", "organisation", "company"),
        "eligible": ("谁可以点", "对象", "for whom", "eligible"),
        "entitlement": ("资格要求", "资格", "entitlement"),
        "entitlement_en": ("英文资格要求", "entitlement in english"),
        "open_days": ("开放日", "服务日", "open days", "open on"),
        "by_slot": ("预约时段", "是否预约", "by slot"),
        "per_household": ("每户每月", "每户每月限额", "per home"),
        "per_month": ("每月总数", "每月总限额", "per month"),
        "valid_from": ("开始日期", "开始", "from"),
        "valid_to": ("结束日期", "结束", "until"),
        "place": ("地点", "小区", "place", "estate"),
    },
    ("title", "group", "pricing", "provider"),
)
USUAL = {"eligible": "anyone", "open_days": "12345", "by_slot": "yes"}
COUNTS = Said(
    "服务项目：新增 {new}；修改 {changed}；不变 {same}。问题行：{bad}。",
    "Services: {new} new; {changed} changed; {same} unchanged. Bad rows: {bad}.",
)
WRITTEN = Said("已写入。时段请在各项目的页面上添加。", "Written. Times are added on the page of each service.")
NOTHING_TO_DO = Said("服务菜单已经是这样，没有变化。", "The menu says this already; nothing changed.")
NO_PLACE = Said(
    "没有找到地点“{name}”，或者有好几个。请写社区、小区、期或楼栋的名称、代码或路径",
    "the place “{name}” was not found, or there are several. Give the name, code or path of a community, estate, phase or building",
)
SAME_TWICE = Said("与第 {line} 行是同一个项目“{title}”", "this is the same service as in line {line}: “{title}”")


@dataclass
class Plan:
    """What a file would change, worked out before anything is written."""

    titles: tuple[str, ...]
    entries: list[Entry] = field(default_factory=list)
    same: int = 0
    bad: list[BadRow] = field(default_factory=list)

    @property
    def new(self) -> int:
        return sum(entry.item is None for entry in self.entries)


def make_plan(table: Table, *, ignore: Sequence[str] = ()) -> Plan:
    found = find_columns([row for _, row in table[:10]], ignore=ignore, headings=HEADINGS)
    plan, today, seen = Plan(found.titles), clock.local_day(clock.now()), dict[tuple[uuid.UUID, str], int]()
    known = Known()
    for line, row in table[found.row + 1 :]:
        try:
            place, details = _read(row, found, today, known)
            if (place.pk, details.title) in seen:
                raise bad("title", SAME_TWICE.filled(line=seen[place.pk, details.title], title=details.title))
        except BadAnswers as wrong:
            plan.bad.append(BadRow(line, _reasons(wrong), row))
            continue
        seen[place.pk, details.title] = line
        _take(plan, place, details, known)
    return plan


class Known:
    """What the rows speak of, each looked up once however many rows name it."""

    def __init__(self) -> None:
        standing = ServiceItem.objects.filter(withdrawn_at__isnull=True)
        self.items = {(item.place_id, item.title): item for item in standing}
        self.place = cache(_place)
        self.provider = cache(_provider)
        self.takes = cache(lambda organisation, place: takers(organisation, place).exists())


def _reasons(wrong: BadAnswers) -> tuple[Said, ...]:
    """Without the full stop: several stand in one sentence."""
    return tuple(Said(one.zh.rstrip("。"), one.en.rstrip(".")) for one in wrong.problems.values())


def _read(row: Sequence[str], found: Columns, today: date, known: Known) -> tuple[Place, Details]:
    if any(cell.strip() for cell in row[len(found.titles) :]):
        raise bad("title", TOO_MANY_CELLS)
    cells = {column: row[at].strip() if at < len(row) else "" for column, at in found.of.items()}
    given = {**cells, **{name: usual for name, usual in USUAL.items() if not cells.get(name)}}
    place = known.place(cells.get("place", ""))
    details = read_details(given, today=today, providers=known.provider)
    if details.organisation is not None and not known.takes(details.organisation, place):
        raise bad("organisation", NO_PROVIDER)
    return place, details


def _provider(name: str) -> uuid.UUID | None:
    posts = Q(posts__role="provider") & in_term(prefix="posts__")
    one = Organisation.objects.filter(posts, Q(name=name) | Q(name_en=name), name__gt="").distinct()[:2]
    return one[0].pk if len(one) == 1 else None


def _place(name: str) -> Place:
    """By name, code or path; without one, the only estate."""
    standing = Place.objects.filter(valid_to__isnull=True, level__in=LEVELS)
    named = Q(name=name) | Q(code=name) | Q(path=name) | Q(names__name=name)
    found = list(standing.filter(named if name else Q(level="estate")).distinct()[:2])
    if len(found) != 1:
        raise bad("place", NO_PLACE.filled(name=name))
    return found[0]


def _take(plan: Plan, place: Place, details: Details, known: Known) -> None:
    there = known.items.get((place.pk, details.title))
    if there is not None:
        before = state_of(there)
        told = {**columns(details), "valid_from": there.valid_from}  # a file that names no day does not move the first
        for name, value in told.items():
            setattr(there, name, value)
        if state_of(there) == before:
            plan.same += 1
            return
    plan.entries.append(Entry(place, details, there))


class MenuItems:
    name = "menu"
    title = Said("服务菜单（CSV 或 XLSX）", "The menu of services (CSV or XLSX)")

    def arguments(self, parser: ArgumentParser) -> None:
        table_arguments(parser)

    def before_opening(self, options: Mapping[str, Any]) -> None:
        raise Refused(PLACES_FIRST)

    def run(self, options: Mapping[str, Any], say: Say) -> int:
        plan = make_plan(read_table(options["file"]), ignore=options["ignore"])
        told = COUNTS.filled(new=plan.new, changed=len(plan.entries) - plan.new, same=plan.same, bad=len(plan.bad))
        return run_table(plan, told, options, say, partial(_write, plan))


def _write(plan: Plan) -> Said:
    load_items(plan.entries)
    return WRITTEN if plan.entries else NOTHING_TO_DO
