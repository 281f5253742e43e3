"""Who may look after facilities. Whoever has a post of these sees what stands at the post's place and below it."""

from __future__ import annotations

from collections.abc import Collection

from linli.lib.refusals import NotYours
from linli.lib.text import Said
from linli.people.models import Post
from linli.people.reader import Reader
from linli.places.models import Facility, Place

INSPECTORS = frozenset(
    {
        "unit_lead", "building_lead", "grid_worker", "property_desk", "property_worker", "property_manager", "community",
        "community_desk",
    }
)  # fmt: skip
KEEPERS = frozenset({"property_desk", "property_manager", "community", "community_desk"})
FOR_INSPECTORS = Said(
    "设施名册由物业、社区、网格员和楼栋长、单元长使用。您可以查看公开的设施情况。",
    "The register of facilities is for the property company, the community, grid workers and heads of buildings and units. "
    "The public figures are open to you.",
)
FOR_KEEPERS = Said(
    "登记设施、制作和停用二维码由物业前台、物业经理和社区负责，而且要在自己的范围内。",
    "Facilities are entered, and codes made and revoked, by the property company and the community, within their own area.",
)


def post_over(reader: Reader, roles: Collection[str], place: Place) -> Post | None:
    """The reader's post of one of these roles at the place or above it."""
    return next((post for post in reader.posts if post.role in roles and post.place.path in place.line), None)


def may_inspect(reader: Reader, facility: Facility) -> bool:
    return post_over(reader, INSPECTORS, facility.place) is not None


def may_keep(reader: Reader, place: Place) -> bool:
    return post_over(reader, KEEPERS, place) is not None


def require_inspector(reader: Reader, facility: Facility) -> Post:
    return _required(post_over(reader, INSPECTORS, facility.place), FOR_INSPECTORS)


def require_keeper(reader: Reader, place: Place) -> Post:
    return _required(post_over(reader, KEEPERS, place), FOR_KEEPERS)


def _required(post: Post | None, otherwise: Said) -> Post:
    if post is None:
        raise NotYours(otherwise)
    return post


def areas(reader: Reader, roles: Collection[str] = INSPECTORS) -> list[Place]:
    """The places of the reader's posts of these roles, the widest alone where one contains another."""
    places = {post.place.path: post.place for post in reader.posts if post.role in roles}
    return [place for path, place in sorted(places.items()) if not any(above in places for above in place.line[:-1])]


def is_inspector(reader: Reader) -> bool:
    return any(post.role in INSPECTORS for post in reader.posts)


def is_keeper(reader: Reader) -> bool:
    return any(post.role in KEEPERS for post in reader.posts)
