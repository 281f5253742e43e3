"""What happens to one matter, worked out in memory: nothing here reads or writes the database.

A `Course` holds a matter as it was read and gathers what is to be written: the changed columns, the duties that open and
close, and the events for the record. `keeping.keep` then writes all of it at once.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from linli.lib.workcalendar import WorkCalendar
from linli.matters.calendars import office_calendar
from linli.matters.models import Duty, Matter
from linli.matters.seats import Holder, next_step, resolve
from linli.people.queries import Line
from linli.people.reader import Reader
from linli.playbooks.engine import Arrival
from linli.playbooks.limits import Limit, due_at, read_limit, warn_at
from linli.playbooks.model import Playbook, Stage
from linli.record.actions import Note, Prepared, Secret, prepare
from linli.record.chain import stamp

OWN_LIMITS = "own_limits"  # among the facts of a matter: stage to limit
CHAIN_LIMIT = Limit(24, "h")
STATE = (
    "stage", "entry", "rounds", "urgency", "category", "facts", "begun_at", "due_at", "warn_at", "warned_at", "late_at",
    "climbed", "climb_at", "at_top", "objected", "delays", "asked_due", "told_at", "outcome", "answered_at", "ended_at",
)  # fmt: skip


def state_of(matter: Matter) -> dict[str, Any]:
    """The columns that the events can be folded back into, as plain JSON."""
    return {name: _plain(getattr(matter, name)) for name in STATE}


def _plain(value: Any) -> Any:
    return stamp(value) if isinstance(value, datetime) else value


def facts_of(matter: Matter) -> dict[str, Any]:
    return {
        **matter.facts,
        "urgency": matter.urgency,
        "category": matter.category,
        "rounds": matter.rounds,
        "climbed": matter.climbed,
        "late": matter.late_at is not None,
    }


def limit_for(stage: Stage, facts: Mapping[str, Any]) -> Limit:
    """The limit of a stage: the one that the matter's category brought along when it was raised, else the playbook's."""
    own = facts.get(OWN_LIMITS, {}).get(stage.name)
    if own:
        return read_limit(own)
    if stage.limit is None:
        raise ValueError(f"The stage {stage.name} has no limit; it was never checked.")
    return stage.limit.choose(facts)


@dataclass
class Course:
    matter: Matter
    book: Playbook
    line: Line
    now: datetime
    calendar: WorkCalendar = field(default_factory=office_calendar)
    holder: Holder | None = None
    opens: list[Duty] = field(default_factory=list)
    closes: set[str] = field(default_factory=set)
    events: list[Prepared] = field(default_factory=list)
    side_due: datetime | None = None

    def __post_init__(self) -> None:
        self.version = self.matter.version
        self._before: dict[str, Any] = state_of(self.matter) if self.version else {}
        self._extra: dict[str, Any] = {}
        if self.holder is None and self.matter.holder_id is not None and self.matter.holder is not None:
            duty = self.matter.holder
            self.holder = Holder(duty.role, duty.place_id, duty.person_id)

    @property
    def facts(self) -> dict[str, Any]:
        """What guards and limits may ask."""
        return facts_of(self.matter)

    def arrive(self, arrival: Arrival, *, climbs: bool = False) -> None:
        """Stand in a new stage or come to an end. Watching ends with the stage, unless the move itself climbs."""
        self.closes |= {Duty.HOLDS, Duty.SUPERVISES, Duty.RULES_DELAY, Duty.RULES_OBJECTION}
        self.opens = [duty for duty in self.opens if duty.kind not in self.closes]
        reached = self.matter.climbed if climbs else 0
        self._leave(arrival)
        if arrival.end is not None:
            self.matter.outcome, self.matter.ended_at, self.matter.asked_due = arrival.end.outcome, self.now, None
        elif arrival.stage is not None:
            self._stand(arrival.stage)
            if climbs and not self.climb(after=reached):
                self.climb(after=reached - 1)  # the top watched already, and goes on watching
        self.settle()

    def _leave(self, arrival: Arrival) -> None:
        matter = self.matter
        matter.stage, matter.entry, matter.begun_at = arrival.name, matter.entry + 1, self.now
        matter.due_at = matter.warn_at = matter.warned_at = matter.late_at = matter.climb_at = None
        matter.climbed, matter.delays, matter.at_top, matter.told_at = 0, 0, False, None
        matter.holder, self.holder, self.side_due = None, None, None

    def _stand(self, stage: Stage) -> None:
        if stage.duty is None or stage.limit is None:
            raise ValueError(
                f"The stage {stage.name} of {self.book.name} has no duty or no limit; it was never checked."
            )
        self.hold(resolve(self.book, stage.duty, self.line, raiser=self.matter.raiser_id, facts=self.facts), stage)
        self.set_due(self.until(limit_for(stage, self.facts)), stage)
        self.opens[-1].due_at = self.matter.due_at or self.now

    def hold(self, holder: Holder, stage: Stage) -> None:
        """Give the duty of the present stage to somebody."""
        self.holder = holder
        duty = self.open_duty(Duty.HOLDS, holder, self.matter.due_at or self.now)
        self.matter.holder = duty
        self._extra["holder"] = holder.plain()
        if holder.fell:
            self._extra["fell"] = list(holder.fell)

    def post_of_holder(self, actor: Reader) -> uuid.UUID | None:
        """The post by which somebody acts for the seat that holds the matter."""
        return actor.post_for(self.holder.role, self.holder.place) if self.holder else None

    def set_due(self, due: datetime, stage: Stage) -> None:
        self.matter.due_at = due
        self.matter.warn_at = warn_at(self.matter.begun_at, due, stage.warn, self.calendar).astimezone(UTC)

    def until(self, limit: Limit) -> datetime:
        """The end of a limit that begins now, on the playbook's calendar."""
        working = self.book.calendar == "work"
        return due_at(self.now, limit, calendar=self.calendar, working=working).astimezone(UTC)

    def open_duty(self, kind: str, holder: Holder, due: datetime, step: int = 0) -> Duty:
        duty = Duty(
            matter=self.matter,
            kind=kind,
            stage=self.matter.stage,
            entry=self.matter.entry,
            step=step,
            role=holder.role,
            place_id=holder.place,
            person_id=holder.person,
            since=self.now,
            due_at=due,
        )
        self.opens.append(duty)
        return duty

    def climb(self, *, after: int) -> bool:
        """Let the next filled step of the chain watch. At the top the matter stands on the public list of overdue ones."""
        step = next_step(self.book, self.line, after=after, holder=self.holder or Holder())
        if step is None:
            self.matter.at_top, self.matter.climb_at = self.matter.late_at is not None, None
            return False
        due = self.until(self.book.chain_limit or CHAIN_LIMIT)
        self.closes.add(Duty.SUPERVISES)
        self.open_duty(Duty.SUPERVISES, step.holder, due, step.number)
        self.matter.climbed, self.matter.climb_at = step.number, None if step.top else due
        self.matter.at_top = step.top and self.matter.late_at is not None
        self._extra["supervisor"] = step.holder.plain()
        return True

    def begin_period(self, due: datetime, stage: Stage) -> None:
        """What was to be done by the last deadline is done; the stage goes on to another one, and nobody watches any more."""
        matter = self.matter
        if matter.climbed:
            self._extra["supervisor"] = None
        matter.warned_at = matter.late_at = matter.climb_at = None
        matter.climbed, matter.at_top = 0, False
        self.closes.add(Duty.SUPERVISES)
        self.set_due(due, stage)

    def settle(self) -> None:
        """Work out when the lateness job must look again."""
        matter = self.matter
        moments = [
            matter.warn_at if matter.warned_at is None and matter.late_at is None else None,
            matter.due_at if matter.late_at is None else None,
            matter.climb_at,
            matter.asked_due,
            self.side_due,
        ]
        matter.attend_at = None if matter.ended_at else min((moment for moment in moments if moment), default=None)

    def note(
        self,
        verb: str,
        *,
        actor: uuid.UUID | None,
        post: uuid.UUID | None = None,
        key: uuid.UUID | None = None,
        body: Mapping[str, Any] | None = None,
        secrets: Mapping[str, Secret] | None = None,
    ) -> None:
        """Write down what happened, together with every column that it changed."""
        self.settle()
        after = state_of(self.matter)
        changed = {name: value for name, value in after.items() if self._before.get(name) != value}
        self.matter.version += 1
        prepared = prepare(
            Note(
                chain=self.matter.pk,
                seq=self.matter.version,
                previous=bytes(self.matter.head),
                subject="matter",
                verb=verb,
                at=self.now,
                body={**(body or {}), **self._extra, "now": changed},
                actor=actor,
                post=post,
                place=self.matter.place_id,
                key=key,
                secrets=secrets or {},
            )
        )
        self.matter.head = bytes(prepared.event.hash)
        self.events.append(prepared)
        self._before, self._extra = after, {}
