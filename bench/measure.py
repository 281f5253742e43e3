"""CPU time of whole processes, from the kernel's own accounts (Linux)."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


@dataclass
class Cost:
    """Seconds of CPU of the server and of the database, and of the wall clock, for `count` operations."""

    count: int
    server: float = 0.0
    database: float = 0.0
    wall: float = 0.0

    def per(self, seconds: float) -> float:
        """Milliseconds for each operation."""
        return 1000 * seconds / self.count


@dataclass
class Meter:
    """`server` and `database` are process ids whose children count as well."""

    server: int
    database: int
    costs: dict[str, Cost] = field(default_factory=dict)

    @contextmanager
    def reading(self, name: str, count: int) -> Iterator[Cost]:
        cost = self.costs[name] = Cost(count)
        before = cpu_of_tree(self.server), cpu_of_tree(self.database), time.perf_counter()
        yield cost
        cost.server = cpu_of_tree(self.server) - before[0]
        cost.database = cpu_of_tree(self.database) - before[1]
        cost.wall = time.perf_counter() - before[2]


def cpu_of_tree(root: int) -> float:
    """User and system seconds of a process and all below it, the ended children that were waited for included."""
    return sum(_cpu(pid) for pid in tree(root))


def tree(root: int) -> list[int]:
    found = [root]
    for pid in found:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            found += [int(child) for child in task.read_text().split()]
    return found


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError:
        return 0.0
    return sum(int(fields[index]) for index in (11, 12, 13, 14)) / TICK


def memory_of(pid: int) -> float:
    """Resident megabytes of one process."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmRSS")).split()[1]) / 1024


def own_cpu(work: Callable[[], object]) -> float:
    """CPU seconds that this process spends on `work`."""
    before = time.process_time()
    work()
    return time.process_time() - before
