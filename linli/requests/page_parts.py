"""What requests lend to the pages of matters: similar ones before something is sent, and joining."""

from __future__ import annotations

from linli.matters.models import Matter
from linli.matters.parts import Part, Raising, register
from linli.people.reader import Reader
from linli.playbooks.model import Playbook
from linli.requests.joined import BEST, asks_verdict, joined_rows, joiner_of, numbers_joined, reply_for
from linli.requests.policies import may_join
from linli.requests.similar import similar_to


class Requests:
    name = "requests"

    def before_raising(self, raising: Raising) -> Part | None:
        texts = [raising.posted.get(one.name, "") for one in raising.book.form if one.kind == "text"]
        found = similar_to(raising.book, raising.place, " ".join(texts), raising.reader)
        return Part("requests/similar.html", {"found": found, "book": raising.book.title}) if found else None

    def on_matter(self, matter: Matter, book: Playbook, reader: Reader, *, whole: bool) -> Part | None:
        others = numbers_joined([matter.pk]).get(matter.pk, 0)
        joiner = joiner_of(matter, reader) if others and not whole else None
        offered = joiner is None and may_join(reader, matter, book, whole=whole)
        if not others and not offered:
            return None
        shows = {
            "number": matter.number,
            "open": matter.is_open,
            "others": others,
            "joiner": joiner,
            "may_join": offered,
            "may_judge": joiner is not None and joiner.score is None and asks_verdict(matter, book),
            "scores": range(1, BEST + 1),
            "reply": reply_for(matter, book) if joiner is not None else "",
        }
        return Part("requests/joining.html", shows)

    def on_mine(self, reader: Reader) -> Part | None:
        rows = joined_rows(reader)
        return Part("requests/joined.html", {"rows": rows}) if rows else None


register(Requests())
