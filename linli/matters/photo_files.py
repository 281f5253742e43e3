"""Where the bytes of photos lie: files beside the database, each encrypted with a key of its own that stands in its row.

Whoever empties the row has erased the photo at once, in every copy of the files that anybody ever made. A file is written under
`new` and moved to its place once the transaction is committed; what stays under `new` belongs to a transaction that failed.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import connection

LARGE, SMALL = "large", "small"
SIZES = (LARGE, SMALL)
NONCE_BYTES = 12
ABANDONED_AFTER = 3600  # seconds; no transaction lasts as long


def new_key() -> bytes:
    return AESGCM.generate_key(bit_length=256)


def put(photo: uuid.UUID, key: bytes, pictures: dict[str, bytes]) -> None:
    """Lay down the sizes of a new photo. They stay under `new` until `settle`."""
    for size, jpeg in pictures.items():
        nonce = os.urandom(NONCE_BYTES)
        _write(_new() / _name(photo, size), nonce + AESGCM(key).encrypt(nonce, jpeg, _label(photo, size)))


def settle(photo: uuid.UUID) -> None:
    """The transaction is committed: move the files to their place."""
    for size in SIZES:
        with suppress(FileNotFoundError):
            os.replace(_new() / _name(photo, size), _made(_place(photo)) / _name(photo, size))


def get(photo: uuid.UUID, key: bytes, size: str) -> bytes | None:
    """The JPEG; None when the file is gone or is not the one that was laid down."""
    for folder in (_place(photo), _new(), _place(photo)):  # it may be moved in between
        with suppress(FileNotFoundError, InvalidTag, ValueError):
            sealed = (folder / _name(photo, size)).read_bytes()
            return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _label(photo, size))
    return None


def remove(photo: uuid.UUID) -> None:
    for folder in (_place(photo), _new()):
        for size in SIZES:
            (folder / _name(photo, size)).unlink(missing_ok=True)


def abandoned() -> Iterator[uuid.UUID]:
    """Photos whose files have waited under `new` for longer than any transaction lasts."""
    folder, before = _home() / "new", time.time() - ABANDONED_AFTER
    found = set()
    for path in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError, ValueError):
            if path.stat().st_mtime < before:
                found.add(uuid.UUID(path.name.partition(".")[0]))
    yield from sorted(found)


def _write(path: Path, data: bytes) -> None:
    """Whole and on the disk, or not at all: the record is about to commit to it."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _home() -> Path:
    """Each neighbourhood has its own folder."""
    return Path(settings.HOME) / "photos" / str(connection.schema_name)  # type: ignore[attr-defined]


def _new() -> Path:
    return _made(_home() / "new")


def _place(photo: uuid.UUID) -> Path:
    """By the last two digits: the first ones tell the time and would fill one folder after another."""
    return _home() / photo.hex[-2:]


def _made(folder: Path) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _name(photo: uuid.UUID, size: str) -> str:
    return f"{photo}.{size}"


def _label(photo: uuid.UUID, size: str) -> bytes:
    """So that one file cannot be put in the place of another."""
    return f"{photo}.{size}".encode()
