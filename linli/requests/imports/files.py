"""Reading a file row by row: CSV, the same packed by gzip, or XLSX. However long the file, memory holds one row."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import python_calamine

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.register.tables import as_text
from linli.requests.imports.mapping import RequestMap

DELIMITERS = (",", "\t", ";", "|")
MOST_CELL = 2_000_000  # characters; a quote that is never closed swallows no more than this
PIECE = 1 << 20
NO_FILE = Said(
    "找不到文件“{file}”。请检查文件名和所在文件夹。", "There is no file “{file}”. Check its name and folder."
)
NOT_TEXT = Said(
    "“{file}”既不是 UTF-8 也不是 GB18030 编码。请在表格软件里另存为 CSV（UTF-8）或 XLSX。",
    "“{file}” is neither UTF-8 nor GB18030. Save it as CSV (UTF-8) or XLSX in the spreadsheet program.",
)
NOT_READ = Said("“{file}”读不出来：不是完好的表格文件。", "“{file}” cannot be read: it is no sound table.")
NO_SHEET = Said("“{file}”里没有名为“{sheet}”的工作表。", "“{file}” has no sheet called “{sheet}”.")
EMPTY = Said("“{file}”是空的。", "“{file}” is empty.")
TWICE = Said("“{file}”里“{column}”这一列出现了不止一次。", "“{file}” has more than one column “{column}”.")
BAD_QUOTES = Said("引号没有配对，或者一格过长，读不出来", "the quotes do not match, or a cell is too long to be read")
WRONG_COUNT = Said("这一行有 {given} 格，表头有 {wanted} 格", "the row has {given} cells, the heading has {wanted}")


@dataclass(frozen=True, slots=True)
class Row:
    """`number` is the line of a CSV where the row begins, or the row of a sheet. `fault`: it could not be read at all."""

    number: int
    cells: Mapping[str, str]
    fault: Said | None = None


@dataclass(frozen=True)
class Table:
    headings: tuple[str, ...]
    rows: Iterator[Row]
    done: Callable[[], float]  # how much of the file has been read, from 0 to 1; for the progress bar alone
    close: Callable[[], None]


def open_table(path: Path, plan: RequestMap) -> Table:
    """`Refused` when it cannot be read as a table at all."""
    if not path.is_file():
        raise Refused(NO_FILE.filled(file=path.name))
    with path.open("rb") as file:
        begins = file.read(4)
    try:
        return _sheet(path, plan) if begins == b"PK\x03\x04" else _csv(path, plan, packed=begins[:2] == b"\x1f\x8b")
    except (OSError, EOFError):
        raise Refused(NOT_READ.filled(file=path.name)) from None


def _csv(path: Path, plan: RequestMap, *, packed: bool) -> Table:
    encoding = plan.encoding or _encoding(path, packed=packed)
    raw = path.open("rb")
    try:
        text = _text(raw, encoding, packed=packed)
        first = text.readline()
        csv.field_size_limit(MOST_CELL)
        delimiter = plan.delimiter or max(DELIMITERS, key=first.count)
        reader = csv.reader(_lines(first, text), delimiter=delimiter)
        headings = _headings(next(reader, []), path.name)
    except (Refused, OSError, EOFError):
        raw.close()
        raise
    size = max(path.stat().st_size, 1)
    return Table(headings, _csv_rows(reader, headings), lambda: raw.tell() / size, lambda: _close(text, raw))


def _close(*files: IO[Any]) -> None:
    """Both, for a packed file does not close what it was given."""
    for file in files:
        file.close()


def _text(raw: IO[bytes], encoding: str, *, packed: bool) -> io.TextIOWrapper:
    plain = cast("IO[bytes]", gzip.GzipFile(fileobj=raw)) if packed else raw
    return io.TextIOWrapper(plain, encoding=encoding, errors="replace", newline="")


def _lines(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _csv_rows(reader: Any, headings: Sequence[str]) -> Iterator[Row]:
    """A row that cannot be read is told and passed over, with the lines that it swallowed."""
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Row(number, {}, BAD_QUOTES)
            continue
        if cells:
            yield _row(number, cells, headings)


def _row(number: int, cells: Sequence[str], headings: Sequence[str]) -> Row:
    if len(cells) != len(headings):
        if any(cells[len(headings) :]) or len(cells) < len(headings):
            return Row(number, {}, WRONG_COUNT.filled(given=len(cells), wanted=len(headings)))
        cells = cells[: len(headings)]
    return Row(number, dict(zip(headings, cells, strict=True)))


def _encoding(path: Path, *, packed: bool) -> str:
    """By reading the whole file once: the first bytes say nothing about a name in its last line."""
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(path, encoding, packed=packed):
            return encoding
    raise Refused(NOT_TEXT.filled(file=path.name))


def _decodes(path: Path, encoding: str, *, packed: bool) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with gzip.open(path) if packed else path.open("rb") as file:
        try:
            while piece := file.read(PIECE):
                if "\0" in decoder.decode(piece):
                    return False
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


def _headings(cells: Sequence[str], name: str) -> tuple[str, ...]:
    headings = tuple(" ".join(cell.split()) for cell in cells)
    while headings and not headings[-1]:
        headings = headings[:-1]
    if not headings:
        raise Refused(EMPTY.filled(file=name))
    twice = next((one for one in headings if one and headings.count(one) > 1), None)
    if twice:
        raise Refused(TWICE.filled(file=name, column=twice))
    return headings


def _sheet(path: Path, plan: RequestMap) -> Table:
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
        if plan.sheet and plan.sheet not in book.sheet_names:
            raise Refused(NO_SHEET.filled(file=path.name, sheet=plan.sheet))
        sheet = book.get_sheet_by_name(plan.sheet) if plan.sheet else book.get_sheet_by_index(0)
    except (python_calamine.CalamineError, IndexError, ValueError):
        raise Refused(NOT_READ.filled(file=path.name)) from None
    rows = sheet.iter_rows()
    before = sheet.start[0] if sheet.start else 0
    headings = _headings([as_text(cell) for cell in next(rows, [])], path.name)
    count = _Count(before + 1, max(sheet.height, 1))
    return Table(headings, _sheet_rows(rows, headings, count), lambda: count.number / count.of, _nothing_open)


def _nothing_open() -> None:
    """A workbook was read when it was opened."""


@dataclass
class _Count:
    number: int
    of: int


def _sheet_rows(rows: Iterator[Sequence[object]], headings: Sequence[str], count: _Count) -> Iterator[Row]:
    for cells in rows:
        count.number += 1
        texts = [as_text(cell) for cell in cells]  # type: ignore[arg-type]
        if any(texts):
            yield _row(count.number, texts + [""] * (len(headings) - len(texts)), headings)
