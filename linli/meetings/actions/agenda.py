"""The agenda: points that the convener puts on it, topics that people propose, what was put off and comes back."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Max, Q

from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.matters.models import Matter
from linli.meetings.actions.recording import held, note
from linli.meetings.kinds import DEFERRED, PURPOSES
from linli.meetings.models import Item, Meeting
from linli.meetings.policies import require_convener, require_proposer
from linli.people.reader import Reader
from linli.record.actions import Secret
from linli.record.owners import Deed, done_before

LONGEST = 200
MOST_PROPOSED = 3
QUESTIONS = Q(matter=F("meeting__matter"), purpose="decide", asker__isnull=True)  # what each meeting was called for
NO_TITLE = Said("请写明议题，最多 {most} 个字。", "Please give the topic in {most} characters at the most.")
NO_PURPOSE = Said("请选择这一项是通报、商议还是表决。", "Please say whether it is to report, to discuss or to decide.")
NO_MATTER = Said("没有第 {number} 号事项，请核对编号。", "There is no matter {number}; please check the number.")
NOT_AFTER_THE_NOTICE = Said(
    "通知已经发出，没有公告过的议题不能表决。请作为商议事项列入，或者留到下次会议。",
    "The notice has gone out, and what was not announced cannot be decided. List it for discussion, or keep it for next time.",
)
CLOSED = Said("会议已经结束，请在下一次会议上提出。", "The meeting is over. Please propose it for the next one.")
ENOUGH = Said(
    "您已经提了 {most} 个议题，请等会议逐项答复。",
    "You have proposed {most} topics already; please wait until the meeting has answered them.",
)
STAYS = Said(
    "别人提出的、上次留下的和已经通知的议题不能撤下，只能在会上逐项答复。",
    "Topics that others proposed, that were put off, or were announced stay: the meeting answers each.",
)
QUESTION_STAYS = Said(
    "这次会议就是为这一项召集的，不能撤下；不开了，请延期并说明原因。",
    "The meeting is called for this point, so it stays. If it is not held, adjourn it and say why.",
)


@dataclass(frozen=True, slots=True)
class Point:
    title: str
    purpose: str = "discuss"
    matter: str = ""  # the number of the matter it is about, as typed


@transaction.atomic
def add_item(meeting: Meeting, point: Point, *, actor: Reader, key: uuid.UUID | None = None) -> None:
    require_convener(actor, meeting)
    if point.purpose not in PURPOSES:
        raise Refused(NO_PURPOSE)
    row = held(meeting)
    if row.called_at is not None and point.purpose == "decide":
        raise Refused(NOT_AFTER_THE_NOTICE)
    _put(row, point, actor, key, asked=False)


@transaction.atomic
def propose(meeting: Meeting, title: str, *, actor: Reader, key: uuid.UUID | None = None) -> None:
    """Anybody of the place may; it stands on the agenda at once, and the meeting must answer it."""
    require_proposer(actor, meeting)
    row = held(meeting)
    if row.items.filter(asker_id=actor.person_id).count() >= MOST_PROPOSED and not done_before(row, key):
        raise Refused(ENOUGH.filled(most=MOST_PROPOSED))
    _put(row, Point(title), actor, key, asked=True)


def _put(meeting: Meeting, point: Point, actor: Reader, key: uuid.UUID | None, *, asked: bool) -> None:
    if done_before(meeting, key):
        return
    if meeting.closed_at is not None:
        raise Conflict(CLOSED)
    title = " ".join(point.title.replace("\0", "").split())
    if not title or len(title) > LONGEST:
        raise Refused(NO_TITLE.filled(most=LONGEST))
    item = Item.objects.create(
        meeting=meeting,
        number=next_number(meeting),
        title=title,
        purpose=point.purpose,
        matter=_matter(point.matter),
        asker=actor.person if asked else None,
    )
    secrets = {"title": Secret(title, actor.person_id if asked else None)}
    body = {"item": item.number, "purpose": item.purpose, "matter": str(item.matter_id or "")}
    note(meeting, Deed("proposed" if asked else "listed", body, secrets, key), actor=actor)


def next_number(meeting: Meeting) -> int:
    last: int | None = meeting.items.aggregate(last=Max("number"))["last"]
    return (last or 0) + 1


def _matter(typed: str) -> Matter | None:
    number = typed.strip().lstrip("#")
    if not number:
        return None
    found = Matter.objects.filter(number=int(number)).first() if number.isascii() and number.isdigit() else None
    if found is None:
        raise Refused(NO_MATTER.filled(number=number[:20]))
    return found


@transaction.atomic
def drop_item(meeting: Meeting, number: int, *, actor: Reader) -> None:
    """Only what the convener listed and nobody was told of yet."""
    require_convener(actor, meeting)
    row = held(meeting)
    item = row.items.filter(number=number).first()
    if item is None:
        return
    if row.called_at is not None or item.asker_id is not None or item.carried_from_id is not None:
        raise Refused(STAYS)
    if is_question(row, item):
        raise Refused(QUESTION_STAYS)
    item.delete()
    note(row, Deed("unlisted", {"item": number}), actor=actor)


def is_question(meeting: Meeting, item: Item) -> bool:
    """Whether the item is the matter itself, for which the meeting is held."""
    return item.matter_id == meeting.matter_id and item.purpose == "decide" and item.asker_id is None


def put_off_before(meeting: Meeting) -> Item | None:
    """The question, where an earlier meeting on this matter was to decide it and did not."""
    earlier = Item.objects.filter(
        QUESTIONS,
        ending=DEFERRED,
        carried_to__isnull=True,
        meeting__matter=meeting.matter_id,
        meeting__stage=meeting.stage,
    )
    return earlier.order_by("-meeting__entry").first()


def take_up_deferred(meeting: Meeting) -> int:
    """What earlier meetings of this kind put off here stands on this agenda by itself; returns how many points. A matter's own
    question comes back with the matter alone."""
    earlier = Item.objects.filter(
        ending=DEFERRED,
        carried_to__isnull=True,
        meeting__place_id=meeting.place_id,
        meeting__book=meeting.book,
        meeting__stage=meeting.stage,
    ).exclude(QUESTIONS | Q(meeting=meeting))
    found = list(earlier.order_by("meeting__closed_at", "number"))
    first = next_number(meeting)
    Item.objects.bulk_create(
        Item(
            meeting=meeting,
            number=number,
            title=one.title,
            purpose=one.purpose,
            matter_id=one.matter_id,
            asker_id=one.asker_id,
            carried_from=one,
        )
        for number, one in enumerate(found, start=first)
    )
    return len(found)
