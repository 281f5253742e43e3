"""A neighbourhood's own tree of categories, as plain data: changed in memory, written as YAML, and checked like a file. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from linli.lib.refusals import Refused
from linli.lib.text import Said

Tree = dict[str, dict[str, Any]]
UNKNOWN = Said(
    "没有代码为“{code}”的类别，可能刚被改动。", "There is no category “{code}”; it may have been changed just now."
)
TAKEN = Said("代码“{code}”已经用过，请换一个。", "The code “{code}” is in use; choose another.")
ROOT = "categories"


@dataclass(frozen=True, slots=True)
class Given:
    """What a page says of one category; what is empty is the parent's."""

    zh: str
    en: str
    keywords: Sequence[str] = ()
    playbook: str = ""
    urgency: str = ""
    hidden: bool = False
    limits: Mapping[str, Mapping[str, str]] | None = None


def tree_of(text: str) -> Tree:
    """Of a text that was checked before."""
    tree: Tree = yaml.load(text, Loader=yaml.BaseLoader)[ROOT]  # noqa: S506 it makes nothing but text; `yes` stays `yes`
    return tree


def text_of(tree: Tree) -> str:
    return yaml.safe_dump({ROOT: tree}, allow_unicode=True, sort_keys=False, width=120)


def changed(tree: Tree, code: str, given: Given) -> Tree:
    """The tree with one category changed; what hangs below it stays."""
    below = _holder(tree, code)
    kept = {"below": below[code]["below"]} if below[code].get("below") else {}
    below[code] = {**_written(given), **kept}
    return tree


def added(tree: Tree, code: str, under: str, given: Given) -> Tree:
    if code in dict(_all(tree)):
        raise Refused(TAKEN.filled(code=code[:40]))
    siblings = tree if not under else _holder(tree, under)[under].setdefault("below", {})
    siblings[code] = _written(given)
    return tree


def moved(tree: Tree, code: str, *, up: bool) -> Tree:
    """One place up or down among its siblings; at the end it stays."""
    siblings = _holder(tree, code)
    order = list(siblings)
    place = order.index(code)
    other = max(0, place - 1) if up else min(len(order) - 1, place + 1)
    order[place], order[other] = order[other], order[place]
    kept = dict(siblings)
    siblings.clear()
    for name in order:
        siblings[name] = kept[name]
    return tree


def _written(given: Given) -> dict[str, Any]:
    """What is said, in the order of the documentation; nothing that is left out."""
    said = {
        "title": {"zh": given.zh, "en": given.en},
        "keywords": list(given.keywords),
        "playbook": given.playbook,
        "urgency": given.urgency,
        "hidden": "yes" if given.hidden else "",
        "limits": {stage: dict(limit) for stage, limit in (given.limits or {}).items()},
    }
    return {name: value for name, value in said.items() if value}


def _holder(tree: Tree, code: str) -> Tree:
    """The mapping in which a category stands."""
    for siblings in _levels(tree):
        if code in siblings:
            return siblings
    raise Refused(UNKNOWN.filled(code=code[:40]))


def _levels(tree: Tree) -> Iterator[Tree]:
    yield tree
    for one in tree.values():
        if one.get("below"):
            yield from _levels(one["below"])


def _all(tree: Tree) -> Iterator[tuple[str, dict[str, Any]]]:
    for siblings in _levels(tree):
        yield from siblings.items()
