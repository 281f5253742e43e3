"""The plan as SVG text, drawn by our own pen from whole numbers and escaped words. Colours come from the style sheet.

Each building is a link with its name and figures in words, so that it is heard and reached by the keyboard; the colour says nothing
that the words beside it do not say.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from xml.sax.saxutils import quoteattr

from linli.lib.text import Said
from linli.places.facilities import CONDITIONS, KINDS, WORKS
from linli.places.models import PlanShape
from linli.requests.plans.queries import Number

LETTERS, BADGE, DOT = 46, 30, 17
STEPS = ((6, 3), (3, 2), (1, 1))  # from so many open matters on, the colour of this step
NONE_OPEN = Said("没有在办事项", "nothing open")
NOT_YET = Said("还没有安装", "not installed yet")
OPEN = Said("{open} 件在办", "{open} open")
OPEN_LATE = Said("{open} 件在办，其中 {late} 件超时", "{open} open, {late} of them late")


@dataclass(frozen=True, slots=True)
class Spot:
    """A shape with where it leads, what is told of it, and how it is called."""

    shape: PlanShape
    name: Said
    link: str = ""
    number: Number | None = None
    shows_condition: bool = False
    full: Said | None = None  # where the name alone does not tell which building it is

    @property
    def whole(self) -> Said:
        return self.full or self.name

    @property
    def told(self) -> Said:
        """How things stand there, in words."""
        if self.number is None:
            return self._condition()
        if not self.number.open:
            return NONE_OPEN
        said = OPEN_LATE if self.number.late else OPEN
        return said.filled(open=self.number.open, late=self.number.late)

    def _condition(self) -> Said:
        facility = self.shape.facility
        if facility is None or not self.shows_condition:
            return Said("", "")
        return CONDITIONS.get(facility.condition, NOT_YET)

    @property
    def step(self) -> str:
        """Late ones show before many."""
        if self.number is None:
            return ""
        if self.number.late:
            return "late"
        return str(next((step for least, step in STEPS if self.number.open >= least), 0))


def draw(spots: Sequence[Spot], *, size: tuple[int, int], title: str, about: str, language: str) -> str:
    inside = "".join(_drawn(spot, language) for spot in spots)
    return (
        f'<svg class="plan-picture" viewBox="0 0 {size[0]} {size[1]}" role="group" aria-labelledby="plan-title" '
        f'aria-describedby="plan-about"><title id="plan-title">{escape(title)}</title>'
        f'<desc id="plan-about">{escape(about)}</desc>{inside}</svg>'
    )


def _drawn(spot: Spot, language: str) -> str:
    if spot.shape.ground:
        line = "" if spot.shape.closed else " plan-line"
        return f'<path class="plan-ground plan-{spot.shape.ground}{line}" d="{_path(spot.shape)}"/>'
    return _facility(spot, language) if spot.shape.facility else _building(spot, language)


def _path(shape: PlanShape) -> str:
    """Whole numbers alone, whatever the column holds."""
    rings = ([int(value) for value in ring] for ring in shape.outline)
    end = "Z" if shape.closed else ""
    return "".join(
        f"M{' '.join(f'{x} {y}' for x, y in zip(ring[::2], ring[1::2], strict=True))}{end}" for ring in rings
    )


def _building(spot: Spot, language: str) -> str:
    colon = ": " if language.startswith("en") else "："
    words = f"{spot.whole.in_(language)}{colon}{spot.told.in_(language)}"
    inside = (
        f'<path class="plan-building plan-step-{spot.step}" fill-rule="evenodd" d="{_path(spot.shape)}"/>'
        f"{''.join(_label(spot, language))}"
    )
    return f"<a href={quoteattr(spot.link)} aria-label={quoteattr(words)}><title>{escape(words)}</title>{inside}</a>"


def _label(spot: Spot, language: str) -> Iterator[str]:
    """The name, and beside it the number in a disc; late ones in a square."""
    number = str(spot.number.open) if spot.number and spot.number.open else ""
    name = _fitting(spot, language, BADGE * 2 + 14 if number else 0)
    wide = _width(name) + (BADGE * 2 + 14 if number else 0)
    x, y = spot.shape.x - wide // 2, spot.shape.y
    yield f'<text class="plan-name" x="{x}" y="{y + LETTERS * 35 // 100}" font-size="{LETTERS}">{escape(name)}</text>'
    if number:
        at = x + wide - BADGE
        sides = 6 if spot.number and spot.number.late else BADGE
        box = f'x="{at - BADGE}" y="{y - BADGE}" width="{BADGE * 2}" height="{BADGE * 2}" rx="{sides}"'
        yield f'<rect class="plan-badge plan-step-{spot.step}" {box}/>'
        yield f'<text class="plan-count" x="{at}" y="{y + 13}" font-size="38" text-anchor="middle">{number}</text>'


def _fitting(spot: Spot, language: str, taken: int) -> str:
    """The whole name, or its number alone where that is all there is room for."""
    name = spot.name.in_(language)
    xs = spot.shape.outline[0][::2]
    if _width(name) + taken <= max(xs) - min(xs):
        return name
    return "".join(letter for letter in name if letter.isdigit()) or name[:1]


def _width(text: str) -> int:
    wide = sum(1 for letter in text if unicodedata.east_asian_width(letter) in "WF")
    return wide * LETTERS + (len(text) - wide) * LETTERS * 58 // 100


def _state(condition: str) -> str:
    if not condition:
        return " plan-missing"
    return " plan-works" if condition in WORKS else " plan-broken"


def _facility(spot: Spot, language: str) -> str:
    facility = spot.shape.facility
    if facility is None:
        return ""
    told, name = spot.told.in_(language), f"{KINDS[facility.kind].title.in_(language)} {spot.whole.in_(language)}"
    words = f"{name} · {told}" if told else name
    state = _state(facility.condition) if told else ""
    dot = f'<circle class="plan-facility{state}" cx="{spot.shape.x}" cy="{spot.shape.y}" r="{DOT}"/>'
    if state == " plan-broken":
        dot += f'<path class="plan-cross" d="M{spot.shape.x - 7} {spot.shape.y - 7}l14 14m0-14l-14 14"/>'
    if not spot.link:
        return f"<g><title>{escape(words)}</title>{dot}</g>"
    return f"<a href={quoteattr(spot.link)} aria-label={quoteattr(words)}><title>{escape(words)}</title>{dot}</a>"
