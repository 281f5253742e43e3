"""Who keeps the categories of a neighbourhood."""

from __future__ import annotations

from linli.lib.refusals import NotYours
from linli.lib.text import Said
from linli.people.models import Person
from linli.people.reader import Reader

KEEPERS = frozenset({"street", "community"})
FOR_KEEPERS = Said("诉求类别由街道和社区维护。", "The categories of requests are kept by the street and the community.")


def is_keeper(reader: Reader) -> bool:
    return any(post.role in KEEPERS for post in reader.posts)


def require_keeper(reader: Reader) -> Person:
    if reader.person is None or not is_keeper(reader):
        raise NotYours(FOR_KEEPERS)
    return reader.person
