"""What those at the table and the neighbours around it say: positions of the sides, statements, and opinions on them."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import Count, Max, Q

from linli.lib import clock
from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.meetings.kinds import AGREE, CHOICES, DISAGREE, UNSURE
from linli.meetings.models import Opinion, Statement, Topic
from linli.meetings.table.actions.recording import held_open, note
from linli.meetings.table.policies import require_neighbour, require_side
from linli.people.reader import Reader
from linli.record.actions import Secret
from linli.record.owners import Deed, done_before

LONGEST_STANCE, LONGEST_REASON, LONGEST_STATEMENT = 300, 1000, 200
MOST_STATEMENTS = 5
FEWEST = 5  # who must have said something new before a figure is shown, or shown anew
NO_STANCE = Said(
    "请写明这一方的立场，最多 {most} 个字。", "Please state the position in {most} characters at the most."
)
NO_REASON = Said(
    "请写明理由，最多 {most} 个字：说清楚为什么，大家才好商量。",
    "Please give the reason in {most} characters at the most: others can only weigh what they understand.",
)
NO_STATEMENT = Said(
    "请用一句话写下想法，最多 {most} 个字。", "Please write it in one sentence of {most} characters at the most."
)
ENOUGH = Said(
    "您已经写了 {most} 条想法。可以对别人的想法表态，意思相近的会合并。",
    "You have written {most} statements. You can say what you think of the others.",
)
SAME = Said(
    "已经有这一条了：第 {number} 条。请直接表态。", "This is there already, as no. {number}. Say what you think of it."
)
NO_CHOICE = Said("请在“同意、不同意、说不好”里选一个。", "Please choose one: agree, disagree, or not sure.")
NO_SUCH = Said("没有第 {number} 条。请回到列表里选。", "There is no statement {number}. Please choose from the list.")
SET_ASIDE = Said(
    "第 {number} 条已经由召集人收起，不再表态。理由写在下面。",
    "No. {number} was set aside by the convener; the reason stands below.",
)


@transaction.atomic
def take_position(
    topic: Topic, side: str, stance: str, reason: str, *, actor: Reader, key: uuid.UUID | None = None
) -> None:
    """Somebody who sits there for a side says where it stands and why; said again, the newest stands."""
    require_side(actor, topic, side)
    row = held_open(topic)
    if done_before(row, key):
        return
    words = {
        "stance": Secret(_words(stance, LONGEST_STANCE, NO_STANCE), actor.person_id),
        "reason": Secret(_words(reason, LONGEST_REASON, NO_REASON), actor.person_id),
    }
    note(row, Deed("position_taken", {"side": side}, words, key), actor=actor)


@transaction.atomic
def state(topic: Topic, text: str, *, actor: Reader, key: uuid.UUID | None = None) -> Statement | None:
    """A neighbour puts a sentence on the table that others can agree or disagree with. None when it was sent before."""
    require_neighbour(actor, topic)
    row = held_open(topic)
    if done_before(row, key):
        return None
    words = " ".join(_words(text, LONGEST_STATEMENT, NO_STATEMENT).split())
    if row.statements.filter(author_id=actor.person_id, set_aside__isnull=True).count() >= MOST_STATEMENTS:
        raise Refused(ENOUGH.filled(most=MOST_STATEMENTS))
    _refuse_the_same(row, words)
    number = (row.statements.aggregate(last=Max("number"))["last"] or 0) + 1
    said = Deed("stated", {"statement": number}, {"words": Secret(words, actor.person_id)}, key)
    event = note(row, said, actor=actor)
    return Statement.objects.create(topic=row, number=number, author_id=_who(actor), event=event)


def _refuse_the_same(topic: Topic, words: str) -> None:
    same = topic.statements.filter(set_aside__isnull=True, event__sealed__name="words", event__sealed__value=words)
    found = same.order_by("number").first()
    if found is not None:
        raise Refused(SAME.filled(number=found.number))


@transaction.atomic
def think(topic: Topic, number: int, choice: str, *, actor: Reader) -> None:
    """One opinion for each neighbour and statement, changed as often as they like until the table ends."""
    require_neighbour(actor, topic)
    if choice not in CHOICES:
        raise Refused(NO_CHOICE)
    row = held_open(topic)
    found = statement_of(row, number)
    if found.set_aside_id is not None:
        raise Conflict(SET_ASIDE.filled(number=number))
    before = Opinion.objects.filter(statement=found, person_id=_who(actor)).first()
    if before is not None and before.choice == choice:
        return
    Opinion.objects.update_or_create(
        statement=found, person_id=_who(actor), defaults={"choice": choice, "at": clock.now()}
    )
    count_if_enough(found)


def statement_of(topic: Topic, number: int) -> Statement:
    found = topic.statements.filter(number=number).first()
    if found is None:
        raise Refused(NO_SUCH.filled(number=number))
    return found


def count_if_enough(statement: Statement) -> None:
    """Count anew once so many people have said something new since the last count, so that nobody sees a figure move by one."""
    rows = Opinion.objects.filter(statement=statement)
    news = rows.filter(at__gt=statement.counted_at) if statement.counted_at else rows
    if news.count() >= FEWEST:
        count(statement)


def count(statement: Statement) -> None:
    rows = Opinion.objects.filter(statement=statement)
    figures = rows.aggregate(**{name: Count("pk", filter=Q(choice=name)) for name in (AGREE, DISAGREE, UNSURE)})
    Statement.objects.filter(pk=statement.pk).update(**figures, counted_at=clock.now())


def _words(text: str, most: int, refusal: Said) -> str:
    words = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not words or len(words) > most:
        raise Refused(refusal.filled(most=most))
    return words


def _who(actor: Reader) -> uuid.UUID:
    if actor.person_id is None:
        raise Refused(NO_CHOICE)
    return actor.person_id
