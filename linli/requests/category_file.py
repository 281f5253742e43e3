"""Reading a tree of categories: every mistake at once, each with its line and column, as with playbooks."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from linli.lib.text import Said
from linli.playbooks.facts import URGENCIES
from linli.playbooks.grammar import NAME
from linli.playbooks.model import Mark, Problem
from linli.playbooks.problems import ordered
from linli.playbooks.reading import DID_YOU_MEAN, nearest, short
from linli.playbooks.yaml_nodes import Listed, Mapped, Node, Scalar, read_nodes
from linli.requests.own_limits import NO_LIMITS, OwnLimit, read_own_limits

LEVELS = 3
LONGEST_CODE = 40
KEYS = ("title", "keywords", "playbook", "urgency", "hidden", "limits", "below")
NOTHING = Said("", "")
NO_TREE = Said(
    "文件要以“categories:”开头，下面逐个写类别。",
    "The file must begin with “categories:”, with the categories below it.",
)
NOT_MAPPED = Said("这里要写成若干行“名称: 值”。", "This must be lines of “name: value”.")
NO_KEY = Said(
    "“{key}”不是类别里能写的项。{hint}可以写的有：{keys}。", "“{key}” is no key of a category. {hint}There are: {keys}."
)
NO_TITLE = Said("类别“{code}”缺少中英文名称。请写 title: {{zh: …, en: …}}。",
                "“{code}” needs a title in both languages: title: {{zh: …, en: …}}.")  # fmt: skip
NO_WORDS = Said("keywords 要写成列表，例如 [漏水, 渗水]。", "keywords must be a list, such as [漏水, 渗水].")
ONE_CHARACTER = Said(
    "提示词“{word}”太短，至少两个字。", "The keyword “{word}” is too short: two characters at the least."
)
BAD_CODE = Said(
    "“{code}”不能作代码。用小写英文字母开头，只含小写字母、数字和下划线，最多 40 个字符。",
    "“{code}” cannot be a code: begin with a small letter, then small letters, digits and underscores, 40 at most.",
)
TWICE = Said("代码“{code}”用了两次，第一次在第 {line} 行。", "The code “{code}” is used twice, first in line {line}.")
TOO_DEEP = Said("类别最多三级。", "There are three levels of categories at the most.")
NO_PLAYBOOK = Said("没有名为“{name}”的工作法。{hint}", "There is no playbook called “{name}”. {hint}")
YES_OR_NO = Said("hidden 只能写 yes 或 no。", "`hidden` is yes or no.")
NO_URGENCY = Said("紧急程度只能是：{names}。", "The urgency must be one of: {names}.")


@dataclass(frozen=True, slots=True)
class Category:
    """`line`: the codes from the top down to this one. What is left out is the parent's."""

    code: str
    title: Said
    line: tuple[str, ...]
    keywords: tuple[str, ...] = ()
    playbook: str = ""
    urgency: str = "ordinary"
    hidden: bool = False  # with all below it; matters that have it keep it
    limits: Mapping[str, OwnLimit] = field(default_factory=lambda: NO_LIMITS)


@dataclass
class _Reading:
    playbooks: Collection[str]
    problems: list[Problem] = field(default_factory=list)
    codes: dict[str, Mark] = field(default_factory=dict)

    def complain(self, check: str, mark: Mark, sentence: Said, **values: object) -> None:
        self.problems.append(Problem(check, mark, sentence.filled(**values) if values else sentence))


def read_categories(text: str, playbooks: Collection[str]) -> tuple[tuple[Category, ...], tuple[Problem, ...]]:
    """The categories in the order of the file, parents first, and everything that is wrong with it."""
    root, problems = read_nodes(text)
    reading = _Reading(playbooks, list(problems))
    entries = dict((key.text, value) for key, value in root.entries) if isinstance(root, Mapped) else {}
    tree = entries.get("categories")
    if not isinstance(tree, Mapped) or len(entries) != 1:
        if not problems:
            reading.complain("G05", root.mark if root else Mark(1, 1), NO_TREE)
        return (), ordered(reading.problems)
    return tuple(_below(reading, tree, None)), ordered(reading.problems)


def _below(reading: _Reading, tree: Mapped, parent: Category | None) -> Iterator[Category]:
    for key, node in tree.entries:
        line = (*(parent.line if parent else ()), key.text)
        _check_code(reading, key)
        if not isinstance(node, Mapped):
            reading.complain("G03", node.mark, NOT_MAPPED)
            continue
        given = {name.text: value for name, value in _known(reading, node)}
        one = _category(reading, key, given, line, parent)
        yield one
        below = given.get("below")
        if len(line) >= LEVELS and below is not None:
            reading.complain("C03", below.mark, TOO_DEEP)
        elif isinstance(below, Mapped):
            yield from _below(reading, below, one)
        elif below is not None:
            reading.complain("G03", below.mark, NOT_MAPPED)


def _check_code(reading: _Reading, key: Scalar) -> None:
    if not NAME.fullmatch(key.text) or len(key.text) > LONGEST_CODE:
        reading.complain("C01", key.mark, BAD_CODE, code=short(key.text))
    if key.text in reading.codes:
        reading.complain("C02", key.mark, TWICE, code=key.text, line=reading.codes[key.text].line)
    reading.codes.setdefault(key.text, key.mark)


def _known(reading: _Reading, node: Mapped) -> Iterator[tuple[Scalar, Node]]:
    for name, value in node.entries:
        if name.text in KEYS:
            yield name, value
        else:
            near = nearest(name.text, KEYS)
            hint = DID_YOU_MEAN.filled(near=near) if near else NOTHING
            reading.complain("G05", name.mark, NO_KEY, key=short(name.text), hint=hint, keys=", ".join(KEYS))


def _category(
    reading: _Reading, key: Scalar, given: Mapping[str, Node], line: tuple[str, ...], parent: Category | None
) -> Category:
    return Category(
        code=key.text,
        title=_title(reading, key, given.get("title")),
        line=line,
        keywords=tuple(_keywords(reading, given.get("keywords"))),
        playbook=_playbook(reading, given.get("playbook")) or (parent.playbook if parent else ""),
        urgency=_urgency(reading, given.get("urgency")) or (parent.urgency if parent else "ordinary"),
        hidden=_hidden(reading, given.get("hidden")) or (parent is not None and parent.hidden),
        limits=read_own_limits(given.get("limits"), reading.complain) or (parent.limits if parent else NO_LIMITS),
    )


def _title(reading: _Reading, key: Scalar, node: Node | None) -> Said:
    entries: dict[str, Any] = {name.text: value for name, value in node.entries} if isinstance(node, Mapped) else {}
    zh, en = (_text(entries.get(language)) for language in ("zh", "en"))
    if not zh or not en or len(entries) != 2:
        reading.complain("C04", node.mark if node else key.mark, NO_TITLE, code=short(key.text))
    return Said(zh or key.text, en or key.text)


def _keywords(reading: _Reading, node: Node | None) -> Iterator[str]:
    if node is None:
        return
    if not isinstance(node, Listed):
        reading.complain("G03", node.mark, NO_WORDS)
        return
    for item in node.items:
        word = _text(item)
        if len(word) < 2:
            reading.complain("C05", item.mark, ONE_CHARACTER, word=word)
        else:
            yield word


def _playbook(reading: _Reading, node: Node | None) -> str:
    name = _text(node)
    if node is not None and name not in reading.playbooks:
        near = nearest(name, tuple(sorted(reading.playbooks)))
        hint = DID_YOU_MEAN.filled(near=near) if near else NOTHING
        reading.complain("C06", node.mark, NO_PLAYBOOK, name=short(name), hint=hint)
    return name


def _urgency(reading: _Reading, node: Node | None) -> str:
    name = _text(node)
    if node is not None and name not in URGENCIES:
        reading.complain("C07", node.mark, NO_URGENCY, names=", ".join(URGENCIES))
        return ""
    return name


def _hidden(reading: _Reading, node: Node | None) -> bool:
    text = _text(node)
    if node is not None and text not in ("yes", "no"):
        reading.complain("C08", node.mark, YES_OR_NO)
    return text == "yes"


def _text(node: Node | None) -> str:
    return node.text.strip() if isinstance(node, Scalar) else ""
