"""A line on the terminal that says how far a long command has come. Silent where nobody is watching."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TextIO

WIDTH = 30


@dataclass
class Progress:
    out: TextIO
    began: float = field(default_factory=time.monotonic)
    _last: float = 0.0

    def show(self, done: float, rows: int) -> None:
        """`done` from 0 to 1. At most ten times a second."""
        now = time.monotonic()
        if not self.out.isatty() or now - self._last < 0.1:
            return
        self._last = now
        filled = int(WIDTH * min(done, 1))
        rate = int(rows / max(now - self.began, 0.001))
        self.out.write(f"\r{'█' * filled}{'·' * (WIDTH - filled)} {int(100 * min(done, 1)):3}%  {rows:,}  {rate:,}/s ")
        self.out.flush()

    def clear(self) -> None:
        if self.out.isatty():
            self.out.write("\r\x1b[K")
            self.out.flush()
