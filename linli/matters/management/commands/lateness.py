from __future__ import annotations

import signal
import sys
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django_tenants.utils import tenant_context

from linli.districts.queries import all_districts
from linli.matters import chores
from linli.matters.actions.lateness import look_after
from linli.matters.actions.vacancies import hand_on_vacant


class Command(BaseCommand):
    help = "Look after what is due in every district: warn, make late, climb, close by silence, hand on. Run it every minute."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--every", type=int, metavar="SECONDS", help="go on for ever, looking every so many seconds"
        )

    def handle(self, *args: Any, every: int | None, **options: Any) -> None:
        # Ending by SystemExit lets go of the embedded database properly; the default action of the signal would not.
        for ending in (signal.SIGTERM, signal.SIGINT):
            signal.signal(ending, lambda *_: sys.exit(0))
        self._look()
        while every:
            time.sleep(every)
            self._look()

    def _look(self) -> None:
        for district in all_districts():
            with tenant_context(district):
                handed_on = hand_on_vacant()
                report = look_after()
                beside = "".join(f"; {name} {count}" for name, count in chores.done())
            self.stdout.write(f"{district.schema_name}: {report}; handed on {handed_on}{beside}")
