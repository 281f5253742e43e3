"""From a layout to SVG."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from linli.lib.text import Said
from linli.playbooks.draw import palette
from linli.playbooks.draw.cards import (
    DIAMOND,
    FAN,
    ICON,
    PAD,
    PILL,
    SMALL,
    SMALL_LINE,
    STACK,
    TEXT,
    TEXT_LINE,
    TITLE,
    TITLE_LINE,
)
from linli.playbooks.draw.geometry import Box, Card, Label, Ladder, Layout, Line, Rung
from linli.playbooks.draw.marks import box, clock, head, lines, person, route, tag, text, tick
from linli.playbooks.draw.measure import width

HERE, OVERDUE = Said("现在", "Now"), Said("已超时", "Late")


@dataclass(frozen=True, slots=True)
class Light:
    """Where a matter stands: what is lit and what is marked as passed."""

    language: str
    current: str = ""
    stood: frozenset[str] = frozenset()
    late: bool = False

    def class_of(self, name: str) -> str:
        if name == self.current:
            return " pb-now pb-late" if self.late else " pb-now"
        return " pb-stood" if name in self.stood else ""


def paint(layout: Layout, light: Light) -> Iterator[str]:
    yield from _arrows(layout, light)
    for one in layout.boxes:
        if one.card.kind == "route":
            yield _fan(one, layout.labels)
        yield PENS[one.card.kind](one, light)
    for label in layout.labels:
        yield _label(label, light)
    yield _ladder(layout.ladder)


def _arrows(layout: Layout, light: Light) -> Iterator[str]:
    """Lit arrows last, so that they lie on top. The halo lets an arrow that is crossed be followed with the eye."""
    groups: dict[str, list[Line]] = {}
    for line in sorted(layout.lines, key=lambda line: line.source == light.current):
        groups.setdefault(line.target, []).append(line)
    for group in sorted(groups.values(), key=lambda group: group[-1].source == light.current):
        halos = "".join(_path(line, "pb-halo", palette.PAPER, 6) for line in group)
        yield tag("g", halos, *(_arrow(line, light) for line in group), class_="pb-moves")


def _arrow(line: Line, light: Light) -> str:
    lit = line.source == light.current
    colour = palette.LINE if not lit else palette.LATE if light.late else palette.NOW
    stroke = _path(line, "pb-line", colour, 2, dash="5 4" if line.late else None)
    return tag(
        "g", stroke, tag("path", d=head(line.points), class_="pb-head", fill=colour), class_="pb-next" if lit else None
    )


def _path(line: Line, class_: str, colour: str, wide: int, dash: str | None = None) -> str:
    return tag(
        "path",
        d=route(line.points),
        class_=class_,
        fill="none",
        stroke=colour,
        stroke_width=wide,
        stroke_dasharray=dash,
    )


def _start(one: Box, light: Light) -> str:
    card = one.card
    shape = box(one.x, one.y, card.w, card.h, class_="pb-rung", fill=palette.PANEL, stroke=palette.EDGE, round_=18)
    words = lines(
        card.title, one.middle, one.y + 7 + 15, TEXT, TEXT_LINE, class_="pb-soft", fill=palette.SOFT, middle=True
    )
    return tag("g", shape, words, class_="pb-start")


def _stage(one: Box, light: Light) -> str:
    card, stack = one.card, STACK if one.card.kind == "join" else 0
    x, y, w, h = one.x, one.y + stack, card.w - stack, card.h - card.tall - stack
    sheets = [
        box(x + off, y - off, w, h, class_="pb-sheet", fill=palette.SHADOW, stroke=palette.EDGE, round_=12)
        for off in ((STACK, STACK // 2) if stack else ())
    ]
    fill, edge, wide = _dress(card.name, light)
    front = box(x, y, w, h, class_="pb-card", fill=fill, stroke=edge, round_=12, stroke_width=wide)
    return tag(
        "g",
        *sheets,
        front,
        _words(one, x, y),
        _badge(one, light, x + w, y),
        class_=f"pb-stage{light.class_of(card.name)}",
    )


def _words(one: Box, x: int, y: int) -> str:
    card, made, at = one.card, [], y + 12
    made.append(lines(card.tag, x + PAD, at + 13, SMALL, SMALL_LINE, class_="pb-soft", fill=palette.SOFT))
    at += SMALL_LINE * len(card.tag)
    made.append(lines(card.title, x + PAD, at + 16, TITLE, TITLE_LINE, class_="pb-ink", fill=palette.INK, bold=True))
    at += TITLE_LINE * len(card.title)
    for icon, words in ((person, card.who), (clock, card.limit)):
        made.append(icon(x + PAD, at + 15))
        made.append(lines(words, x + PAD + ICON, at + 15, TEXT, TEXT_LINE, class_="pb-soft", fill=palette.SOFT))
        at += TEXT_LINE * len(words)
    return "".join(made)


def _dress(name: str, light: Light) -> tuple[str, str, str]:
    """Fill, edge and its width."""
    if name == light.current:
        return (palette.LATE_CARD, palette.LATE, "2.5") if light.late else (palette.NOW_CARD, palette.NOW, "2.5")
    if name in light.stood:
        return palette.STOOD_CARD, palette.STOOD_EDGE, "1.5"
    return palette.CARD, palette.EDGE, "1.5"


def _badge(one: Box, light: Light, right: int, y: int) -> str:
    if one.card.name != light.current:
        return tick(right - 22, y + 22) if one.card.name in light.stood else ""
    said = (OVERDUE if light.late else HERE).in_(light.language)
    wide = width(said, SMALL, bold=True) + 16
    colour = palette.LATE if light.late else palette.NOW
    pill = box(right - wide - 10, y + 11, wide, 22, class_="pb-badge", fill=colour, stroke="none", round_=11)
    return pill + text(
        said, right - 10 - wide // 2, y + 27, SMALL, class_="pb-badge-ink", fill=palette.NOW_INK, bold=True, middle=True
    )


def _route(one: Box, light: Light) -> str:
    card, x, y, half = one.card, one.middle, one.y, DIAMOND // 2
    lit = card.name in light.stood or card.name == light.current
    diamond = tag(
        "path",
        d=f"M{x} {y}l{half} {half}l-{half} {half}l-{half} -{half}z",
        class_="pb-diamond",
        fill=palette.STOOD_CARD if lit else palette.ROUTE,
        stroke=palette.STOOD if lit else palette.ROUTE_EDGE,
        stroke_width="1.8",
        stroke_linejoin="round",
    )
    top = y + half + 5 - 9 * (len(card.title) - 1)
    words = lines(card.title, x + half + 8, top, TEXT, SMALL_LINE, class_="pb-soft", fill=palette.SOFT)
    return tag("g", diamond, words, class_=f"pb-route{light.class_of(card.name)}")


def _fan(one: Box, labels: tuple[Label, ...]) -> str:
    """From the diamond's foot to each of the labels below it."""
    foot, xs = one.y + DIAMOND, [label.x + label.chip.w // 2 for label in labels if label.source == one.card.name]
    level = foot + FAN // 2
    d = f"M{one.middle} {foot}V{level}M{min(xs, default=one.middle)} {level}H{max(xs, default=one.middle)}"
    d += "".join(f"M{x} {level}V{foot + FAN}" for x in xs)
    return tag("path", d=d, class_="pb-line", fill="none", stroke=palette.LINE, stroke_width=2, stroke_linecap="round")


def _fork(one: Box, light: Light) -> str:
    """A route in the narrow picture: its ways stand below it as a list."""
    card, half = one.card, 9
    fill, edge, wide = _dress(card.name, light)
    shape = box(one.x, one.y, card.w, card.h, class_="pb-card", fill=fill, stroke=edge, round_=12, stroke_width=wide)
    x, y = one.x + PAD + half, one.y + 14
    diamond = tag(
        "path",
        d=f"M{x} {y}l{half} {half}l-{half} {half}l-{half} -{half}z",
        class_="pb-diamond",
        fill=palette.ROUTE,
        stroke=palette.ROUTE_EDGE,
        stroke_width="1.8",
    )
    words = lines(card.title, x + half + 8, one.y + 28, TEXT, SMALL_LINE, class_="pb-soft", fill=palette.SOFT)
    return tag("g", shape, diamond, words, class_=f"pb-route{light.class_of(card.name)}")


def _end(one: Box, light: Light) -> str:
    card = one.card
    tint = palette.ENDS.get(card.outcome, palette.PLAIN)
    wide = "3.5" if card.name == light.current else "1.5"
    shape = box(
        one.x,
        one.y,
        card.w,
        card.h,
        class_="pb-pill",
        fill=tint.fill,
        stroke=tint.edge,
        round_=card.h // 2,
        stroke_width=wide,
    )
    words = lines(
        card.title,
        one.middle,
        one.y + (card.h - 20 * len(card.title)) // 2 + 15,
        TEXT,
        20,
        class_="pb-pill-ink",
        fill=tint.ink,
        bold=True,
        middle=True,
    )
    return tag("g", shape, words, class_=f"pb-end pb-end-{card.outcome}{light.class_of(card.name)}")


def _label(label: Label, light: Light) -> str:
    chip, late = label.chip, label.chip.way.late
    lit = label.source == light.current
    edge = palette.LATE_EDGE if late else palette.CHIP_EDGE
    if lit:
        edge = palette.LATE if light.late else palette.NOW
    tall = 8 + SMALL_LINE * (len(chip.title) + len(chip.note)) if chip.goal else chip.h
    shape = box(
        label.x,
        label.y + (chip.h - tall) // 2,
        chip.w,
        tall,
        class_="pb-chip-late" if late else "pb-chip",
        fill=palette.LATE_CHIP if late else palette.CHIP,
        stroke=edge,
        round_=min(tall // 2, 13),
        stroke_dasharray="5 3" if late else None,
    )
    return tag("g", shape, _chip_words(label), _goal(label, light), class_="pb-next" if lit else "pb-move")


def _chip_words(label: Label) -> str:
    chip, late = label.chip, label.chip.way.late
    fill = palette.LATE_INK if late else palette.CHIP_INK
    class_ = "pb-chip-late-ink" if late else "pb-chip-ink"
    middle, top = label.x + chip.w // 2, label.y + (chip.h - SMALL_LINE * (len(chip.title) + len(chip.note))) // 2 + 14
    title = lines(chip.title, middle, top, TEXT, SMALL_LINE, class_=class_, fill=fill, middle=True)
    below = top + SMALL_LINE * len(chip.title)
    return title + lines(chip.note, middle, below, SMALL, SMALL_LINE, class_="pb-soft", fill=palette.SOFT, middle=True)


def _goal(label: Label, light: Light) -> str:
    """What the move leads to, written beside it in the narrow picture."""
    chip = label.chip
    if not chip.goal:
        return ""
    x, middle = label.x + chip.w + 5, label.y + chip.h // 2
    points = ((x, middle), (x + 16, middle))
    arrow = tag("path", d=route(points), class_="pb-line", stroke=palette.LINE, stroke_width=2) + tag(
        "path", d=head(points), class_="pb-head", fill=palette.LINE
    )
    if chip.outcome:
        wide = max(width(line, TEXT, bold=True) for line in chip.goal) + PILL
        card = Card(chip.way.to, "end", wide, 14 + 20 * len(chip.goal), chip.goal, outcome=chip.outcome)
        return arrow + _end(Box(card, x + 21, middle - card.h // 2), light)
    top = middle - SMALL_LINE * len(chip.goal) // 2 + 14
    return arrow + lines(chip.goal, x + 21, top, TEXT, SMALL_LINE, class_="pb-ink", fill=palette.INK)


def _ladder(ladder: Ladder) -> str:
    x, y, w = ladder.x, ladder.y, ladder.w
    panel = box(x, y, w, ladder.h, class_="pb-panel", fill=palette.PANEL, stroke="none", round_=14)
    heading = lines(ladder.heading, x + 16, y + 31, TEXT, 20, class_="pb-ink", fill=palette.INK, bold=True)
    foot = y + ladder.h - SMALL_LINE * (len(ladder.notes) - 1) - 16
    notes = lines(ladder.notes, x + 16, foot, SMALL, SMALL_LINE, class_="pb-soft", fill=palette.SOFT)
    rungs = "".join(map(_rung, ladder.rungs))
    return tag("g", panel, heading, _sides(ladder), rungs, notes, class_="pb-chain")


def _sides(ladder: Ladder) -> str:
    """The two uprights, and an arrow upwards between each two rungs."""
    if not ladder.rungs:
        return ""
    low, high = ladder.rungs[0], ladder.rungs[-1]
    uprights = "".join(
        tag("path", d=f"M{at} {high.y + 8}V{low.y + low.h - 8}", class_="pb-rail", stroke=palette.EDGE, stroke_width=3)
        for at in (low.x + 16, low.x + low.w - 16)
    )
    middle = low.x + low.w // 2
    return uprights + "".join(
        tag("path", d=head(((middle, rung.y), (middle, rung.y - 15))), class_="pb-head", fill=palette.LINE)
        for rung in ladder.rungs[:-1]
    )


def _rung(rung: Rung) -> str:
    shape = box(rung.x, rung.y, rung.w, rung.h, class_="pb-rung", fill=palette.RUNG, stroke=palette.EDGE, round_=9)
    middle = rung.x + rung.w // 2
    role = text(rung.role, middle, rung.y + 20, TEXT, class_="pb-ink", fill=palette.INK, bold=True, middle=True)
    level = text(rung.level, middle, rung.y + 38, SMALL, class_="pb-soft", fill=palette.SOFT, middle=True)
    return tag("g", shape, role, level, class_="pb-step")


PENS = MappingProxyType({"start": _start, "stage": _stage, "join": _stage, "route": _route, "fork": _fork, "end": _end})
