"""The levels of the place tree, widest first: 市-区-街道-社区-小区-期-网格-楼栋-单元-户. Not every branch has every level."""

from __future__ import annotations

from types import MappingProxyType

from linli.lib.text import Said

LEVELS = MappingProxyType(
    {
        "city": Said("市", "City"),
        "county": Said("区县", "District"),
        "street": Said("街道", "Street"),
        "community": Said("社区", "Community"),
        "estate": Said("小区", "Estate"),
        "phase": Said("期", "Phase"),
        "grid": Said("网格", "Grid"),
        "building": Said("楼栋", "Building"),
        "unit": Said("单元", "Unit"),
        "room": Said("户", "Room"),
    }
)
ORDER = tuple(LEVELS)


def is_above(level: str, other: str) -> bool:
    """Whether `level` is wider than `other`: a community is above a building."""
    return ORDER.index(level) < ORDER.index(other)


def named(level: str, name: str, name_en: str) -> Said:
    """The name of a place; in English with its level before it when it has none of its own there."""
    return Said(name, name_en or f"{LEVELS[level].en} {name}")
