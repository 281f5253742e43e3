"""What one row tells, read through the mapping. Pure; all mistakes of a row at once."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Any
from unicodedata import normalize
from zoneinfo import ZoneInfo

from linli.lib.text import Said
from linli.requests.imports.mapping import OPEN, RequestMap, Text, When, Words

IMPORTS = uuid.uuid5(uuid.NAMESPACE_URL, "linli:import")
MOST_TEXT = 40_000
MOST_CATEGORY = 40
MOST_NAME = 100
DAY_ENDS = time(23, 59, 59)

NO_ID = Said("没有编号", "it has no id")
PERSONAL_ID = Said("编号像手机号或身份证号，不能当编号用", "the id looks like a phone or identity number; use another")
NO_TEXT = Said("没有内容", "it has no text")
TOO_LONG = Said("{what}超过 {most} 个字", "the {what} has more than {most} characters")
NO_TIME = Said("“{column}”是空的", "“{column}” is empty")
BAD_TIME = Said(
    "“{column}”不是能认出的时间，或者不在允许的范围里", "“{column}” is no time that is understood, or out of range"
)
FUTURE = Said("“{column}”在将来", "“{column}” is in the future")
BACKWARDS = Said("“{column}”早于提出时间", "“{column}” is before the request was raised")
UNKNOWN_WORD = Said("“{column}”的值“{given}”不在映射表里", "the value “{given}” of “{column}” is not in the mapping")
NO_END = Said("状态是已办结，却没有办结或答复时间", "it is said to be closed, but no time of closing or reply is given")
STILL_OPEN = Said("状态是未办结，却有办结时间", "it is said to be open, but it has a time of closing")
NO_REPLY = Said("已办结却没有答复", "it is closed without an answer")
REPLY_TIME = Said("有答复，却没有答复时间", "it has an answer, but no time of the answer")
TEXT, REPLY, CATEGORY, PLACE = (
    Said("内容", "text"),
    Said("答复", "answer"),
    Said("类别", "category"),
    Said("地点", "place"),
)


@dataclass(slots=True)
class Told:
    """One request as its row tells it. `outcome` is empty while it is open."""

    number: int
    key: uuid.UUID
    id: str
    what: str
    raised: datetime
    place: str = ""
    category: str = ""
    channel: str = ""
    reply: str = ""
    replied: datetime | None = None
    due: datetime | None = None
    closed: datetime | None = None
    outcome: str = ""


class BadRow(Exception):
    def __init__(self, reasons: list[Said], given_id: str) -> None:
        super().__init__("; ".join(reason.en for reason in reasons))
        self.reasons = reasons
        self.id = given_id


@dataclass
class _Reading:
    plan: RequestMap
    cells: Mapping[str, str]
    now: datetime
    reasons: list[Said] = field(default_factory=list)

    def say(self, sentence: Said, **values: object) -> None:
        self.reasons.append(sentence.filled(**values) if values else sentence)

    def id(self) -> str:
        given = " ".join(self.cells[column].strip() for column in self.plan.id).strip()
        if self.plan.id and not given:
            self.say(NO_ID)
        if len(given) > MOST_NAME:
            self.say(TOO_LONG, what=Said("编号", "id"), most=MOST_NAME)
        if re.fullmatch(r"1[3-9]\d{9}|\d{17}[\dXx]", given):
            self.say(PERSONAL_ID)
            return ""
        return given

    def text(self, asked: Text, what: Said) -> str:
        parts = [self.cells[column].replace("\0", "").strip() for column in asked.columns]
        text = re.sub(r"\r\n?", "\n", "\n".join(dict.fromkeys(part for part in parts if part)))
        if len(text) > MOST_TEXT:
            self.say(TOO_LONG, what=what, most=MOST_TEXT)
        return text

    def time(self, when: When | None, raised: datetime | None = None, *, future: bool = False) -> datetime | None:
        """`raised` is given for what came after: a day without a time is then its end, so that it is never too early."""
        text = self.cells[when.column].strip() if when else ""
        if when is None or not text:
            return None
        moment = read_time(text, when, later=raised is not None)
        if moment is None:
            self.say(BAD_TIME, column=when.column)
        elif moment > self.now and not future:
            return self._ahead(moment, when)
        elif raised is not None and moment < raised:
            self.say(BACKWARDS, column=when.column)
        return moment

    def _ahead(self, moment: datetime, when: When) -> datetime:
        """The end of today is ahead too, where only the day is known."""
        if moment.astimezone(when.zone).date() == self.now.astimezone(when.zone).date():
            return self.now
        self.say(FUTURE, column=when.column)
        return moment

    def word(self, words: Words, *, free: bool = False) -> str:
        """`free`: what the table of values does not know stays as it is."""
        given = " ".join(self.cells[words.column].split()) if words.column else ""
        if given in words.values:
            return words.values[given]
        if words.other is not None:
            return words.other
        if free or not words.column:
            return given
        self.say(UNKNOWN_WORD, column=words.column, given=given[:40])
        return ""

    def place(self) -> str:
        where = self.plan.place
        text = " ".join(normalize("NFKC", self.cells[where.column]).split()) if where.column else ""
        if where.match is not None:
            found = where.match.search(text)
            text = (found[1] if found.re.groups else found[0]) if found else ""
        if len(text) > MOST_NAME:
            self.say(TOO_LONG, what=PLACE, most=MOST_NAME)
        return text or where.missing


def skipped(plan: RequestMap, cells: Mapping[str, str]) -> bool:
    return any(cells[one.column].strip() in one.values for one in plan.skip)


def read_row(number: int, cells: Mapping[str, str], plan: RequestMap, now: datetime) -> Told:
    """`BadRow` with every reason why no matter can be made of it."""
    reading = _Reading(plan, cells, now)
    given = reading.id()
    what = reading.text(plan.text, TEXT) or plan.text.missing
    raised = reading.time(plan.time)
    if not what:
        reading.say(NO_TEXT)
    if not cells[plan.time.column].strip():
        reading.say(NO_TIME, column=plan.time.column)
    category = reading.word(plan.category, free=True)
    if len(category) > MOST_CATEGORY:
        reading.say(TOO_LONG, what=CATEGORY, most=MOST_CATEGORY)
    told = Told(number, _key(plan.source, given, cells), given, what, raised or now, reading.place(), category)
    told.channel = reading.word(plan.channel)
    _read_end(told, reading, raised or datetime.min.replace(tzinfo=UTC))
    if reading.reasons:
        raise BadRow(list(dict.fromkeys(reading.reasons)), given)
    return told


def _read_end(told: Told, reading: _Reading, raised: datetime) -> None:
    plan = reading.plan
    told.due = reading.time(plan.due, raised, future=True)
    told.closed = reading.time(plan.closed, raised)
    told.replied = reading.time(plan.reply_time, raised)
    told.reply = reading.text(plan.reply, REPLY)
    stands = reading.word(plan.outcome) if plan.outcome.column else _supposed(told)
    told.outcome = "" if stands == OPEN else stands
    if told.outcome:
        _check_closed(told, reading)
    elif stands == OPEN and told.closed is not None:
        reading.say(STILL_OPEN)
    if told.reply and told.replied is None and told.closed is None:
        reading.say(REPLY_TIME)


def _supposed(told: Told) -> str:
    """Where no column says so: a time of closing or an answer closes."""
    return "explained" if told.closed is not None or told.reply else OPEN


def _check_closed(told: Told, reading: _Reading) -> None:
    times = [reading.plan.closed, reading.plan.reply_time]
    if not any(when and reading.cells[when.column].strip() for when in times):
        reading.say(NO_END)
    if told.outcome in ("explained", "declined"):
        told.reply = told.reply or reading.plan.reply.missing
        if not told.reply:
            reading.say(NO_REPLY)


def _key(source: str, given: str, cells: Mapping[str, str]) -> uuid.UUID:
    """The id of the source, else the whole row: two rows that are the same in every cell are then one request."""
    name = f"id\0{given}" if given else "row\0" + "\0".join(cells.values())
    return uuid.uuid5(IMPORTS, f"{source}\0{name}")


@lru_cache(maxsize=16384)
def read_time(text: str, when: When, *, later: bool) -> datetime | None:
    """The first format that fits and lies within the window of `when`, as UTC."""
    plain = normalize("NFKC", text)
    for form in when.formats:
        moment = _parsed(plain, form, when.zone, later=later)
        if moment is not None and _within(moment, when):
            return moment.astimezone(UTC)
    return None


def _parsed(text: str, form: str, zone: ZoneInfo, *, later: bool) -> datetime | None:
    try:
        moment = datetime.strptime(text, form).replace(tzinfo=zone)
    except ValueError:
        return None
    if later and "%H" not in form and "%I" not in form:
        return datetime.combine(moment.date(), DAY_ENDS, zone)
    return moment


def _within(moment: datetime, when: When) -> bool:
    day = moment.date()
    return (when.earliest or date(1990, 1, 1)) <= day <= (when.latest or date(2200, 1, 1))


def plain_source(told: Told, source: str) -> dict[str, Any]:
    """What the record says of where it came from."""
    return {"name": source, "id": told.id} if told.id else {"name": source}
