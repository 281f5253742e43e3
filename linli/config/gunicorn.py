"""How gunicorn runs Linli: threads, so that one process serves many; and one child that looks after what is late."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

worker_class = "gthread"
worker_tmp_dir = "/dev/shm" if sys.platform == "linux" else None  # noqa: S108 gunicorn's advice; it makes its own file there
control_socket_disable = True
keepalive = 15
max_requests = 20_000
max_requests_jitter = 2_000

_lateness: list[subprocess.Popen[bytes]] = []


def when_ready(server: Any) -> None:
    """Started from the master, once for all workers."""
    _lateness.append(subprocess.Popen([sys.executable, "-m", "linli", "lateness", "--every", "60"]))


def on_exit(server: Any) -> None:
    for process in _lateness:
        process.terminate()
        process.wait(10)
