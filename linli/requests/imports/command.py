"""`linli import requests FILE --map MAP.yaml`."""

from __future__ import annotations

import csv
import os
import sys
import time
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from linli.lib.collecting import collecting_after
from linli.lib.progress import Progress
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.register.imports import PLACES_FIRST
from linli.register.tables import safe
from linli.requests.imports.actions import import_batch, setting_of, sorted_out
from linli.requests.imports.files import Row, Table, open_table
from linli.requests.imports.history import Setting
from linli.requests.imports.mapping import RequestMap, missing_columns
from linli.requests.imports.mapping_file import BAD_MAP, read_map, together
from linli.requests.imports.rows import BadRow, Told, read_row, skipped
from linli.requests.imports.whereabouts import Whereabouts, given_place

BATCH = 2000
NO_MAP = Said(
    "找不到映射文件“{file}”，或者它不是 UTF-8 文字。", "There is no mapping “{file}”, or it is not UTF-8 text."
)
SUMMARY = Said(
    "读入 {rows} 行：{made}{new} 件，已有 {known} 件，按映射跳过 {skipped} 行，未导入 {refused} 行。"
    "新增地点 {places} 处。用时 {seconds} 秒，每秒 {rate} 行。",
    "{rows} rows read: {new} {made}, {known} known already, {skipped} skipped by the mapping, {refused} refused. "
    "{places} new places. {seconds} s, {rate} rows a second.",
)
MADE, WOULD_MAKE = Said("新建事项 ", "made"), Said("（试运行，未写入）将新建事项 ", "would be made (dry run)")
REASON = Said("  {count} 行：{reason}", "  {count} rows: {reason}")
REJECTS = Said("未导入的行和原因写在 {file}。", "The refused rows with their reasons are in {file}.")
HEAD = (Said("行", "line"), Said("编号", "id"), Said("原因", "reasons"))


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="CSV, CSV.GZ or XLSX")
    parser.add_argument("--map", metavar="MAP.yaml", type=Path, required=True, help="which column is what")
    parser.add_argument("--place", metavar="PLACE", default="", help="path, code or name of the place they belong to")
    parser.add_argument(
        "--rejects", metavar="FILE", type=Path, help="where refused rows go; else beside, in this folder"
    )
    parser.add_argument("--dry-run", action="store_true", help="read and check everything, write nothing")


def before_opening(options: Mapping[str, Any]) -> None:
    """Every request stands somewhere, and a neighbourhood that is only being opened has no places."""
    plan = _map(options["map"])
    with closing(open_table(options["file"], plan)) as table:
        if problems := missing_columns(plan, table.headings):
            raise Refused(together(BAD_MAP, problems))
    raise Refused(PLACES_FIRST)


@dataclass
class Count:
    """How the import went."""

    rows: int = 0
    made: int = 0
    known: int = 0
    skipped: int = 0
    refused: int = 0
    reasons: Counter[Said] = field(default_factory=Counter)


@dataclass
class Rejects:
    """Line, id and all reasons of each refused row; nothing of its text, so that no copy of letters lies about."""

    file: Path
    language: str
    rows: list[tuple[int, str, tuple[Said, ...]]] = field(default_factory=list)
    begun: bool = False

    def write(self) -> None:
        """In the order of the file within each batch. Only its owner may read it."""
        if not self.rows:
            return
        flags = os.O_WRONLY | os.O_CREAT | (os.O_APPEND if self.begun else os.O_TRUNC)
        with os.fdopen(os.open(self.file, flags, 0o600), "w", encoding="utf-8", newline="") as out:
            lines = csv.writer(out)
            if not self.begun:
                out.write("\ufeff")
                lines.writerow([one.in_(self.language) for one in HEAD])
            joined = "；" if self.language == "zh" else "; "
            for number, given, reasons in sorted(self.rows, key=lambda row: row[0]):
                lines.writerow([number, safe(given), safe(joined.join(one.in_(self.language) for one in reasons))])
        self.begun, self.rows = True, []


@dataclass
class Run:
    """One import under way: rows come in one by one and are written in batches."""

    plan: RequestMap
    table: Table
    setting: Setting
    whereabouts: Whereabouts
    rejects: Rejects
    writes: bool
    count: Count = field(default_factory=Count)
    waiting: list[Told] = field(default_factory=list)

    def go(self, progress: Progress) -> None:
        for row in self.table.rows:
            self.count.rows += 1
            self._take(row)
            if len(self.waiting) >= BATCH or len(self.rejects.rows) >= BATCH:
                self._flush()
            progress.show(self.table.done(), self.count.rows)
        self._flush()

    def _take(self, row: Row) -> None:
        if row.fault is not None:
            return self._refuse(row.number, "", [row.fault])
        if skipped(self.plan, row.cells):
            self.count.skipped += 1
            return None
        try:
            self.waiting.append(read_row(row.number, row.cells, self.plan, self.setting.now))
        except BadRow as bad:
            self._refuse(row.number, bad.id, bad.reasons)
        return None

    def _refuse(self, number: int, given: str, reasons: Sequence[Said]) -> None:
        self.count.refused += 1
        self.count.reasons.update(reasons)
        self.rejects.rows.append((number, given, tuple(reasons)))

    def _flush(self) -> None:
        if self.writes:
            with collecting_after():
                batch = import_batch(self.waiting, self.setting, self.whereabouts)
        else:
            batch, fresh = sorted_out(self.waiting, self.setting, self.whereabouts)
            batch.made = len(fresh)
        self.count.made += batch.made
        self.count.known += batch.known
        for told, reason in batch.refused:
            self._refuse(told.number, told.id, [reason])
        self.waiting = []
        self.rejects.write()


def run(options: Mapping[str, Any], say: Callable[[Said], None]) -> int:
    """Exit status 1 when a row was refused, so that a script notices."""
    began = time.monotonic()
    plan = _map(options["map"])
    with closing(open_table(options["file"], plan)) as table:
        under_way = _prepare(plan, table, options)
        progress = Progress(sys.stderr)
        try:
            under_way.go(progress)
        finally:
            progress.clear()
    for sentence in _summary(under_way, time.monotonic() - began):
        say(sentence)
    return 1 if under_way.count.refused else 0


def _prepare(plan: RequestMap, table: Table, options: Mapping[str, Any]) -> Run:
    if problems := missing_columns(plan, table.headings):
        raise Refused(together(BAD_MAP, problems))
    writes = not options["dry_run"]
    top = given_place(options["place"] or plan.place.given)
    setting = setting_of(plan, writes=writes)
    rejects = Rejects(options["rejects"] or Path(f"{options['file'].name}.rejects.csv"), options["lang"])
    return Run(plan, table, setting, Whereabouts(plan.place, top, setting.book), rejects, writes)


def _map(file: Path) -> RequestMap:
    try:
        return read_map(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise Refused(NO_MAP.filled(file=file.name)) from None


def _summary(done: Run, seconds: float) -> Iterable[Said]:
    count = done.count
    yield SUMMARY.filled(
        rows=count.rows,
        made=MADE if done.writes else WOULD_MAKE,
        new=count.made,
        known=count.known,
        skipped=count.skipped,
        refused=count.refused,
        places=done.whereabouts.made,
        seconds=f"{seconds:.1f}",
        rate=int(count.rows / max(seconds, 0.001)),
    )
    for reason, many in count.reasons.most_common():
        yield REASON.filled(count=many, reason=reason)
    if count.refused:
        yield REJECTS.filled(file=done.rejects.file)
