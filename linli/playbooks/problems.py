"""Problems in the order of the file, and as they are shown: a line for the terminal, an object for a program."""

from __future__ import annotations

from collections.abc import Iterable

from linli.playbooks.model import Problem


def ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """By place, then by check; the same complaint about the same place only once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda each: (each.mark.line, each.mark.column, each.check)))


def as_json(problem: Problem, language: str, file: str = "") -> dict[str, object]:
    return {
        "file": file,
        "line": problem.mark.line,
        "column": problem.mark.column,
        "check": problem.check,
        "message": problem.message.in_(language),
    }


def as_line(problem: Problem, language: str, file: str = "") -> str:
    """The form that editors understand: `FILE:LINE:COLUMN CHECK message`."""
    place = f"{problem.mark.line}:{problem.mark.column}"
    return f"{f'{file}:' if file else ''}{place} {problem.check} {problem.message.in_(language)}"
