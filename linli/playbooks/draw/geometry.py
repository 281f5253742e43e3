"""What a layout hands to the pen: boxes, labels, lines and the ladder, all in whole pixels."""

from __future__ import annotations

from dataclasses import dataclass

from linli.playbooks.draw.exits import Exit

START = ".start"  # no stage can have this name
Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Chip:
    """The label at the tail of an arrow.

    On a phone `goal` is written beside it; with an `outcome` it is the end itself, for there no end has a box of its own.
    """

    way: Exit
    title: tuple[str, ...]
    note: tuple[str, ...]
    w: int
    h: int
    goal: tuple[str, ...] = ()
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Card:
    """What stands in a box. `kind` names its pen; `tall` is what belongs to labels, not to its body."""

    name: str
    kind: str
    w: int
    h: int
    title: tuple[str, ...]
    tag: tuple[str, ...] = ()
    who: tuple[str, ...] = ()
    limit: tuple[str, ...] = ()
    chips: tuple[Chip, ...] = ()
    outcome: str = ""
    tall: int = 0


@dataclass(frozen=True, slots=True)
class Box:
    card: Card
    x: int
    y: int

    @property
    def right(self) -> int:
        return self.x + self.card.w

    @property
    def bottom(self) -> int:
        return self.y + self.card.h

    @property
    def middle(self) -> int:
        return self.x + self.card.w // 2


@dataclass(frozen=True, slots=True)
class Label:
    chip: Chip
    source: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    source: str
    target: str
    points: tuple[Point, ...]
    late: bool = False


@dataclass(frozen=True, slots=True)
class Rung:
    """One step of the chain."""

    role: str
    level: str
    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True)
class Ladder:
    heading: tuple[str, ...]
    rungs: tuple[Rung, ...]  # lowest first, as the chain stands in the file
    notes: tuple[str, ...]
    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True)
class Layout:
    width: int
    height: int
    boxes: tuple[Box, ...]
    labels: tuple[Label, ...]
    lines: tuple[Line, ...]
    ladder: Ladder
