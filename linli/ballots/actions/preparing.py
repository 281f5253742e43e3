"""Before a ballot opens: what is asked, when, of whom; the roll is frozen and posted, objected to, and corrected with a reason."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Max

from linli.ballots import log
from linli.ballots.actions.recording import enter, held, note, state_of
from linli.ballots.bundle import question_plain
from linli.ballots.casting import usual_area
from linli.ballots.elections.announcing import announced_besides, require_electable
from linli.ballots.electors import electors_of
from linli.ballots.models import SILENT, Ballot, BallotQuestion, RollObjection, Slot
from linli.ballots.policies import require_convener, slots_of
from linli.ballots.publication import Question
from linli.ballots.roll import Entrant, Roll, freeze
from linli.ballots.settings import rule_in, rules_for, settings_of
from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.lib.text import Said
from linli.lib.times import full_said
from linli.matters.policies import SIGN_IN_FIRST
from linli.people.reader import Reader
from linli.playbooks.limits import after_whole_days
from linli.postgres.copying import copy_in
from linli.record.actions import Secret
from linli.record.log.actions import present_signer
from linli.record.owners import Deed

LEAST_OPEN, MOST_OPEN = timedelta(days=5), timedelta(days=60)  # 杭州 §20 [V]
MOST_QUESTIONS = 12
SHEET = ("nonce", "delivered_at", "delivered_how", "called_at", "called_how")
Sheets = Mapping[tuple[uuid.UUID | None, uuid.UUID | None, int, int], Slot]
NO_SHEETS: Sheets = MappingProxyType({})
LONGEST_SYSTEM = 60
NONCE_BYTES = 12
ANNOUNCED = Said(
    "表决已经公告，题目、规则和时间不能再改。", "The ballot is announced; questions, rules and times stand."
)
NO_TITLE = Said("请写明表决的名称，最多 120 个字。", "Please give the ballot a title of 120 characters at the most.")
NO_TIMES = Said("请填写开始和截止时间。", "Please give the times at which it opens and closes.")
BAD_WINDOW = Said(
    "表决时间不少于 5 天、不超过 60 天。", "A ballot is open for 5 days at least and 60 days at the most."
)
NO_SILENT = Said("请选择未表态的怎么计算。", "Please choose how those who stay silent are counted.")
NO_CLAUSE = Said(
    "只有议事规则写明了，未表态的才能这样计算。请抄录条款原文。",
    "The silent may be counted so only where the estate's rules say it. Please copy the clause.",
)
NO_SYSTEM = Said(
    "请写明官方电子投票系统的名称，最多 60 个字。",
    "Please name the official e-voting system in 60 characters at the most.",
)
NO_QUESTION = Said("请写明表决事项，最多 200 个字。", "Please put the question in 200 characters at the most.")
NO_KIND = Said("请选择表决事项属于哪一类，规则由类别决定。", "Please choose the kind of matter; it decides the rule.")
ENOUGH = Said("一次表决最多 {most} 个事项。", "A ballot has {most} questions at the most.")
SAME_QUESTIONS = Said(
    "这是再次表决，事项和候选人与上一次相同，不能增减。",
    "This is a second call: questions and candidates are those of the first one and stay as they are.",
)
NOTHING_ASKED = Said("还没有表决事项。", "Nothing is asked yet.")
NOBODY_DUE = Said(
    "名册里没有应当参加表决的人。请先录入房屋名册，或者核对范围。",
    "The register has nobody who is due here. Load the housing register first, or check the scope.",
)
TOO_SOON = Said(
    "要提前 {days} 天公告，公告当天不算：现在公告，最早 {earliest} 才能开始表决。",
    "It must be announced {days} days before, not counting today: announced now, it cannot open before {earliest}.",
)
NOT_ANNOUNCED = Said("名册还没有公示。", "The roll has not been posted yet.")
OPENED = Said("表决已经开始，名册不能再改。", "The ballot is open; the roll stands.")
SAY_WHY = Said("请写明理由，最多 1000 个字。", "Please give the reason in 1,000 characters at the most.")
NOT_OF_HERE = Said(
    "名册异议由本小区的业主、居民提出。", "Objections to the roll are for the owners and residents of the place."
)
ANSWERED = Said("这条异议已经答复过了。", "This objection was answered already.")


@dataclass(frozen=True, slots=True)
class Plan:
    title: str
    title_en: str
    opens_at: datetime | None
    closes_at: datetime | None
    silent: str = "not_counted"
    silent_clause: str = ""
    platform: str = ""
    platform_only: bool = False


@transaction.atomic
def plan(ballot: Ballot, given: Plan, *, actor: Reader) -> None:
    require_convener(actor, ballot)
    row = draft_of(ballot)
    given = _as_before(row, given)
    title = " ".join(given.title.replace("\0", "").split())
    if not title or len(title) > 120:
        raise Refused(NO_TITLE)
    if given.opens_at is None or given.closes_at is None:
        raise Refused(NO_TIMES)
    if not LEAST_OPEN <= given.closes_at - given.opens_at <= MOST_OPEN:
        raise Refused(BAD_WINDOW)
    if given.silent not in SILENT:
        raise Refused(NO_SILENT)
    if given.silent != "not_counted" and not given.silent_clause.strip():
        raise Refused(NO_CLAUSE)
    platform = " ".join(given.platform.replace("\0", "").split())
    if len(platform) > LONGEST_SYSTEM or (given.platform_only and not platform):
        raise Refused(NO_SYSTEM)
    before = state_of(row)
    row.title, row.title_en = title, " ".join(given.title_en.replace("\0", "").split())[:200]
    row.opens_at, row.closes_at = given.opens_at, given.closes_at
    row.silent, row.silent_clause = given.silent, given.silent_clause.replace("\0", "").strip()[:2000]
    row.platform, row.platform_only = platform, given.platform_only
    note(row, Deed("planned"), actor=actor, before=before)


def _as_before(ballot: Ballot, given: Plan) -> Plan:
    """A second call puts the same under the same rule: times and platform alone are chosen anew."""
    if ballot.second_of_id is None:
        return given
    same = {name: getattr(ballot, name) for name in ("title", "title_en", "silent", "silent_clause")}
    return replace(given, **same)


def draft_of(ballot: Ballot) -> Ballot:
    row = held(ballot)
    if row.announced_at is not None:
        raise Conflict(ANNOUNCED)
    return row


@transaction.atomic
def ask(ballot: Ballot, title: str, rule: str, *, text: str = "", title_en: str = "", actor: Reader) -> BallotQuestion:
    """Put a question. Its kind of matter names the rule: green land to parking is 278(8), whoever asks."""
    require_convener(actor, ballot)
    row = draft_of(ballot)
    require_first_call(row)
    words = " ".join(title.replace("\0", "").split())
    if not words or len(words) > 200:
        raise Refused(NO_QUESTION)
    if rule not in {one.name for one in rules_for(row)}:
        raise Refused(NO_KIND)
    if row.questions.filter(candidate__isnull=True).count() >= MOST_QUESTIONS:
        raise Refused(ENOUGH.filled(most=MOST_QUESTIONS))
    question = BallotQuestion.objects.create(
        ballot=row,
        number=next_number(row),
        title=words,
        title_en=" ".join(title_en.split())[:300],
        text=text.replace("\0", "").strip()[:5000],
        rule=rule,
    )
    note(row, Deed("asked", {"question": question.key, "rule": rule}, {"title": Secret(words, None)}), actor=actor)
    return question


def require_first_call(ballot: Ballot) -> None:
    if ballot.second_of_id is not None:
        raise Refused(SAME_QUESTIONS)


def next_number(ballot: Ballot) -> int:
    last: int = ballot.questions.aggregate(last=Max("number"))["last"] or 0
    return last + 1


@transaction.atomic
def drop(ballot: Ballot, number: int, *, actor: Reader) -> None:
    """A candidate too, as long as nothing is announced."""
    require_convener(actor, ballot)
    row = draft_of(ballot)
    require_first_call(row)
    if row.questions.filter(number=number).delete()[0]:
        note(row, Deed("dropped", {"question": number}), actor=actor)


@transaction.atomic
def announce(ballot: Ballot, *, actor: Reader) -> None:
    """Freeze the roll and post it with the questions. From now on they are bound by the log's first entry."""
    require_convener(actor, ballot)
    row = held(ballot)
    if row.announced_at is not None:
        return
    questions = questions_of(row)
    _check_ready(row, questions)
    before = state_of(row)
    roll = _freeze(row)
    row.coin_area = usual_area(roll.subjects)
    row.announced_at = clock.now()
    told = [question_plain(question) for question in questions]
    key = present_signer().verifier.text
    enter(row, log.notice(str(row.pk), told, roll.notice, coin_area=row.coin_area, key=key))
    if row.platform:
        enter(row, {"what": "platform", "system": row.platform, "only": row.platform_only})
    for entry in announced_besides(row):
        enter(row, entry)
    note(row, Deed("announced", {"roll": roll.notice, "questions": log.digest(told)}), actor=actor, before=before)


def _check_ready(ballot: Ballot, questions: list[Question]) -> None:
    if not ballot.title:
        raise Refused(NO_TITLE)
    if ballot.opens_at is None:
        raise Refused(NO_TIMES)
    if not questions:
        raise Refused(NOTHING_ASKED)
    for question in questions:
        question.rule.require_silent(question.silent)
    require_electable(ballot)
    days = max(question.rule.notice_days for question in questions)
    earliest = after_whole_days(clock.now(), days)
    if ballot.opens_at < earliest:
        raise Refused(TOO_SOON.filled(days=days, earliest=full_said(earliest)))


def questions_of(ballot: Ballot) -> list[Question]:
    return [
        Question(one.key, Said(one.title, one.title_en or one.title), rule_in(ballot, one.rule), ballot.silent)
        for one in ballot.questions.order_by("number")
    ]


def _sheet(before: Slot | None) -> dict[str, Any]:
    if before is None:
        return {"nonce": uuid.uuid4().hex[: 2 * NONCE_BYTES]}
    return {name: getattr(before, name) for name in SHEET}


def _freeze(ballot: Ballot, handed_out: Sheets = NO_SHEETS) -> Roll:
    """Copy the weights in. They are never joined to the register again.

    A sheet that was printed or handed out before stays good where both who it is for and their weight stand.
    """
    electors = electors_of(settings_of(ballot).electorate, ballot.place)
    if not electors:
        raise Refused(NOBODY_DUE)
    entrants = [Entrant(one.identity, one.heads, one.area) for one in electors]
    roll, told = freeze(str(ballot.pk), entrants)
    copy_in(
        [
            Slot(
                ballot=ballot,
                tag=told[one.identity][0],
                salt=told[one.identity][1],
                owner_set_id=one.owner_set,
                person_id=one.person,
                place_id=one.place,
                kind=one.kind,
                heads=one.heads,
                area=one.area,
                sources=one.sources,
                **_sheet(handed_out.get((one.owner_set, one.person, one.heads, one.area))),
            )
            for one in electors
        ]
    )
    ballot.roll_root, ballot.roll_count = roll.root, len(roll.rows)
    ballot.roll_heads, ballot.roll_area = roll.due.heads, roll.due.area
    return roll


# -- objections to the roll, until it opens


@transaction.atomic
def object_to_roll(ballot: Ballot, words: str, *, actor: Reader, key: uuid.UUID | None = None) -> RollObjection:
    """Say what is wrong with it. Answered one by one; the ballot does not open over an objection without an answer."""
    row = held(ballot)
    if actor.person is None:
        raise NotYours(SIGN_IN_FIRST)
    if not (slots_of(actor, row) or any(row.place.path in post.place.line for post in actor.posts)):
        raise NotYours(NOT_OF_HERE)
    before = RollObjection.objects.filter(ballot=row, by=actor.person, answered_at__isnull=True).first()
    if before is not None:
        return before
    _require_posted(row)
    event = note(row, Deed("objected", {}, {"words": Secret(_words(words), actor.person_id)}, key), actor=actor)
    return RollObjection.objects.create(ballot=row, by=actor.person, at=clock.now(), event=event)


def _words(text: str) -> str:
    words = text.replace("\0", "").strip()
    if not words or len(words) > 1000:
        raise Refused(SAY_WHY)
    return words


def _require_posted(ballot: Ballot) -> None:
    if ballot.announced_at is None:
        raise Refused(NOT_ANNOUNCED)
    if ballot.opened_at is not None:
        raise Conflict(OPENED)


@transaction.atomic
def answer_objection(objection: RollObjection, answer: str, *, upheld: bool, actor: Reader) -> None:
    """Told to whoever objected. If it is right, the roll is read anew from the corrected register, with the reason in the log."""
    row = held(objection.ballot)
    require_convener(actor, row)
    words = _words(answer)
    mine = RollObjection.objects.select_for_update().get(pk=objection.pk)
    if mine.answered_at is not None:
        raise Conflict(ANSWERED)
    _require_posted(row)
    mine.answered_at, mine.upheld = clock.now(), upheld
    mine.save(update_fields=["answered_at", "upheld"])
    body = {"objection": str(mine.pk), "upheld": upheld}
    note(row, Deed("answered", body, {"answer": Secret(words, mine.by_id)}), actor=actor)
    if upheld:
        _correct(row, words, actor)


@transaction.atomic
def correct_roll(ballot: Ballot, reason: str, *, actor: Reader) -> None:
    """Read the roll anew after the register was put right. Everybody sees that it changed, and why."""
    require_convener(actor, ballot)
    row = held(ballot)
    _require_posted(row)
    _correct(row, _words(reason), actor)


def _correct(ballot: Ballot, reason: str, actor: Reader) -> None:
    before = state_of(ballot)
    slots = Slot.objects.filter(ballot=ballot)
    handed_out = {(slot.owner_set_id, slot.person_id, slot.heads, slot.area): slot for slot in slots}
    slots.delete()
    roll = _freeze(ballot, handed_out)
    enter(ballot, {"what": "correction", "roll": roll.notice, "reason": reason[:200]})
    note(ballot, Deed("corrected", {"roll": roll.notice}), actor=actor, before=before)
