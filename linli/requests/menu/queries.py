"""The menu as somebody sees it: services with their next free slots, in a fixed number of statements."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Window
from django.db.models.functions import Coalesce, RowNumber

from linli.lib import clock
from linli.lib.text import Said
from linli.lib.times import MONTHS
from linli.people.models import Organisation, Person, Post
from linli.people.queries import in_term
from linli.people.reader import Reader
from linli.places.models import Place
from linli.requests.facilities.policies import areas
from linli.requests.menu.kinds import DONE_BY, FEWEST_SCORES, GROUPS
from linli.requests.menu.models import ServiceItem, ServiceOrder, ServiceSlot
from linli.requests.menu.policies import EDITORS, eligible_said

MOST_ITEMS, MOST_SLOTS_SHOWN, SLOTS_ON_CARD = 200, 60, 3
PAGE = 50
GIVEN_BACK = ("withdrawn", "declined")  # outcomes of an order that took nothing after all
STANDS = ~Q(matter__outcome__in=GIVEN_BACK)
WEEKDAY = tuple("一二三四五六日")
WEEKDAY_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
DAY = Said("{month}月{day}日（周{weekday}）", "{weekday_en} {day} {month_en}")
SLOT = Said("{day}{start}–{end}", "{day}, {start}–{end}")
RATED = Said("{mean} 分，好评 {good}%（{n} 人评过）", "{mean} of 5, {good}% good ({n} ratings)")
TOO_FEW = Said("评价还不足 {least} 次", "fewer than {least} ratings yet")


@dataclass(frozen=True, slots=True)
class Free:
    """A slot and how many more it takes."""

    slot: ServiceSlot
    left: int

    @property
    def said(self) -> Said:
        return slot_said(self.slot.starts_at, self.slot.ends_at)


@dataclass(frozen=True, slots=True)
class Card:
    """One service as the menu shows it."""

    item: ServiceItem
    free: tuple[Free, ...]

    @property
    def provider(self) -> Said:
        one = self.item.organisation
        return Said(one.name, one.name_en or one.name) if one else DONE_BY[self.item.provider]

    @property
    def eligible(self) -> Said:
        return eligible_said(self.item)

    @property
    def rating(self) -> Said | None:
        return rating_said(self.item)

    @property
    def full(self) -> bool:
        return self.item.by_slot and not self.free


@dataclass(frozen=True, slots=True)
class Group:
    name: str
    title: Said
    cards: tuple[Card, ...]


def slot_said(starts_at: datetime, ends_at: datetime) -> Said:
    """`11月24日（周二）09:00–10:00`."""
    start, end = starts_at.astimezone(clock.ZONE), ends_at.astimezone(clock.ZONE)
    return SLOT.filled(day=day_said(start.date()), start=f"{start:%H:%M}", end=f"{end:%H:%M}")


def day_said(day: date) -> Said:
    weekday = {"weekday": WEEKDAY[day.weekday()], "weekday_en": WEEKDAY_EN[day.weekday()]}
    return DAY.filled(month=day.month, month_en=MONTHS[day.month - 1], day=day.day, **weekday)


def rating_said(item: ServiceItem) -> Said | None:
    """The mean with how many stand behind it; None while nobody rated it, and no figure from a few."""
    if item.scores < FEWEST_SCORES:
        return TOO_FEW.filled(least=FEWEST_SCORES) if item.scores else None
    mean = f"{item.score_sum / item.scores:.1f}"
    return RATED.filled(mean=mean, good=round(100 * item.good_scores / item.scores), n=item.scores)


def offered(now: datetime | None = None) -> QuerySet[ServiceItem]:
    """What can be ordered today or is announced for a day to come."""
    today = clock.local_day(now or clock.now())
    return ServiceItem.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today), withdrawn_at__isnull=True)


def menu_for(reader: Reader) -> list[Group]:
    """What is offered on the lines of the reader's posts, and, to somebody who works for an area, below them."""
    where = Q(place__path__in={path for post in reader.posts for path in post.place.line})
    for post in reader.posts:
        where |= Q(place__path__startswith=f"{post.place.path}.")
    items = offered().filter(where).select_related("organisation", "place").order_by("place__path", "number")
    return grouped(list(items[:MOST_ITEMS]))


def grouped(items: Sequence[ServiceItem]) -> list[Group]:
    slots = free_slots([item.pk for item in items], each=SLOTS_ON_CARD)
    cards = [Card(item, tuple(slots.get(item.pk, ()))) for item in items]
    groups = (
        Group(name, title, tuple(card for card in cards if card.item.group == name)) for name, title in GROUPS.items()
    )
    return [group for group in groups if group.cards]


def find_item(key: uuid.UUID) -> ServiceItem | None:
    return ServiceItem.objects.select_related("organisation", "place").filter(pk=key).first()


def free_slots(items: Iterable[uuid.UUID], *, each: int = MOST_SLOTS_SHOWN) -> dict[uuid.UUID, list[Free]]:
    """The next slots of each that still take an order, in one statement."""
    nth = Window(RowNumber(), partition_by=F("item_id"), order_by=F("starts_at").asc())
    rows = _with_room(ServiceSlot.objects.filter(item_id__in=list(items))).annotate(nth=nth).filter(nth__lte=each)
    found: dict[uuid.UUID, list[Free]] = {}
    for slot in rows.order_by("item_id", "starts_at"):
        found.setdefault(slot.item_id, []).append(Free(slot, slot.capacity - slot.taken))
    return found


def _with_room(slots: QuerySet[ServiceSlot]) -> QuerySet[Any]:
    """Slots to come, within the time for which their service is offered."""
    counted = ServiceOrder.objects.filter(STANDS, slot=OuterRef("pk")).order_by().values("slot").annotate(n=Count("pk"))
    offered_then = Q(item__valid_to__isnull=True) | Q(starts_at__date__lte=F("item__valid_to"))
    coming = slots.filter(offered_then, withdrawn_at__isnull=True, starts_at__gt=clock.now())
    return coming.annotate(taken=Coalesce(Subquery(counted.values("n")), 0)).filter(taken__lt=F("capacity"))


def taken_by(slots: Iterable[uuid.UUID]) -> Counter[uuid.UUID]:
    """How many orders stand in each."""
    rows = ServiceOrder.objects.filter(STANDS, slot_id__in=list(slots)).order_by().values_list("slot_id")
    return Counter({slot: number for slot, number in rows.annotate(n=Count("pk"))})


def orders_in(item: uuid.UUID, month: date, *, room: uuid.UUID | None = None) -> int:
    """How many orders of a month stand, of one home or of all."""
    rows = ServiceOrder.objects.filter(STANDS, item_id=item, month=month)
    return (rows.filter(room_id=room) if room else rows).count()


def takers(organisation: uuid.UUID | None, place: Place) -> QuerySet[Post]:
    """Who takes orders for a service provider, on the line of a place; who has been there longest comes first."""
    if organisation is None:
        return Post.objects.none()
    posts = Post.objects.filter(in_term(), role="provider", organisation_id=organisation, place__path__in=place.line)
    return posts.select_related("person").order_by("since", "pk")


def providers_in(reader: Reader) -> list[Organisation]:
    """Those with somebody who takes orders, at the reader's places, on their lines, or below."""
    where = Q(pk__in=())
    for place in areas(reader, EDITORS):
        where |= Q(posts__place__path__in=place.line) | Q(posts__place__path__startswith=f"{place.path}.")
    found = Organisation.objects.filter(where, in_term(prefix="posts__"), posts__role="provider")
    return list(found.distinct().order_by("name", "pk")[:MOST_ITEMS])


# -- for those who edit it


@dataclass(frozen=True, slots=True)
class ItemRow:
    """A service in the editors' list."""

    item: ServiceItem
    orders: int

    @property
    def provider(self) -> Said:
        return Card(self.item, ()).provider

    @property
    def rating(self) -> Said | None:
        return rating_said(self.item)


def item_rows(reader: Reader, *, after: int | None = None) -> tuple[list[ItemRow], int | None]:
    """All services of the reader's areas, also those taken off, by number; and after which one the next page begins."""
    where = Q(pk__in=())
    for place in areas(reader, EDITORS):
        where |= Q(place__path=place.path) | Q(place__path__startswith=f"{place.path}.")
    rows = ServiceItem.objects.filter(where, number__gt=after or 0).select_related("organisation", "place")
    counted = ServiceOrder.objects.filter(STANDS, item=OuterRef("pk")).order_by().values("item").annotate(n=Count("pk"))
    found = list(rows.annotate(ordered=Coalesce(Subquery(counted.values("n")), 0)).order_by("number")[: PAGE + 1])
    shown = [ItemRow(item, item.ordered) for item in found[:PAGE]]
    return shown, found[PAGE - 1].number if len(found) > PAGE else None


@dataclass(frozen=True, slots=True)
class SlotRow:
    slot: ServiceSlot
    taken: int

    @property
    def said(self) -> Said:
        return slot_said(self.slot.starts_at, self.slot.ends_at)

    @property
    def hours(self) -> str:
        start, end = (moment.astimezone(clock.ZONE) for moment in (self.slot.starts_at, self.slot.ends_at))
        return f"{start:%H:%M}–{end:%H:%M}"


@dataclass(frozen=True, slots=True)
class SlotDay:
    said: Said
    slots: tuple[SlotRow, ...]


def coming_slots(item: ServiceItem) -> list[SlotDay]:
    """The days to come with their slots, and how many took each."""
    slots = list(item.slots.filter(withdrawn_at__isnull=True, starts_at__gt=clock.now()).order_by("starts_at")[:PAGE])
    taken = taken_by([slot.pk for slot in slots])
    days: dict[date, list[SlotRow]] = {}
    for slot in slots:
        days.setdefault(clock.local_day(slot.starts_at), []).append(SlotRow(slot, taken[slot.pk]))
    return [SlotDay(day_said(day), tuple(rows)) for day, rows in days.items()]


def number_coming(item: ServiceItem) -> int:
    return item.slots.filter(withdrawn_at__isnull=True, starts_at__gt=clock.now()).count()


def taker_of(item: ServiceItem, room: Place) -> Person | None:
    """Who takes an order at a provider now."""
    post = takers(item.organisation_id, room).first()
    return post.person if post else None
