"""What the register tells somebody of themselves on “mine”: the electorates that they belong to."""

from __future__ import annotations

from django.http import QueryDict

from linli.matters.forms import Ask, Attempt
from linli.matters.models import Matter
from linli.matters.parts import Part, Raising, register
from linli.people.reader import Reader
from linli.playbooks.model import Playbook
from linli.register.standings import own_standings


class Standings:
    name = "standings"

    def before_raising(self, raising: Raising) -> Part | None:
        return None

    def category_ask(self, book: Playbook, attempt: Attempt) -> Ask | None:
        return None

    def category_in(self, book: Playbook, posted: QueryDict) -> str:
        return ""

    def on_matter(self, matter: Matter, book: Playbook, reader: Reader, *, whole: bool) -> Part | None:
        return None

    def on_mine(self, reader: Reader) -> Part | None:
        rows = own_standings(reader)
        return Part("register/own_standings.html", {"rows": rows}) if rows else None


register(Standings())
