"""Reading a form: its keys, the hints for misspelt ones, and all complaints gathered on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from typing import Any

from linli.lib.text import Said
from linli.playbooks.grammar import NAME, Form, Key
from linli.playbooks.model import Mark, Problem
from linli.playbooks.yaml_errors import WIDE_COLON
from linli.playbooks.yaml_nodes import Listed, Mapped, Node, Scalar, Unread

NOTHING = Said("", "")
NO_SUCH_KEY = Said(
    "“{key}”不是{form}里能写的项。{hint}可以写的有：{keys}。",
    "“{key}” is no key of {form}. {hint}There are: {keys}.",
)
DID_YOU_MEAN = Said("是不是想写“{near}”？", "Did you mean “{near}”? ")
MISSING = Said("{form}里缺少必填的“{key}”。", "The key “{key}” is missing from {form}; it is required.")
NOT_MAPPED = Said(
    "{form}要写成若干行“名称: 值”，这里不是。{hint}",
    "Here {form} must be given as lines of “name: value”. {hint}",
)
NOT_LISTED = Said("这里要写成列表，例如 [{example}]。", "This must be a list, such as [{example}].")
NOT_SINGLE = Said("这里只能写一个值，不能是列表或成组的内容。", "This must be a single value, not a list or a group.")
EMPTY = Said("这里是空的。请填写内容，或者删去这一项。", "There is nothing here. Write the value, or remove the key.")
EMPTY_LIST = Said("列表是空的，至少要写一项。", "The list is empty; it needs at least one entry.")
REPEATED = Said("“{name}”在列表里写了两次，请只留一个。", "“{name}” stands twice in this list. Keep only one.")
SAME_KEY = Said(
    "“{key}”和“{other}”是同一项，只能写一个；这一个不算。",
    "“{key}” and “{other}” are the same key, so only one may be written; this one is ignored.",
)
BAD_NAME = Said(
    "“{name}”不能作名称。名称用小写英文字母开头，只含小写字母、数字和下划线，最多 41 个字符。",
    "“{name}” cannot be a name. A name begins with a small letter and holds small letters, digits and underscores, "
    "41 at most.",
)


@dataclass(frozen=True, slots=True)
class At:
    """Where the reader is: the path from the top of the file, and the place of the key."""

    path: str
    mark: Mark

    @property
    def name(self) -> str:
        return self.path.rpartition(".")[2]

    def into(self, name: str, mark: Mark) -> At:
        return At(f"{self.path}.{name}" if self.path else name, mark)


class Reader:
    """Gathers every problem, not only the first. A value that cannot be read is None, and complained of already."""

    def __init__(self, shapes: Mapping[str, Shape]) -> None:
        self.problems: list[Problem] = []
        self.marks: dict[str, Mark] = {}
        self.keys: dict[str, Mark] = {}
        self._shapes = shapes

    def complain(self, check: str, mark: Mark, sentence: Said, **values: object) -> None:
        """A sentence without values may quote what was written, braces and all, so it is not filled again."""
        said = sentence.filled(**values) if values else sentence
        self.problems.append(Problem(check, mark, Said(said.zh.strip(), said.en.strip())))

    def value(self, at: At, shape: str, node: Node) -> Any:
        self.marks[at.path] = node.mark if isinstance(node, Scalar) else at.mark
        self.keys[at.path] = at.mark
        return None if isinstance(node, Unread) else self._shapes[shape](self, at, node)

    def form(self, at: At, node: Node, form: Form) -> dict[str, Any] | None:
        """What could be read of each key; None when the node is no mapping at all."""
        if not isinstance(node, Mapped):
            self._complain_of_form(node, form)
            return None
        found: dict[str, Any] = {}
        for key, name, shape, value in self._known(node, form):
            found[name] = self.value(at.into(name, key.mark), shape, value)
        for missing in (key.name for key in form.keys if key.required and key.name not in found):
            self.complain("G05", at.mark, MISSING, form=form.title, key=missing)
        return {name: value for name, value in found.items() if value is not None}

    def single(self, node: Node) -> Scalar | None:
        if isinstance(node, Scalar):
            return node
        if not isinstance(node, Unread):
            self.complain("G03", node.mark, NOT_SINGLE)
        return None

    def text(self, node: Node) -> Scalar | None:
        """A single value that is not empty."""
        scalar = self.single(node)
        if scalar is not None and not scalar.text.strip():
            self.complain("G03", scalar.mark, EMPTY)
            return None
        return scalar

    def items(self, at: At, node: Node, example: str) -> Iterator[tuple[At, Node]]:
        if not isinstance(node, Listed):
            if not isinstance(node, Unread):
                self.complain("G03", node.mark, NOT_LISTED, example=example)
            return
        if not node.items:
            self.complain("G07", node.mark, EMPTY_LIST)
        for number, item in enumerate(node.items):
            here = at.into(str(number), item.mark)
            self.marks[here.path] = item.mark
            yield here, item

    def words(self, at: At, node: Node, example: str) -> Iterator[Scalar]:
        """A list of single values, none of them twice."""
        seen: set[str] = set()
        for _, item in self.items(at, node, example):
            scalar = self.text(item)
            if scalar is None:
                continue
            if scalar.text in seen:
                self.complain("G04", scalar.mark, REPEATED, name=short(scalar.text))
                continue
            seen.add(scalar.text)
            yield scalar

    def named(self, scalar: Scalar) -> str | None:
        if NAME.fullmatch(scalar.text):
            return scalar.text
        self.complain("G07", scalar.mark, BAD_NAME, name=short(scalar.text))
        return None

    def _complain_of_form(self, node: Node, form: Form) -> None:
        if not isinstance(node, Unread):
            wide = isinstance(node, Scalar) and "：" in node.text
            self.complain("G03", node.mark, NOT_MAPPED, form=form.title, hint=WIDE_COLON if wide else NOTHING)

    def _known(self, node: Mapped, form: Form) -> Iterator[tuple[Scalar, str, str, Node]]:
        """Each key that can be read, by its own name. A misspelt one is read as what it most likely means."""
        written = {key.text for key, _ in node.entries}
        taken: set[str] = set()
        for key, value in node.entries:
            known = form.key(key.text) or self._misspelt(key, form, written)
            if known is None and form.rest:
                self.named(key)
                yield key, key.text, form.rest, value
            elif known is not None and known.name in taken:
                self.complain("G04", key.mark, SAME_KEY, key=short(key.text), other=known.name)
            elif known is not None:
                taken.add(known.name)
                yield key, known.name, known.shape, value

    def _misspelt(self, key: Scalar, form: Form, written: set[str]) -> Key | None:
        if form.rest:
            return None
        near = nearest(key.text, (*form.spellings, *form.near))
        hint = DID_YOU_MEAN.filled(near=near) if near else WIDE_COLON if "：" in key.text else NOTHING
        keys = Said("、".join(form.spellings), ", ".join(form.spellings))
        self.complain("G02", key.mark, NO_SUCH_KEY, key=short(key.text), form=form.title, hint=hint, keys=keys)
        meant = form.key(near)
        return meant if meant and not written.intersection({meant.name, *meant.also}) else None


Shape = Callable[[Reader, At, Node], Any]


@lru_cache(maxsize=1024)
def nearest(word: str, known: tuple[str, ...]) -> str:
    """The known word that was most likely meant; empty when none is near."""
    close = get_close_matches(word.strip().lower()[:60], known, n=1, cutoff=0.7)
    return close[0] if close else ""


def short(text: str) -> str:
    """For quoting in a sentence: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"
