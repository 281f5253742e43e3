"""`linli requests index` and `linli requests categories check FILE`."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django_tenants.utils import tenant_context

from linli.districts.queries import all_districts
from linli.lib.text import LANGUAGES, Said
from linli.playbooks.commands.check import read_source
from linli.playbooks.library import shipped_names
from linli.playbooks.model import Mark, Problem
from linli.playbooks.problems import as_line
from linli.requests.actions.indexing import index_missing
from linli.requests.category_file import read_categories

GOOD = Said("{file}：{count} 个类别，没有问题", "{file}: {count} categories, no problems")


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

    def handle(self, *args: Any, **options: Any) -> None:
        if options["word"] == "index":
            self._index()
        elif self._check(options["file"], options["lang"]):
            sys.exit(1)

    def _index(self) -> None:
        for district in all_districts():
            with tenant_context(district):
                self.stdout.write(f"{district.schema_name}: {index_missing()}")

    def _check(self, file: str, language: str) -> bool:
        source = read_source(file)
        found, problems = read_categories(source.text, shipped_names())
        if source.unread is not None:
            problems = (Problem("G00", Mark(1, 1), source.unread),)
        for problem in problems:
            self.stdout.write(as_line(problem, language, source.file))
        if not problems:
            self.stdout.write(GOOD.filled(file=source.file, count=len(found)).in_(language))
        return bool(problems)
