"""The private folder of the server's Unix socket."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from linli.postgres.home import Account, first_blocking
from linli.postgres.refusal import DatabaseRefused

PORT = 5432
# Linux takes 107 bytes, macOS 103.
LONGEST = 100


def socket_folder(home: Path, account: Account) -> Path:
    """Inside the home; a home too deep for a socket gets a short folder elsewhere, named by the home's hash."""
    fitting = (folder for folder in _candidates(home, account) if _fits(folder) and _reachable(folder.parent, account))
    folder = next(fitting, None)
    if folder is None:
        raise DatabaseRefused(
            f"找不到放数据库套接字的短路径目录。请把环境变量 LINLI_HOME(现为 {home})设为更短的路径。",
            f"There is no folder with a short path for the database's socket. "
            f"Set LINLI_HOME (now {home}) to a shorter path.",
        )
    return _made_private(folder, account)


def drop_short_folder(folder: Path | None, home: Path) -> None:
    """Leave nothing in the folders that we share with other programs."""
    if folder and folder.parent != home:
        with suppress(OSError):
            folder.rmdir()


def _candidates(home: Path, account: Account) -> Iterator[Path]:
    yield home / "socket"
    name = f"linli-{account.uid}-{hashlib.sha256(os.fsencode(home)).hexdigest()[:16]}"
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR", ""))
    if not account.foreign and runtime.is_absolute() and runtime.is_dir() and runtime.stat().st_uid == account.uid:
        yield runtime / name
    yield Path(tempfile.gettempdir()) / name
    yield Path("/tmp") / name  # noqa: S108 - the folder's owner and mode are checked before it is used


def _fits(folder: Path) -> bool:
    """A comma would make several folders of it, for the server and for its clients."""
    return len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= LONGEST and "," not in str(folder)


def _reachable(folder: Path, account: Account) -> bool:
    return folder.is_dir() and first_blocking(folder, account) is None


def _made_private(folder: Path, account: Account) -> Path:
    try:
        folder.mkdir(mode=0o700)
        account.own(folder)
    except FileExistsError:
        pass
    seen = folder.lstat()
    if not stat.S_ISDIR(seen.st_mode) or seen.st_uid not in (account.uid, os.geteuid()) or seen.st_mode & 0o077:
        raise DatabaseRefused(
            f"{folder} 不是只属于数据库账户的目录,不能存放数据库套接字。请删除它后重新启动。",
            f"{folder} is not a folder of the database's account alone and cannot hold the socket. "
            "Remove it and start again.",
        )
    account.own(folder)  # if we were killed between making it and giving it away
    return folder
