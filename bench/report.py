"""The table that `make bench` prints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bench.measure import Cost


@dataclass(frozen=True, slots=True)
class Budget:
    """Milliseconds of CPU for each request."""

    server: float
    database: float


@dataclass(frozen=True, slots=True)
class Row:
    """`floor`: CPU seconds of bare psycopg for one operation; 0 where there is none."""

    name: str
    cost: Cost
    floor: float
    megabytes: float = 0.0
    said: str = ""  # a line of its own


HEAD = "| operation | matters | server CPU ms | database CPU ms | wall ms | floor CPU ms | server / floor | budget | kept |\n"
RULE = "|---|---|---|---|---|---|---|---|---|\n"


def table(rows: Mapping[int, Sequence[Row]], budgets: Mapping[str, Budget]) -> str:
    lines = [_line(size, row, budgets) for size, group in rows.items() for row in group if row.name in budgets]
    others = [_other(size, row) for size, group in rows.items() for row in group if row.name not in budgets]
    return HEAD + RULE + "\n".join(lines) + "\n\n" + "\n".join([*_growth(rows, budgets), *others])


def _line(size: int, row: Row, budgets: Mapping[str, Budget]) -> str:
    cost, budget = row.cost, budgets[row.name]
    server, database, wall = (cost.per(seconds) for seconds in (cost.server, cost.database, cost.wall))
    kept = "yes" if server <= budget.server and database <= budget.database else "NO"
    floor = 1000 * row.floor
    beside = f"{floor:.2f} | {server / floor:.1f}" if floor else "– | –"
    return (
        f"| {row.name} | {size:,} | {server:.1f} | {database:.2f} | {wall:.1f} | {beside} "
        f"| {budget.server:g} + {budget.database:g} | {kept} |"
    )


def _growth(rows: Mapping[int, Sequence[Row]], budgets: Mapping[str, Budget]) -> list[str]:
    """How much slower at the largest size than at the smallest; at most 1.3 is wanted."""
    if len(rows) < 2:
        return []
    small, large = rows[min(rows)], rows[max(rows)]
    pairs = [(before, after) for before, after in zip(small, large, strict=True) if before.name in budgets]
    return [
        f"{before.name}: {_total(after) / _total(before):.2f} times as slow at {max(rows):,} as at {min(rows):,} "
        "(CPU, wanted ≤ 1.3)"
        for before, after in pairs
    ]


def _total(row: Row) -> float:
    return row.cost.per(row.cost.server + row.cost.database)


def _other(size: int, row: Row) -> str:
    if row.said:
        return row.said
    if row.megabytes:
        return f"server process at {size:,} matters: {row.megabytes:.0f} MB (wanted ≤ 200)"
    cost = row.cost
    return (
        f"{row.name}, over {size:,} open matters: {cost.wall:.1f} s wall (wanted ≤ 10), "
        f"{cost.server:.1f} s job CPU, {cost.database:.1f} s database CPU"
    )
