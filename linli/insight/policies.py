"""Who may ask to leave a matter out of the rates, and who may rule on it. Figures themselves are for everybody."""

from __future__ import annotations

from linli.insight.models import Exclusion
from linli.matters.models import Matter
from linli.people.reader import Reader

ASKS = frozenset({"property_desk", "property_manager", "grid_worker", "community_desk", "community", "department"})
RULES = frozenset({"community", "street"})


def may_ask(reader: Reader, matter: Matter) -> bool:
    return _serves(reader, matter, ASKS)


def may_rule(reader: Reader, matter: Matter, asked: Exclusion) -> bool:
    """A second person, above the work, and not the one whom the matter is for."""
    return _serves(reader, matter, RULES) and reader.person_id not in (asked.asked_by_id, matter.raiser_id)


def may_look(reader: Reader, matter: Matter) -> bool:
    """Whether the page of an exclusion is for this person at all."""
    return _serves(reader, matter, ASKS | RULES)


def _serves(reader: Reader, matter: Matter, roles: frozenset[str]) -> bool:
    """Whether one of the reader's posts of these roles is at a place on the line of the matter's."""
    return any(
        post.role in roles and f"{matter.place_path}.".startswith(f"{post.place.path}.") for post in reader.posts
    )
