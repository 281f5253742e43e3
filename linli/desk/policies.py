"""Who deals with several matters at once, takes lists along, and writes down for others."""

from __future__ import annotations

from linli.people.models import Post
from linli.people.reader import Reader
from linli.places.models import Place

TAKES_DOWN = frozenset({"community_desk", "property_desk", "grid_worker"})


def on_posts(reader: Reader) -> bool:
    return bool(reader.roles - {"resident"})


def posts_to_take_down(reader: Reader) -> list[Post]:
    return [post for post in reader.posts if post.role in TAKES_DOWN]


def may_take_down(reader: Reader) -> bool:
    return bool(reader.roles & TAKES_DOWN)


def post_to_take_down(reader: Reader, place: Place) -> Post | None:
    """The post by which somebody writes down what is said about this place: its own place and what lies below."""
    return next((post for post in posts_to_take_down(reader) if post.place.path in place.line), None)
