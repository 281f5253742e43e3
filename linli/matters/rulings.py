"""More time, and “it is not ours”: the forms to ask for either, and to rule on it, on a matter's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from linli.lib import clock
from linli.lib.text import Said
from linli.lib.times import day_said
from linli.matters.actions.objections import DECLINE, seats_to_take_over
from linli.matters.course import Course
from linli.matters.forms import Ask, Attempt, choice_ask, limits_up_to, reason_ask
from linli.matters.models import Duty
from linli.matters.policies import holds, is_holder
from linli.matters.seats import Holder, next_step, resolve
from linli.matters.timeline import Book
from linli.people.reader import Reader
from linli.people.roles import ROLES
from linli.playbooks.model import RAISER

DELAY, RULE_DELAY, OBJECTION, RULE_OBJECTION = "delay", "rule-delay", "objection", "rule-objection"
HOW_LONG = Said("延长多久", "How much longer")
WHY_DELAY = Said("为什么需要延期", "Why more time is needed")
WHY_OBJECT = Said("为什么不该由您负责", "Why it is not yours")
WHY_RULE = Said("裁定理由", "Reason for the ruling")
RULING = Said("裁定", "Ruling")
WHO_TAKES = Said("由谁接手", "Who takes it over")
GRANT, REFUSE = Said("同意", "Grant"), Said("不同意", "Refuse")
DECLINES = Said("不予受理，告知提出人由{whose}负责", "Not accepted: the raiser is told that it is for {whose}")
STAYS = Said("异议不成立，仍由原负责人办理", "Dismissed: it stays where it is")
WAITS = {
    Duty.RULES_DELAY: Said("延期申请正在等{who}裁定，{due} 前答复", "A delay waits for {who} to rule, by {due}"),
    Duty.RULES_OBJECTION: Said("异议正在等{who}裁定，{due} 前答复", "An objection waits for {who} to rule, by {due}"),
}


@dataclass(frozen=True, slots=True)
class RequestForm:
    name: str
    asks: tuple[Ask, ...]
    tried: bool
    reason: Said | None = None  # what the asker wrote
    due: datetime | None = None  # the new due date that is asked for


@dataclass
class Requests:
    course: Course
    duties: Sequence[Duty]
    reader: Reader
    record: Book
    attempt: Attempt

    @property
    def forms(self) -> set[str]:
        """The names of the forms that stand on the page."""
        offered = (self.delay, self.objection, self.ruling_delay, self.ruling_objection)
        return {form.name for form in offered if form is not None}

    @cached_property
    def delay(self) -> RequestForm | None:
        """Offered as long as it can succeed."""
        matter, rule = self.course.matter, self.course.book.delay
        if rule is None or not self._is_mine or self._waiting(Duty.RULES_DELAY) or matter.due_at is None:
            return None
        over = matter.late_at is not None or matter.due_at <= self.course.now or matter.delays >= rule.times
        held = self.course.holder or Holder()
        if over or next_step(self.course.book, self.course.line, after=0, holder=held) is None:
            return None
        how_long = choice_ask(DELAY, "limit", HOW_LONG, limits_up_to(rule.at_most), self.attempt)
        return self._form(DELAY, how_long, WHY_DELAY)

    @cached_property
    def objection(self) -> RequestForm | None:
        rule, matter = self.course.book.objection, self.course.matter
        if rule is None or not self._is_mine or matter.objected:
            return None
        judge = resolve(self.course.book, rule.to, self.course.line, raiser=matter.raiser_id, facts=self.course.facts)
        held = self.course.holder or Holder()
        return None if (judge.role, judge.place) == (held.role, held.place) else self._form(OBJECTION, None, WHY_OBJECT)

    @cached_property
    def ruling_delay(self) -> RequestForm | None:
        duty = self._mine_to_rule(Duty.RULES_DELAY)
        if duty is None:
            return None
        asked = (duty.asks or {}).get("due")
        ruling = choice_ask(RULE_DELAY, "_grant", RULING, (("yes", GRANT), ("no", REFUSE)), self.attempt)
        due = datetime.fromisoformat(asked) if asked else None
        return self._form(RULE_DELAY, ruling, WHY_RULE, asked_by="delay_asked", due=due)

    @cached_property
    def ruling_objection(self) -> RequestForm | None:
        if self._mine_to_rule(Duty.RULES_OBJECTION) is None:
            return None
        seats = [(seat.role, ROLES[seat.role].title) for seat in seats_to_take_over(self.course)]
        by_list = (self._waiting(Duty.RULES_OBJECTION) or Duty()).asks
        if by_list:
            seats.insert(0, (DECLINE, DECLINES.filled(whose=Said(*by_list["whose"]))))
        who = choice_ask(RULE_OBJECTION, "_take_over", WHO_TAKES, [*seats, ("-", STAYS)], self.attempt)
        return self._form(RULE_OBJECTION, who, WHY_RULE, asked_by="refused_by_list" if by_list else "objected")

    @property
    def waiting(self) -> list[Said]:
        """Requests that somebody else has to rule on."""
        others = [duty for kind in WAITS if (duty := self._waiting(kind)) and not holds(self.reader, duty)]
        return [
            WAITS[duty.kind].filled(who=self.record.naming.duty(duty), due=day_said(duty.due_at, clock.now()))
            for duty in others
        ]

    @cached_property
    def _is_mine(self) -> bool:
        """A raiser who is asked for a verdict holds the matter, but has nothing to delay and nobody to object to."""
        stage = self.course.book.stages.get(self.course.matter.stage)
        asked = stage is not None and stage.duty is not None and stage.duty.person == RAISER
        return self.course.matter.is_open and not asked and is_holder(self.reader, self.course.matter)

    def _waiting(self, kind: str) -> Duty | None:
        return next((duty for duty in self.duties if duty.kind == kind and duty.until is None), None)

    def _mine_to_rule(self, kind: str) -> Duty | None:
        duty = self._waiting(kind)
        return duty if duty is not None and holds(self.reader, duty) else None

    def _form(
        self, name: str, choice: Ask | None, why: Said, *, asked_by: str = "", due: datetime | None = None
    ) -> RequestForm:
        questions = (*((choice,) if choice else ()), reason_ask(name, why, self.attempt))
        return RequestForm(name, questions, self.attempt.form == name, self._reason_given(asked_by), due)

    def _reason_given(self, verb: str) -> Said | None:
        line = next((line for line in reversed(self.record.lines()) if line.verb == verb), None) if verb else None
        return line.words[0].said if line and line.words else None
