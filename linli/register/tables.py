"""Reading a table from a CSV or XLSX file as text, whatever an office's spreadsheet made of it."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import python_calamine

from linli.lib.refusals import Refused
from linli.lib.text import Said

MOST_BYTES = 64 * 1024 * 1024
MOST_UNPACKED = 1024 * 1024 * 1024
MOST_ROWS = 500_000
FORMULA = ("=", "+", "-", "@", "\t", "\r")
NO_FILE = Said("找不到文件“{file}”。", "There is no file “{file}”.")
TOO_LARGE = Said("文件“{file}”太大，请分成几份导入。", "The file “{file}” is too large; split it.")
NOT_TEXT = Said(
    "“{file}”不是 UTF-8 或 GB18030 编码的 CSV，也不是 XLSX。请在表格软件里另存为 CSV 或 XLSX。",
    "“{file}” is neither a CSV in UTF-8 or GB18030 nor an XLSX. Save it as CSV or XLSX in the spreadsheet program.",
)
NOT_A_SHEET = Said("“{file}”不是完好的 XLSX 文件，读不出来。", "“{file}” is not a sound XLSX file.")
BAD_CSV = Said("“{file}”第 {line} 行的引号没有配对，读不下去。", "The quotes do not match in line {line} of “{file}”.")
Table = list[tuple[int, list[str]]]  # the number of the line or row, and its cells


def read_table(file: Path) -> Table:
    """Every row that is not blank, with its number. The first sheet of a workbook."""
    return table_of(content_of(file), file.name)


def content_of(file: Path) -> bytes:
    if not file.is_file():
        raise Refused(NO_FILE.filled(file=file.name))
    if file.stat().st_size > MOST_BYTES:
        raise Refused(TOO_LARGE.filled(file=file.name))
    return file.read_bytes()


def table_of(content: bytes, name: str, *, most_rows: int = MOST_ROWS) -> Table:
    rows = _sheet(content, name) if is_packed(content) else _csv(content, name)
    if len(rows) > most_rows:
        raise Refused(TOO_LARGE.filled(file=name))
    return [(line, row) for line, row in rows if any(cell.strip() for cell in row)]


def is_packed(content: bytes) -> bool:
    return content[:4] == b"PK\x03\x04"


def _csv(content: bytes, name: str) -> Table:
    text = _decoded(content, name)
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: Table = []
    try:
        start = 1
        for row in reader:
            rows.append((start, row))
            start = reader.line_num + 1
    except csv.Error:
        raise Refused(BAD_CSV.filled(file=name, line=reader.line_num)) from None
    return rows


def _decoded(content: bytes, name: str) -> str:
    encodings = ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Refused(NOT_TEXT.filled(file=name))


def _sheet(content: bytes, name: str) -> Table:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
        if unpacked > MOST_UNPACKED:
            raise Refused(TOO_LARGE.filled(file=name))
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, zipfile.BadZipFile, IndexError, OSError, ValueError):
        raise Refused(NOT_A_SHEET.filled(file=name)) from None
    return [(line, [as_text(cell) for cell in row]) for line, row in enumerate(rows, start=1)]


Cell = int | float | str | bool | time | date | datetime | timedelta | None


def as_text(cell: Cell) -> str:
    """A number as it is seen in the sheet: 1101.0 is 1101, and 89.350000000000009 is 89.35."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else f"{cell:.12g}"
    return str(cell)


def safe(cell: str) -> str:
    """A cell that a spreadsheet will not take for a formula."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def write_csv(file: Path, rows: Sequence[Sequence[str]]) -> None:
    """For spreadsheets: with a mark that it is UTF-8, and no cell that would be run."""
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows([[safe(cell) for cell in row] for row in rows])
