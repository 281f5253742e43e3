"""The same move on several matters: what all of them offer, and what would become of each, worked out without writing anything."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from linli.lib import clock
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.matters.answers import NOT_THAT_PERSON, BadAnswers, read_answers
from linli.matters.calendars import office_calendar
from linli.matters.course import Course
from linli.matters.models import Matter
from linli.matters.naming import YOU
from linli.matters.policies import NOT_YOUR_MOVE, is_holder
from linli.matters.queries import excerpts
from linli.matters.seats import Holder, roles_of
from linli.matters.wording import RAISER_SAID, holder_said
from linli.people.models import Post
from linli.people.queries import Line, in_term, lines_with_seats
from linli.people.reader import Reader
from linli.people.roles import ROLES
from linli.playbooks.ends import OUTCOMES
from linli.playbooks.engine import advance, asks_verdict
from linli.playbooks.model import Field, Move
from linli.playbooks.versions import book_of

MOST = 100
ONCE = frozenset({"text", "choice", "yes_no", "person", "date"})  # what may be answered once for several matters
GONE_ON = Said(
    "这件事在您选择之后又有了变化，请打开它看看。", "This matter has gone on since you chose it; please look at it."
)
NOT_OFFERED = Said("现在处于“{stage}”环节，没有“{move}”这个动作。", "This is “{stage}”, where “{move}” is not offered.")
NOT_ON_ITS_LINE = Said(
    "所选的人不负责这个地点，请另外处理这一件。",
    "Whoever was chosen does not serve this place; deal with this one apart.",
)
ENDS = Said("办结：{end}", "Closed: {end}")


@dataclass(frozen=True, slots=True)
class Chosen:
    """One matter that was chosen, as it stood when it was read."""

    matter: Matter
    course: Course
    title: str

    @property
    def stage(self) -> Said:
        return self.course.book.title_of(self.matter.stage)

    def move(self, name: str) -> Move | None:
        here = self.course.book.stages.get(self.matter.stage)
        return here.move(name) if here else None

    def may_be_bulk(self, move: Move) -> bool:
        """The holder's own moves, where one answer can serve all: a verdict, a price or a photo belongs to one matter."""
        here = self.course.book.stages[self.matter.stage]
        own = move.by is None and not asks_verdict(self.course.book, here)
        return own and all(need.kind in ONCE for need in move.needs if not need.optional)


@dataclass(frozen=True, slots=True)
class Offer:
    """A move, and which of the chosen matters offer it."""

    name: str
    title: Said
    numbers: tuple[int, ...]
    by_all: bool


@dataclass(frozen=True, slots=True)
class Prospect:
    """What would become of one matter: where it comes to, with whom, until when; or why it would not."""

    number: int
    title: str
    stage: Said
    to: Said | None = None
    holder: Said | None = None
    due: datetime | None = None
    refused: Said | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """Those of the chosen matters that wait for the reader; all others are not named, as if they were not there."""

    reader: Reader
    chosen: tuple[Chosen, ...] = field(default_factory=tuple)

    @property
    def numbers(self) -> list[int]:
        return [one.matter.number for one in self.chosen]

    @property
    def offers(self) -> list[Offer]:
        """Moves with the same needs under the same name; those of all first, taking things back last."""
        found: dict[tuple[Any, ...], list[int]] = {}
        for one in self.chosen:
            for move in one.course.book.stages[one.matter.stage].moves:
                if one.may_be_bulk(move):
                    found.setdefault((move.name, move.title, *map(_signature, needs_of(move))), []).append(
                        one.matter.number
                    )
        offers = [
            Offer(key[0], key[1], tuple(numbers), len(numbers) == len(self.chosen)) for key, numbers in found.items()
        ]
        return sorted(offers, key=lambda one: (not one.by_all, one.name == "withdraw"))

    def move(self, name: str) -> Move | None:
        """The move as the first one offers it; `offers` has said that it is the same for the others."""
        return next(
            (move for one in self.chosen if (move := one.move(name)) is not None and one.may_be_bulk(move)), None
        )

    @property
    def line(self) -> Line:
        """The places that all of them have in common: who may be named there may be named for each."""
        lines = [one.course.line.places for one in self.chosen]
        shared = [place for place in (lines[0] if lines else ()) if all(place in line for line in lines)]
        return Line(tuple(shared))


def needs_of(move: Move) -> tuple[Field, ...]:
    """What is asked once for all; what is optional and belongs to one matter is left out."""
    return tuple(need for need in move.needs if need.kind in ONCE)


def _signature(need: Field) -> tuple[Any, ...]:
    return need.name, need.kind, need.role, need.optional, need.max, tuple(need.options)


def choose(reader: Reader, numbers: Iterable[int]) -> Choice:
    """Four statements, however many were chosen."""
    wanted = list(dict.fromkeys(numbers))[:MOST]
    rows = Matter.objects.filter(number__in=wanted, ended_at__isnull=True).select_related(
        "holder__person", "place", "raiser"
    )
    matters = [matter for matter in rows.order_by("due_at", "id") if is_holder(reader, matter)]
    books = {matter.pk: book_of(matter.playbook_id) for matter in matters}
    roles = frozenset(role for book in books.values() for role in roles_of(book))
    lines = lines_with_seats([matter.place for matter in matters], roles)
    texts = excerpts({matter.pk: matter.playbook_id for matter in matters})
    now, calendar = clock.now(), office_calendar()
    return Choice(
        reader,
        tuple(
            Chosen(
                one,
                Course(one, books[one.pk], lines[one.place_id], now, calendar),
                texts.get(one.pk) or books[one.pk].title.zh,
            )
            for one in matters
        ),
    )


def preview(choice: Choice, name: str, given: Mapping[str, Any], seen: Mapping[int, int]) -> list[Prospect]:
    """`BadAnswers` when something that was typed is wrong for all of them."""
    move = choice.move(name)
    if move is None:
        return []
    people = _serving(move, given)
    names = {person: one.name for person, one in people.items()}
    return [
        _prospect(one, name, _answers(move, given, people), people, names, seen, choice.reader) for one in choice.chosen
    ]


@dataclass(frozen=True, slots=True)
class Serving:
    """Somebody who was named, with the places where they hold the role that is asked for."""

    name: str
    places: frozenset[uuid.UUID]


def _serving(move: Move, given: Mapping[str, Any]) -> dict[str, Serving]:
    """The people who were chosen, in one query for each such question."""
    found: dict[str, Serving] = {}
    for need in needs_of(move):
        person = _uuid(given.get(need.name)) if need.kind == "person" else None
        if person is not None:
            posts = Post.objects.filter(in_term(), person_id=person, role=need.role).values_list(
                "person__name", "place_id"
            )
            rows = list(posts)
            if rows:
                found[str(person)] = Serving(rows[0][0], frozenset(place for _, place in rows))
    return found


def _uuid(text: Any) -> uuid.UUID | None:
    try:
        return uuid.UUID(str(text))
    except ValueError:
        return None


def _answers(move: Move, given: Mapping[str, Any], people: Mapping[str, Serving]) -> Mapping[str, Any]:
    """What may stand in the record in the clear, and so may be asked by guards. Who was named is checked for each apart."""
    needs = needs_of(move)
    read = read_answers([need for need in needs if need.kind != "person"], given, Line(()))
    named = [need for need in needs if need.kind == "person"]
    stands_in = [Field(need.name, "text", need.title, need.mark, need.optional) for need in named]
    chosen = read_answers(stands_in, given, Line(())).personal
    for need in named:
        if need.name in chosen and chosen[need.name] not in people:
            raise BadAnswers({need.name: NOT_THAT_PERSON.filled(title=need.title, role=ROLES[need.role].title)})
    return {**read.plain, **chosen}


def _prospect(
    one: Chosen, name: str, plain: Mapping[str, Any], people: Mapping[str, Serving], names: Mapping[str, str],
    seen: Mapping[int, int], reader: Reader,
) -> Prospect:  # fmt: skip
    matter, stage, number = one.matter, one.stage, one.matter.number
    why = _why_not(one, name, people, seen, reader)
    if why is not None:
        return Prospect(number, one.title, stage, refused=why)
    course, move = one.course, one.move(name)
    try:
        arrival = advance(course.book, matter.stage, name, {**course.facts, **plain})
    except Refused as refused:
        return Prospect(number, one.title, stage, refused=refused.sentence)
    matter.facts = {**matter.facts, **plain}
    course.arrive(arrival, climbs=move is not None and move.climbs)
    if arrival.end is not None:
        return Prospect(number, one.title, stage, to=ENDS.filled(end=OUTCOMES[arrival.end.outcome]))
    to = course.book.title_of(arrival.name)
    return Prospect(number, one.title, stage, to, _holder(course.holder, matter, names, reader), matter.due_at)


def _why_not(
    one: Chosen, name: str, people: Mapping[str, Serving], seen: Mapping[int, int], reader: Reader
) -> Said | None:
    move = one.move(name)
    title = move.title if move else Said(name, name)
    if seen.get(one.matter.number, one.matter.version) != one.matter.version:
        return GONE_ON
    if move is None or not one.may_be_bulk(move):
        return NOT_OFFERED.filled(stage=one.stage, move=title)
    if not is_holder(reader, one.matter):
        return NOT_YOUR_MOVE.filled(move=title, holder=holder_said(one.matter))
    places = {pk for pk, _, _ in one.course.line.places}
    return None if all(places & person.places for person in people.values()) else NOT_ON_ITS_LINE


def _holder(holder: Holder | None, matter: Matter, names: Mapping[str, str], reader: Reader) -> Said | None:
    if holder is None:
        return None
    if holder.role:
        return ROLES[holder.role].title
    if holder.person == reader.person_id:
        return YOU
    if holder.person == matter.raiser_id:
        return RAISER_SAID
    name = names.get(str(holder.person), "")
    return Said(name, name)
