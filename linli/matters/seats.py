"""Who a duty falls to: from `property_desk@estate` and the line of places above a matter to one seat or one person."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from linli.people.queries import Line
from linli.people.roles import ROLES
from linli.places.levels import is_above
from linli.playbooks.model import RAISER, Duty, Playbook


@dataclass(frozen=True, slots=True)
class Holder:
    """A seat (`role` at `place`) or a `person`. `fell` names the vacant seats that the duty fell through."""

    role: str = ""
    place: uuid.UUID | None = None
    person: uuid.UUID | None = None
    fell: tuple[str, ...] = ()

    def plain(self) -> dict[str, str]:
        """As it stands in an event."""
        return {"person": str(self.person)} if self.person else {"role": self.role, "place": str(self.place)}


def roles_of(book: Playbook) -> frozenset[str]:
    """Every role that a duty of this playbook may fall to."""
    duties = [stage.duty for stage in book.stages.values() if stage.duty] + list(book.chain)
    if book.objection:
        duties.append(book.objection.to)
    return frozenset(duty.role for duty in duties if duty.role)


def resolve(book: Playbook, duty: Duty, line: Line, *, raiser: uuid.UUID, facts: Mapping[str, Any]) -> Holder:
    """The seat or person; a vacant seat falls to the next filled step of the chain, at the top to the top seat itself."""
    if duty.person == RAISER:
        return Holder(person=raiser)
    if duty.person:
        return Holder(person=uuid.UUID(str(facts[duty.person])))
    place = line.at(duty.level)
    if place is not None and (duty.role, place) in line.filled:
        return Holder(duty.role, place)
    return _fall(book, duty, line)


def _fall(book: Playbook, duty: Duty, line: Line) -> Holder:
    fell = [str(duty)]
    for step in chain_above(book, duty):
        place = line.at(step.level)
        if place is not None and (step.role, place) in line.filled:
            return Holder(step.role, place, fell=tuple(fell))
        fell.append(str(step))
    top = book.chain[-1]
    return Holder(top.role, line.at(top.level) or line.places[0][0], fell=tuple(fell))


def fall_from(book: Playbook, role: str, line: Line) -> Holder:
    """Who takes over from a role that nobody holds any more: a seat of the playbook's duties, else by the role's level."""
    duties = [stage.duty for stage in book.stages.values() if stage.duty and stage.duty.role == role] + list(book.chain)
    known = next((duty for duty in duties if duty.role == role), None)
    return _fall(book, known or Duty(book.mark, role=role, level=ROLES[role].levels[0]), line)


def chain_above(book: Playbook, duty: Duty) -> Iterator[Duty]:
    """The steps of the chain after this duty; for a duty that is no step itself, those not narrower than its level."""
    seats = [(step.role, step.level) for step in book.chain]
    if (duty.role, duty.level) in seats:
        yield from book.chain[seats.index((duty.role, duty.level)) + 1 :]
        return
    for step in book.chain:
        if not duty.level or not is_above(duty.level, step.level):
            yield step


@dataclass(frozen=True, slots=True)
class Step:
    """One filled step of the chain. `number` counts from 1 at the lowest; `top`: no filled step is above."""

    number: int
    holder: Holder
    top: bool


def next_step(book: Playbook, line: Line, *, after: int, holder: Holder) -> Step | None:
    """The next filled step above number `after` and above the holder's own seat; None when there is none."""
    filled = [
        (number, duty.role, place)
        for number, duty in enumerate(book.chain, start=1)
        if (place := line.at(duty.level)) is not None and (duty.role, place) in line.filled
    ]
    own = next((number for number, role, place in filled if (role, place) == (holder.role, holder.place)), 0)
    above = [step for step in filled if step[0] > max(after, own)]
    if not above:
        return None
    number, role, place = above[0]
    return Step(number, Holder(role, place), top=len(above) == 1)
