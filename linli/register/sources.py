"""What `linli import` can load. An app lends a source in its `imports.py`; the command never imports the app."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from linli.lib.text import Said


class Source(Protocol):
    """One word after `linli import`. `run` works in the district that was chosen and returns the exit status.

    `before_opening` refuses what could not be loaded into a neighbourhood that is just being opened; it runs where there is
    no district yet, and reads nothing but the options and files.
    """

    name: str
    title: Said

    def arguments(self, parser: ArgumentParser) -> None: ...

    def before_opening(self, options: Mapping[str, Any]) -> None: ...

    def run(self, options: Mapping[str, Any], say: Callable[[Said], None]) -> int: ...


_sources: dict[str, Source] = {}


def lend(source: Source) -> None:
    """Called at start-up only."""
    _sources[source.name] = source


def sources() -> list[Source]:
    return [_sources[name] for name in sorted(_sources)]


def source_named(name: str) -> Source:
    return _sources[name]
