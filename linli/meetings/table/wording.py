"""The option sheets as they are posted: one text, the same for everybody, in the language of the notice board."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from linli.meetings.models import OptionSheet, Topic


def sheets_said(topic: Topic, sheets: Iterable[OptionSheet]) -> str:
    parts = [f"议题：{topic.question}", f"共识：{topic.conclusion}"]
    parts += ["\n".join(_lines(sheet)) for sheet in sheets]
    return "\n\n".join(parts)


def _lines(sheet: OptionSheet) -> Iterator[str]:
    yield f"方案 {sheet.number}：{sheet.title}"
    yield sheet.text
    yield f"费用：{yuan(sheet.cost)} 元"
    yield f"谁出钱：{sheet.payer}"
    yield f"影响到谁：{sheet.touches}"
    if sheet.drawing:
        yield f"图纸：{sheet.drawing}"


def yuan(fen: int) -> str:
    """Whole yuan without the cents that are none: 186,000 or 35.50."""
    whole, cents = divmod(fen, 100)
    return f"{whole:,}.{cents:02}" if cents else f"{whole:,}"
