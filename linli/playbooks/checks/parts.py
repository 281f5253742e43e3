"""The parts of a playbook that several checks go through, each with its path in the file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from linli.playbooks.checks.graph import Graph, Trail
from linli.playbooks.model import RAISER, SUPERVISOR, Branch, Duty, Field, Mark, Move, Playbook, Stage


def mark_of(book: Playbook, path: str, fallback: Mark | None = None) -> Mark:
    """Where the value at this path stands."""
    return book.marks.get(path, fallback or book.mark)


def written(book: Playbook, path: str) -> bool:
    """Whether the file has something there; what could not be read was complained of by the reader."""
    return path in book.marks


def fields_of(book: Playbook) -> Iterator[tuple[str, Field]]:
    """Every field of the form and of every move."""
    yield from ((f"form.{field.name}", field) for field in book.form)
    for path, _, move in moves_of(book):
        yield from ((f"{path}.needs.{need.name}", need) for need in move.needs)


def moves_of(book: Playbook) -> Iterator[tuple[str, Stage, Move]]:
    for stage in book.stages.values():
        yield from ((f"stages.{stage.name}.moves.{move.name}", stage, move) for move in stage.moves)


def branches_of(book: Playbook) -> Iterator[Branch]:
    """Every branch of a move, of a route and of lateness; not the outcomes of a kind."""
    for stage in book.stages.values():
        for move in stage.moves:
            yield from move.branches
        yield from stage.branches
        if stage.late is not None:
            yield stage.late


def duties_of(book: Playbook) -> Iterator[Duty]:
    """Every duty of the stages and moves, and who decides about an objection; not the chain."""
    for stage in book.stages.values():
        if stage.duty is not None:
            yield stage.duty
        yield from (move.by for move in stage.moves if move.by is not None)
    if book.objection is not None:
        yield book.objection.to


def named_answer(duty: Duty | None) -> str:
    """The answer that names who must act; empty for a post, the raiser and the supervisor."""
    return "" if duty is None or duty.person in (RAISER, SUPERVISOR) else duty.person


def ways_without(book: Playbook, graph: Graph, answer: str) -> Mapping[str, Trail]:
    """The places that can be come to while `answer` has not been given, each with such a way."""
    given = any(field.name == answer and not field.optional for field in book.form)
    return {} if given else graph.trails(lambda arc: not arc.gives(answer))
