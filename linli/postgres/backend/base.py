"""Django's way to the database. Without an address in the settings it is the embedded server, opened by the first
connection, so that a command that needs no database starts none."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db.backends.base.base import NO_DB_ALIAS
from django_tenants.postgresql_backend import base

from linli.postgres.fitness import check_fitness
from linli.postgres.refusal import DatabaseRefused
from linli.postgres.server import Server, data_home, ensure_database, open_server


@functools.cache
def server_of_this_process(home: Path, *, durable: bool) -> Server:
    return open_server(home, durable=durable)


class DatabaseWrapper(base.DatabaseWrapper):  # type: ignore[misc]
    """`"DURABLE": False` beside NAME in the settings lets tests do without fsync."""

    # Which databases this process has found fit, as Django's own backend keeps its pools: once for all threads.
    _fit: ClassVar[set[tuple[str, int, str]]] = set()

    @property
    def is_embedded(self) -> bool:
        options = self.settings_dict["OPTIONS"]
        return not (self.settings_dict["HOST"] or options.get("host") or options.get("service"))

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        return {**params, **self._embedded_server().connect_settings(params["dbname"])} if self.is_embedded else params

    def get_new_connection(self, conn_params: dict[str, Any]) -> psycopg.Connection[Any]:
        connection = self._connected(conn_params)
        # Without a name Django is only about to create or drop databases, from the server's own `postgres`.
        if self.alias != NO_DB_ALIAS:
            self._check_once(connection)
        return connection

    def _connected(self, conn_params: dict[str, Any]) -> psycopg.Connection[Any]:
        """One repair is tried: the embedded server was killed, or the database is not made yet."""
        try:
            return super().get_new_connection(conn_params)  # type: ignore[no-any-return]
        except psycopg.OperationalError:
            if not self.is_embedded:
                raise
        return super().get_new_connection({**conn_params, **self._repaired(conn_params["dbname"])})  # type: ignore[no-any-return]

    def _repaired(self, database: str) -> dict[str, str | int]:
        server = self._embedded_server()
        with _as_configuration():
            server.ensure_running()
        ensure_database(server, database)
        return server.connect_settings(database)

    def _embedded_server(self) -> Server:
        with _as_configuration():
            return server_of_this_process(data_home(), durable=self.settings_dict.get("DURABLE", True))

    def _check_once(self, connection: psycopg.Connection[Any]) -> None:
        which = (connection.info.host, connection.info.port, connection.info.dbname)
        if which in self._fit:
            return
        try:
            with _as_configuration():
                check_fitness(connection)
        except BaseException:
            connection.close()
            raise
        self._fit.add(which)


@contextmanager
def _as_configuration() -> Iterator[None]:
    try:
        yield
    except DatabaseRefused as refused:
        raise ImproperlyConfigured(str(refused)) from refused
