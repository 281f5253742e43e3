"""What a stage's kind shows on the matter's page."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from linli.lib.text import Said
from linli.matters.models import Matter
from linli.matters.naming import Naming
from linli.matters.steps import kind_of
from linli.people.reader import Reader
from linli.playbooks.ends import OUTCOMES
from linli.playbooks.model import Playbook, Stage
from linli.record.models import Event

STEPS = ("responded", "arrived", "finished")  # of `counts`, in the order in which a unit called takes them


@dataclass(frozen=True, slots=True)
class Panel:
    template: str
    title: Said
    shows: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Called:
    """One unit that was called: when it accepted, arrived and reported, and what each thought of the other."""

    number: int
    unit: Said
    stage: Said
    tone: str
    due_at: datetime | None
    responded: datetime | None
    arrived: datetime | None
    finished: datetime | None
    score: int | None
    caller_score: int | None


def panels_of(matter: Matter, book: Playbook, stood: Sequence[str], viewer: Reader, naming: Naming) -> list[Panel]:
    """Of the present stage and of those passed; a kind that came up more than once shows its thing once."""
    stages: dict[str, Stage] = {}
    for name in (*stood, matter.stage):
        stage = book.stages.get(name)
        if stage is not None and kind_of(stage) is not None:
            stages[stage.kind] = stage
    return [panel for stage in stages.values() if (panel := _panel(matter, stage, viewer, naming)) is not None]


def _panel(matter: Matter, stage: Stage, viewer: Reader, naming: Naming) -> Panel | None:
    kind = kind_of(stage)
    shows = kind.panel(matter, stage, viewer) if kind else None
    if not shows:
        return None
    children = shows.get("children")
    extra = {"called": called_units(children, naming)} if isinstance(children, list) else {}
    return Panel(f"matters/kinds/{stage.kind}.html", stage.title, {**shows, **extra})


def called_units(children: Sequence[tuple[Matter, Playbook]], naming: Naming) -> list[Called]:
    times = _times([child for child, _ in children])
    return [_called(child, book, times.get(child.pk, {}), naming) for child, book in children]


def _times(children: Sequence[Matter]) -> dict[uuid.UUID, dict[str, datetime]]:
    """When each move was last made, in one query."""
    made = Event.objects.filter(chain__in=[child.pk for child in children], verb="moved").order_by("seq")
    found: dict[uuid.UUID, dict[str, datetime]] = {}
    for chain, move, at in made.values_list("chain", "body__move", "at"):
        found.setdefault(chain, {})[move] = at
    return found


def _called(child: Matter, book: Playbook, made: Mapping[str, datetime], naming: Naming) -> Called:
    responded, arrived, finished = (_first(book, step, made) for step in STEPS)
    return Called(
        number=child.number,
        unit=naming.chosen([child.facts.get("unit", "")]),
        stage=OUTCOMES[child.outcome] if child.outcome else book.title_of(child.stage),
        tone="done" if child.outcome else "late" if child.late_at else "waiting",
        due_at=child.due_at,
        responded=responded,
        arrived=arrived,
        finished=finished,
        score=child.facts.get("score"),
        caller_score=child.facts.get("caller_score"),
    )


def _first(book: Playbook, step: str, made: Mapping[str, datetime]) -> datetime | None:
    moments = [made[move] for move in book.counts.get(step, ()) if move in made]
    return min(moments, default=None)
