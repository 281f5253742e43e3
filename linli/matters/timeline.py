"""A matter's record as lines that its readers understand: parties read the words, everybody else what happened and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any

from linli.lib import clock
from linli.lib.masks import mask_name, mask_text
from linli.lib.text import Said
from linli.lib.times import day_said, span_said
from linli.lib.workcalendar import WorkCalendar
from linli.matters.models import Duty, Matter
from linli.matters.naming import Naming
from linli.matters.queries import public_names
from linli.matters.verbs import CONCLUDED, PROOF, TEXTS, VERBS
from linli.matters.wording import NOBODY
from linli.playbooks.fields import FIELD_KINDS
from linli.playbooks.model import Field, Playbook
from linli.record.models import Event, Sealed
from linli.record.queries import opened

YES, NO = Said("是", "Yes"), Said("否", "No")
PHOTOS = Said("{n} 张", "{n}")
ERASED = Said("（已按要求删除）", "(erased on request)")
PAST_LIMIT = Said("超过期限", "Past its limit")
AS_HOLDER = frozenset(
    {"delay_asked", "objected", "opened", "asked", "question_withdrawn", "link_made", "link_revoked", "split", "merged",
     "refused_by_list"}
)  # fmt: skip
RULED_AS = MappingProxyType(
    {
        "delay_granted": Duty.RULES_DELAY,
        "delay_refused": Duty.RULES_DELAY,
        "objection_upheld": Duty.RULES_OBJECTION,
        "objection_dismissed": Duty.RULES_OBJECTION,
        "declined_by_list": Duty.RULES_OBJECTION,
        "recheck_confirmed": Duty.RECHECKS,
        "recheck_not_done": Duty.RECHECKS,
        "recheck_unreachable": Duty.RECHECKS,
    }
)


@dataclass(frozen=True, slots=True)
class Words:
    """One answer under its field's title. `encrypted`: there is something, to be opened for a reason."""

    name: str
    title: Said
    said: Said
    kind: str
    encrypted: bool = False
    photos: tuple[str, ...] = ()  # their identifiers


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    verb: str
    said: Said
    to: Said | None
    tone: str
    words: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class Book:
    """A matter's record as it was read for one viewer. `just_opened`: encrypted values that are shown this once."""

    matter: Matter
    playbook: Playbook
    events: Sequence[Event]
    sealed: Sequence[Sealed]
    naming: Naming
    duties: Sequence[Duty] = ()
    just_opened: Mapping[tuple[int, str], Any] = field(default_factory=dict)

    @property
    def whole(self) -> bool:
        return self.naming.whole

    def lines(self) -> list[Line]:
        texts = opened(self.sealed)
        erased = {(row.event_id, row.name) for row in self.sealed if row.shredded_at is not None}
        holder: Mapping[str, str] | None = None
        lines = []
        for event in self.events:
            holder = event.body.get("holder", holder)
            if self._shows(event):
                words = tuple(self._words(event, texts.get(event.pk, {}), erased))
                lines.append(self._line(event, words, holder))
        return lines

    def _shows(self, event: Event) -> bool:
        if self.whole:
            return True
        needed = VERBS[event.verb].public
        return needed != "" and needed in public_names(self.playbook)

    def _line(self, event: Event, words: tuple[Words, ...], holder: Mapping[str, str] | None) -> Line:
        body = event.body
        to = self.playbook.title_of(body["now"]["stage"]) if "stage" in body.get("now", {}) else None
        return Line(event.at, event.verb, self._said(event, holder), to, VERBS[event.verb].tone, words)

    def _said(self, event: Event, holder: Mapping[str, str] | None) -> Said:
        body = event.body
        watcher = self.naming.seat(body.get("supervisor"))
        if event.verb == "late" and watcher is None:
            return PAST_LIMIT
        if event.verb == "concluded" and body.get("outcome") in CONCLUDED:
            return CONCLUDED[body["outcome"]]
        return VERBS[event.verb].sentence.filled(
            who=self.naming.actor(event, self._role(event, holder)),
            what=_move_title(self.playbook, event),
            holder=self.naming.seat(holder) or NOBODY,
            watcher=watcher or NOBODY,
            due=day_said(datetime.fromisoformat(body["due"]), clock.now()) if "due" in body else NOBODY,
            numbers=_numbers(body),
            entry=Said(*body["entry"]) if "entry" in body else NOBODY,
        )

    def _role(self, event: Event, holder: Mapping[str, str] | None) -> str:
        """The role in which somebody acted beside the moves: as the holder, or as the one who ruled."""
        kind = RULED_AS.get(event.verb)
        if kind is None:
            return (holder or {}).get("role", "") if event.verb in AS_HOLDER else ""
        return next((duty.role for duty in self.duties if duty.kind == kind and duty.until == event.at), "")

    def _words(self, event: Event, texts: Mapping[str, Any], erased: set[tuple[int, str]]) -> Iterator[Words]:
        """In the order in which the form or the move asks."""
        plain, sealed = event.body.get("answers", {}), event.body.get("sealed", {})
        for one in asked_by(self.playbook, event):
            if (one.name not in plain and one.name not in sealed) or not self._may_read(one):
                continue
            value = plain.get(one.name, texts.get(one.name, self.just_opened.get((event.pk, one.name))))
            if value is not None:
                yield Words(one.name, one.title, self._value(one, value), one.kind, photos=_photos(one, value))
            elif (event.pk, one.name) in erased:
                yield Words(one.name, one.title, ERASED, one.kind)
            else:
                yield Words(one.name, one.title, Said("", ""), one.kind, encrypted=True)

    def _may_read(self, one: Field) -> bool:
        if self.whole:
            return True
        return one.name in public_names(self.playbook) and FIELD_KINDS[one.kind].publishable and not one.private

    def _value(self, one: Field, value: Any) -> Said:
        said = answer_said(one, value, self.naming)
        return said if self.whole else Said(self._masked(said.zh), self._masked(said.en))

    def _masked(self, text: str) -> str:
        """Names in running text cannot be found in general, but those of this matter's own people can."""
        names = {event.actor.name for event in self.events if event.actor} | {self.naming.raiser_name}
        for name in sorted(names, key=len, reverse=True):
            if len(name) > 1:
                text = text.replace(name, mask_name(name))
        return mask_text(text)


def asked_by(playbook: Playbook, event: Event) -> Sequence[Field]:
    """The fields that stood before whoever wrote this event."""
    if event.verb == "raised":
        return playbook.form
    if event.verb == "moved":
        stage = playbook.stages.get(event.body["from"])
        rule = stage.move(event.body["move"]) if stage else None
        return rule.needs if rule else ()
    names = VERBS[event.verb].personal
    return tuple(Field(name, "photos" if name == PROOF else "text", TEXTS[name], playbook.mark) for name in names)


def _numbers(body: Mapping[str, Any]) -> Said:
    numbers = [str(number) for number in body.get("numbers", ())]
    return Said("、".join(numbers), ", ".join(numbers))


def _photos(one: Field, value: Any) -> tuple[str, ...]:
    return tuple(shown["id"] for shown in value) if one.kind == "photos" else ()


def answer_said(one: Field, value: Any, naming: Naming) -> Said:
    """An answer as people read it."""
    if one.kind in ("person", "units"):
        return naming.chosen(value if isinstance(value, list) else [value])
    if one.kind == "yes_no":
        return YES if value else NO
    if one.kind == "choice":
        return one.options.get(value, Said(str(value), str(value)))
    if one.kind == "score":
        return Said(f"{value} 分（满分 {one.of or 5} 分）", f"{value} of {one.of or 5}")
    if one.kind == "photos":
        return PHOTOS.filled(n=len(value))
    if one.kind == "money":
        yuan = f"{value // 100}.{value % 100:02}"
        return Said(f"{yuan} 元", f"{yuan} yuan")
    text = str(value).replace("T", " ") if one.kind == "time" else str(value)
    return Said(text, text)


def _move_title(playbook: Playbook, event: Event) -> Said:
    stage = playbook.stages.get(event.body.get("from", ""))
    rule = stage.move(event.body.get("move", "")) if stage else None
    return rule.title if rule else NOBODY


@dataclass(frozen=True, slots=True)
class Custody:
    """Who had a duty on the matter, from when to when, and for how long."""

    who: Said
    kind: str
    stage: Said
    since: datetime
    until: datetime | None
    lasted: Said
    worked: Said  # of it, within business hours


def custody(playbook: Playbook, duties: Sequence[Duty], naming: Naming, calendar: WorkCalendar) -> list[Custody]:
    """Oldest first; a duty that was only given anew to the same holder, as with a delay, counts as one."""
    spells: list[tuple[Duty, datetime | None]] = []
    for duty in sorted(duties, key=lambda duty: (duty.since, duty.pk)):
        if spells and _goes_on(spells[-1][0], duty):
            spells[-1] = (spells[-1][0], duty.until)
        else:
            spells.append((duty, duty.until))
    now = clock.now()
    return [
        Custody(
            naming.duty(duty), duty.kind, playbook.title_of(duty.stage), duty.since, until,
            span_said((until or now) - duty.since), span_said(calendar.business_between(duty.since, until or now)),
        )
        for duty, until in spells
    ]  # fmt: skip


def _goes_on(before: Duty, after: Duty) -> bool:
    same = ("kind", "entry", "role", "place_id", "person_id")
    return before.until == after.since and all(getattr(before, name) == getattr(after, name) for name in same)
