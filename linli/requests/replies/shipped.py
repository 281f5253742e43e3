"""The words that come with Linli, for the roles that give such answers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from linli.lib.text import Said

FILE = Path(__file__).parents[1] / "shipped" / "replies.yaml"


@dataclass(frozen=True, slots=True)
class Ready:
    """Words kept ready, shipped or an office's own."""

    key: str
    book: str
    move: str
    category: str
    title: Said
    text: Said
    roles: tuple[str, ...] = ()

    def fits(self, book: str, move: str, line: Collection[str]) -> bool:
        """`line`: the category with all it belongs to. An empty name fits everything, a category also what lies within it."""
        return self.book in ("", book) and self.move in ("", move) and (not self.category or self.category in line)


@cache
def shipped_replies() -> tuple[Ready, ...]:
    rows = yaml.safe_load(FILE.read_text("utf-8"))
    return tuple(
        Ready(
            row["key"], row["book"], row["move"], row.get("category", ""), Said(**row["title"]), Said(**row["text"]),
            tuple(row["roles"]),
        )
        for row in rows
    )  # fmt: skip
