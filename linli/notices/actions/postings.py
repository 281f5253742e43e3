"""A posting from the day it is put up until it is over: opened, proven, objected to, answered, ended.

Its matter has a deadline at every moment: to prove that it hangs, then the time itself, and before that the answer to each
concern. The time counts from the proof, the first day not counted. It ends as `posted` only when its time is over and every
concern is answered, and as `objected` once all are answered and one was upheld.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef

from linli.lib import clock
from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.matters.actions.moving import conclude_stage
from linli.matters.actions.photographs import keep_photos
from linli.matters.answers import Answers, read_answers
from linli.matters.course import Course
from linli.matters.keeping import Overtaken, keep
from linli.matters.models import Duty, Matter
from linli.matters.reading import read_beside
from linli.notices.asking import ANSWER, CONCERN, PROOF, UPHELD
from linli.notices.models import Concern, Posting
from linli.notices.policies import EVERYBODY, require_objector, require_poster
from linli.notices.texts import POSTED_TEXT_MISSING, posted_text
from linli.people.reader import Reader
from linli.playbooks.limits import due_at, read_limit
from linli.playbooks.model import Stage
from linli.record.chain import stamp

TICK = timedelta(microseconds=1)
PROOF_WITHIN = "2d"
ANSWER_WITHIN = "3d"
MOST_OF_ONE = 5
OVER = Said(
    "这份公示已经结束，不能再提交。如果还有问题，请通过“我要反映”提出。",
    "This posting is over. If something is still wrong, please raise it as a request.",
)
TIME_IS_OVER = Said("提意见的时间已经结束（{due}）。", "The time for concerns was over on {due}.")
PROVEN = Said("张贴证明已经上传过了，公示期从那时起算。", "The proof is there already; the time counts from then.")
ENOUGH = Said(
    "您对这份公示已经提了 {n} 条意见，请等答复。",
    "You have raised {n} concerns about this posting; please wait for the answers.",
)
ANSWERED = Said("这条意见已经答复过了。", "This concern has been answered already.")


def open_posting(course: Course, stage: Stage, answers: Answers) -> Posting:
    """Called as the matter arrives in the stage, in the transaction of the move."""
    fresh = read_beside(course.matter.pk)
    matter, settings = fresh.matter, stage.settings
    text = posted_text(matter, str(settings["text"]), answers)
    if not text:
        raise Refused(POSTED_TEXT_MISSING)
    digest = hashlib.sha256(text.encode()).digest()
    limit = stage.limit.choose(fresh.facts) if stage.limit else read_limit("15d")
    posting = Posting(
        matter=matter,
        entry=matter.entry,
        stage=stage.name,
        place_id=matter.place_id,
        version=Posting.objects.filter(matter=matter).count() + 1,
        title=posted_text(matter, str(settings.get("title", "")), answers)[:120] or fresh.book.title.zh,
        text=text,
        digest=digest,
        limit=str(limit),
        answer_limit=str(settings.get("answer", ANSWER_WITHIN)),
        objectors=str(settings.get("objections", EVERYBODY)),
        opened_at=fresh.now,
        proof_due_at=fresh.until(read_limit(str(settings.get("proof", PROOF_WITHIN)))),
    )
    posting.save(force_insert=True)
    _begin_period(fresh, posting.proof_due_at)
    body = {
        "posting": str(posting.pk),
        "version": posting.version,
        "text": digest.hex(),
        "due": stamp(posting.proof_due_at),
    }
    fresh.note("posting_opened", actor=None, body=body)
    keep([fresh])
    return posting


@transaction.atomic
def prove(posting: Posting, *, photos: Sequence[Any], actor: Reader) -> Posting:
    """Photos show that it hangs; from this moment its time counts."""
    course, posting = _read(posting)
    require_poster(actor, course.matter)
    if posting.proven_at is not None:
        raise Conflict(PROVEN)
    answers = read_answers([PROOF], {PROOF.name: photos}, course.line)
    posting.proven_at, posting.ends_at = course.now, course.until(read_limit(posting.limit))
    _begin_period(course, _next_due(course, posting, _waiting(posting)))
    body = {"posting": str(posting.pk), "due": stamp(posting.ends_at)}
    course.note(
        "posting_proven",
        actor=actor.person_id,
        post=course.post_of_holder(actor),
        body=body,
        secrets=answers.secrets(actor.person_id),
    )
    keep([course])
    keep_photos(course, answers)
    posting.save(update_fields=["proven_at", "ends_at"])
    return posting


def raise_concern(posting: Posting, *, text: str, actor: Reader, key: uuid.UUID) -> Concern:
    """Say what is wrong with it, while it hangs. The same submission again brings the same concern."""
    for last in (False, True):
        try:
            return _raise_once(posting, text, actor, key)
        except Overtaken:  # somebody else's concern came in between; nobody's turn was taken
            if last:
                raise
    raise AssertionError


@transaction.atomic
def _raise_once(posting: Posting, text: str, actor: Reader, key: uuid.UUID) -> Concern:
    author = require_objector(actor, posting)
    before = Concern.objects.filter(key=key, author=author).first()
    if before is not None:
        return before
    course, posting = _read(posting)
    if posting.ends_at is not None and posting.ends_at <= course.now:
        raise Refused(TIME_IS_OVER.filled(due=posting.ends_at.astimezone(clock.ZONE).strftime("%Y-%m-%d %H:%M")))
    if posting.concerns.filter(author=author).count() >= MOST_OF_ONE:
        raise Refused(ENOUGH.filled(n=MOST_OF_ONE))
    answers = read_answers([CONCERN], {CONCERN.name: text}, course.line)
    due, number = course.until(read_limit(posting.answer_limit)), posting.concerns.count() + 1
    if course.matter.late_at is None:
        _fall_due(course, min(due, course.matter.due_at or due))
    course.note(
        "concern_raised",
        actor=author,
        body={"posting": str(posting.pk), "number": number, "due": stamp(due)},
        secrets=answers.secrets(author),
    )
    keep([course])
    return Concern.objects.create(
        posting=posting,
        number=number,
        author_id=author,
        event=course.events[-1].event,
        key=key,
        raised_at=course.now,
        due_at=due,
    )


@transaction.atomic
def answer_concern(concern: Concern, *, text: str, upheld: str, actor: Reader) -> Concern:
    """Answer one, and say whether it is right. The last answer may end the posting."""
    course, posting = _read(concern.posting)
    require_poster(actor, course.matter)
    concern = Concern.objects.select_for_update().get(pk=concern.pk)
    if concern.answered_at is not None:
        raise Conflict(ANSWERED)
    answers = read_answers([ANSWER, UPHELD], {ANSWER.name: text, UPHELD.name: upheld}, course.line)
    concern.upheld, concern.answered_at = bool(answers.plain[UPHELD.name]), course.now
    others = [due for pk, due in _waiting(posting) if pk != concern.pk]
    _begin_period(course, _next_due(course, posting, [(concern.pk, due) for due in others]))
    course.note(
        "concern_upheld" if concern.upheld else "concern_dismissed",
        actor=actor.person_id,
        post=course.post_of_holder(actor),
        body={"posting": str(posting.pk), "number": concern.number, "author": str(concern.author_id)},
        secrets=Answers(personal=answers.personal).secrets(concern.author_id),
    )
    keep([course])
    concern.answer_event = course.events[-1].event
    concern.save(update_fields=["upheld", "answered_at", "answer_event"])
    settle(posting)
    return concern


def end_postings() -> int:
    """End those whose time is over and whose concerns are all answered; returns how many."""
    waiting = Concern.objects.filter(posting=OuterRef("pk"), answered_at__isnull=True)
    over = Posting.objects.filter(outcome="", ends_at__lte=clock.now()).exclude(Exists(waiting))
    return sum(_end(posting) for posting in over.order_by("ends_at", "pk")[:500])


@transaction.atomic
def _end(posting: Posting) -> bool:
    return settle(posting)


def settle(posting: Posting) -> bool:
    """Let the posting end if its outcome is certain, and its matter go on."""
    matter = Matter.objects.select_for_update().get(pk=posting.matter_id)
    posting = Posting.objects.get(pk=posting.pk)
    outcome = outcome_of(posting)
    if posting.outcome or outcome is None or not matter.is_open or matter.entry != posting.entry:
        return False
    posting.outcome, posting.ended_at = outcome, clock.now()
    posting.save(update_fields=["outcome", "ended_at"])
    conclude_stage(matter.pk)
    return True


def outcome_of(posting: Posting) -> str | None:
    """None while a concern waits for its answer, or the time runs."""
    concerns = list(posting.concerns.all())
    if any(one.answered_at is None for one in concerns):
        return None
    if any(one.upheld for one in concerns):
        return "objected"
    return "posted" if posting.ends_at is not None and posting.ends_at <= clock.now() else None


def _read(posting: Posting) -> tuple[Course, Posting]:
    """The matter, and the posting as it stands; `Conflict` when the matter has gone on."""
    course = read_beside(posting.matter_id)
    posting = Posting.objects.select_related("matter__holder", "place").get(pk=posting.pk)
    if posting.outcome or course.matter.entry != posting.entry or not course.matter.is_open:
        raise Conflict(OVER)
    return course, posting


def _waiting(posting: Posting) -> list[tuple[uuid.UUID, datetime]]:
    return list(posting.concerns.filter(answered_at__isnull=True).values_list("pk", "due_at"))


def _next_due(course: Course, posting: Posting, waiting: Sequence[tuple[uuid.UUID, datetime]]) -> datetime:
    """What the poster must do next, and by when. After the time is over, what came on its last day is still to be answered."""
    if posting.ends_at is None or posting.proven_at is None:
        return min([posting.proof_due_at, *(due for _, due in waiting)])
    if waiting:
        return min(due for _, due in waiting)
    last = max(posting.ends_at - TICK, course.now)
    working = course.book.calendar == "work"
    return due_at(last, read_limit(posting.answer_limit), calendar=course.calendar, working=working).astimezone(UTC)


def _begin_period(course: Course, due: datetime) -> None:
    course.begin_period(due, course.book.stages[course.matter.stage])
    _tell_duty(course, due)


def _fall_due(course: Course, due: datetime) -> None:
    course.set_due(due, course.book.stages[course.matter.stage])
    _tell_duty(course, due)


def _tell_duty(course: Course, due: datetime) -> None:
    """The desk goes by the duty's own deadline."""
    Duty.objects.filter(matter=course.matter, kind=Duty.HOLDS, until__isnull=True).update(due_at=due)
