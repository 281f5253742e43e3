"""P12: whatever people read has a title in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator

from linli.lib.text import Said
from linli.playbooks.checks.graph import Case
from linli.playbooks.checks.parts import fields_of, mark_of, moves_of
from linli.playbooks.checks.wording import problem
from linli.playbooks.model import Mark, Playbook, Problem

CHINESE = re.compile("[\u3400-\u9fff\U00020000-\U0003ffff]")
LATIN = re.compile("[A-Za-z]")
NO_TITLE = Said(
    "{what}“{name}”没有标题。请写上，例如 title: {{zh: 待受理, en: Received}}。",
    "{what} “{name}” has no title. Add one, for example title: {{zh: 待受理, en: Received}}.",
)
NO_CHINESE = Said("{what}“{name}”缺少中文（zh）。请补上。", "{what} “{name}” has no Chinese text (zh). Add it.")
NO_ENGLISH = Said("{what}“{name}”缺少英文（en）。请补上。", "{what} “{name}” has no English text (en). Add it.")
NOT_CHINESE = Said(
    "{what}“{name}”的中文（zh）“{text}”里没有汉字。请写成中文。",
    "The Chinese text (zh) “{text}” of {what} “{name}” has no Chinese character. Write it in Chinese.",
)
NOT_ENGLISH = Said(
    "{what}“{name}”的英文（en）“{text}”里没有英文字母。请写成英文。",
    "The English text (en) “{text}” of {what} “{name}” has no letter in it. Write it in English.",
)
BOOK = Said("办事流程", "The playbook")
SUMMARY = Said("简介", "The summary of")
FIELD = Said("填写项", "The field")
OPTION = Said("选项", "The option")
STAGE = Said("环节", "The stage")
MOVE = Said("动作", "The move")
OTHERWISE = Said("otherwise 的说明", "The sentence `otherwise` of the move")
END = Said("结局", "The end")


def everything_has_a_title(case: Case) -> Iterator[Problem]:
    """P12. The reader has given the standard words to whatever has a well-known name."""
    book = case.book
    for path, what, name, said, mark in _titles(book):
        yield from _both_languages(book, path, what, name, said, mark)
    for path, field in fields_of(book):
        for option, said in field.options.items():
            mark = mark_of(book, f"{path}.options.{option}", field.mark)
            yield from _given(book, f"{path}.options.{option}", OPTION, option, said, mark)


def _titles(book: Playbook) -> Iterator[tuple[str, Said, str, Said, Mark]]:
    """The path, what it is, its name, its title and where it stands."""
    yield "title", BOOK, book.name, book.title, book.mark
    if book.summary is not None:
        yield "summary", SUMMARY, book.name, book.summary, book.mark
    for path, field in fields_of(book):
        yield f"{path}.title", FIELD, field.name, field.title, field.mark
    for stage in book.stages.values():
        yield f"stages.{stage.name}.title", STAGE, stage.name, stage.title, stage.mark
    for path, _, move in moves_of(book):
        yield f"{path}.title", MOVE, move.name, move.title, move.mark
        if move.otherwise is not None:
            yield f"{path}.otherwise", OTHERWISE, move.name, move.otherwise, move.mark
    for end in book.ends.values():
        yield f"stages.{end.name}.title", END, end.name, end.title, end.mark


def _both_languages(book: Playbook, path: str, what: Said, name: str, said: Said, mark: Mark) -> Iterator[Problem]:
    yield from _given(book, path, what, name, said, mark)
    if said.zh.strip() and not CHINESE.search(said.zh):
        yield problem("P12", _at(book, f"{path}.zh", mark), NOT_CHINESE, what=what, name=name, text=said.zh)
    if said.en.strip() and not LATIN.search(said.en):
        yield problem("P12", _at(book, f"{path}.en", mark), NOT_ENGLISH, what=what, name=name, text=said.en)


def _given(book: Playbook, path: str, what: Said, name: str, said: Said, mark: Mark) -> Iterator[Problem]:
    """An option such as `10:00` needs no letters of either language, but a text."""
    zh, en = said.zh.strip(), said.en.strip()
    if not zh and not en:
        yield problem("P12", _at(book, path, mark), NO_TITLE, what=what, name=name)
    elif not zh or not en:
        key, sentence = ("en", NO_ENGLISH) if zh else ("zh", NO_CHINESE)
        yield problem("P12", _at(book, f"{path}.{key}", mark), sentence, what=what, name=name)


def _at(book: Playbook, path: str, fallback: Mark) -> Mark:
    """The text itself, or its title, or the thing that has none."""
    return mark_of(book, path, mark_of(book, path.rpartition(".")[0], fallback))
