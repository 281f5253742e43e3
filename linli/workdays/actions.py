"""Changing the working calendar. Each change is an event; no deadline moves by it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction

from linli.lib import clock
from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.people.models import Post
from linli.people.reader import Reader
from linli.record.actions import Note, prepare, write
from linli.record.chain import START
from linli.workdays.models import CalendarState, OfficeHours, Workday
from linli.workdays.policies import require_keeper
from linli.workdays.written import SOURCE_LENGTH, HolidayList, read_hours, stored_parts

CHAIN = uuid.UUID("9f1f7a52-6f0a-5d3e-9c55-1d6c0f6f7c0a")  # of every district's calendar, each in its own schema
BY_HAND = Said("本片区填写", "entered here")
NO_NAME = Said("请写明原因，例如“国庆节”或“社区停电”。", "Please say what it is, for example “National Day”.")
TOO_FAR = Said("日期要在前后三年之内。", "The day must lie within three years of today.")
NOT_THERE = Said(
    "这一天没有手工填写的安排，可能已经被删除。",
    "There is no entry by hand for this day; it may have been removed already.",
)
ALL_NEED_HOURS = Said("“每天”的办公时间不能为空。", "The business hours of all days cannot be left empty.")
NAME_LENGTH = 60
FAR = 3 * 366


@dataclass(frozen=True, slots=True)
class Imported:
    """What an official list changed; `kept` are days that were entered by hand and stay as they are."""

    year: int
    entered: int
    unchanged: int
    kept: tuple[date, ...]


@transaction.atomic
def enter_day(day: date, *, working: bool, name: str, actor: Reader) -> Workday:
    """By hand; it wins over every list."""
    post = require_keeper(actor)
    if not name.strip():
        raise Refused(NO_NAME)
    if abs((day - clock.local_day(clock.now())).days) > FAR:
        raise Refused(TOO_FAR)
    state = _hold()
    now = {"working": working, "name": name.strip()[:NAME_LENGTH], "source": BY_HAND.zh, "listed": False}
    before = Workday.objects.filter(pk=day).first()
    if before is not None and all(getattr(before, field) == value for field, value in now.items()):
        return before
    entered, _ = Workday.objects.update_or_create(day=day, defaults={**now, "entered_at": clock.now()})
    _note(state, "day_entered", {"day": day.isoformat(), "working": working, "name": now["name"]}, post)
    return entered


@transaction.atomic
def remove_day(day: date, *, actor: Reader) -> None:
    """What the calendar that comes with Linli says holds again."""
    post, state = require_keeper(actor), _hold()
    gone, _ = Workday.objects.filter(pk=day, listed=False).delete()
    if not gone:
        raise Conflict(NOT_THERE)
    _note(state, "day_removed", {"day": day.isoformat()}, post)


@transaction.atomic
def set_hours(written: Mapping[int | None, str], *, actor: Reader) -> bool:
    """The hours of all days (None) and of days of the week; an empty text takes a day's own away. False: nothing changed."""
    post, state = require_keeper(actor), _hold()
    if not written.get(None, "").strip():
        raise Refused(ALL_NEED_HOURS)
    wanted = {weekday: stored_parts(read_hours(text)) for weekday, text in written.items() if text.strip()}
    if wanted == {one.weekday: one.parts for one in OfficeHours.objects.all()}:
        return False
    OfficeHours.objects.all().delete()
    OfficeHours.objects.bulk_create([OfficeHours(weekday=weekday, parts=parts) for weekday, parts in wanted.items()])
    _note(state, "hours_set", {"hours": {"all" if day is None else str(day): wanted[day] for day in wanted}}, post)
    return True


@transaction.atomic
def import_list(listed: HolidayList) -> Imported:
    """Take an official list over, as a whole; what was entered by hand stays."""
    state = _hold()
    standing = {one.day: one for one in Workday.objects.filter(day__in=listed.days)}
    kept = tuple(day for day, one in standing.items() if not one.listed and one.working != listed.days[day][0])
    fresh = {day: told for day, told in listed.days.items() if _differs(standing.get(day), told)}
    gone = Workday.objects.filter(day__year=listed.year, listed=True).exclude(day__in=listed.days)
    removed = gone.count()
    if fresh or removed or listed.year not in state.years:
        gone.delete()
        for day, (working, name) in fresh.items():
            told = {"working": working, "name": name, "source": listed.source[:SOURCE_LENGTH], "listed": True}
            Workday.objects.update_or_create(day=day, defaults={**told, "entered_at": clock.now()})
        state.years = sorted({*state.years, listed.year})
        days = {day.isoformat(): working for day, (working, _) in sorted(fresh.items())}
        _note(state, "list_imported", {"year": listed.year, "source": listed.source, "days": days}, None)
    return Imported(listed.year, len(fresh), len(listed.days) - len(fresh) - len(kept), kept)


def _differs(standing: Workday | None, told: tuple[bool, str]) -> bool:
    return standing is None or (standing.listed and (standing.working, standing.name) != told)


def _hold() -> CalendarState:
    """One change after the other."""
    CalendarState.objects.get_or_create(pk=1, defaults={"head": START})
    return CalendarState.objects.select_for_update().get(pk=1)


def _note(state: CalendarState, verb: str, body: Mapping[str, Any], post: Post | None) -> None:
    prepared = prepare(
        Note(
            chain=CHAIN,
            seq=state.version + 1,
            previous=bytes(state.head),
            subject="calendar",
            verb=verb,
            at=clock.now(),
            body=body,
            actor=post.person_id if post else None,
            post=post.pk if post else None,
        )
    )
    state.version, state.head, state.token = state.version + 1, bytes(prepared.event.hash), uuid.uuid4()
    state.save()
    write([prepared])
