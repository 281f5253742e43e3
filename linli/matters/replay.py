"""Replay: the events of a matter, folded, give back every column that the database holds about it.

The columns are written with the events, for lists and desks. Whoever doubts a column folds the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from linli.matters.course import STATE, state_of
from linli.matters.models import Duty, Matter
from linli.record.queries import events_of

State = dict[str, Any]
WATCHERS = MappingProxyType({"holder": Duty.HOLDS, "supervisor": Duty.SUPERVISES})


def fold(bodies: Iterable[Mapping[str, Any]]) -> State:
    """The state after these events, oldest first. Holder and supervisor belong to one entry of a stage and end with it."""
    state: State = dict.fromkeys((*STATE, *WATCHERS))
    for body in bodies:
        changed = body.get("now", {})
        if "entry" in changed:
            state |= dict.fromkeys(WATCHERS)
        state |= changed
        state |= {name: body[name] for name in WATCHERS if name in body}
    return state


def stored(matter: Matter) -> State:
    """The same, as it stands in the tables."""
    fresh = Matter.objects.get(pk=matter.pk)
    return state_of(fresh) | {name: _open_duty(fresh, kind) for name, kind in WATCHERS.items()}


def _open_duty(matter: Matter, kind: str) -> dict[str, str] | None:
    duty = Duty.objects.filter(matter=matter, kind=kind, until__isnull=True).first()
    if duty is None:
        return None
    return {"person": str(duty.person_id)} if duty.person_id else {"role": duty.role, "place": str(duty.place_id)}


def differences(matter: Matter) -> dict[str, tuple[Any, Any]]:
    """What the record says and what is stored, wherever the two are not the same; empty is as it should be.

    The count of events and the last hash are compared too, so that a row cut off the end of a chain is seen.
    """
    events = events_of(matter.pk)
    fresh = Matter.objects.get(pk=matter.pk)
    told = fold(event.body for event in events)
    told |= {"version": len(events), "head": bytes(events[-1].hash).hex() if events else ""}
    kept = stored(fresh) | {"version": fresh.version, "head": bytes(fresh.head).hex()}
    return {name: (told[name], kept[name]) for name in told if told[name] != kept[name]}
