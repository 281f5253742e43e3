"""The addresses of the rows behind a figure, and of other boards: a hundred of them stand on one."""

from __future__ import annotations

from functools import cache, lru_cache
from urllib.parse import quote_plus, urlencode

from django.urls import reverse

from linli.insight.board import Asked
from linli.insight.sums import Period

_root = cache(reverse)  # looked up once, since a hundred look-ups are a tenth of a board


def rows_at(asked: Asked, figure: str, book: str = "", category: str = "", place: str = "") -> str:
    """Of the rows that a figure counts."""
    return _with(_root("board-rows"), asked, place, figure=figure, book=book, category=category)


def board_at(asked: Asked, place: str) -> str:
    return _with(_root("board"), asked, place)


def table_at(asked: Asked) -> str:
    return _with(_root("board-table"), asked, "")


def _with(root: str, asked: Asked, place: str, **more: str) -> str:
    given = {"place": place or asked.path, **more}
    said = "".join(f"&{name}={quote_plus(value)}" for name, value in given.items() if value)
    return f"{root}?{_days(asked.period)}{said}"


@lru_cache(maxsize=64)
def _days(period: Period) -> str:
    return urlencode({"from": period.first.isoformat(), "to": period.last.isoformat()})
