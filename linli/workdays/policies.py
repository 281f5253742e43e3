"""Who keeps the working calendar. Everybody may read it: deadlines are worked out with it."""

from __future__ import annotations

from linli.lib.refusals import NotYours
from linli.lib.text import Said
from linli.people.models import Post
from linli.people.reader import Reader

KEEPERS = ("street", "community")
FOR_KEEPERS = Said(
    "工作日历由街道和社区维护。您可以查看。",
    "The working calendar is kept by the street and the community. You may read it.",
)


def keepers_post(reader: Reader) -> Post | None:
    return next((post for role in KEEPERS for post in reader.posts if post.role == role), None)


def require_keeper(reader: Reader) -> Post:
    post = keepers_post(reader)
    if post is None:
        raise NotYours(FOR_KEEPERS)
    return post
