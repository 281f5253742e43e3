"""Who may do what at a table: whoever holds the matter convenes it; who sits there speaks for a side; neighbours say what they
think. Everybody reads it; whoever wrote something is named to nobody."""

from __future__ import annotations

from linli.lib.refusals import NotYours
from linli.lib.text import Said
from linli.matters.policies import SIGN_IN_FIRST, is_holder
from linli.meetings.kinds import AT_THE_TABLE
from linli.meetings.models import Topic
from linli.meetings.table.settings import sides_of
from linli.people.models import Post
from linli.people.reader import Reader
from linli.people.roles import STAFF

FOR_THE_CONVENER = Said(
    "议事桌由现在负责这件事的召集人主持。您可以写下想法，也可以对大家的想法表态。",
    "The table is led by its convener, who holds the matter now. You can write a statement and say what you think of others.",
)
FOR_THE_SIDES = Said(
    "立场由坐在议事桌旁的各方代表来写。您可以在“大家怎么看”里写下想法、表态。",
    "Positions are for those who sit at the table for a side. You can write a statement and say what you think of others.",
)
FOR_NEIGHBOURS = Said(
    "这里由住在“{place}”的居民表态。如果您住在这里，请先核实身份；其他人可以阅读。",
    "This is for neighbours who live at “{place}”. If you live there, please be verified first; everybody can read.",
)


def is_convener(reader: Reader, topic: Topic) -> bool:
    """Only while its matter stands in the stage that set the table."""
    matter = topic.matter
    return topic.ended_at is None and matter.entry == topic.entry and matter.is_open and is_holder(reader, matter)


def require_convener(reader: Reader, topic: Topic) -> None:
    if not is_convener(reader, topic):
        raise NotYours(FOR_THE_CONVENER if reader.person else SIGN_IN_FIRST)


def speaks_for(reader: Reader, topic: Topic) -> list[str]:
    """The sides for which somebody sits at this table, by the posts that they hold around its place."""
    held = {post.role for post in reader.posts if _around(post, topic)}
    return [side for side in sides_of(topic) if held & set(AT_THE_TABLE[side])]


def require_side(reader: Reader, topic: Topic, side: str) -> None:
    if side not in speaks_for(reader, topic):
        raise NotYours(FOR_THE_SIDES if reader.person else SIGN_IN_FIRST)


def may_draw_up(reader: Reader, topic: Topic) -> bool:
    """Option sheets are written by those who sit there, together."""
    return topic.ended_at is None and (is_convener(reader, topic) or bool(speaks_for(reader, topic)))


def require_drawing_up(reader: Reader, topic: Topic) -> None:
    if not (is_convener(reader, topic) or speaks_for(reader, topic)):
        raise NotYours(FOR_THE_SIDES if reader.person else SIGN_IN_FIRST)


def is_neighbour(reader: Reader, topic: Topic) -> bool:
    """Whoever lives there, heads among them; an office speaks at the table, not in the neighbours' picture."""
    return any(post.role not in STAFF and topic.place.path in post.place.line for post in reader.posts)


def require_neighbour(reader: Reader, topic: Topic) -> None:
    if not is_neighbour(reader, topic):
        raise NotYours(FOR_NEIGHBOURS.filled(place=_place(topic)) if reader.person else SIGN_IN_FIRST)


def _around(post: Post, topic: Topic) -> bool:
    return topic.place.path in post.place.line or post.place.path in topic.place.line


def _place(topic: Topic) -> Said:
    return Said(topic.place.in_("zh-hans"), topic.place.in_("en"))
