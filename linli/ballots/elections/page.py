"""The election of a ballot as its page shows it: seats, candidates, and who is elected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from linli.ballots.asked import Asked, with_commas
from linli.ballots.elections.actions import NOMINATED
from linli.ballots.elections.announcing import seating_of, title_of
from linli.ballots.elections.sayings import OUTCOMES, elected_parts
from linli.ballots.models import Ballot, Candidate, Election
from linli.counting.rules import Seating
from linli.counting.tally import NO_QUORUM, YES
from linli.lib.text import Said

STANDS = {
    "elected": Said("当选", "Elected"),
    "tied": Said("票数相同，再选一次", "Tied: another round"),
    "reserves": Said("候补", "Reserve"),
    "following": Said("另行选举的候选人", "Stands in the further election"),
}


@dataclass(frozen=True)
class Stood:
    """A candidate: the question they are, who nominated them, and what came of it."""

    asked: Asked
    candidate: Candidate
    outcome: Said | None
    elected: bool

    @property
    def nominated(self) -> Said:
        return NOMINATED[self.candidate.nominated_by]

    @property
    def heads(self) -> str:
        return f"{self.asked.result.strict.tally.of(YES).heads:,}" if self.asked.result else "—"

    @property
    def area(self) -> str:
        return with_commas(self.asked.result.strict.tally.of(YES).area) if self.asked.result else "—"


class ElectionShown:
    def __init__(self, ballot: Ballot, election: Election, questions: Sequence[Asked]) -> None:
        self.ballot = ballot
        self.row = election
        self.questions = questions

    @property
    def title(self) -> Said:
        return title_of(self.row)

    @cached_property
    def seating(self) -> Seating:
        return seating_of(self.ballot)

    @cached_property
    def stood(self) -> list[Stood]:
        """In the order of the ballot; once there is a result those elected first, then by their votes where these are public."""
        rows = {row.question_id: row for row in self.row.candidates.all()}
        found = [self._stood(asked, rows[asked.row.pk]) for asked in self.questions if asked.row.pk in rows]
        places = {name: place for place, name in enumerate(self._in_order())}
        return sorted(found, key=lambda one: places.get(one.asked.row.key, len(places)))

    def _in_order(self) -> list[str]:
        told = self.row.published or {}
        ranked = [name for group in told.get("ranked", ()) for name in group]
        return [*dict.fromkeys([*told.get("elected", ()), *ranked, *told.get("tied", ()), *told.get("reserves", ())])]

    def _stood(self, asked: Asked, candidate: Candidate) -> Stood:
        told = self.row.published or {}
        key = asked.row.key
        became = next((said for name, said in STANDS.items() if key in told.get(name, ())), None)
        if told and became is None and told["verdict"] != NO_QUORUM:
            became = Said("未当选", "Not elected")
        return Stood(asked, candidate, became, key in told.get("elected", ()))

    @property
    def outcome(self) -> Said | None:
        return OUTCOMES[self.row.published["verdict"]] if self.row.published else None

    @property
    def sentences(self) -> list[Said]:
        if not self.row.published:
            return []
        return elected_parts(self.row.published, {asked.row.key: asked.title for asked in self.questions})[1:]

    @property
    def rounded(self) -> bool:
        return (self.row.published or {}).get("mode") == "rounded"
