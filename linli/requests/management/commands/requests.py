"""`linli requests index`, `linli requests categories check FILE`, `… export` and `… adopt FILE`."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django_tenants.utils import tenant_context

from linli.districts.queries import all_districts
from linli.lib.refusals import Refused
from linli.lib.text import LANGUAGES, Said
from linli.playbooks.commands.check import read_source
from linli.playbooks.library import shipped
from linli.playbooks.model import Mark, Problem
from linli.playbooks.problems import as_line
from linli.requests.actions.indexing import index_missing
from linli.requests.categories import checked, standing_source
from linli.requests.category_actions import adopt_text

GOOD = Said("{file}：{count} 个类别，没有问题", "{file}: {count} categories, no problems")

WHICH = Said("请用 --district 写明是哪个片区：{names}。", "Say which neighbourhood with --district: {names}.")
ADOPTED = Said("已启用，第 {number} 版", "adopted as version {number}")


class Command(BaseCommand):
    help = "Requests: index those that came in past the record, check a file of categories."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True, metavar="WORD")
        words.add_parser("index", help="make the words of matters that have none, in every district")
        tree = words.add_parser("categories", help="the tree of categories").add_subparsers(dest="do", required=True)
        check = tree.add_parser("check", help="every problem of a file, with line and column")
        check.add_argument("file", metavar="FILE")
        check.add_argument("--lang", choices=LANGUAGES, default="zh")

        export = tree.add_parser("export", help="the tree that stands in a neighbourhood, as YAML")
        adopt = tree.add_parser("adopt", help="put a tree to use in a neighbourhood")
        adopt.add_argument("file", metavar="FILE")
        for one in (export, adopt):
            one.add_argument("--district", metavar="SCHEMA", default="", help="where there are several")
            one.add_argument("--lang", choices=LANGUAGES, default="zh")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["word"] == "index":
            self._index()
        elif options["do"] in ("export", "adopt"):
            self._here(options)
        elif self._check(options["file"], options["lang"]):
            sys.exit(1)

    def _index(self) -> None:
        for district in all_districts():
            with tenant_context(district):
                self.stdout.write(f"{district.schema_name}: {index_missing()}")

    def _here(self, options: dict[str, Any]) -> None:
        found = [one for one in all_districts() if options["district"] in ("", one.schema_name)]
        try:
            if len(found) != 1:
                raise Refused(WHICH.filled(names="、".join(one.schema_name for one in all_districts())))
            with tenant_context(found[0]):
                self.stdout.write(self._done(options), ending="")
        except Refused as refused:
            self.stderr.write(refused.sentence.in_(options["lang"]))
            sys.exit(1)

    def _done(self, options: dict[str, Any]) -> str:
        if options["do"] == "export":
            return standing_source()
        source = read_source(options["file"])
        if source.unread is not None:
            raise Refused(source.unread)
        number = adopt_text(source.text, by=None).number
        return ADOPTED.filled(number=number).in_(options["lang"]) + "\n"

    def _check(self, file: str, language: str) -> bool:
        source = read_source(file)
        found, problems = checked(source.text, shipped())
        if source.unread is not None:
            problems = (Problem("G00", Mark(1, 1), source.unread),)
        for problem in problems:
            self.stdout.write(as_line(problem, language, source.file))
        if not problems:
            self.stdout.write(GOOD.filled(file=source.file, count=len(found)).in_(language))
        return bool(problems)
