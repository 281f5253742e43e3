"""Reading what was filled in against what a form or a move asks for. All mistakes at once, each with its field."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.people.queries import Line, people_with_role
from linli.people.roles import ROLES
from linli.playbooks.fields import FIELD_KINDS
from linli.playbooks.model import Field
from linli.record.actions import Secret

MISSING = Said("请填写“{title}”。", "Please fill in “{title}”.")
TOO_LONG = Said(
    "“{title}”最多 {max} 个字，现在有 {given} 个，请删减。",
    "“{title}” may have {max} characters at the most; it has {given}. Please shorten it.",
)
NOT_A_CHOICE = Said("“{title}”请从列出的选项里选一个。", "Please choose one of the options for “{title}”.")
NOT_A_NUMBER = Said("“{title}”请填一个整数，不小于 0。", "“{title}” must be a whole number, not below 0.")
NOT_A_SCORE = Said("“{title}”请在 1 到 {of} 之间选一个。", "Please choose from 1 to {of} for “{title}”.")
NOT_MONEY = Said(
    "“{title}”请填金额，单位元，最多两位小数，例如 35.50。", "“{title}” must be an amount in yuan such as 35.50."
)
NOT_A_PHONE = Said(
    "“{title}”看起来不是电话号码。手机填 11 位数字，固定电话带区号。",
    "“{title}” does not look like a phone number: 11 digits for a mobile, the area code for a landline.",
)
NOT_A_DATE = Said("“{title}”请填日期，例如 2026-05-09。", "“{title}” must be a date such as 2026-05-09.")
NOT_THAT_PERSON = Said(
    "“{title}”请选一位现任“{role}”。刚才选的人已不在这个岗位。",
    "Please choose somebody who is “{role}” now for “{title}”; the person chosen no longer is.",
)


class BadAnswers(Refused):
    """What was filled in cannot be taken; `problems` maps each field to its sentence."""

    def __init__(self, problems: Mapping[str, Said]) -> None:
        super().__init__(
            Said(
                " ".join(problem.zh for problem in problems.values()),
                " ".join(problem.en for problem in problems.values()),
            )
        )
        self.problems = problems


class BadAnswer(Exception):
    def __init__(self, sentence: Said) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Answers:
    """`plain` may stand in the record, and guards may ask it; `personal` is sealed, `sensitive` encrypted as well."""

    plain: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, Any] = field(default_factory=dict)
    sensitive: frozenset[str] = frozenset()

    def secrets(self, about: uuid.UUID | None) -> dict[str, Secret]:
        return {name: Secret(value, about, name in self.sensitive) for name, value in self.personal.items()}

    @property
    def all(self) -> dict[str, Any]:
        return {**self.personal, **self.plain}


def read_answers(fields: Sequence[Field], given: Mapping[str, Any], line: Line) -> Answers:
    """Check and convert; `BadAnswers` with every field that is wrong. Names that nobody asked for are ignored."""
    plain: dict[str, Any] = {}
    personal: dict[str, Any] = {}
    problems: dict[str, Said] = {}
    for one in fields:
        try:
            value = _read(one, given.get(one.name), line)
        except BadAnswer as bad:
            problems[one.name] = bad.sentence
            continue
        if value is not None:
            (personal if FIELD_KINDS[one.kind].personal or one.private else plain)[one.name] = value
    if problems:
        raise BadAnswers(problems)
    sensitive = frozenset(one.name for one in fields if one.private or one.kind == "phone")
    return Answers(plain, personal, sensitive)


def _read(one: Field, given: Any, line: Line) -> Any:
    if one.kind not in READERS:  # photos: their store and its policy come with requests
        return None
    if given in (None, "", [], ()) or (isinstance(given, str) and not given.strip()):
        if one.optional:
            return None
        raise BadAnswer(MISSING.filled(title=one.title))
    return READERS[one.kind](one, given, line)


def _text(one: Field, given: Any, line: Line) -> str:
    text = re.sub(r"\r\n?", "\n", str(given)).replace("\0", "").strip()
    most = one.max or 2000
    if len(text) > most:
        raise BadAnswer(TOO_LONG.filled(title=one.title, max=most, given=len(text)))
    return text


def _whole(one: Field, given: Any, line: Line) -> int:
    text = str(given).strip()
    if not re.fullmatch(r"\d{1,12}", text) or (one.max is not None and int(text) > one.max):
        raise BadAnswer(NOT_A_NUMBER.filled(title=one.title))
    return int(text)


def _score(one: Field, given: Any, line: Line) -> int:
    text = str(given).strip()
    if not re.fullmatch(r"\d{1,3}", text) or not 1 <= int(text) <= (one.of or 5):
        raise BadAnswer(NOT_A_SCORE.filled(title=one.title, of=one.of or 5))
    return int(text)


def _yes_no(one: Field, given: Any, line: Line) -> bool:
    if given in (True, "yes", "true", "1"):
        return True
    if given in (False, "no", "false", "0"):
        return False
    raise BadAnswer(NOT_A_CHOICE.filled(title=one.title))


def _choice(one: Field, given: Any, line: Line) -> str:
    if str(given) not in one.options:
        raise BadAnswer(NOT_A_CHOICE.filled(title=one.title))
    return str(given)


def _money(one: Field, given: Any, line: Line) -> int:
    """Yuan as typed, to whole fen."""
    try:
        fen = Decimal(str(given).strip().replace(",", "")) * 100
    except InvalidOperation:
        raise BadAnswer(NOT_MONEY.filled(title=one.title)) from None
    if not fen.is_finite() or fen != int(fen) or not 0 <= fen < 10**13:
        raise BadAnswer(NOT_MONEY.filled(title=one.title))
    return int(fen)


def _phone(one: Field, given: Any, line: Line) -> str:
    digits = re.sub(r"[\s()-]", "", str(given))
    if not re.fullmatch(r"(\+?86)?1[3-9]\d{9}|0\d{9,11}|\d{7,8}", digits):
        raise BadAnswer(NOT_A_PHONE.filled(title=one.title))
    return digits


def _date(one: Field, given: Any, line: Line) -> str:
    try:
        return date.fromisoformat(str(given).strip()).isoformat()
    except ValueError:
        raise BadAnswer(NOT_A_DATE.filled(title=one.title)) from None


def _time(one: Field, given: Any, line: Line) -> str:
    try:
        return datetime.fromisoformat(str(given).strip()).isoformat(timespec="minutes")
    except ValueError:
        raise BadAnswer(NOT_A_DATE.filled(title=one.title)) from None


def _person(one: Field, given: Any, line: Line) -> str:
    return _people(one, [given], line)[0]


def _people(one: Field, given: Any, line: Line) -> list[str]:
    wanted = list(dict.fromkeys(str(person) for person in (given if isinstance(given, list | tuple) else [given])))
    allowed = {
        str(pk) for pk in people_with_role(one.role, [pk for pk, _, _ in line.places]).values_list("pk", flat=True)
    }
    if not set(wanted) <= allowed:
        raise BadAnswer(NOT_THAT_PERSON.filled(title=one.title, role=ROLES[one.role].title))
    return wanted


READERS: Mapping[str, Callable[[Field, Any, Line], Any]] = MappingProxyType(
    {
        "text": _text,
        "number": _whole,
        "yes_no": _yes_no,
        "date": _date,
        "time": _time,
        "choice": _choice,
        "score": _score,
        "money": _money,
        "phone": _phone,
        "person": _person,
        "units": _people,
        "place": _text,
    }
)
