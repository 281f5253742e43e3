"""The playbooks that come with Linli, read from their files when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from linli.playbooks.examine import examine
from linli.playbooks.model import Playbook
from linli.playbooks.problems import as_line

FOLDER = Path(__file__).parent / "shipped"


class BrokenLibrary(Exception):
    """A shipped file has problems; the message lists all of them, of all files."""


def shipped_names() -> tuple[str, ...]:
    """By the names of the files, so that it can be asked while a file is broken."""
    return tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))


def shipped_path(name: str) -> Path:
    """The file of a shipped playbook; `KeyError` when there is none of that name."""
    if name not in shipped_names():
        raise KeyError(name)
    return FOLDER / f"{name}.yaml"


def shipped_source(name: str) -> str:
    return shipped_path(name).read_text(encoding="utf-8")


@cache
def shipped() -> Mapping[str, Playbook]:
    return read_folder(FOLDER)


def read_folder(folder: Path) -> Mapping[str, Playbook]:
    paths = sorted(folder.glob("*.yaml"))
    known = [path.stem for path in paths]
    books: dict[str, Playbook] = {}
    broken: list[str] = []
    for path in paths:
        examined = examine(path.read_text(encoding="utf-8"), known)
        broken.extend(as_line(problem, "zh", path.name) for problem in examined.problems)
        if examined.book is not None:
            books[path.stem] = examined.book
            broken.extend(_misnamed(path, examined.book))
    if broken:
        raise BrokenLibrary("\n".join(broken))
    return MappingProxyType(books)


def _misnamed(path: Path, book: Playbook) -> tuple[str, ...]:
    same = book.name == path.stem
    return (
        ()
        if same
        else (f"{path.name}: 文件名应与 playbook: {book.name} 一致 / the file must be called {book.name}.yaml",)
    )
