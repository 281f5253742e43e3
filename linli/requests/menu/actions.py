"""Everything that changes the menu. Each change is an event of the service's own chain."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from linli.lib import clock
from linli.lib.ids import new_id
from linli.lib.refusals import Conflict
from linli.lib.text import Said
from linli.matters.calendars import office_calendar
from linli.people.models import Post
from linli.people.reader import Reader
from linli.places.models import Place
from linli.record.actions import Note, prepare, write
from linli.record.chain import START, stamp
from linli.requests.menu.kinds import LEVELS, OUTSIDE, WEEKDAYS
from linli.requests.menu.models import ServiceItem, ServiceSlot
from linli.requests.menu.pattern import days_of, slots_on
from linli.requests.menu.policies import require_editor
from linli.requests.menu.queries import taken_by, takers
from linli.requests.menu.reading import MOST_SLOTS, NO_PROVIDER, Details, Pattern, bad

WRONG_PLACE = Said(
    "服务项目请登记到社区、小区、期或楼栋。", "Please enter a service at a community, an estate, a phase or a building."
)
THERE_ALREADY = Said(
    "“{place}”的菜单上已经有“{title}”。请改用另一个名称，或修改原来的项目。",
    "“{title}” is on the menu of “{place}” already. Choose another name, or change the one that is there.",
)
WITHDRAWN = Said(
    "“{title}”已经从菜单撤下，不能再改。需要时请新登记一项。",
    "“{title}” has been taken off the menu and cannot be changed. Enter a new one if it is needed again.",
)
NOT_OPEN_THEN = Said(
    "这个项目的开放日是{days}，选的日子里有不开放的。请改选，或先修改开放日。",
    "This service is open on {days}; some days chosen are not among them. Choose others, or change its days first.",
)
PAST = Said("开始的日子不能早于今天。", "The first day cannot lie in the past.")
OUT_OF_TERM = Said(
    "这段时间超出了项目的有效期（{first} 至 {last}）。请缩短，或先修改有效期。",
    "This goes beyond the time for which the service is offered ({first} to {last}). Shorten it, or change that time first.",
)
TOO_MANY = Said(
    "一次最多添加 {most} 个时段，这样会有 {count} 个。请缩短周数。",
    "At most {most} slots at once; this would be {count}. Take fewer weeks.",
)
NO_SLOT = Said(
    "按这样没有可添加的时段：选的日子都是节假日，或每个时段比开放时间还长。",
    "This gives no slot: the days are holidays, or a slot is longer than the time it should fit into.",
)
SLOT_TAKEN = Said(
    "这个时段已有 {count} 单，不能撤下。请先与点单人商量改约，再撤。",
    "This slot has {count} orders and cannot be withdrawn. Agree another time with them first.",
)
WITHOUT_END = Said("不限", "no end")
COLUMNS = tuple(Details.__dataclass_fields__)
STATE = (*COLUMNS, "withdrawn_at")


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a weekly pattern."""

    made: int
    there: int
    holidays: tuple[date, ...] = ()


def add_item(place: Place, given: Details, *, actor: Reader, key: uuid.UUID | None = None) -> ServiceItem:
    """Put a service on the menu of a place and of all below. Sent twice with one key, it is one."""
    post = require_editor(actor, place, given.provider)
    if place.level not in LEVELS:
        raise bad("place", WRONG_PLACE)
    _check_provider(place, given)
    item = ServiceItem(
        id=uuid.uuid5(place.pk, str(key)) if key else new_id(), place=place, head=START, **columns(given)
    )
    if (before := ServiceItem.objects.filter(pk=item.pk).first()) is not None:
        return before
    try:
        with transaction.atomic():
            _note(item, "added", post, {}, key)
            item.save(force_insert=True)
    except IntegrityError:
        raise bad("title", _there_already(place, given)) from None
    return item


def columns(given: Details) -> dict[str, Any]:
    found = asdict(given)
    found["organisation_id"] = found.pop("organisation")
    return found


def _check_provider(place: Place, given: Details) -> None:
    if given.provider == OUTSIDE and not takers(given.organisation, place).exists():
        raise bad("organisation", NO_PROVIDER)


def _there_already(place: Place, given: Details) -> Said:
    return THERE_ALREADY.filled(place=place.said, title=given.title)


@transaction.atomic
def change_item(item: ServiceItem, given: Details, *, actor: Reader) -> ServiceItem:
    """What is ordered already keeps its words and its price. A change that changes nothing leaves no trace."""
    held = _held(item, actor)
    post = require_editor(actor, held.place, given.provider)
    _check_provider(held.place, given)
    before = state_of(held)
    for name, value in columns(given).items():
        setattr(held, name, value)
    if state_of(held) == before:
        return held
    try:
        with transaction.atomic():
            _keep(held, "changed", post, before)
    except IntegrityError:
        raise bad("title", _there_already(held.place, given)) from None
    return held


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a table of services: a new one, or `item` as it shall stand from now on."""

    place: Place
    details: Details
    item: ServiceItem | None = None


@transaction.atomic
def load_items(entries: Sequence[Entry]) -> None:
    """What whoever runs the server puts on the menu from a table; all of it, or nothing."""
    for entry in entries:
        if entry.item is None:
            item = ServiceItem(place=entry.place, head=START, **columns(entry.details))
            _note(item, "added", None, {}, None)
            item.save(force_insert=True)
        else:
            held = ServiceItem.objects.select_for_update(of=("self",)).select_related("place").get(pk=entry.item.pk)
            before = state_of(held)
            for name, value in {**columns(entry.details), "valid_from": held.valid_from}.items():
                setattr(held, name, value)
            _keep(held, "changed", None, before)


@transaction.atomic
def withdraw_item(item: ServiceItem, *, actor: Reader) -> ServiceItem:
    """It can be ordered no more. Orders under way go on."""
    held = _held(item, actor)
    before = state_of(held)
    held.withdrawn_at = clock.now()
    _keep(held, "withdrawn", require_editor(actor, held.place, held.provider), before)
    return held


@transaction.atomic
def add_slots(item: ServiceItem, pattern: Pattern, *, actor: Reader) -> Added:
    """Make the slots of a weekly pattern. Those that are there already stay as they are, so that it may be repeated."""
    held = _held(item, actor)
    days, holidays = _days(held, pattern)
    wanted = [each for day in days for each in slots_on(day, pattern)]
    if len(wanted) > MOST_SLOTS:
        raise bad("weeks", TOO_MANY.filled(most=MOST_SLOTS, count=len(wanted)))
    if not wanted:
        raise bad("days", NO_SLOT)
    there = set(held.slots.filter(withdrawn_at__isnull=True).values_list("starts_at", flat=True))
    now = clock.now()
    new = [(start, end) for start, end in wanted if start not in there and start > now]
    ServiceSlot.objects.bulk_create(
        [
            ServiceSlot(
                item=held, starts_at=start.astimezone(UTC), ends_at=end.astimezone(UTC), capacity=pattern.capacity
            )
            for start, end in new
        ]
    )
    if new:
        post = require_editor(actor, held.place, held.provider)
        _keep(held, "slots_added", post, state_of(held), _said_of(pattern, [start for start, _ in new]))
    return Added(len(new), len(wanted) - len(new), tuple(holidays))


def _days(item: ServiceItem, pattern: Pattern) -> tuple[list[date], list[date]]:
    if pattern.first < clock.local_day(clock.now()):
        raise bad("first", PAST)
    if not set(pattern.days) <= set(item.open_days):
        raise bad("days", NOT_OPEN_THEN.filled(days=days_said(item.open_days)))
    days, holidays = days_of(pattern, office_calendar())
    if days and (days[0] < item.valid_from or (item.valid_to is not None and days[-1] > item.valid_to)):
        raise bad("weeks", OUT_OF_TERM.filled(first=item.valid_from, last=item.valid_to or WITHOUT_END))
    return days, holidays


def days_said(days: str) -> Said:
    named = [WEEKDAYS[day] for day in days]
    return Said("、".join(one.zh for one in named), ", ".join(one.en for one in named))


def _said_of(pattern: Pattern, starts: list[datetime]) -> dict[str, Any]:
    return {
        "count": len(starts),
        "first": stamp(min(starts)),
        "last": stamp(max(starts)),
        "minutes": pattern.minutes,
        "capacity": pattern.capacity,
    }


@transaction.atomic
def withdraw_slot(slot: ServiceSlot, *, actor: Reader) -> ServiceSlot:
    held = _held(slot.item, actor)
    found = ServiceSlot.objects.get(pk=slot.pk)
    if found.withdrawn_at is not None:
        return found
    if taken := taken_by([found.pk]).get(found.pk, 0):
        raise Conflict(SLOT_TAKEN.filled(count=taken))
    found.withdrawn_at = clock.now()
    found.save(update_fields=["withdrawn_at"])
    post = require_editor(actor, held.place, held.provider)
    _keep(held, "slot_withdrawn", post, state_of(held), {"starts_at": stamp(found.starts_at)})
    return found


def _held(item: ServiceItem, actor: Reader) -> ServiceItem:
    """The row as it stands, kept from others until the transaction ends: who orders waits for it as well."""
    held = ServiceItem.objects.select_for_update(of=("self",)).select_related("place").get(pk=item.pk)
    require_editor(actor, held.place, held.provider)
    if held.withdrawn_at is not None:
        raise Conflict(WITHDRAWN.filled(title=held.said))
    return held


def _keep(
    item: ServiceItem, verb: str, post: Post | None, before: Mapping[str, Any], more: Mapping[str, Any] | None = None
) -> None:
    _note(item, verb, post, before, None, more)
    item.save(update_fields=[*(_column(name) for name in STATE), "version", "head"])


def _note(
    item: ServiceItem, verb: str, post: Post | None, before: Mapping[str, Any], key: uuid.UUID | None,
    more: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Add the event, and let the row end where its chain ends."""
    changed = {name: value for name, value in state_of(item).items() if name not in before or before[name] != value}
    prepared = prepare(
        Note(
            chain=item.pk,
            seq=item.version + 1,
            previous=bytes(item.head),
            subject="service",
            verb=verb,
            at=clock.now(),
            body={**(more or {}), "now": changed},
            actor=post.person_id if post else None,
            post=post.pk if post else None,
            place=item.place_id,
            key=key,
        )
    )
    item.version, item.head = item.version + 1, bytes(prepared.event.hash)
    write([prepared])


def state_of(item: ServiceItem) -> dict[str, Any]:
    """The columns that the events can be folded back into, as plain JSON."""
    return {name: _plain(getattr(item, _column(name))) for name in STATE}


def _column(name: str) -> str:
    return "organisation_id" if name == "organisation" else name


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return stamp(value)
    if isinstance(value, uuid.UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
