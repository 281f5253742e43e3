"""Who is reading a page: a person with the posts held at this moment, or nobody."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cached_property

from linli.people.models import Person, Post
from linli.people.queries import Seat, posts_of


@dataclass(eq=False)
class Reader:
    """Posts are read once for each request and never kept longer: a post that ends takes its rights with it at once."""

    person: Person | None

    @cached_property
    def posts(self) -> list[Post]:
        return posts_of(self.person) if self.person else []

    @property
    def locked(self) -> list[Post]:
        """Posts that are held but open nothing until the second step of signing in was passed."""
        return []

    @cached_property
    def seats(self) -> frozenset[Seat]:
        return frozenset((post.role, post.place_id) for post in self.posts)

    @property
    def person_id(self) -> uuid.UUID | None:
        return self.person.pk if self.person else None

    def holds(self, role: str, place_id: uuid.UUID | None) -> bool:
        return place_id is not None and (role, place_id) in self.seats

    def post_for(self, role: str, place_id: uuid.UUID | None) -> uuid.UUID | None:
        """The post by which this person acts for a seat; None when they act in their own name."""
        return next((post.pk for post in self.posts if (post.role, post.place_id) == (role, place_id)), None)

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(role for role, _ in self.seats)
