"""The picture in sentences, for readers who hear it."""

from __future__ import annotations

from collections.abc import Iterator

from linli.lib.text import Said
from linli.playbooks.draw.exits import Exit, exits
from linli.playbooks.draw.ladder import chain_rules
from linli.playbooks.model import Playbook, Stage
from linli.playbooks.saying import holder_said, join, listed, role_said, within_said

BEGINS = Said("{roles}可以提出，从“{first}”开始。", "Raised by: {roles}. It begins with “{first}”.")
NOW = Said("现在处于“{stage}”。", "It now stands at “{stage}”.")
NOW_LATE = Said("现在处于“{stage}”，已超时。", "It now stands at “{stage}” and is late.")
HELD = Said("“{stage}”由{who}{limit}办理：{ways}。", "“{stage}” is for {who} to handle, {limit}: {ways}.")
ROUTED = Said("“{stage}”自动分流：{ways}。", "“{stage}” is passed at once: {ways}.")
WAY = Said("“{move}”到“{to}”", "“{move}” leads to “{to}”")
WAY_NOTED = Said("“{move}”（{note}）到“{to}”", "“{move}” ({note}) leads to “{to}”")
CHAIN = Said("超时逐级上报：{steps}。", "Late matters climb: {steps}.")


def describe(book: Playbook, language: str, *, current: str = "", late: bool = False) -> str:
    said = join(_sentences(book, current, late=late), "", " ")
    return said.in_(language)


def _sentences(book: Playbook, current: str, *, late: bool) -> Iterator[Said]:
    if book.summary is not None:
        yield book.summary
    yield BEGINS.filled(roles=listed(map(role_said, book.raised_by)), first=book.first.title)
    if current in book.stages or current in book.ends:
        yield (NOW_LATE if late else NOW).filled(stage=book.title_of(current))
    for stage in book.stages.values():
        yield _stage(book, stage)
    if book.chain:
        yield CHAIN.filled(steps=join([holder_said(book, duty) for duty in book.chain], "，然后", ", then "))
    yield from chain_rules(book)


def _stage(book: Playbook, stage: Stage) -> Said:
    ways = join([_way(book, way) for way in exits(book, stage)], "，", "; ")
    if stage.limit is None:
        return ROUTED.filled(stage=stage.title, ways=ways)
    who, limit = holder_said(book, stage.duty), _lower(within_said(book, stage.limit))
    return HELD.filled(stage=stage.title, who=who, limit=limit, ways=ways)


def _lower(said: Said) -> Said:
    return Said(said.zh, said.en[:1].lower() + said.en[1:])


def _way(book: Playbook, way: Exit) -> Said:
    to = book.title_of(way.to)
    return WAY_NOTED.filled(move=way.title, note=way.note, to=to) if way.note.zh else WAY.filled(move=way.title, to=to)
