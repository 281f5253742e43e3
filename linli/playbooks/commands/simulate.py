"""`linli playbook simulate NAME|FILE`: how long neighbours would wait, what would be late, and who is missing."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from collections.abc import Iterator, Mapping
from math import inf
from typing import Any, TextIO

from linli.lib.refusals import Refused
from linli.lib.text import LANGUAGES, Said
from linli.playbooks.commands.named_book import named_book
from linli.playbooks.commands.try_out import NOT_A_TIME, read_moment
from linli.playbooks.model import Playbook
from linli.playbooks.simulate import STARTS, check_names, simulate
from linli.playbooks.simulate_report import Report, as_json, sentences
from linli.playbooks.simulate_world import Habits

HELP = "推算一个办事流程要等多久、缺多少人 / how long people would wait with a playbook, and who is missing"
NOT_A_PAIR = Said(
    "{option} 里的“{text}”看不懂。请写成 名称=数字，用逗号隔开，例如 {example}。",
    "“{text}” in {option} cannot be read. Write name=number, separated by commas, for example {example}.",
)
EXAMPLES = (("staff", "property_desk=2,worker=6"), ("minutes", "finish=45"), ("chance", "decline=0.05"))


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("book", metavar="NAME|FILE", help="自带流程的名称，或文件 / a shipped playbook or a file")
    parser.add_argument("--per-day", type=float, required=True, metavar="N", help="每天多少件 / matters a day")
    parser.add_argument("--staff", action="append", metavar="DUTY=N,…", help="每个岗位几个人 / people on each duty")
    parser.add_argument("--days", type=int, default=30, metavar="N", help="推算多少天，默认 30 / how many days")
    parser.add_argument(
        "--seed", type=int, default=1, metavar="N", help="同一个种子，同样的结果 / same seed, same result"
    )
    parser.add_argument("--from", dest="starts", metavar="DAY", help="从哪天开始 / the first day; default 2026-03-02")
    parser.add_argument("--minutes", action="append", metavar="MOVE=N,…", help="动作平均用时 / mean minutes of a move")
    parser.add_argument("--chance", action="append", metavar="MOVE=P,…", help="动作的可能性 / how often, 0 to 1")
    parser.add_argument("--json", action="store_true", help="输出 JSON / print JSON")
    parser.add_argument("--lang", choices=LANGUAGES, default="zh", help="语言 / language")


def run(options: Mapping[str, Any], out: TextIO) -> int:
    book = named_book(options["book"], options["lang"], out)
    if book is None:
        return 1
    try:
        report = _report(book, options)
    except Refused as refused:
        out.write(f"{refused.sentence.in_(options['lang'])}\n")
        return 1
    if options["json"]:
        out.write(json.dumps(as_json(book, report, options["lang"]), ensure_ascii=False, indent=1) + "\n")
    else:
        out.writelines(f"{said.in_(options['lang'])}\n" for said in sentences(book, report))
    return 0


def _report(book: Playbook, options: Mapping[str, Any]) -> Report:
    staff, minutes, chances = (dict(_pairs(options.get(name), name, example)) for name, example in EXAMPLES)
    check_names(book, minutes=minutes, chances=chances)
    starts = read_moment(options["starts"]) if options.get("starts") else STARTS
    if starts is None:
        raise Refused(NOT_A_TIME.filled(text=options["starts"]))
    return simulate(
        book,
        per_day=options["per_day"],
        staff={name: int(number) for name, number in staff.items()},
        days=options["days"],
        seed=options["seed"],
        habits=Habits().changed(minutes, chances),
        starts=starts.astimezone(STARTS.tzinfo).replace(hour=0, minute=0, second=0, microsecond=0),
    )


def _pairs(given: list[str] | None, option: str, example: str) -> Iterator[tuple[str, float]]:
    """`finish=45,accept=3`; staff are whole numbers, chances lie between 0 and 1, minutes are more than none."""
    for text in ",".join(given or ()).replace("，", ",").split(","):
        name, equals, value = (part.strip() for part in text.partition("="))
        number = _number(value)
        if text.strip() and (not name or not equals or not _suits(option, number)):
            raise Refused(NOT_A_PAIR.filled(option=f"--{option}", text=text.strip(), example=example))
        if text.strip():
            yield name, number


def _suits(option: str, number: float) -> bool:
    if option == "staff":
        return number == int(number) if 0 <= number < inf else False
    return 0 <= number <= 1 if option == "chance" else 0 < number < inf


def _number(text: str) -> float:
    """-1, which suits nothing, when it is no number."""
    try:
        return float(text)
    except ValueError:
        return -1.0
