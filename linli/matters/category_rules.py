"""What a category brings to a matter when it is raised. Who knows the categories registers; matters keep what they began with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from linli.playbooks.facts import URGENCIES
from linli.playbooks.model import Playbook


@dataclass(frozen=True, slots=True)
class Brought:
    """`limits`: stage to limit, as written."""

    urgency: str = "ordinary"
    limits: Mapping[str, str] = field(default_factory=dict)


Rule = Callable[[str, Playbook], Brought]
NOTHING = Brought()
_rules: dict[str, Rule] = {}


def register(name: str, rule: Rule) -> None:
    """Called at start-up only."""
    _rules[name] = rule


def brought_by(category: str, book: Playbook) -> Brought:
    if not category:
        return NOTHING
    return next((brought for rule in _rules.values() if (brought := rule(category, book)) != NOTHING), NOTHING)


def more_urgent(chosen: str, brought: str) -> str:
    """Whoever reports gas need not know that it is an emergency; nobody's own judgement is made less of."""
    order = tuple(URGENCIES)
    return max(chosen, brought, key=order.index)
