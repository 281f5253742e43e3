"""The forms of the menu's pages, as questions that keep what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType

from django.http import QueryDict

from linli.lib.text import Said
from linli.matters.forms import FEW, NOTHING_TRIED, Ask, Attempt, Option
from linli.people.models import Organisation
from linli.people.roles import ROLES
from linli.places.models import Place
from linli.requests.menu.kinds import ELIGIBLE, GROUPS, OUTSIDE, PRICINGS, WEEKDAYS
from linli.requests.menu.models import ServiceItem
from linli.requests.menu.queries import Free
from linli.requests.menu.reading import TITLES

ORDER_FORM, ITEM_FORM, SLOTS_FORM = "order", "item", "slots"
WHEN = Said("上门时段", "When")
LEFT = Said("{slot} 余 {left}", "{slot}: {left} left")
WHAT = Said("具体要求", "What is wanted")
WHAT_HINT = Said(
    "例如：三室的窗户都擦；门口停不了车。", "For example: all windows of three rooms; no parking at the door."
)
PHONE = Said("联系电话", "Phone")
HOLIDAYS = Said("节假日也安排", "Also on public holidays")
SLOT_NEEDED = Said("要预约时段", "A time is booked")
HINTS: Mapping[str, Said] = MappingProxyType(
    {
        "price": Said("只有一口价的填，例如 50 或 35.50。", "For a fixed price only, such as 50 or 35.50."),
        "unit": Said("例如：次、小时、台。", "Such as: visit, hour, piece; in Chinese."),
        "organisation": Said("服务方是服务商的才选。", "Only when an outside provider does it."),
        "entitlement": Said(
            "例如：60 岁以上、残疾人。接单的人核实。", "Such as: from 60 years on. Whoever takes the order confirms it."
        ),
        "per_household": Said("留空表示不限。", "Leave it empty for no limit."),
        "per_month": Said("留空表示不限。", "Leave it empty for no limit."),
        "valid_from": Said("留空就从今天起。", "Leave it empty for today."),
        "valid_to": Said("留空表示长期。", "Leave it empty when no end is known."),
        "minutes": Said("留空就是一整段。", "Leave it empty for one slot over the whole time."),
    }
)


@dataclass(frozen=True, slots=True)
class Choices:
    """What an editor can choose from."""

    places: Sequence[tuple[Place, Said]]
    organisations: Sequence[Organisation]
    providers: Sequence[str]


def slot_ask(free: Sequence[Free], attempt: Attempt) -> Ask:
    """The first free slot is chosen beforehand, so that ordering takes two taps."""
    tried = attempt.of(ORDER_FORM)
    chosen = tried.given.get("slot", "")
    if not tried.given and free:
        chosen = str(free[0].slot.pk)
    options = tuple(
        Option(str(one.slot.pk), LEFT.filled(slot=one.said, left=one.left), str(one.slot.pk) == chosen) for one in free
    )
    error = tried.problems.get("slot")
    widget = "radios" if len(options) <= FEW else "select"
    return Ask(f"{ORDER_FORM}-slot", "slot", WHEN, widget, options=options, error=error, focus=error is not None)


def wish_asks(attempt: Attempt) -> list[Ask]:
    tried = attempt.of(ORDER_FORM)
    return [
        _typed(ORDER_FORM, "what", WHAT, "area", tried, optional=True, hint=WHAT_HINT),
        _typed(ORDER_FORM, "phone", PHONE, "phone", tried, optional=True, private=True),
    ]


def _typed(
    form: str, name: str, title: Said, widget: str, tried: Attempt, *, value: str = "", optional: bool = False,
    hint: Said | None = None, private: bool = False,
) -> Ask:  # fmt: skip
    error = tried.problems.get(name)
    focus = error is not None and next(iter(tried.problems)) == name
    value = tried.given.get(name, value) if tried.given else value
    return Ask(f"{form}-{name}", name, title, widget, optional=optional, private=private, value=value, error=error,
               hint=hint, focus=focus)  # fmt: skip


class Editing:
    """The questions about a service, new or as it stands; `attempt` when it was sent and could not be taken."""

    def __init__(self, choices: Choices, attempt: Attempt = NOTHING_TRIED, item: ServiceItem | None = None) -> None:
        self.choices, self.tried, self.item = choices, attempt.of(ITEM_FORM), item

    @property
    def asks(self) -> list[Ask]:
        places = [(str(one.pk), said) for one, said in self.choices.places]
        where = [] if self.item else [self._select("place", places)]
        return [*where, *self._words, *self._price, *self._provider, *self._whom, *self._when]

    @property
    def _words(self) -> list[Ask]:
        return [
            self._select("group", list(GROUPS.items())),
            self._text("title"),
            self._text("title_en", optional=True),
            self._text("about", "area", optional=True),
            self._text("about_en", "area", optional=True),
        ]

    @property
    def _price(self) -> list[Ask]:
        return [
            self._radios("pricing", PRICINGS),
            self._text("price", "money", optional=True),
            self._text("unit", optional=True),
            self._text("unit_en", optional=True),
        ]

    @property
    def _provider(self) -> list[Ask]:
        asked = [self._radios("provider", {role: ROLES[role].title for role in self.choices.providers})]
        if OUTSIDE in self.choices.providers and self.choices.organisations:
            named = [(str(one.pk), Said(one.name, one.name_en or one.name)) for one in self.choices.organisations]
            asked.append(self._select("organisation", named, optional=True))
        return asked

    @property
    def _whom(self) -> list[Ask]:
        return [
            self._radios("eligible", ELIGIBLE),
            self._text("entitlement", optional=True),
            self._text("entitlement_en", optional=True),
        ]

    @property
    def _when(self) -> list[Ask]:
        quotas = [self._text(name, "number", optional=True) for name in ("per_household", "per_month")]
        days = [self._text(name, "date", optional=True) for name in ("valid_from", "valid_to")]
        return [self._days("open_days"), self._by_slot(), *quotas, *days]

    @property
    def wrong(self) -> list[Ask]:
        return [ask for ask in self.asks if ask.error is not None]

    def _value(self, name: str) -> str:
        if self.tried.given:
            return self.tried.given.get(name, "")
        return values_of(self.item).get(name, "") if self.item else ""

    def _text(self, name: str, widget: str = "line", *, optional: bool = False) -> Ask:
        return _typed(
            ITEM_FORM, name, TITLES[name], widget, self.tried, value=self._value(name), optional=optional,
            hint=HINTS.get(name),
        )  # fmt: skip

    def _options(self, name: str, among: Sequence[tuple[str, Said]]) -> tuple[Option, ...]:
        return tuple(Option(key, said, key == self._value(name)) for key, said in among)

    def _select(self, name: str, among: Sequence[tuple[str, Said]], *, optional: bool = False) -> Ask:
        error = self.tried.problems.get(name)
        return Ask(
            f"{ITEM_FORM}-{name}", name, TITLES[name], "select", optional=optional, options=self._options(name, among),
            error=error, hint=HINTS.get(name), focus=error is not None and next(iter(self.tried.problems)) == name,
        )  # fmt: skip

    def _radios(self, name: str, among: Mapping[str, Said]) -> Ask:
        error = self.tried.problems.get(name)
        options = self._options(name, list(among.items()))
        return Ask(f"{ITEM_FORM}-{name}", name, TITLES[name], "radios", options=options, error=error)

    def _days(self, name: str) -> Ask:
        chosen = set("".join(self.tried.given.getlist(name))) if self.tried.given else set(self._value(name) or "12345")
        return days_ask(ITEM_FORM, name, WEEKDAYS, chosen, self.tried)

    def _by_slot(self) -> Ask:
        chosen = "yes" in self.tried.given.getlist("by_slot") if self.tried.given else self._value("by_slot") != "no"
        return Ask(
            f"{ITEM_FORM}-by_slot",
            "by_slot",
            TITLES["by_slot"],
            "checks",
            options=(Option("yes", SLOT_NEEDED, chosen),),
        )


def days_ask(form: str, name: str, among: Mapping[str, Said], chosen: set[str], tried: Attempt) -> Ask:
    options = tuple(Option(day, said, day in chosen) for day, said in among.items())
    return Ask(f"{form}-{name}", name, TITLES[name], "checks", options=options, error=tried.problems.get(name))


def values_of(item: ServiceItem) -> dict[str, str]:
    """A service as its form would have been filled in."""
    plain = {
        name: getattr(item, name) for name in TITLES if hasattr(item, name) and name not in ("place", "organisation")
    }
    values = {name: "" if value is None else str(value) for name, value in plain.items()}
    fen = item.price
    price = "" if fen is None else f"{fen // 100}.{fen % 100:02}" if fen % 100 else str(fen // 100)
    return {
        **values,
        "price": price,
        "organisation": str(item.organisation_id or ""),
        "by_slot": "yes" if item.by_slot else "no",
    }


def slots_asks(item: ServiceItem, today: date, attempt: Attempt) -> list[Ask]:
    """A week from tomorrow on, mornings, unless something else was typed."""
    tried = attempt.of(SLOTS_FORM)
    open_days = {day: said for day, said in WEEKDAYS.items() if day in item.open_days}
    chosen = set("".join(tried.given.getlist("days"))) if tried.given else set(item.open_days)
    usual = {
        "first": (today + timedelta(days=1)).isoformat(),
        "weeks": "4",
        "starts": "09:00",
        "ends": "12:00",
        "capacity": "1",
        "minutes": "",
    }
    widgets = {"first": "date", "weeks": "number", "capacity": "number", "minutes": "number"}

    def typed(name: str) -> Ask:
        return _typed(
            SLOTS_FORM, name, TITLES[name], widgets.get(name, "line"), tried, value=usual[name],
            optional=name == "minutes", hint=HINTS.get(name),
        )  # fmt: skip

    holidays = Option("yes", HOLIDAYS, "holidays_too" in tried.given)
    return [
        *(typed(name) for name in ("first", "weeks")),
        days_ask(SLOTS_FORM, "days", open_days, chosen, tried),
        *(typed(name) for name in ("starts", "ends", "minutes", "capacity")),
        Ask(f"{SLOTS_FORM}-holidays_too", "holidays_too", HOLIDAYS, "checks", optional=True, options=(holidays,)),
    ]


def given_of(posted: QueryDict) -> dict[str, str]:
    """What was typed; several ticked boxes become one text."""
    return {
        name: "".join(posted.getlist(name)) if name in ("days", "open_days") else posted.get(name, "")
        for name in posted
    }
