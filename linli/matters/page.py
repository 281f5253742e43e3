"""A matter's page put together for one reader: what stands where, what this person can do, what others do."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, lru_cache
from typing import Any

from django.utils.safestring import SafeString

from linli.lib import clock
from linli.lib.text import Said
from linli.matters.course import Course
from linli.matters.forms import NOTHING_TRIED, Ask, Attempt, asks, reason_ask
from linli.matters.models import Duty, Matter
from linli.matters.naming import GONE, YOU, Naming, naming
from linli.matters.panels import Panel, panels_of
from linli.matters.parts import Part, on_matter
from linli.matters.policies import is_holder, is_party, may_move, may_open_sensitive
from linli.matters.queries import public_names
from linli.matters.readymade import asks_for
from linli.matters.rulings import Requests
from linli.matters.seats import roles_of
from linli.matters.timeline import Book, Custody, Line, Words, custody
from linli.matters.wording import NOBODY, RAISER_SAID
from linli.people.queries import line_with_seats
from linli.people.reader import Reader
from linli.places.levels import LEVELS
from linli.playbooks.draw import draw
from linli.playbooks.ends import OUTCOMES
from linli.playbooks.engine import is_shut
from linli.playbooks.facts import PUBLIC_FACTS, URGENCIES
from linli.playbooks.model import RAISER, Move, Playbook, Stage
from linli.playbooks.saying import duty_said, listed
from linli.playbooks.versions import book_of
from linli.record.queries import events_of, sealed_of

YOUR_TURN = Said("现在等您：{stage}", "It is your turn: {stage}")
HELD = Said("现在由{holder}负责：{stage}", "{stage}: it is with {holder}")
AWAITED = Said("现在等{holder}：{stage}", "{stage}: waiting for {holder}")
ENDED = Said("已办结：{end}", "Closed: {end}")
WHY_OPEN = Said("为什么需要查看", "Why you need to see it")
MOVE_OF = Said("{moves}：由{who}来做", "{moves}: for {who} to do")


@dataclass(frozen=True, slots=True)
class MoveForm:
    """One move as a form. `tried`: this is the form that was sent and could not be taken."""

    name: str
    title: Said
    asks: tuple[Ask, ...]
    first: bool
    tried: bool
    danger: bool
    photos: bool
    ready: Ask | None  # words that the reader's office keeps ready for the answer
    key: uuid.UUID  # one for each form: of two forms on a page, the second must not pass for a repetition of the first


@dataclass
class MatterPage:
    """Everything is read when a template asks for it, and once."""

    matter: Matter
    reader: Reader
    attempt: Attempt = NOTHING_TRIED
    just_opened: Mapping[tuple[int, str], Any] | None = None

    @cached_property
    def book(self) -> Playbook:
        return book_of(self.matter.playbook_id)

    @cached_property
    def whole(self) -> bool:
        return is_party(self.reader, self.matter, self.book)

    @cached_property
    def course(self) -> Course:
        line = line_with_seats(self.matter.place, roles_of(self.book))
        return Course(self.matter, self.book, line, clock.now())

    @property
    def stage(self) -> Stage | None:
        return self.book.stages.get(self.matter.stage)

    @cached_property
    def duties(self) -> list[Duty]:
        return list(self.matter.duties.select_related("person").order_by("since", "pk"))

    @cached_property
    def record(self) -> Book:
        events = events_of(self.matter.pk)
        named = self._naming_for(events)
        sealed = sealed_of(self.matter.pk, sensitive=False)
        return Book(self.matter, self.book, events, sealed, named, self.duties, self.just_opened or {})

    def _naming_for(self, events: Sequence[Any]) -> Naming:
        return naming(
            self.matter, self.book, events, viewer=self.reader.person_id if self.whole else None, whole=self.whole
        )

    @cached_property
    def lines(self) -> list[Line]:
        return self.record.lines()

    # -- where it stands

    @property
    def end_title(self) -> Said:
        return self.book.title_of(self.matter.stage)

    @property
    def raiser(self) -> Said:
        if self.matter.raiser_id == self.reader.person_id:
            return YOU
        name = self.matter.raiser.name
        return Said(name, name) if name else GONE

    @property
    def where(self) -> Said:
        matter, title = self.matter, self.book.title_of(self.matter.stage)
        if not matter.is_open:
            return ENDED.filled(end=OUTCOMES[matter.outcome])
        if self.is_mine and self.whole:
            return YOUR_TURN.filled(stage=title)
        waits = matter.holder is not None and matter.holder.person_id == matter.raiser_id
        return (AWAITED if waits else HELD).filled(stage=title, holder=self.holder)

    @property
    def holder(self) -> Said:
        return self.record.naming.duty(self.matter.holder) if self.matter.holder else NOBODY

    @cached_property
    def is_mine(self) -> bool:
        return self.matter.is_open and is_holder(self.reader, self.matter)

    @property
    def watcher(self) -> Said | None:
        """Who watches it since it became late, or was handed up."""
        return self._open_duty_said(Duty.SUPERVISES)

    def _open_duty_said(self, kind: str) -> Said | None:
        duty = next((duty for duty in self.duties if duty.kind == kind and duty.until is None), None)
        return self.record.naming.duty(duty) if duty else None

    @property
    def urgency(self) -> Said | None:
        return URGENCIES[self.matter.urgency] if self.matter.urgency != "ordinary" else None

    @property
    def asks_verdict(self) -> bool:
        """Whether it is the raiser's turn to say how it went."""
        duty = self.stage.duty if self.stage else None
        return duty is not None and duty.person == RAISER and self.matter.raiser_id == self.reader.person_id

    @property
    def stood(self) -> list[str]:
        """The stages it has passed, in order; the present one is not among them."""
        names = dict.fromkeys(duty.stage for duty in self.duties if duty.kind == Duty.HOLDS)
        return [name for name in names if name != self.matter.stage]

    # -- what can be done

    @cached_property
    def moves(self) -> list[MoveForm]:
        """The moves open to this reader; the one that brings the matter on comes first, taking it back last.

        What no answer could open now is not first either: its form stays folded, and sending it says why.
        """
        if self.stage is None:
            return []
        open_to_me = [move for move in self.stage.moves if self._may(move)]
        open_to_me.sort(key=lambda move: (move.name == "withdraw", is_shut(self.book, move, self.course.facts)))
        ready = asks_for(self.matter, self.book, self.reader, open_to_me, self.attempt)
        return [self._form(move, ready.get(move.name), first=index == 0) for index, move in enumerate(open_to_me)]

    def open_move(self, name: str) -> Move | None:
        """The move of this name, when it is open to the reader now."""
        move = self.stage.move(name) if self.stage else None
        return move if move is not None and self._may(move) else None

    def _may(self, move: Move) -> bool:
        return may_move(self.reader, self.matter, move, self.course.line)

    def _form(self, move: Move, ready: Ask | None, *, first: bool) -> MoveForm:
        form = f"move-{move.name}"
        fields = tuple(asks(move.needs, self.course.line, form=form, attempt=self.attempt))
        ends = {self.book.ends[branch.to].outcome for branch in move.branches if branch.to in self.book.ends}
        return MoveForm(
            move.name,
            move.title,
            fields,
            first,
            self.attempt.form == form,
            bool(ends & {"withdrawn", "declined"}),
            any(ask.widget == "photos" for ask in fields),
            ready,
            uuid.uuid4(),
        )

    @property
    def moves_of_others(self) -> list[Said]:
        """What other people can do now, so that nobody wonders where a button went."""
        grouped: dict[Said, list[Said]] = {}
        for move in self.stage.moves if self.stage else ():
            if not self._may(move):
                who = self._maker(move)
                grouped.setdefault(who, []).append(move.title)
        return [MOVE_OF.filled(moves=listed(titles), who=who) for who, titles in grouped.items()]

    def _maker(self, move: Move) -> Said:
        if move.by is None:
            return self.holder
        return RAISER_SAID if move.by.person == RAISER else duty_said(self.book, move.by)

    @property
    def lost_words(self) -> bool:
        """Whether words were typed into a form that does not stand on this page any more."""
        if not self.whole:
            return bool(self.attempt.given)
        forms = {f"move-{move.name}" for move in self.moves} | self.requests.forms | {"open"}
        return bool(self.attempt.given) and self.attempt.form not in forms

    @cached_property
    def requests(self) -> Requests:
        """Delays and objections: asking for them, ruling on them."""
        return Requests(self.course, self.duties, self.reader, self.record, self.attempt)

    # -- what was said and done

    @property
    def opening(self) -> Sequence[Words]:
        """What it is about, as the raiser put it."""
        return self.lines[0].words if self.whole and self.lines else ()

    @property
    def reply(self) -> Line | None:
        """The last move that answered."""
        return next((line for line in reversed(self.lines) if any(words.name == "reply" for words in line.words)), None)

    @property
    def may_open(self) -> bool:
        encrypted = any(words.encrypted for line in self.lines for words in line.words)
        return encrypted and may_open_sensitive(self.reader, self.matter)

    @property
    def open_ask(self) -> Ask:
        return reason_ask("open", WHY_OPEN, self.attempt)

    @property
    def custody(self) -> list[Custody]:
        return custody(self.book, self.duties, self.record.naming, self.course.calendar)

    @cached_property
    def parts(self) -> list[Part]:
        """What other apps add to this page."""
        return on_matter(self.matter, self.book, self.reader, whole=self.whole)

    @property
    def panels(self) -> list[Panel]:
        return panels_of(self.matter, self.book, self.stood, self.reader, self.record.naming)

    # -- what neighbours may see

    @cached_property
    def public(self) -> frozenset[str]:
        return public_names(self.book)

    @property
    def place_public(self) -> str:
        """The finest place that the playbook lets everybody know."""
        levels = [name.removeprefix("place.") for name in self.public if name.startswith("place.")]
        if "building" in levels:
            return self.matter.place_public
        widest_to_finest = [level for level in LEVELS if level in levels]
        names = {level: name for _, level, name in self.course.line.places}
        return next((names[level] for level in reversed(widest_to_finest) if level in names), "")

    @property
    def public_facts(self) -> list[tuple[Said, datetime]]:
        """The standard facts that are public and are no part of the heading."""
        moments = [("raised_at", self.matter.raised_at), ("ended_at", self.matter.ended_at)]
        return [(PUBLIC_FACTS[name], at) for name, at in moments if name in self.public and at is not None]

    def pictures(self, language: str) -> tuple[SafeString, SafeString]:
        """The playbook with the present stage lit, for a wide and for a narrow page."""
        late = self.matter.late_at is not None and (self.whole or "late" in self.public)
        return _drawn(self.matter.playbook_id, language, self.matter.stage, tuple(self.stood), late)


@lru_cache(maxsize=128)
def _drawn(
    version: uuid.UUID, language: str, stage: str, stood: tuple[str, ...], late: bool
) -> tuple[SafeString, SafeString]:
    """Drawing takes longer than all the rest of the page, and matters at the same point share their picture."""
    book = book_of(version)
    wide, narrow = (
        draw(book, language, current=stage, stood=stood, late=late, narrow=narrow) for narrow in (False, True)
    )
    return SafeString(wide), SafeString(narrow)
