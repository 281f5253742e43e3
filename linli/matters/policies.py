"""Who may do what with matters. Each question is asked here and nowhere else.

Three rings see a matter: everybody sees the public fields, masked; the parties (the raiser, whoever holds or held a duty on it,
and the seats of its chain) see it whole but for sensitive answers; those open for a reason that is recorded.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.db.models import OuterRef, Q, Subquery
from django.db.models.lookups import IsNull

from linli.lib.refusals import NotYours
from linli.lib.text import Said
from linli.matters.models import Duty, Matter, Photo
from linli.people.models import Post
from linli.people.queries import Line
from linli.people.reader import Reader
from linli.people.roles import ROLES
from linli.places.levels import is_above
from linli.places.models import Place
from linli.playbooks.model import RAISER, SUPERVISOR, Move, Playbook
from linli.playbooks.model import Duty as Owed
from linli.record.models import Event

MAY_NOT_RAISE = Said(
    "“{book}”由{roles}提出，而且要在自己的小区或负责的范围内。您目前没有这样的身份；如有需要，请联系社区。",
    "“{book}” is raised by {roles}, in their own estate or area. You do not hold such a post; please ask the community.",
)
NOT_YOUR_MOVE = Said(
    "“{move}”现在应由{holder}来做，不是您。您可以在时间线上看到进展。",
    "“{move}” is for {holder} to do now, not for you. The timeline shows how it goes on.",
)
SIGN_IN_FIRST = Said("请先登录。", "Please sign in first.")


def post_to_raise(reader: Reader, book: Playbook, place: Place) -> Post | None:
    """The post by which a person may raise this kind of matter at this place."""
    return next((post for post in reader.posts if post.role in book.raised_by and _covers(post, place)), None)


def may_raise_anywhere(reader: Reader, book: Playbook) -> bool:
    return any(post.role in book.raised_by for post in reader.posts)


def _covers(post: Post, place: Place) -> bool:
    """What lies on the post's own line or below it, and all of its estate but other people's rooms."""
    own = post.place
    if place.path in own.line or place.path.startswith(f"{own.path}."):
        return True
    if place.level == "room" or not is_above("estate", own.level):
        return False
    return Place.objects.filter(path__in=set(own.line) & set(place.line), level="estate").exists()


def require_raise(reader: Reader, book: Playbook, place: Place) -> Post:
    post = post_to_raise(reader, book, place)
    if post is None:
        roles = [ROLES[role].title for role in book.raised_by]
        named = Said("、".join(role.zh for role in roles), ", ".join(role.en for role in roles))
        raise NotYours(MAY_NOT_RAISE.filled(book=book.title, roles=named))
    return post


def may_move(reader: Reader, matter: Matter, move: Move, line: Line) -> bool:
    """Whether this move is for this person: the holder of the stage, or whom the move names instead."""
    if reader.person is None or not matter.is_open:
        return False
    return is_holder(reader, matter) if move.by is None else _is_named(reader, matter, move.by, line)


def is_holder(reader: Reader, matter: Matter) -> bool:
    if matter.holder is None or not holds(reader, matter.holder):
        return False
    return matter.holder.person_id is None or _acts_by_name(reader, matter)


def _acts_by_name(reader: Reader, matter: Matter) -> bool:
    """Staff who have not passed the second step act for what they raised themselves, and for nothing they were named for."""
    return matter.raiser_id == reader.person_id or not reader.locked


def holds(reader: Reader, duty: Duty) -> bool:
    if duty.person_id is not None:
        return duty.person_id == reader.person_id
    return reader.holds(duty.role, duty.place_id)


def _is_named(reader: Reader, matter: Matter, owed: Owed, line: Line) -> bool:
    if owed.person == RAISER:
        return matter.raiser_id == reader.person_id
    if owed.person == SUPERVISOR:
        duties = matter.duties.filter(kind=Duty.SUPERVISES, until__isnull=True)
        return any(holds(reader, duty) for duty in duties)
    if owed.person:
        named = str(matter.facts.get(owed.person, "")) == str(reader.person_id)
        return named and _acts_by_name(reader, matter)
    return reader.holds(owed.role, line.at(owed.level))


def is_party(reader: Reader, matter: Matter, book: Playbook) -> bool:
    """Whether the matter is open to this person whole (but for what is sensitive)."""
    if reader.person is None:
        return False
    if matter.raiser_id == reader.person_id:
        return True
    if any((step.role, step.level) in _steps(reader, matter) for step in book.chain):
        return True
    return matter.duties.filter(_mine(reader)).exists()


def _steps(reader: Reader, matter: Matter) -> set[tuple[str, str]]:
    """The reader's seats on the line of the matter's place."""
    line = matter.place_path.split(".")
    return {
        (post.role, post.place.level)
        for post in reader.posts
        if post.place.path.split(".") == line[: post.place.path.count(".") + 1]
    }


def _mine(reader: Reader) -> Q:
    mine = Q(person_id=reader.person_id)
    for role, place in reader.seats:
        mine |= Q(role=role, place_id=place)
    return mine


def of_party(reader: Reader, books: Mapping[uuid.UUID, Playbook]) -> Q:
    """`is_party` as a condition on matters, for lists; `books` are all versions of playbooks here, by their ids."""
    if reader.person is None:
        return Q(pk__in=[])
    held = Duty.objects.filter(_mine(reader), matter_id=OuterRef("pk"))
    allowed = Q(raiser_id=reader.person_id)
    for post in reader.posts:
        seat = (post.role, post.place.level)
        watched = [pk for pk, book in books.items() if seat in {(step.role, step.level) for step in book.chain}]
        if watched:
            path = post.place.path
            below = Q(place_path=path) | Q(place_path__startswith=f"{path}.")
            allowed |= Q(playbook_id__in=watched) & below
    # Looked up row by row and last: as an `EXISTS`, PostgreSQL may read every duty there ever was into memory beforehand.
    return allowed | Q(IsNull(Subquery(held.values("pk")[:1]), False))


def may_see_photo(reader: Reader, photo: Photo, book: Playbook) -> bool:
    """Photos are for the parties, whatever a playbook publishes; private ones for who opened what is encrypted, for a reason."""
    if not is_party(reader, photo.matter, book):
        return False
    if not photo.private:
        return True
    return (
        may_open_sensitive(reader, photo.matter)
        and Event.objects.filter(chain=photo.matter_id, verb="opened", actor=reader.person_id).exists()
    )


def may_open_sensitive(reader: Reader, matter: Matter) -> bool:
    """A phone number is for who must act on the matter now, also to re-check it, and for the raiser; a reason is recorded."""
    if matter.raiser_id == reader.person_id or (matter.is_open and is_holder(reader, matter)):
        return True
    return not matter.is_open and rechecks(reader, matter)


def rechecks(reader: Reader, matter: Matter) -> bool:
    """Whether it is for this person now to find out whether the matter was really done."""
    if reader.person is None:
        return False
    return matter.duties.filter(_mine(reader), kind=Duty.RECHECKS, until__isnull=True).exists()
