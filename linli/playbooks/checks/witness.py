"""A way through the playbook in words, to show that something can really happen."""

from __future__ import annotations

from collections.abc import Sequence

from linli.lib.text import Said
from linli.playbooks.checks.graph import LATE, Arc
from linli.playbooks.checks.wording import place, titled
from linli.playbooks.model import Playbook

LONGEST = 12
BY_LATENESS = Said("逾期", "late")


def way(book: Playbook, arcs: Sequence[Arc], start: str) -> Said:
    """待受理 →（受理）→ 办理中 →（逾期）→ 已解决; the middle of a long way is left out."""
    steps = [place(book, start)]
    if len(arcs) > LONGEST:
        steps.append(Said("…", "…"))
    for arc in arcs[-LONGEST:]:
        steps += [*_by(arc), place(book, arc.target)]
    return Said(" → ".join(step.zh for step in steps), " → ".join(step.en for step in steps))


def _by(arc: Arc) -> Sequence[Said]:
    """A route has no name of its own on the way out."""
    if arc.move is not None:
        name = titled(arc.move.title, arc.move.name)
    elif arc.outcome:
        name = BY_LATENESS if arc.outcome == LATE else Said(arc.outcome, arc.outcome)
    else:
        return ()
    return (Said(f"（{name.zh}）", f"({name.en})"),)
