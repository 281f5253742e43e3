"""Colours, good on paper and on white; a page may dress the picture anew through the class names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

PAPER, CARD, EDGE = "#ffffff", "#ffffff", "#b8c4d0"
INK, SOFT, LINE = "#1c2733", "#46566a", "#7b8b9c"
CHIP, CHIP_EDGE, CHIP_INK = "#eef3f8", "#c9d6e3", "#1f3f5f"
NOW, NOW_CARD, NOW_INK = "#1a5fb4", "#eaf2fc", "#ffffff"
LATE, LATE_CARD, LATE_CHIP, LATE_EDGE, LATE_INK = "#b3261e", "#fdeeec", "#fff6e5", "#c98a1b", "#7a4a00"
STOOD, STOOD_CARD, STOOD_EDGE = "#2e7d4f", "#f6faf7", "#9cc5ad"
SHADOW, PANEL, RUNG = "#e6ecf2", "#f6f8fb", "#ffffff"
ROUTE, ROUTE_EDGE = "#f3eefb", "#8a72b8"


@dataclass(frozen=True, slots=True)
class Tint:
    fill: str
    edge: str
    ink: str


ENDS: Mapping[str, Tint] = MappingProxyType(
    {
        "solved": Tint("#e0f3e7", "#2e7d4f", "#145a32"),
        "explained": Tint("#e0f2f4", "#2b7a87", "#0f4f59"),
        "declined": Tint("#fdf0dd", "#b8791f", "#6d4300"),
        "withdrawn": Tint("#eef0f2", "#7d8894", "#3d4753"),
        "merged": Tint("#efeafa", "#7a63b0", "#44307a"),
        "enacted": Tint("#e3edfb", "#2f6cb5", "#123f78"),
        "rejected": Tint("#fbe7e6", "#b3453d", "#7d1f18"),
    }
)
PLAIN = Tint("#eef0f2", "#7d8894", "#3d4753")

# For a picture that stands alone on a dark screen; inside a page the page's own sheet decides.
DARK = """@media screen and (prefers-color-scheme: dark) {
.pb-paper{fill:#14191f}.pb-halo{stroke:#14191f}.pb-card{fill:#1e262f;stroke:#46566a}.pb-ink{fill:#eef3f8}.pb-soft{fill:#b9c6d3}
.pb-icon{stroke:#b9c6d3}.pb-line{stroke:#8b9bac}.pb-head{fill:#8b9bac}.pb-chip{fill:#26323f;stroke:#46566a}.pb-chip-ink{fill:#d8e6f4}
.pb-chip-late{fill:#3a2e14;stroke:#c98a1b}.pb-chip-late-ink{fill:#ffdf9e}.pb-panel{fill:#1a2129}.pb-rung{fill:#1e262f;stroke:#46566a}
.pb-sheet{fill:#26323f;stroke:#46566a}.pb-diamond{fill:#2c2440}.pb-now .pb-card{fill:#16304f;stroke:#62a0ea}
.pb-late .pb-card{fill:#43201d;stroke:#f2877f}.pb-stood .pb-card{fill:#1a2a21;stroke:#4f8a68}.pb-next .pb-line{stroke:#62a0ea}
.pb-next .pb-head{fill:#62a0ea}.pb-next .pb-chip{stroke:#62a0ea}.pb-rail{stroke:#8b9bac}
}"""
