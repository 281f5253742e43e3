"""`make bench`: what an operation costs in CPU, server and database apart, at two sizes, beside a floor of bare psycopg.

Speed depends on the machine and on what else runs there; ratios within one run do not.
`python -m bench --sizes 50000` runs one size. With LINLI_HOME set to a folder, the data stay there, and the next run finds them
loaded: what a change of an index does can be looked at without loading a million matters again.
"""

from __future__ import annotations

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOME = Path(os.environ.setdefault("LINLI_HOME", tempfile.mkdtemp(prefix="linli-bench-")))
HOME.chmod(0o711)
os.environ.update(LINLI_DEMO="yes", DJANGO_SETTINGS_MODULE="linli.config.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from bench.report import Budget, Row, table  # noqa: E402
from bench.scenes import Scene, run_scene  # noqa: E402
from linli.districts.actions import open_district  # noqa: E402

BUDGETS = {
    "raise": Budget(server=15, database=4),
    "desk of 50": Budget(server=18, database=3),
    "list of 50": Budget(server=18, database=5),
    "move": Budget(server=14, database=4),
    "board": Budget(server=12, database=3),
    "board, first view": Budget(server=12, database=3),
    "search, common word": Budget(server=35, database=15),
    "search, rare word": Budget(server=35, database=15),
    "search, within a place": Budget(server=35, database=15),
    "similar": Budget(server=10, database=10),
}


@contextmanager
def serving(port: int) -> Iterator[int]:
    """One server process of the kind that `linli serve` runs; yields its id."""
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", "4"]
    command += ["--worker-class", "gthread", "--keep-alive", "60", "--no-control-socket", "--log-level", "warning"]
    process = subprocess.Popen([*command, "linli.config.wsgi"])
    try:
        _wait(process, port)
        yield process.pid
    finally:
        process.terminate()
        process.wait(20)


def _wait(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(100):
        time.sleep(0.2)
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
        except OSError:
            if process.poll() is not None:
                raise SystemExit("The server did not start.") from None
        else:
            return
    raise SystemExit("The server did not answer.")


def free_port() -> int:
    """So that two runs on one machine do not speak to each other's server."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=[50_000, 1_000_000])
    parser.add_argument("--requests", type=int, default=400)
    options = parser.parse_args()
    call_command("migrate_schemas", verbosity=0)  # also what a folder of an earlier run holds
    call_command("collectstatic", interactive=False, verbosity=0)
    rows: dict[int, list[Row]] = {}
    for size in options.sizes:
        district = open_district(f"bench{size}", name=f"{size:,}", hosts=(f"n{size}.localhost",))
        print(f"Loading {size:,} matters…", flush=True)
        port = free_port()
        with serving(port) as server:
            scene = Scene(district, size, options.requests, server, port, f"n{size}.localhost")
            rows[size] = run_scene(scene)
        print(table({size: rows[size]}, BUDGETS), flush=True)
        connection.close()
    if len(rows) > 1:
        print(table(rows, BUDGETS))


if __name__ == "__main__":
    try:
        main()
    finally:
        connection.close()
        if "linli-bench-" in str(HOME):
            shutil.rmtree(HOME, ignore_errors=True)
