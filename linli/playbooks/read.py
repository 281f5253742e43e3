"""From the text of a playbook file to the frozen `Playbook`, with every mistake found on the way.

The grammar is data (`grammar.py`); here stands only what is made of each form once its keys have been read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any

from linli.lib.text import Said
from linli.playbooks import grammar
from linli.playbooks.ends import OUTCOMES
from linli.playbooks.fields import FIELD_KINDS
from linli.playbooks.grammar import FIELD_ALWAYS, Form
from linli.playbooks.model import (
    Branch,
    Delay,
    End,
    Field,
    LimitRule,
    Mark,
    Move,
    Objection,
    Playbook,
    Problem,
    Stage,
)
from linli.playbooks.problems import ordered
from linli.playbooks.reading import MISSING, NOTHING, At, Reader, Shape
from linli.playbooks.shapes import SINGLE, limit
from linli.playbooks.words import WORDS
from linli.playbooks.yaml_nodes import Listed, Mapped, Node, Scalar, read_nodes

TOP = Mark(1, 1)
EMPTY_FILE = Said(
    "文件是空的。办事流程从“playbook: 名称”这一行开始。",
    "The file is empty. A playbook begins with the line “playbook: name”.",
)
NO_STAGE = Said(
    "stages 里没有一个可以办理的环节。至少要写一个带 duty（职责）和 limit（时限）的环节。",
    "There is no stage to act in under stages. Write at least one, with a duty and a limit.",
)
NOT_FOR_KIND = Said(
    "“{kind}”类的项目没有“{key}”这一项，请删去。",
    "A field of kind “{kind}” has no “{key}”. Remove it.",
)
WHEN_BESIDE_LIST = Said(
    'to 写成列表时，条件要写在每个去向里，例如 {when: "score <= 2", to: rework}。',
    'When `to` is a list, the condition stands in each alternative, such as {when: "score <= 2", to: rework}.',
)


def read_playbook(text: str) -> tuple[Playbook | None, tuple[Problem, ...]]:
    """The playbook with all mistakes of the file; whatever could not be read is left out of it.

    None when there is no stage to begin with. Whether the playbook keeps what it must promise is for `checks`.
    """
    root, problems = read_nodes(text)
    reader = Reader(SHAPES)
    reader.problems.extend(problems)
    book = None
    if root is not None and not _is_empty(root):
        book = _playbook(reader, root)
    elif not problems:
        reader.complain("G03", TOP, EMPTY_FILE)
    return book, ordered(reader.problems)


def _is_empty(root: Node) -> bool:
    return isinstance(root, Scalar) and not root.text


def _playbook(reader: Reader, root: Node) -> Playbook | None:
    at = At("", root.mark)
    found = reader.form(at, root, grammar.PLAYBOOK)
    places: Mapping[str, Stage | End] = (found or {}).get("stages", {})
    stages = {name: each for name, each in places.items() if isinstance(each, Stage)}
    if found is None or not stages:
        if found is not None and "stages" in found:
            reader.complain("G05", reader.marks["stages"], NO_STAGE)
        return None
    return Playbook(
        name=found.get("playbook", ""),
        title=found.get("title", NOTHING),
        origin=found.get("origin", ""),
        subject=found.get("subject", ""),
        mark=root.mark,
        raised_by=found.get("raised_by", ()),
        at=found.get("at", ()),
        chain=found.get("chain", ()),
        stages=MappingProxyType(stages),
        ends=MappingProxyType({name: each for name, each in places.items() if isinstance(each, End)}),
        calendar=found.get("calendar", "always"),
        form=found.get("form", ()),
        chain_limit=found.get("chain_limit"),
        public=found.get("public", ()),
        counts=MappingProxyType(found.get("counts", {})),
        statute=found.get("statute", ""),
        delay=found.get("delay"),
        objection=found.get("objection"),
        summary=found.get("summary"),
        marks=MappingProxyType(reader.marks),
    )


def _field(reader: Reader, at: At, node: Node) -> Field:
    """A field that is broken keeps its name, so that nobody complains of the guards and duties that use it."""
    found = reader.form(at, node, grammar.FIELD) or {}
    kind = found.get("kind", "text")
    if "kind" in found and kind in FIELD_KINDS:
        _suit_kind(reader, at, kind, found)
    return Field(
        name=at.name,
        kind=kind,
        title=found.get("title", WORDS.get(at.name, NOTHING)),
        mark=at.mark,
        optional=found.get("optional", False),
        private=found.get("private", False),
        max=found.get("max"),
        of=found.get("of"),
        role=found.get("role", ""),
        options=MappingProxyType(found.get("options", {})),
    )


def _suit_kind(reader: Reader, at: At, kind: str, found: Mapping[str, Any]) -> None:
    understood = FIELD_KINDS[kind]
    for key in found.keys() - {*FIELD_ALWAYS, *understood.settings}:
        reader.complain("G02", reader.keys[f"{at.path}.{key}"], NOT_FOR_KIND, kind=kind, key=key)
    for key in understood.required:
        if f"{at.path}.{key}" not in reader.keys:
            reader.complain("G05", at.mark, MISSING, form=grammar.FIELD.title, key=key)


def _stage(reader: Reader, at: At, node: Node) -> Stage | End:
    written = {key.text: value for key, value in node.entries} if isinstance(node, Mapped) else {}
    kind = written.get("kind")
    if "end" in written:
        return _end(reader, at, node)
    if isinstance(kind, Scalar) and kind.text == "route":
        found = reader.form(at, node, grammar.ROUTE) or {}
        return Stage(at.name, _title(at, found), at.mark, kind="route", branches=found.get("to", ()))
    return _waiting(reader, at, node)


def _waiting(reader: Reader, at: At, node: Node) -> Stage:
    found = reader.form(at, node, grammar.STAGE) or {}
    return Stage(
        name=at.name,
        title=_title(at, found),
        mark=at.mark,
        kind=found.get("kind", "task"),
        duty=found.get("duty"),
        limit=found.get("limit"),
        warn=found.get("warn"),
        moves=tuple(found.get("moves", {}).values()),
        on=MappingProxyType(found.get("on", {})),
        settings=MappingProxyType(found.get("with", {})),
        late=found.get("late"),
        step=found.get("step", ""),
    )


def _end(reader: Reader, at: At, node: Node) -> End:
    found = reader.form(at, node, grammar.END) or {}
    outcome = found.get("end", "")
    title = found.get("title", WORDS.get(at.name, OUTCOMES.get(outcome, NOTHING)))
    return End(at.name, title, at.mark, outcome, found.get("unrated", False))


def _title(at: At, found: Mapping[str, Any]) -> Said:
    title: Said = found.get("title", WORDS.get(at.name, NOTHING))
    return title


def _move(reader: Reader, at: At, node: Node) -> Move:
    found = reader.form(at, node, grammar.MOVE) or {}
    return Move(
        name=at.name,
        title=_title(at, found),
        mark=at.mark,
        branches=_guarded(reader, at, found),
        needs=found.get("needs", ()),
        by=found.get("by"),
        climbs=found.get("climbs", False),
        otherwise=found.get("otherwise"),
    )


def _guarded(reader: Reader, at: At, found: Mapping[str, Any]) -> tuple[Branch, ...]:
    """`when` beside a single `to` is short for one alternative."""
    branches: tuple[Branch, ...] = found.get("to", ())
    if "when" not in found or not branches:
        return branches
    when, mark = found["when"]
    if len(branches) > 1 or branches[0].when:
        reader.complain("G07", reader.keys[f"{at.path}.when"], WHEN_BESIDE_LIST)
        return branches
    return (replace(branches[0], when=when, when_mark=mark),)


def _branches(reader: Reader, at: At, node: Node) -> tuple[Branch, ...]:
    if not isinstance(node, Listed):
        single = _outcome(reader, at, node)
        return (single,) if single else ()
    found = (reader.value(here, "branch", item) for here, item in reader.items(at, node, "{to: received}"))
    return tuple(branch for branch in found if branch is not None)


def _branch(reader: Reader, at: At, node: Node) -> Branch | None:
    found = reader.form(at, node, grammar.BRANCH) or {}
    when, mark = found.get("when", ("", None))
    return Branch(found["to"], reader.marks[f"{at.path}.to"], when, mark) if "to" in found else None


def _outcome(reader: Reader, at: At, node: Node) -> Branch | None:
    scalar = reader.text(node)
    to = reader.named(scalar) if scalar else None
    return Branch(to, node.mark) if to else None


def _late(reader: Reader, at: At, node: Node) -> Branch | None:
    found = reader.form(at, node, grammar.LATE) or {}
    return Branch(found["to"], reader.marks[f"{at.path}.to"]) if "to" in found else None


def _limit_rule(reader: Reader, at: At, node: Node) -> LimitRule | None:
    if isinstance(node, Scalar):
        single = limit(reader, at, node)
        return LimitRule(single, node.mark) if single else None
    found = reader.form(at, node, grammar.LIMIT) or {}
    default, by = found.pop("default", None), found.pop("by", "")
    return LimitRule(default, at.mark, by, MappingProxyType(found)) if default else None


def _delay(reader: Reader, at: At, node: Node) -> Delay | None:
    found = reader.form(at, node, grammar.DELAY) or {}
    return Delay(found["at_most"], found.get("times", 1), at.mark) if "at_most" in found else None


def _objection(reader: Reader, at: At, node: Node) -> Objection | None:
    found = reader.form(at, node, grammar.OBJECTION) or {}
    return Objection(found["to"], found["limit"], at.mark) if found.keys() >= {"to", "limit"} else None


def _fields(reader: Reader, at: At, node: Node) -> tuple[Field, ...]:
    return tuple((reader.form(at, node, grammar.FIELDS) or {}).values())


def _group(form: Form) -> Shape:
    """A mapping whose names the author chooses."""

    def read(reader: Reader, at: At, node: Node) -> dict[str, Any] | None:
        return reader.form(at, node, form)

    return read


SHAPES: Mapping[str, Shape] = MappingProxyType(
    {
        **SINGLE,
        "field": _field,
        "fields": _fields,
        "options": _group(grammar.OPTIONS),
        "stage": _stage,
        "stages": _group(grammar.STAGES),
        "move": _move,
        "moves": _group(grammar.MOVES),
        "branches": _branches,
        "branch": _branch,
        "outcome": _outcome,
        "outcomes": _group(grammar.OUTCOMES),
        "settings": _group(grammar.SETTINGS),
        "counts": _group(grammar.COUNTS),
        "late": _late,
        "limit_rule": _limit_rule,
        "delay": _delay,
        "objection": _objection,
    }
)
