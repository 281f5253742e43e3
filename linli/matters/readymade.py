"""Words that an office keeps ready for its answers. An app lends them in its `page_parts.py`; matters never import the app.

They are put into the answer where the office's own people see and change them. Nothing is ever sent by itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from django.http import QueryDict

from linli.lib.text import Said
from linli.matters.forms import Ask, Attempt, Option
from linli.matters.models import Matter
from linli.people.reader import Reader
from linli.playbooks.model import Move, Playbook

CHOSEN, INSERT, ANSWER = "_ready", "_insert", "reply"
READY = Said("常用答复", "Words kept ready")
READY_HINT = Said(
    "选一条，点“插入”，内容会放进下面的答复里，可以修改；提交前不会发出。",
    "Choose one and insert it: it goes into the answer below, where you can change it. Nothing is sent before you send it.",
)
CHOOSE_FIRST = Said("请先选一条常用答复，再点“插入”。", "Please choose the words first, then insert them.")


class Source(Protocol):
    def offered(
        self, matter: Matter, book: Playbook, reader: Reader, moves: Sequence[str]
    ) -> Mapping[str, Sequence[tuple[str, Said]]]:
        """For each of these moves the keys and titles of what the reader's office keeps ready, in a fixed number of queries."""

    def words(self, matter: Matter, book: Playbook, reader: Reader, move: str, key: str, language: str) -> str | None:
        """The words with their blanks filled; None when the reader's office has none of this key for this move."""


_sources: list[Source] = []


def register(source: Source) -> None:
    """Called at start-up only."""
    if source not in _sources:
        _sources.append(source)


def answers(move: Move) -> bool:
    return any(need.name == ANSWER and need.kind == "text" for need in move.needs)


def asks_for(matter: Matter, book: Playbook, reader: Reader, moves: Sequence[Move], attempt: Attempt) -> dict[str, Ask]:
    """A question for each move that answers and for which something is kept ready."""
    names = [move.name for move in moves if answers(move)]
    found: dict[str, list[tuple[str, Said]]] = {}
    for source in _sources if names else ():
        for name, offered in source.offered(matter, book, reader, names).items():
            found.setdefault(name, []).extend(offered)
    return {name: _ask(name, offered, attempt) for name, offered in found.items() if offered}


def _ask(name: str, offered: Sequence[tuple[str, Said]], attempt: Attempt) -> Ask:
    form = f"move-{name}"
    tried = attempt.of(form)
    options = tuple(Option(key, title, key == tried.given.get(CHOSEN)) for key, title in offered)
    error = tried.problems.get(CHOSEN)
    return Ask(
        f"{form}-{CHOSEN}", CHOSEN, READY, "select", optional=True, options=options, hint=READY_HINT, error=error,
        focus=error is not None,
    )  # fmt: skip


def inserted(matter: Matter, book: Playbook, reader: Reader, move: Move, posted: QueryDict, language: str) -> Attempt:
    """The form as it was sent, with the words chosen behind what stood in the answer."""
    form, chosen = f"move-{move.name}", posted.get(CHOSEN, "")
    found = (source.words(matter, book, reader, move.name, chosen, language) for source in _sources)
    words = next((one for one in found if one is not None), None) if answers(move) else None
    if words is None:
        return Attempt(form, posted, {CHOSEN: CHOOSE_FIRST})
    given = posted.copy()
    given[ANSWER] = "\n".join(part for part in (posted.get(ANSWER, "").rstrip(), words) if part)
    return Attempt(form, given)
