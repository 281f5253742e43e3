"""What parts of a matter may be: by which methods, at which places. And how those that there are stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from linli.lib.text import Said
from linli.matters.models import Matter, Photo
from linli.matters.queries import books_to_choose, current_books, excerpts
from linli.people.roles import ROLES
from linli.places.models import Place
from linli.places.queries import full_name, lines_of
from linli.playbooks.ends import OUTCOMES
from linli.playbooks.model import Field, Playbook
from linli.playbooks.versions import book_of

NEAR = ("room", "unit", "building", "grid", "phase", "estate", "community")
ASKABLE = frozenset({"text", "number", "yes_no", "date", "time", "choice", "money"})
MOST_PLACES = 60
SUBJECTS = frozenset({"request", "enforcement"})


def may_be_part(book: Playbook) -> bool:
    """A method that a resident could have begun, and whose form the office can fill in with words alone."""
    asked = [one for one in book.form if not one.optional]
    words = [one for one in asked if one.kind == "text"]
    return (
        book.subject in SUBJECTS
        and "resident" in book.raised_by
        and bool(words)
        and all(one.kind in ASKABLE for one in asked)
    )


def asked_of_part(book: Playbook) -> tuple[Field, ...]:
    """The words first, whatever else the form has to know after them."""
    asked = [one for one in book.form if not one.optional]
    words = next(one for one in asked if one.kind == "text")
    return (words, *(one for one in asked if one is not words))


def photos_field(book: Playbook) -> Field | None:
    """Where a part keeps the photos that are taken along; one that keeps them encrypted for a reason is no place for them."""
    return next((one for one in book.form if one.kind == "photos" and not one.private), None)


def photos_to_take(matter: Matter) -> list[Photo]:
    """Those of the whole matter that its parties see, oldest first; private ones stay where they are."""
    return list(Photo.objects.filter(matter=matter, private=False, shredded_at__isnull=True).order_by("event", "id"))


def books_for_parts() -> Mapping[str, Playbook]:
    return {name: book for name, book in books_to_choose(current_books()).items() if may_be_part(book)}


def stands_near(place: Place, matter: Matter) -> bool:
    """At the matter's place, below it, or on the line above it up to the community."""
    if place.path == matter.place_path or place.path.startswith(f"{matter.place_path}."):
        return True
    return place.level in NEAR and f"{matter.place_path}.".startswith(f"{place.path}.")


def places_near(matter: Matter) -> list[tuple[Place, Said]]:
    """The matter's own place first, then what is above, then what is right below it."""
    line = Q(path__in=matter.place.line, level__in=NEAR)
    found = Place.objects.filter(line | Q(parent=matter.place), valid_to__isnull=True).order_by("-path")[:MOST_PLACES]
    lines = lines_of(found)
    named = [(place, _nearest_first(lines[place.pk])) for place in found]
    return sorted(named, key=lambda each: (each[0].pk != matter.place_id, each[0].path.count("."), each[0].path))


def _nearest_first(line: list[Place]) -> Said:
    """A narrow screen shows the beginning of a choice: the place itself, then what it lies in."""
    own, wider = line[-1], line[:-1]
    zh, en = f"{own.name}（{full_name(wider)}）", f"{own.in_('en')} ({full_name(wider, 'en')})"
    return Said(zh, en) if wider else Said(own.name, own.in_("en"))


@dataclass(frozen=True, slots=True)
class PartRow:
    """A part as it stands, in the words that its parent's parties may read."""

    number: int
    excerpt: str
    book: Said
    stage: Said
    tone: str
    holder: Said | None
    place: str
    due_at: datetime | None
    raisers_turn: bool


def parts_of(matter: Matter, *, bond: str = Matter.PART) -> list[PartRow]:
    children = list(matter.children.filter(bond=bond).select_related("holder").order_by("number"))
    texts = excerpts({child.pk: child.playbook_id for child in children})
    return [_row(child, texts.get(child.pk, "")) for child in children]


def _row(child: Matter, excerpt: str) -> PartRow:
    book = book_of(child.playbook_id)
    held = child.holder
    turn = child.is_open and held is not None and held.person_id == child.raiser_id
    return PartRow(
        number=child.number,
        excerpt=excerpt,
        book=book.title,
        stage=OUTCOMES[child.outcome] if child.outcome else book.title_of(child.stage),
        tone="done" if child.outcome else "late" if child.late_at else "stage",
        holder=ROLES[held.role].title if held is not None and held.role else None,
        place=child.place_name,
        due_at=child.due_at,
        raisers_turn=turn,
    )
