"""Walking through a playbook in conversation, before anybody has to live with it.

Nothing is stored and nobody is told. Where lines come from and go to is lent by the caller, so that a script can walk.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.lib.workcalendar import WorkCalendar
from linli.playbooks.facts import URGENCIES
from linli.playbooks.model import Field, Playbook
from linli.playbooks.saying import join, level_said, listed, role_said
from linli.playbooks.standing import Standing, begin, come_back, let_pass, take
from linli.playbooks.walk_answers import PICK, pick, read_answer
from linli.playbooks.walk_view import Choice, choices, head, shown

Ask = Callable[[str], str | None]  # shows a question and returns the line typed; None at the end of the input
Say = Callable[[str], None]

HELP = Said(
    "输入序号（或动作名称）做这个动作；回车让时间过去，直到下一件自动发生的事；b 回到上一步；q 结束；? 显示这段说明。"
    "试走不会保存任何内容。",
    "Type a number (or the name of a move) to make that move; Enter lets the time pass until something happens; "
    "b goes back one step; q ends; ? shows this help. Nothing is kept.",
)
HINT = Said("输入 ? 看说明。", "Type ? for help.")
URGENCY = Said("紧急程度", "Urgency")
LEVEL = Said("在哪一级提出", "At which level is it raised")
USUAL = Said("［回车为 1］", " [Enter for 1]")
OPTIONAL = Said("［可不填］", " [may be left empty]")
SCALE = Said("（1–{best}）", " (1–{best})")
YES_NO = Said("（是/否）", " (yes/no)")
IN_YUAN = Said("（元）", " (yuan)")
FIRST_STEP = Said("这已经是第一步。", "This is the first step.")
AGAIN = Said("b 回到上一步，回车结束", "b goes back one step, Enter ends")
NO_SUCH_MOVE = Said("没有这个选项。{pick}", "There is no such choice. {pick}")
NONE_LEFT = Said(
    "已到最高一级，之后不会再自动发生什么。请选一个动作。",
    "This is the top; nothing more happens by itself. Choose a move.",
)


class Back(Exception):
    """“b” was typed."""


class Stopped(Exception):
    """“q” was typed, or the input is at its end."""


class Walk:
    """One conversation. `run` returns when the walker ends it."""

    def __init__(
        self, book: Playbook, *, ask: Ask, say: Say, language: str, at: datetime, calendar: WorkCalendar | None = None
    ) -> None:
        self.book = book
        self.ask = ask
        self.language = language
        self.calendar = calendar or WorkCalendar()
        self.began = at.astimezone(self.calendar.zone)
        self.path: list[Standing] = []
        self._say = say

    def run(self) -> None:
        try:
            self.say(*head(self.book), HINT)
            self.path = [self._begin()]
            while True:
                self._stop_here()
        except Stopped:
            return

    def say(self, *lines: Said) -> None:
        for line in lines:
            self._say(line.in_(self.language))

    def _begin(self) -> Standing:
        while True:
            try:
                facts: dict[str, Any] = {"urgency": self._urgency(), "level": self._level()}
                facts |= self._answers(self.book.form)
                return begin(self.book, facts, self.began, self.calendar)
            except Back:
                self.say(FIRST_STEP)
            except Refused as refused:
                self.say(refused.sentence)

    def _stop_here(self) -> None:
        """One stop: show it, hear what is wanted, go there."""
        here = self.path[-1]
        self.say(Said("", ""), *shown(self.book, here, self.began, self.calendar))
        try:
            there = self._next(here)
        except Back:
            self._go_back()
        except Refused as refused:
            self.say(refused.sentence)
        else:
            self.path.append(there)

    def _next(self, here: Standing) -> Standing:
        if here.at.end is not None:
            self._hear(AGAIN)
            raise Stopped
        open_ = choices(self.book, here)
        typed = self._hear(Said("请选择", "Your choice"))
        if not typed.strip():
            return self._wait(here)
        name = pick([choice.name for choice in open_], [choice.title for choice in open_], typed)
        chosen = next((choice for choice in open_ if choice.name == name), None)
        if chosen is None:
            raise Refused(NO_SUCH_MOVE.filled(pick=PICK.filled(last=len(open_))))
        return self._do(here, chosen)

    def _wait(self, here: Standing) -> Standing:
        if here.attend_at is None:
            raise Refused(NONE_LEFT)
        return let_pass(self.book, here, self.calendar)

    def _do(self, here: Standing, chosen: Choice) -> Standing:
        if chosen.move is None:
            return come_back(self.book, here, chosen.name, self.calendar)
        answers = self._answers(chosen.move.needs)
        return take(self.book, here, chosen.move, answers, self.calendar)

    def _go_back(self) -> None:
        if len(self.path) == 1:
            self.say(FIRST_STEP)
        else:
            self.path.pop()

    def _answers(self, needs: Iterable[Field]) -> dict[str, Any]:
        answers = {need.name: self._answer(need) for need in needs}
        return {name: value for name, value in answers.items() if value is not None}

    def _answer(self, need: Field) -> Any:
        while True:
            try:
                return read_answer(need, self._hear(_question(need)))
            except Refused as refused:
                self.say(refused.sentence)

    def _urgency(self) -> str:
        return self._choose(URGENCY, URGENCIES)

    def _level(self) -> str:
        levels = {level: level_said(level) for level in self.book.at}
        return self._choose(LEVEL, levels) if len(levels) > 1 else self.book.at[0]

    def _choose(self, title: Said, options: Mapping[str, Said]) -> str:
        question = join((title, _numbered(options), USUAL), "", "")
        while True:
            typed = self._hear(question).strip() or "1"
            chosen = pick(tuple(options), tuple(options.values()), typed)
            if chosen is not None:
                return chosen
            self.say(PICK.filled(last=len(options)))

    def _hear(self, question: Said) -> str:
        """A line; help is given here, so that it can be asked for everywhere."""
        while True:
            typed = self.ask(question.in_(self.language))
            if typed is None or typed.strip() == "q":
                raise Stopped
            if typed.strip() == "b":
                raise Back
            if typed.strip() not in ("?", "？"):
                return typed
            self.say(HELP)


def _question(need: Field) -> Said:
    extra = [OPTIONAL] if need.optional else []
    return join((need.title, _hint(need), *extra), "", "")


def _hint(need: Field) -> Said:
    if need.kind == "choice":
        return _numbered(need.options)
    if need.kind == "person":
        role = role_said(need.role)
        return Said(f"（{role.zh}）", f" ({role.en})")
    plain = {"score": SCALE.filled(best=need.of or 5), "yes_no": YES_NO, "money": IN_YUAN}
    return plain.get(need.kind, Said("", ""))


def _numbered(options: Mapping[str, Said]) -> Said:
    parts = [Said(f"{number} {title.zh}", f"{number} {title.en}") for number, title in enumerate(options.values(), 1)]
    shown_as = listed(parts)
    return Said(f"（{shown_as.zh}）", f" ({shown_as.en})")
