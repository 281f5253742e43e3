"""A playbook's parts in the words of its readers: who, by when, on which condition. Picture and comparison share them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from linli.lib.text import Said
from linli.people.roles import ROLES
from linli.places.levels import LEVELS
from linli.playbooks.engine import fields
from linli.playbooks.facts import STANDARD_FACTS, URGENCIES
from linli.playbooks.model import RAISER, SUPERVISOR, Duty, LimitRule, Playbook

THE_RAISER = Said("提出人", "The raiser")
THE_SUPERVISOR = Said("当前督办人", "The present supervisor")
OTHERWISE = Said("其他情况", "Otherwise")
WITHIN = Said("{limit}内", "Within {limit}")
NOBODY = Said("无", "None")
# Longest sign first, so that `<=` is not read as `<`.
TOKENS = re.compile(r"""\s*("[^"]*"|'[^']*'|[A-Za-z_][\w.]*|\d+|==|!=|<=|>=|[<>+\-*(),\[\]])""")
COMPARING = frozenset({"==", "!="})
AFFIRMED, DENIED = Said("：是", ": yes"), Said("：否", ": no")
SIGNS: Mapping[str, Said] = {
    "==": Said("是", "is"),
    "!=": Said("不是", "is not"),
    "<=": Said("≤", "≤"),
    ">=": Said("≥", "≥"),
    "*": Said("×", "×"),
    "and": Said("且", "and"),
    "or": Said("或", "or"),
    "not": Said("不是", "not"),
    "in": Said("属于", "in"),
    "True": Said("是", "yes"),
    "False": Said("否", "no"),
}


def role_said(role: str) -> Said:
    return ROLES[role].title if role in ROLES else Said(role, role)


def level_said(level: str) -> Said:
    return LEVELS.get(level, Said(level, level))


def duty_said(book: Playbook, duty: Duty | None) -> Said:
    """Who holds a duty: a role's title, the raiser, or the title of the answer that names the person."""
    if duty is None:
        return NOBODY
    if duty.person in (RAISER, SUPERVISOR):
        return THE_RAISER if duty.person == RAISER else THE_SUPERVISOR
    return field_said(book, duty.person) if duty.person else role_said(duty.role)


def holder_said(book: Playbook, duty: Duty | None) -> Said:
    """`duty_said` with the level of the place: `物业前台（小区）`."""
    who = duty_said(book, duty)
    if duty is None or not duty.level:
        return who
    return Said("{role}（{level}）", "{role} ({level})").filled(role=who, level=level_said(duty.level))


def limit_said(book: Playbook, rule: LimitRule) -> Said:
    """`24小时（紧急2小时）`."""
    if not rule.cases:
        return rule.default.said()
    return Said("{all}（{cases}）", "{all} ({cases})").filled(all=rule.default.said(), cases=_cases(book, rule))


def within_said(book: Playbook, rule: LimitRule) -> Said:
    """`24小时内（紧急2小时）`."""
    within = WITHIN.filled(limit=rule.default.said())
    if not rule.cases:
        return within
    return Said("{all}（{cases}）", "{all} ({cases})").filled(all=within, cases=_cases(book, rule))


def guard_said(book: Playbook, guard: str) -> Said:
    """A condition as words; text that cannot be taken apart is shown as it was written."""
    tokens = TOKENS.findall(guard)
    if re.sub(r"\s", "", guard) != re.sub(r"\s", "", "".join(tokens)):
        return Said(guard, guard)
    words, subject = [], ""
    for before, word, after in zip(["", *tokens], tokens, [*tokens[1:], ""], strict=False):
        if word == "not" and _is_yes_no(book, after):
            continue
        words.append(_word(book, word, subject))
        if _is_yes_no(book, word) and after not in COMPARING:
            words.append(DENIED if before == "not" else AFFIRMED)
        subject = subject if word in SIGNS or not word[0].isalpha() else word
    return Said(_tidy(join(words, "", " ").zh), _tidy(join(words, " ", " ").en))


def field_said(book: Playbook, name: str) -> Said:
    """The title of a fact or of a field; a name that nobody has titled stands for itself."""
    if name in STANDARD_FACTS:
        return STANDARD_FACTS[name][1]
    return _field_titles(book).get(name, Said(name, name))


def listed(parts: Iterable[Said]) -> Said:
    return join(parts, "、", ", ")


def join(parts: Iterable[Said], zh: str, en: str) -> Said:
    kept = tuple(parts)
    return Said(zh.join(part.zh for part in kept), en.join(part.en for part in kept))


def _word(book: Playbook, token: str, subject: str) -> Said:
    if token[0] in "\"'":
        return _option(book, subject, token[1:-1])
    return SIGNS[token] if token in SIGNS else field_said(book, token)


def _cases(book: Playbook, rule: LimitRule) -> Said:
    return listed(join((_option(book, rule.by, name), limit.said()), "", " ") for name, limit in rule.cases.items())


def _is_yes_no(book: Playbook, name: str) -> bool:
    return any(field.kind == "yes_no" and field.name == name for field in fields(book))


def _option(book: Playbook, fact: str, name: str) -> Said:
    if fact == "urgency" and name in URGENCIES:
        return URGENCIES[name]
    offered = next((field.options for field in fields(book) if field.name == fact and name in field.options), None)
    return offered[name] if offered else Said(name, name)


def _field_titles(book: Playbook) -> dict[str, Said]:
    return {field.name: field.title for field in reversed(tuple(fields(book)))}


def _tidy(text: str) -> str:
    """Set brackets and commas close, and air around signs and numbers in Chinese."""
    text = re.sub(r"\s*([≤≥<>×+])\s*", r" \1 ", text)
    return re.sub(r"[?？]?\s*([：:,)\]])", r"\1", re.sub(r"([(\[])\s+", r"\1", text)).strip()
