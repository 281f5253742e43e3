"""Text in both languages of the product, for the parts that know no web framework."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Said:
    """One title or sentence, Chinese first. Both languages are always there, though a reader sees one."""

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """The text for a language tag such as `zh`, `zh-hans` or `en`; whatever is not English reads Chinese."""
        return self.en if language.startswith("en") else self.zh

    def filled(self, **values: object) -> Said:
        """Put values into the `{name}` places of both languages; a value that is `Said` itself is put in per language."""
        return Said(
            self.zh.format(**{name: _in(value, "zh") for name, value in values.items()}),
            self.en.format(**{name: _in(value, "en") for name, value in values.items()}),
        )


def _in(value: object, language: Language) -> object:
    return value.in_(language) if isinstance(value, Said) else value
