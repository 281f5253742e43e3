"""ROLL and CASTS files of `linli count`: read to the last row, so that everybody gets all problems at once.

A mark of byte order and Windows line ends are what spreadsheets write and change nothing; everything else that could be read in
two ways is refused.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from linli.counting.tally import CHOICES, OWNER_KINDS, Cast, Subject
from linli.lib.text import Said

ROLL_HEADINGS, CAST_HEADINGS = ("subject", "kind", "heads", "area"), ("subject", "choice", "delivered")
MOST_BYTES = 64 * 1024 * 1024
LONGEST = 100
HEADS = re.compile(r"[0-9]{1,7}", re.ASCII)
AREA = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?", re.ASCII)
WIDE_SIGN = re.compile("[\uff01-\uff5e\u3000]")
PRECISE = re.compile(r"[0-9]+\.[0-9]{3,}", re.ASCII)

NO_FILE = Said("找不到这个文件，请检查路径。", "There is no such file; check the path.")
TOO_LARGE = Said("文件太大（最多 64 MiB）。", "The file is too large (at most 64 MiB).")
NOT_TEXT = Said(
    "不是 UTF-8 编码。请在表格软件里另存为“CSV UTF-8”。",
    "This is not UTF-8. Save it as “CSV UTF-8” in the spreadsheet program.",
)
QUOTES = Said(
    "引号没有配对，从这里读不下去。请检查这一行的引号。", "The quotes do not match; check those of this line."
)
NOTHING = Said("文件是空的。第一行应当是：{wanted}。", "The file is empty. The first line should be: {wanted}.")
NO_ROWS = Said(
    "名册里没有一行，没有可以计票的对象。请补上名册。", "The roll has no row, so nobody can vote. Fill it in."
)
MISSING_COLUMN = Said(
    "缺少“{name}”这一列。第一行应当是：{wanted}。", "The column “{name}” is missing. Wanted: {wanted}."
)
UNKNOWN_HEADING = Said("不认识“{name}”这一列。只能有：{wanted}。", "There is no column “{name}”. Allowed: {wanted}.")
HEADING_TWICE = Said("“{name}”这一列出现了两次，请删去一列。", "The column “{name}” stands there twice; remove one.")
CELLS = Said("这一行有 {count} 格，应当是 {wanted} 格。", "This row has {count} cells; it should have {wanted}.")
NO_SUBJECT = Said("没有写 subject（表决主体）。", "The subject is missing.")
BAD_SUBJECT = Said(
    "subject 不能超过 100 个字符，也不能有控制符号。",
    "A subject has at most 100 characters, none of them a control one.",
)
TWICE = Said(
    "“{subject}”在第 {line} 行已经有了；一个表决主体只能有一行。请核对后删去一行。",
    "“{subject}” stands in line {line} already; a subject has one row. Check both and remove one.",
)
NOT_ON_ROLL = Said(
    "“{subject}”不在名册上。请核对写法，或先更正名册。",
    "“{subject}” does not stand on the roll. Check how it is written, or correct the roll first.",
)
BAD_KIND = Said("kind“{text}”不对。只能写：{known}。", "The kind “{text}” is unknown. Write one of: {known}.")
BAD_HEADS = Said(
    "heads“{text}”不对：应是 1 以上的整数。", "The heads “{text}” are wrong: a whole number of 1 or more is needed."
)
WIDE = Said("“{text}”里有全角数字或符号，请改成半角。", "“{text}” has full-width characters; write ordinary digits.")
NO_AREA = Said(
    "没有写面积；按这条规则要计面积。请补上平方米数。", "The area is missing, and this rule counts it; give it in m²."
)
BAD_AREA = Said(
    "面积“{text}”不对：应是大于 0 的平方米数，如 89.35，不带单位和千分号。",
    "The area “{text}” is wrong: square metres above 0 such as 89.35, with no unit and no thousands separator.",
)
TOO_PRECISE = Said(
    "面积“{text}”的小数多于两位。请按登记的面积写两位小数，不要自行四舍五入。",
    "The area “{text}” has more than two decimals. Write the registered area with two; do not round it yourself.",
)
BAD_CHOICE = Said(
    "choice“{text}”不对。只能写 yes、no、abstain，没有表态就留空。",
    "The choice “{text}” is unknown. Write yes, no or abstain, or leave it empty for no answer.",
)
BAD_DELIVERED = Said(
    "delivered“{text}”不对。已送达写 1，没有送达写 0。",
    "“{text}” is no delivered. Write 1 when the ballot was delivered, 0 when it was not.",
)


@dataclass(frozen=True, slots=True)
class Problem:
    file: str
    line: int
    message: Said

    def in_(self, language: str) -> str:
        return f"{self.file}:{self.line} {self.message.in_(language)}"


@dataclass(slots=True)
class Reading:
    """One file on its way: its rows by heading, and what is wrong so far."""

    file: Path
    problems: list[Problem] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)  # subject to the line where it stands

    def complain(self, line: int, message: Said, /, **values: object) -> None:
        self.problems.append(Problem(str(self.file), line, message.filled(**values)))

    def rows(self, headings: tuple[str, ...], optional: frozenset[str]) -> Iterator[tuple[int, dict[str, str]]]:
        table = self._table()
        first = next(table, None)
        if first is None:
            if not self.problems:
                self.complain(1, NOTHING, wanted=",".join(headings))
            return
        names = [cell.strip() for cell in first[1]]
        if not self._headings(first[0], names, headings, optional):
            return
        for line, row in table:
            if len(row) != len(names):
                self.complain(line, CELLS, count=len(row), wanted=len(names))
            else:
                yield line, dict(zip(names, (cell.strip(" \t") for cell in row), strict=True))

    def subject(self, line: int, text: str) -> str | None:
        if not text:
            self.complain(line, NO_SUBJECT)
        elif len(text) > LONGEST or not text.isprintable():
            self.complain(line, BAD_SUBJECT)
        elif text in self.lines:
            self.complain(line, TWICE, subject=text, line=self.lines[text])
        else:
            self.lines[text] = line
            return text
        return None

    def _table(self) -> Iterator[tuple[int, list[str]]]:
        """Every row that is not blank, with the line where it begins."""
        text = self._text()
        reader = csv.reader(io.StringIO(text or "", newline=""), strict=True)
        start = 1
        try:
            for row in reader:
                if any(cell.strip() for cell in row):
                    yield start, row
                start = reader.line_num + 1
        except csv.Error:
            self.complain(start, QUOTES)

    def _text(self) -> str | None:
        if not self.file.is_file():
            self.complain(1, NO_FILE)
        elif self.file.stat().st_size > MOST_BYTES:
            self.complain(1, TOO_LARGE)
        else:
            content = self.file.read_bytes()
            try:
                return content.decode("utf-8-sig")
            except UnicodeDecodeError as wrong:
                self.complain(content[: wrong.start].count(b"\n") + 1, NOT_TEXT)
        return None

    def _headings(self, line: int, names: list[str], headings: tuple[str, ...], optional: frozenset[str]) -> bool:
        before, wanted = len(self.problems), ",".join(headings)
        for name in [name for name in headings if name not in names and name not in optional]:
            self.complain(line, MISSING_COLUMN, name=name, wanted=wanted)
        for name in [name for name in dict.fromkeys(names) if name not in headings]:
            self.complain(line, UNKNOWN_HEADING, name=name[:30], wanted=wanted)
        for name in [name for name in headings if names.count(name) > 1]:
            self.complain(line, HEADING_TWICE, name=name)
        return len(self.problems) == before


def read_roll(file: Path, *, area: bool) -> tuple[list[Subject], Reading]:
    """The subjects and what is wrong. Where the rule counts heads alone, nobody looks at the area or at the kind of owner."""
    reading = Reading(file)
    found = [_subject(reading, line, row, area=area) for line, row in reading.rows(ROLL_HEADINGS, _unread(area=area))]
    if not found and not reading.problems:
        reading.complain(1, NO_ROWS)
    return [subject for subject in found if subject], reading


def read_casts(file: Path, roll: Reading) -> tuple[list[Cast], Reading]:
    reading = Reading(file)
    found = [_cast(reading, line, row, roll) for line, row in reading.rows(CAST_HEADINGS, frozenset())]
    return [cast for cast in found if cast], reading


def _unread(*, area: bool) -> frozenset[str]:
    return frozenset() if area else frozenset({"area"})


def _subject(reading: Reading, line: int, row: dict[str, str], *, area: bool) -> Subject | None:
    tag = reading.subject(line, row["subject"])
    if area and row["kind"] not in OWNER_KINDS:
        reading.complain(line, BAD_KIND, text=row["kind"][:30], known=", ".join(OWNER_KINDS))
    heads = _number(reading, line, row["heads"], _heads, BAD_HEADS)
    size = _number(reading, line, row["area"], _area, BAD_AREA) if area else 0
    return Subject(tag, heads, size, row["kind"]) if tag and heads and size is not None else None


def _cast(reading: Reading, line: int, row: dict[str, str], roll: Reading) -> Cast | None:
    tag, choice, delivered = reading.subject(line, row["subject"]), row["choice"], row["delivered"]
    if tag and roll.lines and tag not in roll.lines:
        reading.complain(line, NOT_ON_ROLL, subject=tag)
    if choice not in (*CHOICES, ""):
        reading.complain(line, BAD_CHOICE, text=choice[:30])
    if delivered not in ("0", "1"):
        reading.complain(line, BAD_DELIVERED, text=delivered[:30])
    return Cast(tag, choice, delivered == "1") if tag else None


def _number(reading: Reading, line: int, text: str, read: Callable[[str], int | None], otherwise: Said) -> int | None:
    """The number, or a complaint that fits what stands there."""
    found = read(text)
    if not found:
        reading.complain(line, _why(text, otherwise), text=text[:30])
        return None
    return found


def _why(text: str, otherwise: Said) -> Said:
    if not text and otherwise is BAD_AREA:
        return NO_AREA
    if WIDE_SIGN.search(text):
        return WIDE
    return TOO_PRECISE if otherwise is BAD_AREA and PRECISE.fullmatch(text) else otherwise


def _heads(text: str) -> int | None:
    return int(text) if HEADS.fullmatch(text) else None


def _area(text: str) -> int | None:
    """In 0.01 m²: 89.5 is 8950. Read digit by digit, so that nothing is ever rounded."""
    found = AREA.fullmatch(text)
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else None
