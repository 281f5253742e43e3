"""Whether an election can be announced, and what the log says of it and of a second call beside the notice."""

from __future__ import annotations

from typing import Any

from linli.ballots import log
from linli.ballots.elections.publication import entry_plain
from linli.ballots.models import Ballot, Election
from linli.ballots.settings import settings_of
from linli.counting.elections import Terms
from linli.counting.rules import Seating, shipped
from linli.lib.refusals import Refused
from linli.lib.text import Said

NO_SEATS = Said("请先写明选举的名称和应选人数。", "Please give the election its name and the number of seats first.")
NOBODY = Said("还没有候选人。", "Nobody stands yet.")
TOO_FEW = Said(
    "候选人只有 {n} 名，少于应选的 {seats} 名。请再提名，或者减少席位。",
    "There are {n} candidates for {seats} seats. Please nominate more, or have fewer seats.",
)
NOT_WITH_MAJORITY = Said(
    "选举中未表态的不能“随多数”，否则一户投出的赞成会多于席位。请改选不计入或者弃权。",
    "In an election the silent cannot follow the majority: they would be in favour of more candidates than there are seats. Let "
    "them not count, or abstain.",
)


def election_of(ballot: Ballot) -> Election | None:
    found: Election | None = getattr(ballot, "election", None)
    return found


def seating_of(ballot: Ballot) -> Seating:
    """What the rule of the candidates says of the body."""
    seating = shipped()[settings_of(ballot).rule].election
    if seating is None:
        raise ValueError(f"The stage {ballot.stage} elects by a rule that is none for elections.")
    return seating


def require_electable(ballot: Ballot) -> None:
    election = election_of(ballot)
    if election is None:
        return
    if not election.title or election.seats is None:
        raise Refused(NO_SEATS)
    number = election.candidates.count()
    if not number:
        raise Refused(NOBODY)
    if number < election.seats and not election.seated and ballot.second_of_id is None:
        raise Refused(TOO_FEW.filled(n=number, seats=election.seats))
    if ballot.silent == "follow_majority":
        raise Refused(NOT_WITH_MAJORITY)


def announced_besides(ballot: Ballot) -> list[dict[str, Any]]:
    """Entries of the log right after the notice."""
    found, first, election = [], ballot.second_of, election_of(ballot)
    if first is not None:
        found.append(log.second(str(first.pk), bytes(first.bundle_digest or b"").hex()))
    if election is not None:
        found.append(entry_plain(title_of(election), terms_of(ballot, election), candidates_of(election)))
    return found


def title_of(election: Election) -> Said:
    return Said(election.title, election.title_en or election.title)


def terms_of(ballot: Ballot, election: Election) -> Terms:
    return Terms(election.seats or 0, seating_of(ballot), election.seated, election.reserves)


def candidates_of(election: Election) -> list[str]:
    numbers = election.candidates.order_by("question__number").values_list("question__number", flat=True)
    return [f"q{number}" for number in numbers]
