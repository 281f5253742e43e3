"""Keys that this installation keeps to itself: taken from the environment, else made once and kept in a file of mode 0600."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from linli.postgres.home import kept_secret, server_account


def secret_for(variable: str, home: Path) -> str:
    """The secret of that name. Losing the file of LINLI_DATA_KEY makes sealed texts unreadable: back it up apart."""
    given = os.environ.get(variable)
    return given or kept_secret(home, home / "keys" / variable.lower(), _fresh, server_account())


def _fresh() -> str:
    return secrets.token_urlsafe(48)
