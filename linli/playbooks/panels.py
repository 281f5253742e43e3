"""What apps above show on a playbook's page, such as its figures. Nothing of theirs is imported here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Panel:
    template: str
    shows: Any


Source = Callable[[str], Panel | None]  # the playbook's name to its panel, if there is one

_sources: list[Source] = []


def register(source: Source) -> None:
    """Called at start-up only."""
    if source not in _sources:
        _sources.append(source)


def beside(book: str) -> list[Panel]:
    return [panel for source in _sources if (panel := source(book)) is not None]
