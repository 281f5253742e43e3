"""How large each box must be, for the words that stand in it."""

from __future__ import annotations

from dataclasses import replace

from linli.lib.text import Said
from linli.playbooks.draw.exits import Exit, exits
from linli.playbooks.draw.geometry import START, Card, Chip
from linli.playbooks.draw.measure import width, wrap
from linli.playbooks.kinds import STAGE_KINDS
from linli.playbooks.model import End, Playbook, Stage
from linli.playbooks.saying import field_said, holder_said, listed, role_said, within_said

TITLE, TEXT, SMALL = 16, 14, 13
TITLE_LINE, TEXT_LINE, SMALL_LINE = 22, 21, 18
PAD, ICON, MARK = 16, 22, 56  # MARK: room kept free for “now” and for the tick
PILL = 24  # what a small pill needs beside its words
CHIP_PAD, CHIP_GAP, CHIP_ROOM = 10, 10, 156
LEAST, MOST = 208, 290
STACK = 8  # how far the sheets behind a join stand out
DIAMOND, FAN = 32, 22
RAISED_BY = Said("{roles}提出", "Raised by: {roles}")
EACH_OF = Said("{kind}：{units}", "{kind}: {units}")


def chip(way: Exit, language: str, room: int = CHIP_ROOM) -> Chip:
    title = wrap(way.title.in_(language), TEXT, room, lines=9)
    note = wrap(way.note.in_(language), SMALL, room, lines=12) if way.note.zh else ()
    widest = max([width(line, TEXT) for line in title] + [width(line, SMALL) for line in note])
    return Chip(way, title, note, max(widest, 28) + 2 * CHIP_PAD, 8 + SMALL_LINE * (len(title) + len(note)))


def row_of_chips(book: Playbook, stage: Stage, language: str) -> tuple[Chip, ...]:
    chips = [chip(way, language) for way in exits(book, stage)]
    tall = max((one.h for one in chips), default=0)
    return tuple(replace(one, h=tall) for one in chips)


def start_card(book: Playbook, language: str, room: int = 336) -> Card:
    said = RAISED_BY.filled(roles=listed(map(role_said, book.raised_by))).in_(language)
    lines = wrap(said, TEXT, room - 36, lines=9)
    return Card(START, "start", _even(_widest(lines, TEXT) + 36), 14 + TEXT_LINE * len(lines), lines)


def end_card(end: End, language: str, room: int = 210) -> Card:
    lines = wrap(end.title.in_(language), TEXT, room - 32, lines=3, bold=True)
    wide = _even(max(_widest(lines, TEXT, bold=True) + 32, 80))
    return Card(end.name, "end", wide, 16 + 20 * len(lines), lines, outcome=end.outcome)


def stage_cards(book: Playbook, language: str) -> dict[str, Card]:
    """All boxes that wait for somebody are equally wide unless the labels of one need more: that is calmer to read."""
    held = [stage for stage in book.stages.values() if stage.kind != "route"]
    base = max((head_width(book, stage, language) for stage in held), default=LEAST)
    return {
        stage.name: route_card(book, stage, language)
        if stage.kind == "route"
        else held_card(book, stage, language, base)
        for stage in book.stages.values()
    }


def held_card(book: Playbook, stage: Stage, language: str, base: int) -> Card:
    chips = row_of_chips(book, stage, language)
    wide = _even(max(base, _row(chips) + 2 * PAD))
    hang = max((one.h for one in chips), default=0) // 2
    head = head_card(book, stage, language, wide)
    extra = STACK if head.kind == "join" else 0
    return replace(head, w=wide + extra, h=head.h + 2 * hang + extra, chips=chips, tall=hang)


def head_card(book: Playbook, stage: Stage, language: str, wide: int) -> Card:
    """The part of a box above its labels."""
    room = wide - 2 * PAD
    title = wrap(stage.title.in_(language), TITLE, room - MARK, lines=3, bold=True)
    tag = wrap(_tag(book, stage).in_(language), SMALL, room - MARK, lines=2) if stage.kind != "task" else ()
    who, limit = (wrap(text, TEXT, room - ICON, lines=5) for text in _facts(book, stage, language))
    tall = 12 + 10 + SMALL_LINE * len(tag) + TITLE_LINE * len(title) + TEXT_LINE * (len(who) + len(limit))
    return Card(stage.name, "join" if stage.kind == "join" else "stage", wide, tall, title, tag, who, limit)


def head_width(book: Playbook, stage: Stage, language: str) -> int:
    who, limit = (width(text, TEXT) + ICON for text in _facts(book, stage, language))
    title = width(stage.title.in_(language), TITLE, bold=True) + MARK
    return min(max(title, who, limit, LEAST - 2 * PAD) + 2 * PAD, MOST)


def route_card(book: Playbook, stage: Stage, language: str) -> Card:
    title = wrap(stage.title.in_(language), TEXT, 150, lines=2)
    chips = row_of_chips(book, stage, language)
    beside = DIAMOND + 2 * (8 + _widest(title, TEXT))
    tall = DIAMOND + FAN + max((one.h for one in chips), default=0)
    return Card(stage.name, "route", _even(max(_row(chips), beside)), tall, title, chips=chips)


def _facts(book: Playbook, stage: Stage, language: str) -> tuple[str, str]:
    """Who, and by when."""
    who = holder_said(book, stage.duty)
    limit = within_said(book, stage.limit) if stage.limit else Said("不限时", "No limit")
    return who.in_(language), limit.in_(language)


def _tag(book: Playbook, stage: Stage) -> Said:
    kind = STAGE_KINDS[stage.kind].title if stage.kind in STAGE_KINDS else Said(stage.kind, stage.kind)
    units = stage.settings.get("units")
    return EACH_OF.filled(kind=kind, units=field_said(book, units)) if isinstance(units, str) else kind


def _even(wide: int) -> int:
    """So that a middle is a whole pixel, and boxes below one another share it."""
    return wide + wide % 2


def _row(chips: tuple[Chip, ...]) -> int:
    return sum(one.w for one in chips) + CHIP_GAP * max(len(chips) - 1, 0)


def _widest(lines: tuple[str, ...], size: int, *, bold: bool = False) -> int:
    return max(width(line, size, bold=bold) for line in lines)
