"""From what a row tells to a matter with its history: everything that happened, each at its own time.

Works in memory, through the same `Course` as everything else, so that the chain, the columns and the duties are made by the
same rules. What the source did not tell is not made up: no supervisor of years ago, no name of who answered.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from linli.lib.workcalendar import WorkCalendar
from linli.matters.actions.raising import place_names
from linli.matters.calendars import office_calendar
from linli.matters.course import Course
from linli.matters.models import Duty, Matter
from linli.people.queries import Line
from linli.places.models import Place
from linli.playbooks.engine import advance, start
from linli.playbooks.limits import Limit
from linli.playbooks.model import Playbook
from linli.playbooks.models import Version
from linli.record.actions import Secret
from linli.record.chain import START
from linli.requests.imports.rows import Told, plain_source


@dataclass(frozen=True, slots=True)
class Setting:
    """What all matters of one import have in common. `raiser` stands for everybody who wrote to the source."""

    source: str
    version: Version
    book: Playbook
    raiser: uuid.UUID
    now: datetime
    due_after: Limit | None = None
    calendar: WorkCalendar = field(default_factory=office_calendar)


@dataclass(frozen=True, slots=True)
class Step:
    """A move that was made at the source."""

    at: datetime
    move: str
    reply: str = ""


def course_of(told: Told, setting: Setting, place: Place, line: Line, *, written: str = "") -> Course:
    """`written` is the place as the source wrote it, where it is not a place of its own."""
    course = Course(_matter(told, setting, place, line), setting.book, line, told.raised, setting.calendar)
    course.arrive(start(setting.book, course.facts))
    _set_due(course, told, setting)
    _note_raised(course, told, setting, written)
    for step in _steps(told):
        _become_late(course, step.at)
        _make(course, step)
    if course.matter.ended_at is None:
        _hand_over(course, setting.now)
    return course


def _matter(told: Told, setting: Setting, place: Place, line: Line) -> Matter:
    return Matter(
        playbook_id=setting.version.pk,
        book=setting.book.name,
        place_id=place.pk,
        place_path=place.path,
        raiser_id=setting.raiser,
        key=told.key,
        category=told.category,
        facts={**_plain(told), "level": place.level},
        raised_at=told.raised,
        head=START,
        **place_names(line),
    )


def _plain(told: Told) -> dict[str, str]:
    return {"channel": told.channel} if told.channel else {}


def _set_due(course: Course, told: Told, setting: Setting) -> None:
    """The source's own deadline, else the mapping's limit, else the playbook's, which stands already."""
    due = told.due or (course.until(setting.due_after) if setting.due_after else None)
    if due is not None:
        course.set_due(due, setting.book.first)
        course.opens[-1].due_at = due.astimezone(UTC)
        course.settle()


def _note_raised(course: Course, told: Told, setting: Setting, written: str) -> None:
    texts = {"what": told.what, **({"where": written} if written else {})}
    course.note(
        "raised",
        actor=setting.raiser,
        key=told.key,
        body={
            "playbook": setting.book.name,
            "version": setting.version.number,
            "answers": _plain(told),
            "source": plain_source(told, setting.source),
        },
        secrets={name: Secret(text, setting.raiser) for name, text in texts.items()},
    )


def _steps(told: Told) -> Iterator[Step]:
    """What the source did, in order. An answer that came before the closing keeps its own time."""
    ended = max((moment for moment in (told.closed, told.replied) if moment), default=None)
    if told.outcome in ("merged", "withdrawn") and ended is not None:
        yield Step(told.closed or ended, {"merged": "merge", "withdrawn": "take_back"}[told.outcome], told.reply)
    elif told.outcome == "declined" and ended is not None:
        yield Step(ended, "decline", told.reply)
    elif told.outcome and ended is not None:
        yield from _answered(told, ended)
    elif told.reply and told.replied is not None:
        yield Step(told.replied, "answer_first", told.reply)


def _answered(told: Told, ended: datetime) -> Iterator[Step]:
    if told.replied is None or told.replied >= ended or told.closed is None:
        yield Step(ended, "answer", told.reply)
        return
    yield Step(told.replied, "answer_first", told.reply)
    yield Step(told.closed, "close")


def _become_late(course: Course, until: datetime) -> None:
    """Late at the moment when it was due; nobody here watched over it then, so nobody is written down."""
    matter = course.matter
    if matter.late_at is None and matter.due_at is not None and matter.due_at < until:
        course.now = matter.due_at
        matter.late_at = matter.warned_at = matter.due_at
        course.note("late", actor=None)


def _make(course: Course, step: Step) -> None:
    matter, was, held = course.matter, course.matter.stage, course.opens
    rule = next(move for move in course.book.stages[was].moves if move.name == step.move)
    course.now, course.opens = step.at, []
    arrival = advance(course.book, was, step.move, course.facts)
    if rule.replies:
        matter.answered_at = step.at
    course.arrive(arrival)
    texts = {need.name: step.reply for need in rule.needs if step.reply}
    course.note(
        "moved",
        actor=None,
        body={"move": step.move, "from": was, "to": arrival.name, "answers": {}},
        secrets={name: Secret(text, matter.raiser_id) for name, text in texts.items()},
    )
    course.opens = _ended(held, step.at) + course.opens


def _ended(duties: list[Duty], at: datetime) -> list[Duty]:
    for duty in duties:
        duty.until = duty.until or at
    return duties


def _hand_over(course: Course, now: datetime) -> None:
    """From the import on, whatever is late climbs here like everything else."""
    _become_late(course, now)
    if course.matter.late_at is not None:
        course.now = now
        course.climb(after=0)
        course.note("climbed", actor=None)
