"""Limits that a category has of its own for stages of its playbook, and the guard on what was promised in public. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from linli.lib.clock import ZONE
from linli.lib.text import Said
from linli.lib.workcalendar import WorkCalendar
from linli.playbooks.limits import BadLimit, Limit, due_at, read_limit
from linli.playbooks.model import Mark, Playbook
from linli.playbooks.yaml_nodes import Mapped, Node, Scalar

NOT_LIMITS = Said(
    "limits 要写成“环节: 时限”，例如 received: 4h；比办事流程公开承诺的更长时，写成 received: {{limit: 5d, reason: 原因}}。",
    "`limits` is lines of “stage: limit”, such as received: 4h; where it is longer than the method promises in public, "
    "received: {{limit: 5d, reason: why}}.",
)
NO_STAGE = Said(
    "“{book}”没有带时限的环节“{stage}”。可以写：{stages}。",
    "“{book}” has no stage “{stage}” with a limit. There are: {stages}.",
)
NO_BOOK = Said(
    "要给类别单独定时限，先写明 playbook。", "A category needs a playbook before it can have limits of its own."
)
NEEDS_REASON = Said(
    "“{stage}”的时限 {limit} 比办事流程公开承诺的 {promised} 更长，要写明 reason。",
    "The limit {limit} of “{stage}” is longer than the {promised} that the method promises in public: give a `reason`.",
)
Complain = Callable[..., None]


@dataclass(frozen=True, slots=True)
class OwnLimit:
    limit: Limit
    reason: str
    mark: Mark


NO_LIMITS: Mapping[str, OwnLimit] = MappingProxyType({})
# Limits have no order of their own: one is longer when it ends later from some of these starts. A working week with a
# holiday in it, by every three hours.
STARTS = tuple(datetime(2026, 4, 27, tzinfo=ZONE) + timedelta(hours=3 * number) for number in range(8 * 14))
CALENDAR = WorkCalendar()


def read_own_limits(node: Node | None, complain: Complain) -> Mapping[str, OwnLimit]:
    if node is None:
        return NO_LIMITS
    if not isinstance(node, Mapped):
        complain("G03", node.mark, NOT_LIMITS)
        return NO_LIMITS
    found = ((key.text, _own_limit(value, complain)) for key, value in node.entries)
    return MappingProxyType({stage: own for stage, own in found if own is not None})


def _own_limit(node: Node, complain: Complain) -> OwnLimit | None:
    entries: dict[str, Any] = {name.text: value for name, value in node.entries} if isinstance(node, Mapped) else {}
    written = entries.get("limit") if entries else node
    reason = entries.get("reason")
    if not isinstance(written, Scalar) or set(entries) - {"limit", "reason"}:
        complain("G03", node.mark, NOT_LIMITS)
        return None
    try:
        return OwnLimit(read_limit(written.text), reason.text.strip() if isinstance(reason, Scalar) else "", node.mark)
    except BadLimit as bad:
        complain("C09", written.mark, bad.sentence)
        return None


def limit_problems(limits: Mapping[str, OwnLimit], book: Playbook | None) -> Iterator[tuple[str, Mark, Said]]:
    """What is wrong with a category's limits, given the playbook that it is handled by."""
    for name, own in limits.items():
        if book is None:
            yield "C10", own.mark, NO_BOOK
            continue
        stage = book.stages.get(name)
        if stage is None or stage.limit is None:
            stages = ", ".join(one.name for one in book.stages.values() if one.limit is not None)
            yield "C10", own.mark, NO_STAGE.filled(book=book.title, stage=name[:40], stages=stages)
            continue
        longer = [one for one in (stage.limit.default, *stage.limit.cases.values()) if is_longer(own.limit, one, book)]
        if longer and not own.reason:
            said = {"stage": stage.title, "limit": own.limit.said(), "promised": longer[0].said()}
            yield "C11", own.mark, NEEDS_REASON.filled(**said)


def is_longer(own: Limit, promised: Limit, book: Playbook) -> bool:
    working = book.calendar == "work"
    ends = ((due_at(start, one, calendar=CALENDAR, working=working) for one in (own, promised)) for start in STARTS)
    return any(late > soon for late, soon in map(tuple, ends))
