"""What in an old version is the same thing as what in a new one, even when its name has changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

from linli.playbooks.engine import fields
from linli.playbooks.model import RAISER, SUPERVISOR, Duty, Field, Move, Playbook, Stage

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Versions:
    """Two versions and the names that belong together, from old to new."""

    old: Playbook
    new: Playbook
    places: Mapping[str, str]
    answers: Mapping[str, str]

    def same_place(self, old: str, new: str) -> bool:
        return self.places.get(old, old) == new

    def same_duty(self, old: Duty | None, new: Duty | None) -> bool:
        """A person named by an answer stays the same when only the answer's name has changed."""
        if old is None or new is None:
            return old is new
        if old.person and old.person not in (RAISER, SUPERVISOR):
            return self.answers.get(old.person) == new.person
        return str(old) == str(new)

    def stages(self) -> Iterator[tuple[Stage, Stage]]:
        for name, stage in self.old.stages.items():
            other = self.new.stages.get(self.places.get(name, ""))
            if other is not None:
                yield stage, other


def versions(old: Playbook, new: Playbook) -> Versions:
    places = pairs(old.stages, new.stages, lambda stage: stage.title, _work)
    places |= pairs(old.ends, new.ends, lambda end: end.title, lambda end: end.outcome)
    answers = pairs(
        _answers(old), _answers(new), lambda field: (field.kind, field.title), lambda field: (field.kind, field.role)
    )
    return Versions(old, new, places, answers)


def paired_moves(both: Versions, old: Stage, new: Stage) -> dict[str, str]:
    olds, news = ({move.name: move for move in stage.moves} for stage in (old, new))
    named = pairs(olds, news, lambda move: move.title)
    return named | _same_way(both, {name: olds[name] for name in olds if name not in named}, news, set(named.values()))


def pairs(olds: Mapping[str, Part], news: Mapping[str, Part], *signs: Callable[[Part], Hashable]) -> dict[str, str]:
    """First by name; then by each sign in turn, where just one is left on both sides that bears it."""
    found = {name: name for name in olds if name in news}
    for sign in signs:
        left = _by_sign({name: olds[name] for name in olds if name not in found}, sign)
        right = _by_sign({name: news[name] for name in news if name not in found.values()}, sign)
        found |= {
            names[0]: right[value][0] for value, names in left.items() if len(names) == 1 == len(right.get(value, ()))
        }
    return found


def _by_sign(parts: Mapping[str, Part], sign: Callable[[Part], Hashable]) -> dict[Hashable, list[str]]:
    found: dict[Hashable, list[str]] = {}
    for name, part in parts.items():
        found.setdefault(sign(part), []).append(name)
    return found


def _work(stage: Stage) -> Hashable:
    """What is done in a stage and by whom: by this a stage with a new name and a new title is known again."""
    return stage.kind, str(stage.duty), tuple(sorted(move.name for move in stage.moves)), tuple(stage.on)


def _same_way(both: Versions, olds: Mapping[str, Move], news: Mapping[str, Move], taken: set[str]) -> dict[str, str]:
    """A move with new words that alone leads from the same stage to the same place by the same hands."""
    left = _by_sign(
        olds, lambda move: (str(move.by), tuple(both.places.get(each.to, each.to) for each in move.branches))
    )
    right = _by_sign(
        {name: move for name, move in news.items() if name not in taken},
        lambda move: (str(move.by), tuple(each.to for each in move.branches)),
    )
    return {names[0]: right[way][0] for way, names in left.items() if len(names) == 1 == len(right.get(way, ()))}


def _answers(book: Playbook) -> dict[str, Field]:
    return {field.name: field for field in reversed(tuple(fields(book)))}
