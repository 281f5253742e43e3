"""What practice apps lend to the pages of matters: a look before something is raised, a part of a matter's page or of “mine”.

An app registers its lender in its module `page_parts.py`, which is found at start-up; matters never import the app.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from linli.matters.forms import Ask, Attempt
from linli.matters.models import Matter
from linli.people.reader import Reader
from linli.places.models import Place
from linli.playbooks.model import Playbook


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a page: `template` is given `shows`. `early`: to be read before anything is decided."""

    template: str
    shows: Mapping[str, Any]
    early: bool = False


@dataclass(frozen=True, slots=True)
class Raising:
    """What somebody is about to send."""

    book: Playbook
    place: Place
    reader: Reader
    posted: QueryDict


class Lender:
    """What an app adds; by itself nothing. It overrides what it lends."""

    name: str

    def before_raising(self, raising: Raising) -> Part | None:
        """What should be looked at first. The form comes back with it, and with `_anyway` in it, which sends it after all."""
        return None

    def category_ask(self, book: Playbook, attempt: Attempt) -> Ask | None:
        """Which category it belongs to, as a question of the form; None where categories say nothing."""
        return None

    def category_in(self, book: Playbook, posted: QueryDict) -> str:
        """The code that was chosen; empty when none was, or none that there is."""
        return ""

    def on_matter(self, matter: Matter, book: Playbook, reader: Reader, *, whole: bool) -> Part | None:
        """Shown on the matter's page to everybody, so it must mind who reads; `whole`: a party does."""
        return None

    def on_mine(self, reader: Reader) -> Part | None:
        """Shown below what somebody raised."""
        return None


_lenders: dict[str, Lender] = {}
_doors: dict[str, str] = {}


def register(lender: Lender) -> None:
    """Called at start-up only."""
    _lenders[lender.name] = lender


def register_door(book: str, route: str) -> None:
    """Called at start-up only: matters of this playbook begin at a page of the app's own, which fills in their form."""
    _doors[book] = route


def door_of(book: str) -> str | None:
    return _doors.get(book)


def before_raising(raising: Raising) -> Part | None:
    found = (lender.before_raising(raising) for lender in _lenders.values())
    return next((part for part in found if part is not None), None)


def category_ask(book: Playbook, attempt: Attempt) -> Ask | None:
    found = (lender.category_ask(book, attempt) for lender in _lenders.values())
    return next((ask for ask in found if ask is not None), None)


def category_in(book: Playbook, posted: QueryDict) -> str:
    return next((code for lender in _lenders.values() if (code := lender.category_in(book, posted))), "")


def on_matter(matter: Matter, book: Playbook, reader: Reader, *, whole: bool) -> list[Part]:
    found = (lender.on_matter(matter, book, reader, whole=whole) for lender in _lenders.values())
    return [part for part in found if part is not None]


def on_mine(reader: Reader) -> list[Part]:
    found = (lender.on_mine(reader) for lender in _lenders.values())
    return [part for part in found if part is not None]
