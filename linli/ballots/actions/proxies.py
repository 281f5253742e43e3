"""Proxies: somebody votes for a home by a written authority that a scrutineer has seen; its words are kept as a digest."""

from __future__ import annotations

import hashlib

from django.db import transaction

from linli.ballots.actions.recording import held, note
from linli.ballots.actions.voting import PAPER_STANDS, require_open
from linli.ballots.models import Ballot, Proxy, Slot
from linli.ballots.policies import require_scrutineer, stands
from linli.lib import clock
from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.people.models import Person
from linli.people.reader import Reader
from linli.record.owners import Deed
from linli.register.actions.people import person_known_as

NO_SHEET = Said("没有这个票面编号，请核对。", "There is no such number on the papers; please check it.")
TOO_MANY = Said(
    "一人最多受托 {most} 户，这位受托人已经满了。",
    "One person may be proxy for {most} homes at the most, and has that many.",
)
NO_DOCUMENT = Said(
    "请登记委托书的内容或照片摘要。", "Please enter what the written authority says, or the digest of its photo."
)
HAS_ONE = Said("这一户已经有受托人，请先收回。", "This home has a proxy already; end that first.")
NOT_THEIRS = Said(
    "受托人自己就是这一户的业主，不用委托。", "The proxy is an owner of this home and needs no authority."
)
NO_CANDIDATES = Said(
    "候选人不能受托替别人投票，请业主另外委托。",
    "A candidate cannot vote for others by proxy; the owner may choose somebody else.",
)


@transaction.atomic
def take_authority(ballot: Ballot, nonce: str, *, name: str, phone: str, words: str, actor: Reader) -> Proxy:
    """As a scrutineer enters it: the number on the home's paper, who is proxy, and what the authority says."""
    require_scrutineer(actor, ballot)
    if not words.strip():
        raise Refused(NO_DOCUMENT)
    agent = person_known_as(name, phone)
    document = hashlib.sha256(words.strip().encode()).digest()
    return give_proxy(ballot, tag_of(ballot, nonce), agent, document, actor=actor)


def tag_of(ballot: Ballot, nonce: str) -> str:
    found = Slot.objects.filter(ballot=ballot, nonce=nonce.strip().lower()).values_list("tag", flat=True).first()
    if found is None:
        raise Refused(NO_SHEET)
    return str(found)


@transaction.atomic
def give_proxy(ballot: Ballot, tag: str, agent: Person, document: bytes, *, actor: Reader) -> Proxy:
    """Enter a written authority that two eyes of the scrutineers have seen; its document is kept as a digest."""
    require_scrutineer(actor, ballot)
    row = held(ballot)
    require_open(row)
    slot = Slot.objects.select_for_update().get(ballot=row, tag=tag)
    if len(document) != 32:
        raise Refused(NO_DOCUMENT)
    if slot.paper_at is not None:
        raise Conflict(PAPER_STANDS)
    if slot.owner_set and slot.owner_set.owners.filter(person=agent).exists():
        raise Refused(NOT_THEIRS)
    if stands(agent, row):
        raise Refused(NO_CANDIDATES)
    standing = Proxy.objects.filter(ended_at__isnull=True)
    if standing.filter(slot=slot).exists():
        raise Conflict(HAS_ONE)
    if standing.filter(agent=agent, slot__ballot=row).count() >= row.proxies_each:
        raise Refused(TOO_MANY.filled(most=row.proxies_each))
    made = Proxy.objects.create(slot=slot, agent=agent, document=document, given_at=clock.now())
    note(row, Deed("proxy", {"subject": slot.tag, "document": document.hex()}), actor=actor)
    return made


@transaction.atomic
def end_proxy(ballot: Ballot, tag: str, *, actor: Reader) -> None:
    require_scrutineer(actor, ballot)
    row = held(ballot)
    if Proxy.objects.filter(slot__ballot=row, slot__tag=tag, ended_at__isnull=True).update(ended_at=clock.now()):
        note(row, Deed("proxy_ended", {"subject": tag}), actor=actor)
