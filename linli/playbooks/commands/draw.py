"""`linli playbook draw NAME|FILE`: the picture of a playbook, as SVG."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from linli.lib.text import LANGUAGES, Said
from linli.playbooks.commands.named_book import named_book
from linli.playbooks.draw import draw

HELP = "画出办事流程 / draw a playbook as a picture"
NOT_WRITTEN = Said(
    "“{file}”写不进去。请检查文件夹是否存在、是否有权限。",
    "“{file}” cannot be written. Check that its folder exists and that you may write there.",
)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("book", metavar="NAME|FILE", help="自带流程的名称，或文件 / a shipped playbook or a file")
    parser.add_argument("-o", "--out", metavar="FILE", help="写到这个文件，不写则打印 / write here instead of printing")
    parser.add_argument("--lang", choices=LANGUAGES, default="zh", help="语言 / language")
    parser.add_argument("--narrow", action="store_true", help="手机宽度 / for the width of a phone")


def run(options: Mapping[str, Any], out: TextIO) -> int:
    book = named_book(options["book"], options["lang"], out)
    if book is None:
        return 1
    picture = draw(book, options["lang"], narrow=options["narrow"], alone=True)
    if not options["out"]:
        out.write(f"{picture}\n")
        return 0
    try:
        Path(options["out"]).write_text(f"{picture}\n", encoding="utf-8")
    except (OSError, ValueError):  # ValueError: a null character in the name
        out.write(f"{NOT_WRITTEN.filled(file=options['out']).in_(options['lang'])}\n")
        return 1
    return 0
