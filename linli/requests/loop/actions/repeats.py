"""A matter that is the same as another open one: it ends as merged, its raiser joins the other and is answered.

Whoever joined it comes along. Within a working day the same office can undo it, and the matter stands again where it stood,
its limit running on as if nothing had been. A repeat never leads to a repeat: the other one is followed to its root.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction

from linli.lib.refusals import Conflict, NotYours, Refused
from linli.lib.text import Said
from linli.matters import gates
from linli.matters.actions.moving import after_arrival
from linli.matters.actions.side_duties import reason_of
from linli.matters.course import Course
from linli.matters.keeping import keep
from linli.matters.models import Matter
from linli.matters.policies import is_party
from linli.matters.queries import find, open_parts
from linli.matters.reading import read_beside, read_course
from linli.matters.replay import fold
from linli.matters.seats import Holder
from linli.people.reader import Reader
from linli.playbooks.engine import end_as
from linli.playbooks.limits import Limit, due_at
from linli.playbooks.versions import book_of
from linli.record.actions import Secret
from linli.record.queries import events_of
from linli.requests.loop.models import Repeat
from linli.requests.loop.policies import require_office
from linli.requests.loop.repeats import may_undo, root_of, standing
from linli.requests.models import Joiner
from linli.requests.policies import is_public

UNDO = Limit(1, "workdays")
LONGEST = 2000
BACK = ("warned_at", "late_at", "warn_at", "due_at", "begun_at", "answered_at", "delays", "stage", "told_at")
MOMENTS = frozenset({"warned_at", "late_at", "warn_at", "due_at", "begun_at", "answered_at", "told_at"})
NO_SUCH = Said(
    "没有您能看到的这个编号。请核对另一件事的编号。",
    "There is no matter with this number that you may see. Please check it.",
)
ITSELF = Said("不能并入它自己。", "A matter cannot be merged into itself.")
OTHER_ENDED = Said(
    "{number} 号已经办结，不能并入。请直接答复提出人，或继续办理。",
    "No. {number} has ended and takes nothing in. Please answer the raiser, or go on with the matter.",
)
OTHER_PRIVATE = Said(
    "{number} 号不对邻居公开，不能让别人加入。请分开办理。",
    "No. {number} is not open to neighbours, so nobody else can join it. Please handle them apart.",
)
NOT_ALONE = Said(
    "分出来的事项和被呼叫单位的事项属于原来那件，不能合并到别处。",
    "A part, or what a called unit does, belongs to the matter above it and cannot be merged elsewhere.",
)
HAS_PARTS = Said("分出的 {numbers} 号还没有办结，不能合并。", "No. {numbers}, split off from this, still go on.")
SAY_SOMETHING = Said("请写一句答复，提出人会看到。", "Please write a reply; the raiser will read it.")
TOO_LONG = Said("答复最多 2000 字，请删减。", "A reply may have 2,000 characters at the most; please shorten it.")
NOT_MERGED = Said("这件事没有合并，或已经撤销。", "This matter is not merged, or the merging was undone already.")
NOT_YOUR_UNDO = Said(
    "合并由当时办理的单位在一个工作日内撤销。", "Only the office that merged it can undo it, within a working day."
)


@transaction.atomic
def merge(matter: Matter, number: int, *, reply: str, actor: Reader) -> Repeat:
    require_office(actor, read_course(matter.pk).matter)
    root = _root(number, actor)
    if root.pk == matter.pk:
        raise Refused(ITSELF)
    _lock(matter.pk, root.pk)
    course, other = read_course(matter.pk), read_beside(root.pk)
    require_office(actor, course.matter)
    _check(course, other)
    held = course.holder or Holder()
    post, was = course.post_of_holder(actor), course.matter.stage
    secret = {"reply": Secret(_words(reply), course.matter.raiser_id)}
    course.arrive(end_as(course.book, "merged"))
    course.matter.answered_at = course.now
    body = {"numbers": [other.matter.number], "of": str(other.matter.pk), "from": was}
    course.note("merged", actor=actor.person_id, post=post, body=body, secrets=secret)
    other.note("absorbed", actor=actor.person_id, body={"numbers": [course.matter.number]})
    keep([course, other])
    repeat = _remember(course, other.matter, held)
    after_arrival(course, by=actor.person_id)
    return repeat


def _root(number: int, actor: Reader) -> Matter:
    """The open matter at the end of the way; what somebody may not see is as unknown as what is not there."""
    found = find(number)
    root = root_of(found) if found is not None and _may_see(actor, found) else None
    if root is None or not _may_see(actor, root):
        raise Refused(NO_SUCH)
    return root


def _may_see(actor: Reader, matter: Matter) -> bool:
    return is_party(actor, matter, book_of(matter.playbook_id))


def _lock(*matters: uuid.UUID) -> None:
    """In one order, so that of two who merge crosswise the second waits and then sees that the other has ended."""
    list(Matter.objects.select_for_update().filter(pk__in=matters).order_by("pk").values_list("pk"))


def _check(course: Course, other: Course) -> None:
    number = other.matter.number
    gates.require_unguarded(course.matter)
    if course.matter.bond or other.matter.bond:
        raise Refused(NOT_ALONE)
    if not other.matter.is_open:
        raise Refused(OTHER_ENDED.filled(number=number))
    if course.matter.raiser_id != other.matter.raiser_id and not is_public(other.book):
        raise Refused(OTHER_PRIVATE.filled(number=number))
    parts = open_parts([course.matter.pk]).get(course.matter.pk)
    if parts:
        named = [str(part) for part in parts]
        raise Refused(HAS_PARTS.filled(numbers=Said("、".join(named), ", ".join(named))))


def _words(reply: str) -> str:
    words = reply.replace("\r\n", "\n").replace("\0", "").strip()
    if not words:
        raise Refused(SAY_SOMETHING)
    if len(words) > LONGEST:
        raise Refused(TOO_LONG)
    return words


def _remember(course: Course, root: Matter, held: Holder) -> Repeat:
    repeat = Repeat.objects.create(
        matter=course.matter,
        of=root,
        seq=course.events[-1].event.seq,
        role=held.role,
        place_id=held.place,
        person_id=held.person,
        at=course.now,
        undo_until=due_at(course.now, UNDO, calendar=course.calendar, working=True),
    )
    repeat.joiners.set(_bring(course, root))
    return repeat


def _bring(course: Course, root: Matter) -> list[Joiner]:
    """The raiser, and whoever had joined, join the other one; nobody joins twice, and nobody joins what is theirs."""
    own = [] if course.matter.raiser_id == root.raiser_id else [course.matter.raiser_id]
    people = {*own, *_joined(course.matter)} - {root.raiser_id} - set(_joined(root))
    rows = [Joiner(matter=root, person_id=person, joined_at=course.now) for person in sorted(people)]
    return Joiner.objects.bulk_create(rows)


def _joined(matter: Matter) -> list[uuid.UUID]:
    return list(Joiner.objects.filter(matter=matter, left_at__isnull=True).values_list("person_id", flat=True))


@transaction.atomic
def undo_merge(matter: Matter, *, reason: str, actor: Reader) -> None:
    repeat = standing(matter)
    if repeat is None:
        raise Conflict(NOT_MERGED)
    _lock(matter.pk, repeat.of_id)
    repeat = standing(matter)
    course = read_course(matter.pk)
    if repeat is None or course.matter.outcome != "merged":
        raise Conflict(NOT_MERGED)
    if not may_undo(repeat, actor, course.now):
        raise NotYours(NOT_YOUR_UNDO)
    other = read_beside(repeat.of_id)
    _stand_again(course, repeat)
    post = actor.post_for(repeat.role, repeat.place_id)
    body = {"numbers": [other.matter.number], "undoes": repeat.seq}
    course.note("unmerged", actor=actor.person_id, post=post, body=body, secrets=reason_of(course, reason))
    other.note("released", actor=actor.person_id, body={"numbers": [course.matter.number]})
    keep([course, other])
    _let_go(repeat, course.now)


def _stand_again(course: Course, repeat: Repeat) -> None:
    """As it stood before, by the record; only its entry is a new one, in which the chain climbs anew."""
    before = fold(event.body for event in events_of(course.matter.pk) if event.seq < repeat.seq)
    matter = course.matter
    for name in BACK:
        setattr(matter, name, _read(name, before[name]))
    matter.entry += 1
    matter.outcome, matter.ended_at = "", None
    course.hold(_holder(before["holder"]), course.book.stages[matter.stage])
    if matter.late_at is not None:
        course.climb(after=0)


def _read(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in MOMENTS and value else value


def _holder(plain: dict[str, str]) -> Holder:
    if "person" in plain:
        return Holder(person=uuid.UUID(plain["person"]))
    return Holder(plain["role"], uuid.UUID(plain["place"]))


def _let_go(repeat: Repeat, now: datetime) -> None:
    """Who joined by it leaves again, unless they have given a verdict on the other one meanwhile."""
    repeat.joiners.filter(judged_at__isnull=True, left_at__isnull=True).update(left_at=now)
    Repeat.objects.filter(pk=repeat.pk).update(undone_at=now)
