"""Who may do what with postings: everybody reads; who holds the matter proves and answers; the electorate objects."""

from __future__ import annotations

import uuid

from linli.lib.refusals import NotYours
from linli.lib.text import Said
from linli.matters.models import Matter
from linli.matters.policies import SIGN_IN_FIRST, is_holder
from linli.notices.models import Concern, Posting
from linli.people.reader import Reader
from linli.register.kinds import ELECTORATES
from linli.register.models import Standing

EVERYBODY = "everybody"
FOR_THE_POSTER = Said(
    "只有张贴公示的岗位可以办这件事。您可以阅读公示、提出意见。",
    "This is for the seat that posted it. You can read the posting and say what you think of it.",
)
FOR_THE_ELECTORATE = Said(
    "这份公示由{who}提意见。您还没有登记为其中一员；请找社区核实身份。",
    "Concerns about this posting are for {who}. You are not on that list yet; please ask the community to verify you.",
)


def is_poster(reader: Reader, posting: Posting) -> bool:
    """Whoever holds the matter, as long as it stands in the stage that opened the posting."""
    return stands(posting) and is_holder(reader, posting.matter)


def stands(posting: Posting) -> bool:
    matter: Matter = posting.matter
    return not posting.outcome and matter.is_open and matter.entry == posting.entry


def require_poster(reader: Reader, matter: Matter) -> None:
    if not is_holder(reader, matter):
        raise NotYours(FOR_THE_POSTER if reader.person else SIGN_IN_FIRST)


def may_object(reader: Reader, posting: Posting) -> bool:
    if reader.person is None:
        return False
    if posting.objectors == EVERYBODY:
        return True
    path = posting.place.path
    standings = Standing.objects.filter(person=reader.person_id, electorate=posting.objectors, until__isnull=True)
    return any(
        one.place.path == path or one.place.path.startswith(f"{path}.") for one in standings.select_related("place")
    )


def require_objector(reader: Reader, posting: Posting) -> uuid.UUID:
    """Who speaks."""
    if reader.person_id is None:
        raise NotYours(SIGN_IN_FIRST)
    if not may_object(reader, posting):
        raise NotYours(FOR_THE_ELECTORATE.filled(who=ELECTORATES[posting.objectors]))
    return reader.person_id


def may_read_words(reader: Reader, concern: Concern, *, poster: bool) -> bool:
    """The words of a concern are for who wrote it and who answers it; everybody reads the answer."""
    return reader.person_id is not None and (poster or concern.author_id == reader.person_id)
