"""The formula of the three rates, as a versioned file: which profile, from where, with which weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from linli.insight.measures import BEST
from linli.lib.text import Said

FOLDER = Path(__file__).parent / "formulas"
DEFAULT = "zhungeer"
WHOLE = 100
WEIGHED = ("response", "solved", "satisfied")
KEYS = frozenset({"formula", "version", "title", "source", "weights", "satisfied_from"})


class BadFormula(ValueError):
    """The file does not say a formula; the message says what to change."""


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """One reading of a file. `weights` are whole parts of 100; `satisfied_from` is the lowest score, of 1 to 5, that counts
    as satisfied."""

    name: str
    version: int
    title: Said
    source: str
    weights: Mapping[str, int]
    satisfied_from: int


@cache
def formula_called(name: str) -> Formula:
    """A shipped formula by its name, or the one in a file of one's own by its path."""
    path = Path(name) if name.endswith((".yaml", ".yml")) else FOLDER / f"{name}.yaml"
    if not path.is_file():
        shipped = ", ".join(sorted(one.stem for one in FOLDER.glob("*.yaml")))
        raise BadFormula(
            f"{name}: 没有这个算法，可选 {shipped}，或写 .yaml 文件的路径。 / No such formula; choose one or give a path."
        )
    return read_formula(path.read_text(encoding="utf-8"))


def read_formula(text: str) -> Formula:
    given = yaml.safe_load(text)
    if not isinstance(given, dict) or set(given) != KEYS:
        raise BadFormula(f"算法文件应恰好有这些项 / a formula has just these keys: {', '.join(sorted(KEYS))}")
    title, weights, lowest = given["title"], given["weights"], given["satisfied_from"]
    if not isinstance(title, dict) or set(title) != {"zh", "en"}:
        raise BadFormula("title: {zh: …, en: …}")
    if not _is_whole_number(given["version"], 1, None) or not _is_whole_number(lowest, 1, BEST):
        raise BadFormula(
            "version 应为正整数，satisfied_from 应为 1 到 5 / version counts from 1, satisfied_from is 1 to 5"
        )
    return Formula(str(given["formula"]), given["version"], Said(str(title["zh"]), str(title["en"])), str(given["source"]),
                   MappingProxyType(_weights(weights)), lowest)  # fmt: skip


def _weights(given: Any) -> dict[str, int]:
    if not isinstance(given, dict) or set(given) != set(WEIGHED):
        raise BadFormula(f"weights: {', '.join(WEIGHED)}")
    if not all(_is_whole_number(part, 0, WHOLE) for part in given.values()) or sum(given.values()) != WHOLE:
        raise BadFormula("weights 应为整数，合计 100 / weights are whole numbers with the sum 100")
    return {name: int(given[name]) for name in WEIGHED}


def _is_whole_number(value: Any, least: int, most: int | None) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least and (most is None or value <= most)
