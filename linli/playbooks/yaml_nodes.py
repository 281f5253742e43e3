"""YAML as a tree of marked nodes, read without ever running or building anything the file names.

Every scalar stays the text that was written: YAML would read the key `on` as true and `1:30` as ninety. What is unsafe
is refused while the parser still walks, so that a small file cannot grow into a large one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from linli.lib.text import Said
from linli.playbooks.model import Mark, Problem
from linli.playbooks.yaml_errors import explained, marked

LARGEST = 256 * 1024
DEEPEST = 20
FAST = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")

TOO_LARGE = Said(
    "文件太大（最多 256 KiB）。一个办事流程用不了这么多字，请检查是不是选错了文件。",
    "The file is too large (at most 256 KiB). No playbook needs as much; is this the right file?",
)
TOO_DEEP = Said(
    "层次太深（最多 20 层），后面的内容没有再看。请检查缩进或括号。",
    "Nested too deeply (at most 20 levels); nothing after this was read. Check the indentation or the brackets.",
)
TAGGED = Said(
    "不能写 YAML 标签“{name}”。请删去标签，直接写内容。",
    "The YAML tag “{name}” is not allowed. Remove it and write the value alone.",
)
ANCHORED = Said(
    "不能写 YAML 锚点“&{name}”。同样的内容请在用到的地方再写一遍。",
    "The YAML anchor “&{name}” is not allowed. Write the same content again where it is needed.",
)
ALIASED = Said(
    "不能写 YAML 引用“*{name}”。请把要引用的内容在这里写出来。",
    "The YAML alias “*{name}” is not allowed. Write the content out here.",
)
SECOND = Said(
    "一个文件只写一个办事流程；这里用“---”开始了第二个，后面的内容没有再看。请另存一个文件。",
    "One file holds one playbook; “---” begins a second one here, which was not read. Put it into a file of its own.",
)
TWICE = Said(
    "“{key}”写了两次，第一次在第 {line} 行；后写的不算。请只留一处。",
    "“{key}” is written twice, first in line {line}; the later one is ignored. Keep only one.",
)
NO_KEY = Said(
    "冒号前面应当是一个名称，不能是列表或成组的内容。",
    "Before the colon there must be one name, not a list or a group.",
)
CONTROL = Said(
    "这里有一个看不见的控制字符（U+{code:04X}）。请删去它，常见于从别处粘贴的文字。",
    "There is an invisible control character here (U+{code:04X}). Remove it; pasted text often carries one.",
)


@dataclass(frozen=True, slots=True)
class Scalar:
    """`plain`: written without quotes, so that `true` or `5` may be meant as more than text."""

    mark: Mark
    text: str
    plain: bool = True
    inner: Mark | None = None  # of the first character inside the quotes; None for a text block


@dataclass(frozen=True, slots=True)
class Listed:
    mark: Mark
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    mark: Mark
    entries: tuple[tuple[Scalar, Node], ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """Stands where something was refused already; nobody need complain about it again."""

    mark: Mark


Node = Scalar | Listed | Mapped | Unread


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not come yet."""

    mark: Mark
    mapping: bool
    children: list[Node] = field(default_factory=list)


def read_nodes(text: str) -> tuple[Node | None, tuple[Problem, ...]]:
    """The tree of the first document and everything that is wrong with it as YAML; no tree when it cannot be parsed."""
    text = text.removeprefix("\ufeff")
    if len(text.encode("utf-8", "surrogatepass")) > LARGEST:
        return None, (Problem("G06", Mark(1, 1), TOO_LARGE),)
    if strange := tuple(_unprintable(text)):
        return None, strange
    tree = _Tree()
    try:
        for event in yaml.parse(text, Loader=FAST):
            if not tree.take(event):
                break
    except yaml.YAMLError as error:
        return None, (*tree.problems, *explained(text, error))
    return tree.root, tuple(tree.problems)


def _unprintable(text: str) -> Iterator[Problem]:
    for number, line in enumerate(text.split("\n"), start=1):
        if found := UNPRINTABLE.search(line):
            yield Problem("G01", Mark(number, found.start() + 1), CONTROL.filled(code=ord(found[0])))


class _Tree:
    """Takes the parser's events one by one; a walk without recursion, so depth cannot exhaust the stack."""

    def __init__(self) -> None:
        self.root: Node | None = None
        self.problems: list[Problem] = []
        self._open: list[_Open] = []
        self._documents = 0

    def take(self, event: yaml.Event) -> bool:
        """Whether to go on."""
        mark = marked(event.start_mark)
        if isinstance(event, yaml.DocumentStartEvent):
            return self._begin_document(mark)
        if isinstance(event, yaml.CollectionEndEvent):
            self._place(self._closed(self._open.pop()))
        elif isinstance(event, yaml.NodeEvent):
            return self._take_node(event, mark)
        return True

    def _begin_document(self, mark: Mark) -> bool:
        self._documents += 1
        if self._documents > 1:
            self._refuse(mark, SECOND)
        return self._documents == 1

    def _take_node(self, event: yaml.NodeEvent, mark: Mark) -> bool:
        if isinstance(event, yaml.AliasEvent):
            self._refuse(mark, ALIASED.filled(name=event.anchor))
            self._place(Unread(mark))
            return True
        self._refuse_extras(event, mark)
        if isinstance(event, yaml.ScalarEvent):
            self._take_scalar(event, mark)
            return True
        self._open.append(_Open(mark, isinstance(event, yaml.MappingStartEvent)))
        if len(self._open) > DEEPEST:
            self._refuse(mark, TOO_DEEP)
            self._close_all()
            return False
        return True

    def _take_scalar(self, event: yaml.ScalarEvent, mark: Mark) -> None:
        """An escape such as `\\0` can bring in a character that the file itself may not hold."""
        if strange := UNPRINTABLE.search(event.value):
            self.problems.append(Problem("G01", mark, CONTROL.filled(code=ord(strange[0]))))
            self._place(Unread(mark))
        else:
            self._place(_scalar(event, mark))

    def _refuse_extras(self, event: yaml.NodeEvent, mark: Mark) -> None:
        if event.anchor is not None:
            self._refuse(mark, ANCHORED.filled(name=event.anchor))
        if getattr(event, "tag", None) is not None:
            self._refuse(mark, TAGGED.filled(name=_short_tag(event)))

    def _refuse(self, mark: Mark, sentence: Said) -> None:
        self.problems.append(Problem("G06", mark, sentence))

    def _place(self, node: Node) -> None:
        if self._open:
            self._open[-1].children.append(node)
        elif self.root is None:
            self.root = node

    def _close_all(self) -> None:
        """After what is nested too deeply: what came before it can still be read."""
        self._place(Unread(self._open.pop().mark))
        while self._open:
            self._place(self._closed(self._open.pop()))

    def _closed(self, done: _Open) -> Node:
        if not done.mapping:
            return Listed(done.mark, tuple(done.children))
        return Mapped(done.mark, tuple(self._entries(done.children)))

    def _entries(self, children: list[Node]) -> Iterator[tuple[Scalar, Node]]:
        seen: dict[str, Mark] = {}
        for key, value in zip(children[::2], children[1::2], strict=False):
            if not isinstance(key, Scalar):
                self._complain_of_key(key)
            elif key.text in seen:
                sentence = TWICE.filled(key=key.text, line=seen[key.text].line)
                self.problems.append(Problem("G04", key.mark, sentence))
            else:
                seen[key.text] = key.mark
                yield key, value

    def _complain_of_key(self, key: Node) -> None:
        if not isinstance(key, Unread):
            self.problems.append(Problem("G03", key.mark, NO_KEY))


def _scalar(event: yaml.ScalarEvent, mark: Mark) -> Scalar:
    quoted = event.style in ("'", '"')
    block = event.style in ("|", ">")
    inner = None if block else Mark(mark.line, mark.column + quoted)
    return Scalar(mark, event.value, plain=not (quoted or block), inner=inner)


def _short_tag(event: yaml.NodeEvent) -> str:
    tag: str = getattr(event, "tag", "")
    return tag.replace("tag:yaml.org,2002:", "!!")
