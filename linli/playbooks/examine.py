"""Everything that is wrong with one file: mistakes in the writing together with promises that are not kept."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from linli.playbooks.checks import check_book
from linli.playbooks.model import Playbook, Problem
from linli.playbooks.problems import ordered
from linli.playbooks.read import read_playbook

# After these mistakes something of the file is missing in the playbook that was read.
LOSING = frozenset({"G03", "G05", "G06", "G07"})
# These look at the whole course of a matter, so they would also complain of what is only missing through a mistake.
OF_THE_WHOLE = frozenset({"P01", "P02", "P05", "P08", "P09", "P10", "P14"})


@dataclass(frozen=True, slots=True)
class Examined:
    """`book` is None when nothing could be read; it may only be relied on when there are no problems."""

    book: Playbook | None
    problems: tuple[Problem, ...]


def examine(text: str, known: Collection[str] | None = None) -> Examined:
    """Read and check. `known` are the other playbooks that this one may name; None leaves those names unchecked."""
    book, mistakes = read_playbook(text)
    if book is None:
        return Examined(None, mistakes)
    broken = check_book(book, known=None if known is None else frozenset({*known, book.name}))
    return Examined(book, ordered((*mistakes, *_meant(book, mistakes, broken))))


def _meant(book: Playbook, mistakes: Iterable[Problem], broken: Iterable[Problem]) -> Iterable[Problem]:
    """Leave out what is only a consequence of a mistake; it comes up by itself if it is still there afterwards."""
    lost = [mistake for mistake in mistakes if mistake.check in LOSING]
    if not lost:
        return broken
    starts = _starts(book)
    parts = {bisect_right(starts, mistake.mark.line) for mistake in lost}
    return [
        each
        for each in broken
        if each.check not in OF_THE_WHOLE
        and each.mark != book.mark
        and bisect_right(starts, each.mark.line) not in parts
    ]


def _starts(book: Playbook) -> list[int]:
    """The lines where a part begins: a key of the file, or a stage or end."""
    depth = {path: path.count(".") for path in book.marks}
    return sorted({mark.line for path, mark in book.marks.items() if depth[path] < (2 if _of_stages(path) else 1)})


def _of_stages(path: str) -> bool:
    return path.startswith("stages.")
