"""Ordering from the menu: the slot and the month's share are taken under the lock of the service, then the matter begins."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from linli.lib import clock
from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.answers import BadAnswers
from linli.matters.models import Matter
from linli.people.reader import Reader
from linli.places.models import Place
from linli.requests.menu.kinds import GOOD_SCORE, OUTSIDE, SERVED_BY
from linli.requests.menu.models import ServiceItem, ServiceOrder, ServiceSlot
from linli.requests.menu.policies import require_eligible
from linli.requests.menu.queries import Free, free_slots, orders_in, slot_said, taken_by, taker_of

ORDER = "order"
SEND = "send"
SLOT, PLACE = "slot", "_place"
LONGEST = 900  # the playbook allows 1000, the name of the service among them
FEW = 3
ABOUT = Said("【{item}】{words}", "[{item}] {words}")
GONE = Said(
    "“{item}”已经从菜单撤下，不能再点。请在菜单上另选一项。",
    "“{item}” has been taken off the menu. Please choose something else there.",
)
NOT_THAT_DAY = Said(
    "“{item}”只在 {first} 至 {last} 提供。请另选时间。",
    "“{item}” is offered from {first} to {last}. Please choose another time.",
)
NOT_THERE = Said(
    "“{item}”只为“{place}”的住户提供，这一户不在范围内。",
    "“{item}” is for homes of “{place}”, and this home is not among them.",
)
CHOOSE_SLOT = Said("请选择上门时段。", "Please choose when it shall be.")
NO_SUCH_SLOT = Said(
    "选的时段已经撤下或已经开始。请从下面另选一个。",
    "The time chosen was withdrawn or has begun. Please choose another below.",
)
FULL = Said(
    "{slot} 这个时段刚刚约满。还可以约：{others}。您填写的内容都保留着。",
    "{slot} has just been taken. Still free: {others}. What you typed is kept.",
)
ALL_FULL = Said(
    "{slot} 这个时段刚刚约满，其他时段也都满了。请过几天再看，或打电话给服务方。您填写的内容都保留着。",
    "{slot} has just been taken, and so have all others. Look again in a few days, or phone the provider. What you typed is kept.",
)
HOME_USED_UP = Said(
    "“{item}”每户每月限 {most} 单，这一户 {month} 月已经点了 {used} 单。请选下个月的时段。",
    "“{item}” can be ordered {most} times a month for each home, and this home has {used} for month {month}. Please choose a "
    "time in another month.",
)
MONTH_USED_UP = Said(
    "“{item}”每月共 {most} 单，{month} 月的已经点完。请选下个月的时段。",
    "“{item}” is done {most} times a month in all, and month {month} is used up. Please choose a time in another month.",
)
NOBODY_TAKES = Said(
    "“{item}”的服务商目前没有人接单。请选其他项目，或联系社区。",
    "Nobody takes orders at the provider of “{item}” at present. Choose something else, or ask the community.",
)
TOO_LONG = Said(
    "“具体要求”最多 {most} 个字，现在有 {given} 个，请删减。",
    "“What is wanted” may have {most} characters at the most; it has {given}. Please shorten it.",
)
DASH = Said("不限", "no end")


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody orders: where, when, and what else they say."""

    room: Place
    slot: uuid.UUID | None = None
    what: str = ""
    phone: str = ""


class SlotFull(Conflict):
    """The last place in a slot went to somebody else; `others` are the next ones that are free."""

    def __init__(self, item: ServiceItem, slot: ServiceSlot, others: list[Free]) -> None:
        shown = [free.said for free in others[:FEW]]
        named = Said("；".join(one.zh for one in shown), "; ".join(one.en for one in shown))
        super().__init__(
            (FULL if others else ALL_FULL).filled(slot=slot_said(slot.starts_at, slot.ends_at), others=named)
        )
        self.others = others


@transaction.atomic
def order(item: ServiceItem, wish: Wish, *, actor: Reader, key: uuid.UUID) -> Matter:
    """Begin the matter of an order. Sent twice with one key, it is one order.

    Whoever orders the same service at the same moment waits here, so that the last place goes to one of them.
    """
    held = ServiceItem.objects.select_for_update(of=("self",)).select_related("place", "organisation").get(pk=item.pk)
    if actor.person is not None and (before := Matter.objects.filter(raiser=actor.person, key=key).first()):
        return before
    slot = _slot(held, wish)
    month = _month(slot)
    _check_item(held, wish.room, slot)
    require_eligible(actor, held, wish.room)
    _check_quotas(held, wish.room, month)
    matter = raise_matter(ORDER, wish.room, actor=actor, answers=_answers(held, wish, slot, actor), key=key)
    if held.provider == OUTSIDE:
        _send(matter, held, wish.room, actor, key)
    ServiceOrder.objects.create(
        item=held, slot=slot, matter=matter, room=wish.room, month=month, title=held.title, title_en=held.title_en,
        pricing=held.pricing, price=held.price, unit=held.unit, unit_en=held.unit_en, entitlement=held.entitlement,
        entitlement_en=held.entitlement_en,
    )  # fmt: skip
    return matter


def _slot(item: ServiceItem, wish: Wish) -> ServiceSlot | None:
    if not item.by_slot:
        return None
    if wish.slot is None:
        raise BadAnswers({SLOT: CHOOSE_SLOT})
    slot = ServiceSlot.objects.filter(pk=wish.slot, item=item).first()
    if slot is None or slot.withdrawn_at is not None or slot.starts_at <= clock.now():
        raise BadAnswers({SLOT: NO_SUCH_SLOT})
    if taken_by([slot.pk])[slot.pk] >= slot.capacity:
        raise SlotFull(item, slot, free_slots([item.pk], each=FEW).get(item.pk, []))
    return slot


def _month(slot: ServiceSlot | None) -> date:
    return clock.local_day(slot.starts_at if slot else clock.now()).replace(day=1)


def _check_item(item: ServiceItem, room: Place, slot: ServiceSlot | None) -> None:
    if item.withdrawn_at is not None:
        raise Conflict(GONE.filled(item=item.said))
    if item.place.path not in room.line:
        raise BadAnswers({PLACE: NOT_THERE.filled(item=item.said, place=item.place.said)})
    day = clock.local_day(slot.starts_at if slot else clock.now())
    if day < item.valid_from or (item.valid_to is not None and day > item.valid_to):
        raise Refused(NOT_THAT_DAY.filled(item=item.said, first=item.valid_from, last=item.valid_to or DASH))


def _check_quotas(item: ServiceItem, room: Place, month: date) -> None:
    if item.per_household is not None:
        used = orders_in(item.pk, month, room=room.pk)
        if used >= item.per_household:
            said = {"item": item.said, "most": item.per_household, "used": used, "month": month.month}
            raise Refused(HOME_USED_UP.filled(**said))
    if item.per_month is not None and orders_in(item.pk, month) >= item.per_month:
        raise Refused(MONTH_USED_UP.filled(item=item.said, most=item.per_month, month=month.month))


def _answers(item: ServiceItem, wish: Wish, slot: ServiceSlot | None, actor: Reader) -> dict[str, str]:
    """The form of the playbook, filled in from the service; a neighbour types two of its fields at the most."""
    words = wish.what.strip()
    if len(words) > LONGEST:
        raise BadAnswers({"what": TOO_LONG.filled(most=LONGEST, given=len(words))})
    fen = item.price or 0
    language = actor.person.language if actor.person else "zh-hans"
    start = slot.starts_at.astimezone(clock.ZONE).replace(tzinfo=None) if slot else None
    return {
        "item": str(item.number),
        "served_by": SERVED_BY[item.provider],
        "pricing": item.pricing,
        "quote": f"{fen // 100}.{fen % 100:02}",
        "visit": start.isoformat(timespec="minutes") if start else "",
        "what": ABOUT.filled(item=item.said, words=words).in_(language).strip(),
        "phone": wish.phone,
    }


def _send(matter: Matter, item: ServiceItem, room: Place, actor: Reader, key: uuid.UUID) -> None:
    """Whoever orders from an outside provider sends the order there in the same breath."""
    taker = taker_of(item, room)
    if taker is None:
        raise Refused(NOBODY_TAKES.filled(item=item.said))
    move(matter, SEND, actor=actor, answers={"worker": str(taker.pk)}, key=uuid.uuid5(key, SEND))


@transaction.atomic
def fold_scores() -> int:
    """Let the ratings of orders that have ended go into the figures of their services; returns how many orders that were."""
    ended = ServiceOrder.objects.filter(folded_at__isnull=True, matter__ended_at__isnull=False)
    orders = list(
        ended.select_for_update(of=("self",), skip_locked=True).select_related("matter").order_by("pk")[:1000]
    )
    scores: dict[uuid.UUID, list[int]] = {}
    for one in orders:
        if one.matter.outcome == "solved" and isinstance(score := one.matter.facts.get("score"), int):
            scores.setdefault(one.item_id, []).append(score)
    for item in ServiceItem.objects.select_for_update().filter(pk__in=list(scores)).order_by("pk"):
        given = scores[item.pk]
        item.scores += len(given)
        item.score_sum += sum(given)
        item.good_scores += sum(score >= GOOD_SCORE for score in given)
        item.save(update_fields=["scores", "score_sum", "good_scores"])
    ServiceOrder.objects.filter(pk__in=[one.pk for one in orders]).update(folded_at=clock.now())
    return len(orders)
