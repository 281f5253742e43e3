"""What may stand in a playbook file, as data: the reader, its suggestions and the test of the documentation use it.

A form is one mapping of the file; each of its keys names the shape of its value. Shapes are read in `shapes.py` (single
values) and `read.py` (whatever is made of forms).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from linli.lib.text import Said

NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
FACT = re.compile(r"[a-z][a-z0-9_]{0,40}(\.[a-z][a-z0-9_]{0,40})*")


@dataclass(frozen=True, slots=True)
class Key:
    """`also`: another spelling that is read the same way."""

    name: str
    shape: str
    required: bool = False
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Form:
    """`rest`: the shape of the values of any other key, where the author chooses the names; empty where none may stand.

    `near`: keys of forms that stand in the same place, which a misspelt key may have meant.
    """

    title: Said
    keys: tuple[Key, ...] = ()
    rest: str = ""
    near: tuple[str, ...] = ()

    def key(self, name: str) -> Key | None:
        return next((key for key in self.keys if name == key.name or name in key.also), None)

    @property
    def spellings(self) -> tuple[str, ...]:
        return tuple(name for key in self.keys for name in (key.name, *key.also))


PLAYBOOK = Form(
    Said("办事流程", "the playbook"),
    (
        Key("playbook", "name", required=True),
        Key("title", "titled", required=True),
        Key("summary", "titled"),
        Key("origin", "text", required=True),
        Key("subject", "name", required=True),
        Key("statute", "text"),
        Key("raised_by", "names", required=True),
        Key("at", "names", required=True),
        Key("calendar", "name"),
        Key("form", "fields"),
        Key("chain", "duties", required=True),
        Key("chain_limit", "limit"),
        Key("delay", "delay"),
        Key("objection", "objection"),
        Key("stages", "stages", required=True),
        Key("public", "facts"),
        Key("counts", "counts"),
    ),
)
TITLED = Form(Said("中英文标题", "a title in both languages"), (Key("zh", "words"), Key("en", "words")))
FIELD = Form(
    Said("要填写的一项", "a field"),
    (
        Key("kind", "name", required=True),
        Key("title", "titled"),
        Key("optional", "yes_no"),
        Key("private", "yes_no"),
        Key("max", "number"),
        Key("of", "number"),
        Key("role", "name"),
        Key("options", "options"),
    ),
)
FIELD_ALWAYS = ("kind", "title", "optional", "private")  # the other keys only where the kind of field understands them
OPTIONS = Form(Said("各选项", "the options"), rest="titled")
STAGE = Form(
    Said("环节", "a stage"),
    (
        Key("title", "titled"),
        Key("kind", "name"),
        Key("step", "name"),
        Key("duty", "duty"),
        Key("limit", "limit_rule"),
        Key("warn", "limit"),
        Key("moves", "moves"),
        Key("with", "settings"),
        Key("on", "outcomes"),
        Key("late", "late"),
    ),
    near=("end", "unrated", "to"),
)
ROUTE = Form(
    Said("分流环节（kind: route）", "a route (kind: route)"),
    (Key("kind", "name", required=True), Key("title", "titled"), Key("to", "branches", required=True)),
)
END = Form(
    Said("办结（end）", "an end"),
    (Key("end", "name", required=True), Key("title", "titled"), Key("unrated", "yes_no")),
)
MOVE = Form(
    Said("动作", "a move"),
    (
        Key("to", "branches", required=True),
        Key("when", "guard"),
        Key("title", "titled"),
        Key("by", "duty"),
        Key("needs", "fields"),
        Key("climbs", "yes_no"),
        Key("otherwise", "titled"),
    ),
)
BRANCH = Form(Said("去向", "an alternative"), (Key("to", "name", required=True), Key("when", "guard")))
LATE = Form(Said("逾期去向", "where lateness leads"), (Key("to", "name", required=True, also=("move",)),))
LIMIT = Form(
    Said("分情况的时限", "a limit by cases"),
    (Key("default", "limit", required=True), Key("by", "fact", required=True)),
    rest="limit",
)
DELAY = Form(Said("延期", "the delay"), (Key("at_most", "limit", required=True), Key("times", "number")))
OBJECTION = Form(
    Said("异议", "the objection"), (Key("to", "duty", required=True), Key("limit", "limit", required=True))
)
FIELDS = Form(Said("要填写的内容", "the fields"), rest="field")
STAGES = Form(Said("各环节", "the stages"), rest="stage")
MOVES = Form(Said("各动作", "the moves"), rest="move")
OUTCOMES = Form(Said("各结果的去向", "what follows each outcome"), rest="outcome")
SETTINGS = Form(Said("环节类型的设置", "the settings of the kind"), rest="setting")
COUNTS = Form(Said("计数", "the counts"), rest="moves_named")

FORMS = MappingProxyType(
    {
        "playbook": PLAYBOOK,
        "titled": TITLED,
        "field": FIELD,
        "stage": STAGE,
        "route": ROUTE,
        "end": END,
        "move": MOVE,
        "branch": BRANCH,
        "late": LATE,
        "limit_rule": LIMIT,
        "delay": DELAY,
        "objection": OBJECTION,
    }
)

# The mistakes that the reader itself finds; what a well-formed playbook promises is checked in `checks`.
MISTAKES = MappingProxyType(
    {
        "G00": Said("文件读不出来", "the file cannot be read"),
        "G01": Said("不符合 YAML 的写法", "this is not YAML"),
        "G02": Said("没有这一项", "there is no such key"),
        "G03": Said("值的类型不对", "the value is of the wrong type"),
        "G04": Said("同一项写了两次", "a key is written twice"),
        "G05": Said("缺少必填项", "a key is missing"),
        "G06": Said("不安全的 YAML", "this YAML is unsafe"),
        "G07": Said("值看不懂", "the value cannot be understood"),
    }
)
