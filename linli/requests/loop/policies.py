"""Who may ask, split, merge, re-check, and keep the list of what is the community's to do."""

from __future__ import annotations

from linli.lib.refusals import Conflict, NotYours
from linli.lib.text import Said
from linli.matters.models import Matter
from linli.matters.policies import SIGN_IN_FIRST, is_holder
from linli.people.reader import Reader

ONLY_HOLDER = Said("只有现在负责这件事的人可以这样做。", "Only who is responsible for the matter now can do this.")
ENDED = Said("这件事已经办结，不能再这样做。", "This matter has ended; this can no longer be done.")
KEEPERS = frozenset({"community", "street"})
FOR_KEEPERS = Said(
    "工作清单和回访比例由社区党委或街道办维护。您目前没有这样的岗位。",
    "The list of duties and the share of re-checks are kept by the community committee or the street office.",
)


def is_office(reader: Reader, matter: Matter) -> bool:
    """Whether the reader holds the matter for those who handle it; a raiser who is asked for a verdict does not."""
    held = matter.holder
    if not matter.is_open or held is None or held.person_id == matter.raiser_id:
        return False
    return reader.person_id != matter.raiser_id and is_holder(reader, matter)


def require_office(reader: Reader, matter: Matter) -> None:
    if reader.person is None:
        raise NotYours(SIGN_IN_FIRST)
    if not matter.is_open:
        raise Conflict(ENDED)
    if not is_office(reader, matter):
        raise NotYours(ONLY_HOLDER)


def is_keeper(reader: Reader) -> bool:
    return bool(reader.roles & KEEPERS)


def require_keeper(reader: Reader) -> None:
    if reader.person is None:
        raise NotYours(SIGN_IN_FIRST)
    if not is_keeper(reader):
        raise NotYours(FOR_KEEPERS)
