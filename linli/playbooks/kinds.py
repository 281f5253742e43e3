"""The kinds of stage that a playbook may name, as far as checking needs to know them.

What a kind does when its stage is entered is lent by a practice app (`matters.steps`); here stands only what the
file can be held against: the outcomes, and the settings (`with:`) it understands.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from linli.lib.text import Said


@dataclass(frozen=True, slots=True)
class StageKind:
    """`outcomes` empty: the stage waits for a person's move. `settings` maps a name to whether it must be given."""

    title: Said
    outcomes: tuple[str, ...] = ()
    settings: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    holds: bool = True  # whether it needs a duty and a limit; only a route does not


STAGE_KINDS: Mapping[str, StageKind] = MappingProxyType(
    {
        "task": StageKind(Said("办理", "Task")),
        "route": StageKind(Said("分流", "Route"), holds=False),
        "join": StageKind(
            Said("吹哨报到", "Joint call"),
            ("all_back",),
            MappingProxyType({"units": True, "playbook": True}),
        ),
    }
)
