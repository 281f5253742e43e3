"""A task from a meeting is a matter: somebody holds it, it has a deadline, and whoever asked judges the answer."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.matters.actions.raising import begin
from linli.matters.answers import read_answers
from linli.matters.models import Matter
from linli.matters.seats import roles_of
from linli.meetings.models import Item, Meeting
from linli.people.queries import line_with_seats
from linli.people.reader import Reader
from linli.places.models import Place
from linli.playbooks.versions import book_of, current_version

TASK_BOOK = "meeting_task"
NO_TASK = Said("交办事项要写明由谁办、多久办完。", "A task needs somebody who does it and a time by which it is done.")
NO_ESTATE = Said("请选择交办到哪个小区。", "Please choose the estate that the task is for.")


@dataclass(frozen=True, slots=True)
class Assignment:
    side: str
    within: str
    estate: uuid.UUID | None = None  # for a meeting of more than one estate


def assign(meeting: Meeting, item: Item, words: str, given: Assignment | None, *, actor: Reader) -> Matter:
    """Begin the matter. The meeting's own decision is its gate: whoever asked need hold no post to be answered."""
    raiser = item.asker or actor.person
    if given is None or raiser is None:
        raise Refused(NO_TASK)
    version = current_version(TASK_BOOK)
    book = book_of(version.pk)
    place = _estate(meeting, given.estate)
    line = line_with_seats(place, roles_of(book))
    told = {"what": f"{item.title}\n{words}"[:2000], "side": given.side, "within": given.within}
    answers = read_answers(book.form, told, line)
    key = uuid.uuid5(item.pk, "task")
    before = Matter.objects.filter(raiser=raiser, key=key).first()
    return before or begin(version, place, line, raiser=raiser, post=None, answers=answers, key=key)


def _estate(meeting: Meeting, wanted: uuid.UUID | None) -> Place:
    if meeting.place.level == "estate":
        return meeting.place
    below = Place.objects.filter(level="estate", path__startswith=f"{meeting.place.path}.", valid_to__isnull=True)
    found = below.filter(pk=wanted).first() if wanted else None
    if found is None:
        raise Refused(NO_ESTATE)
    return found
