"""`linli playbook list`: the playbooks that come with Linli, what each carries out, and how many matters run by it here."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any, TextIO
from unicodedata import east_asian_width

from django.db.models import Count
from django_tenants.utils import schema_context

from linli.lib.text import LANGUAGES
from linli.playbooks.library import shipped
from linli.playbooks.models import Version

HELP = "列出自带的办事流程 / list the playbooks that come with Linli"
NUMBER = {"zh": "{count} 件", "en": "{count} matters"}


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--lang", choices=LANGUAGES, default="zh", help="语言 / language")
    parser.add_argument(
        "--district", metavar="SCHEMA", help="连同该片区已有的事项数 / with the number of matters there"
    )


def run(options: Mapping[str, Any], out: TextIO) -> int:
    """Without a district no database is touched."""
    language, district = options["lang"], options.get("district")
    counts = _matters(district) if district else None
    for name, book in shipped().items():
        number = "" if counts is None else _padded(NUMBER[language].format(count=counts.get(name, 0)), 14)
        out.write(f"{_padded(name, 20)}{_padded(book.title.in_(language), 24)}{number}{book.origin}\n")
    return 0


def _matters(district: str) -> dict[str, int]:
    with schema_context(district):
        return dict(Version.objects.values_list("name").annotate(count=Count("matters")))


def _padded(text: str, width: int) -> str:
    """A Chinese character takes two columns of a terminal."""
    taken = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
    return text + " " * max(1, width - taken)
