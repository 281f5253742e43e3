from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django_tenants.utils import tenant_context

from linli.districts.models import District
from linli.districts.queries import all_districts
from linli.lib.clock import ZONE
from linli.lib.progress import Progress
from linli.lib.text import Said
from linli.record.broken import Broken
from linli.record.heads import cut_chains
from linli.record.models import Walk
from linli.record.walk_actions import begin_walk, end_walk, note_stretch
from linli.record.walking import Stretch, stretches
from linli.record.walks import events_in_all, last_walk, processes_for, touched_after, touched_since, walk_along

LAST = "last"
NOTHING_TO_RESUME = Said("没有中断的核对，从头开始", "no walk was interrupted; beginning anew")
WENT_ON = Said("接着 {began} 开始的核对，已核对 {events} 条", "going on with the walk of {began}, {events} events done")
NEVER = Said("还没有完整核对过，这次全部核对", "there was no whole walk yet; everything is walked")
NEW = Said("自 {since} 起有新增的 {count} 条链", "{count} chains that were added to since {since}")


@dataclass(frozen=True, slots=True)
class Course:
    """What is walked; a whole walk leaves a mark."""

    pieces: Sequence[Stretch]
    walk: Walk | None = None


class Command(BaseCommand):
    help = "`record verify` walks every chain of every district and names the first broken row of each; exit status 1 when one is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify"])
        parser.add_argument("--lang", choices=["zh", "en"], default="zh")
        parser.add_argument("--district", metavar="SCHEMA", default="", help="this one alone")
        parser.add_argument("--processes", type=int, metavar="N", help="how many walk at once; else as many as pay")
        chosen = parser.add_mutually_exclusive_group()
        chosen.add_argument(
            "--since", metavar="DATE", help="only chains added to since a day, or since the `last` whole walk"
        )
        chosen.add_argument("--resume", action="store_true", help="go on where the last whole walk was stopped")

    def handle(self, *args: Any, lang: str, district: str, **options: Any) -> None:
        found = [one for one in all_districts() if district in ("", one.schema_name)]
        if not found:
            raise CommandError(f"{district}?")
        broken = 0
        for one in found:
            with tenant_context(one):
                broken += self._walk(one, self._course(one, lang, options), lang, options["processes"])
        if broken:
            raise SystemExit(1)

    def _course(self, district: District, lang: str, options: dict[str, Any]) -> Course:
        if options["since"]:
            return self._since(district, lang, options["since"])
        walk = last_walk(ended=False) if options["resume"] else None
        if walk is not None:
            self._tell(district, WENT_ON.filled(began=_local(walk.began_at), events=f"{walk.events:,}"), lang)
            return Course(stretches(walk.upto), walk)
        if options["resume"]:
            self._tell(district, NOTHING_TO_RESUME, lang)
        return Course(stretches(), begin_walk())

    def _since(self, district: District, lang: str, since: str) -> Course:
        if since != LAST:
            pieces = touched_since(datetime.combine(_day(since), time(), ZONE))
        elif (walk := last_walk(ended=True)) is None:
            self._tell(district, NEVER, lang)
            return Course(stretches(), begin_walk())
        else:
            since, pieces = _local(walk.began_at), touched_after(walk)
        self._tell(district, NEW.filled(since=since, count=sum(len(piece.chains) for piece in pieces)), lang)
        return Course(pieces)

    def _walk(self, district: District, course: Course, lang: str, processes: int | None) -> int:
        progress, counted, broken, left = Progress(sys.stderr), 0, 0, (0, 0)
        many = processes_for(events_in_all() if course.walk else 0, processes)
        for place, walked in enumerate(walk_along(course.pieces, processes=many), start=1):
            counted, broken = counted + walked.events, broken + len(walked.broken)
            progress.show(place / len(course.pieces), counted)
            self._name(district, walked.broken, lang)
            if course.walk is not None and walked.stretch.until is not None:
                note_stretch(course.walk, upto=walked.stretch.until, events=walked.events, broken=len(walked.broken))
            else:
                left = (walked.events, len(walked.broken))
        progress.clear()
        cut = list(cut_chains())
        self._name(district, cut, lang)
        if course.walk is not None:
            counted = end_walk(course.walk, events=left[0], broken=left[1] + len(cut)).events
        self.stdout.write(f"{district.schema_name}: {counted} events")
        return broken + len(cut)

    def _name(self, district: District, faults: Sequence[Broken], lang: str) -> None:
        for fault in faults:
            self.stdout.write(
                f"{district.schema_name} {fault.subject} {fault.chain} #{fault.seq} ({fault.event}): {fault.why.in_(lang)}"
            )

    def _tell(self, district: District, said: Said, lang: str) -> None:
        self.stdout.write(f"{district.schema_name}: {said.in_(lang)}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"--since {text}? 2026-05-01 | last") from None


def _local(moment: datetime) -> str:
    return moment.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
