"""The chain at the side of the picture: who watches a matter that is late, lowest at the bottom."""

from __future__ import annotations

from linli.lib.text import Said
from linli.playbooks.draw.cards import SMALL, SMALL_LINE
from linli.playbooks.draw.geometry import Ladder, Rung
from linli.playbooks.draw.measure import width, wrap
from linli.playbooks.limits import Limit
from linli.playbooks.model import Playbook
from linli.playbooks.saying import duty_said, level_said

LADDER, RUNG, STEP, PAD = 204, 46, 22, 16
CHAIN_LIMIT = Limit(24, "h")
HEADING = Said("超时逐级上报", "Late matters climb")
EACH = Said("到期未办，上报一级；每级{limit}。", "When time runs out it climbs a step; each step has {limit}.")
DELAY = Said("办不完可申请延期{times}次，最多{limit}。", "More time may be asked for {times}×, up to {limit}.")
OBJECTION = Said(
    "认为派错了，可提一次异议，{who}在{limit}内裁定，期限照算。",
    "A holder may object once; {who} decides within {limit}, and the clock runs on.",
)


def ladder(book: Playbook, language: str, x: int, y: int, w: int = 0) -> Ladder:
    """As wide as its longest role, unless `w` is given."""
    w = w or max(
        [LADDER, *(width(duty_said(book, duty).in_(language), 14, bold=True) + 3 * PAD for duty in book.chain)]
    )
    inner = w - 2 * PAD
    heading = wrap(HEADING.in_(language), 14, inner, lines=2, bold=True)
    top, pitch = y + PAD + 20 * len(heading) + 10, RUNG + STEP
    count = len(book.chain)
    rungs = tuple(
        Rung(
            duty_said(book, duty).in_(language),
            level_said(duty.level).in_(language) if duty.level else "",
            x + PAD,
            top + (count - 1 - at) * pitch,
            inner,
            RUNG,
        )
        for at, duty in enumerate(book.chain)
    )
    notes = tuple(line for said in chain_rules(book) for line in wrap(said.in_(language), SMALL, inner, lines=5))
    foot = top + count * pitch - STEP + 14
    return Ladder(heading, rungs, notes, x, y, w, foot + SMALL_LINE * len(notes) + PAD - 4 - y)


def chain_rules(book: Playbook) -> tuple[Said, ...]:
    """What goes for every stage: climbing, more time, objection."""
    rules = [EACH.filled(limit=(book.chain_limit or CHAIN_LIMIT).said())]
    if book.delay is not None:
        rules.append(DELAY.filled(times=book.delay.times, limit=book.delay.at_most.said()))
    if book.objection is not None:
        who = duty_said(book, book.objection.to)
        rules.append(OBJECTION.filled(who=who, limit=book.objection.limit.said()))
    return tuple(rules)
