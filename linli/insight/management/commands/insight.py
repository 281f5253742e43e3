from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django_tenants.utils import tenant_context

from linli.districts.queries import all_districts
from linli.insight.actions.folding import BATCH, fold_new, rebuild


class Command(BaseCommand):
    help = "`insight fold` folds what is new in every district's record into the figures; `--rebuild` counts all anew."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", choices=["fold"])
        parser.add_argument(
            "--rebuild", action="store_true", help="throw the figures away and count every matter again"
        )
        parser.add_argument("--batch", type=int, default=BATCH, help="events, or matters, in one transaction")

    def handle(self, *args: Any, rebuild: bool, batch: int, **options: Any) -> None:
        for district in all_districts():
            with tenant_context(district):
                line = (
                    f"{_rebuild(batch)} matters counted anew" if rebuild else f"{fold_new(batch=batch)} events folded"
                )
            self.stdout.write(f"{district.schema_name}: {line}")


def _rebuild(batch: int) -> int:
    return rebuild(batch=batch)
