"""吹哨报到: a `join` stage calls units; each gets a matter of its own, with its own limit, judged by who called."""

from __future__ import annotations

import uuid

from linli.matters.actions.raising import begin
from linli.matters.answers import Answers
from linli.matters.course import Course
from linli.matters.models import Matter
from linli.matters.seats import roles_of
from linli.people.models import Person
from linli.people.queries import line_with_seats
from linli.people.reader import Reader
from linli.playbooks.model import Stage
from linli.playbooks.versions import book_of, current_version


class Join:
    """The stage ends with `all_back` once every unit's matter has ended, whatever each one's outcome."""

    name = "join"

    def open(self, course: Course, stage: Stage, *, by: uuid.UUID | None, answers: Answers) -> None:
        matter = course.matter
        version = current_version(str(stage.settings["playbook"]))
        book = book_of(version.pk)
        line = line_with_seats(matter.place, roles_of(book))
        caller = Person.objects.get(pk=by or matter.raiser_id)
        asked = {field.name for field in book.form}
        personal = {name: value for name, value in answers.personal.items() if name in asked}
        for unit in matter.facts[str(stage.settings["units"])]:
            begin(
                version,
                matter.place,
                line,
                raiser=caller,
                post=None,
                answers=Answers({"unit": unit}, personal, answers.sensitive & personal.keys()),
                key=uuid.uuid5(matter.pk, f"{matter.entry}:{unit}"),
                urgency=matter.urgency,
                category=matter.category,
                parent=matter,
                bond=Matter.CALLED,
            )

    def outcome(self, matter: Matter, stage: Stage) -> str | None:
        return None if matter.children.filter(bond=Matter.CALLED, ended_at__isnull=True).exists() else "all_back"

    def panel(self, matter: Matter, stage: Stage, viewer: Reader) -> dict[str, object] | None:
        called = matter.children.filter(bond=Matter.CALLED)
        children = called.select_related("holder__person").order_by("raised_at", "number")
        return {"children": [(child, book_of(child.playbook_id)) for child in children]}
