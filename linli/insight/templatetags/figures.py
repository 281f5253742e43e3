"""Charts and the addresses of the rows behind a figure."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import urlencode

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from linli.insight.board import Asked, Week
from linli.insight.charts import COLOURS, bars
from linli.insight.queries import TRENDS

register = template.Library()


@register.simple_tag
def week_chart(weeks: Sequence[Week], title: str) -> SafeString:
    groups = [(f"{week.first.month}/{week.first.day}", week.numbers) for week in weeks]
    return mark_safe(bars(groups, title=title, key="trend-title"))  # noqa: S308 - escapes what it writes


@register.simple_tag
def swatch(number: int) -> SafeString:
    """The colour of the chart's n-th bar, beside its name."""
    return format_html(
        '<svg class="swatch" viewBox="0 0 9 9" aria-hidden="true" focusable="false"><rect width="9" height="9" fill="{}"/></svg>',
        COLOURS[number % len(TRENDS)],
    )


@register.simple_tag
def rows_at(asked: Asked, figure: str, book: str = "", category: str = "", place: str = "") -> str:
    """The address of the rows that a figure counts."""
    return f"{reverse('board-rows')}?{urlencode(_query(asked, place) | _given(figure=figure, book=book, category=category))}"


@register.simple_tag
def board_at(asked: Asked, place: str) -> str:
    return f"{reverse('board')}?{urlencode(_query(asked, place))}"


@register.simple_tag
def table_at(asked: Asked) -> str:
    return f"{reverse('board-table')}?{urlencode(_query(asked, ''))}"


def _query(asked: Asked, place: str) -> dict[str, str]:
    days = {"from": asked.period.first.isoformat(), "to": asked.period.last.isoformat()}
    return days | _given(place=place or asked.path)


def _given(**values: str) -> dict[str, str]:
    return {name: value for name, value in values.items() if value}
