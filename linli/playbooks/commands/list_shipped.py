"""`linli playbook list`: the playbooks that come with Linli, and what each carries out."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any, TextIO
from unicodedata import east_asian_width

from linli.lib.text import LANGUAGES
from linli.playbooks.library import shipped

HELP = "列出自带的办事流程 / list the playbooks that come with Linli"


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--lang", choices=LANGUAGES, default="zh", help="语言 / language")


def run(options: Mapping[str, Any], out: TextIO) -> int:
    for name, book in shipped().items():
        out.write(f"{_padded(name, 20)}{_padded(book.title.in_(options['lang']), 24)}{book.origin}\n")
    return 0


def _padded(text: str, width: int) -> str:
    """A Chinese character takes two columns of a terminal."""
    taken = sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
    return text + " " * max(1, width - taken)
