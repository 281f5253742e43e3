"""DATABASE_URL, the address of an outside PostgreSQL, read into Django's words."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from linli.postgres.refusal import DatabaseRefused

ENGINE = "linli.postgres.backend"
SCHEMES = ("postgresql", "postgres")
# What libpq knows and an administrator may need; a misspelt name is refused here and not at midnight.
OPTIONS = frozenset(
    (
        *("application_name", "channel_binding", "connect_timeout", "gssencmode", "options", "target_session_attrs"),
        *("keepalives", "keepalives_count", "keepalives_idle", "keepalives_interval", "tcp_user_timeout"),
        *("sslcert", "sslcrl", "sslkey", "sslmode", "sslpassword", "sslrootcert"),
    )
)
PARTS = MappingProxyType({"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"})
SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")


class BadAddress(DatabaseRefused, ValueError):
    """DATABASE_URL cannot be read. The sentence never repeats the address, which may hold a password."""


def database_from_url(url: str) -> dict[str, Any]:
    """`postgresql://user:password@host:port/name?sslmode=require`, or `?host=/folder` for a Unix socket."""
    parts = _split(url.strip())
    found = {
        "NAME": unquote(parts.path.removeprefix("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": _port(parts),
    }
    options: dict[str, str] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        _put(name, value, found, options)
    _refuse_gaps(found)
    return {"ENGINE": ENGINE, **found, "OPTIONS": options}


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
    except ValueError:
        raise BadAddress("DATABASE_URL 的格式不对。" + _FORM_ZH, "DATABASE_URL is malformed. " + _FORM_EN) from None
    if parts.scheme not in SCHEMES:
        raise BadAddress("DATABASE_URL 必须以 postgresql:// 开头。", "DATABASE_URL must begin with postgresql://.")
    if parts.fragment:
        raise BadAddress(
            "DATABASE_URL 中有未转义的 #。密码里的 # 请写成 %23。",
            "DATABASE_URL contains a bare #. Write %23 for a # in the password.",
        )
    return parts


def _port(parts: SplitResult) -> str:
    try:
        return str(parts.port or "")
    except ValueError:
        raise BadAddress(
            "DATABASE_URL 的端口不是 0 到 65535 的数字。密码里的 : / ? # @ 请用百分号转义。",
            "The port in DATABASE_URL is not a number from 0 to 65535. Percent-encode : / ? # @ in the password.",
        ) from None


def _put(name: str, value: str, found: dict[str, str], options: dict[str, str]) -> None:
    if name in PARTS:
        if found[PARTS[name]]:
            raise BadAddress(f"DATABASE_URL 里 {name} 写了两次。", f"DATABASE_URL gives {name} twice.")
        found[PARTS[name]] = value
    elif name in OPTIONS:
        options[name] = value
    else:
        raise BadAddress(f"DATABASE_URL 中的参数 {name} 无法识别。", f"DATABASE_URL has an unknown parameter: {name}.")
    if name == "sslmode" and value not in SSL_MODES:
        known = ", ".join(SSL_MODES)
        raise BadAddress(
            f"DATABASE_URL 的 sslmode 只能是:{known}。", f"sslmode in DATABASE_URL must be one of: {known}."
        )


def _refuse_gaps(found: dict[str, str]) -> None:
    if not found["NAME"] or "/" in found["NAME"]:
        raise BadAddress("DATABASE_URL 没有写明数据库名。" + _FORM_ZH, "DATABASE_URL names no database. " + _FORM_EN)
    # No host would mean the embedded server to the backend, and whoever writes an address means another one.
    if not found["HOST"]:
        raise BadAddress("DATABASE_URL 没有写明主机。" + _FORM_ZH, "DATABASE_URL names no host. " + _FORM_EN)
    if found["PORT"] and not (found["PORT"].isdecimal() and 0 < int(found["PORT"]) < 65_536):
        raise BadAddress("DATABASE_URL 的端口不是数字。", "The port in DATABASE_URL is not a port number.")


_FORM_ZH = "写法:postgresql://用户:密码@主机:5432/数据库名;Unix 套接字:postgresql:///数据库名?host=/目录。"
_FORM_EN = "Write postgresql://user:password@host:5432/name, or for a Unix socket postgresql:///name?host=/folder."
