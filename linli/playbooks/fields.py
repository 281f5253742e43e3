"""The kinds of field that a form or a move may ask for, and the settings each understands."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

from linli.lib.text import Said


@dataclass(frozen=True, slots=True)
class FieldKind:
    """`personal`: what is typed may name a person, so it is sealed and never stands in an event in the clear."""

    title: Said
    settings: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    personal: bool = False
    publishable: bool = True  # whether it may stand in `public`


FIELD_KINDS = MappingProxyType(
    {
        "text": FieldKind(Said("文字", "Text"), ("max",), personal=True),
        "number": FieldKind(Said("数字", "Number"), ("max",)),
        "yes_no": FieldKind(Said("是否", "Yes or no")),
        "date": FieldKind(Said("日期", "Date")),
        "time": FieldKind(Said("时间", "Time")),
        "choice": FieldKind(Said("选项", "Choice"), ("options",), ("options",)),
        "score": FieldKind(Said("评分", "Score"), ("of",), ("of",)),
        "money": FieldKind(Said("金额", "Money")),
        "photos": FieldKind(Said("照片", "Photos"), ("max",), personal=True, publishable=False),
        "phone": FieldKind(Said("电话", "Phone"), personal=True, publishable=False),
        "person": FieldKind(Said("人员", "Person"), ("role",), ("role",), publishable=False),
        "units": FieldKind(Said("单位", "Units called"), ("role",), ("role",)),
        "place": FieldKind(Said("地点", "Place"), publishable=False),
    }
)
