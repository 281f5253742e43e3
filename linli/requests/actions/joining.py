"""Joining a matter that a neighbour raised, leaving it again, and saying how it went. No move is made by any of it."""

from __future__ import annotations

from django.db import transaction

from linli.lib.refusals import Conflict, NotYours, Refused
from linli.lib.text import Said
from linli.matters.answers import NOT_A_SCORE
from linli.matters.course import Course
from linli.matters.keeping import keep
from linli.matters.models import Matter
from linli.matters.policies import SIGN_IN_FIRST
from linli.matters.reading import read_beside
from linli.people.reader import Reader
from linli.requests.joined import BEST, asks_verdict, joiner_of
from linli.requests.models import Joiner
from linli.requests.policies import require_join

NOT_JOINED = Said("您没有加入这件事，或已经退出。", "You have not joined this matter, or have left it.")
ENDED = Said(
    "这件事已经办结，不能再退出；您可以评价一次。", "This matter has ended and cannot be left; you may judge it once."
)
TOO_EARLY = Said(
    "现在还不到评价的时候，有了答复以后再来。", "It is too early for a verdict; come back once it is answered."
)
JUDGED = Said("您已经评价过了，每人只评一次。", "You have given your verdict already; everybody has one.")
VERDICT = Said("评价", "Verdict")


@transaction.atomic
def join(matter: Matter, *, actor: Reader) -> Joiner:
    """Joining what one has joined changes nothing."""
    course = _locked(matter, actor)
    already = joiner_of(course.matter, actor)
    if already is not None:
        return already
    person = require_join(actor, course.matter, course.book)
    joiner = Joiner.objects.create(matter=course.matter, person=person, joined_at=course.now)
    course.note("joined", actor=actor.person_id)
    keep([course])
    return joiner


@transaction.atomic
def leave(matter: Matter, *, actor: Reader) -> None:
    course = _locked(matter, actor)
    joiner = _joined(course, actor)
    if not course.matter.is_open:
        raise Conflict(ENDED)
    Joiner.objects.filter(pk=joiner.pk).update(left_at=course.now)
    course.note("left", actor=actor.person_id)
    keep([course])


@transaction.atomic
def judge(matter: Matter, score: str, *, actor: Reader) -> None:
    """Once, and beside the raiser's own verdict: it moves nothing, but it is counted and stands in the record."""
    course = _locked(matter, actor)
    joiner = _joined(course, actor)
    if joiner.score is not None:
        raise Conflict(JUDGED)
    if not asks_verdict(course.matter, course.book):
        raise Conflict(TOO_EARLY)
    if score not in {str(points) for points in range(1, BEST + 1)}:
        raise Refused(NOT_A_SCORE.filled(title=VERDICT, of=BEST))
    Joiner.objects.filter(pk=joiner.pk).update(score=int(score), judged_at=course.now)
    course.note("judged", actor=actor.person_id, body={"score": int(score)})
    keep([course])


def _locked(matter: Matter, actor: Reader) -> Course:
    """Many may join at the same moment; each waits for the one before."""
    if actor.person is None:
        raise NotYours(SIGN_IN_FIRST)
    Matter.objects.select_for_update().get(pk=matter.pk)
    return read_beside(matter.pk)


def _joined(course: Course, actor: Reader) -> Joiner:
    joiner = joiner_of(course.matter, actor)
    if joiner is None:
        raise Conflict(NOT_JOINED)
    return joiner
