"""A neighbourhood's own tree of categories: adopted as a whole, changed one category at a time, each time a new version."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from linli.lib import clock
from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.people.models import Person
from linli.people.reader import Reader
from linli.playbooks.model import Problem
from linli.requests.categories import changed_now, checked, playbooks_here, standing_source
from linli.requests.category_policies import require_keeper
from linli.requests.category_tree import Given, Tree, added, changed, moved, text_of, tree_of
from linli.requests.models import CategoryTree

NOT_SOUND = Said(
    "这份类别有问题，没有启用：\n{problems}", "These categories have problems and were not adopted:\n{problems}"
)
MEANWHILE = Said(
    "类别刚刚被别人改过。请看看现在的样子，再改一次。",
    "Somebody else has just changed the categories. Look at how they stand now and change yours again.",
)


class BadCategories(Refused):
    def __init__(self, problems: tuple[Problem, ...]) -> None:
        lines = [
            Said(
                f"{one.mark.line}:{one.mark.column} {one.message.zh}",
                f"{one.mark.line}:{one.mark.column} {one.message.en}",
            )
            for one in problems
        ]
        said = Said("\n".join(line.zh for line in lines), "\n".join(line.en for line in lines))
        super().__init__(NOT_SOUND.filled(problems=said))
        self.problems = problems


def adopt_categories(source: str, *, actor: Reader, seen: int | None = None) -> CategoryTree:
    """Put a whole tree to use. `seen` is the number of the tree that was looked at."""
    return adopt_text(source, by=require_keeper(actor), seen=seen)


@transaction.atomic
def adopt_text(source: str, *, by: Person | None, seen: int | None = None) -> CategoryTree:
    """The same text again is the same version. From the command line there is nobody to name."""
    newest = CategoryTree.objects.select_for_update().order_by("-number").first()
    if seen is not None and seen != (newest.number if newest else 0):
        raise Conflict(MEANWHILE)
    _, problems = checked(source, playbooks_here())
    if problems:
        raise BadCategories(problems)
    if newest is not None and newest.source == source:
        return newest
    number = newest.number + 1 if newest else 1
    made = CategoryTree.objects.create(number=number, source=source, adopted_at=clock.now(), by=by)
    changed_now()
    return made


def change_category(code: str, given: Given, *, actor: Reader, seen: int) -> CategoryTree:
    return _changed(lambda tree: changed(tree, code, given), actor, seen)


def add_category(code: str, under: str, given: Given, *, actor: Reader, seen: int) -> CategoryTree:
    return _changed(lambda tree: added(tree, code, under, given), actor, seen)


def move_category(code: str, *, up: bool, actor: Reader, seen: int) -> CategoryTree:
    return _changed(lambda tree: moved(tree, code, up=up), actor, seen)


def _changed(change: Callable[[Tree], Tree], actor: Reader, seen: int) -> CategoryTree:
    by = require_keeper(actor)
    return adopt_text(text_of(change(tree_of(standing_source()))), by=by, seen=seen)
