"""Asking the raiser: one question at a time, with a limit, answered on the page or by a one-time link.

The raiser's own clock never stops for it, and an answer that does not come holds nothing up. The link is for who has no
account or called by telephone: its token is given out once, a digest of it is kept, and it answers a single time.
"""

from __future__ import annotations

import secrets
import uuid
from datetime import timedelta
from hashlib import sha256

from django.db import transaction

from linli.lib.refusals import Conflict, NotYours, Refused
from linli.lib.text import Said
from linli.matters.course import Course
from linli.matters.keeping import keep
from linli.matters.models import Matter
from linli.matters.policies import SIGN_IN_FIRST
from linli.matters.reading import read_beside
from linli.people.reader import Reader
from linli.playbooks.limits import Limit, due_at
from linli.record.actions import Secret
from linli.record.chain import stamp
from linli.record.models import Event
from linli.requests.loop.models import Question
from linli.requests.loop.policies import require_office

LIMITS = tuple(Limit(days, "workdays") for days in (1, 2, 3, 5))
USUAL = LIMITS[1]
LINK_DAYS = timedelta(days=7)
LONGEST = 1000
TOKEN_BYTES = 32
ASK_SOMETHING = Said("请写明要问什么，提出人会看到。", "Please write the question; the raiser will read it.")
ANSWER_SOMETHING = Said("请写下回答。", "Please write the answer.")
TOO_LONG = Said("最多 1000 字，请删减。", "1,000 characters at the most; please shorten it.")
NO_SUCH_LIMIT = Said("请选择多久之内回答。", "Please choose by when it is to be answered.")
ONE_AT_A_TIME = Said(
    "前一个问题还在等回答。先等回答，或把它收回，再问新的。",
    "A question is waiting for its answer already. Wait for it, or take it back, before asking another.",
)
NO_QUESTION = Said("没有等待回答的问题，可能已经回答过了。", "No question is waiting; it may have been answered.")
ANSWERED = Said("这个问题已经回答过了，谢谢您。", "This question has been answered already. Thank you.")
NOT_ASKED = Said("这个问题是问提出人的，请由提出人本人回答。", "The question is for the raiser to answer.")
ENDED = Said("这件事已经办结，不再需要回答。", "This matter has ended; an answer is no longer needed.")
LINK_GONE = Said(
    "这个链接不能用了：已经回答过、已经作废，或者过了 7 天。如需补充情况，请联系给您链接的单位。",
    "This link works no more: it was used, revoked, or is older than 7 days. Please contact the office that sent it.",
)


@transaction.atomic
def ask(matter: Matter, text: str, *, limit: str, actor: Reader) -> Question:
    course = _locked(matter)
    require_office(actor, course.matter)
    words = _words(text, ASK_SOMETHING)
    wanted = next((one for one in LIMITS if str(one) == limit), None)
    if wanted is None:
        raise Refused(NO_SUCH_LIMIT)
    if course.matter.asked_due is not None:
        raise Conflict(ONE_AT_A_TIME)
    due = due_at(course.now, wanted, calendar=course.calendar, working=True)
    course.matter.asked_due, course.matter.told_at = due, None
    secret = {"question": Secret(words, course.matter.raiser_id)}
    event = _note(course, "asked", actor, body={"due": stamp(due)}, texts=secret)
    Question.objects.filter(matter=course.matter, closed_at__isnull=True).update(
        closed_at=course.now, link=None, link_until=None
    )
    return Question.objects.create(matter=course.matter, seq=event.seq, asked_at=course.now, due_at=due)


@transaction.atomic
def take_back(matter: Matter, *, actor: Reader) -> None:
    course = _locked(matter)
    require_office(actor, course.matter)
    question = _waiting(course)
    _close(question, course)
    course.matter.asked_due = None
    _note(course, "question_withdrawn", actor)


@transaction.atomic
def make_link(matter: Matter, *, actor: Reader) -> str:
    """A token that answers once within seven days. It is returned here and can be read nowhere afterwards."""
    course = _locked(matter)
    require_office(actor, course.matter)
    question = _waiting(course)
    token, until = secrets.token_urlsafe(TOKEN_BYTES), course.now + LINK_DAYS
    Question.objects.filter(pk=question.pk).update(link=digest_of(token), link_until=until)
    _note(course, "link_made", actor, body={"due": stamp(until)})
    return token


@transaction.atomic
def revoke_link(matter: Matter, *, actor: Reader) -> None:
    course = _locked(matter)
    require_office(actor, course.matter)
    question = _waiting(course)
    if question.link is not None:
        Question.objects.filter(pk=question.pk).update(link=None, link_until=None)
        _note(course, "link_revoked", actor)


@transaction.atomic
def answer(matter: Matter, text: str, *, actor: Reader) -> None:
    """By the raiser, who has signed in."""
    course = _locked(matter)
    if actor.person is None:
        raise NotYours(SIGN_IN_FIRST)
    if course.matter.raiser_id != actor.person_id:
        raise NotYours(NOT_ASKED)
    _take_answer(course, _waiting(course), text, actor)


@transaction.atomic
def answer_by_link(token: str, text: str) -> None:
    """By whoever was given the link. Of two who send it at once, the second is told that it was answered."""
    question = Question.objects.filter(link=digest_of(token)).first()
    if question is None:
        raise Conflict(LINK_GONE)
    course = _locked(question.matter)
    fresh = Question.objects.get(pk=question.pk)
    if fresh.link is None or fresh.link_until is None or fresh.link_until <= course.now:
        raise Conflict(ANSWERED if fresh.answered_at else LINK_GONE)
    _take_answer(course, fresh, text, None)


def digest_of(token: str) -> bytes:
    return sha256(token.encode()).digest()


def forget(person: uuid.UUID) -> None:
    """Nobody answers any more for somebody who is gone: the links that were given out lead nowhere."""
    Question.objects.filter(matter__raiser_id=person, link__isnull=False).update(link=None, link_until=None)


def _take_answer(course: Course, question: Question, text: str, actor: Reader | None) -> None:
    if not course.matter.is_open:
        raise Conflict(ENDED)
    words = _words(text, ANSWER_SOMETHING)
    Question.objects.filter(pk=question.pk).update(
        answered_at=course.now, closed_at=course.now, link=None, link_until=None
    )
    course.matter.asked_due, course.matter.told_at = None, course.now
    secret = {"answer": Secret(words, course.matter.raiser_id)}
    _note(course, "told" if actor else "told_by_link", actor, texts=secret)


def _locked(matter: Matter) -> Course:
    """Answers, links and the lateness job meet here; each waits for the one before."""
    Matter.objects.select_for_update().get(pk=matter.pk)
    return read_beside(matter.pk)


def _waiting(course: Course) -> Question:
    """The question that may still be answered, also after its limit."""
    question = Question.objects.filter(matter=course.matter, closed_at__isnull=True).first()
    if question is None:
        raise Conflict(NO_QUESTION)
    return question


def _close(question: Question, course: Course) -> None:
    Question.objects.filter(pk=question.pk).update(closed_at=course.now, link=None, link_until=None)


def _words(text: str, missing: Said) -> str:
    words = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not words:
        raise Refused(missing)
    if len(words) > LONGEST:
        raise Refused(TOO_LONG)
    return words


def _note(
    course: Course,
    verb: str,
    actor: Reader | None,
    *,
    body: dict[str, str] | None = None,
    texts: dict[str, Secret] | None = None,
) -> Event:
    post = course.post_of_holder(actor) if actor else None
    course.note(verb, actor=actor.person_id if actor else None, post=post, body=body, secrets=texts)
    keep([course])
    return course.events[-1].event
