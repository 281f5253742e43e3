from __future__ import annotations

import uuid
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django_tenants.utils import tenant_context

from linli.districts.actions import open_district
from linli.insight.actions.folding import fold_new
from linli.portal.demonstration import load_neighbourhood
from linli.portal.demonstration_ballots import load_ballots
from linli.portal.demonstration_deliberations import load_deliberations
from linli.portal.demonstration_facilities import load_facilities
from linli.portal.demonstration_matters import load_matters
from linli.portal.demonstration_meetings import load_meetings
from linli.portal.demonstration_menu import load_menu
from linli.portal.demonstration_plan import load_plan
from linli.portal.demonstration_register import load_demonstration_register
from linli.portal.demonstration_standings import load_standings
from linli.portal.demonstration_tables import load_tables
from linli.portal.main_job import tell_main_job

SCHEMA = "qingyu"


class Command(BaseCommand):
    help = "Open the demonstration neighbourhood, load it, and run one repair from the door to the archive. May be repeated."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--lang", choices=["zh", "en"], default="zh")
        parser.add_argument("--quiet", action="store_true", help="load only; run no repair")

    def handle(self, *args: Any, lang: str, quiet: bool, **options: Any) -> None:
        call_command("migrate_schemas", schema_name="public", verbosity=0)
        district = open_district(SCHEMA, name="青榆家园", name_en="Qingyu Gardens", hosts=("localhost", "127.0.0.1"))
        call_command("migrate_schemas", schema_name=SCHEMA, verbosity=0)
        with tenant_context(district):
            load_neighbourhood()
            load_demonstration_register()
            load_facilities()
            load_plan()
            load_standings()
            load_matters()
            load_menu()
            load_meetings()
            load_deliberations()
            load_ballots()
            load_tables()
            if not quiet:
                for line in tell_main_job(key=uuid.uuid4()):
                    self.stdout.write(line.in_(lang))
            fold_new()
