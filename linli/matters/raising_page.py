"""The form by which a person begins a matter: where, what, how urgent; and finding a place by its name."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from unicodedata import normalize

from django.db.models import Q, QuerySet
from django.http import QueryDict

from linli.lib.text import Said
from linli.matters.forms import NOTHING_TRIED, PLACE, URGENCY, Ask, Attempt, Option, asks, read_key
from linli.matters.parts import category_ask
from linli.matters.policies import post_to_raise
from linli.people.models import Post
from linli.people.queries import Line
from linli.people.reader import Reader
from linli.places.models import Place
from linli.places.queries import full_name
from linli.playbooks.facts import URGENCIES
from linli.playbooks.model import Playbook
from linli.playbooks.saying import duty_said, within_said

FORM = "raise"
WHERE = Said("在哪里", "Where")
HOW_URGENT = Said("有多急", "How urgent")
URGENT_HINT = Said(
    "有人受伤、起火、漏气或有其他危险，请先打 119、110 或 120。",
    "If somebody is hurt, or there is fire, gas or other danger, call 119, 110 or 120 first.",
)
PROMISE = Said("提交后由{who}在{within}处理第一步。", "Once you send it, {who} takes the first step within {within}.")
FOUND_AT_MOST, LOOKED_AT = 12, 400
ESTATE_DEPTH = 5  # city, county, street, community, estate
# 5号楼2单元301 is said without spaces, and on paper as 5-2-301.
PARTS = re.compile(r"(?<=号楼|单元|网格)|(?<=[栋幢座期室户])|[\s\-—,，、#]+")


@dataclass(frozen=True, slots=True)
class Where:
    """One place to choose."""

    id: uuid.UUID
    name: Said


@dataclass(frozen=True, slots=True)
class Scanned:
    """What the code on a wall stands for: known before the form is filled in, and kept by the server."""

    place: Place
    title: Said

    @property
    def attempt(self) -> Attempt:
        return Attempt(FORM, QueryDict(f"{PLACE}={self.place.pk}"))


@dataclass
class RaisePage:
    book: Playbook
    reader: Reader
    attempt: Attempt = NOTHING_TRIED
    searched: str = ""
    found: Sequence[Where] = ()
    line: Line = field(default_factory=lambda: Line(()))
    scanned: Scanned | None = None

    def __post_init__(self) -> None:
        own = own_places(self.book, self.reader)
        chosen = chosen_place(self.book, self.reader, self.attempt.given.get(PLACE, ""), [*self.found, *own])
        self.places = list(dict.fromkeys([*self.found, *chosen, *own]))
        self.asks = asks(self.book.form, self.line, form=FORM, attempt=self.attempt)

    @property
    def where(self) -> Ask:
        """The narrowest own place is chosen beforehand; after a search, the first that was found. What somebody chose stays."""
        chosen = self.attempt.given.get(PLACE, "")
        if self.places and (self.found or not chosen):
            chosen = str(self.places[0].id)
        options = tuple(Option(str(place.id), place.name, str(place.id) == chosen) for place in self.places)
        error = self.attempt.problems.get(PLACE)
        return Ask(f"{FORM}-{PLACE}", PLACE, WHERE, "radios", options=options, error=error, focus=error is not None)

    @property
    def urgency(self) -> Ask:
        chosen = self.attempt.given.get(URGENCY, "ordinary")
        options = tuple(Option(name, said, name == chosen) for name, said in URGENCIES.items())
        error = self.attempt.problems.get(URGENCY)
        return Ask(f"{FORM}-{URGENCY}", URGENCY, HOW_URGENT, "radios", options=options, error=error, hint=URGENT_HINT)

    @property
    def photos(self) -> bool:
        return any(ask.widget == "photos" for ask in self.asks)

    @property
    def category(self) -> Ask | None:
        return category_ask(self.book, self.attempt)

    @property
    def promise(self) -> Said | None:
        """What happens first. Where the first stage is a junction or the raiser's own, nothing is promised beforehand."""
        first = self.book.first
        if first.duty is None or first.limit is None or first.duty.person:
            return None
        return PROMISE.filled(who=duty_said(self.book, first.duty), within=within_said(self.book, first.limit))

    @property
    def wrong(self) -> list[Ask]:
        """The questions with mistakes, for the summary."""
        return [ask for ask in (self.where, *self.asks, self.urgency) if ask.error is not None]


def posts_to_raise(book: Playbook, reader: Reader) -> list[Post]:
    return [post for post in reader.posts if post.role in book.raised_by]


def own_places(book: Playbook, reader: Reader) -> list[Where]:
    """The places on the lines of the reader's own posts, narrowest first."""
    paths = {path for post in posts_to_raise(book, reader) for path in post.place.line}
    return _named(
        [place for place in _standing(Q(path__in=paths)) if place.level in book.at and _open(place, book, reader)]
    )


def chosen_place(book: Playbook, reader: Reader, chosen: str, offered: Sequence[Where]) -> list[Where]:
    """A place that was found before and chosen: it must not give way to another one because some field had a mistake."""
    key = read_key(chosen)
    if key is None or any(place.id == key for place in offered):
        return []
    return _named([place for place in _standing(Q(pk=key)) if _open(place, book, reader)])


def find_places(book: Playbook, reader: Reader, text: str) -> list[Where]:
    """Places by name, code or alias, as neighbours say them: `5号楼2单元301`, `5-2-301`, `活动室`."""
    tokens = [token for token in PARTS.split(normalize("NFKC", text).strip()) if token]
    within = _within(posts_to_raise(book, reader))
    if not tokens or within is None:
        return []
    last = tokens[-1]
    named = Q(name__istartswith=last) | Q(name_en__icontains=last) | Q(code__iexact=text.strip()) | Q(names__name=last)
    candidates = [
        place
        for place in _standing(named & within & Q(level__in=book.at)).distinct()[:LOOKED_AT]
        if _open(place, book, reader)
    ]
    lines = _lines(candidates)
    fitting = [place for place in candidates if _fits(tokens[:-1], [above.name for above in lines[place.pk][:-1]])]
    return _named(sorted(fitting, key=lambda place: (place.order, place.path))[:FOUND_AT_MOST])


def _standing(condition: Q) -> QuerySet[Place]:
    return Place.objects.filter(condition, valid_to__isnull=True).order_by("-path")


def _open(place: Place, book: Playbook, reader: Reader) -> bool:
    return post_to_raise(reader, book, place) is not None


def _within(posts: Iterable[Post]) -> Q | None:
    """Everything below the posts' own estates, or below the posts themselves where they stand higher."""
    roots = {post.place.line[:ESTATE_DEPTH][-1] for post in posts}
    condition: Q | None = None
    for root in roots:
        below = Q(path=root) | Q(path__startswith=f"{root}.")
        condition = below if condition is None else condition | below
    return condition


def _fits(tokens: Sequence[str], above: Sequence[str]) -> bool:
    """Whether the words said before the last name the places above, in their order."""
    names = iter(above)
    return all(any(name.startswith(token) for name in names) for token in tokens)


def _lines(places: Sequence[Place]) -> dict[uuid.UUID, list[Place]]:
    paths = {path for place in places for path in place.line}
    by_path = {place.path: place for place in Place.objects.filter(path__in=paths)}
    return {place.pk: [by_path[path] for path in place.line if path in by_path] for place in places}


def _named(places: Sequence[Place]) -> list[Where]:
    lines = _lines(places)
    return [Where(place.pk, Said(full_name(lines[place.pk]), full_name(lines[place.pk], "en"))) for place in places]
