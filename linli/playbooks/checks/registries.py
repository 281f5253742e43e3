"""What a playbook may name, gathered in one value, so that a check can also be held against a test's own kinds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from linli.counting.rules import shipped
from linli.lib.text import Said
from linli.people.roles import ROLES, Role
from linli.places.levels import LEVELS
from linli.playbooks.ends import OUTCOMES
from linli.playbooks.facts import PUBLIC_FACTS, STANDARD_FACTS
from linli.playbooks.fields import FIELD_KINDS, FieldKind
from linli.playbooks.guards import FactKind
from linli.playbooks.kinds import STAGE_KINDS, StageKind
from linli.playbooks.statutes import STATUTES, Statute
from linli.playbooks.subjects import SUBJECTS

CALENDARS = ("always", "work")


@dataclass(frozen=True, slots=True)
class Registries:
    """`playbooks` None: which other playbooks exist is not known here, so their names are not checked."""

    stage_kinds: Mapping[str, StageKind]
    field_kinds: Mapping[str, FieldKind]
    statutes: Mapping[str, Statute]
    subjects: Mapping[str, Said]
    roles: Mapping[str, Role]
    levels: Mapping[str, Said]
    outcomes: Mapping[str, Said]
    facts: Mapping[str, tuple[FactKind, Said]]
    public_facts: Mapping[str, Said]
    playbooks: frozenset[str] | None = None
    rules: frozenset[str] = frozenset()

    def holds(self, kind: str) -> bool:
        """Whether stages of this kind need a holder; a kind that does not exist is taken for a task."""
        return kind not in self.stage_kinds or self.stage_kinds[kind].holds


SHIPPED = Registries(
    stage_kinds=STAGE_KINDS,
    field_kinds=FIELD_KINDS,
    statutes=STATUTES,
    subjects=SUBJECTS,
    roles=ROLES,
    levels=LEVELS,
    outcomes=OUTCOMES,
    facts=STANDARD_FACTS,
    public_facts=PUBLIC_FACTS,
    rules=frozenset(shipped()),
)
