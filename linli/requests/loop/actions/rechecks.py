"""抽查回访: some ended matters are looked at by somebody who had no hand in them, drawn so that nobody picks.

Drawn when the end is written, opened as a duty by the next round of the lateness job. A matter that was found not done keeps
its end, which nobody may rewrite; what is still to be done is raised anew, linked to it, for the same raiser.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from datetime import timedelta

from django.db import transaction

from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.lib.text import Said
from linli.matters.actions.raising import begin
from linli.matters.answers import Answers
from linli.matters.course import Course
from linli.matters.keeping import keep
from linli.matters.models import Duty, Matter
from linli.matters.policies import SIGN_IN_FIRST, holds
from linli.matters.reading import read_course
from linli.matters.seats import roles_of
from linli.people.queries import line_with_seats
from linli.people.reader import Reader
from linli.playbooks.limits import Limit, due_at
from linli.playbooks.models import Version
from linli.playbooks.versions import book_of
from linli.record.actions import Secret
from linli.record.chain import stamp
from linli.record.models import Event, Sealed
from linli.record.queries import value_of
from linli.requests.loop.models import Recheck, SampleRule
from linli.requests.loop.policies import require_keeper
from linli.requests.loop.sampling import DRAWN_ENDS, THOUSAND, checker_for, had_a_hand, is_drawn, outcome_of, shares

LIMIT = Limit(5, "workdays")
BATCH = 200
LATELY = timedelta(days=1)  # what was brought in from elsewhere ended long before it was written down
LONGEST = 2000
CHOOSE = Said("请选择回访结果。", "Please choose what the re-check found.")
SAY_WHAT = Said("请写明怎样核实的、结果如何。", "Please write how you found out and what you found.")
TOO_LONG = Said("最多 2000 字，请删减。", "2,000 characters at the most; please shorten it.")
NOT_WAITING = Said("没有待做的回访，可能已经有人做过了。", "No re-check is waiting; it may have been made.")
NOT_YOURS = Said("这次回访由另一个岗位来做，不是您。", "This re-check is for another post to make, not for you.")
HAD_A_HAND = Said(
    "您经手过这件事，不能由您回访，请由本岗位的其他人来做。",
    "You had a hand in this matter, so somebody else on that post must make the re-check.",
)
BAD_SHARE = Said(
    "比例请填 0 到 1000 之间的整数，单位千分之一，例如 50 表示 5%。",
    "The share is a whole number of a thousand, from 0 to 1000; 50 is five in a hundred.",
)
NO_SUCH_BOOK = Said("请选择一种办法。", "Please choose a method.")


def follow(events: Sequence[Event], sealed: Sequence[Sealed]) -> None:
    """Draw among what ends in this very transaction."""
    recent = clock.now() - LATELY
    ended = {one.chain: one for one in events if one.subject == "matter" and one.at >= recent and _counts(one)}
    if not ended:
        return
    books = dict(Matter.objects.filter(pk__in=list(ended)).values_list("pk", "book"))
    share = shares(books.values())
    Recheck.objects.bulk_create(
        [
            Recheck(matter_id=pk, seq=one.seq, per_mille=share[books[pk]], drawn_at=one.at)
            for pk, one in ended.items()
            if is_drawn(bytes(one.hash), share[books[pk]])
        ],
        ignore_conflicts=True,
    )


def _counts(event: Event) -> bool:
    return outcome_of(event) in DRAWN_ENDS


def look_after_rechecks() -> int:
    """Give what was drawn to a checker, and close what nobody made in time. A chore of the lateness job."""
    waiting = Recheck.objects.filter(result="", opened_at__isnull=True).order_by("drawn_at", "id")
    over = Recheck.objects.filter(result="", due_at__lte=clock.now()).order_by("due_at", "id")
    opened = sum(_once(pk, _open) for pk in list(waiting.values_list("pk", flat=True)[:BATCH]))
    return opened + sum(_once(pk, _lapse) for pk in list(over.values_list("pk", flat=True)[:BATCH]))


@transaction.atomic
def _once(pk: uuid.UUID, act: Callable[[Recheck, Course], bool]) -> bool:
    """Whoever works on the same one at this moment has it; it is looked at again the next time."""
    recheck = Recheck.objects.select_for_update(skip_locked=True).filter(pk=pk, result="").first()
    return recheck is not None and act(recheck, read_course(recheck.matter_id))


def _open(recheck: Recheck, course: Course) -> bool:
    if recheck.opened_at is not None:
        return False
    checker = checker_for(course)
    if checker is None:
        return _finish(recheck, course, "lapsed")
    due = due_at(course.now, LIMIT, calendar=course.calendar, working=True)
    course.open_duty(Duty.RECHECKS, checker, due)
    body = {"due": stamp(due), "per_mille": recheck.per_mille, "drawn": recheck.seq, "checker": checker.plain()}
    course.note("recheck_drawn", actor=None, body=body)
    keep([course])
    Recheck.objects.filter(pk=recheck.pk).update(opened_at=course.now, due_at=due)
    return True


def _lapse(recheck: Recheck, course: Course) -> bool:
    return recheck.due_at is not None and recheck.due_at <= course.now and _finish(recheck, course, "lapsed")


def _finish(recheck: Recheck, course: Course, result: str) -> bool:
    course.closes.add(Duty.RECHECKS)
    course.note("recheck_lapsed", actor=None)
    keep([course])
    Recheck.objects.filter(pk=recheck.pk).update(result=result, done_at=course.now)
    return True


@transaction.atomic
def record_recheck(matter: Matter, result: str, findings: str, *, actor: Reader) -> Matter | None:
    """What the checker found. When it was not done, the matter that takes it up is returned."""
    recheck = Recheck.objects.select_for_update().filter(matter=matter, result="", opened_at__isnull=False).first()
    if recheck is None:
        raise Conflict(NOT_WAITING)
    course = read_course(matter.pk)
    duty = _mine(course.matter, actor)
    words = _words(findings)
    if result not in ("confirmed", "not_done", "unreachable"):
        raise Refused(CHOOSE)
    following = _raise_anew(course.matter) if result == "not_done" else None
    course.closes.add(Duty.RECHECKS)
    course.note(
        f"recheck_{result}",
        actor=actor.person_id,
        post=actor.post_for(duty.role, duty.place_id),
        body={"numbers": [following.number]} if following else None,
        secrets={"findings": Secret(words, course.matter.raiser_id)},
    )
    keep([course])
    Recheck.objects.filter(pk=recheck.pk).update(result=result, done_at=course.now, by=actor.person)
    return following


def _mine(matter: Matter, actor: Reader) -> Duty:
    duty = matter.duties.filter(kind=Duty.RECHECKS, until__isnull=True).first()
    if actor.person is None:
        raise NotYours(SIGN_IN_FIRST)
    if duty is None or not holds(actor, duty):
        raise NotYours(NOT_YOURS)
    if actor.person_id in had_a_hand(matter):
        raise NotYours(HAD_A_HAND)
    return duty


def _words(findings: str) -> str:
    words = findings.replace("\r\n", "\n").replace("\0", "").strip()
    if not words:
        raise Refused(SAY_WHAT)
    if len(words) > LONGEST:
        raise Refused(TOO_LONG)
    return words


def _raise_anew(matter: Matter) -> Matter:
    """The same request once more, by the version it began with, in its raiser's name; its photos stay with the first."""
    version = Version.objects.get(pk=matter.playbook_id)
    line = line_with_seats(matter.place, roles_of(book_of(version.pk)))
    return begin(
        version,
        matter.place,
        line,
        raiser=matter.raiser,
        post=None,
        answers=_answers_of(matter),
        key=uuid.uuid5(matter.pk, "recheck"),
        urgency=matter.urgency,
        category=matter.category,
        parent=matter,
        bond=Matter.FOLLOW_UP,
    )


def _answers_of(matter: Matter) -> Answers:
    first = Event.objects.get(chain=matter.pk, seq=1)
    rows = [row for row in Sealed.objects.filter(event=first, shredded_at__isnull=True)]
    photos = {one.name for one in book_of(matter.playbook_id).form if one.kind == "photos"}
    sealed = {row.name: value_of(row) for row in rows if row.name not in photos}
    private = frozenset(row.name for row in rows if row.cipher is not None)
    return Answers(dict(first.body.get("answers", {})), sealed, private & sealed.keys())


@transaction.atomic
def set_share(book: str, per_mille: str, *, actor: Reader) -> SampleRule:
    """From now on; what was drawn before stays drawn by the share of that time."""
    require_keeper(actor)
    if actor.person is None or not Version.objects.filter(name=book, current=True).exists():
        raise Refused(NO_SUCH_BOOK)
    text = per_mille.strip()
    if not (text.isascii() and text.isdigit() and len(text) < 5 and int(text) <= THOUSAND):
        raise Refused(BAD_SHARE)
    return SampleRule.objects.create(book=book, per_mille=int(text), since=clock.now(), by=actor.person)
