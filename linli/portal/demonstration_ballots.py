"""Three ballots of the owners: one decided, recounted and posted; one that is open; one whose roll is posted. All invented."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from linli.ballots.actions import closing, delivery, paper, preparing, voting
from linli.ballots.asked import Asked
from linli.ballots.models import Ballot, Slot
from linli.counting.rules import find_rule
from linli.lib import clock
from linli.matters.actions.moving import move
from linli.matters.actions.raising import raise_matter
from linli.matters.models import Matter
from linli.notices.actions.postings import prove
from linli.notices.models import Posting
from linli.people.models import Person, Post
from linli.people.queries import in_term
from linli.people.reader import Reader
from linli.places.models import Place
from linli.portal.demonstration_pictures import sheet_on_a_board
from linli.register.models import Owner

Choices = Mapping[str, str]
NOTICE = timedelta(days=17)  # the law asks for fifteen whole days
ROLE_OF_PAPER = ("committee", "community_desk")


@dataclass(frozen=True, slots=True)
class Question:
    title: str
    title_en: str
    rule: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Vote:
    """`opens`: so many days from today, at nine."""

    what: str
    title: str
    title_en: str
    opens: int
    days: int
    questions: tuple[Question, ...]


GREEN = Vote(
    "三期绿地改建停车位，并动用维修资金",
    "三期绿地改建车位及维修资金使用",
    "Green belt to parking, and use of the maintenance fund",
    -24,
    14,
    (
        Question(
            "是否同意将三期北侧绿地改建为 24 个停车位？",
            "Shall the northern green of Phase 3 become 24 parking spaces?",
            "cn-civil-278-8",
            "改建面积 310 平方米，费用 18.6 万元，从公共收益支出；车位属于全体业主，收费进公共收益账户。\n"
            "通过后还要报绿化主管部门批准，批准前不动工。",
        ),
        Question(
            "是否同意使用维修资金 9.2 万元更换 4 号楼电梯曳引机？",
            "Shall 92,000 yuan of the maintenance fund replace the lift machine of Building 4?",
            "cn-civil-278-5",
        ),
    ),
)
GATES = Vote(
    "东门、南门加装人车分流闸机",
    "东门、南门加装人车分流闸机",
    "Separate gates for people and cars, east and south",
    -3,
    14,
    (
        Question(
            "是否同意在东门、南门加装人车分流闸机？",
            "Shall separate gates for people and cars be built, east and south?",
            "cn-civil-278-7",
            "预算 12.8 万元，从公共收益支出，工期 20 天。",
        ),
        Question(
            "是否同意闸机由物业公司统一管理、费用不转嫁业主？",
            "Shall the property company run them at no charge to owners?",
            "cn-civil-278-9",
        ),
    ),
)
RULES = Vote(
    "修改管理规约中的装修时间条款",
    "修改管理规约：装修施工时间",
    "Covenant: hours of renovation work",
    12,
    10,
    (
        Question(
            "是否同意装修施工时间改为工作日 8:30–12:00、14:00–18:00？",
            "Shall renovation work be done on workdays, 8:30–12:00 and 14:00–18:00?",
            "cn-civil-278-2",
        ),
    ),
)


def load_ballots() -> None:
    if Ballot.objects.exists():
        return
    _decide()
    gates = _announced(GATES)
    owners = _owners(gates)
    for number, slot in enumerate(_slots(gates)):
        with clock.at(_opening(GATES) + timedelta(hours=1, minutes=3 * number)):
            if number % 8 == 1 and slot.owner_set_id in owners:
                _cast(gates, slot, owners[slot.owner_set_id], {"q1": "yes", "q2": "no" if number % 3 else "yes"})
            elif number % 8 == 2:
                delivery.deliver(gates, slot.tag, "hand", actor=_reader("committee"))
    _announced(RULES)


def _decide() -> None:
    ballot = _announced(GREEN)
    owners = _owners(ballot)
    for number, (slot, choices) in enumerate(_taking_part(ballot)):
        with clock.at(_opening(GREEN) + timedelta(hours=1, minutes=25 * number)):
            if number % 37 == 20:
                _hand_in(ballot, slot, choices)
            elif slot.owner_set_id in owners:
                _cast(ballot, slot, owners[slot.owner_set_id], choices)
    convener, over = _reader("committee"), _opening(GREEN) + timedelta(days=GREEN.days)
    with clock.at(over + timedelta(hours=1)):
        closing.close(ballot, actor=convener)
        closing.publish(_of(ballot.matter), actor=convener)
        move(ballot.matter, "publish", actor=convener, answers={"decision": _decision(ballot)})
        prove(Posting.objects.get(matter=ballot.matter), photos=[sheet_on_a_board()], actor=convener)


def _decision(ballot: Ballot) -> str:
    asked = [Asked(row, find_rule(row.rule), row.published) for row in ballot.questions.order_by("number")]
    return "\n".join(f"{one.row.number}. {one.title.zh}：{one.verdict.zh}" for one in asked if one.verdict)


def _reader(role: str) -> Reader:
    return Reader(Post.objects.filter(in_term(), role=role).select_related("person").order_by("pk")[0].person)


def _opening(vote: Vote) -> datetime:
    return datetime.combine(clock.local_day(clock.now()) + timedelta(days=vote.opens), time(9), clock.ZONE)


def _announced(vote: Vote) -> Ballot:
    """Raised, put to the owners, its roll frozen and posted; opened when its hour has come."""
    convener, opens = _reader("committee"), _opening(vote)
    with clock.at(opens - NOTICE):
        estate, key = Place.objects.get(level="estate"), uuid.uuid5(uuid.NAMESPACE_URL, vote.what)
        matter = raise_matter("owners_ballot", estate, actor=convener, answers={"what": vote.what}, key=key)
        move(matter, "put", actor=convener)
        plan = preparing.Plan(vote.title, vote.title_en, opens, opens + timedelta(days=vote.days))
        preparing.plan(_of(matter), plan, actor=convener)
        for one in vote.questions:
            preparing.ask(_of(matter), one.title, one.rule, text=one.text, title_en=one.title_en, actor=convener)
        preparing.announce(_of(matter), actor=convener)
    if vote.opens < 0:
        with clock.at(opens):
            closing.open_ballot(_of(matter))
    return _of(matter)


def _of(matter: Matter) -> Ballot:
    fresh = Matter.objects.get(pk=matter.pk)
    return Ballot.objects.select_related("matter__holder", "place").filter(matter=fresh).latest("entry")


def _slots(ballot: Ballot) -> list[Slot]:
    return list(Slot.objects.filter(ballot=ballot).select_related("place").order_by("place__path"))


def _owners(ballot: Ballot) -> dict[uuid.UUID, Person]:
    """The first owner of each set that is not the developer, who stays silent."""
    rows = Owner.objects.filter(owner_set__in=ballot.slots.exclude(kind="developer").values("owner_set"), order=1)
    return {row.owner_set_id: row.person for row in rows.select_related("person")}


def _taking_part(ballot: Ballot) -> Iterator[tuple[Slot, Choices]]:
    """About three quarters; five of six agree to the parking, and all but two to the lift, so that its figures stay in bands."""
    for number, slot in enumerate(_slots(ballot)):
        if number % 15 not in (3, 7, 11, 14):
            parking = "no" if number % 8 == 4 else "abstain" if number % 29 == 3 else "yes"
            yield slot, {"q1": parking, "q2": "no" if number in (100, 300) else "yes"}


def _cast(ballot: Ballot, slot: Slot, owner: Person, choices: Choices) -> None:
    voting.cast(ballot, slot.tag, voting.Vote(choices), actor=Reader(owner))


def _hand_in(ballot: Ballot, slot: Slot, choices: Choices) -> None:
    for role in ROLE_OF_PAPER:
        paper.read_paper(ballot, slot.nonce, paper.Reading(choices), actor=_reader(role))
