"""What a neighbourhood must have before it can be used. Other apps lend it; opening a neighbourhood puts it there.

An app registers a piece of the furnishing in its module `at_opening.py`, which is found at start-up; districts never import
the app.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from linli.lib.text import Said


@dataclass(frozen=True, slots=True)
class Furnishing:
    """`furnish` works in the present district and says what it put there; None where nothing was missing."""

    name: str
    furnish: Callable[[], Said | None]


_furnishings: dict[str, Furnishing] = {}


def register(furnishing: Furnishing) -> None:
    """Called at start-up only."""
    _furnishings[furnishing.name] = furnishing


def furnish_present() -> list[Said]:
    """Put what is missing into the present district. Doing it again changes nothing."""
    done = [_furnishings[name].furnish() for name in sorted(_furnishings)]
    return [said for said in done if said is not None]
