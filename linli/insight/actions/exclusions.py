"""Leaving a matter out of the rates: one person asks with a reason, a second one rules; both stand in the matter's record."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from linli.insight.grounds import GROUNDS
from linli.insight.models import Exclusion
from linli.insight.policies import may_ask, may_rule
from linli.lib import clock
from linli.lib.refusals import Conflict, NotYours, Refused
from linli.lib.text import Said
from linli.matters.actions.exclusions import note_asked, note_ruled
from linli.matters.models import Matter
from linli.people.reader import Reader

NOT_FOR_YOU = Said(
    "不计入三率由负责这里的物业、网格或社区岗位申请。",
    "Those on posts of the property company, the grid or the community here may ask for this.",
)
NOT_YOUR_RULING = Said(
    "要由社区或街道的另一个人审批，申请人和提出人不能自己批。",
    "A second person of the community or the street must rule on it, neither who asked nor the raiser.",
)
CHOOSE = Said("请选择一条依据。", "Please choose a ground.")
STANDS = Said("这件事已经申请过，或已经不计入。", "This was asked for already, or is left out already.")
NOTHING_WAITS = Said(
    "没有待审批的申请，可能已经批过了。", "Nothing is waiting for a ruling; it may have been dealt with."
)


@transaction.atomic
def ask_exclusion(matter: Matter, *, ground: str, reason: str, actor: Reader) -> Exclusion:
    if actor.person is None or not may_ask(actor, matter):
        raise NotYours(NOT_FOR_YOU)
    if ground not in GROUNDS:
        raise Refused(CHOOSE)
    try:
        with transaction.atomic():
            asked = Exclusion.objects.create(matter=matter, reason=ground, asked_by=actor.person, asked_at=clock.now())
    except IntegrityError:
        raise Conflict(STANDS) from None
    note_asked(matter, ground=ground, reason=reason, actor=actor)
    return asked


@transaction.atomic
def rule_exclusion(matter: Matter, *, approve: bool, reason: str, actor: Reader) -> Exclusion:
    asked = Exclusion.objects.select_for_update().filter(matter=matter, approved__isnull=True).first()
    if asked is None:
        raise Conflict(NOTHING_WAITS)
    if actor.person is None or not may_rule(actor, matter, asked):
        raise NotYours(NOT_YOUR_RULING)
    asked.approved, asked.ruled_by, asked.ruled_at = approve, actor.person, clock.now()
    asked.save()
    note_ruled(matter, approve=approve, reason=reason, actor=actor)
    return asked
