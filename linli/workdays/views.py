"""The working calendar: open to everybody, since deadlines are worked out with it; kept by the street and the community."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from linli.lib import clock
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.people.reader import Reader
from linli.register.views import SeeOther, reader_of
from linli.workdays import actions
from linli.workdays.policies import keepers_post, require_keeper
from linli.workdays.queries import days_shown, ends_soon, hours_of, office_calendar
from linli.workdays.story import changes
from linli.workdays.written import written_hours

NO_DAY = Said("请选择日期。", "Please choose a day.")
WORK_OR_REST = Said("请选择上班还是休息。", "Please choose whether it is a day of work or of rest.")
WEEKDAYS = tuple(
    Said(zh, en)
    for zh, en in (
        ("星期一", "Monday"), ("星期二", "Tuesday"), ("星期三", "Wednesday"), ("星期四", "Thursday"), ("星期五", "Friday"),
        ("星期六", "Saturday"), ("星期日", "Sunday"),
    )
)  # fmt: skip
ALL = "all"
DONE = ("entered", "removed", "hours")


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, refused: Refused | None = None, about: str = "") -> HttpResponse:
    standing, today = office_calendar(), clock.local_day(clock.now())
    year = _year(request.GET.get("year", ""), today.year)
    keeper = keepers_post(reader_of(request)) is not None
    context = {
        "year": year,
        "years": (year - 1, year + 1),
        "days": days_shown(year),
        "assumed": year > standing.known_until.year,
        "known_until": standing.known_until,
        "ends_soon": ends_soon(standing, today),
        "hours": [(weekday, written_hours(parts)) for weekday, parts in hours_of(standing)],
        "weekdays": WEEKDAYS,
        "keeper": keeper,
        "fields": _hour_fields(request, dict(hours_of(standing))) if keeper else [],
        "given": request.POST if about == "day" else {},
        "sentence": refused.sentence if refused else None,
        "about": about,
        "done": request.GET.get("done") if request.GET.get("done") in DONE else "",
        "changes": changes(),
    }
    return render(request, "workdays/calendar.html", context, status=refused.status if refused else 200)


def _year(text: str, present: int) -> int:
    return int(text) if text.isdecimal() and abs(int(text[:4]) - present) <= 5 and len(text) == 4 else present


def _hour_fields(request: HttpRequest, standing: dict[int | None, Any]) -> list[tuple[str, Said, str]]:
    """One for all days, and one for each day of the week; what was typed stays."""
    names: dict[int | None, Said] = {None: Said("每天", "All days"), **dict(enumerate(WEEKDAYS))}
    return [
        (name, title, request.POST.get(name, written_hours(standing[weekday]) if weekday in standing else ""))
        for weekday, title in names.items()
        for name in (_name(weekday),)
    ]


def _name(weekday: int | None) -> str:
    return ALL if weekday is None else f"day{weekday}"


@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest) -> HttpResponse:
    def change(reader: Reader) -> None:
        working = {"work": True, "rest": False}.get(request.POST.get("kind", ""))
        if working is None:
            raise Refused(WORK_OR_REST)
        actions.enter_day(_day(request), working=working, name=request.POST.get("name", ""), actor=reader)

    return _did(request, change, "entered", "day")


@require_http_methods(["GET", "HEAD", "POST"])
def remove(request: HttpRequest) -> HttpResponse:
    return _did(request, lambda reader: actions.remove_day(_day(request), actor=reader), "removed", "day")


@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: HttpRequest) -> HttpResponse:
    def change(reader: Reader) -> None:
        given: dict[int | None, str] = {day: request.POST.get(_name(day), "")[:200] for day in (None, *range(7))}
        actions.set_hours(given, actor=reader)

    return _did(request, change, "hours", "hours")


def _did(request: HttpRequest, change: Callable[[Reader], None], done: str, about: str) -> HttpResponse:
    if request.method != "POST":
        return HttpResponseRedirect(reverse("workdays"))
    require_keeper(reader_of(request))
    try:
        change(reader_of(request))
    except Refused as refused:
        return _page(request, refused, about)
    return SeeOther(f"{reverse('workdays')}?done={done}")


def _day(request: HttpRequest) -> date:
    try:
        return date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        raise Refused(NO_DAY) from None
