"""What the public log says of a matter, for its parties: at which index each of its events stands, with the proof."""

from __future__ import annotations

from linli.matters.models import Matter
from linli.matters.parts import Lender, Part, register
from linli.people.reader import Reader
from linli.playbooks.model import Playbook
from linli.record.log.queries import indexes_in


class InTheLog(Lender):
    name = "log"

    def on_matter(self, matter: Matter, book: Playbook, reader: Reader, *, whole: bool) -> Part | None:
        """Nothing for others: which entries are whose would tell them how much happened."""
        found = indexes_in(matter.pk) if whole else []
        return Part("matters/in_the_log.html", {"entries": found}) if found else None


register(InTheLog())
