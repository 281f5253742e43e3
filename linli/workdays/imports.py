"""What the calendar lends to `linli import`: the official list of holidays of a year."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.register.sources import lend
from linli.workdays.actions import import_list
from linli.workdays.written import HolidayList, read_list

NO_FILE = Said("找不到文件“{file}”，或者它不是 UTF-8 文字。", "There is no file “{file}”, or it is not UTF-8 text.")
DONE = Said(
    "{year} 年：填入 {entered} 天，{unchanged} 天没有变化。", "{year}: {entered} days entered, {unchanged} unchanged."
)
KEPT = Said(
    "{day} 由本片区手工填写，与名单不同，没有改动。",
    "{day} was entered here by hand and says otherwise; it stays as it is.",
)
NOT_MOVED = Said(
    "已有事项的期限没有变动。要重新计算，请在“工作日历”页面里预览并确认。",
    "No deadline was moved. To work them out anew, look at the preview on the page “Working calendar” and confirm it.",
)


class Holidays:
    name = "holidays"
    title = Said("国务院节假日安排（JSON）", "The official holidays of a year (JSON)")

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", type=Path, nargs="+", metavar="FILE")

    def before_opening(self, options: Mapping[str, Any]) -> None:
        _lists(options)

    def run(self, options: Mapping[str, Any], say: Callable[[Said], None]) -> int:
        for listed in _lists(options):
            done = import_list(listed)
            say(DONE.filled(year=done.year, entered=done.entered, unchanged=done.unchanged))
            for day in done.kept:
                say(KEPT.filled(day=day.isoformat()))
            if done.entered:
                say(NOT_MOVED)
        return 0


def _lists(options: Mapping[str, Any]) -> list[HolidayList]:
    """All of them are read before one is written."""
    return sorted((read_list(_text(file), file.name) for file in options["files"]), key=lambda one: one.year)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise Refused(NO_FILE.filled(file=file.name)) from None


lend(Holidays())
