"""The end of a table: with a consensus, which is posted with its options and which the community promises to follow through, or
without one and with the reason."""

from __future__ import annotations

import uuid

from django.db import transaction
from django.db.models import Count

from linli.lib import clock
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.matters.actions.moving import conclude_stage
from linli.matters.actions.raising import begin
from linli.matters.answers import read_answers
from linli.matters.keeping import keep
from linli.matters.models import Matter
from linli.matters.reading import read_beside
from linli.matters.seats import roles_of
from linli.meetings.kinds import CONSENSUS, NO_CONSENSUS
from linli.meetings.models import OptionSheet, Topic
from linli.meetings.table.actions.recording import held, note, state_of
from linli.meetings.table.actions.taking_part import FEWEST, count
from linli.meetings.table.policies import require_convener
from linli.meetings.table.promise import PROMISE_BOOK
from linli.meetings.table.wording import sheets_said
from linli.people.queries import line_with_seats
from linli.people.reader import Reader
from linli.playbooks.versions import book_of, current_version
from linli.record.actions import Secret
from linli.record.owners import Deed

LONGEST = 2000
NO_WORDS = Said(
    "请写明达成了什么共识，最多 {most} 个字：怎么做、谁来做、还有什么不同意见。",
    "Please write what was agreed in {most} characters at the most: what is done, by whom, and what some still see otherwise.",
)
NO_SHEET = Said(
    "还没有方案。达成共识之前，请至少列出一个方案，写明费用、谁出钱、影响到谁。",
    "There is no option yet. Before you agree, draw up one at least: its cost, who pays, whom it touches.",
)
NO_REASON = Said(
    "请写明为什么没有达成共识，最多 {most} 个字；大家都会看到。",
    "Please say why there was no agreement in {most} characters at the most; everybody reads it.",
)


@transaction.atomic
def agree(topic: Topic, words: str, *, actor: Reader) -> None:
    """The table ends with these words. The options are bound into the matter's record as they stand, to be posted unchanged."""
    require_convener(actor, topic)
    row = held(topic)
    if row.ended_at is not None:
        return
    agreed = _read(words, NO_WORDS)
    sheets = list(row.sheets.filter(withdrawn_at__isnull=True).order_by("number"))
    if not sheets:
        raise Refused(NO_SHEET)
    row.conclusion = agreed
    _bind(row, sheets, actor)
    row.promise = _promise(row)
    _end(row, CONSENSUS, {"consensus": Secret(agreed, None)}, actor)


@transaction.atomic
def part(topic: Topic, reason: str, *, actor: Reader) -> None:
    """The table ends without agreement, and says why."""
    require_convener(actor, topic)
    row = held(topic)
    if row.ended_at is not None:
        return
    why = _read(reason, NO_REASON)
    row.conclusion = why
    _end(row, NO_CONSENSUS, {"reason": Secret(why, None)}, actor)


def _read(typed: str, refusal: Said) -> str:
    words = typed.replace("\r\n", "\n").replace("\0", "").strip()
    if not words or len(words) > LONGEST:
        raise Refused(refusal.filled(most=LONGEST))
    return words


def _end(topic: Topic, outcome: str, secrets: dict[str, Secret], actor: Reader) -> None:
    before = state_of(topic)
    topic.ended_at, topic.outcome = clock.now(), outcome
    note(topic, Deed("ended", {"statements": _counted(topic)}, secrets), actor=actor, before=before)
    conclude_stage(topic.matter_id)


def _counted(topic: Topic) -> list[list[int]]:
    """The last count takes in everybody; of what fewer than five spoke to, no figure is ever taken."""
    enough = topic.statements.filter(set_aside__isnull=True).annotate(spoke=Count("opinions")).filter(spoke__gte=FEWEST)
    for one in enough:
        count(one)
    rows = topic.statements.filter(counted_at__isnull=False).order_by("number")
    return [[one.number, one.agree, one.disagree, one.unsure] for one in rows]


def _bind(topic: Topic, sheets: list[OptionSheet], actor: Reader) -> None:
    """Write what is to be posted into the matter's own record, where the posting finds it."""
    course = read_beside(topic.matter_id)
    body = {"topic": str(topic.pk), "round": topic.round, "sheets": [one.number for one in sheets]}
    course.note(
        "table_agreed",
        actor=actor.person_id,
        post=course.post_of_holder(actor),
        body=body,
        secrets={"sheets": Secret(sheets_said(topic, sheets), None)},
    )
    keep([course])


def _promise(topic: Topic) -> Matter:
    """The community's promise to follow through is a matter of its own, begun once however often the table is taken up."""
    matter = topic.matter
    key = uuid.uuid5(topic.pk, "promise")
    before = Matter.objects.filter(raiser_id=matter.raiser_id, key=key).first()
    if before is not None:
        return before
    version = current_version(PROMISE_BOOK)
    book = book_of(version.pk)
    line = line_with_seats(topic.place, roles_of(book))
    answers = read_answers(book.form, {"what": topic.question}, line)
    facts = {"deliberation": matter.number}
    return begin(version, topic.place, line, raiser=matter.raiser, post=None, answers=answers, key=key, facts=facts)
