"""What a stage of the kind `table` opens: the topic, or the next round of it."""

from __future__ import annotations

import uuid

from linli.lib import clock
from linli.lib.text import Said
from linli.matters.answers import Answers
from linli.matters.course import Course
from linli.matters.models import Matter
from linli.meetings.models import Topic
from linli.meetings.table.actions.recording import held, note, state_of
from linli.people.reader import Reader
from linli.playbooks.model import Stage
from linli.record.actions import Secret
from linli.record.chain import START
from linli.record.owners import Deed

LONGEST_QUESTION = 200
THE_MATTER = Said("第 {number} 号事项怎么办", "What to do about matter {number}")


class SetsTheTable:
    """The stage ends with the topic's outcome, once its convener has ended it."""

    name = "table"

    def open(self, course: Course, stage: Stage, *, by: uuid.UUID | None, answers: Answers) -> None:
        matter = course.matter
        asked = str(answers.personal.get("question", ""))[:LONGEST_QUESTION]
        topic = Topic.objects.filter(matter=matter).first()
        if topic is not None:
            _take_up_again(held(topic), matter, asked)
            return
        question = " ".join(asked.split()) or THE_MATTER.filled(number=matter.number).zh
        topic = Topic.objects.create(
            matter=matter,
            entry=matter.entry,
            stage=stage.name,
            place_id=matter.place_id,
            question=question,
            opened_at=clock.now(),
            head=START,
        )
        note(topic, Deed("set", {"matter": str(matter.pk)}, {"question": Secret(question, None)}))

    def outcome(self, matter: Matter, stage: Stage) -> str | None:
        found = Topic.objects.filter(matter=matter, entry=matter.entry, ended_at__isnull=False).first()
        return found.outcome if found else None

    def panel(self, matter: Matter, stage: Stage, viewer: Reader) -> dict[str, object] | None:
        found = Topic.objects.select_related("promise").filter(matter=matter).first()
        return {"topic": found} if found else None


def _take_up_again(topic: Topic, matter: Matter, asked: str) -> None:
    """All that was said and drawn up stays on the table; what was agreed is open again."""
    before = state_of(topic)
    topic.entry, topic.round = matter.entry, topic.round + 1
    topic.ended_at, topic.outcome, topic.conclusion = None, "", ""
    topic.question = " ".join(asked.split()) or topic.question
    note(topic, Deed("taken_up_again", {}, {"question": Secret(topic.question, None)}), before=before)
