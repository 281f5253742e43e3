"""What the page of one ballot shows, and to whom."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from types import MappingProxyType

from linli.ballots.asked import CHOICES, VERDICTS, Asked, with_commas
from linli.ballots.elections.actions import NOMINATED
from linli.ballots.elections.announcing import election_of
from linli.ballots.elections.page import ElectionShown
from linli.ballots.elections.sayings import OUTCOMES
from linli.ballots.models import Ballot, Slot, VoteCast
from linli.ballots.policies import is_convener, is_scrutineer, slots_of, team_post
from linli.ballots.queries import Objected, Turnout, homes_of, objections_of, turnout
from linli.ballots.settings import rule_in, rules_for
from linli.counting.rules import SILENT, Rule
from linli.lib import clock
from linli.lib.text import Said
from linli.matters.deeds import Tried
from linli.people.reader import Reader
from linli.playbooks.model import Playbook
from linli.playbooks.versions import book_of

DRAFT, POSTED, OPEN, OVER, CLOSED, DONE = "draft", "posted", "open", "over", "closed", "done"
EARLY = 200  # entries of the log
STATES = MappingProxyType(
    {
        DRAFT: Said("筹备中", "Being prepared"),
        POSTED: Said("名册公示中", "Roll posted"),
        OPEN: Said("正在投票", "Open"),
        OVER: Said("已截止，待计票", "Over, to be counted"),
        CLOSED: Said("已计票，待公布", "Counted, to be published"),
    }
)
DONE_SAID = MappingProxyType(
    {
        "planned": Said("已保存。", "Saved."),
        "asked": Said("表决事项已列入。", "The question is put."),
        "seats": Said("席位已保存。", "The seats are saved."),
        "stood": Said("候选人已列入。", "The candidate is entered."),
        "stood-down": Said("已登记退出，不能当选。", "The withdrawal is entered; they cannot be elected."),
        "dropped": Said("表决事项已撤下。", "The question is taken off."),
        "announced": Said("名册已固定并公示。", "The roll is frozen and posted."),
        "objected": Said("异议已收到，会逐条答复。", "Your objection is received and will be answered."),
        "answered": Said("已答复。", "Answered."),
        "corrected": Said("名册已更正，新的摘要已公示。", "The roll is corrected, and its new root is posted."),
        "delivered": Said("已登记送达。", "Noted as delivered."),
        "official": Said(
            "官方系统的结果已导入，文件的摘要记在公开记录里。",
            "The official result is in; the digest of its file stands in the public log.",
        ),
        "settled": Said("争议已裁定。", "The dispute is settled."),
        "closed": Said("表决已关闭，可以公布结果。", "The ballot is closed and can be published."),
        "published": Said("结果已公布，任何人都可以复核。", "The result is published; anybody can recount it."),
        "cast": Said("已投票。请保存收据，以后可以自己核对。", "Your vote is in. Keep the receipt to check it later."),
        "proxy": Said("委托已登记。", "The proxy is entered."),
        "proxy-ended": Said("委托已收回。", "The proxy has ended."),
        "first": Said("已登记。请另一位监票人独立再登记一次。", "Entered. Another scrutineer must read it too."),
        "differs": Said(
            "两次登记不一致，请第三位监票人登记。", "The two readings differ; a third scrutineer must read it."
        ),
        "counted": Said("两次登记一致，纸质票已计入。", "Two readings agree: the paper ballot counts."),
        "invalid": Said("两次登记一致，这张票无效。", "Two readings agree: the paper is invalid."),
    }
)


@dataclass(frozen=True, slots=True)
class Own:
    """A slot of the reader's: where it is, whether a ballot counts for it, and the receipt if the reader cast that ballot."""

    slot: Slot
    where: Said
    voted: bool
    receipt: uuid.UUID | None


class BallotPage:
    def __init__(self, ballot: Ballot, reader: Reader, tried: Tried | None = None) -> None:
        self.ballot = ballot
        self.reader = reader
        self.tried = tried or Tried()
        self.key = uuid.uuid4()

    @cached_property
    def book(self) -> Playbook:
        return book_of(self.ballot.matter.playbook_id)

    @property
    def title(self) -> Said:
        return (
            Said(self.ballot.title, self.ballot.title_en or self.ballot.title) if self.ballot.title else self.book.title
        )

    @property
    def state(self) -> str:
        one = self.ballot
        if one.published_at:
            return DONE
        if one.closed_at:
            return CLOSED
        if one.opened_at:
            return OVER if one.closes_at and clock.now() >= one.closes_at else OPEN
        return POSTED if one.announced_at else DRAFT

    @property
    def state_said(self) -> Said:
        return {**OUTCOMES, **VERDICTS}[self.ballot.verdict] if self.state == DONE else STATES[self.state]

    @property
    def tone(self) -> str:
        if self.state == DONE:
            return "done" if self.ballot.verdict in ("passed", "filled", "formed") else "late"
        return "stage" if self.state == OPEN else "waiting"

    @cached_property
    def convener(self) -> bool:
        return is_convener(self.reader, self.ballot)

    @cached_property
    def scrutineer(self) -> bool:
        return is_scrutineer(self.reader, self.ballot)

    @property
    def takes_official(self) -> bool:
        """Whether a file of the official system may be taken in, by a scrutineer."""
        one = self.ballot
        return bool(one.platform and one.opened_at and not one.closed_at and self.scrutineer)

    @property
    def delivers(self) -> bool:
        return team_post(self.reader, self.ballot) is not None

    @cached_property
    def slots(self) -> list[Slot]:
        return slots_of(self.reader, self.ballot) if self.ballot.announced_at else []

    @cached_property
    def mine(self) -> list[Own]:
        if not self.slots:
            return []
        counted = {cast.slot_id: cast for cast in VoteCast.objects.filter(slot__in=self.slots, counted=True)}
        where = homes_of(self.slots)
        return [self._own(slot, where[slot.pk], counted.get(slot.pk)) for slot in self.slots]

    def _own(self, slot: Slot, where: Said, cast: VoteCast | None) -> Own:
        receipt = cast.pk if cast and cast.by_id == self.reader.person_id else None
        return Own(slot, where, cast is not None, receipt)

    @property
    def not_yet(self) -> bool:
        return any(not own.voted and not own.slot.paper_at for own in self.mine)

    @cached_property
    def questions(self) -> list[Asked]:
        rows = self.ballot.questions.order_by("number")
        return [Asked(row, rule_in(self.ballot, row.rule), row.published) for row in rows]

    @cached_property
    def election(self) -> ElectionShown | None:
        row = election_of(self.ballot)
        return ElectionShown(self.ballot, row, self.questions) if row else None

    @cached_property
    def plain(self) -> list[Asked]:
        """The questions that are no candidates."""
        stood = {one.asked.row.pk for one in self.election.stood} if self.election else set()
        return [asked for asked in self.questions if asked.row.pk not in stood]

    @property
    def nominations(self) -> list[tuple[str, Said]]:
        return list(NOMINATED.items())

    @property
    def eligible(self) -> list[tuple[str, Said, bool]]:
        """What the convener confirms of a candidate, with what was ticked before a refusal."""
        said = self.election.seating.eligible if self.election else ()
        given = self.tried.given if self.tried.deed == "stand" else {}
        return [(f"eligible-{number}", one, f"eligible-{number}" in given) for number, one in enumerate(said)]

    @cached_property
    def turnout(self) -> Turnout | None:
        return turnout(self.ballot) if self.ballot.opened_at else None

    @cached_property
    def objections(self) -> list[Objected]:
        return objections_of(self.ballot, self.reader, whole=self.convener)

    @cached_property
    def corrections(self) -> list[str]:
        """Why the roll was read anew, as the log says it; it can happen before the opening only, so early in the log."""
        early = self.ballot.log_rows.filter(index__lt=EARLY, entry__what="correction").order_by("index")
        return [str(entry["reason"]) for entry in early.values_list("entry", flat=True)]

    @cached_property
    def disputes(self) -> list[tuple[Slot, Said]]:
        if not self.scrutineer or self.state not in (OPEN, OVER):
            return []
        slots = list(Slot.objects.filter(ballot=self.ballot, disputed=True).select_related("place").order_by("tag"))
        where = homes_of(slots)
        return [(slot, where[slot.pk]) for slot in slots]

    @property
    def area(self) -> str:
        return with_commas(self.ballot.roll_area or 0)

    @property
    def voted_area(self) -> str:
        return with_commas(self.turnout.area) if self.turnout else ""

    @property
    def counts_area(self) -> bool:
        return any(asked.rule.area for asked in self.questions)

    @property
    def root(self) -> str:
        return bytes(self.ballot.roll_root).hex() if self.ballot.roll_root else ""

    @property
    def recorded(self) -> bool:
        """Published from the sums of another system: there is no bundle, and nobody can recount it here."""
        return self.state == DONE and self.ballot.bundle_digest is None

    @property
    def silent(self) -> Said:
        return SILENT[self.ballot.silent]

    @property
    def silent_choices(self) -> list[tuple[str, Said]]:
        return list(SILENT.items())

    @cached_property
    def kinds(self) -> list[Rule]:
        return rules_for(self.ballot)

    @property
    def choices(self) -> list[tuple[str, Said]]:
        return list(CHOICES.items())

    def local(self, name: str) -> str:
        """A time for the field that asks for it: as typed, or as saved."""
        if self.tried.deed == "plan":
            return self.tried.given.get(name, "")
        moment: datetime | None = getattr(self.ballot, name)
        return moment.astimezone(clock.ZONE).strftime("%Y-%m-%dT%H:%M") if moment else ""

    @property
    def only_there(self) -> bool:
        """Whether electronic votes are cast in the official system alone: as chosen, or as saved."""
        if self.tried.deed == "plan":
            return self.tried.given.get("platform_only") == "yes"
        return self.ballot.platform_only

    @property
    def opens(self) -> str:
        return self.local("opens_at")

    @property
    def closes(self) -> str:
        return self.local("closes_at")
