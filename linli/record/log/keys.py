"""The private keys of public logs: a file for each key of each district, made once, mode 0600, beside the other keys.

Whoever loses the file cannot sign under that key any more (`linli log new-key` begins another); whoever steals it can sign a
false log, which witnesses and everybody who kept an older checkpoint would find out.
"""

from __future__ import annotations

import base64
from pathlib import Path

from django.conf import settings
from django.db import connection

from linli.lib.notes import new_private_key
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.postgres.home import kept_secret, server_account

KEY_LOST = Said(
    "公开日志的签名密钥文件 {path} 不见了。请从备份恢复；确已丢失的，运行 linli log new-key 换新密钥。",
    "The file {path} with the public log's key is gone. Restore it from the backup, or begin a new key by linli log new-key.",
)


def key_file(number: int) -> Path:
    return Path(settings.HOME) / "keys" / f"log-{connection.schema_name}-{number}"  # type: ignore[attr-defined]


def made_key(number: int) -> bytes:
    """The private key of that number, made now unless it is there."""
    return _read(kept_secret(Path(settings.HOME), key_file(number), _fresh, server_account()))


def private_key(number: int) -> bytes:
    """The private key of that number, which was made before."""
    try:
        return _read(key_file(number).read_text("ascii"))
    except OSError:
        raise Refused(KEY_LOST.filled(path=key_file(number))) from None


def _fresh() -> str:
    return base64.b64encode(new_private_key()).decode()


def _read(text: str) -> bytes:
    return base64.b64decode(text.strip())
