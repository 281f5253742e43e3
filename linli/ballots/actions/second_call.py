"""A vote on the same matter after one that found no quorum: the same questions, a fresh roll and notice, and it names the first."""

from __future__ import annotations

from linli.ballots.electable import election_of
from linli.ballots.models import Ballot, BallotQuestion, Candidate
from linli.ballots.settings import read_settings
from linli.counting.tally import NO_QUORUM
from linli.matters.models import Matter
from linli.playbooks.model import Stage
from linli.playbooks.versions import book_of

SAME = ("title", "title_en", "silent", "silent_clause", "proxies_each", "platform", "platform_only")
ASKED = ("number", "title", "title_en", "text", "rule")


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
    for question in first.questions.select_related("candidate").order_by("number"):
        again = BallotQuestion.objects.create(ballot=ballot, **{name: getattr(question, name) for name in ASKED})
        _stand_again(ballot, again, getattr(question, "candidate", None))
    election, before = election_of(ballot), election_of(first)
    if election is not None and before is not None:
        for name in ("title", "title_en", "seats", "seated", "reserves"):
            setattr(election, name, getattr(before, name))
        election.save()


def _stand_again(ballot: Ballot, question: BallotQuestion, before: Candidate | None) -> None:
    """Whoever withdrew from the first call does not stand in the second; the question goes with them."""
    if before is None:
        return
    if before.withdrawn_at is not None:
        question.delete()
        return
    Candidate.objects.create(
        election=ballot.election, question=question, person_id=before.person_id, nominated_by=before.nominated_by
    )
