"""Where published bundles lie: one file each beside the database, public, bound by the digest in the ballot's row."""

from __future__ import annotations

import os
import uuid
from pathlib import Path

from django.conf import settings
from django.db import connection


def bundle_file(ballot: uuid.UUID) -> Path:
    schema: str = connection.schema_name  # type: ignore[attr-defined]
    return Path(settings.HOME) / "ballots" / schema / f"{ballot}.json"


def keep_bundle(ballot: uuid.UUID, data: bytes) -> None:
    """Written whole or not at all; writing it again gives the same file."""
    file = bundle_file(ballot)
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(f".{uuid.uuid4().hex}")
    fresh.write_bytes(data)
    os.replace(fresh, file)
