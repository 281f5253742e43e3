"""What no log may hold: the addresses of one-time links, which are the keys to what they open."""

from __future__ import annotations

import logging
import re

LINK = re.compile(r"(/a/)[\w-]{16,}")


class WithoutLinks(logging.Filter):
    """Puts a mark in place of what follows `/a/`, in whatever a line was put together from."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        shown = LINK.sub(r"\1…", said)
        if shown != said:
            record.msg, record.args = shown, ()
        return True
