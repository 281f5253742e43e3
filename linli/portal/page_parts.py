"""What the register tells somebody of themselves on “mine”: the electorates that they belong to."""

from __future__ import annotations

from linli.matters.parts import Lender, Part, register
from linli.people.reader import Reader
from linli.register.standings import own_standings


class Standings(Lender):
    name = "standings"

    def on_mine(self, reader: Reader) -> Part | None:
        rows = own_standings(reader)
        return Part("register/own_standings.html", {"rows": rows}) if rows else None


register(Standings())
