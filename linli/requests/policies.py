"""Who may join a matter that a neighbour raised."""

from __future__ import annotations

from linli.lib.refusals import Conflict, NotYours
from linli.lib.text import Said
from linli.matters.models import Matter
from linli.matters.policies import SIGN_IN_FIRST, is_party, post_to_raise
from linli.matters.queries import public_names
from linli.people.models import Person
from linli.people.reader import Reader
from linli.places.models import Place
from linli.playbooks.model import Playbook

NEEDED_IN_PUBLIC = frozenset({"place.building", "stage"})
NOT_TO_JOIN = Said(
    "这一类事项不对邻居公开，不能加入。如果您也遇到同样的情况，请自己提交一件。",
    "Matters of this kind are not open to neighbours and cannot be joined. If it concerns you too, please report it.",
)
OWN_ALREADY = Said(
    "这件事的全部进展您本来就能看到，不需要加入。", "You see all of this matter already; there is no need to join it."
)
NOT_HERE = Said(
    "只有住在这里或在这里有岗位的人可以加入。您目前没有这样的身份；如有需要，请联系社区。",
    "Joining is for those who live here or hold a post here. You do not at present; please ask the community.",
)
OVER = Said(
    "这件事已经办结，不能再加入。如果问题还在，请重新提交。",
    "This matter has ended and cannot be joined any more. If the trouble is still there, please report it anew.",
)
PRIVATE = ("unit", "room")


def is_public(book: Playbook) -> bool:
    """Whether neighbours may know that there is such a matter in a building."""
    return public_names(book) >= NEEDED_IN_PUBLIC


def may_join(reader: Reader, matter: Matter, book: Playbook, *, whole: bool) -> bool:
    """`whole`: the reader is a party."""
    if reader.person is None or whole or not matter.is_open or matter.parent_id is not None:
        return False
    return is_public(book) and _is_neighbour(reader, matter, book)


def require_join(reader: Reader, matter: Matter, book: Playbook) -> Person:
    """The person who may join; refuses with the reason."""
    if reader.person is None:
        raise NotYours(SIGN_IN_FIRST)
    if not is_public(book) or matter.parent_id is not None:
        raise NotYours(NOT_TO_JOIN)
    if is_party(reader, matter, book):
        raise NotYours(OWN_ALREADY)
    if not _is_neighbour(reader, matter, book):
        raise NotYours(NOT_HERE)
    if not matter.is_open:
        raise Conflict(OVER)
    return reader.person


def _is_neighbour(reader: Reader, matter: Matter, book: Playbook) -> bool:
    """Whether the same could be raised by this person at the building, or wherever wider the matter is."""
    return post_to_raise(reader, book, public_place(matter.place)) is not None


def public_place(place: Place) -> Place:
    """The place itself, but no narrower than the building."""
    if place.level not in PRIVATE:
        return place
    wider = Place.objects.filter(path__in=place.line).exclude(level__in=PRIVATE)
    return wider.order_by("-path").first() or place
