"""The picture of where opinion gathers: which statements most agree with, which divide, and one bar for each.

Colours stand as attributes, so that a strict policy and paper show them, and are chosen to be seen on light and on dark; the
figures stand beside each bar in words, so that nobody needs the colours.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

from linli.lib.text import Said

AGREE, DISAGREE = "#3a8a69", "#c4573f"
WIDTH, HEIGHT = 1000, 24
MANY = Fraction(2, 3)
TOGETHER, DIVIDED, AGAINST = "together", "divided", "against"
GROUPS = {
    TOGETHER: Said("多数人同意", "Most agree"),
    DIVIDED: Said("看法分开", "Divided"),
    AGAINST: Said("多数人不同意", "Most disagree"),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """One statement as it was counted."""

    number: int
    words: str
    agree: int
    disagree: int
    unsure: int

    @property
    def total(self) -> int:
        return self.agree + self.disagree + self.unsure

    @property
    def share(self) -> Fraction:
        """Of those who said yes or no, how many said yes; half where nobody did."""
        sided = self.agree + self.disagree
        return Fraction(self.agree, sided) if sided else Fraction(1, 2)

    @property
    def group(self) -> str:
        return TOGETHER if self.share >= MANY else AGAINST if self.share <= 1 - MANY else DIVIDED


def arranged(counted: Iterable[Figures]) -> list[tuple[str, Sequence[Figures]]]:
    """Where most agree, the widest agreement first; what divides, the most even first; what most refuse, the clearest first."""
    rows = list(counted)
    order = {
        TOGETHER: lambda one: (-one.share, -one.total, one.number),
        DIVIDED: lambda one: (abs(one.share - Fraction(1, 2)), -one.total, one.number),
        AGAINST: lambda one: (one.share, -one.total, one.number),
    }
    found = [(name, sorted((one for one in rows if one.group == name), key=order[name])) for name in GROUPS]
    return [(name, inside) for name, inside in found if inside]


def bar(one: Figures, said: str) -> str:
    """One bar as SVG, read aloud as `said`. Widths are whole thousandths; what is left over is “not sure”."""
    agree = one.agree * WIDTH // one.total if one.total else 0
    disagree = one.disagree * WIDTH // one.total if one.total else 0
    rest = WIDTH - agree - disagree if one.unsure else 0
    parts = [(0, agree, f'fill="{AGREE}"'), (WIDTH - disagree, disagree, f'fill="{DISAGREE}"')]
    parts.append((agree, rest, 'fill="currentColor" fill-opacity=".28"'))
    drawn = "".join(f'<rect x="{x}" width="{wide}" height="{HEIGHT}" {fill}/>' for x, wide, fill in parts if wide)
    return (
        f'<svg class="opinion-bar" viewBox="0 0 {WIDTH} {HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(said)}">{drawn}</svg>'
    )
