"""Keeping the community's list, and refusing by it. A line is changed by ending it and writing another: what a refusal rested on
can be read for ever."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from django.db import IntegrityError, transaction

from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.lib.text import Said
from linli.matters import gates
from linli.matters.actions.objections import refuse_by_list
from linli.matters.models import Matter
from linli.people.reader import Reader
from linli.record.models import Event
from linli.requests.loop.models import RemitEntry
from linli.requests.loop.policies import require_keeper, require_office
from linli.requests.loop.remit import COMMUNITY, Line, as_ground, problems_of, read_lines

ONLY_COMMUNITY = Said(
    "只有社区在负责这件事时，才能按工作清单提出。",
    "Only while the community holds the matter can it refuse by its list.",
)
CHOOSE = Said("请从清单里选一条依据。", "Please choose a line of the list.")
ENDED_ALREADY = Said(
    "这一条已经被改过或删去，请刷新清单。", "This line was changed or ended already; please reload the list."
)


@transaction.atomic
def set_line(line: Line, *, actor: Reader) -> RemitEntry:
    """Write a line, or another in place of the one with its code."""
    require_keeper(actor)
    _refuse_mistakes(list(problems_of(line)))
    try:
        with transaction.atomic():
            return _write(line, actor)
    except IntegrityError:  # somebody wrote the same code at this moment
        raise Conflict(ENDED_ALREADY) from None


@transaction.atomic
def end_line(entry: RemitEntry, *, actor: Reader) -> None:
    require_keeper(actor)
    if not RemitEntry.objects.filter(pk=entry.pk, until__isnull=True).update(until=clock.now()):
        raise Conflict(ENDED_ALREADY)


@transaction.atomic
def import_list(text: str, *, actor: Reader) -> int:
    """Take in a whole file, or nothing of it; returns how many lines are new or changed. Other lines stay as they are."""
    require_keeper(actor)
    lines, problems = read_lines(text)
    _refuse_mistakes(problems)
    now = {entry.code: entry for entry in RemitEntry.objects.filter(until__isnull=True)}
    changed = [line for line in lines if line.code not in now or not _same(line, now[line.code])]
    for line in changed:
        _write(line, actor)
    return len(changed)


def refuse(matter: Matter, code: str, reason: str, *, actor: Reader) -> Event:
    """“Not on the community's list”: once for a matter, ruled on by the street."""
    require_office(actor, matter)
    if matter.holder is None or matter.holder.role not in COMMUNITY:
        raise NotYours(ONLY_COMMUNITY)
    gates.require_unguarded(matter)
    entry = RemitEntry.objects.filter(code=code, until__isnull=True).exclude(kind=RemitEntry.DUTY).first()
    if entry is None:
        raise Refused(CHOOSE)
    return refuse_by_list(matter, by=as_ground(entry), reason=reason, actor=actor)


def _refuse_mistakes(problems: Sequence[Said]) -> None:
    if problems:
        raise Refused(Said("\n".join(one.zh for one in problems), "\n".join(one.en for one in problems)))


def _same(line: Line, entry: RemitEntry) -> bool:
    return all(getattr(entry, name) == value for name, value in asdict(line).items())


def _write(line: Line, actor: Reader) -> RemitEntry:
    now = clock.now()
    RemitEntry.objects.filter(code=line.code, until__isnull=True).update(until=now)
    return RemitEntry.objects.create(**asdict(line), since=now, by=actor.person)
