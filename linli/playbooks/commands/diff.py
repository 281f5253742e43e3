"""`linli playbook diff A B`: what version B changes for a neighbour, compared with A."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Mapping
from typing import Any, TextIO

from linli.lib.text import LANGUAGES
from linli.playbooks.commands.named_book import named_book
from linli.playbooks.diff import differences
from linli.playbooks.diff_sentences import NO_CHANGE

HELP = "比较两个版本，说明对居民有什么变化 / what a new version changes for a neighbour"


def add_arguments(parser: ArgumentParser) -> None:
    whole = "自带流程的名称，或文件 / a shipped playbook or a file"
    parser.add_argument("old", metavar="A", help=f"原来的版本：{whole}")
    parser.add_argument("new", metavar="B", help=f"新的版本：{whole}")
    parser.add_argument("--lang", choices=LANGUAGES, default="zh", help="语言 / language")
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 列表 / print one JSON array")


def run(options: Mapping[str, Any], out: TextIO) -> int:
    """Both files are looked at before giving up, so that all problems come at once."""
    books = [named_book(options[which], options["lang"], out) for which in ("old", "new")]
    old, new = books
    if old is None or new is None:
        return 1
    found = differences(old, new)
    if options["json"]:
        rows = [{"zh": said.zh, "en": said.en} for said in found]
        out.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    else:
        out.writelines(f"{said.in_(options['lang'])}\n" for said in found or (NO_CHANGE,))
    return 0
