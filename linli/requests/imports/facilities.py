"""`linli import facilities FILE`: an office's table of lamps, lifts and cameras. It is tried first; again changes nothing."""

from __future__ import annotations

import uuid
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from django.db import transaction

from linli.lib import clock
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.places.facilities import KINDS
from linli.places.facility_actions import Actor, install
from linli.places.facility_import_actions import Entry, add_facilities
from linli.places.models import Facility
from linli.register.headings import find_columns
from linli.register.imports import PLACES_FIRST
from linli.register.rows import TOO_MANY_CELLS, BadRow
from linli.register.table_runs import Say, run_table, table_arguments
from linli.register.tables import Table, read_table
from linli.requests.facilities.table import HEADINGS, Bad, Told, read_row
from linli.requests.facilities.where import atlas

COUNTS = Said(
    "设施：新增 {made}；由规划改为已安装 {installed}；不变 {same}。问题行：{bad}。",
    "Facilities: {made} new; {installed} planned ones now installed; {same} unchanged. Bad rows: {bad}.",
)
WRITTEN = Said("已写入。", "Written.")
NOTHING_TO_DO = Said("设施名册已经是这样，没有变化。", "The register of facilities says this already; nothing changed.")
SAME_TWICE = Said(
    "与第 {line} 行是同一处设施：{kind}“{name}”", "this is the same facility as in line {line}: {kind} “{name}”"
)
Key = tuple[uuid.UUID, str, str]  # place, kind and name: by this a facility is known


@dataclass
class Plan:
    """What a file would change, worked out before anything is written."""

    titles: tuple[str, ...]
    made: list[Entry] = field(default_factory=list)
    installed: list[tuple[Facility, date]] = field(default_factory=list)
    same: int = 0
    bad: list[BadRow] = field(default_factory=list)


def make_plan(table: Table, *, ignore: Sequence[str] = ()) -> Plan:
    columns = find_columns([row for _, row in table[:10]], ignore=ignore, headings=HEADINGS)
    plan, today, found = Plan(columns.titles), clock.local_day(clock.now()), atlas()
    known = _known()
    seen: dict[Key, int] = {}
    for line, row in table[columns.row + 1 :]:
        told = _read(line, row, columns.of, len(columns.titles), today)
        try:
            if not isinstance(told, Told):
                raise _Wrong(told)
            entry = Entry(found.find(told.place), told.details, told.condition, told.inspected_on)
            _take(plan, entry, line, known, seen)
        except Bad as bad:
            plan.bad.append(BadRow(line, (bad.why,), row))
        except _Wrong as wrong:
            plan.bad.append(BadRow(line, wrong.reasons, row))
    return plan


class _Wrong(Exception):
    def __init__(self, reasons: tuple[Said, ...]) -> None:
        super().__init__(reasons[0].en)
        self.reasons = reasons


def _read(line: int, row: Sequence[str], of: Mapping[str, int], width: int, today: date) -> Told | tuple[Said, ...]:
    told = read_row(line, {column: row[at] if at < len(row) else "" for column, at in of.items()}, today)
    if any(cell.strip() for cell in row[width:]):
        return (TOO_MANY_CELLS, *(told if isinstance(told, tuple) else ()))
    return told


def _known() -> dict[Key, Facility]:
    rows = Facility.objects.filter(valid_to__isnull=True).select_related("place")
    return {(one.place_id, one.kind, one.name): one for one in rows.iterator(chunk_size=5000)}


def _take(plan: Plan, entry: Entry, line: int, known: Mapping[Key, Facility], seen: dict[Key, int]) -> None:
    """What stands already stays as it is: its condition is for inspections. Only a planned point may have got its facility."""
    key = (entry.place.pk, entry.details.kind, entry.details.name)
    if key in seen:
        title = KINDS[entry.details.kind].title
        raise Bad(SAME_TWICE.filled(line=seen[key], kind=title, name=entry.details.name))
    seen[key] = line
    there = known.get(key)
    if there is None:
        plan.made.append(entry)
    elif there.installed_on is None and entry.details.installed_on:
        plan.installed.append((there, entry.details.installed_on))
    else:
        plan.same += 1


@transaction.atomic
def carry_out(plan: Plan) -> None:
    add_facilities(plan.made, actor=Actor(None))
    for facility, day in plan.installed:
        install(facility, on=day, actor=Actor(None))


class Facilities:
    name = "facilities"
    title = Said("设施名册（CSV 或 XLSX）", "A register of facilities (CSV or XLSX)")

    def arguments(self, parser: ArgumentParser) -> None:
        table_arguments(parser)

    def before_opening(self, options: Mapping[str, Any]) -> None:
        raise Refused(PLACES_FIRST)

    def run(self, options: Mapping[str, Any], say: Say) -> int:
        plan = make_plan(read_table(options["file"]), ignore=options["ignore"])
        told = COUNTS.filled(made=len(plan.made), installed=len(plan.installed), same=plan.same, bad=len(plan.bad))
        return run_table(plan, told, options, say, partial(_write, plan))


def _write(plan: Plan) -> Said:
    carry_out(plan)
    return WRITTEN if plan.made or plan.installed else NOTHING_TO_DO
