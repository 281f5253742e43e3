"""Writing down that a matter is, or is not, to be left out of the rates. Who may ask and rule is decided in `insight`."""

from __future__ import annotations

from linli.matters.actions.side_duties import reason_of
from linli.matters.keeping import keep
from linli.matters.models import Matter
from linli.matters.reading import read_course
from linli.people.reader import Reader
from linli.record.models import Event


def note_asked(matter: Matter, *, ground: str, reason: str, actor: Reader) -> Event:
    course = read_course(matter.pk)
    secrets = reason_of(course, reason)
    course.note("exclusion_asked", actor=actor.person_id, body={"ground": ground}, secrets=secrets)
    keep([course])
    return course.events[-1].event


def note_ruled(matter: Matter, *, approve: bool, reason: str, actor: Reader) -> Event:
    course = read_course(matter.pk)
    verb = "exclusion_approved" if approve else "exclusion_refused"
    course.note(verb, actor=actor.person_id, secrets=reason_of(course, reason))
    keep([course])
    return course.events[-1].event
