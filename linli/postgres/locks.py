"""File locks by `flock`: the kernel drops them when their holders end, however they end."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from linli.postgres.refusal import DatabaseRefused


@contextmanager
def exclusive(path: Path, patience: int) -> Iterator[int]:
    """Hold the lock alone. It is unlocked and not only closed, as a child forked meanwhile holds a copy."""
    descriptor = _opened(path)
    try:
        _wait_for(descriptor, path, patience)
        try:
            yield descriptor
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def joined(path: Path) -> int:
    """Hold the lock together with others, until the descriptor and every forked copy of it are closed."""
    descriptor = _opened(path)
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    return descriptor


def nobody_holds(path: Path) -> bool:
    descriptor = _opened(path)
    try:
        return _taken(descriptor)
    finally:
        os.close(descriptor)


def _opened(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _wait_for(descriptor: int, path: Path, patience: int) -> None:
    deadline = time.monotonic() + patience
    while not _taken(descriptor):
        if time.monotonic() > deadline:
            raise DatabaseRefused(
                f"另一个邻里进程占用 {path} 已超过 {patience} 秒。请先结束那个进程,再重新启动。",
                f"Another Linli process has held {path} for more than {patience} seconds. "
                "End that process and start again.",
            )
        time.sleep(0.02)
