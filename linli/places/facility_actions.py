"""Everything that changes a facility. Each change is an event of the facility's own chain; whom it is for is asked above."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from linli.lib import clock
from linli.lib.ids import new_id
from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.places.facilities import CONDITIONS, GOOD, KINDS
from linli.places.models import Facility, Inspection, Place
from linli.record.actions import Note, Prepared, Secret, prepare, write
from linli.record.chain import START, stamp
from linli.record.models import Event

MOST = 500
NO_KIND = Said("请选择设施类别。", "Please choose the kind of facility.")
NO_NAME = Said(
    "请填写设施的名称或编号，最多 60 个字。", "Please give the facility a name or number, 60 characters at most."
)
NO_CONDITION = Said("请选择现在的状况。", "Please choose the condition it is in.")
NOTE_TOO_LONG = Said(
    "说明最多 {most} 个字，请删减。", "The note may have {most} characters at most. Please shorten it."
)
THERE_ALREADY = Said(
    "“{place}”已经登记了同名的{kind}“{name}”。请换一个名称或编号。",
    "{kind} “{name}” is registered at “{place}” already. Please choose another name or number.",
)
NEITHER = Said(
    "请填写安装日期；还没有安装的，请勾选“规划点位”。",
    "Please give the day it was installed, or mark it as a planned point when it is not there yet.",
)
IN_FUTURE = Said("安装日期不能晚于今天。", "The day of installation cannot lie in the future.")
NOT_INSTALLED = Said(
    "这个点位还没有安装，不能巡检。", "Nothing is installed at this point yet, so it cannot be inspected."
)
ENDED = Said(
    "这处设施已经从名册中撤下，不能再登记。", "This facility has been taken off the register; nothing more is entered."
)
STATE = ("planned", "installed_on", "condition", "inspected_at", "valid_from", "valid_to")


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts, by which post: identifiers alone, since places know no people."""

    person: uuid.UUID | None
    post: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Details:
    kind: str
    name: str
    maker_number: str = ""
    planned: bool = False
    installed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Change:
    verb: str
    actor: Actor
    key: uuid.UUID | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)


def add_facility(place: Place, given: Details, *, actor: Actor, key: uuid.UUID | None = None) -> Facility:
    """Enter something that stands at a place, or a point where the plan wants it. Sent twice with one key, it is entered once."""
    name = given.name.strip()
    _check(given, name)
    facility = Facility(
        id=uuid.uuid5(place.pk, str(key)) if key else new_id(),
        place=place,
        kind=given.kind,
        name=name,
        maker_number=given.maker_number.strip()[:60],
        planned=given.planned,
        installed_on=given.installed_on,
        condition=GOOD if given.installed_on else "",
        valid_from=given.installed_on or clock.local_day(clock.now()),
        head=START,
    )
    if (before := Facility.objects.filter(pk=facility.pk).first()) is not None:
        return before
    try:
        with transaction.atomic():
            _note(facility, Change("added", actor, key, body_of(facility)), before={})
            facility.save(force_insert=True)
    except IntegrityError:
        raise Refused(
            THERE_ALREADY.filled(kind=KINDS[given.kind].title, name=name, place=Said(place.name, place.in_("en")))
        ) from None
    return facility


def body_of(facility: Facility) -> dict[str, str]:
    """What an event says of a facility that is entered, beside its state."""
    return {"kind": facility.kind, "name": facility.name, "maker_number": facility.maker_number}


def _check(given: Details, name: str) -> None:
    if given.kind not in KINDS:
        raise Refused(NO_KIND)
    if not name or len(name) > 60:
        raise Refused(NO_NAME)
    if given.installed_on is None and not given.planned:
        raise Refused(NEITHER)
    if given.installed_on and given.installed_on > clock.local_day(clock.now()):
        raise Refused(IN_FUTURE)


@transaction.atomic
def inspect(
    facility: Facility, condition: str, *, note: str = "", actor: Actor, key: uuid.UUID | None = None
) -> Inspection:
    """Write down in what condition somebody found it. Sent twice with one key, it is one inspection."""
    if actor.person is None:
        raise ValueError("Only a person can look at a facility.")
    if condition not in CONDITIONS:
        raise Refused(NO_CONDITION)
    words = note.replace("\0", "").strip()
    if len(words) > MOST:
        raise Refused(NOTE_TOO_LONG.filled(most=MOST))
    held = _held(facility)
    if key and (before := Inspection.objects.filter(facility=held, event__key=key).first()):
        return before
    if held.installed_on is None:
        raise Refused(NOT_INSTALLED)
    was, before_state = held.condition, _state(held)
    held.condition, held.inspected_at = condition, clock.now()
    secrets = {"note": Secret(words, actor.person)} if words else {}
    change = Change("inspected", actor, key, {"condition": condition, "was": was}, secrets)
    event = _keep(held, change, before_state)
    return Inspection.objects.create(
        facility=held, event=event, by_id=actor.person, at=held.inspected_at, condition=condition
    )


@transaction.atomic
def install(facility: Facility, *, on: date, actor: Actor) -> Facility:
    """A planned point got what was planned."""
    held = _held(facility)
    if held.installed_on is not None:
        return held
    if on > clock.local_day(clock.now()):
        raise Refused(IN_FUTURE)
    before = _state(held)
    held.installed_on, held.condition = on, GOOD
    _keep(held, Change("installed", actor), before)
    return held


@transaction.atomic
def take_off(facility: Facility, *, actor: Actor) -> Facility:
    """It stands there no more. What it went through stays."""
    held = _held(facility)
    before = _state(held)
    held.valid_to = max(clock.local_day(clock.now()), held.valid_from)
    _keep(held, Change("taken_off", actor), before)
    return held


def _held(facility: Facility) -> Facility:
    """The row as it stands, kept from others until the transaction ends."""
    held = Facility.objects.select_for_update().get(pk=facility.pk)
    if held.valid_to is not None:
        raise Conflict(ENDED)
    return held


def _keep(facility: Facility, change: Change, before: Mapping[str, Any]) -> Event:
    event = _note(facility, change, before)
    facility.save(update_fields=[*STATE, "version", "head"])
    return event


def _note(facility: Facility, change: Change, before: Mapping[str, Any]) -> Event:
    return write([noted(facility, change, before)])[0]


def noted(facility: Facility, change: Change, before: Mapping[str, Any]) -> Prepared:
    """The event, not written yet; the row ends where the chain will end with it."""
    after = _state(facility)
    changed = {name: value for name, value in after.items() if name not in before or before[name] != value}
    event = prepare(
        Note(
            chain=facility.pk,
            seq=facility.version + 1,
            previous=bytes(facility.head),
            subject="facility",
            verb=change.verb,
            at=clock.now(),
            body={**change.body, "now": changed},
            actor=change.actor.person,
            post=change.actor.post,
            place=facility.place_id,
            key=change.key,
            secrets=change.secrets,
        )
    )
    facility.version, facility.head = facility.version + 1, bytes(event.event.hash)
    return event


def _state(facility: Facility) -> dict[str, Any]:
    """The columns that the events can be folded back into, as plain JSON."""
    return {name: _plain(getattr(facility, name)) for name in STATE}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return stamp(value)
    return value.isoformat() if isinstance(value, date) else value
