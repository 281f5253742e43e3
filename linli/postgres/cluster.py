"""One PostgreSQL cluster in a home: made, started and stopped. Callers hold the home's start lock."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO

import psycopg

from linli.postgres.binaries import drop_other_copies, major_version
from linli.postgres.home import Account
from linli.postgres.processes import Postmaster, end_leftovers, exists, serves, written_postmaster
from linli.postgres.refusal import DatabaseRefused
from linli.postgres.sockets import PORT, drop_short_folder, socket_folder

ROLE = "linli"
LARGEST_LOG = 1_000_000
# A big crash recovery takes minutes; a start that fails at once is tried only a few times.
PATIENCE = 300
ATTEMPTS = 5

# With LC_CTYPE C the trigram and text-search parsers see nothing in Chinese; the order stays plain code points.
LOCALE = (
    "--locale=C",
    "--lc-ctype=C.UTF-8",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--encoding=UTF8",
)
# `trust` inside a folder that only the server's account may enter. `peer` would be nicer, but root's own processes come
# in as root and the server's role is another; a password would have to lie in a file beside the socket.
ACCESS = (f"--username={ROLE}", "--auth-local=trust", "--auth-host=reject")

SETTINGS = MappingProxyType(
    {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_permissions": "0700",
        "shared_buffers": "128MB",
        "timezone": "UTC",
        "log_timezone": "UTC",
        # An error repeats what people wrote; the application hears of it anyway, so the log keeps to the server.
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "log_checkpoints": "off",
    }
)
FORGETFUL = MappingProxyType({"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"})


@dataclass(frozen=True, slots=True)
class Cluster:
    home: Path
    account: Account
    bin: Path
    durable: bool

    @property
    def data(self) -> Path:
        return self.home / "postgres-data"

    @property
    def log(self) -> Path:
        return self.home / "postgres.log"

    def bring_up(self, lock: int) -> Path:
        """The socket folder of the server, started if need be."""
        self._prepare(lock)
        attempts = 0
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and attempts < ATTEMPTS:
            seen = written_postmaster(self.data)
            if seen and seen.socket_folder and self._is_up(seen):
                return seen.socket_folder
            if seen and serves(seen.pid, self.data):
                time.sleep(0.05)  # it is starting, recovering or stopping
            elif not self._started(seen):
                attempts += 1
                time.sleep(0.5)
        raise self._silent()

    def stop(self) -> None:
        seen = written_postmaster(self.data)
        if seen is None or not serves(seen.pid, self.data):
            return
        stopped = self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "fast", "-t", "30")
        if stopped.returncode:
            self._run("pg_ctl", "stop", "-D", str(self.data), "-m", "immediate", "-t", "30")
        drop_short_folder(seen.socket_folder, self.home)

    def _is_up(self, seen: Postmaster) -> bool:
        """In another container on the same home its number means nothing here, so the socket has the last word."""
        return seen.ready and (serves(seen.pid, self.data) or _answers(seen.socket_folder))

    def _prepare(self, lock: int) -> None:
        if not self.data.exists():
            self._create(lock)
        if self.data.stat().st_uid != self.account.uid:
            raise DatabaseRefused(
                f"{self.data} 属于另一个系统账户。请用第一次启动邻里时的账户启动,或用 LINLI_HOME 换一个目录。",
                f"{self.data} belongs to another system account. Start Linli as the account that started it first, or "
                "set LINLI_HOME to another folder.",
            )
        self._refuse_another_version()

    def _refuse_another_version(self) -> None:
        made_by = (self.data / "PG_VERSION").read_text("ascii").strip()
        if made_by != major_version():
            raise DatabaseRefused(
                f"{self.data} 由 PostgreSQL {made_by} 建立,现在的程序是 {major_version()}。"
                "请先用原来的版本导出数据,再导入新的目录。",
                f"{self.data} was made by PostgreSQL {made_by}; the programs here are version {major_version()}. "
                "Export the data with the old version and import it into a new folder.",
            )

    def _create(self, lock: int) -> None:
        """Made beside and renamed, so the folder is whole or absent. initdb inherits the start lock: if we are killed,
        the next start waits for it to end and does not sweep the folder away under its feet."""
        for rubbish in self.home.glob(f"{self.data.name}.new-*"):
            shutil.rmtree(rubbish)
        fresh = Path(tempfile.mkdtemp(prefix=f"{self.data.name}.new-", dir=self.home))
        self.account.own(fresh)
        sync = () if self.durable else ("--no-sync",)
        made = self._run("initdb", "-D", str(fresh), *LOCALE, *ACCESS, *sync, inherited=(lock,))
        if made.returncode:
            shutil.rmtree(fresh)
            raise self._silent()
        fresh.rename(self.data)
        _sync_folder(self.home)

    def _started(self, stale: Postmaster | None) -> bool:
        self._clear_away(stale)
        folder = socket_folder(self.home, self.account)
        for left in (f".s.PGSQL.{PORT}", f".s.PGSQL.{PORT}.lock"):
            (folder / left).unlink(missing_ok=True)
        settings = {**SETTINGS, **({} if self.durable else FORGETFUL), "unix_socket_directories": str(folder)}
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
        command = ("start", "-D", str(self.data), "-l", str(self.log), "-o", options, "-t", "60")
        return self._run("pg_ctl", *command).returncode == 0

    def _clear_away(self, stale: Postmaster | None) -> None:
        """PostgreSQL takes any process of that number for a server, a zombie too, and would refuse to start."""
        if self.account.foreign:
            drop_other_copies(self.home, self.bin)
        end_leftovers(self.data)
        if stale and exists(stale.pid):
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        if stale:
            drop_short_folder(stale.socket_folder, self.home)

    def _run(self, program: str, *words: str, inherited: tuple[int, ...] = ()) -> subprocess.CompletedProcess[bytes]:
        """Away from our terminal and its signals: Ctrl-C must end the application first and the database last."""
        with self._open_log() as log:
            return subprocess.run(
                [str(self.bin / program), *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env={"PATH": f"{self.bin}:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"},
                umask=0o077,
                start_new_session=True,
                pass_fds=inherited,
                check=False,
                **self.account.for_subprocess(),
            )

    def _open_log(self) -> IO[bytes]:
        with suppress(FileNotFoundError):
            if self.log.stat().st_size > LARGEST_LOG:
                self.log.replace(self.log.with_suffix(".log.1"))
        log = os.fdopen(os.open(self.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "wb")
        self.account.own(self.log)
        return log

    def _silent(self) -> DatabaseRefused:
        return DatabaseRefused(
            f"内置数据库没有启动成功。原因写在 {self.log} 的末尾(常见的是磁盘已满)。",
            f"The built-in database did not start. The end of {self.log} says why (often the disk is full).",
        )


def _answers(folder: Path | None) -> bool:
    try:
        psycopg.connect(host=str(folder), port=PORT, user=ROLE, dbname="postgres", connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
