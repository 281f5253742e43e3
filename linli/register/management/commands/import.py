from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import ProgrammingError
from django_tenants.utils import tenant_context

from linli.districts.actions import check_opening, open_district
from linli.districts.models import District
from linli.districts.queries import all_districts
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.register.sources import Source, source_named, sources

NONE_OPEN = Said(
    "还没有片区。请先运行 linli demo，或写明 --district 代号 --open 名称 新开一个。",
    "No neighbourhood is open yet. Run linli demo first, or open one: --district SCHEMA --open NAME.",
)
NO_CODE = Said(
    "--open 要和 --district 一起写：--district 是片区代号，--open 是它的名称，例如 --district qingyu --open 青榆家园。",
    "--open goes with --district: the one is the code of the neighbourhood, the other its name, "
    "for example --district qingyu --open Qingyu.",
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
            source = source_named(what)
            with tenant_context(self._district(source, options)):
                status = source.run(options, lambda said: self.stdout.write(said.in_(language)))
        except Refused as refused:
            self.stderr.write(refused.sentence.in_(language))
            status = 1
        if status:
            sys.exit(status)

    def _district(self, source: Source, options: Mapping[str, Any]) -> District:
        schema, name = options["district"], options["open"]
        if name and not schema:
            raise Refused(NO_CODE)
        districts = _standing()
        found = [one for one in districts if schema in ("", one.schema_name)]
        if name:
            return self._opened(source, options, found)
        if len(found) == 1:
            return found[0]
        names = "、".join(one.schema_name for one in districts)
        raise Refused(WHICH.filled(names=names) if names else NONE_OPEN)

    def _opened(self, source: Source, options: Mapping[str, Any], found: list[District]) -> District:
        """What can be wrong is said before anything is opened: a neighbourhood is not left behind by a slip of the pen."""
        schema, name = options["district"], options["open"]
        if not found:
            check_opening(schema, name)
            source.before_opening(options)
            call_command("migrate_schemas", schema_name="public", verbosity=0)
        return open_district(schema, name=name)


def _standing() -> list[District]:
    """None also where the database is so new that it has no tables."""
    try:
        return all_districts()
    except ProgrammingError:
        return []
