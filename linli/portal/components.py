"""Every part of the design on one page, in each of its states: look here before making a new one, and see what a change does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from linli.insight.charts import bars
from linli.lib import clock
from linli.lib.text import Said
from linli.matters.forms import Ask, Option
from linli.playbooks.draw import draw
from linli.playbooks.facts import URGENCIES
from linli.playbooks.library import shipped
from linli.portal.icons import ICONS

SCHEMES = ("light", "dark")
WEEKS = ((3, 2, 0), (6, 4, 1), (4, 5, 1), (8, 6, 0), (5, 7, 2), (7, 6, 1))
WHAT = Said("情况", "What is wrong")
MISSING = Said("请填写“情况”。", "Please fill in “What is wrong”.")
PHONE = Said("联系电话", "Phone")
BAD_PHONE = Said(
    "电话应是 11 位手机号或带区号的座机。", "A phone number has 11 digits, or is a landline with its area code."
)
HINT = Said("写清楚在哪里、什么样子。", "Say where it is and what it looks like.")
URGENT = Said("有多急", "How urgent")
WAYS = (Said("上门", "At home"), Said("电话", "By phone"), Said("窗口", "At the desk"))
CONTACT = Said("怎样联系您", "How to reach you")
HOW_MANY = Said("数量", "How many")


@dataclass(frozen=True, slots=True)
class Colour:
    """A token of the style sheet and what it is for."""

    name: str
    use: Said


COLOURS = (
    Colour("ink", Said("正文", "text")),
    Colour("soft", Said("次要文字", "less important text")),
    Colour("link", Said("链接、焦点", "links, focus")),
    Colour("red", Said("超时、错误", "late, wrong")),
    Colour("jade", Said("办结、完好", "done, sound")),
    Colour("ochre", Said("等待、将到期", "waiting, nearly due")),
    Colour("edge", Said("控件边框", "edges of controls")),
)


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """`scheme` shows the parts in the light or in the dark, whatever the screen is set to."""
    now, scheme = clock.now(), request.GET.get("scheme", "")
    context = {
        "scheme": scheme if scheme in SCHEMES else "",
        "colours": COLOURS,
        "icons": sorted(ICONS),
        "soon": now + timedelta(hours=2),
        "later": now + timedelta(days=3),
        "past": now - timedelta(hours=5),
        "good": _questions(wrong=False),
        "wrong": _questions(wrong=True),
        "chart": _chart(),
        "picture": _lit(),
    }
    return render(request, "portal/components.html", context)


def _questions(*, wrong: bool) -> list[Ask]:
    """The fields of a form as they come, and as they come back."""
    key = "wrong" if wrong else "good"
    urgencies = tuple(Option(name, said, name == "ordinary") for name, said in URGENCIES.items())
    ways = tuple(Option(str(number), way) for number, way in enumerate(WAYS))
    return [
        Ask(f"{key}-what", f"{key}-what", WHAT, "area", hint=HINT, error=MISSING if wrong else None),
        Ask(f"{key}-urgent", f"{key}-urgent", URGENT, "radios", options=urgencies),
        Ask(f"{key}-ways", f"{key}-ways", CONTACT, "checks", options=ways, optional=True),
        Ask(f"{key}-phone", f"{key}-phone", PHONE, "phone", value="12" if wrong else "", private=True,
            error=BAD_PHONE if wrong else None, optional=True),
        Ask(f"{key}-count", f"{key}-count", HOW_MANY, "select", options=ways),
    ]  # fmt: skip


def _chart() -> SafeString:
    groups = [(str(number), week) for number, week in enumerate(WEEKS, start=1)]
    title = gettext("Raised, done and late in each of six weeks")
    return mark_safe(bars(groups, title=title, key="chart-title"))  # noqa: S308 - escapes what it writes


def _lit() -> SafeString:
    """A shipped method with the stage where a matter stands, those that are behind it, and what may come next."""
    book = shipped()["repair"]
    first, second = list(book.stages)[:2]
    return mark_safe(draw(book, get_language() or "zh", narrow=True, current=second, stood=(first,)))  # noqa: S308
