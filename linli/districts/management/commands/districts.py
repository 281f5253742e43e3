"""`linli districts list`, `linli districts open SCHEMA NAME` and `linli districts furnish`."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser
from django.db import ProgrammingError

from linli.districts.actions import check_opening, furnish_all, open_district
from linli.districts.queries import all_districts
from linli.lib.refusals import Refused
from linli.lib.text import LANGUAGES, Said

OPENED = Said("已开设片区“{name}”（{schema}）。", "“{name}” ({schema}) is open.")
NOTHING = Said("各片区都已齐备，没有改动。", "Nothing was missing anywhere.")
NONE = Said("还没有片区。", "No neighbourhood is open yet.")


class Command(BaseCommand):
    help = "The neighbourhoods of this installation: list them, open one, put into each what is missing to use it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--lang", choices=LANGUAGES, default="zh")
        words = parser.add_subparsers(dest="word", required=True, metavar="WORD", parser_class=ArgumentParser)
        words.add_parser("list", help="code, name and addresses of each")
        one = words.add_parser("open", help="make one, with its tables and the shipped playbooks; may be repeated")
        one.add_argument("schema", metavar="SCHEMA", help="its code: small letters, digits, underscores")
        one.add_argument("name", metavar="NAME")
        one.add_argument("--name-en", default="")
        one.add_argument("--host", action="append", default=[], help="where its pages are found; may be repeated")
        words.add_parser("furnish", help="put into every one what is missing, such as playbooks where there are none")

    def handle(self, *args: Any, word: str, lang: str, **options: Any) -> None:
        try:
            lines = {"list": self._list, "open": self._open, "furnish": self._furnish}[word](options)
        except Refused as refused:
            self.stderr.write(refused.sentence.in_(lang))
            sys.exit(1)
        for said in lines:
            self.stdout.write(said.in_(lang))

    def _list(self, options: dict[str, Any]) -> list[Said]:
        try:
            found = all_districts()
        except ProgrammingError:  # a database so new that it has no tables
            return [NONE]
        return [_told(one.schema_name, one.name, [each.domain for each in one.domains.all()]) for one in found] or [
            NONE
        ]

    def _open(self, options: dict[str, Any]) -> list[Said]:
        check_opening(options["schema"], options["name"])
        call_command("migrate_schemas", schema_name="public", verbosity=0)
        one = open_district(
            options["schema"], name=options["name"], name_en=options["name_en"], hosts=tuple(options["host"])
        )
        return [OPENED.filled(name=one.name, schema=one.schema_name)]

    def _furnish(self, options: dict[str, Any]) -> list[Said]:
        """With the newest tables, so that a neighbourhood whose opening was cut short comes to its end."""
        call_command("migrate_schemas", verbosity=0)
        done = [
            Said(f"{one.schema_name}：{said.zh}", f"{one.schema_name}: {said.en}")
            for one, all_said in furnish_all()
            for said in all_said
        ]
        return done or [NOTHING]


def _told(schema: str, name: str, hosts: list[str]) -> Said:
    line = "  ".join([schema, name, *hosts])
    return Said(line, line)
