"""COPY for many rows of one model: an order of magnitude faster than inserts, and for writers that an action has let in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault


def copy_in(rows: Sequence[models.Model]) -> None:
    """Add rows that were worked out in memory, identifiers included. What the database fills in by itself is left to it.

    As with any insert, a field that works out its own value does so here.
    """
    if not rows:
        return
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not _left_out(getattr(rows[0], field.attname))]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    with connection.cursor() as cursor, cursor.copy(f"COPY {quote(meta.db_table)} ({columns}) FROM STDIN") as copy:
        for values in _values(rows, fields):
            copy.write_row(values)


def reserve(table: str, count: int) -> list[int]:
    """So many identifiers of a table that counts its rows by a sequence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')::regclass) FROM generate_series(1, %s)", [table, count]
        )
        return [number for (number,) in cursor.fetchall()]


def _left_out(value: Any) -> bool:
    return isinstance(value, DatabaseDefault)


def _values(rows: Iterable[models.Model], fields: Sequence[models.Field[Any, Any]]) -> Iterator[list[Any]]:
    kinds = [(field, isinstance(field, models.JSONField)) for field in fields]
    for row in rows:
        yield [_json(value) if is_json else value for value, is_json in ((f.pre_save(row, True), j) for f, j in kinds)]


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)
