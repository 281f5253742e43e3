"""What every import of a table does alike: tell the bad rows, keep them in a file, write nothing by half."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from linli.lib.text import Said
from linli.register.rows import BadRow
from linli.register.tables import write_csv

Say = Callable[[Said], None]
MOST_SHOWN = 50
SHARED = Said("；", "; ")
BAD_LINE = Said("第 {line} 行：{reasons}。", "Line {line}: {reasons}.")
MORE_BAD = Said("还有 {count} 行有问题，没有列出。", "{count} more bad rows are not listed.")
NOT_WRITTEN = Said(
    "有问题行，什么都没有写入。改正后再导入，或用 --skip-bad 跳过这些行。",
    "There are bad rows, so nothing was written. Correct them, or leave them out with --skip-bad.",
)
TRIED = Said("这是试算，什么都没有写入。", "This was a dry run: nothing was written.")
LINE, REASON = Said("行号", "line"), Said("原因", "reason")


class Planned(Protocol):
    """What a file would change, worked out before anything is written."""

    @property
    def titles(self) -> tuple[str, ...]: ...

    @property
    def bad(self) -> Sequence[BadRow]: ...


def table_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--dry-run", action="store_true", help="say what would change; write nothing")
    parser.add_argument("--skip-bad", action="store_true", help="write the good rows although some are bad")
    parser.add_argument("--rejects", type=Path, metavar="FILE", help="write the bad rows there, with their reasons")
    parser.add_argument("--ignore", action="append", default=[], metavar="HEADING", help="a column to leave out")


def run_table(plan: Planned, counts: Said, options: Mapping[str, Any], say: Say, write: Callable[[], Said]) -> int:
    """Tell what the plan comes to, and write it unless it is a trial or has bad rows; `write` says what it did."""
    _tell(plan, counts, say)
    if options["rejects"] is not None:
        write_csv(options["rejects"], list(_rejects(plan, options["lang"])))
    if plan.bad and not (options["skip_bad"] or options["dry_run"]):
        say(NOT_WRITTEN)
        return 1
    if options["dry_run"]:
        say(TRIED)
        return 1 if plan.bad and not options["skip_bad"] else 0
    say(write())
    return 0


def _tell(plan: Planned, counts: Said, say: Say) -> None:
    for told in bad_rows_told(plan.bad):
        say(told)
    say(counts)


def bad_rows_told(bad: Sequence[BadRow]) -> Iterator[Said]:
    """Each of the first bad rows with its line and all reasons, and how many more there are."""
    for row in bad[:MOST_SHOWN]:
        yield BAD_LINE.filled(line=row.line, reasons=together(row.reasons))
    if len(bad) > MOST_SHOWN:
        yield MORE_BAD.filled(count=len(bad) - MOST_SHOWN)


def together(reasons: Sequence[Said]) -> Said:
    return Said(SHARED.zh.join(one.zh for one in reasons), SHARED.en.join(one.en for one in reasons))


def _rejects(plan: Planned, language: str) -> Iterator[list[str]]:
    """The rows as they stood, with line and reason behind; the importer passes over these two when they come back."""
    yield [*plan.titles, LINE.in_(language), REASON.in_(language)]
    for row in plan.bad:
        cells = [*row.cells, *[""] * (len(plan.titles) - len(row.cells))]
        yield [*cells, str(row.line), together(row.reasons).in_(language)]
