"""Why there is no database, in words for the person who starts Linli."""

from __future__ import annotations


class DatabaseRefused(Exception):
    """Said in both languages at once: whoever reads it in a terminal has not chosen a language yet."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(f"{zh} / {en}")
        self.zh = zh
        self.en = en
