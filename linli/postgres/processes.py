"""Which PostgreSQL processes belong to a data folder. A process number alone proves nothing: it may be a zombie's, or
have been given to another program since."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What `postmaster.pid` says, which may be stale."""

    pid: int
    socket_folder: Path | None
    ready: bool


def written_postmaster(data: Path) -> Postmaster | None:
    try:
        lines = (data / "postmaster.pid").read_text("utf-8").splitlines()
        pid = int(lines[0])
    except (FileNotFoundError, IndexError, ValueError):
        return None
    socket_folder = Path(lines[4]) if len(lines) > 4 and lines[4] else None
    return Postmaster(pid, socket_folder, ready=len(lines) > 7 and lines[7].strip() == "ready")


def serves(pid: int, data: Path) -> bool:
    """True for a living PostgreSQL process of that data folder: each of them works inside it."""
    if PROC.joinpath("self").exists():
        return _works_in(PROC / str(pid), data)
    shown = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False).stdout
    return f"-D {data}" in shown


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end_leftovers(data: Path, patience: int = 5) -> None:
    """After the postmaster was killed its children may live on over a long query, and no new server starts beside them.

    Found by their working folder, so on Linux only; elsewhere the start is tried again until they are gone.
    """
    deadline = time.monotonic() + patience
    while left := [int(entry.name) for entry in PROC.glob("[0-9]*") if _works_in(entry, data)]:
        late = time.monotonic() > deadline
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL if late else signal.SIGQUIT)
        time.sleep(0.05)


def _works_in(entry: Path, data: Path) -> bool:
    try:
        return (entry / "comm").read_text("utf-8").strip() == "postgres" and os.readlink(entry / "cwd") == str(data)
    except OSError:
        return False
