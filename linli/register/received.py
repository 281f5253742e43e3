"""A table that came through a page: smaller than what an administrator imports, and no workbook that grows when it is opened."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.register.tables import NOT_A_SHEET, TOO_LARGE, Table, is_packed, table_of

MOST_BYTES = 5 * 1024 * 1024
MOST_UNPACKED = 64 * 1024 * 1024
MOST_ROWS = 50_000
MOST_CELLS = 2_000_000  # of the rectangle that the sheets span, which is held in memory whole
PARTS = 200
PART = re.compile(r"(\[Content_Types\]|[\w./-]+)\.(xml|rels)", re.ASCII)
SPOT = re.compile(rb"""\br\s*=\s*["']\s*([A-Za-z]{0,9})(\d{1,18})\s*["']""")
TOO_WIDE = Said(
    "“{file}”的表格一直延伸到第 {row} 行、第 {column} 列，太大了。请删去空行空列，或者另存为 CSV。",
    "The sheet of “{file}” reaches to row {row} and column {column}. Delete empty rows and columns, or save it as CSV.",
)


def received_table(content: bytes, name: str) -> Table:
    """As `tables.read_table`, from what somebody sent."""
    if len(content) > MOST_BYTES:
        raise Refused(TOO_LARGE.filled(file=name))
    return table_of(_unpacked(content, name) if is_packed(content) else content, name, most_rows=MOST_ROWS)


def _unpacked(content: bytes, name: str) -> bytes:
    """The workbook with nothing compressed in it, so that it is no larger than it looks; only the parts that a sheet needs."""
    out = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed, zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as plain:
            parts = [part for part in packed.infolist() if PART.fullmatch(part.filename)]
            if len(parts) > PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise Refused(TOO_LARGE.filled(file=name))
            for part in parts:
                inside = packed.read(part)
                _narrow(inside, name)
                plain.writestr(part.filename, inside)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError, ValueError):
        raise Refused(NOT_A_SHEET.filled(file=name)) from None
    return out.getvalue()


def _narrow(inside: bytes, name: str) -> None:
    """A cell far out makes a sheet of billions of cells out of a file of a few bytes. Any part may be a sheet."""
    if b"\0" in inside or b"<!DOCTYPE" in inside:
        raise Refused(NOT_A_SHEET.filled(file=name))
    row = column = 1
    for letters, digits in SPOT.findall(inside):
        row, column = max(row, int(digits)), max(column, _number(letters))
    if row * column > MOST_CELLS:
        raise Refused(TOO_WIDE.filled(file=name, row=row, column=column))


def _number(letters: bytes) -> int:
    found = 0
    for letter in letters.upper():
        found = found * 26 + letter - ord("A") + 1
    return found
