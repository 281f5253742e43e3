"""The convener keeps the statements in order; those at the table draw up the option sheets together."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.db import transaction
from django.db.models import Max

from linli.lib import clock
from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.meetings.models import OptionSheet, Statement, Topic
from linli.meetings.table.actions.recording import held_open, note
from linli.meetings.table.actions.taking_part import SET_ASIDE, statement_of
from linli.meetings.table.policies import require_convener, require_drawing_up
from linli.people.reader import Reader
from linli.record.actions import Secret
from linli.record.owners import Deed, done_before

MOST_SHEETS = 8
LONGEST = {"title": 60, "text": 2000, "payer": 120, "touches": 200, "drawing": 200}
MISSING = {
    "title": Said("请给方案起一个名字，最多 {most} 个字。", "Please name the option in {most} characters at the most."),
    "text": Said("请写明怎么做，最多 {most} 个字。", "Please say what is done, in {most} characters at the most."),
    "payer": Said("请写明钱由谁出，最多 {most} 个字；不花钱的写“无”。",
                  "Please say who pays, in {most} characters at the most; “nobody” if it costs nothing."),
    "touches": Said("请写明影响到谁、怎么影响，最多 {most} 个字。",
                    "Please say whom it touches and how, in {most} characters at the most."),
    "drawing": Said("图纸说明最多 {most} 个字。", "The note about the drawing has {most} characters at the most."),
}  # fmt: skip
NO_COST = Said(
    "费用请填金额，单位元，最多两位小数；不花钱的填 0。",
    "Please give the cost in yuan, such as 35.50; 0 if there is none.",
)
SAY_WHY = Said(
    "请写明理由，最多 500 个字；写这一条的人会看到。", "Please say why in 500 characters at the most; it is shown."
)
NOT_INTO_ITSELF = Said(
    "请选择另一条还在表态的想法来合并。", "Please choose another statement that is still open to merge it into."
)
ENOUGH = Said("最多列 {most} 个方案，请先收起不用的。", "There can be {most} options; take one back first.")
NO_SHEET = Said("没有第 {number} 个方案。", "There is no option {number}.")
OVERTAKEN = Said(
    "刚刚有人改过方案 {number}，现在是第 {edition} 稿。您写的还在下面，没有保存；请对照新的一稿再改。",
    "Somebody has just changed option {number}; it is at edition {edition} now. What you wrote stands below and is not saved yet: "
    "compare it with the new edition first.",
)


@dataclass(frozen=True, slots=True)
class Sheet:
    """An option as it was typed."""

    title: str = ""
    text: str = ""
    cost: str = ""
    payer: str = ""
    touches: str = ""
    drawing: str = ""


@transaction.atomic
def set_aside(topic: Topic, number: int, reason: str, *, actor: Reader, into: int = 0) -> None:
    """Hide a statement, or merge it into another that says the same. The reason is shown; nothing is deleted."""
    require_convener(actor, topic)
    row = held_open(topic)
    found = statement_of(row, number)
    if found.set_aside_id is not None:
        raise Conflict(SET_ASIDE.filled(number=number))
    other = _target(row, found, into) if into else None
    why = reason.replace("\0", "").strip()
    if not why or len(why) > 500:
        raise Refused(SAY_WHY)
    body = {"statement": number, "into": other.number if other else None}
    deed = Deed("merged" if other else "hidden", body, {"reason": Secret(why, found.author_id)})
    found.set_aside, found.merged_into = note(row, deed, actor=actor), other
    found.save(update_fields=["set_aside", "merged_into"])


def _target(topic: Topic, statement: Statement, number: int) -> Statement:
    other = statement_of(topic, number)
    if other.pk == statement.pk or other.set_aside_id is not None:
        raise Refused(NOT_INTO_ITSELF)
    return other


@transaction.atomic
def draw_up(topic: Topic, sheet: Sheet, *, actor: Reader, key: uuid.UUID | None = None) -> None:
    require_drawing_up(actor, topic)
    row = held_open(topic)
    if done_before(row, key):
        return
    if row.sheets.filter(withdrawn_at__isnull=True).count() >= MOST_SHEETS:
        raise Refused(ENOUGH.filled(most=MOST_SHEETS))
    words, cost = read_sheet(sheet)
    number = (row.sheets.aggregate(last=Max("number"))["last"] or 0) + 1
    OptionSheet.objects.create(topic=row, number=number, cost=cost, **words)
    _write_down(row, "drawn_up", number, 1, words, cost, actor, key)


@transaction.atomic
def redraw(topic: Topic, number: int, sheet: Sheet, *, seen: int, actor: Reader, key: uuid.UUID | None = None) -> None:
    """Change an option. Whoever looked at an older edition than the present one is told so and loses nothing."""
    require_drawing_up(actor, topic)
    row = held_open(topic)
    if done_before(row, key):
        return
    found = _sheet(row, number)
    if found.edition != seen:
        raise Conflict(OVERTAKEN.filled(number=number, edition=found.edition))
    words, cost = read_sheet(sheet)
    if all(getattr(found, name) == value for name, value in words.items()) and found.cost == cost:
        return
    found.edition, found.cost = found.edition + 1, cost
    for name, value in words.items():
        setattr(found, name, value)
    found.save()
    _write_down(row, "redrawn", number, found.edition, words, cost, actor, key)


@transaction.atomic
def take_back(topic: Topic, number: int, *, actor: Reader) -> None:
    """An option that is no longer one; it stays in the record."""
    require_convener(actor, topic)
    row = held_open(topic)
    found = _sheet(row, number)
    found.withdrawn_at = clock.now()
    found.save(update_fields=["withdrawn_at"])
    note(row, Deed("taken_back", {"sheet": number}), actor=actor)


def _sheet(topic: Topic, number: int) -> OptionSheet:
    found = topic.sheets.filter(number=number, withdrawn_at__isnull=True).first()
    if found is None:
        raise Refused(NO_SHEET.filled(number=number))
    return found


def _write_down(
    topic: Topic, verb: str, number: int, edition: int, words: dict[str, str], cost: int, actor: Reader,
    key: uuid.UUID | None,
) -> None:  # fmt: skip
    """An option is written for everybody and about nobody; the event binds its words without holding them."""
    secrets = {name: Secret(value, None) for name, value in words.items() if value}
    note(topic, Deed(verb, {"sheet": number, "edition": edition, "cost": cost}, secrets, key), actor=actor)


def read_sheet(sheet: Sheet) -> tuple[dict[str, str], int]:
    words = {name: getattr(sheet, name).replace("\r\n", "\n").replace("\0", "").strip() for name in LONGEST}
    for name, most in LONGEST.items():
        empty = not words[name] and name != "drawing"
        if empty or len(words[name]) > most:
            raise Refused(MISSING[name].filled(most=most))
    return words, _fen(sheet.cost)


def _fen(typed: str) -> int:
    """Yuan as typed, to whole fen."""
    try:
        fen = Decimal(typed.strip().replace(",", "").replace("，", "")) * 100
    except InvalidOperation:
        raise Refused(NO_COST) from None
    if not fen.is_finite() or fen != int(fen) or not 0 <= fen < 10**13:
        raise Refused(NO_COST)
    return int(fen)
