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
    """`outcomes` empty: the stage waits for a person's move. `settings` maps a name to whether it must be given.

    `completes`: the outcomes that say the thing was done; empty: each of them. `period`: the setting with the days that pass
    before it can end; empty: it lasts as long as its limit.
    """

    title: Said
    outcomes: tuple[str, ...] = ()
    settings: Mapping[str, bool] = field(default_factory=lambda: MappingProxyType({}))
    holds: bool = True  # whether it needs a duty and a limit; only a route does not
    completes: tuple[str, ...] = ()
    period: str = ""


STAGE_KINDS: Mapping[str, StageKind] = MappingProxyType(
    {
        "task": StageKind(Said("办理", "Task")),
        "route": StageKind(Said("分流", "Route"), holds=False),
        "join": StageKind(
            Said("吹哨报到", "Joint call"),
            ("all_back",),
            MappingProxyType({"units": True, "playbook": True}),
        ),
        "posting": StageKind(
            Said("公示", "Posting"),
            ("posted", "objected"),
            MappingProxyType({"text": True, "title": False, "objections": False, "proof": False, "answer": False}),
            completes=("posted",),
        ),
        "ballot": StageKind(
            Said("表决", "Ballot"),
            ("passed", "failed", "no_quorum"),
            MappingProxyType({"rule": False, "electorate": False}),
            completes=("passed",),
        ),
        "election": StageKind(
            Said("选举", "Election"),
            ("filled", "formed", "not_formed", "no_quorum"),
            MappingProxyType({"rule": True, "electorate": False, "following": False}),
            completes=("filled", "formed"),
        ),
        "meeting": StageKind(
            Said("会议", "Meeting"),
            ("passed", "failed", "no_quorum", "adjourned"),
            MappingProxyType(
                {
                    "rule": True,
                    "notice_days": False,
                    "seats": False,
                    "electorate": False,
                    "question": False,
                    "monthly": False,
                    "voting": False,
                    "plan": False,
                }
            ),
            completes=("passed",),
            period="notice_days",
        ),
        "table": StageKind(
            Said("议事桌", "Deliberation table"),
            ("consensus", "no_consensus"),
            MappingProxyType({"sides": False}),
            completes=("consensus",),
        ),
    }
)
