"""`linli import menu FILE`: the services of a menu as a table. It is tried first; again changes nothing."""

from __future__ import annotations

import uuid
from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
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
from linli.register.imports import LINE, PLACES_FIRST, REASON, together
from linli.register.rows import TOO_MANY_CELLS, BadRow
from linli.register.tables import Table, read_table, write_csv
from linli.requests.menu.actions import Entry, columns, load_items, state_of
from linli.requests.menu.kinds import LEVELS
from linli.requests.menu.models import ServiceItem
from linli.requests.menu.queries import takers
from linli.requests.menu.reading import NO_PROVIDER, Details, bad, read_details

Say = Callable[[Said], None]
MOST_SHOWN = 50
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
BAD_LINE = Said("第 {line} 行：{reasons}。", "Line {line}: {reasons}.")
MORE_BAD = Said("还有 {count} 行有问题，没有列出。", "{count} more bad rows are not listed.")
COUNTS = Said(
    "服务项目：新增 {new}；修改 {changed}；不变 {same}。问题行：{bad}。",
    "Services: {new} new; {changed} changed; {same} unchanged. Bad rows: {bad}.",
)
NOT_WRITTEN = Said(
    "有问题行，没有写入任何内容。请改好文件；或加 --skip-bad 只写入没有问题的行。",
    "Nothing was written because of the bad rows. Correct the file, or write the others with --skip-bad.",
)
TRIED = Said("只是试算，没有写入。", "This was a dry run; nothing was written.")
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
    for line, row in table[found.row + 1 :]:
        try:
            place, details = _read(row, found, today)
            if (place.pk, details.title) in seen:
                raise bad("title", SAME_TWICE.filled(line=seen[place.pk, details.title], title=details.title))
        except BadAnswers as wrong:
            plan.bad.append(BadRow(line, _reasons(wrong), row))
            continue
        seen[place.pk, details.title] = line
        _take(plan, place, details)
    return plan


def _reasons(wrong: BadAnswers) -> tuple[Said, ...]:
    """Without the full stop: several stand in one sentence."""
    return tuple(Said(one.zh.rstrip("。"), one.en.rstrip(".")) for one in wrong.problems.values())


def _read(row: Sequence[str], found: Columns, today: date) -> tuple[Place, Details]:
    if any(cell.strip() for cell in row[len(found.titles) :]):
        raise bad("title", TOO_MANY_CELLS)
    cells = {column: row[at].strip() if at < len(row) else "" for column, at in found.of.items()}
    given = {**cells, **{name: usual for name, usual in USUAL.items() if not cells.get(name)}}
    place = _place(cells.get("place", ""))

    def provider(name: str) -> uuid.UUID | None:
        posts = Q(posts__role="provider") & in_term(prefix="posts__")
        one = Organisation.objects.filter(posts, Q(name=name) | Q(name_en=name), name__gt="").distinct()[:2]
        return one[0].pk if len(one) == 1 else None

    details = read_details(given, today=today, providers=provider)
    if details.organisation is not None and not takers(details.organisation, place).exists():
        raise bad("organisation", NO_PROVIDER)
    return place, details


def _place(name: str) -> Place:
    """By name, code or path; without one, the only estate."""
    standing = Place.objects.filter(valid_to__isnull=True, level__in=LEVELS)
    named = Q(name=name) | Q(code=name) | Q(path=name) | Q(names__name=name)
    found = list(standing.filter(named if name else Q(level="estate")).distinct()[:2])
    if len(found) != 1:
        raise bad("place", NO_PLACE.filled(name=name))
    return found[0]


def _take(plan: Plan, place: Place, details: Details) -> None:
    there = ServiceItem.objects.filter(place=place, title=details.title, withdrawn_at__isnull=True).first()
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
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="say what would change; write nothing")
        parser.add_argument("--skip-bad", action="store_true", help="write the good rows although some are bad")
        parser.add_argument("--rejects", type=Path, metavar="FILE", help="write the bad rows there, with their reasons")
        parser.add_argument("--ignore", action="append", default=[], metavar="HEADING", help="a column to leave out")

    def before_opening(self, options: Mapping[str, Any]) -> None:
        raise Refused(PLACES_FIRST)

    def run(self, options: Mapping[str, Any], say: Say) -> int:
        plan = make_plan(read_table(options["file"]), ignore=options["ignore"])
        _tell(plan, say)
        if options["rejects"] is not None:
            write_csv(options["rejects"], list(_rejects(plan, options["lang"])))
        if plan.bad and not (options["skip_bad"] or options["dry_run"]):
            say(NOT_WRITTEN)
            return 1
        if options["dry_run"]:
            say(TRIED)
            return 1 if plan.bad and not options["skip_bad"] else 0
        load_items(plan.entries)
        say(WRITTEN if plan.entries else NOTHING_TO_DO)
        return 0


def _tell(plan: Plan, say: Say) -> None:
    for row in plan.bad[:MOST_SHOWN]:
        say(BAD_LINE.filled(line=row.line, reasons=together(row.reasons)))
    if len(plan.bad) > MOST_SHOWN:
        say(MORE_BAD.filled(count=len(plan.bad) - MOST_SHOWN))
    say(COUNTS.filled(new=plan.new, changed=len(plan.entries) - plan.new, same=plan.same, bad=len(plan.bad)))


def _rejects(plan: Plan, language: str) -> Iterator[list[str]]:
    """The bad rows as they stood, with line and reason behind; these two columns are passed over when they come back."""
    yield [*plan.titles, LINE.in_(language), REASON.in_(language)]
    for row in plan.bad:
        cells = [*row.cells, *[""] * (len(plan.titles) - len(row.cells))]
        yield [*cells, str(row.line), together(row.reasons).in_(language)]
