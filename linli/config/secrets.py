"""Keys that this installation keeps to itself: taken from the environment, else made once and kept in a file of mode 0600."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from linli.postgres.home import made_home, server_account


def secret_for(variable: str, home: Path) -> str:
    """The secret of that name. Losing the file of LINLI_DATA_KEY makes sealed texts unreadable: back it up apart."""
    given = os.environ.get(variable)
    return given or _kept(home, home / "keys" / variable.lower())


def _kept(home: Path, path: Path) -> str:
    with contextlib.suppress(FileNotFoundError):
        return path.read_text("ascii").strip()
    made_home(home, server_account())
    path.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    # Of several processes that start at once, one file wins: link refuses to overwrite.
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
    return path.read_text("ascii").strip()
