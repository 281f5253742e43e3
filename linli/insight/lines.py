"""The lines of the board's tables, put into words beforehand: a template that asks for one thing at a time costs far more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from django.urls import reverse
from django.utils.translation import get_language, gettext, pgettext

from linli.insight.addresses import board_at, rows_at
from linli.insight.board import Asked, Group, Week
from linli.insight.rates import Rate

WEEK = '<tr><th scope="row">{first:%m-%d} – {last:%m-%d}</th>{cells}</tr>'
CELL = '<td class="number">{cell}</td>'
NUMBER = '<td class="number" data-label="{label}">{cell}</td>'
LINK = '<a href="{address}">{text}</a>'
RATE = '<span><span class="share">{percent}</span>{parts}</span>'
PARTS = ' <span class="meta share">{part} ÷ {whole}</span>'
BOOK = "book"


def lines(groups: Sequence[Group], asked: Asked, by: str) -> str:
    """The body of one table; `by` says what its groups are: book, category or place. Everything said is escaped here."""
    language = get_language() or "zh-hans"
    labels = (pgettext("number", "Raised"), gettext("Done"), gettext("Became late"))
    few = gettext("fewer than 5, or told only together")
    return "".join(_line(group, asked, by, language, labels, few) for group in groups)


def week_lines(weeks: Sequence[Week]) -> str:
    """The numbers behind the chart."""
    return "".join(
        WEEK.format(
            first=week.first, last=week.last, cells="".join(CELL.format(cell=number) for number in week.numbers)
        )
        for week in weeks
    )


def _line(group: Group, asked: Asked, by: str, language: str, labels: Sequence[str], few: str) -> str:
    head = f'<tr><th scope="row">{_title(group, asked, by, escape(group.title.in_(language)))}</th>'
    if group.few:
        return f'{head}<td colspan="5" class="meta" data-label="{escape(labels[0])}">{escape(few)}</td></tr>'
    return f"{head}{''.join(_cells(group, asked, by, language, labels))}</tr>"


def _title(group: Group, asked: Asked, by: str, title: str) -> str:
    if group.opens:
        return _link(board_at(asked, group.key), title)
    return _link(reverse("playbook", args=[group.key]), title) if by == BOOK else title


def _cells(group: Group, asked: Asked, by: str, language: str, labels: Sequence[str]) -> Iterator[str]:
    raised = str(group.raised)
    if by != "place" or group.opens:
        raised = _link(rows_at(asked, "raised", **{by: group.key}), raised)
    for label, cell in zip(labels, (raised, str(group.closed), str(group.late)), strict=True):
        yield NUMBER.format(label=escape(label), cell=cell)
    for rate in group.rates:
        yield NUMBER.format(label=escape(rate.title.in_(language)), cell=_rate(rate))


def _rate(rate: Rate) -> str:
    parts = PARTS.format(part=rate.part, whole=rate.whole) if rate.whole else ""
    return RATE.format(percent=rate.percent, parts=parts)


def _link(address: str, text: str) -> str:
    return LINK.format(address=escape(address), text=text)
