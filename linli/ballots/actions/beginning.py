"""What a stage of the kinds `ballot` and `election` opens."""

from __future__ import annotations

import uuid

from linli.ballots.actions.recording import note
from linli.ballots.actions.second_call import begin_again, called_again
from linli.ballots.elections.actions import begin_election
from linli.ballots.elections.announcing import seating_of
from linli.ballots.models import Ballot, Election
from linli.ballots.settings import read_settings
from linli.counting.elections import FORMED
from linli.counting.tally import NO_QUORUM
from linli.matters.answers import Answers
from linli.matters.course import Course
from linli.matters.models import Matter
from linli.people.reader import Reader
from linli.playbooks.model import Stage
from linli.record.chain import START
from linli.record.owners import Deed


class HoldsBallot:
    """The stage ends with the verdict on the first question, once the bundle is published."""

    name = "ballot"

    def open(self, course: Course, stage: Stage, *, by: uuid.UUID | None, answers: Answers) -> None:
        matter = course.matter
        first = called_again(matter, stage)
        ballot = Ballot.objects.create(
            matter=matter,
            entry=matter.entry,
            stage=stage.name,
            place_id=matter.place_id,
            electorate=read_settings(stage).electorate,
            head=START,
            second_of=first,
        )
        note(ballot, Deed("begun", {"matter": str(matter.pk), **({"second_of": str(first.pk)} if first else {})}))
        if read_settings(stage).elects:
            begin_election(ballot, read_settings(stage))
        if first is not None:
            begin_again(ballot, first)

    def outcome(self, matter: Matter, stage: Stage) -> str | None:
        found = Ballot.objects.filter(matter=matter, entry=matter.entry, published_at__isnull=False).first()
        return found.verdict if found else None

    def panel(self, matter: Matter, stage: Stage, viewer: Reader) -> dict[str, object] | None:
        ballots = list(Ballot.objects.filter(matter=matter).order_by("entry"))
        return {"ballots": ballots} if ballots else None


class HoldsElection(HoldsBallot):
    """The stage ends with whether the seats are filled."""

    name = "election"

    def outcome(self, matter: Matter, stage: Stage) -> str | None:
        """A body that stands already stays formed, though too few came to elect the rest of it."""
        found = super().outcome(matter, stage)
        if found != NO_QUORUM:
            return found
        election = Election.objects.get(ballot__matter=matter, ballot__entry=matter.entry)
        return FORMED if election.seated >= seating_of(election.ballot).least else found
