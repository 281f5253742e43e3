"""How people are called on a matter's pages: parties read role and name, everybody else the role alone."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from linli.lib.text import Said
from linli.matters.models import Duty, Matter
from linli.matters.queries import Candidate, known_as
from linli.matters.wording import RAISER_SAID
from linli.people.roles import ROLES
from linli.playbooks.engine import fields
from linli.playbooks.model import Field, Playbook
from linli.record.models import Event

YOU = Said("您", "you")
GONE = Said("（已注销）", "(left)")
SOMEBODY = Said("工作人员", "a member of staff")


@dataclass(frozen=True, slots=True)
class Naming:
    """`whole`: for a party. `named` holds those who were named in answers, with the role they were named for."""

    raiser: uuid.UUID
    raiser_name: str
    viewer: uuid.UUID | None
    whole: bool
    named: Mapping[str, tuple[str, Candidate]]

    def actor(self, event: Event, role: str = "") -> Said:
        """Who made it, in the role of the post that the event names, or else in this one."""
        if event.actor_id is None:
            return SOMEBODY
        role = event.post.role if event.post else role
        name = event.actor.name if event.actor else ""
        return self.person(event.actor_id, name, role)

    def duty(self, duty: Duty) -> Said:
        if duty.role:
            return ROLES[duty.role].title
        return self.person(duty.person_id, duty.person.name if duty.person else "")

    def seat(self, plain: Mapping[str, str] | None) -> Said | None:
        """A holder as an event wrote it down: a role at a place, or a person."""
        if not plain:
            return None
        if "role" in plain:
            return ROLES[plain["role"]].title
        person = plain["person"]
        return self.person(uuid.UUID(person), self.named[person][1].name if person in self.named else "")

    def chosen(self, people: Iterable[Any]) -> Said:
        """Those who were named in an answer; units by their organisation, for the public by nothing else."""
        found = [self._chosen(str(person)) for person in people]
        kept = list(dict.fromkeys(one for one in found if one is not None))
        return Said("、".join(one.zh for one in kept), ", ".join(one.en for one in kept))

    def _chosen(self, person: str) -> Said | None:
        if person not in self.named:
            return None
        role, known = self.named[person]
        if self.whole:
            return Said(known.in_("zh"), known.in_("en"))
        return Said(known.unit("zh"), known.unit("en")) if known.organisation else ROLES[role].title

    def person(self, person: uuid.UUID | None, name: str, role: str = "") -> Said:
        if person is not None and person == self.viewer:
            return YOU
        title = self._title(person, role)
        if not self.whole:
            return title
        return Said(f"{title.zh}{name or GONE.zh}", f"{title.en} {name or GONE.en}")

    def _title(self, person: uuid.UUID | None, role: str) -> Said:
        if person == self.raiser:
            return RAISER_SAID
        known = role or (self.named[str(person)][0] if str(person) in self.named else "")
        return ROLES[known].title if known else SOMEBODY


def naming(matter: Matter, book: Playbook, events: Iterable[Event], *, viewer: uuid.UUID | None, whole: bool) -> Naming:
    """Reads, in one query, how the people named in answers are called."""
    roles = dict(_named(book, events))
    known = known_as([uuid.UUID(person) for person in roles], set(roles.values()))
    named = {person: (roles[person], candidate) for person, candidate in known.items()}
    return Naming(matter.raiser_id, matter.raiser.name, viewer, whole, named)


def _named(book: Playbook, events: Iterable[Event]) -> Iterator[tuple[str, str]]:
    asked: dict[str, Field] = {field.name: field for field in fields(book) if field.kind in ("person", "units")}
    for event in events:
        for name, value in event.body.get("answers", {}).items():
            if name in asked:
                people = value if isinstance(value, list) else [value]
                role = _asked_for(book, event, name) or asked[name].role
                yield from ((str(person), role) for person in people)


def _asked_for(book: Playbook, event: Event, name: str) -> str:
    """The role that the move of this event asked for; another move may ask for another one under the same name."""
    stage = book.stages.get(event.body.get("from", ""))
    rule = stage.move(event.body.get("move", "")) if stage else None
    return next((need.role for need in rule.needs if need.name == name), "") if rule else ""
