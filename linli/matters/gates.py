"""What an app above has to say before a move of its own playbooks: it lets it pass, or refuses with a sentence.

Registered at start-up beside the kinds of stage; matters never import the app.
"""

from __future__ import annotations

from collections.abc import Callable

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.matters.models import Matter
from linli.playbooks.model import Move
from linli.playbooks.versions import book_of

Gate = Callable[[Matter, Move], None]
BY_ITS_MOVES = Said(
    "“{book}”只能按它自己的步骤办结，不能合并，也不能按工作清单退回。",
    "“{book}” ends by its own moves alone; it cannot be merged, nor refused by the list.",
)

_gates: dict[str, Gate] = {}


def register(book: str, gate: Gate) -> None:
    """Called at start-up only. Two gates for one playbook are a mistake in the installation."""
    if _gates.setdefault(book, gate) is not gate:
        raise ValueError(f"Two apps guard the moves of {book}.")


def ask(matter: Matter, move: Move) -> None:
    gate = _gates.get(matter.book)
    if gate is not None:
        gate(matter, move)


def is_guarded(matter: Matter) -> bool:
    return matter.book in _gates


def require_unguarded(matter: Matter) -> None:
    """For every way to end a matter that goes round its moves, and so round its gate."""
    if is_guarded(matter):
        raise Refused(BY_ITS_MOVES.filled(book=book_of(matter.playbook_id).title))
