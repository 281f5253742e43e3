"""What may be marked on one ballot: no more candidates in favour than there are seats."""

from __future__ import annotations

from collections.abc import Mapping

from linli.ballots.casting import BLANK
from linli.ballots.models import Ballot
from linli.counting.tally import ABSTAIN, YES

Seats = Mapping[str, int | None]


def seats_by_question(ballot: Ballot) -> dict[str, int | None]:
    """Each question's key; of a candidate's the seats that are elected."""
    rows = ballot.questions.order_by("number").values_list("number", "candidate__election__seats")
    return {f"q{number}": seats for number, seats in rows}


def seats_exceeded(choices: Mapping[str, str], seats: Seats) -> tuple[int, int] | None:
    """How many candidates were marked in favour, and for how many seats; nothing where that is not too many."""
    places = max((number for number in seats.values() if number is not None), default=0)
    marked = sum(choices.get(key) == YES for key, number in seats.items() if number is not None)
    return (marked, places) if marked > places else None


def on_paper(choices: Mapping[str, str], seats: Seats) -> dict[str, str]:
    """As a sheet counts: marked for too many, its election is void; a candidate left empty among others is an abstention."""
    stood = [key for key, number in seats.items() if number is not None]
    if seats_exceeded(choices, seats):
        return {key: BLANK if key in stood else choice for key, choice in choices.items()}
    if all(choices[key] == BLANK for key in stood):
        return dict(choices)
    return {key: ABSTAIN if key in stood and choice == BLANK else choice for key, choice in choices.items()}
