"""Where Linli keeps its data, and the system account that the database server runs as there."""

from __future__ import annotations

import contextlib
import os
import pwd
import stat
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from linli.postgres.refusal import DatabaseRefused

# Inside the double quotes that pg_ctl puts round a path, a shell would read these.
FORBIDDEN_IN_PATHS = frozenset('"$`\\\n')


@dataclass(frozen=True, slots=True)
class Account:
    """`foreign` means: not the account that we run as ourselves."""

    uid: int
    gid: int
    foreign: bool

    def for_subprocess(self) -> dict[str, Any]:
        """Root's other groups go too: what runs as `nobody` should hold nothing of root."""
        return {"user": self.uid, "group": self.gid, "extra_groups": []} if self.foreign else {}

    def own(self, path: Path) -> None:
        if self.foreign:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def can_enter(self, folder: Path) -> bool:
        if not self.foreign:
            return os.access(folder, os.X_OK)
        seen = folder.stat()
        if seen.st_uid == self.uid:
            return bool(seen.st_mode & stat.S_IXUSR)
        if seen.st_gid == self.gid:
            return bool(seen.st_mode & stat.S_IXGRP)
        return bool(seen.st_mode & stat.S_IXOTH)


def data_home() -> Path:
    """The folder of this installation. It need not exist yet."""
    if given := os.environ.get("LINLI_HOME"):
        return Path(given).expanduser().absolute()
    if os.geteuid() == 0:
        return Path("/var/lib/linli")
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "linli"
    shared = Path(os.environ.get("XDG_DATA_HOME", ""))
    return (shared if shared.is_absolute() else Path.home() / ".local" / "share") / "linli"


def server_account() -> Account:
    """PostgreSQL refuses to run as root, so root's server runs as `nobody`."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), foreign=False)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid, foreign=True)


def made_home(home: Path, account: Account) -> Path:
    """The folder, existing and open to the account. Only folders made here get a mode; those that exist keep theirs."""
    home = home.resolve()
    if FORBIDDEN_IN_PATHS & set(str(home)):
        raise DatabaseRefused(
            f'数据目录 {home} 的路径中不能有 " $ ` \\ 或换行。请用环境变量 LINLI_HOME 换一个目录。',
            f'The path of the data folder {home} may not contain " $ ` \\ or a line break. '
            "Set LINLI_HOME to another folder.",
        )
    missing = [folder for folder in (home, *home.parents) if not folder.exists()]
    for folder in reversed(missing):
        folder.mkdir(exist_ok=True)
        folder.chmod(0o711 if account.foreign else 0o700)
    _refuse_if_blocked(home, account)
    return home


def kept_secret(home: Path, path: Path, make: Callable[[], str], account: Account) -> str:
    """The text of that file, which is made once, for its owner alone to read."""
    with contextlib.suppress(FileNotFoundError):
        return path.read_text("ascii").strip()
    made_home(home, account)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(make())
    # Of several processes that start at once, one file wins: link refuses to overwrite.
    with contextlib.suppress(FileExistsError):
        os.link(fresh, path)
    fresh.unlink()
    return path.read_text("ascii").strip()


def _refuse_if_blocked(home: Path, account: Account) -> None:
    blocking = first_blocking(home, account)
    if account.foreign and blocking:
        raise DatabaseRefused(
            f"以 root 启动时,数据库以系统账户 nobody 运行,但 nobody 无法进入目录 {blocking}。"
            "请把环境变量 LINLI_HOME 设为它能进入的目录(如 /var/lib/linli),或改用普通账户启动。",
            f"Started as root, the database runs as the system account nobody, which cannot enter {blocking}. "
            "Set LINLI_HOME to a folder that it can enter (such as /var/lib/linli), or start as an ordinary user.",
        )


def first_blocking(folder: Path, account: Account) -> Path | None:
    """The outermost folder on the way that the account may not pass through."""
    return next((step for step in (*reversed(folder.parents), folder) if not account.can_enter(step)), None)
