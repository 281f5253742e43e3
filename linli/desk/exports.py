"""A list as a table for a spreadsheet: as the reader may see it, people masked, a bounded part of it in memory at a time."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import IO, Any

import xlsxwriter  # type: ignore[import-untyped]

from linli.desk.actions.exporting import MOST
from linli.desk.filters import CHANNELS
from linli.desk.lists import COLUMNS, ListRow, with_words
from linli.insight.export import safe
from linli.lib.clock import ZONE
from linli.lib.masks import mask_name, mask_text
from linli.lib.text import Said
from linli.playbooks.ends import OUTCOMES
from linli.requests.categories import title_of

BOM = "\ufeff"  # so that spreadsheets read the table as UTF-8

AT_ONCE = 1000
HEAD = (
    Said("编号", "Number"),
    Said("事项类型", "Kind"),
    Said("类别", "Category"),
    Said("内容摘要", "In short"),
    Said("地点", "Place"),
    Said("提出人", "Raiser"),
    Said("来源渠道", "Channel"),
    Said("环节", "Stage"),
    Said("负责人", "Holder"),
    Said("提出时间", "Raised at"),
    Said("期限", "Due"),
    Said("超时", "Late"),
    Said("办结时间", "Closed at"),
    Said("结果", "Outcome"),
    Said("办理轮次", "Rounds"),
)
YES = Said("是", "yes")
WIDTHS = (8, 14, 20, 44, 26, 8, 12, 16, 16, 17, 17, 6, 17, 10, 8)
Cells = tuple[str | int, ...]


def rows_of(found: Any) -> Iterator[ListRow]:
    """From a cursor of the server's, a thousand at a time, each with its first words."""
    rows = (ListRow(*row) for row in found.values_list(*COLUMNS).iterator(chunk_size=AT_ONCE))
    while batch := list(islice(rows, AT_ONCE)):
        yield from with_words(batch)


def number_of(found: Any) -> int:
    """Counted to one above what is allowed."""
    return int(found.order_by()[: MOST + 1].count())


def cells_of(row: ListRow, language: str, titles: dict[str, str]) -> Cells:
    """`titles` of categories are kept while a table is written: they are looked up once, not for each row."""
    if row.category and row.category not in titles:
        title = title_of(row.category)
        titles[row.category] = title.in_(language) if title else row.category
    holder = row.holder_title.in_(language) if row.holder_title else mask_name(row.holder_name or "")
    return (
        row.number,
        row.book.in_(language),
        titles.get(row.category, ""),
        mask_text(row.excerpt),
        row.place_name,
        mask_name(row.raiser),
        _channel(row.channel).in_(language),
        row.stage_title.in_(language),
        holder,
        _moment(row.raised_at),
        _moment(row.due_at),
        YES.in_(language) if row.late_at else "",
        _moment(row.ended_at),
        OUTCOMES[row.outcome].in_(language) if row.outcome else "",
        row.rounds,
    )


def _channel(channel: str | None) -> Said:
    return CHANNELS.get(channel or "web") or Said(str(channel), str(channel))


def _moment(when: datetime | None) -> str:
    return f"{when.astimezone(ZONE):%Y-%m-%d %H:%M}" if when else ""


class Line:
    """What `csv` writes into; it hands each line on instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: Iterable[ListRow], language: str) -> Iterator[str]:
    writer = csv.writer(Line())
    yield BOM + str(writer.writerow([said.in_(language) for said in HEAD]))
    titles: dict[str, str] = {}
    for row in rows:
        yield str(writer.writerow([safe(str(cell)) for cell in cells_of(row, language, titles)]))


def workbook(rows: Iterable[ListRow], language: str) -> IO[bytes]:
    """A file that goes with its last reader. Text is written as text, so that nothing in it is ever a formula."""
    file = tempfile.TemporaryFile()  # noqa: SIM115 handed on open
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    for column, (said, width) in enumerate(zip(HEAD, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, said.in_(language), bold)
    sheet.freeze_panes(1, 1)
    titles: dict[str, str] = {}
    for line, row in enumerate(rows, start=1):
        for column, cell in enumerate(cells_of(row, language, titles)):
            if isinstance(cell, int):
                sheet.write_number(line, column, cell)
            else:
                sheet.write_string(line, column, cell)
    book.close()
    file.seek(0)
    return file
