"""Reading what was filled in against what a form or a move asks for. All mistakes at once, each with its field."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import Any

from django.core.files.uploadedfile import UploadedFile

from linli.lib.ids import new_id
from linli.lib.pictures import (
    KINDS_SAID,
    MOST_BYTES,
    MOST_SECONDS,
    NO_PICTURE,
    BadPicture,
    Picture,
    read_picture,
    too_big,
)
from linli.lib.refusals import Refused
from linli.lib.text import LANGUAGES, Said
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
NO_PHOTO = Said("请为“{title}”至少选一张照片。", "Please choose at least one photo for “{title}”.")
TOO_MANY_PHOTOS = Said(
    "“{title}”最多 {max} 张，选了 {given} 张，请去掉几张。",
    "“{title}” takes {max} photos at the most; you chose {given}. Please leave some out.",
)
MOST_PHOTOS = 9


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
class NewPhoto:
    """A photo that was read and is to be kept once the event is written that commits to it."""

    id: uuid.UUID
    picture: Picture


@dataclass(frozen=True, slots=True)
class Answers:
    """`plain` may stand in the record, and guards may ask it; `personal` is sealed, `sensitive` encrypted as well.

    Of `photos` the record seals which ones they are and their digests.
    """

    plain: Mapping[str, Any] = field(default_factory=dict)
    personal: Mapping[str, Any] = field(default_factory=dict)
    sensitive: frozenset[str] = frozenset()
    photos: Mapping[str, Sequence[NewPhoto]] = field(default_factory=dict)

    def secrets(self, about: uuid.UUID | None) -> dict[str, Secret]:
        shown = {
            name: [{"id": str(one.id), "digest": one.picture.digest} for one in of] for name, of in self.photos.items()
        }
        sealed = {**self.personal, **shown}
        return {name: Secret(value, about, name in self.sensitive) for name, value in sealed.items()}

    @property
    def all(self) -> dict[str, Any]:
        return {**self.personal, **self.plain}


def read_answers(fields: Sequence[Field], given: Mapping[str, Any], line: Line) -> Answers:
    """Check and convert; `BadAnswers` with every field that is wrong. Names that nobody asked for are ignored."""
    plain: dict[str, Any] = {}
    personal: dict[str, Any] = {}
    photos: dict[str, Any] = {}
    problems: dict[str, Said] = {}
    for one in fields:
        try:
            value = _read(one, given.get(one.name), line)
        except BadAnswer as bad:
            problems[one.name] = bad.sentence
            continue
        if value is not None:
            sealed = photos if one.kind == "photos" else personal
            (sealed if FIELD_KINDS[one.kind].personal or one.private else plain)[one.name] = value
    if problems:
        raise BadAnswers(problems)
    sensitive = frozenset(one.name for one in fields if one.private or one.kind == "phone")
    return Answers(plain, personal, sensitive, photos)


def _read(one: Field, given: Any, line: Line) -> Any:
    if given in (None, "", [], ()) or (isinstance(given, str) and not given.strip()):
        if one.optional:
            return None
        raise BadAnswer((NO_PHOTO if one.kind == "photos" else MISSING).filled(title=one.title))
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


def _photos(one: Field, given: Any, line: Line) -> list[NewPhoto]:
    """Files as they were sent, read one after the other; all that cannot be taken are named at once."""
    files: Sequence[UploadedFile] = list(given) if isinstance(given, list | tuple) else [given]
    most = min(one.max or MOST_PHOTOS, MOST_PHOTOS)
    if len(files) > most:
        raise BadAnswer(TOO_MANY_PHOTOS.filled(title=one.title, max=most, given=len(files)))
    until = time.monotonic() + MOST_SECONDS
    photos, wrong = [], []
    for file in files:
        try:
            photos.append(NewPhoto(new_id(), _picture(file, until)))
        except BadPicture as bad:
            wrong.append(bad.sentence)
    if wrong:
        raise BadAnswer(Said(*(" ".join(said.in_(language) for said in wrong) for language in LANGUAGES)))
    return photos


def _picture(file: Any, until: float) -> Picture:
    """Read from its beginning, also a second time when a move is tried again."""
    if not isinstance(file, UploadedFile):
        raise BadPicture(NO_PICTURE.filled(name=str(file)[:60], kinds=KINDS_SAID))
    name = file.name or ""
    if (file.size or 0) > MOST_BYTES:
        raise too_big(file.size or 0, name)
    file.seek(0)
    return read_picture(file.read(), name, until=until)


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
        "photos": _photos,
    }
)
