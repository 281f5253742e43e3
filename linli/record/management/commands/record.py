from __future__ import annotations

from argparse import ArgumentParser
from itertools import chain
from typing import Any

from django.core.management.base import BaseCommand
from django_tenants.utils import tenant_context

from linli.districts.queries import all_districts
from linli.record.heads import cut_chains
from linli.record.models import Event
from linli.record.queries import broken_chains


class Command(BaseCommand):
    help = "`record verify` walks every chain of every district and names the first broken row of each; exit status 1 when one is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["verify"])
        parser.add_argument("--lang", choices=["zh", "en"], default="zh")

    def handle(self, *args: Any, lang: str, **options: Any) -> None:
        broken = 0
        for district in all_districts():
            with tenant_context(district):
                for fault in chain(broken_chains(), cut_chains()):
                    broken += 1
                    self.stdout.write(
                        f"{district.schema_name} {fault.subject} {fault.chain} #{fault.seq} ({fault.event}): {fault.why.in_(lang)}"
                    )
                counted = Event.objects.count()
            self.stdout.write(f"{district.schema_name}: {counted} events")
        if broken:
            raise SystemExit(1)
