"""Who may edit the menu, and who may order what."""

from __future__ import annotations

from types import MappingProxyType

from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.people.models import Post
from linli.people.reader import Reader
from linli.places.models import Place
from linli.playbooks.model import Playbook
from linli.register.models import Holding, Member, Owner
from linli.requests.facilities.policies import post_over
from linli.requests.menu.kinds import COMMUNITY, DESK, ELIGIBLE, OUTSIDE, OWNERS, VERIFIED
from linli.requests.menu.models import ServiceItem

# Whose services each may put on the menu: the property company does not promise what the community must do.
MAY_OFFER = MappingProxyType({"property_manager": (DESK, OUTSIDE), "community": (COMMUNITY, DESK, OUTSIDE)})
EDITORS = frozenset(MAY_OFFER)
FOR_EDITORS = Said(
    "服务菜单由物业经理和社区编辑，而且要在自己的范围内。",
    "The menu is edited by the property manager and the community, each within their own area.",
)
NOT_YOURS_TO_OFFER = Said(
    "物业经理只能登记物业和服务商的项目。社区的项目请社区登记。",
    "A property manager enters services of the property company and of service providers. Those of the community are for "
    "the community to enter.",
)
NOT_VERIFIED = Said(
    "“{item}”只供已核实的居民使用。请带证件到社区核实，或请社区工作人员上门核实后再点单。",
    "“{item}” is for verified residents. Please have yourself verified by the community first, then order it.",
)
NOT_AN_OWNER = Said(
    "“{item}”只供业主使用，房屋名册里这一户的产权人不是您。登记有误的，请联系社区更正。",
    "“{item}” is for owners, and the register does not name you as an owner of this home. If that is wrong, please ask the "
    "community.",
)


def may_edit(reader: Reader, item: ServiceItem) -> bool:
    post = post_over(reader, EDITORS, item.place)
    return post is not None and item.provider in MAY_OFFER[post.role]


def is_editor(reader: Reader) -> bool:
    return bool(reader.roles & EDITORS)


def require_editor(reader: Reader, place: Place, provider: str) -> Post:
    """The post by which a service of this provider is entered or changed there."""
    posts = [post for post in reader.posts if post.role in EDITORS and post.place.path in place.line]
    if not posts:
        raise NotYours(FOR_EDITORS)
    fitting = [post for post in posts if provider in MAY_OFFER[post.role]]
    if not fitting:
        raise NotYours(NOT_YOURS_TO_OFFER)
    return fitting[0]


def require_eligible(reader: Reader, item: ServiceItem, room: Place) -> None:
    """What the register can tell. An entitlement is confirmed by who takes the order."""
    own = [post for post in reader.posts if post.role == "resident" and post.place_id == room.pk]
    if item.eligible == VERIFIED and not _verified(reader, room, own=bool(own)):
        raise Refused(NOT_VERIFIED.filled(item=item.said))
    if item.eligible == OWNERS and not _owned(reader, room, own=bool(own)):
        raise Refused(NOT_AN_OWNER.filled(item=item.said))


def _verified(reader: Reader, room: Place, *, own: bool) -> bool:
    """Of a desk that orders for a neighbour it is asked whether anybody of the home is."""
    members = Member.objects.filter(household__room=room, household__until__isnull=True, until__isnull=True)
    return (members.filter(person=reader.person) if own else members).exists()


def _owned(reader: Reader, room: Place, *, own: bool) -> bool:
    sets = Holding.objects.filter(room=room, valid_to__isnull=True).values("owner_set_id")
    owners = Owner.objects.filter(owner_set_id__in=sets)
    return (owners.filter(person=reader.person) if own else owners).exists()


def may_order(reader: Reader, book: Playbook) -> bool:
    return bool(reader.roles & set(book.raised_by))


def eligible_said(item: ServiceItem) -> Said:
    return item.entitlement_said if item.entitlement else ELIGIBLE[item.eligible]
