"""The picture of a playbook: who must act, by when, and what comes next."""

from __future__ import annotations

from collections.abc import Sequence

from linli.playbooks.draw import palette
from linli.playbooks.draw.describe import describe
from linli.playbooks.draw.geometry import Layout
from linli.playbooks.draw.marks import escaped, tag, text
from linli.playbooks.draw.narrow import narrow_layout
from linli.playbooks.draw.pen import Light, paint
from linli.playbooks.draw.wide import wide_layout
from linli.playbooks.model import Playbook

FONTS = "system-ui, 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
HEADING = 40
WIDEST = 1600  # wider than that nobody sees it whole, and its arrows cross: the list from top to bottom reads better


def draw(
    book: Playbook,
    language: str,
    *,
    current: str = "",
    stood: Sequence[str] = (),
    late: bool = False,
    narrow: bool = False,
    alone: bool = False,
) -> str:
    """An SVG picture; `current` is lit, the stages in `stood` are marked as passed.

    `alone`: for a file of its own, with a heading, a ground and colours for a dark screen. Without it the picture has no
    style sheet and no identifiers, so that it may stand in a page more than once and under a strict policy.
    """
    layout = lay_out(book, language, narrow=narrow, top=HEADING if alone else 0)
    light = Light(language, current, frozenset(stood), late)
    return tag(
        "svg",
        tag("title", escaped(book.title.in_(language))),
        tag("desc", escaped(describe(book, language, current=current, late=late))),
        _ground(book, layout, language) if alone else "",
        *paint(layout, light),
        xmlns="http://www.w3.org/2000/svg",
        viewBox=f"0 0 {layout.width} {layout.height}",
        width=layout.width,
        height=layout.height,
        role="img",
        class_="pb pb-narrow" if narrow else "pb pb-wide",
        font_family=FONTS,
        lang="en" if language.startswith("en") else "zh",
    )


def lay_out(book: Playbook, language: str, *, narrow: bool = False, top: int = 0) -> Layout:
    """Where everything stands; `top` is kept free for a heading. A playbook with too many ways is drawn narrow everywhere."""
    if not narrow:
        wide = wide_layout(book, language, top=top)
        if wide.width <= WIDEST:
            return wide
    return narrow_layout(book, language, top=top)


def _ground(book: Playbook, layout: Layout, language: str) -> str:
    style = tag("style", escaped(palette.DARK))
    paper = tag("rect", width=layout.width, height=layout.height, class_="pb-paper", fill=palette.PAPER)
    title = book.title.in_(language)
    return style + paper + text(title, 20, 36, 20, class_="pb-ink", fill=palette.INK, bold=True)
