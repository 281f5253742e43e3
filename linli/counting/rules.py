"""Voting rules as data: who must take part, who must agree, what silence means. Whole numbers only, never a float.

The shipped rules stand in `shipped/*.yaml` with their article; a deployer gives a file of the same form for another profile.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from linli.lib.refusals import Refused
from linli.lib.text import Said

SHIPPED = Path(__file__).parent / "shipped"
SILENT: Mapping[str, Said] = MappingProxyType(
    {
        "not_counted": Said("未表态的不算参加", "the silent do not take part"),
        "abstain": Said("已送达未表态的算参加、弃权", "the silent who got a ballot take part and abstain"),
        "follow_majority": Said("已送达未表态的随多数", "the silent who got a ballot follow the majority"),
    }
)
SHARE = re.compile(r"(at least|more than) ([1-9][0-9]{0,5})/([1-9][0-9]{0,5}) of (due|participants)", re.ASCII)
NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
MOST_DAYS = 366
MOST_SEATS = 99
MEASURES = ("heads", "area")
LEFT_OUT = frozenset({"election", "second_call"})  # of the plain form, where a rule says nothing of it

UNKNOWN = Said(
    "没有“{name}”这条规则。可用的有：{known}。也可以写规则文件的路径。",
    "There is no rule “{name}”. There are: {known}. The path of a rule file will do as well.",
)
UNREADABLE = Said("“{file}”不是完好的规则文件，读不出来。", "“{file}” is no sound rule file; it cannot be read.")
BAD_FIELD = Said(
    "规则“{name}”的“{field}”写得不对。请对照 linli/counting/shipped 里的规则改正。",
    "The field “{field}” of the rule “{name}” is wrong. Compare it with the rules in linli/counting/shipped.",
)
ONE_RULE = Said("“{file}”里应当只有一条规则，现有 {count} 条。", "“{file}” should hold one rule; there are {count}.")
NOT_ALLOWED = Said(
    "规则“{rule}”下不能选“{silent}”。可以选：{allowed}。",
    "The rule “{rule}” does not allow “{silent}” for those who stay silent. Choose one of: {allowed}.",
)


class BadRule(Refused):
    """A rule that cannot be read, does not exist, or does not allow what was chosen."""


@dataclass(frozen=True, slots=True)
class Threshold:
    """A share of all who are due or of those taking part; `strictly` excludes the share itself (过半数)."""

    numerator: int
    denominator: int
    strictly: bool
    of: str

    def is_met(self, part: int, whole: int) -> bool:
        return self.missing(part, whole) == 0

    def missing(self, part: int, whole: int) -> int:
        """The least that must be added to the part, the whole staying as it is."""
        return max(0, self.least(whole) - part)

    def least(self, whole: int) -> int:
        """The least part that reaches the share; at least 1, since a share of nobody is never reached."""
        share, rest = divmod(whole * self.numerator, self.denominator)
        return max(1, share + 1 if self.strictly or rest else share)

    @property
    def text(self) -> str:
        return f"{'more than' if self.strictly else 'at least'} {self.numerator}/{self.denominator} of {self.of}"


@dataclass(frozen=True, slots=True)
class Consent:
    """Somebody whose consent is needed beside the vote."""

    who: Said
    how: Said
    source: str


@dataclass(frozen=True, slots=True)
class Seating:
    """Of a rule by which a body is elected.

    `least`, `most`, `odd`: how many seats the body may have; fewer than `least` elected, and it is not formed. `order`: by what
    those elected are ranked. `more`: how many more candidates than seats stand in the next round. `eligible`: what a candidate
    must be.
    """

    least: int
    most: int
    odd: bool
    order: tuple[str, ...]
    more: int
    term_years: int
    eligible: tuple[Said, ...]
    source: str

    def may_have(self, seats: int) -> bool:
        return self.least <= seats <= self.most and (seats % 2 == 1 or not self.odd)


@dataclass(frozen=True, slots=True)
class SecondCall:
    """What is asked when a vote that found no quorum is held again, where the law asks for less."""

    quorum: Threshold | None


@dataclass(frozen=True, slots=True)
class Rule:
    """`area`: floor area is counted beside heads. `silent`: what may be chosen, the default first."""

    name: str
    title: Said
    source: str
    electorate: Said
    quorum: Threshold | None
    approval: Threshold
    area: bool
    participation: Said
    silent: tuple[str, ...]
    notice_days: int
    result_days: int
    posting_days: int
    periods_source: str
    also: tuple[Consent, ...] = ()
    remarks: tuple[Said, ...] = ()
    election: Seating | None = None
    second_call: SecondCall | None = None

    @property
    def called_again(self) -> Rule:
        """The rule of a second call: the same, unless it says itself that less is asked for."""
        return replace(self, quorum=self.second_call.quorum) if self.second_call else self

    def require_silent(self, silent: str) -> None:
        if silent not in self.silent:
            raise BadRule(NOT_ALLOWED.filled(rule=self.title, silent=silent, allowed=", ".join(self.silent)))


FIELDS = frozenset(field for field in Rule.__dataclass_fields__)
NEEDED = FIELDS - {"also", "remarks"} - LEFT_OUT


@cache
def shipped() -> Mapping[str, Rule]:
    """Every shipped rule by its name."""
    found = [rule for file in sorted(SHIPPED.glob("*.yaml")) for rule in read_rules(file)]
    return MappingProxyType({rule.name: rule for rule in found})


def find_rule(name: str) -> Rule:
    """A shipped rule by its name, or the one rule of a file by its path."""
    if name in shipped():
        return shipped()[name]
    if not name.endswith((".yaml", ".yml")) or not Path(name).is_file():
        raise BadRule(UNKNOWN.filled(name=name, known=", ".join(shipped())))
    rules = read_rules(Path(name))
    if len(rules) != 1:
        raise BadRule(ONE_RULE.filled(file=Path(name).name, count=len(rules)))
    return rules[0]


def read_rules(file: Path) -> list[Rule]:
    try:
        read = yaml.safe_load(file.read_text("utf-8"))
        shared, rules = dict(read.get("shared") or {}), list(read["rules"])
        return [rule_from({**shared, **given}) for given in rules]
    except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, KeyError, TypeError, ValueError):
        raise BadRule(UNREADABLE.filled(file=file.name)) from None


def rule_from(plain: Mapping[str, Any]) -> Rule:
    """A rule from plain data, as a file or a bundle holds it; an unknown, missing or wrong field is refused by its name."""
    name = str(plain.get("name", ""))
    for field in sorted((NEEDED - plain.keys()) | (plain.keys() - FIELDS)):
        raise BadRule(BAD_FIELD.filled(name=name, field=field))
    values: dict[str, Any] = {}
    for field in plain:
        try:
            values[field] = READERS[field](plain[field])
        except (KeyError, TypeError, ValueError, AttributeError):
            raise BadRule(BAD_FIELD.filled(name=name, field=field)) from None
    return Rule(**values)


def as_plain(rule: Rule) -> dict[str, Any]:
    """The rule as JSON; `rule_from` gives it back."""
    values = {field: getattr(rule, field) for field in Rule.__dataclass_fields__}
    return {field: _plain(value) for field, value in values.items() if value is not None or field not in LEFT_OUT}


def _plain(value: Any) -> Any:
    if isinstance(value, Said):
        return {"zh": value.zh, "en": value.en}
    if isinstance(value, Consent | Seating | SecondCall):
        return {name: _plain(getattr(value, name)) for name in value.__dataclass_fields__}
    if isinstance(value, Threshold):
        return value.text
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return "none" if value is None else value


def _threshold(text: str) -> Threshold:
    found = SHARE.fullmatch(text)
    if not found:
        raise ValueError(text)
    share = Threshold(int(found[2]), int(found[3]), found[1] == "more than", found[4])
    if share.least(share.denominator) > share.denominator:  # more than all
        raise ValueError(text)
    return share


def _quorum(text: str) -> Threshold | None:
    found = None if text == "none" else _threshold(text)
    if found and found.of != "due":
        raise ValueError(text)
    return found


def said_from(value: Mapping[str, Any]) -> Said:
    if set(value) != {"zh", "en"}:
        raise ValueError(value)
    return Said(_text(value["zh"]), _text(value["en"]))


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(value)
    return value


def _name(value: Any) -> str:
    if not NAME.fullmatch(_text(value)):
        raise ValueError(value)
    return str(value)


def _bool(value: Any) -> bool:
    if not isinstance(value, bool):
        raise TypeError(value)
    return value


def _days(value: Any) -> int:
    return _number(value, MOST_DAYS)


def _number(value: Any, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
        raise ValueError(value)
    return int(value)


def _silent(value: Any) -> tuple[str, ...]:
    found = tuple(value)
    if not found or len(set(found)) != len(found) or not set(found) <= set(SILENT) or isinstance(value, str):
        raise ValueError(value)
    return found


def _consents(value: Any) -> tuple[Consent, ...]:
    return tuple(_consent_parts(value))


def _consent_parts(value: Any) -> Iterator[Consent]:
    for one in value:
        if set(one) != {"who", "how", "source"}:
            raise ValueError(one)
        yield Consent(said_from(one["who"]), said_from(one["how"]), _text(one["source"]))


def _remarks(value: Any) -> tuple[Said, ...]:
    return tuple(said_from(one) for one in value)


def _seating(value: Mapping[str, Any]) -> Seating:
    if set(value) != set(Seating.__dataclass_fields__):
        raise ValueError(value)
    least, most, more, years = (_number(value[name], MOST_SEATS) for name in ("least", "most", "more", "term_years"))
    if not 1 <= least <= most or years < 1:
        raise ValueError(value)
    order, eligible = _order(value["order"]), _remarks(value["eligible"])
    return Seating(least, most, _bool(value["odd"]), order, more, years, eligible, _text(value["source"]))


def _order(value: Any) -> tuple[str, ...]:
    found = tuple(value)
    if not found or len(set(found)) != len(found) or not set(found) <= set(MEASURES) or isinstance(value, str):
        raise ValueError(value)
    return found


def _second_call(value: Mapping[str, Any]) -> SecondCall:
    if set(value) != {"quorum"}:
        raise ValueError(value)
    return SecondCall(_quorum(value["quorum"]))


READERS: Mapping[str, Any] = MappingProxyType(
    {
        "name": _name,
        "title": said_from,
        "source": _text,
        "electorate": said_from,
        "quorum": _quorum,
        "approval": _threshold,
        "area": _bool,
        "participation": said_from,
        "silent": _silent,
        "notice_days": _days,
        "result_days": _days,
        "posting_days": _days,
        "periods_source": _text,
        "also": _consents,
        "remarks": _remarks,
        "election": _seating,
        "second_call": _second_call,
    }
)
