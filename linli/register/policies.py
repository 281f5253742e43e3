"""Who may read the register, verify residents, fill posts, and know which party members there are.

Roles of the register work at places of theirs and below. What may not be seen does not exist (404).
"""

from __future__ import annotations

from collections.abc import Iterable
from types import MappingProxyType

from django.db.models import Q

from linli.lib.text import Said
from linli.people.models import Post
from linli.people.reader import Reader
from linli.places.models import Place
from linli.register.kinds import PARTY

READS = frozenset({"community", "community_desk", "property_manager"})
SEES_PHONES = frozenset({"community", "community_desk"})  # the property manager sees holdings without phones
VERIFIES = frozenset({"community", "community_desk"})
ANSWERS_CLAIMS = VERIFIES | {"grid_worker"}  # whoever can go there and look
# Who fills which posts, at the places of their own and below.
APPOINTS = MappingProxyType(
    {
        "street": ("community",),
        "community": (
            "unit_lead",
            "building_lead",
            "grid_worker",
            "grid_branch",
            "community_desk",
            "committee",
            "property_manager",
            "provider",
        ),
        "property_manager": ("property_desk", "property_worker", "provider"),
    }
)
NOT_THE_REGISTER = Said(
    "房屋名册只供社区和本小区物业经理使用。",
    "The register is for the community and for the property manager of the estate.",
)
NOT_THE_POSTS = Said(
    "任免岗位由社区负责，物业岗位由物业经理负责。",
    "Posts are filled by the community, those of the property company by its manager.",
)
NOT_THIS_POST = Said("这个岗位不归您任免。", "This post is not yours to fill or to end.")
NOT_YOUR_CARD = Said(
    "公示卡由本人或任命这一岗位的单位填写。",
    "The public card is filled in by the holder of the post or by those who appoint to it.",
)
ONLY_THE_HOLDER = Said("是否公开姓名，只能由本人决定。", "Only the holder decides whether the name is shown.")
NOT_TO_VERIFY = Said("核实居民由社区负责。", "Residents are verified by the community.")
NOT_THE_CLAIMS = Said(
    "核实申请由社区综合窗口和网格员处理。",
    "Requests to be verified are answered by the community’s desk and the grid worker.",
)
NOT_YOUR_OWN = Said(
    "自己的申请不能自己核实，请由同事处理。", "Nobody verifies themselves; a colleague answers this request."
)
NOT_THE_STANDING = Said(
    "党员由所在党支部登记，其他身份由社区登记。",
    "Party members are entered by their own branch, other standings by the community.",
)
NOT_THE_PARTY = Said("党员名单只有本支部可以查看。", "The list of party members is for their own branch.")


def offices(reader: Reader, roles: Iterable[str] = READS) -> list[Place]:
    """The places at which the reader holds one of these roles."""
    wanted = set(roles)
    return [post.place for post in reader.posts if post.role in wanted]


def covers(places: Iterable[Place], place: Place) -> bool:
    return any(one.path in place.line for one in places)


def may_read_some(reader: Reader) -> bool:
    return bool(offices(reader))


def may_read(reader: Reader, room: Place) -> bool:
    return covers(offices(reader), room)


def may_see_phones(reader: Reader, room: Place) -> bool:
    return covers(offices(reader, SEES_PHONES), room)


def may_verify(reader: Reader, room: Place) -> bool:
    return room.level == "room" and covers(offices(reader, VERIFIES), room)


def may_answer_some(reader: Reader) -> bool:
    return bool(offices(reader, ANSWERS_CLAIMS))


def may_answer(reader: Reader, room: Place) -> bool:
    return covers(offices(reader, ANSWERS_CLAIMS), room)


def answerable(reader: Reader, path: str) -> Q:
    return readable(reader, path, ANSWERS_CLAIMS)


def readable(reader: Reader, path: str, roles: Iterable[str] = READS) -> Q:
    """Which rows, by the name of the column with the path of the place; for somebody without an office, none."""
    found = Q(pk__in=[])
    for place in offices(reader, roles):
        found |= Q(**{path: place.path}) | Q(**{f"{path}__startswith": f"{place.path}."})
    return found


def appointers(reader: Reader) -> list[Post]:
    """The reader's posts that appoint to others."""
    return [post for post in reader.posts if post.role in APPOINTS]


def may_appoint(reader: Reader, role: str, place: Place) -> Post | None:
    """The post by which the reader appoints to this role there."""
    return next(
        (post for post in appointers(reader) if role in APPOINTS[post.role] and post.place.path in place.line), None
    )


def may_edit_card(reader: Reader, post: Post) -> bool:
    own = reader.person_id is not None and reader.person_id == post.person_id
    return own or may_appoint(reader, post.role, post.place) is not None


def may_enter_standing(reader: Reader, electorate: str, place: Place) -> bool:
    if electorate == PARTY:
        return reader.holds("grid_branch", place.pk)
    return covers(offices(reader, VERIFIES), place)


def may_list_standing(reader: Reader, electorate: str, place: Place) -> bool:
    """The list of an electorate. Owners are no standing: their list is made from owner sets."""
    return may_enter_standing(reader, electorate, place)
