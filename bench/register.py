"""How long a housing register of 50,000 rooms takes: read, compared and written; and once more, when nothing changes.

`python -m bench.register` makes the file and a district of its own. The budget is a minute.
"""

from __future__ import annotations

import csv
import itertools
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

HOME = Path(tempfile.mkdtemp(prefix="linli-bench-"))
HOME.chmod(0o711)
os.environ.update(LINLI_HOME=str(HOME), DJANGO_SETTINGS_MODULE="linli.config.settings")

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

ROOMS = 50_000
BUDGET_SECONDS = 60
HEADINGS = ("小区", "楼栋", "单元", "室", "面积", "面积来源", "产权人", "共有人", "电话")


def main() -> None:
    file = HOME / "register.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows(itertools.chain([HEADINGS], rooms(ROOMS)))
    call_command("migrate_schemas", schema_name="public", verbosity=0)
    open_first = ["--district", "bench", "--open", "bench"]
    call_command("import", "places", "--add", "测试街道", "--under", "150105", *open_first)
    call_command("import", "places", "--add", "测试社区", "--under", "150105P01")
    for what in ("first", "again"):
        wall, work = time.perf_counter(), time.process_time()
        call_command("import", "register", str(file), "--under", "测试社区", "--lang", "en")
        wall, work = time.perf_counter() - wall, time.process_time() - work
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        verdict = "within" if wall <= BUDGET_SECONDS else "over"
        print(f"{what}: {ROOMS} rooms, {wall:.1f} s ({work:.1f} s CPU), {memory} MB, {verdict} {BUDGET_SECONDS} s")


def rooms(count: int) -> Iterator[tuple[str, ...]]:
    """Five estates; one owner in three gives no phone, one in ten shares the room, one in four has two rooms."""
    for number in range(count):
        estate, rest = divmod(number, 10_000)
        building, rest = divmod(rest, 200)
        unit, door = divmod(rest, 40)
        owner = number - 1 if number % 4 == 1 else number
        phone = "" if owner % 3 == 2 else str(13_900_000_000 + owner)
        shared = f"共有{number}" if number % 10 == 7 else ""
        where = (f"测试家园{estate}", str(building + 1), str(unit + 1), f"{door // 4 + 1}{door % 4 + 1:02}")
        yield (*where, f"{80 + door}.{door:02}", "登记", f"业主{owner}", shared, phone)


if __name__ == "__main__":
    try:
        main()
    finally:
        connection.close()
        shutil.rmtree(HOME, ignore_errors=True)
