"""From the rows of a result file to ballots or sums, with all that is wrong with each row at once. Pure but for the homes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from linli.ballots.asked import with_commas
from linli.ballots.casting import BLANK
from linli.ballots.elections.marking import Seats, on_paper, seats_by_question, seats_exceeded
from linli.ballots.models import Ballot
from linli.ballots.official.homes import Homes
from linli.ballots.official.mapping import SILENT, OfficialMap, Sums, Words
from linli.ballots.publication import Question
from linli.counting.tally import ABSTAIN, NO, YES, Tally, Weight
from linli.lib import clock
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.lib.times import full_said
from linli.register.cells import Bad, tidy
from linli.register.rows import TOO_MANY_CELLS, BadRow
from linli.register.tables import Table

EMPTY = Said("文件是空的。", "The file is empty.")
NO_COLUMN = Said("文件里没有这几列：{names}。", "The file lacks these columns: {names}.")
TWICE = Said("文件里“{name}”这一列出现了不止一次。", "The file has more than one column “{name}”.")
OTHER_QUESTIONS = Said(
    "映射里的表决事项是 {given}，公告的是 {wanted}，要一一对应。",
    "The mapping has the questions {given}, the notice {wanted}; they must be the same.",
)
NOT_A_WORD = Said(
    "“{column}”写的是“{text}”，映射里没有这个词", "“{column}” says “{text}”, which the mapping does not know"
)
NO_TIME = Said("投票时间“{text}”读不出来", "the time “{text}” cannot be read")
OUTSIDE = Said("投票时间 {at} 不在表决时间内", "it was cast at {at}, which is not while the ballot was open")
OVER_MARKED = Said(
    "同意了 {marked} 名候选人，应选只有 {seats} 名，请先在官方系统核实",
    "{marked} candidates are in favour for {seats} seats; clear it up in the official system first",
)
CONTRADICTS = Said(
    "与第 {line} 行是同一个表决主体（一人多套或共有只有一票），选择却不同，请先在官方系统核实",
    "this is the same voting subject as in line {line} (several rooms or co-owners have one vote) with other choices; clear "
    "it up in the official system first",
)
NOT_HEADS = Said("“{column}”的人数“{text}”不是整数", "the heads “{text}” in “{column}” are no whole number")
NOT_AREA = Said(
    "“{column}”的面积“{text}”不对：应是平方米数，最多两位小数",
    "the area “{text}” in “{column}” is wrong: square metres with two decimals at the most",
)
NO_AREA = Said(
    "这一事项要计面积，映射里没有“{name}”的面积列", "area counts here, but no column has the area of “{name}”"
)
AREA_ALONE = Said("“{name}”没有人数却有面积", "“{name}” has area but no heads")
OTHER_ROLL = Said(
    "应参加 {heads} 人、{area} 平方米，与公告名册的 {roll_heads} 人、{roll_area} 平方米不一致",
    "{heads} heads and {area} m² are due, but the roll of the notice has {roll_heads} and {roll_area}",
)
MORE_THAN_DUE = Said("各项合计超过了应参加的人数或面积", "the sums are more than all who are due")
SAME_QUESTION = Said("与第 {line} 行是同一个表决事项", "this is the same question as in line {line}")
NO_ROW = Said("没有第 {number} 项表决事项的合计", "there is no row for question {number}")
NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,9}", re.ASCII)
AREA = re.compile(r"(\d{1,3}(?:,\d{3})+|\d{1,12})(?:\.(\d{1,2}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class OfficialVote:
    """What the official system has of one voting subject; without a choice it was only delivered."""

    tag: str
    choices: Mapping[str, str]
    at: datetime | None
    delivered: bool
    line: int


@dataclass
class Result:
    """What a file says: ballots by voting subject, or sums by question."""

    titles: tuple[str, ...]
    bad: list[BadRow] = field(default_factory=list)
    votes: dict[str, OfficialVote] = field(default_factory=dict)
    totals: dict[str, Tally] = field(default_factory=dict)


class _Row:
    """One row with what is wrong with it."""

    def __init__(self, line: int, cells: Sequence[str], titles: Sequence[str]) -> None:
        self.line, self.cells = line, cells
        self.given = dict(zip(titles, [*cells, *[""] * len(titles)], strict=False))
        self.wrong: list[Said] = [TOO_MANY_CELLS] if any(cell.strip() for cell in cells[len(titles) :]) else []

    def say(self, sentence: Said, **values: object) -> None:
        self.wrong.append(sentence.filled(**values))

    def text(self, column: str) -> str:
        return tidy(self.given.get(column, ""))

    def word(self, words: Words, empty: str | None = None) -> str:
        text = self.text(words.column)
        if not text and empty is not None and "" not in words.values:
            return empty
        if text not in words.values:
            self.say(NOT_A_WORD, column=words.column, text=text[:20])
            return ""
        return words.values[text]


def read_result(table: Table, plan: OfficialMap, ballot: Ballot, asked: Sequence[Question], homes: Homes) -> Result:
    """`Refused` where the file does not fit the mapping or the ballot at all; what is wrong with rows is in `bad`."""
    if not table:
        raise Refused(EMPTY)
    titles = _titles(table[0][1], plan)
    _same_questions(plan, asked)
    found = Result(titles)
    taking = _votes(plan, ballot, homes) if plan.totals is None else _sums(plan.totals, ballot, asked)
    for line, cells in table[1:]:
        row = _Row(line, cells, titles)
        taking(row, found)
        if row.wrong:
            found.bad.append(BadRow(line, tuple(row.wrong), cells))
    if plan.totals is not None and not found.bad:
        _all_there(found, asked)
    return found


def _titles(cells: Sequence[str], plan: OfficialMap) -> tuple[str, ...]:
    titles = tuple(tidy(cell) for cell in cells)
    if missing := [name for name in plan.columns if name not in titles]:
        raise Refused(NO_COLUMN.filled(names="、".join(missing)))
    if twice := [name for name in plan.columns if titles.count(name) > 1]:
        raise Refused(TWICE.filled(name=twice[0]))
    return titles


def _same_questions(plan: OfficialMap, asked: Sequence[Question]) -> None:
    given = set(plan.totals.question.values.values()) if plan.totals else plan.questions.keys()
    wanted = [question.id for question in asked]
    if set(given) != set(wanted):
        raise Refused(OTHER_QUESTIONS.filled(given=_numbers(given), wanted=_numbers(wanted)))


def _numbers(keys: object) -> str:
    return "、".join(sorted(str(key)[1:] for key in keys)) or "—"  # type: ignore[attr-defined]


# -- one row for each home


def _votes(plan: OfficialMap, ballot: Ballot, homes: Homes) -> Callable[[_Row, Result], None]:
    seats = seats_by_question(ballot)

    def take(row: _Row, found: Result) -> None:
        vote = _vote(row, plan, ballot, homes)
        if vote and vote.choices:
            vote = _as_counted(row, vote, seats)
        before = found.votes.get(vote.tag) if vote else None
        if vote is None or row.wrong:
            return
        if before is None:
            found.votes[vote.tag] = vote
        elif before.choices and vote.choices and before.choices != vote.choices:
            row.say(CONTRADICTS, line=before.line)
        else:
            found.votes[vote.tag] = _together(before, vote)

    return take


def _vote(row: _Row, plan: OfficialMap, ballot: Ballot, homes: Homes) -> OfficialVote | None:
    tag = _tag(row, plan, homes)
    choices = {key: row.word(words, SILENT) for key, words in plan.questions.items()}
    told = {key: BLANK if choice == SILENT else choice for key, choice in choices.items()}
    cast = set(told.values()) != {BLANK}
    at = _time(row, plan, ballot) if plan.time and cast else None
    delivered = row.word(plan.delivered, "no") == "yes" if plan.delivered else False
    return OfficialVote(tag, told if cast else {}, at, cast or delivered, row.line) if tag else None


def _as_counted(row: _Row, vote: OfficialVote, seats: Seats) -> OfficialVote:
    """More candidates in favour than seats cannot be a ballot of that system; one left empty among others is an abstention."""
    if exceeded := seats_exceeded(vote.choices, seats):
        row.say(OVER_MARKED, marked=exceeded[0], seats=exceeded[1])
        return vote
    return replace(vote, choices=on_paper(vote.choices, seats))


def _tag(row: _Row, plan: OfficialMap, homes: Homes) -> str:
    try:
        return homes.find({name: row.text(column) for name, column in plan.slot.items()})
    except Bad as bad:
        row.wrong.append(bad.why)
        return ""


def _time(row: _Row, plan: OfficialMap, ballot: Ballot) -> datetime | None:
    text = row.text(plan.time)
    at = next((found for one in plan.formats if (found := _parsed(text, one))), None)
    if at is None:
        row.say(NO_TIME, text=text[:30])
    elif not (ballot.opens_at and ballot.closes_at and ballot.opens_at <= at <= ballot.closes_at):
        row.say(OUTSIDE, at=full_said(at))
    return at


def _parsed(text: str, pattern: str) -> datetime | None:
    try:
        return datetime.strptime(text, pattern).replace(tzinfo=clock.ZONE)
    except ValueError:
        return None


def _together(before: OfficialVote, vote: OfficialVote) -> OfficialVote:
    """Two rooms of one owner set that say the same: one ballot, at the later time."""
    times = [one.at for one in (before, vote) if one.at]
    at = max(times) if times else None
    return OfficialVote(before.tag, before.choices or vote.choices, at, before.delivered or vote.delivered, before.line)


# -- one row for each question


def _sums(plan: Sums, ballot: Ballot, asked: Sequence[Question]) -> Callable[[_Row, Result], None]:
    area = {question.id: question.rule.area for question in asked}
    lines: dict[str, int] = {}

    def take(row: _Row, found: Result) -> None:
        key = row.word(plan.question)
        if not key:
            return
        if key in lines:
            row.say(SAME_QUESTION, line=lines[key])
            return
        lines[key] = row.line
        tally = _tally(row, plan, ballot, area=area[key])
        if not row.wrong:
            found.totals[key] = tally

    return take


def _tally(row: _Row, plan: Sums, ballot: Ballot, *, area: bool) -> Tally:
    roll = Weight(ballot.roll_heads or 0, ballot.roll_area or 0)
    weights = {name: _weight(row, name, pair, area=area) for name, pair in plan.sums.items()}
    due = weights.get("due")
    if due is not None and due != (roll if area else Weight(roll.heads)):
        row.say(OTHER_ROLL, heads=due.heads, area=with_commas(due.area), roll_heads=roll.heads,
                roll_area=with_commas(roll.area))  # fmt: skip
    tally = Tally(roll, weights[YES], weights[NO], weights[ABSTAIN], weights.get(SILENT, Weight()))
    all_told = tally.participants + tally.silent
    if all_told.heads > roll.heads or all_told.area > roll.area:
        row.say(MORE_THAN_DUE)
    return tally


def _weight(row: _Row, name: str, pair: tuple[str, str], *, area: bool) -> Weight:
    heads = row.text(pair[0])
    if not NUMBER.fullmatch(heads):
        row.say(NOT_HEADS, column=pair[0], text=heads[:20])
        return Weight()
    if area and not pair[1]:
        row.say(NO_AREA, name=name)
    found = Weight(int(heads.replace(",", "")), _area(row, pair[1]) if area and pair[1] else 0)
    if found.area and not found.heads:
        row.say(AREA_ALONE, name=name)
    return found


def _area(row: _Row, column: str) -> int:
    text = row.text(column)
    found = AREA.fullmatch(text)
    if found is None:
        row.say(NOT_AREA, column=column, text=text[:20])
        return 0
    return int(found[1].replace(",", "")) * 100 + int((found[2] or "").ljust(2, "0"))


def _all_there(found: Result, asked: Sequence[Question]) -> None:
    missing = [question.id[1:] for question in asked if question.id not in found.totals]
    if missing:
        raise Refused(NO_ROW.filled(number="、".join(missing)))
