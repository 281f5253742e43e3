"""Charts and the addresses of the rows behind a figure."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from linli.insight.addresses import board_at, rows_at, table_at
from linli.insight.board import Asked, Group, Week
from linli.insight.charts import COLOURS, bars
from linli.insight.lines import lines, week_lines
from linli.insight.sums import TRENDS

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
def group_lines(groups: Sequence[Group], asked: Asked, by: str) -> SafeString:
    return mark_safe(lines(groups, asked, by))  # noqa: S308 - escapes what it writes


@register.simple_tag
def week_table(weeks: Sequence[Week]) -> SafeString:
    return mark_safe(week_lines(weeks))  # noqa: S308 - days and numbers


for address in (rows_at, board_at, table_at):
    register.simple_tag(address)
