"""Where a matter stands when a playbook is tried out, and how it comes there. No matter is raised, nobody is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from linli.lib.workcalendar import WorkCalendar
from linli.places.levels import is_above
from linli.playbooks.engine import Arrival, advance, conclude, lapse, reopens, start
from linli.playbooks.limits import Limit, due_at
from linli.playbooks.model import Duty, Move, Playbook, Stage

CHAIN_LIMIT = Limit(24, "h")
FIRST_FACTS = MappingProxyType({"urgency": "ordinary", "category": "", "rounds": 1, "climbed": 0, "late": False})


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the chain that watches. `number` counts from 1 at the lowest; `top`: none is above."""

    number: int
    duty: Duty
    top: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """`due` is what the raiser was promised, and climbing does not move it; `climb_at` is when the watching step's time
    is over, None when nobody watches or nobody is above."""

    at: Arrival
    facts: Mapping[str, Any]
    now: datetime
    due: datetime | None = None
    climb_at: datetime | None = None
    told: tuple[str, ...] = ()  # the answers that the raiser has got, newest last

    @property
    def attend_at(self) -> datetime | None:
        """When something happens by itself next."""
        moments = (None if self.facts["late"] else self.due, self.climb_at)
        return min((moment for moment in moments if moment is not None), default=None)


def next_step(book: Playbook, stage: Stage, facts: Mapping[str, Any], after: int) -> Step | None:
    """The next step above number `after` and above the holder's own seat; steps narrower than the place are not there.

    Here every seat is filled; in life a vacant one is passed over.
    """
    holder = stage.duty
    place = str(facts.get("level") or book.at[0])
    wide = [(n, duty) for n, duty in enumerate(book.chain, 1) if not is_above(place, duty.level)]
    own = next((n for n, duty in wide if holder and (duty.role, duty.level) == (holder.role, holder.level)), 0)
    above = [Step(n, duty, False) for n, duty in wide if n > max(after, own)]
    return replace(above[0], top=len(above) == 1) if above else None


def watcher(book: Playbook, facts: Mapping[str, Any]) -> Duty | None:
    """The step of the chain that watches a matter now; None as long as it has not climbed in this stage."""
    return book.chain[int(facts["climbed"]) - 1] if facts["climbed"] else None


def begin(book: Playbook, facts: Mapping[str, Any], now: datetime, calendar: WorkCalendar) -> Standing:
    known = {**FIRST_FACTS, "level": book.at[0], **facts}
    return _arrived(book, Standing(start(book, known), known, now), calendar)


def take(book: Playbook, here: Standing, move: Move, answers: Mapping[str, Any], calendar: WorkCalendar) -> Standing:
    """Make a move at the moment of `here`; `Refused` when no guard holds."""
    stage = _stage(here)
    facts = {**here.facts, **answers}
    arrival = advance(book, stage.name, move.name, facts)
    reached, rounds = int(facts["climbed"]), int(facts["rounds"]) + int(reopens(book, stage, move, arrival))
    told = (*here.told, str(answers["reply"])) if answers.get("reply") else here.told
    there = _arrived(book, replace(here, at=arrival, facts={**facts, "rounds": rounds}, told=told), calendar)
    return _climbed(book, there, reached, calendar) if move.climbs and arrival.stage else there


def come_back(book: Playbook, here: Standing, outcome: str, calendar: WorkCalendar) -> Standing:
    """Let the kind of the stage bring an outcome, such as a joint call whose units are all back."""
    return _arrived(book, replace(here, at=conclude(book, _stage(here).name, outcome, here.facts)), calendar)


def let_pass(book: Playbook, here: Standing, calendar: WorkCalendar) -> Standing:
    """Wait until something happens by itself: the raiser's silence closes, or the supervision climbs one step."""
    if here.attend_at is None:
        return here
    now = replace(here, now=here.attend_at)
    if not here.facts["late"] and here.attend_at == here.due:
        gone = lapse(book, _stage(here).name, here.facts)
        if gone is not None:
            return _arrived(book, replace(now, at=gone), calendar)
        now = replace(now, facts={**here.facts, "late": True})
    return _climbed(book, now, int(here.facts["climbed"]), calendar)


def _climbed(book: Playbook, here: Standing, after: int, calendar: WorkCalendar) -> Standing:
    step = next_step(book, _stage(here), here.facts, after)
    if step is None:
        return replace(here, climb_at=None)
    limit = book.chain_limit or CHAIN_LIMIT
    over = due_at(here.now, limit, calendar=calendar, working=book.calendar == "work")
    return replace(here, facts={**here.facts, "climbed": step.number}, climb_at=None if step.top else over)


def _arrived(book: Playbook, there: Standing, calendar: WorkCalendar) -> Standing:
    """Watching ends with the stage."""
    there = replace(there, facts={**there.facts, "late": False, "climbed": 0}, due=None, climb_at=None)
    stage = there.at.stage
    if stage is None or stage.limit is None:
        return there
    limit = stage.limit.choose(there.facts)
    return replace(there, due=due_at(there.now, limit, calendar=calendar, working=book.calendar == "work"))


def _stage(here: Standing) -> Stage:
    if here.at.stage is None:
        raise ValueError("the matter has ended")
    return here.at.stage
