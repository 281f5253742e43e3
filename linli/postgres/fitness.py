"""Whether a server can carry Linli: asked of every server, the embedded one and one from outside."""

from __future__ import annotations

from typing import Any

import psycopg

from linli.postgres.refusal import DatabaseRefused

OLDEST = 15


def check_fitness(connection: psycopg.Connection[Any]) -> None:
    """Refuse an old server, one without trigrams, and one whose locale hides Chinese from them."""
    version = connection.info.server_version // 10_000
    if version < OLDEST:
        raise DatabaseRefused(
            f"这个数据库是 PostgreSQL {version},邻里需要 {OLDEST} 或更新的版本。",
            f"This database is PostgreSQL {version}; Linli needs version {OLDEST} or newer.",
        )
    _ensure_trigrams(connection)
    if not _sees_chinese(connection):
        raise DatabaseRefused(
            "这个数据库的区域设置(LC_CTYPE)读不出汉字,中文检索会落空。请用 UTF-8 的 LC_CTYPE(如 C.UTF-8)重新建库。",
            "The locale (LC_CTYPE) of this database sees no letters in Chinese, so searches would find nothing. Create "
            "the database anew with a UTF-8 LC_CTYPE such as C.UTF-8.",
        )
    connection.commit()


def _ensure_trigrams(connection: psycopg.Connection[Any]) -> None:
    if _has_trigrams(connection):
        return
    try:
        connection.execute("create extension if not exists pg_trgm schema public")
        connection.commit()
    except psycopg.Error as error:
        connection.rollback()
        # Another process may have made it in the same moment.
        if not _has_trigrams(connection):
            raise _no_trigrams() from error
    if not _has_trigrams(connection):
        raise _no_trigrams()


def _has_trigrams(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("select to_regprocedure('public.show_trgm(text)') is not null").fetchone()
    return row is not None and bool(row[0])


def _sees_chinese(connection: psycopg.Connection[Any]) -> bool:
    row = connection.execute("select public.show_trgm('消防') <> '{}'").fetchone()
    return row is not None and bool(row[0])


def _no_trigrams() -> DatabaseRefused:
    return DatabaseRefused(
        "数据库缺少 pg_trgm 扩展,邻里也无权安装。请数据库管理员在该库中执行:CREATE EXTENSION pg_trgm SCHEMA public;",
        "The database lacks the extension pg_trgm and Linli may not install it. Ask the database administrator to run "
        "in that database: CREATE EXTENSION pg_trgm SCHEMA public;",
    )
