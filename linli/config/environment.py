"""Typed readers of the environment: a wrong value stops the start with a sentence that names the variable."""

from __future__ import annotations

import os

from django.core.exceptions import ImproperlyConfigured

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"0", "false", "no", "off", ""})


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default)


def flag(name: str, *, default: bool) -> bool:
    given = os.environ.get(name)
    if given is None:
        return default
    if given.lower() in YES | NO:
        return given.lower() in YES
    raise ImproperlyConfigured(f"{name} is “{given}”. Say yes or no. / {name} 的值“{given}”无法识别，请写 yes 或 no。")


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    """A list separated by commas."""
    given = os.environ.get(name)
    return list(default) if given is None else [word.strip() for word in given.split(",") if word.strip()]


def whole(name: str, default: int, *, least: int = 0) -> int:
    """A whole number."""
    given = os.environ.get(name, str(default)).strip()
    if given.isascii() and given.isdigit() and int(given) >= least:
        return int(given)
    raise ImproperlyConfigured(
        f"{name} is “{given}”. Give a whole number, {least} or more. / {name} 的值“{given}”不对，请写不小于 {least} 的整数。"
    )
