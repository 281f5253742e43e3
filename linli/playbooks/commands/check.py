"""`linli playbook check FILE...`: every problem of every file, with the place and what to do."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from linli.lib.text import LANGUAGES, Said
from linli.playbooks.examine import Examined, examine
from linli.playbooks.library import shipped_names
from linli.playbooks.model import Mark, Problem
from linli.playbooks.problems import as_json, as_line
from linli.playbooks.read import read_playbook

HELP = "检查办事流程文件，列出全部问题 / check playbook files and list every problem"
NO_FILE = Said("找不到这个文件。请检查文件名和所在文件夹。", "There is no such file. Check its name and its folder.")
A_FOLDER = Said(
    "这是一个文件夹。请写出里面要检查的文件。", "This is a folder. Name the files in it that are to be checked."
)
NOT_OPENED = Said("文件打不开。请检查是否有权限读取。", "The file cannot be opened. Check whether you may read it.")
NOT_UTF8 = Said(
    "文件不是 UTF-8 编码。请用编辑器另存为 UTF-8 再试。", "The file is not UTF-8 text. Save it as UTF-8 and try again."
)
GOOD = Said("没有问题", "no problems")


@dataclass(frozen=True, slots=True)
class Source:
    """What a file holds, or why it could not be read."""

    file: str
    text: str
    unread: Said | None = None


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="+", metavar="FILE", help="办事流程文件；“-”读标准输入 / files, “-” for standard input"
    )
    parser.add_argument("--lang", choices=LANGUAGES, default="zh", help="语言 / language")
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 列表 / print one JSON array")


def run(options: Mapping[str, Any], out: TextIO) -> int:
    sources = [read_source(file) for file in options["files"]]
    found = list(zip(sources, examine_all(sources), strict=True))
    if options["json"]:
        rows = [as_json(each, options["lang"], source.file) for source, done in found for each in done.problems]
        out.write(json.dumps(rows, ensure_ascii=False, indent=1) + "\n")
    else:
        out.writelines(f"{line}\n" for source, done in found for line in _lines(source, done, options["lang"]))
    return 1 if any(done.problems for _, done in found) else 0


def read_source(file: str) -> Source:
    shown = os.fsencode(file).decode("utf-8", "replace")  # a name in another encoding could not be printed
    try:
        content = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return Source(shown, content.decode("utf-8-sig"))
    except FileNotFoundError:
        return Source(shown, "", NO_FILE)
    except IsADirectoryError:
        return Source(shown, "", A_FOLDER)
    except UnicodeDecodeError:
        return Source(shown, "", NOT_UTF8)
    except (OSError, ValueError):  # ValueError: a null character in the name
        return Source(shown, "", NOT_OPENED)


def examine_all(sources: Iterable[Source]) -> list[Examined]:
    """A file may name the shipped playbooks and those checked together with it."""
    sources = tuple(sources)
    books = [read_playbook(source.text)[0] for source in sources if source.unread is None]
    known = (*shipped_names(), *(book.name for book in books if book is not None))
    return [_examined(source, known) for source in sources]


def _examined(source: Source, known: tuple[str, ...]) -> Examined:
    if source.unread is not None:
        return Examined(None, (Problem("G00", Mark(1, 1), source.unread),))
    return examine(source.text, known)


def _lines(source: Source, done: Examined, language: str) -> Iterable[str]:
    if not done.problems:
        yield f"{source.file}: {GOOD.in_(language)}"
    yield from (as_line(problem, language, source.file) for problem in done.problems)
