"""What somebody typed, or a table holds, read as a service of the menu. All mistakes at once, each with its field."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from linli.lib.text import Said
from linli.matters.answers import MISSING, NOT_A_CHOICE, NOT_A_DATE, TOO_LONG, BadAnswers
from linli.people.roles import ROLES
from linli.requests.menu.kinds import ELIGIBLE, ENTITLED, FIXED, GROUPS, OUTSIDE, PRICINGS, SERVED_BY, WEEKDAYS

TITLES: Mapping[str, Said] = MappingProxyType(
    {
        "title": Said("名称", "Name"),
        "title_en": Said("英文名称", "Name in English"),
        "about": Said("说明", "About it"),
        "about_en": Said("英文说明", "About it in English"),
        "group": Said("类别", "Group"),
        "pricing": Said("计价方式", "How it is priced"),
        "price": Said("价格（元）", "Price in yuan"),
        "unit": Said("单位", "Unit"),
        "unit_en": Said("英文单位", "Unit in English"),
        "provider": Said("服务方", "Provided by"),
        "organisation": Said("服务商单位", "Service provider"),
        "eligible": Said("谁可以点", "Who may order it"),
        "entitlement": Said("资格要求", "Entitlement"),
        "entitlement_en": Said("英文资格要求", "Entitlement in English"),
        "open_days": Said("开放日", "Open on"),
        "by_slot": Said("是否预约时段", "Whether a slot is booked"),
        "per_household": Said("每户每月限额", "Orders a month for a home"),
        "per_month": Said("每月总限额", "Orders a month in all"),
        "valid_from": Said("开始日期", "From"),
        "valid_to": Said("结束日期", "Until"),
        "place": Said("地点", "Place"),
        "first": Said("从哪天起", "From which day"),
        "weeks": Said("连续几周", "For how many weeks"),
        "days": Said("每周哪几天", "On which days"),
        "starts": Said("开始时间", "Starts"),
        "ends": Said("结束时间", "Ends"),
        "minutes": Said("每个时段几分钟", "Minutes of each slot"),
        "capacity": Said("每个时段几单", "Orders in each slot"),
    }
)
LONGEST: Mapping[str, int] = MappingProxyType(
    {"title": 40, "title_en": 80, "about": 300, "about_en": 600, "unit": 10, "unit_en": 20, "entitlement": 100,
     "entitlement_en": 200}
)  # fmt: skip
YES = frozenset({"yes", "y", "1", "true", "是", "要", "需要"})
NO = frozenset({"", "no", "n", "0", "false", "否", "不", "不需要"})
MOST_FEN = 100_000_00
MOST_WEEKS, MOST_SLOTS = 26, 500
NOT_A_PRICE = Said(
    "“{title}”请填大于 0 的金额，最多两位小数，不超过 {most} 元。",
    "“{title}” must be above 0, with two decimals at the most, and not above {most}.",
)
NO_PRICE_HERE = Said(
    "只有“一口价”的项目填价格。免费的和按报价的，请把价格留空。",
    "Only a fixed price has an amount. Leave it empty for what is free or quoted.",
)
NOT_A_COUNT = Said("“{title}”请填 1 到 {most} 之间的整数。", "“{title}” must be a whole number from 1 to {most}.")
NOT_A_TIME = Said("“{title}”请按 09:30 这样填写。", "“{title}” must be a time such as 09:30.")
ENDS_BEFORE = Said("“{title}”不能早于开始。", "“{title}” cannot be before the beginning.")
NO_DAY = Said("“{title}”至少选一天。", "Choose at least one day for “{title}”.")
NO_PROVIDER = Said(
    "这里没有这个服务商在任的接单人。请先在“岗位”里任命，再登记项目。",
    "This provider has nobody here who takes orders. Please fill that post first, then enter the service.",
)
TITLE_IN_CHINESE = Said("“{title}”要有中文。", "“{title}” needs some Chinese.")
HAN = re.compile(r"[\u3400-\u9fff]")
Given = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Details:
    """A service as it shall stand on the menu; checked in itself, not yet against what is there."""

    title: str
    group: str
    pricing: str
    provider: str
    valid_from: date
    open_days: str
    title_en: str = ""
    about: str = ""
    about_en: str = ""
    price: int | None = None
    unit: str = ""
    unit_en: str = ""
    organisation: uuid.UUID | None = None
    eligible: str = "anyone"
    entitlement: str = ""
    entitlement_en: str = ""
    by_slot: bool = True
    per_household: int | None = None
    per_month: int | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """Slots to be made: on these weekdays, for so many weeks from a day on, between two times."""

    first: date
    weeks: int
    days: str
    starts: time
    ends: time
    minutes: int
    capacity: int
    holidays_too: bool = False


class Sheet:
    """One form or row, read field by field; the mistakes are gathered."""

    def __init__(self, given: Given) -> None:
        self.given = given
        self.problems: dict[str, Said] = {}

    def text(self, name: str, *, needed: bool = False) -> str:
        text = " ".join(self.given.get(name, "").replace("\0", "").split())
        if needed and not text:
            self.wrong(name, MISSING.filled(title=TITLES[name]))
        elif len(text) > LONGEST[name]:
            self.wrong(name, TOO_LONG.filled(title=TITLES[name], max=LONGEST[name], given=len(text)))
        return text

    def choice(self, name: str, among: Mapping[str, Said]) -> str:
        """By its name in the program or its title in either language."""
        text = self.given.get(name, "").strip()
        found = next((key for key, said in among.items() if text and text in (key, said.zh, said.en)), "")
        if not found:
            self.wrong(name, NOT_A_CHOICE.filled(title=TITLES[name]))
        return found

    def count(self, name: str, *, most: int, needed: bool = False) -> int | None:
        text = self.given.get(name, "").strip()
        if not text and not needed:
            return None
        if not re.fullmatch(r"[0-9]{1,6}", text) or not 1 <= int(text) <= most:
            self.wrong(name, NOT_A_COUNT.filled(title=TITLES[name], most=most))
            return None
        return int(text)

    def day(self, name: str, *, otherwise: date | None = None) -> date | None:
        text = self.given.get(name, "").strip()
        try:
            return date.fromisoformat(text.replace("/", "-")) if text else otherwise
        except ValueError:
            self.wrong(name, NOT_A_DATE.filled(title=TITLES[name]))
            return None

    def moment(self, name: str) -> time:
        try:
            return time.fromisoformat(self.given.get(name, "").strip().zfill(5)).replace(second=0, tzinfo=None)
        except ValueError:
            self.wrong(name, NOT_A_TIME.filled(title=TITLES[name]))
            return time()

    def yes(self, name: str, *, otherwise: bool) -> bool:
        if name not in self.given:
            return otherwise
        text = self.given[name].strip().lower()
        if text not in YES | NO:
            self.wrong(name, NOT_A_CHOICE.filled(title=TITLES[name]))
        return text in YES

    def weekdays(self, name: str) -> str:
        """`12345`, `周一、周三`, `1,3`."""
        text = self.given.get(name, "")
        for key, said in WEEKDAYS.items():
            text = text.replace(said.zh, key).replace(said.en, key)
        digits = re.sub(r"[\s,，、;；]+", "", text)
        if not re.fullmatch(r"[1-7]{1,14}", digits):
            self.wrong(name, NO_DAY.filled(title=TITLES[name]))
            return ""
        return "".join(sorted(set(digits)))

    def price(self, pricing: str) -> int | None:
        text = self.given.get("price", "").strip().replace(",", "")
        if pricing != FIXED:
            if pricing and text not in ("", "0"):
                self.wrong("price", NO_PRICE_HERE)
            return None
        try:
            fen = Decimal(text) * 100
        except InvalidOperation:
            fen = Decimal(0)
        if not fen.is_finite() or fen != int(fen) or not 1 <= fen <= MOST_FEN:
            self.wrong("price", NOT_A_PRICE.filled(title=TITLES["price"], most=MOST_FEN // 100))
            return None
        return int(fen)

    def wrong(self, name: str, sentence: Said) -> None:
        self.problems.setdefault(name, sentence)

    def close(self) -> None:
        if self.problems:
            raise BadAnswers(self.problems)


def read_details(given: Given, *, today: date, providers: Callable[[str], uuid.UUID | None]) -> Details:
    """`providers` finds an organisation that takes orders, by its identifier or name; `BadAnswers` says all that is wrong."""
    sheet = Sheet(given)
    pricing = sheet.choice("pricing", PRICINGS)
    provider = sheet.choice("provider", {role: ROLES[role].title for role in SERVED_BY})
    eligible = sheet.choice("eligible", ELIGIBLE)
    details = Details(
        title=_chinese(sheet, "title"),
        title_en=sheet.text("title_en"),
        about=sheet.text("about"),
        about_en=sheet.text("about_en"),
        group=sheet.choice("group", GROUPS),
        pricing=pricing,
        price=sheet.price(pricing),
        unit=sheet.text("unit", needed=pricing == FIXED),
        unit_en=sheet.text("unit_en"),
        provider=provider,
        organisation=_organisation(sheet, provider, providers),
        eligible=eligible,
        entitlement=sheet.text("entitlement", needed=True) if eligible == ENTITLED else "",
        entitlement_en=sheet.text("entitlement_en") if eligible == ENTITLED else "",
        open_days=sheet.weekdays("open_days"),
        by_slot=sheet.yes("by_slot", otherwise=False),
        per_household=sheet.count("per_household", most=999),
        per_month=sheet.count("per_month", most=9999),
        valid_from=sheet.day("valid_from", otherwise=today) or today,
        valid_to=sheet.day("valid_to"),
    )
    if details.valid_to is not None and details.valid_to < details.valid_from:
        sheet.wrong("valid_to", ENDS_BEFORE.filled(title=TITLES["valid_to"]))
    sheet.close()
    return details


def _chinese(sheet: Sheet, name: str) -> str:
    text = sheet.text(name, needed=True)
    if text and not HAN.search(text):
        sheet.wrong(name, TITLE_IN_CHINESE.filled(title=TITLES[name]))
    return text


def _organisation(sheet: Sheet, provider: str, providers: Callable[[str], uuid.UUID | None]) -> uuid.UUID | None:
    if provider != OUTSIDE:
        return None
    found = providers(sheet.given.get("organisation", "").strip())
    if found is None:
        sheet.wrong("organisation", NO_PROVIDER)
    return found


def read_pattern(given: Given) -> Pattern:
    """The weekly pattern of a form; `BadAnswers` with every field that is wrong."""
    sheet = Sheet(given)
    first = sheet.day("first")
    if first is None:
        sheet.wrong("first", MISSING.filled(title=TITLES["first"]))
    starts, ends = sheet.moment("starts"), sheet.moment("ends")
    if ends <= starts:
        sheet.wrong("ends", ENDS_BEFORE.filled(title=TITLES["ends"]))
    length = (ends.hour - starts.hour) * 60 + ends.minute - starts.minute
    pattern = Pattern(
        first=first or date.min,
        weeks=sheet.count("weeks", most=MOST_WEEKS, needed=True) or 1,
        days=sheet.weekdays("days"),
        starts=starts,
        ends=ends,
        minutes=sheet.count("minutes", most=max(length, 1)) or length,
        capacity=sheet.count("capacity", most=200, needed=True) or 1,
        holidays_too=sheet.yes("holidays_too", otherwise=False),
    )
    sheet.close()
    return pattern


def bad(name: str, sentence: Said) -> BadAnswers:
    return BadAnswers({name: sentence})
