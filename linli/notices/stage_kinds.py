"""The kind of stage that notices lend."""

from __future__ import annotations

import uuid

from linli.matters.answers import Answers
from linli.matters.course import Course
from linli.matters.models import Matter
from linli.matters.steps import register
from linli.notices.actions.postings import open_posting
from linli.notices.models import Posting
from linli.people.reader import Reader
from linli.playbooks.model import Stage


class Posts:
    """The stage ends with the posting's outcome, once that is certain."""

    name = "posting"

    def open(self, course: Course, stage: Stage, *, by: uuid.UUID | None, answers: Answers) -> None:
        open_posting(course, stage, answers)

    def outcome(self, matter: Matter, stage: Stage) -> str | None:
        found = Posting.objects.filter(matter=matter, entry=matter.entry).first()
        return found.outcome or None if found else None

    def panel(self, matter: Matter, stage: Stage, viewer: Reader) -> dict[str, object] | None:
        postings = list(Posting.objects.filter(matter=matter).order_by("-version"))
        return {"postings": postings, "entry": matter.entry} if postings else None


register(Posts())
