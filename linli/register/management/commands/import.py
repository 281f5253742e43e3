from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import ProgrammingError
from django_tenants.utils import tenant_context

from linli.districts.actions import open_district
from linli.districts.models import District
from linli.districts.queries import all_districts
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.register.sources import source_named, sources

NONE_OPEN = Said(
    "还没有片区。请先运行 linli demo，或写明 --district 代号 --open 名称 新开一个。",
    "No neighbourhood is open yet. Run linli demo first, or open one: --district SCHEMA --open NAME.",
)
WHICH = Said("请用 --district 写明是哪个片区：{names}。", "Say which neighbourhood with --district: {names}.")


class Command(BaseCommand):
    help = "Load places, the housing register, or what other parts can take from files, into one neighbourhood."

    def add_arguments(self, parser: CommandParser) -> None:
        chosen = parser.add_subparsers(dest="what", required=True, parser_class=ArgumentParser)
        for source in sources():
            one = chosen.add_parser(source.name, help=source.title.en, description=source.title.en)
            one.add_argument(
                "--district", metavar="SCHEMA", default="", help="the neighbourhood, where there are several"
            )
            one.add_argument("--open", metavar="NAME", default="", help="open that neighbourhood under this name first")
            one.add_argument("--lang", choices=["zh", "en"], default="zh", help="the language of what is printed")
            source.arguments(one)

    def handle(self, *args: Any, what: str, **options: Any) -> None:
        language = options["lang"]
        try:
            with tenant_context(self._district(options["district"], options["open"])):
                status = source_named(what).run(options, lambda said: self.stdout.write(said.in_(language)))
        except Refused as refused:
            self.stderr.write(refused.sentence.in_(language))
            status = 1
        if status:
            sys.exit(status)

    def _district(self, schema: str, name: str) -> District:
        if name and schema:
            call_command("migrate_schemas", schema_name="public", verbosity=0)
            return open_district(schema, name=name)
        districts = _standing()
        found = [one for one in districts if schema in ("", one.schema_name)]
        if len(found) == 1:
            return found[0]
        names = "、".join(one.schema_name for one in districts)
        raise Refused(WHICH.filled(names=names) if names else NONE_OPEN)


def _standing() -> list[District]:
    """None also where the database is so new that it has no tables."""
    try:
        return all_districts()
    except ProgrammingError:
        return []
