"""The file of an official system with its mapping: looked at first, then entered. The command and the page come through here."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from linli.ballots.actions import official
from linli.ballots.actions.preparing import questions_of
from linli.ballots.actions.recording import NOBODY
from linli.ballots.models import Ballot
from linli.ballots.official.homes import homes_on
from linli.ballots.official.mapping import OfficialMap, read_map
from linli.ballots.official.reading import Result, read_result
from linli.ballots.policies import require_scrutineer
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.people.reader import Reader
from linli.register.received import received_table
from linli.register.tables import Table

NOT_UTF8 = Said(
    "映射文件“{file}”不是 UTF-8 编码，请另存为 UTF-8。", "The mapping “{file}” is not UTF-8. Save it as UTF-8."
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
OTHER_FILES = Said(
    "这两份文件和刚才试算的不一样，什么都没有写入。请重新试算，看过结果再导入。",
    "These are not the two files that were tried, so nothing was written. Try them again and look at the outcome first.",
)
BAD_ROWS = Said(
    "有问题行，什么都没有写入。请改正后重新试算。", "There are bad rows, so nothing was written. Correct them."
)


@dataclass(frozen=True, slots=True)
class Offered:
    """A result file and the mapping it is read by, as somebody handed them in."""

    name: str
    content: bytes
    mapping_name: str
    mapping: bytes

    @property
    def digest(self) -> bytes:
        return hashlib.sha256(self.content).digest()

    @property
    def both(self) -> str:
        """Binds the file and the mapping together: another mapping makes another result of the same file."""
        return hashlib.sha256(self.digest + hashlib.sha256(self.mapping).digest()).hexdigest()

    @property
    def plan(self) -> OfficialMap:
        try:
            return read_map(self.mapping.decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise Refused(NOT_UTF8.filled(file=self.mapping_name)) from None


@dataclass(frozen=True, slots=True)
class Looked:
    """What would become of the file. `result` is missing where it was imported already."""

    ballot: Ballot
    offered: Offered
    plan: OfficialMap
    result: Result | None

    @property
    def told(self) -> Said:
        if self.result is None:
            return KNOWN
        bad = len(self.result.bad)
        if self.plan.totals is not None:
            return TOTALS.filled(n=len(self.result.totals), bad=bad)
        found = official.sort_out(self.ballot, self.result.votes)
        return VOTES.filled(
            fresh=len(found.fresh), same=found.same, behind=found.behind, delivered=len(found.delivered), bad=bad
        )

    def write(self, *, actor: Reader = NOBODY) -> Said:
        digest = self.offered.digest
        if self.result is None:
            return KNOWN
        if self.plan.totals is None:
            official.take_votes(self.ballot, self.result.votes, digest, actor=actor)
        else:
            official.take_totals(self.ballot, self.result.totals, digest, actor=actor)
        return WRITTEN.filled(digest=digest.hex())


Reading = Callable[[bytes, str], Table]


def look_at(ballot: Ballot, offered: Offered, reading: Reading = received_table) -> Looked:
    """Everything that would be refused is refused here; bad rows are told in the result. Nothing is written."""
    plan = offered.plan
    official.require_named(ballot, plan.system)
    if official.is_known(ballot, offered.digest):
        return Looked(ballot, offered, plan, None)
    (official.require_counting if plan.totals is None else official.require_totals)(ballot)
    table = reading(offered.content, offered.name)
    return Looked(ballot, offered, plan, read_result(table, plan, ballot, questions_of(ballot), homes_on(ballot)))


def try_result(ballot: Ballot, offered: Offered, *, actor: Reader) -> Looked:
    """As a scrutineer: what would come of it."""
    require_scrutineer(actor, ballot)
    return look_at(ballot, offered)


def enter_result(ballot: Ballot, offered: Offered, *, seen: str, actor: Reader) -> Said:
    """As a scrutineer: the two files that were tried, and no others. `seen` is what binds them (`Offered.both`)."""
    require_scrutineer(actor, ballot)
    if seen != offered.both:
        raise Refused(OTHER_FILES)
    looked = look_at(ballot, offered)
    if looked.result is not None and looked.result.bad:
        raise Refused(BAD_ROWS)
    return looked.write(actor=actor)
