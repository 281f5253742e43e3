"""The board as a table for a spreadsheet. A cell that a spreadsheet would take for a formula begins with an apostrophe."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from linli.insight.board import Board, Group
from linli.insight.rates import NONE, Rate
from linli.lib.text import Said

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")
HEAD = (
    Said("类别", "Group"),
    Said("名称", "Name"),
    Said("提出", "Raised"),
    Said("办结", "Done"),
    Said("超时", "Became late"),
    Said("比率", "Rate"),
    Said("分子", "Numerator"),
    Said("分母", "Denominator"),
    Said("百分比", "Per cent"),
    Said("未计入", "Left out"),
)
ALL, BOOK, CATEGORY, PLACE = (
    Said("合计", "All"), Said("事项类型", "Kind"), Said("类别", "Category"), Said("地点", "Place"),
)  # fmt: skip
FEW = Said("少于 5 件，不单独列出", "fewer than 5, not told apart")
Cells = tuple[Said | str | int, ...]


def table_of(board: Board, language: str) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    for cells in _rows(board):
        writer.writerow([safe(cell.in_(language) if isinstance(cell, Said) else str(cell)) for cell in cells])
    return out.getvalue()


def safe(cell: str) -> str:
    """The sign for “no rate” stays as it is: a lone dash is no formula, and a long one never is."""
    return f"'{cell}" if cell.startswith(DANGEROUS) else cell


def _rows(board: Board) -> Iterator[Cells]:
    period = board.asked.period
    where = board.asked.place.said if board.asked.place else ALL
    yield period.first.isoformat(), period.last.isoformat(), board.rates.formula.title, str(board.rates.formula.version)
    yield HEAD
    raised, closed, late = (board.numbers.get(name, 0) for name in ("raised", "closed", "late"))
    for rate in board.rates.each:
        yield (ALL, where, raised, closed, late, *_rate(rate), sum(number for _, number, _ in rate.out))
    for kind, groups in ((BOOK, board.books), (CATEGORY, board.categories), (PLACE, board.places)):
        for group in groups:
            yield from _group(kind, group)


def _group(kind: Said, group: Group) -> Iterator[Cells]:
    if group.few:
        yield kind, group.title, FEW
        return
    for rate in group.rates:
        yield (kind, group.title, group.raised, group.closed, group.late, *_rate(rate), "")


def _rate(rate: Rate) -> Cells:
    shown = rate.percent if rate.whole else NONE
    return rate.title, rate.part, rate.whole, shown
