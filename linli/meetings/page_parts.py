"""What meetings add to the page of a matter: the way to its table, or to the table at which a promise was made."""

from __future__ import annotations

from linli.matters.models import Matter
from linli.matters.parts import Lender, Part, register
from linli.meetings.models import Topic
from linli.meetings.table.promise import PROMISE_BOOK
from linli.people.reader import Reader
from linli.playbooks.model import Playbook


class Tables(Lender):
    name = "tables"

    def on_matter(self, matter: Matter, book: Playbook, reader: Reader, *, whole: bool) -> Part | None:
        if book.name == PROMISE_BOOK:
            topic = Topic.objects.select_related("matter").filter(promise=matter).first()
            return Part("meetings/table/promised_at.html", {"topic": topic}) if topic else None
        if whole or not any(stage.kind == "table" for stage in book.stages.values()):
            return None  # its parties have the panel of the stage
        topic = Topic.objects.select_related("promise").filter(matter=matter).first()
        return Part("matters/kinds/table.html", {"topic": topic}) if topic else None


register(Tables())
