"""`python -m bench.log`: how fast the public log grows, and what a proof costs in it, at a million entries.

The events are made by COPY, so that what is measured is the log alone; appending runs in the batches of the job.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import tempfile
import time
import uuid
from collections.abc import Callable
from functools import partial
from pathlib import Path

HOME = Path(os.environ.setdefault("LINLI_HOME", tempfile.mkdtemp(prefix="linli-bench-")))
HOME.chmod(0o711)
os.environ.update(DJANGO_SETTINGS_MODULE="linli.config.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django_tenants.utils import tenant_context  # noqa: E402

from linli.districts.actions import open_district  # noqa: E402
from linli.lib import merkle  # noqa: E402
from linli.record.log import queries  # noqa: E402
from linli.record.log.actions import append_new  # noqa: E402
from linli.record.log.verify import faults  # noqa: E402

MAKE = """
INSERT INTO record_event (chain, seq, subject, verb, at, body, previous, hash)
SELECT %s::uuid, n, 'bench', 'happened', now(), '{}', sha256(n::text::bytea), sha256(n::text::bytea || 'x')
FROM generate_series(%s, %s) AS n
"""
MOST_PROOF_MS = 5.0
LEAST_APPENDED = 5000
STEP = 100_000


def make_events(chain: uuid.UUID, start: int, end: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(MAKE, [chain, start, end])


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def grow(size: int) -> None:
    chain = uuid.uuid4()
    for start in range(1, size + 1, STEP):
        end = min(start + STEP - 1, size)
        make_events(chain, start, end)
        seconds = timed(append_new)
        rate = (end - start + 1) / seconds
        print(
            f"{end:>9,} entries: appended at {rate:>8,.0f}/s", "" if rate >= LEAST_APPENDED else "TOO SLOW", flush=True
        )


def prove(size: int, rounds: int) -> None:
    chance = random.Random(7)
    root = queries.root_at(size)
    inclusions, consistencies = [], []
    for _ in range(rounds):
        index, first = chance.randrange(size), chance.randrange(1, size)
        inclusions.append(timed(partial(check_inclusion, index, size, root)) * 1000)
        consistencies.append(timed(partial(queries.consistency, first, size)) * 1000)
    for name, times in (("inclusion", inclusions), ("consistency", consistencies)):
        middle, worst = statistics.median(times), statistics.quantiles(times, n=20)[-1]
        print(
            f"{name}: median {middle:.2f} ms, 95 % within {worst:.2f} ms", "" if worst <= MOST_PROOF_MS else "TOO SLOW"
        )


def check_inclusion(index: int, size: int, root: bytes) -> None:
    proof = queries.inclusion(index, size)
    assert merkle.verify_inclusion(proof.leaf, index, size, proof.path, root)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=500)
    parser.add_argument("--verify", action="store_true", help="work the log out again too; made-up events do not hold")
    options = parser.parse_args()
    call_command("migrate_schemas", schema_name="public", verbosity=0)
    with tenant_context(open_district("benchlog", name="log", hosts=("log.localhost",))):
        grow(options.size)
        prove(options.size, options.rounds)
        if options.verify:
            seconds = timed(lambda: sum(1 for _ in faults()))
            print(f"verified at {options.size / seconds:,.0f}/s")


if __name__ == "__main__":
    try:
        main()
    finally:
        connection.close()
        if "linli-bench-" in str(HOME):
            shutil.rmtree(HOME, ignore_errors=True)
