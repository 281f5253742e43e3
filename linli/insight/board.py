"""The board, put together from day counts: what is shown, for which place and period, and what is too few to be shown."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings

from linli.insight import queries
from linli.insight.formula import Formula, formula_called
from linli.insight.measures import is_measure, title_of
from linli.insight.queries import Below
from linli.insight.rates import Rate, Rates, definitions, rates_of, some_rates
from linli.insight.sums import TRENDS, WEEKS, Period, Sums, sums_of
from linli.lib import clock
from linli.lib.text import Said
from linli.places.models import Place
from linli.playbooks.panels import Panel
from linli.playbooks.versions import book_of

USUAL_DAYS = 30
LONGEST = timedelta(days=3 * 366)
K = 5  # fewer than this many are not told of one building
MOST_PLACES = 30
IN_TABLES = ("raised", "closed", "late", "responded_in_time", "response_late", "solved", "unsolved")
RATES_IN_TABLES = ("response", "solved")
LEFT_OUT = Said("{rate}未计入的", "Left out of: {rate}")
PART, WHOLE = Said("{rate}的分子", "{rate}: counted for it"), Said("{rate}的分母", "{rate}: all of them")
BAD_DATES = Said(
    "日期请写成 2026-05-01 这样，起始日不晚于截止日，最长三年。下面是最近 30 天的数字。",
    "Write dates like 2026-05-01, the first not after the last, three years at the most. Below are the last 30 days.",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the reader asked to see: the place at the end of `line`, everywhere when there is none. `wrong` when the dates could
    not be read and the usual period stands in for them."""

    period: Period
    line: Sequence[Place] = ()
    wrong: Said | None = None

    @property
    def place(self) -> Place | None:
        return self.line[-1] if self.line else None

    @property
    def path(self) -> str:
        return self.place.path if self.place else ""


@dataclass(frozen=True, slots=True)
class Group:
    """One line of a table. `few`: there are too few to be told apart; then nothing else is said."""

    key: str
    title: Said
    raised: int
    closed: int
    late: int
    rates: tuple[Rate, ...]
    few: bool = False
    opens: bool = False


@dataclass(frozen=True, slots=True)
class Week:
    first: date
    last: date
    numbers: tuple[int, ...]  # in the order of TRENDS


@dataclass(frozen=True, slots=True)
class Board:
    asked: Asked
    as_of: datetime | None
    numbers: Mapping[str, int]
    overdue: int
    rates: Rates
    weeks: Sequence[Week]
    books: Sequence[Group]
    categories: Sequence[Group]
    places: Sequence[Group]
    more_places: int

    @property
    def beside(self) -> bool:
        """Whether some kinds hold matters that the totals do not count again."""
        return sum(group.raised for group in self.books) > self.numbers.get("raised", 0)


def present_formula() -> Formula:
    return formula_called(settings.FORMULA)


def usual_period() -> Period:
    today = clock.local_day(clock.now())
    return Period(today - timedelta(days=USUAL_DAYS - 1), today)


def read_period(first: str, last: str) -> Period | None:
    """`None` when it is none that can be shown; two empty texts are the usual one."""
    if not first and not last:
        return usual_period()
    try:
        period = Period(date.fromisoformat(first), date.fromisoformat(last))
    except ValueError:
        return None
    return period if timedelta() <= period.last - period.first <= LONGEST else None


def board_of(asked: Asked, as_of: datetime | None) -> Board:
    """`as_of` is when the record was folded last, which the view knows already."""
    formula = present_formula()
    below, more_places = queries.places_below(asked.place, limit=MOST_PLACES)
    sums = sums_of(asked.path, asked.period, measures=IN_TABLES, below=[place.path for place in below])
    return Board(
        asked=asked,
        as_of=as_of,
        numbers=sums.all,
        overdue=sums.overdue,
        rates=rates_of(sums.all, formula),
        weeks=_weeks(sums, asked.period.last),
        books=_by_book(sums, formula),
        categories=_by_category(sums, formula),
        places=_by_place(below, sums, formula),
        more_places=more_places,
    )


def _weeks(sums: Sums, last: date) -> list[Week]:
    """Seven days each, the last one ending with the period, oldest first."""
    ends = [(ago, last - timedelta(weeks=ago)) for ago in reversed(range(WEEKS))]
    return [Week(end - timedelta(days=6), end, sums.week(ago)) for ago, end in ends]


def _by_book(sums: Sums, formula: Formula) -> list[Group]:
    books = [(book_of(uuid.UUID(version)), numbers) for version, numbers in sums.by("book").items()]
    return _most_first(_group(book.name, book.title, numbers, formula) for book, numbers in books)


def _by_category(sums: Sums, formula: Formula) -> list[Group]:
    found = sums.by("category").items()
    return _most_first(_group(name, Said(name, name), numbers, formula) for name, numbers in found)


def _most_first(groups: Iterable[Group]) -> list[Group]:
    return sorted(groups, key=lambda group: (-group.raised, group.key))


def _by_place(places: Sequence[Below], sums: Sums, formula: Formula) -> list[Group]:
    numbers = {place.path: sums.by("place").get(place.path, {}) for place in places}
    hidden = too_few(
        {place.path: numbers[place.path].get("raised", 0) for place in places if place.level == "building"}
    )
    return [
        Group(place.path, place.title, 0, 0, 0, (), few=True)
        if place.path in hidden
        else _group(place.path, place.title, numbers[place.path], formula, opens=place.level != "building")
        for place in places
    ]


def too_few(raised: Mapping[str, int]) -> frozenset[str]:
    """The buildings of which nothing is said; never one alone, since the total would tell it."""
    few = {key for key, number in raised.items() if 0 < number < K}
    others = sorted((number, key) for key, number in raised.items() if number >= K)
    if len(few) == 1 and others:
        few.add(others[0][1])
    return frozenset(few)


def _group(key: str, title: Said, numbers: Mapping[str, int], formula: Formula, *, opens: bool = False) -> Group:
    shown = some_rates(RATES_IN_TABLES, numbers, formula)
    raised, closed, late = (numbers.get(measure, 0) for measure in TRENDS)
    return Group(key, title, raised, closed, late, shown, opens=opens)


@dataclass(frozen=True, slots=True)
class Figure:
    """What can be opened: the measures that a number is the sum of, under the name it has in an address."""

    title: Said
    measures: tuple[str, ...]


def figure_called(name: str) -> Figure | None:
    rate, dot, side = name.partition(".")
    one = definitions(present_formula()).get(rate)
    if not dot:
        return Figure(title_of(name), (name,)) if is_measure(name) else None
    if one is None:
        return None
    sides = {"part": (PART, one.part), "whole": (WHOLE, one.whole), "out": (LEFT_OUT, (*one.out, *one.approved))}
    if side not in sides:
        return None
    title, measures = sides[side]
    return Figure(title.filled(rate=one.title), measures)


@dataclass(frozen=True, slots=True)
class BookFigures:
    """One kind of matter over the last 30 days, at all places together."""

    asked: Asked
    book: str
    numbers: Mapping[str, int]
    overdue: int
    rates: Rates


def book_panel(book: str) -> Panel | None:
    """For the playbook's page; nothing before the first matter was counted."""
    asked = Asked(usual_period())
    numbers, overdue = queries.totals("", asked.period, book=book), queries.overdue_now("", book=book)
    if not numbers and not overdue:
        return None
    return Panel("insight/book.html", BookFigures(asked, book, numbers, overdue, rates_of(numbers, present_formula())))
