"""What a playbook asks for, as fields of a page. What was typed comes back as it was typed, with its mistakes beside it.

Names that begin with an underscore are the page's own; a playbook's field cannot be called so.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from linli.lib.text import Said
from linli.matters.answers import MOST_PHOTOS
from linli.matters.queries import Candidate, candidates
from linli.people.queries import Line
from linli.people.roles import ROLES
from linli.playbooks.limits import Limit
from linli.playbooks.model import Field

Files = MultiValueDict[str, UploadedFile]
KEY, SEEN, PLACE, URGENCY = "_key", "_seen", "_place", "_urgency"
FIND, FOUND, SEARCH = "_find", "_found", "_search"
ANYWAY = "_anyway"  # sent after what was to be looked at first
FEW = 7  # options that can still be read at a glance stand as buttons, more as a list
SHORT_TEXT = 120
NAME_SHOWN = 40
YES_NO = (("yes", Said("是", "Yes")), ("no", Said("否", "No")))
FIVE = (
    Said("很不满意", "Very poor"),
    Said("不满意", "Poor"),
    Said("一般", "Fair"),
    Said("满意", "Good"),
    Said("很满意", "Very good"),
)
POINTS = Said("{n} 分", "{n}")
NOBODY_TO_CHOOSE = Said(
    "目前没有在任的“{role}”，请先联系社区补上。",
    "Nobody is “{role}” here at present; please ask the community to fill the post.",
)
PHOTOS_HINT = Said(
    "最多 {max} 张，只有当事方能看到。拍摄地点等附带信息会去掉。",
    "Up to {max}, seen by the parties only. Where they were taken is removed.",
)
LOST_PHOTOS = Said(
    "照片没有随表格保留下来，请重新选择：{names}。",
    "Photos are not kept with the form. Please choose them again: {names}.",
)
SAY_WHY_HINT = Said("提出人会看到。", "The raiser will read it.")
REASON_FIELD = "reason"
INPUTS = MappingProxyType(
    {"number": "number", "date": "date", "time": "time", "money": "money", "phone": "phone", "place": "line"}
)


@dataclass(frozen=True, slots=True)
class Option:
    value: str
    title: Said
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """One question. `widget` names how it is drawn; `id` is unique on the page."""

    id: str
    name: str
    title: Said
    widget: str
    optional: bool = False
    private: bool = False
    value: str = ""
    options: tuple[Option, ...] = ()
    error: Said | None = None
    hint: Said | None = None
    likely: tuple[Option, ...] = ()  # offered before the others, as what was probably meant
    told: Said | None = None  # read aloud when it changes; never shown, so that nothing moves under a finger
    focus: bool = False
    most: int = 0  # photos
    lost: Said | None = None  # which photos have to be chosen again

    @property
    def group(self) -> bool:
        """Whether it is a group of choices rather than one control."""
        return self.widget in ("radios", "checks", "score")


@dataclass(frozen=True, slots=True)
class Attempt:
    """A form that was sent and could not be taken: what was typed, and what is wrong with it."""

    form: str = ""
    given: QueryDict = field(default_factory=QueryDict)
    problems: Mapping[str, Said] = field(default_factory=dict)
    sentence: Said | None = None
    kind: str = ""  # conflict, not_yours, refused; empty for mistakes in fields
    files: Files = field(default_factory=MultiValueDict)

    def of(self, form: str) -> Attempt:
        """This attempt when it was this form's; an empty one otherwise."""
        return self if self.form == form else NOTHING_TRIED


NOTHING_TRIED = Attempt()


def asks(fields: Sequence[Field], line: Line, *, form: str, attempt: Attempt = NOTHING_TRIED) -> list[Ask]:
    """The questions of one form."""
    tried = attempt.of(form)
    wrong = next((one.name for one in fields if one.name in tried.problems), "")
    return [_ask(one, line, form, tried, focus=one.name == wrong) for one in fields]


def _ask(one: Field, line: Line, form: str, tried: Attempt, *, focus: bool) -> Ask:
    typed = frozenset(tried.given.getlist(one.name))
    people = candidates(one.role, line) if one.kind in ("person", "units") else []
    return Ask(
        id=f"{form}-{one.name}",
        name=one.name,
        title=one.title,
        widget=_widget(one, people),
        optional=one.optional,
        private=one.private or one.kind == "phone",
        value=tried.given.get(one.name, ""),
        options=tuple(_options(one, typed, people)),
        error=tried.problems.get(one.name),
        hint=_hint(one, people),
        focus=focus,
        most=min(one.max or MOST_PHOTOS, MOST_PHOTOS) if one.kind == "photos" else 0,
        lost=_lost(tried.files.getlist(one.name)),
    )


def _widget(one: Field, people: Sequence[Candidate]) -> str:
    if one.kind == "text":
        return "line" if one.max is not None and one.max <= SHORT_TEXT else "area"
    if one.kind in ("choice", "person"):
        return "radios" if max(len(one.options), len(people)) <= FEW else "select"
    return {"yes_no": "radios", "score": "score", "units": "checks", "photos": "photos"}.get(one.kind) or INPUTS[
        one.kind
    ]


def _options(one: Field, typed: frozenset[str], people: Sequence[Candidate]) -> list[Option]:
    if one.kind == "yes_no":
        offered = list(YES_NO)
    elif one.kind == "score":
        offered = [(str(n), _points(n, one.of or 5)) for n in range(1, (one.of or 5) + 1)]
    elif one.kind in ("person", "units"):
        offered = [(str(each.person), _called(each, people)) for each in people]
    else:
        offered = list(one.options.items())
    return [Option(value, title, value in typed) for value, title in offered]


def _called(one: Candidate, people: Sequence[Candidate]) -> Said:
    """Of one organisation's people the name is enough; of several organisations, an only one is known by its own."""
    organisations = [each.organisation for each in people]
    if len(set(organisations)) == 1:
        return Said(one.name, one.name)
    if one.organisation and organisations.count(one.organisation) == 1:
        return Said(one.unit("zh"), one.unit("en"))
    return Said(one.in_("zh"), one.in_("en"))


def _points(n: int, best: int) -> Said:
    points = POINTS.filled(n=n)
    if best != len(FIVE):
        return points
    word = FIVE[n - 1]
    return Said(f"{points.zh} {word.zh}", f"{points.en} {word.en}")


def _lost(files: Sequence[UploadedFile]) -> Said | None:
    """A page cannot hand files back to the browser; it can say which they were."""
    names = [(file.name or "")[-NAME_SHOWN:] for file in files]
    return LOST_PHOTOS.filled(names=Said("、".join(names), ", ".join(names))) if names else None


def _hint(one: Field, people: Sequence[Candidate]) -> Said | None:
    if one.kind in ("person", "units") and not people:
        return NOBODY_TO_CHOOSE.filled(role=ROLES[one.role].title)
    if one.kind == "photos":
        return PHOTOS_HINT.filled(max=min(one.max or MOST_PHOTOS, MOST_PHOTOS))
    return None


def given_in(fields: Sequence[Field], posted: QueryDict, files: Files | None = None) -> dict[str, Any]:
    """What a form holds for these fields."""
    return {one.name: _given(one, posted, files or MultiValueDict()) for one in fields}


def _given(one: Field, posted: QueryDict, files: Files) -> Any:
    if one.kind == "photos":
        return files.getlist(one.name)
    return posted.getlist(one.name) if one.kind == "units" else posted.get(one.name, "")


def reason_ask(form: str, title: Said, attempt: Attempt) -> Ask:
    tried = attempt.of(form)
    error = tried.problems.get(REASON_FIELD)
    return Ask(
        id=f"{form}-reason",
        name=REASON_FIELD,
        title=title,
        widget="area",
        value=tried.given.get(REASON_FIELD, ""),
        error=error,
        hint=SAY_WHY_HINT,
        focus=error is not None and len(tried.problems) == 1,
    )


def choice_ask(form: str, name: str, title: Said, options: Sequence[tuple[str, Said]], attempt: Attempt) -> Ask:
    """A question whose options do not come from a playbook."""
    chosen = attempt.of(form).given.get(name, "")
    offered = tuple(Option(value, said, value == chosen) for value, said in options)
    widget = "radios" if len(offered) <= FEW else "select"
    error = attempt.of(form).problems.get(name)
    return Ask(
        id=f"{form}-{name}",
        name=name,
        title=title,
        widget=widget,
        options=offered,
        error=error,
        focus=error is not None,
    )


def limits_up_to(most: Limit) -> list[tuple[str, Said]]:
    """What may be asked for as a delay: every whole step of a short one, a few of a long one."""
    steps = range(1, most.value + 1) if most.value <= FEW else sorted({most.value // 4, most.value // 2, most.value})
    limits = [Limit(step, most.unit) for step in steps if step]
    return [(str(limit), limit.said()) for limit in limits]


def read_key(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def read_number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
