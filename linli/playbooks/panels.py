"""What apps above show of playbooks: on the page of one, and its figures in the gallery. Nothing of theirs is imported here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Panel:
    template: str
    shows: Any


@dataclass(frozen=True, slots=True)
class Figures:
    """One method in numbers: what is open now, and over the last ninety days what ended, how long the raiser waited for the answer
    (half of them no longer), and how many of those raised became late."""

    open: int = 0
    ended: int = 0
    raised: int = 0
    late: int = 0
    answer: timedelta | None = None


Source = Callable[[str], Panel | None]  # the playbook's name to its panel, if there is one

_sources: list[Source] = []
_counters: list[Callable[[], Mapping[str, Figures]]] = []


def register(source: Source) -> None:
    """Called at start-up only."""
    if source not in _sources:
        _sources.append(source)


def beside(book: str) -> list[Panel]:
    return [panel for source in _sources if (panel := source(book)) is not None]


def register_figures(counter: Callable[[], Mapping[str, Figures]]) -> None:
    """Called at start-up only: who counts all playbooks at once, for the gallery."""
    if counter not in _counters:
        _counters.append(counter)


def figures() -> Mapping[str, Figures]:
    """By the name of the playbook; one that nothing was counted of is left out."""
    return {name: one for counter in _counters for name, one in counter().items()}
