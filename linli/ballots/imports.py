"""`linli import ballot FILE --map MAP.yaml --ballot ID`: what an official e-voting system collected. Again changes nothing."""

from __future__ import annotations

import uuid
from argparse import ArgumentParser
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from linli.ballots.actions.official_files import Offered, look_at
from linli.ballots.models import Ballot
from linli.ballots.queries import find_ballot
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.register.imports import PLACES_FIRST
from linli.register.sources import lend
from linli.register.table_runs import Say, run_table
from linli.register.tables import content_of, table_of

NO_MAP = Said("读不了映射文件“{file}”。请检查路径。", "The mapping “{file}” cannot be read. Check the path.")
NO_BALLOT = Said(
    "没有这次表决“{key}”。编号在表决页面网址的最后一段，也印在公告下方。",
    "There is no ballot “{key}”. Its id is the last part of its page’s address and stands at the foot of the notice.",
)


class OfficialResult:
    name = "ballot"
    title = Said("官方电子投票系统的结果（CSV 或 XLSX）", "The result of an official e-voting system (CSV or XLSX)")

    def arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--map", type=Path, required=True, metavar="MAP.yaml", help="which column is what")
        parser.add_argument("--ballot", required=True, metavar="ID", help="the id of the ballot")
        parser.add_argument("--dry-run", action="store_true", help="say what would change; write nothing")
        parser.add_argument("--rejects", type=Path, metavar="FILE", help="write the bad rows there, with their reasons")

    def before_opening(self, options: Mapping[str, Any]) -> None:
        raise Refused(PLACES_FIRST)

    def run(self, options: Mapping[str, Any], say: Say) -> int:
        mapping, ballot = _bytes(options["map"]), _ballot(options["ballot"])
        file: Path = options["file"]
        looked = look_at(ballot, Offered(file.name, content_of(file), options["map"].name, mapping), table_of)
        if looked.result is None:
            say(looked.told)
            return 0
        return run_table(looked.result, looked.told, {**options, "skip_bad": False}, say, looked.write)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        raise Refused(NO_MAP.filled(file=file.name)) from None


def _ballot(text: str) -> Ballot:
    try:
        found = find_ballot(uuid.UUID(text))
    except ValueError:
        found = None
    if found is None:
        raise Refused(NO_BALLOT.filled(key=text[:40]))
    return found


lend(OfficialResult())
