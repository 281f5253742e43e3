"""Who may do what in a ballot. Weight never comes from a request, and nobody sees what another chose."""

from __future__ import annotations

from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from linli.ballots.elections.announcing import election_of
from linli.ballots.models import Ballot, Slot
from linli.lib import clock
from linli.lib.refusals import NotYours
from linli.lib.text import Said
from linli.matters.policies import SIGN_IN_FIRST, is_holder
from linli.people.models import Person, Post
from linli.people.reader import Reader

SCRUTINEERS = frozenset({"committee", "community", "community_desk"})
TEAM = frozenset({"unit_lead", "building_lead", "grid_worker", "committee", "community", "community_desk"})
OWN = """
SELECT slot.id FROM register_owner AS owner JOIN ballots_slot AS slot ON slot.owner_set_id = owner.owner_set_id
WHERE owner.person_id = %s
UNION ALL SELECT id FROM ballots_slot WHERE person_id = %s
UNION ALL SELECT slot_id FROM ballots_proxy WHERE agent_id = %s AND ended_at IS NULL
"""
FOR_THE_CONVENER = Said(
    "表决由现在负责这件事的一方组织，不是您。", "The ballot is for whoever holds the matter to organise, not for you."
)
FOR_SCRUTINEERS = Said(
    "收票、唱票由监票人（业委会、社区）负责。",
    "Paper ballots are for the scrutineers: the owners' committee and the community.",
)
NO_CANDIDATES = Said(
    "您是本次选举的候选人，不能当监票人。", "You stand in this election and cannot be a scrutineer of it."
)
FOR_THE_TEAM = Said(
    "送票名单只供负责这一片的楼栋长、单元长、网格员、业委会和社区使用，截止后关闭。",
    "The delivery list is for the heads, grid workers, committee and community of the place, and ends with the ballot.",
)
NOT_DUE = Said(
    "名册上没有您。有产权而不在名册上的，请在公示期内提出异议，或者联系社区。",
    "You are not on the roll. If you own something here, object while the roll is posted, or ask the community.",
)


def is_convener(reader: Reader, ballot: Ballot) -> bool:
    matter = ballot.matter
    return matter.is_open and matter.entry == ballot.entry and is_holder(reader, matter)


def require_convener(reader: Reader, ballot: Ballot) -> None:
    if not is_convener(reader, ballot):
        raise NotYours(FOR_THE_CONVENER if reader.person else SIGN_IN_FIRST)


def _post(reader: Reader, roles: frozenset[str], ballot: Ballot) -> Post | None:
    """A post of these roles at the place of the ballot, above it, or below it."""
    scope = ballot.place
    return next(
        (
            post
            for post in reader.posts
            if post.role in roles and (post.place.path in scope.line or scope.path in post.place.line)
        ),
        None,
    )


def is_scrutineer(reader: Reader, ballot: Ballot) -> bool:
    return _post(reader, SCRUTINEERS, ballot) is not None and not stands(reader.person, ballot)


def stands(person: Person | None, ballot: Ballot) -> bool:
    """Whether they are a candidate of this ballot; also one who withdrew, since the name is on it."""
    election = election_of(ballot)
    return election is not None and person is not None and election.candidates.filter(person=person).exists()


def require_scrutineer(reader: Reader, ballot: Ballot) -> None:
    if _post(reader, SCRUTINEERS, ballot) is not None and stands(reader.person, ballot):
        raise NotYours(NO_CANDIDATES)
    if not is_scrutineer(reader, ballot):
        raise NotYours(FOR_SCRUTINEERS if reader.person else SIGN_IN_FIRST)


def team_post(reader: Reader, ballot: Ballot) -> Post | None:
    """The post by which somebody delivers ballots: from the announcement to the hour at which the vote ends, no longer."""
    over = ballot.closes_at is None or clock.now() >= ballot.closes_at
    if over or ballot.announced_at is None or ballot.closed_at is not None:
        return None
    return _post(reader, TEAM, ballot)


def slots_of(reader: Reader, ballot: Ballot) -> list[Slot]:
    """The reader's own slots: as one of the owners, as the person on the roll, or as a proxy."""
    if reader.person is None:
        return []
    return list(own_slots(reader.person).filter(ballot=ballot).select_related("place").order_by("tag"))


def own_slots(person: Person) -> QuerySet[Slot]:
    """In any ballot. Each way to a slot is looked up in its own index; asked together they would read the whole roll."""
    return Slot.objects.filter(pk__in=RawSQL(OWN, [person.pk] * 3))  # noqa: S611 nothing of it is typed by anybody


def require_slot(reader: Reader, ballot: Ballot, tag: str, *, lock: bool = False) -> Slot:
    """A slot of the reader's own; `lock` keeps it from others until the transaction ends."""
    found = own_slots(reader.person).filter(ballot=ballot, tag=tag) if reader.person else Slot.objects.none()
    slot = (found.select_for_update() if lock else found.select_related("place")).first()
    if slot is None:
        raise NotYours(NOT_DUE if reader.person else SIGN_IN_FIRST)
    return slot
