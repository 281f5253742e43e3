"""The figures worked out the slow way: measure by measure, from duties, matters and events, with nothing of `linli.insight`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from django.db import connection

from linli.insight.models import Exclusion
from linli.lib.clock import ZONE
from linli.matters.models import Duty, Matter
from linli.places.models import Place
from linli.playbooks.model import Move, Playbook
from linli.playbooks.versions import book_of
from linli.record.models import Event

Counts = Counter[tuple[str, str, str, str, date]]
RATED = (
    "responded_",
    "response_",
    "finished_",
    "finish_",
    "solved",
    "unsolved",
    "score_",
    "no_score",
    "called_",
    "not_called",
)


def recounted() -> Counts:
    """Place, book, category, measure and day, to the number."""
    numbers: Counts = Counter()
    levels = dict(Place.objects.values_list("path", "level"))
    for matter in Matter.objects.all():
        labels = matter.place_path.split(".")
        paths = [".".join(labels[:count]) for count in range(len(labels) + 1)]
        places = [path for path in paths if levels.get(path) not in ("unit", "room")]
        left_out = Exclusion.objects.filter(matter=matter, approved=True).exists()
        for measure, at in told(matter):
            name = f"x_{measure}" if left_out and measure.startswith(RATED) else measure
            for place in places:
                numbers[place, matter.book, "", name, at.astimezone(ZONE).date()] += 1
                if matter.parent_id is None:
                    numbers[place, "", "", name, at.astimezone(ZONE).date()] += 1
                    if matter.category:
                        numbers[place, "", matter.category, name, at.astimezone(ZONE).date()] += 1
    return numbers


def stored() -> Counts:
    with connection.cursor() as cursor:
        cursor.execute("SELECT place, book, category, measure, day, number FROM insight_daycount")
        return Counter({tuple(key): number for *key, number in cursor.fetchall()})


def told(matter: Matter) -> Iterator[tuple[str, datetime]]:
    book = book_of(matter.playbook_id)
    events = list(Event.objects.filter(chain=matter.pk).order_by("seq"))
    made = [(event, event.body["move"]) for event in events if event.verb == "moved"]
    yield "raised", matter.raised_at
    yield from (("late", event.at) for event in events if event.verb == "late")
    yield from (("climbed", duty.since) for duty in matter.duties.filter(kind=Duty.SUPERVISES))
    yield from (("reopened", event.at) for event, _ in made if "rounds" in event.body["now"])
    if matter.late_at and not matter.ended_at:
        yield "overdue", matter.late_at
    replies = [event.at for event, name in made if _rule(book, event, name).replies]
    yield from (("answered", at) for at in replies[:1])
    for name, moves in book.counts.items():
        if name not in ("responded", "finished", "verdict"):
            yield from ((f"move_{name}", event.at) for event, move in made if move in moves)
    yield from _promises(matter, book, events)
    yield from _judged(matter, book, made)


def _rule(book: Playbook, event: Event, name: str) -> Move:
    return next(rule for rule in book.stages[event.body["from"]].moves if rule.name == name)


def _promises(matter: Matter, book: Playbook, events: list[Event]) -> Iterator[tuple[str, datetime]]:
    missed = min([*(event.at for event in events if event.verb == "late"), *_left_late(matter, book)], default=None)
    for name, good, bad, none in (
        ("responded", "responded_in_time", "response_late", "unanswered"),
        ("finished", "finished_in_time", "finish_late", "unfinished"),
    ):
        moves = book.counts.get(name, ())
        done = next((event.at for event in events if event.verb == "moved" and event.body["move"] in moves), None)
        if missed and (done is None or missed <= done):
            yield bad, missed
        elif done:
            yield good, done
        elif matter.ended_at:
            yield f"{none}_{matter.outcome}", matter.ended_at


def _left_late(matter: Matter, book: Playbook) -> Iterator[datetime]:
    """When a stage was left at or after the limit that its last duty had."""
    last = {duty.entry: duty for duty in matter.duties.filter(kind=Duty.HOLDS).order_by("since", "until")}
    for duty in last.values():
        if duty.until and duty.until >= duty.due_at and book.stages[duty.stage].late is None:
            yield duty.until


def _judged(matter: Matter, book: Playbook, made: list[tuple[Event, str]]) -> Iterator[tuple[str, datetime]]:
    verdicts = [event for event, move in made if move in book.counts.get("verdict", ())]
    for event in verdicts:
        score = event.body["answers"].get("score")
        solved = event.body["to"] in book.ends
        yield "solved" if solved else "unsolved", event.at
        if solved:
            yield f"score_{score}" if score else "no_score", event.at
    if matter.ended_at:
        yield f"ended_{matter.outcome}", matter.ended_at
        if matter.outcome not in ("withdrawn", "merged"):
            yield "closed", matter.ended_at
            yield "called_back" if verdicts else "not_called_back", matter.ended_at
        if not verdicts:
            silent = book.ends[matter.stage].unrated
            yield f"unjudged_{'silent' if silent else matter.outcome}", matter.ended_at
