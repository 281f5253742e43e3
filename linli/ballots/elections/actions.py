"""An election before its vote: seats, candidates, who withdraws; and after it, who stands for the seats that are left."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.db.models import Q

from linli.ballots import log
from linli.ballots.actions.preparing import NO_TITLE, draft_of, next_number, require_first_call
from linli.ballots.actions.recording import enter, held, note
from linli.ballots.elections.announcing import election_of, seating_of, terms_of, title_of
from linli.ballots.elections.publication import Election as Told
from linli.ballots.elections.publication import published
from linli.ballots.electors import OWNERS, USES
from linli.ballots.models import Ballot, BallotQuestion, Candidate, Election
from linli.ballots.policies import require_convener
from linli.ballots.publication import Question
from linli.ballots.settings import Settings, settings_of
from linli.counting.tally import YES, Tally
from linli.lib import clock
from linli.lib.refusals import Conflict, Refused
from linli.lib.text import Said
from linli.people.models import Person
from linli.people.reader import Reader
from linli.record.actions import Secret
from linli.record.owners import Deed
from linli.register.actions.people import person_known_as
from linli.register.models import Owner, Standing

MOST_CANDIDATES, MOST_RESERVES, LONGEST_INTRODUCTION = 30, 9, 1000
NOMINATED: Mapping[str, Said] = MappingProxyType(
    {
        "self": Said("自荐", "stood up by themselves"),
        "owners": Said("业主联名推荐", "nominated by owners"),
        "community": Said("社区推荐", "nominated by the community"),
    }
)
NO_ELECTION = Said("这次表决不是选举。", "This ballot is no election.")
SEATS = Said(
    "应选人数不对：这个机构{odd}由 {least} 到 {most} 人组成（此前已选出 {seated} 人）。",
    "The number of seats is wrong: the body has {least} to {most} members{odd} ({seated} were elected before).",
)
ODD, ANY = Said("应是单数，", ", an odd number"), Said("", "")
RESERVES = Said("候补最多 {most} 人。", "There are {most} reserves at the most.")
NO_INTRODUCTION = Said(
    "请写候选人的简介，最多 {most} 个字。", "Please introduce the candidate in {most} characters at the most."
)
NO_NOMINATION = Said("请选择由谁提名。", "Please choose who nominated the candidate.")
NOT_ELIGIBLE = Said(
    "还没有逐项确认候选人符合条件：“{what}”。不符合的不能列为候选人。",
    "It is not confirmed that the candidate fulfils every condition: “{what}”. Who does not cannot stand.",
)
NOT_ON_ROLL = Said(
    "房屋名册上，{name}不是这里的业主，不能列为候选人。请核对姓名和电话，或者先更正名册。",
    "By the register {name} is no owner here and cannot stand. Check name and phone, or correct the register first.",
)
NOT_OF_ELECTORATE = Said(
    "{name}不在这次选举的选民名单上，不能列为候选人。",
    "{name} does not belong to the electorate of this ballot and cannot stand.",
)
TWICE = Said("{name}已经是候选人。", "{name} stands already.")
ENOUGH = Said("一次选举最多 {most} 名候选人。", "An election has {most} candidates at the most.")
CLOSED = Said("计票已经结束，不能再退出。", "The count is over; nobody can withdraw any more.")
NO_CANDIDATE = Said("没有这名候选人，或者已经退出。", "There is no such candidate, or they withdrew already.")
FIXED = Said("席位由上一轮的缺额决定，不能改。", "The seats are those that the round before left open.")


@dataclass(frozen=True, slots=True)
class Nomination:
    """As it is entered. `eligible`: the numbers of the conditions that the convener has confirmed."""

    name: str
    phone: str
    nominated_by: str
    introduction: str
    eligible: Collection[int] = ()


def begin_election(ballot: Ballot, settings: Settings) -> None:
    """In a further round: the seats left and the candidates whom the round before named for them."""
    election = Election.objects.create(ballot=ballot)
    before = _before(ballot) if settings.following else None
    if before is None or not before.published:
        return
    election.title, election.title_en = before.title, before.title_en
    election.seats, election.seated = before.published["left"], before.seated + len(before.published["elected"])
    election.save()
    rows = {row.question.key: row for row in before.candidates.select_related("question")}
    following = [rows[name] for name in before.published["following"] if rows[name].withdrawn_at is None]
    asked = [_question(ballot, row.question, number, settings.rule) for number, row in enumerate(following, start=1)]
    BallotQuestion.objects.bulk_create(asked)
    stand_again(election, zip(following, asked, strict=True))


def stand_again(election: Election, candidates: Iterable[tuple[Candidate, BallotQuestion]]) -> None:
    """Those who stood in the round before, each with the question that they are in this one."""
    Candidate.objects.bulk_create(
        Candidate(election=election, question=question, person_id=row.person_id, nominated_by=row.nominated_by)
        for row, question in candidates
    )


def _before(ballot: Ballot) -> Election | None:
    rows = Election.objects.filter(ballot__matter=ballot.matter_id, ballot__published_at__isnull=False)
    return rows.exclude(ballot=ballot).order_by("-ballot__entry").first()


def _question(ballot: Ballot, said: BallotQuestion, number: int, rule: str) -> BallotQuestion:
    return BallotQuestion(
        ballot=ballot, number=number, title=said.title, title_en=said.title_en, text=said.text, rule=rule
    )


def _elects(ballot: Ballot) -> Election:
    election = election_of(ballot)
    if election is None:
        raise Refused(NO_ELECTION)
    return election


@transaction.atomic
def set_seats(ballot: Ballot, title: str, seats: int, *, actor: Reader, title_en: str = "", reserves: int = 0) -> None:
    """What is elected and to how many seats."""
    require_convener(actor, ballot)
    row = draft_of(ballot)
    require_first_call(row)
    election, seating = _elects(row), seating_of(row)
    words = " ".join(title.replace("\0", "").split())
    if not words or len(words) > 120:
        raise Refused(NO_TITLE)
    if not 0 <= reserves <= MOST_RESERVES:
        raise Refused(RESERVES.filled(most=MOST_RESERVES))
    if election.seated and seats != election.seats:
        raise Refused(FIXED)
    if seats < 1 or not seating.may_have(seats + election.seated):
        odd = ODD if seating.odd else ANY
        raise Refused(SEATS.filled(odd=odd, least=seating.least, most=seating.most, seated=election.seated))
    election.title, election.title_en = words, " ".join(title_en.replace("\0", "").split())[:200]
    election.seats, election.reserves = seats, reserves
    election.save(update_fields=["title", "title_en", "seats", "reserves"])
    note(row, Deed("seats_set", {"seats": seats, "reserves": reserves}), actor=actor)


@transaction.atomic
def stand(ballot: Ballot, given: Nomination, *, actor: Reader) -> BallotQuestion:
    """Enter a candidate. Everything the rule asks of one must be confirmed; name and introduction are public for good."""
    require_convener(actor, ballot)
    row = draft_of(ballot)
    require_first_call(row)
    election, settings = _elects(row), settings_of(row)
    words = given.introduction.replace("\0", "").strip()
    if not words or len(words) > LONGEST_INTRODUCTION:
        raise Refused(NO_INTRODUCTION.filled(most=LONGEST_INTRODUCTION))
    if given.nominated_by not in NOMINATED:
        raise Refused(NO_NOMINATION)
    _require_eligible(row, given)
    person = person_known_as(given.name, given.phone)
    _require_free_place(row, election, person)
    question = BallotQuestion.objects.create(
        ballot=row, number=next_number(row), title=person.name, text=words, rule=settings.rule
    )
    Candidate.objects.create(election=election, question=question, person=person, nominated_by=given.nominated_by)
    body = {"question": question.key, "by": given.nominated_by}
    note(row, Deed("stood", body, {"name": Secret(person.name, person.pk)}), actor=actor)
    return question


def _require_eligible(ballot: Ballot, given: Nomination) -> None:
    for number, condition in enumerate(seating_of(ballot).eligible):
        if number not in given.eligible:
            raise Refused(NOT_ELIGIBLE.filled(what=condition))


def _require_free_place(ballot: Ballot, election: Election, person: Person) -> None:
    if not may_stand(ballot, person):
        owners = ballot.electorate == OWNERS
        raise Refused((NOT_ON_ROLL if owners else NOT_OF_ELECTORATE).filled(name=person.name))
    if election.candidates.filter(person=person).exists():
        raise Refused(TWICE.filled(name=person.name))
    if election.candidates.count() >= MOST_CANDIDATES:
        raise Refused(ENOUGH.filled(most=MOST_CANDIDATES))


def may_stand(ballot: Ballot, person: Person) -> bool:
    """Whether the person belongs to those who vote: owns a room that counts, or is of the electorate."""
    path = ballot.place.path
    if ballot.electorate == OWNERS:
        room = "owner_set__holdings__room__path"
        here = Q(**{room: path}) | Q(**{f"{room}__startswith": f"{path}."})
        now = {"owner_set__holdings__valid_to__isnull": True, "owner_set__holdings__use__in": USES}
        return Owner.objects.filter(here, person=person, **now).exists()
    here = Q(place__path=path) | Q(place__path__startswith=f"{path}.")
    rows = Standing.objects.filter(here, person=person, electorate=ballot.electorate, until__isnull=True)
    return rows.exists()


@transaction.atomic
def withdraw(ballot: Ballot, number: int, *, actor: Reader) -> None:
    """After the announcement: papers are printed, so the name stays on the ballot, but nobody of that name is elected."""
    require_convener(actor, ballot)
    row = held(ballot)
    if row.announced_at is None or row.closed_at is not None:
        raise Conflict(CLOSED)
    rows = Candidate.objects.select_for_update().select_related("question")
    candidate = rows.filter(question__ballot=row, question__number=number, withdrawn_at__isnull=True).first()
    if candidate is None:
        raise Refused(NO_CANDIDATE)
    candidate.withdrawn_at = clock.now()
    candidate.save(update_fields=["withdrawn_at"])
    enter(row, log.withdrawn(candidate.question.key))
    note(row, Deed("stood_down", {"question": candidate.question.key}), actor=actor)


# -- after the count


def keep_elected(ballot: Ballot, told: Mapping[str, Any] | None) -> None:
    """The result of the election is that of the ballot."""
    election = election_of(ballot)
    if election is None or told is None:
        return
    election.published = dict(told)
    election.save(update_fields=["published"])
    ballot.verdict = str(told["verdict"])


def keep_elected_by_sums(ballot: Ballot, told: Mapping[Question, Mapping[str, Any]], sums: Mapping[str, Tally]) -> None:
    """Where another system counted and only its sums are known."""
    election = election_of(ballot)
    if election is None:
        return
    rows = election.candidates.order_by("question__number").values_list("question__number", "withdrawn_at")
    names = {f"q{number}": gone for number, gone in rows}
    stood = tuple(question for question in told if question.id in names)
    withdrawn = frozenset(name for name, gone in names.items() if gone)
    terms = Told(title_of(election), terms_of(ballot, election), stood, withdrawn)
    election.published = published(terms, list(told.values()), {name: sums[name].of(YES) for name in names})
    election.save(update_fields=["published"])
