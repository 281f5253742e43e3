"""A vote on the same matter after one that found no quorum: the same questions, a fresh roll and notice, and it names the first."""

from __future__ import annotations

from linli.ballots.elections.actions import stand_again
from linli.ballots.elections.announcing import election_of
from linli.ballots.models import Ballot, BallotQuestion
from linli.ballots.settings import read_settings
from linli.counting.tally import NO_QUORUM
from linli.matters.models import Matter
from linli.playbooks.model import Stage
from linli.playbooks.versions import book_of

SAME = ("title", "title_en", "silent", "silent_clause", "proxies_each", "platform", "platform_only")
ASKED = ("number", "title", "title_en", "text", "rule")
SEATS = ("title", "title_en", "seats", "seated", "reserves")


def called_again(matter: Matter, stage: Stage) -> Ballot | None:
    """The ballot before, where it was of this kind, for the same seats, and found no quorum."""
    before = Ballot.objects.filter(matter=matter, published_at__isnull=False).order_by("-entry").first()
    if before is None or before.verdict != NO_QUORUM:
        return None
    held_in = book_of(matter.playbook_id).stages[before.stage]
    alike = held_in.kind == stage.kind and read_settings(held_in).following == read_settings(stage).following
    return before if alike else None


def begin_again(ballot: Ballot, first: Ballot) -> None:
    """The convener has the times to settle; the rest stands as it was."""
    for name in SAME:
        setattr(ballot, name, getattr(first, name))
    ballot.save(update_fields=SAME)
    questions = first.questions.select_related("candidate").order_by("number")
    asked = [(question, getattr(question, "candidate", None)) for question in questions]
    # Whoever withdrew from the first call does not stand in the second; the question goes with them.
    stays = [(question, stood) for question, stood in asked if stood is None or stood.withdrawn_at is None]
    again = BallotQuestion.objects.bulk_create(
        BallotQuestion(ballot=ballot, **{name: getattr(question, name) for name in ASKED}) for question, _ in stays
    )
    election, before = election_of(ballot), election_of(first)
    if election is None or before is None:
        return
    for name in SEATS:
        setattr(election, name, getattr(before, name))
    election.save()
    stand_again(election, [(stood, new) for (_, stood), new in zip(stays, again, strict=True) if stood is not None])
