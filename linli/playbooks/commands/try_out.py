"""`linli playbook try NAME|FILE`: walk through a playbook in the terminal; lines piped in walk it as a script."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from datetime import datetime
from typing import Any, TextIO

from linli.lib import clock
from linli.lib.text import LANGUAGES, Said
from linli.playbooks.commands.named_book import named_book
from linli.playbooks.walk import Walk

HELP = "在终端里试走一个办事流程 / walk through a playbook in the terminal"
NOT_A_TIME = Said(
    "看不懂时间“{text}”。请写成 2026-03-02T09:30，不写时区按北京时间。",
    "“{text}” is not a time. Write it like 2026-03-02T09:30; without a zone it is China time.",
)


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("book", metavar="NAME|FILE", help="自带流程的名称，或文件 / a shipped playbook or a file")
    parser.add_argument("--at", metavar="TIME", help="从什么时间开始，默认现在 / when it begins; default now")
    parser.add_argument("--lang", choices=LANGUAGES, default="zh", help="语言 / language")


def run(options: Mapping[str, Any], out: TextIO) -> int:
    book = named_book(options["book"], options["lang"], out)
    if book is None:
        return 1
    begins = read_moment(options.get("at"))
    if begins is None:
        out.write(f"{NOT_A_TIME.filled(text=options['at']).in_(options['lang'])}\n")
        return 1
    conversation = Conversation(sys.stdin, out)
    Walk(book, ask=conversation.ask, say=conversation.say, language=options["lang"], at=begins).run()
    return 0


def read_moment(text: str | None) -> datetime | None:
    """Now when nothing is given; None when it cannot be read."""
    if text is None:
        return clock.now()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.ZONE)


class Conversation:
    """Lines in and out. What a script answers is repeated, so that the output reads like the conversation it was."""

    def __init__(self, heard: TextIO, out: TextIO) -> None:
        self.heard = heard
        self.out = out

    def say(self, line: str) -> None:
        self.out.write(f"{line}\n")

    def ask(self, question: str) -> str | None:
        self.out.write(f"{question}> ")
        self.out.flush()
        line = self.heard.readline()
        if not self.heard.isatty() or not line:
            self.out.write(f"{line.rstrip()}\n")
        return line.rstrip("\r\n") if line else None
