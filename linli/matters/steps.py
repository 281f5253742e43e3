"""The kinds of stage, as far as they do something when a matter comes to one.

A practice app lends a kind by registering it in its `stage_kinds.py`; the engine of matters never imports the app. What the
playbook's checker must know of a kind stands in `playbooks.kinds`.
"""

from __future__ import annotations

import uuid
from typing import Protocol

from linli.matters.answers import Answers
from linli.matters.course import Course
from linli.matters.models import Matter
from linli.people.reader import Reader
from linli.playbooks.model import Stage


class StageKind(Protocol):
    """What a kind lends. `open` runs once for each entry of the stage, in the transaction of the move that led there."""

    name: str

    def open(self, course: Course, stage: Stage, *, by: uuid.UUID | None, answers: Answers) -> None: ...

    def outcome(self, matter: Matter, stage: Stage) -> str | None:
        """The outcome as soon as it is certain; None while it is not."""

    def panel(self, matter: Matter, stage: Stage, viewer: Reader) -> dict[str, object] | None:
        """What the matter's page shows of the thing opened, for the template `matters/kinds/<name>.html`."""


_kinds: dict[str, StageKind] = {}


def register(kind: StageKind) -> None:
    """Called at start-up only. Two kinds of one name are a mistake in the installation."""
    if kind.name in _kinds and type(_kinds[kind.name]) is not type(kind):
        raise ValueError(f"Two apps lend a stage kind called {kind.name}.")
    _kinds[kind.name] = kind


def kind_of(stage: Stage) -> StageKind | None:
    return _kinds.get(stage.kind)


def entered(course: Course, *, by: uuid.UUID | None, answers: Answers) -> None:
    """Open what the stage's kind opens."""
    stage = course.book.stages.get(course.matter.stage)
    kind = kind_of(stage) if stage else None
    if stage is not None and kind is not None:
        kind.open(course, stage, by=by, answers=answers)


def outcome_of(course: Course, stage: Stage) -> str | None:
    kind = kind_of(stage)
    return kind.outcome(course.matter, stage) if kind else None
