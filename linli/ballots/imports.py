"""`linli import ballot FILE --map MAP.yaml --ballot ID`: what an official e-voting system collected. Again changes nothing."""

from __future__ import annotations

import hashlib
import uuid
from argparse import ArgumentParser
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from linli.ballots.actions import official
from linli.ballots.actions.preparing import questions_of
from linli.ballots.models import Ballot
from linli.ballots.official.homes import homes_on
from linli.ballots.official.mapping import OfficialMap, read_map
from linli.ballots.official.reading import Result, read_result
from linli.ballots.queries import find_ballot
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.register.imports import PLACES_FIRST
from linli.register.sources import lend
from linli.register.table_runs import Say, run_table
from linli.register.tables import read_table

NO_MAP = Said(
    "读不了映射文件“{file}”。请检查路径，用 UTF-8 保存。", "The mapping “{file}” cannot be read; is it UTF-8?"
)
NO_BALLOT = Said(
    "没有这次表决“{key}”。编号在表决页面网址的最后一段，也印在公告下方。",
    "There is no ballot “{key}”. Its id is the last part of its page’s address and stands at the foot of the notice.",
)
VOTES = Said(
    "官方系统的票：计入 {fresh}；与已导入的相同 {same}；让位于纸质票或更晚的票 {behind}；登记送达 {delivered}。问题行：{bad}。",
    "Ballots of the official system: {fresh} to be counted; {same} imported already; {behind} behind paper or a later ballot; "
    "{delivered} noted as delivered. Bad rows: {bad}.",
)
TOTALS = Said(
    "官方系统的合计：{n} 个表决事项。登记后计票即结束，本站不能复核。问题行：{bad}。",
    "Sums of the official system: {n} questions. Recording them ends the count; they cannot be recounted here. Bad rows: {bad}.",
)
KNOWN = Said("这个文件已经导入过，没有变化。", "This file was imported already; nothing changed.")
WRITTEN = Said("已写入，文件的 SHA-256 是 {digest}。", "Written; the SHA-256 of the file is {digest}.")


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
        plan, ballot = _map(options["map"]), _ballot(options["ballot"])
        official.require_named(ballot, plan.system)
        table = read_table(options["file"])
        digest = hashlib.sha256(options["file"].read_bytes()).digest()
        if official.is_known(ballot, digest):
            say(KNOWN)
            return 0
        (official.require_counting if plan.totals is None else official.require_totals)(ballot)
        result = read_result(table, plan, ballot, questions_of(ballot), homes_on(ballot))
        write = partial(_write, ballot, plan, result, digest)
        return run_table(result, _told(ballot, plan, result), {**options, "skip_bad": False}, say, write)


def _map(file: Path) -> OfficialMap:
    try:
        return read_map(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError):
        raise Refused(NO_MAP.filled(file=file.name)) from None


def _ballot(text: str) -> Ballot:
    try:
        found = find_ballot(uuid.UUID(text))
    except ValueError:
        found = None
    if found is None:
        raise Refused(NO_BALLOT.filled(key=text[:40]))
    return found


def _told(ballot: Ballot, plan: OfficialMap, result: Result) -> Said:
    if plan.totals is not None:
        return TOTALS.filled(n=len(result.totals), bad=len(result.bad))
    found = official.sort_out(ballot, result.votes)
    return VOTES.filled(
        fresh=len(found.fresh),
        same=found.same,
        behind=found.behind,
        delivered=len(found.delivered),
        bad=len(result.bad),
    )


def _write(ballot: Ballot, plan: OfficialMap, result: Result, digest: bytes) -> Said:
    if plan.totals is None:
        official.take_votes(ballot, result.votes, digest)
    else:
        official.take_totals(ballot, result.totals, digest)
    return WRITTEN.filled(digest=digest.hex())


lend(OfficialResult())
