"""Opening and closing at the hour, disputes of co-owners, the count, and its publication."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from linli.ballots import bundle, log
from linli.ballots.actions.preparing import questions_of
from linli.ballots.actions.recording import checkpoint_of, enter, entries_of, held, note, state_of
from linli.ballots.actions.turnout import take_voted
from linli.ballots.bundle_files import keep_bundle
from linli.ballots.casting import Ballot as Marked
from linli.ballots.elections.actions import keep_elected
from linli.ballots.elections.announcing import election_of
from linli.ballots.models import Ballot, BallotQuestion, RollObjection, Slot, VoteCast
from linli.ballots.policies import require_convener, require_scrutineer
from linli.ballots.roll import Roll, Row, roll_of
from linli.ballots.sealed_choices import unseal_marked
from linli.lib import clock
from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.matters.actions.moving import conclude_stage
from linli.people.reader import Reader
from linli.record.chain import commitment, new_salt
from linli.record.log.actions import present_signer
from linli.record.owners import Deed

NOT_OVER = Said("表决还没有到截止时间，不能计票。", "The ballot is not over yet, so it cannot be counted.")
UNREAD = Said(
    "还有 {n} 张纸质票只登记了一次或者两次不一致。请先由另一位监票人登记。",
    "{n} paper ballots were read only once, or read differently. Another scrutineer must read them first.",
)
NOT_IMPORTED = Said(
    "电子票在“{system}”，结果还没有导入，现在计票会漏掉它们。请监票人先在本页导入该系统的结果文件。",
    "Electronic votes are in “{system}” and were not imported yet; a count now would leave them out. A scrutineer "
    "imports the result file of that system on this page first.",
)
CLOSED = Said("计票已经结束。", "The count is over.")
NO_DISPUTE = Said("这一户没有争议。", "There is no dispute about this home.")
UNOPENED = Said(
    "还有对名册的异议没有答复，不能开始表决。", "An objection to the roll waits for an answer, so it cannot open."
)
SAY_WHY = Said("请写明裁定理由。", "Please give the reason for the ruling.")


def tend_ballots() -> int:
    """Open what is due, at the hour and without anybody's hand; returns how many."""
    now = clock.now()
    due = Ballot.objects.filter(announced_at__isnull=False, opened_at__isnull=True, opens_at__lte=now)
    return sum(open_ballot(ballot) for ballot in due)


@transaction.atomic
def open_ballot(ballot: Ballot) -> bool:
    """An objection to the roll that nobody has answered holds it back; the stage's own deadline sees to it that somebody does."""
    row = held(ballot)
    waiting = RollObjection.objects.filter(ballot=row, answered_at__isnull=True).exists()
    if row.opened_at is not None or row.opens_at is None or clock.now() < row.opens_at or waiting:
        return False
    before = state_of(row)
    enter(row, {"what": "open"})
    row.opened_at, row.opening = clock.now(), checkpoint_of(row)
    note(row, Deed("opened"), before=before)
    return True


@transaction.atomic
def settle_dispute(ballot: Ballot, tag: str, *, stands: bool, reason: str, actor: Reader) -> None:
    """What co-owners could not agree on: the last ballot stands, or none does. All of them are kept."""
    require_scrutineer(actor, ballot)
    row = held(ballot)
    if row.closed_at is not None:
        raise Conflict(CLOSED)
    slot = Slot.objects.select_for_update().get(ballot=row, tag=tag)
    if not slot.disputed:
        raise Conflict(NO_DISPUTE)
    if not reason.strip():
        raise Refused(SAY_WHY)
    slot.disputed, slot.version = False, slot.version + 1
    slot.save(update_fields=["disputed", "version"])
    if not stands:
        _set_aside(row, slot)
    note(row, Deed("settled", {"subject": tag, "stands": stands}), actor=actor)


def _set_aside(ballot: Ballot, slot: Slot) -> None:
    counted = slot.casts.filter(counted=True).first()
    if counted is None:
        return
    enter(ballot, {"what": "invalid", "cast": counted.index, "reason": "disputed"})
    counted.counted, counted.set_aside = False, "disputed"
    counted.save(update_fields=["counted", "set_aside"])
    take_voted(ballot, slot)


@transaction.atomic
def close(ballot: Ballot, *, actor: Reader) -> None:
    """End it once the hour is over and every paper that was handed in is read. A dispute that nobody settled counts nothing."""
    require_convener(actor, ballot)
    row = held(ballot)
    if row.closed_at is not None:
        return
    if row.opened_at is None or row.closes_at is None or clock.now() < row.closes_at:
        raise Refused(NOT_OVER)
    if row.platform_only and not row.platform_imports.exists():
        raise Refused(NOT_IMPORTED.filled(system=row.platform))
    unread = Slot.objects.filter(ballot=row, paper_at__isnull=True, readings__isnull=False).distinct().count()
    if unread:
        raise Refused(UNREAD.filled(n=unread))
    for slot in Slot.objects.filter(ballot=row, disputed=True).order_by("tag"):
        _set_aside(row, slot)
    before = state_of(row)
    counted = VoteCast.objects.filter(slot__ballot=row, counted=True).count()
    enter(row, log.close(counted, _delivered(row)))
    row.closed_at, row.closing = clock.now(), checkpoint_of(row)
    note(row, Deed("closed", {"counted": counted}), actor=actor, before=before)


def _delivered(ballot: Ballot) -> list[str]:
    """Who got a ballot and returned none that counts."""
    silent = Slot.objects.filter(ballot=ballot, delivered_at__isnull=False).exclude(casts__counted=True)
    return sorted(silent.values_list("tag", flat=True))


@transaction.atomic
def publish(ballot: Ballot, *, actor: Reader) -> None:
    """Count, publish the bundle that anybody recounts, and let the matter go on by the verdict on the first question."""
    require_convener(actor, ballot)
    row = held(ballot)
    if row.published_at is not None:
        return
    if row.closed_at is None:
        raise Refused(NOT_OVER)
    before = state_of(row)
    body = _publish_recorded(row) if row.platform_imports.filter(totals=True).exists() else _publish_bundle(row)
    row.published_at = clock.now()
    note(row, Deed("published", body), actor=actor, before=before)
    conclude_stage(row.matter_id)


def _publish_bundle(row: Ballot) -> dict[str, str]:
    made = bundle.publish_whole(closed_of(row), present_signer())
    _keep_results(row, made.told)
    keep_elected(row, made.elected)
    row.bundle_digest = hashlib.sha256(made.data).digest()
    keep_bundle(row.pk, made.data)
    return {"bundle": row.bundle_digest.hex()}


def _publish_recorded(row: Ballot) -> dict[str, str]:
    """Only sums are known of it, from the official system: there is nothing to recount, so there is no bundle."""
    told = row.questions.order_by("number").values_list("published", flat=True)
    _keep_results(row, [one or {} for one in told])
    election = election_of(row)
    keep_elected(row, election.published if election else None)
    return {"recorded": row.platform}


def roll_now(ballot: Ballot) -> Roll:
    rows = Slot.objects.filter(ballot=ballot).values_list("tag", "heads", "area", "salt", "owner_set_id", "person_id")
    return roll_of(
        str(ballot.pk),
        [
            Row(tag, heads, area, commitment(bytes(salt), f"owner_set:{owners}" if owners else f"person:{person}"))
            for tag, heads, area, salt, owners, person in rows.iterator(chunk_size=5000)
        ],
    )


def closed_of(ballot: Ballot) -> bundle.Closed:
    questions = questions_of(ballot)
    return bundle.Closed(
        id=str(ballot.pk),
        title=Said(ballot.title, ballot.title_en or ballot.title),
        questions=questions,
        roll=roll_now(ballot),
        entries=entries_of(ballot),
        opening=ballot.opening,
        closing=ballot.closing,
        ballots=_counted(ballot),
        delivered=_delivered(ballot),
        salts=[new_salt() for _ in questions],
    )


def _counted(ballot: Ballot) -> list[Marked]:
    rows = VoteCast.objects.filter(slot__ballot=ballot, counted=True).order_by("index")
    sealed = rows.values_list("cipher", "slot__tag").iterator(chunk_size=5000)
    return [unseal_marked(cipher, tag) for cipher, tag in sealed]


def _keep_results(ballot: Ballot, told: Sequence[Mapping[str, Any]]) -> None:
    """The figures for the pages; the tokens are in the bundle alone."""
    for question, published in zip(ballot.questions.order_by("number"), told, strict=True):
        question.published = dict(published)
        question.save(update_fields=["published"])
        if question.number == _first(ballot):
            ballot.verdict = str(published.get("verdict") or published["result"]["verdict"])


def _first(ballot: Ballot) -> int:
    numbers = BallotQuestion.objects.filter(ballot=ballot).order_by("number").values_list("number", flat=True)
    return int(numbers[0])
