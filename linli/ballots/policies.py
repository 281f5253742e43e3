"""Who may do what in a ballot. Weight never comes from a request, and nobody sees what another chose."""

from __future__ import annotations

from django.db.models import Q

from linli.ballots.models import Ballot, Proxy, Slot
from linli.lib.refusals import NotYours
from linli.lib.text import Said
from linli.matters.policies import SIGN_IN_FIRST, is_holder
from linli.people.models import Post
from linli.people.reader import Reader
from linli.register.models import Owner

SCRUTINEERS = frozenset({"committee", "community", "community_desk"})
TEAM = frozenset({"unit_lead", "building_lead", "grid_worker", "committee", "community", "community_desk"})
FOR_THE_CONVENER = Said(
    "表决由现在负责这件事的一方组织，不是您。", "The ballot is for whoever holds the matter to organise, not for you."
)
FOR_SCRUTINEERS = Said(
    "收票、唱票由监票人（业委会、社区）负责。",
    "Paper ballots are for the scrutineers: the owners' committee and the community.",
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
    return _post(reader, SCRUTINEERS, ballot) is not None


def require_scrutineer(reader: Reader, ballot: Ballot) -> None:
    if not is_scrutineer(reader, ballot):
        raise NotYours(FOR_SCRUTINEERS if reader.person else SIGN_IN_FIRST)


def team_post(reader: Reader, ballot: Ballot) -> Post | None:
    """The post by which somebody delivers ballots, while there is something to deliver."""
    if ballot.announced_at is None or ballot.closed_at is not None:
        return None
    return _post(reader, TEAM, ballot)


def slots_of(reader: Reader, ballot: Ballot) -> list[Slot]:
    """The reader's own slots: as one of the owners, as the person on the roll, or as a proxy."""
    if reader.person is None:
        return []
    sets = Owner.objects.filter(person=reader.person).values("owner_set_id")
    agent = Proxy.objects.filter(agent=reader.person, ended_at__isnull=True).values("slot_id")
    mine = Q(owner_set_id__in=sets) | Q(person=reader.person) | Q(pk__in=agent)
    return list(Slot.objects.filter(mine, ballot=ballot).select_related("place").order_by("tag"))


def require_slot(reader: Reader, ballot: Ballot, tag: str) -> Slot:
    found = next((slot for slot in slots_of(reader, ballot) if slot.tag == tag), None)
    if found is None:
        raise NotYours(NOT_DUE if reader.person else SIGN_IN_FIRST)
    return found
