"""What a stage of the kind `ballot` opens."""

from __future__ import annotations

import uuid

from linli.ballots.actions.recording import note
from linli.ballots.models import Ballot
from linli.ballots.settings import read_settings
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
        ballot = Ballot.objects.create(
            matter=matter,
            entry=matter.entry,
            stage=stage.name,
            place_id=matter.place_id,
            electorate=read_settings(stage).electorate,
            head=START,
        )
        note(ballot, Deed("begun", {"matter": str(matter.pk)}))

    def outcome(self, matter: Matter, stage: Stage) -> str | None:
        found = Ballot.objects.filter(matter=matter, entry=matter.entry, published_at__isnull=False).first()
        return found.verdict if found else None

    def panel(self, matter: Matter, stage: Stage, viewer: Reader) -> dict[str, object] | None:
        ballots = list(Ballot.objects.filter(matter=matter).order_by("entry"))
        return {"ballots": ballots} if ballots else None
