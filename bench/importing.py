"""`linli import requests` of a file, in rows for each second of CPU: half of them answered and closed, half still open."""

from __future__ import annotations

import csv
import io
import tempfile
import time
import uuid
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection

from bench.measure import Meter, cpu_of_tree
from linli.lib import clock

ROWS = 10_000
WANTED = 1000  # rows a second
HEAD = ("id", "what", "where", "raised", "closed", "reply")
WHEN = "%Y-%m-%d %H:%M"
PLAN = """
source: {source}
id: id
text: what
place: {{column: where, level: estate, unknown: given}}
time: raised
closed: closed
reply: {{columns: [reply], missing: 来源系统未提供答复}}
channel: {{value: phone}}
due: {{after: 720h}}
"""


def import_rows(meter: Meter) -> str:
    """Each run is a source of its own, so that nothing is known already."""
    said = io.StringIO()
    with tempfile.TemporaryDirectory() as folder:
        file, plan = Path(folder) / "requests.csv", Path(folder) / "map.yaml"
        plan.write_text(PLAN.format(source=f"bench-{uuid.uuid4().hex[:8]}"), encoding="utf-8")
        with file.open("w", encoding="utf-8", newline="") as out:
            csv.writer(out).writerows([HEAD, *_rows()])
        options = [
            "--map",
            str(plan),
            "--place",
            "c.d.s.m",
            "--rejects",
            str(Path(folder) / "rejects.csv"),
            "--lang",
            "en",
        ]
        schema = str(connection.schema_name)  # type: ignore[attr-defined]
        cpu, database, wall = time.process_time(), cpu_of_tree(meter.database), time.perf_counter()
        call_command("import", "requests", str(file), *options, "--district", schema, stdout=said)
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        database = cpu_of_tree(meter.database) - database
    if f"{ROWS} made" not in said.getvalue():
        raise SystemExit(f"The import did not go through: {said.getvalue()}")
    rate = ROWS / (cpu + database)
    return (
        f"import of {ROWS:,} requests: {ROWS / wall:,.0f} rows a second of wall time, {rate:,.0f} of CPU (wanted ≥ "
        f"{WANTED:,}), {1000 * cpu / ROWS:.2f} + {1000 * database / ROWS:.2f} ms for each row, "
        f"kept: {'yes' if rate >= WANTED else 'NO'}"
    )


def _rows() -> Iterator[tuple[str, ...]]:
    now = clock.now()
    for number in range(ROWS):
        raised = now - timedelta(days=400, minutes=-number)
        closed = (raised + timedelta(days=3)).strftime(WHEN) if number % 2 else ""
        reply = "已派人处理，换了灯泡。" if number % 2 else ""
        what = f"第{number}件：楼道灯不亮，晚上看不清台阶，请尽快修。"
        yield str(number), what, f"Estate {number % 200}", raised.strftime(WHEN), closed, reply
