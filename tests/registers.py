"""Registers as offices send them, made by the tests themselves."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter  # type: ignore[import-untyped]

HEADINGS = ["小区", "期", "楼栋", "单元", "室", "面积", "面积来源", "产权人", "共有人", "电话", "用途", "产权性质"]
GOOD: dict[str, Any] = {
    "小区": "青榆家园",
    "期": "一期",
    "楼栋": "1",
    "单元": "1",
    "室": "101",
    "面积": "89.35",
    "面积来源": "登记",
    "产权人": "王小梅",
    "共有人": "",
    "电话": "13800000001",
    "用途": "住宅",
    "产权性质": "",
}


def a_row(**changed: Any) -> list[Any]:
    row = {**GOOD, **changed}
    return [row[heading] for heading in HEADINGS]


def a_csv(folder: Path, *rows: Sequence[Any], headings: Sequence[str] = HEADINGS, encoding: str = "utf-8") -> Path:
    file = folder / "register.csv"
    with file.open("w", encoding=encoding, newline="") as out:
        csv.writer(out).writerows([headings, *rows])
    return file


def a_workbook(folder: Path, *rows: Sequence[Any], headings: Sequence[str] = HEADINGS, above: int = 0) -> Path:
    """With so many rows above the headings, as offices put a title there."""
    file = folder / "register.xlsx"
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet()
    for number in range(above):
        sheet.write(number, 0, "青榆家园房屋台账")
    for number, row in enumerate([headings, *rows], start=above):
        for column, cell in enumerate(row):
            sheet.write(number, column, cell)
    book.close()
    return file
