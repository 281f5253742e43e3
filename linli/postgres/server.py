"""The embedded PostgreSQL as its users see it: open it, connect, release it; the last user stops it.

Users are counted by a shared lock on a file in the home. The kernel releases it however a process ends, so a server
that outlived a killed user is stopped by the next user that ends.
"""

from __future__ import annotations

import atexit
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import errors, sql

from linli.postgres.binaries import programs
from linli.postgres.cluster import PATIENCE, ROLE, Cluster
from linli.postgres.home import data_home, made_home, server_account
from linli.postgres.locks import exclusive, joined, nobody_holds
from linli.postgres.refusal import DatabaseRefused
from linli.postgres.sockets import PORT

__all__ = ["DatabaseRefused", "Server", "data_home", "ensure_database", "open_server"]


class Server:
    """A running server and this process's share in it. Made by `open_server`."""

    def __init__(self, cluster: Cluster, socket_folder: Path, share: int) -> None:
        self.home = cluster.home
        self.socket_folder = socket_folder
        self._cluster = cluster
        self._share: int | None = share

    def connect_settings(self, database: str) -> dict[str, str | int]:
        return {"host": str(self.socket_folder), "port": PORT, "user": ROLE, "dbname": database}

    def ensure_running(self) -> None:
        """Start it again if it was killed while we used it."""
        with _starting(self.home) as lock:
            self.socket_folder = self._cluster.bring_up(lock)

    def release(self) -> None:
        """End this process's use. Safe twice, and safe in a forked child: our copy of the lock is closed, never
        unlocked, so while the parent or a sibling lives the server is still used."""
        if self._share is None:
            return
        atexit.unregister(self.release)
        os.close(self._share)
        self._share = None
        # The home may have been removed; then the server ends by itself. Or someone is starting and will stop it.
        with suppress(FileNotFoundError, DatabaseRefused), exclusive(_start_lock(self.home), PATIENCE):
            if nobody_holds(_users_lock(self.home)):
                self._cluster.stop()


def open_server(home: Path, *, durable: bool = True) -> Server:
    """The server of that home, running, used by this process until it ends or calls `release`.

    `durable=False` is for tests: faster, and a power cut may lose everything. It counts for the process that starts the
    server; whoever finds it running takes it as it is.
    """
    try:
        return _opened(home, durable=durable)
    except OSError as error:
        raise DatabaseRefused(
            f"数据目录 {home} 无法使用:{error.strerror}({error.filename})。请用环境变量 LINLI_HOME 换一个可写的目录。",
            f"The data folder {home} cannot be used: {error.strerror} ({error.filename}). Set LINLI_HOME to a folder "
            "that can be written.",
        ) from error


def ensure_database(server: Server, name: str) -> None:
    """Make the database if it is missing. Of several processes at once one makes it and the others find it."""
    with psycopg.connect(**server.connect_settings("postgres"), autocommit=True) as connection:  # type: ignore[arg-type]
        if connection.execute("select from pg_database where datname = %s", [name]).fetchone() is not None:
            return
        making = sql.SQL("create database {} template template0 encoding 'UTF8'").format(sql.Identifier(name))
        with suppress(errors.DuplicateDatabase, errors.UniqueViolation):
            connection.execute(making)


def _opened(home: Path, *, durable: bool) -> Server:
    account = server_account()
    home = made_home(home, account)
    with _starting(home) as lock:
        share = joined(_users_lock(home))
        try:
            cluster = Cluster(home, account, programs(home, account), durable)
            server = Server(cluster, cluster.bring_up(lock), share)
        except BaseException:
            os.close(share)
            raise
    atexit.register(server.release)
    return server


@contextmanager
def _starting(home: Path) -> Iterator[int]:
    with exclusive(_start_lock(home), PATIENCE) as lock:
        yield lock


def _start_lock(home: Path) -> Path:
    return home / "start.lock"


def _users_lock(home: Path) -> Path:
    return home / "users.lock"
