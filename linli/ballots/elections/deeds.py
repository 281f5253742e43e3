"""What is done on the page of an election: the seats, who stands, who withdraws."""

from __future__ import annotations

from django.http import QueryDict

from linli.ballots.elections import actions
from linli.ballots.models import Ballot
from linli.matters.forms import read_number
from linli.people.reader import Reader


def seats(found: Ballot, posted: QueryDict, reader: Reader) -> str:
    actions.set_seats(
        found,
        posted.get("election", ""),
        read_number(posted.get("seats")) or 0,
        title_en=posted.get("election_en", ""),
        reserves=read_number(posted.get("reserves")) or 0,
        actor=reader,
    )
    return "seats"


def stand(found: Ballot, posted: QueryDict, reader: Reader) -> str:
    given = actions.Nomination(
        posted.get("name", ""),
        posted.get("phone", ""),
        posted.get("nominated_by", ""),
        posted.get("introduction", ""),
        {int(one) for name in posted if (one := name.removeprefix("eligible-")).isdigit() and len(one) < 3},
    )
    actions.stand(found, given, actor=reader)
    return "stood"


def stand_down(found: Ballot, posted: QueryDict, reader: Reader) -> str:
    actions.withdraw(found, read_number(posted.get("number")) or 0, actor=reader)
    return "stood-down"
