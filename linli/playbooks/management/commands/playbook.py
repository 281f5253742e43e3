"""`linli playbook WORD`: check, list and whatever else can be done with a playbook file, without any database."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from types import MappingProxyType, ModuleType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from linli.playbooks.commands import check, diff, draw, list_shipped, simulate, try_out

# A new word: a module with HELP, add_arguments(parser) and run(options, out), and its line here.
WORDS: Mapping[str, ModuleType] = MappingProxyType(
    {
        "check": check,
        "list": list_shipped,
        "draw": draw,
        "try": try_out,
        "simulate": simulate,
        "diff": diff,
    }
)


class Command(BaseCommand):
    help = "办事流程：检查、列出等 / playbooks: check them, list them, and more"
    requires_system_checks = ()
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        words = parser.add_subparsers(dest="word", required=True, metavar="WORD")
        for word, module in WORDS.items():
            module.add_arguments(words.add_parser(word, help=getattr(module, "HELP", "")))

    def handle(self, *args: Any, **options: Any) -> None:
        code = WORDS[options["word"]].run(options, self.stdout)
        if code:
            sys.exit(code)
