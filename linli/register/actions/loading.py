"""Writing what a register file says: in few statements, all of it or nothing."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction

from linli.people.models import Organisation, Person
from linli.places.levels import ORDER
from linli.places.models import Place
from linli.postgres.copying import copy_in
from linli.record.sealer import sealer
from linli.register.actions.recording import note
from linli.register.models import Holding, Owner, OwnerSet
from linli.register.plan import Change, Plan, parts
from linli.register.rows import Entry, Name

BATCH = 2000
NO_PASSWORD = "!"  # noqa: S105 what Django takes for “cannot sign in by password”


@dataclass(slots=True)
class _Books:
    """Persons, organisations and owner sets: those on record by their digest, and those yet to be written."""

    persons: dict[bytes, Person] = field(default_factory=dict)
    sets: dict[bytes, OwnerSet] = field(default_factory=dict)
    organisations: dict[tuple[uuid.UUID, str], Organisation] = field(default_factory=dict)
    new_persons: list[Person] = field(default_factory=list)
    new_sets: list[OwnerSet] = field(default_factory=list)
    new_owners: list[Owner] = field(default_factory=list)
    new_organisations: list[Organisation] = field(default_factory=list)


@transaction.atomic
def load_register(plan: Plan, *, day: date) -> None:
    """Carry out a plan. The places of a level come after those above them; a changed holding ends and another begins."""
    for level in ORDER:
        made = [place for place in plan.tree.made if place.level == level]
        copy_in(made)
    books = _known_to(plan.changes)
    holdings = [_holding(change, books, day) for change in plan.changes]
    _write(books)
    ended = [change.was.holding for change in plan.changes if change.was]
    for start in range(0, len(ended), BATCH):
        Holding.objects.filter(pk__in=ended[start : start + BATCH]).update(valid_to=day)
    copy_in(holdings)
    _record(plan)


def _known_to(changes: Sequence[Change]) -> _Books:
    phones = {one.phone for change in changes for one in change.entry.owners if one.phone}
    books = _Books()
    for part in parts(sorted(sealer().digest(phone) for phone in phones)):
        for person in Person.objects.filter(phone_digest__in=part):
            books.persons[bytes(person.phone_digest or b"")] = person
    for organisation in Organisation.objects.filter(kind__in=("developer", "public_owner")):
        books.organisations[organisation.place_id, organisation.name] = organisation
    for owner_set in OwnerSet.objects.filter(digest__isnull=False).iterator(chunk_size=5000):
        books.sets[bytes(owner_set.digest or b"")] = owner_set
    return books


def _holding(change: Change, books: _Books, day: date) -> Holding:
    entry, was = change.entry, change.was
    keeps = was is not None and "owners" not in change.what
    owner_set = was.owner_set if keeps and was else _owner_set(entry, change.estate, books).pk
    return Holding(
        room=change.room,
        use=entry.use,
        area=entry.area,
        area_source=entry.source,
        owner_set_id=owner_set,
        valid_from=day,
    )


def _owner_set(entry: Entry, estate: Place, books: _Books) -> OwnerSet:
    if entry.kind in ("developer", "public"):
        return _institution(entry, estate, books)
    people = [_person(one, books) for one in entry.owners]
    digest = _digest(entry.kind, (str(one.pk) for one in people)) if all(one.phone for one in entry.owners) else None
    found = books.sets.get(digest) if digest else None
    if found is not None:
        return found
    owner_set = _new_set(books, OwnerSet(kind=entry.kind, digest=digest))
    books.new_owners += [
        Owner(owner_set=owner_set, person=person, order=order) for order, person in enumerate(people, start=1)
    ]
    return owner_set


def _institution(entry: Entry, estate: Place, books: _Books) -> OwnerSet:
    """The developer's rooms of an estate are one set, and so are the public's of one office."""
    organisation = _organisation(entry, estate, books) if entry.owners else None
    digest = _digest(entry.kind, [str(organisation.pk if organisation else estate.pk)])
    found = books.sets.get(digest)
    return found or _new_set(books, OwnerSet(kind=entry.kind, organisation=organisation, digest=digest))


def _organisation(entry: Entry, estate: Place, books: _Books) -> Organisation:
    name = entry.owners[0].name
    known = books.organisations.get((estate.pk, name))
    if known is None:
        kind = "developer" if entry.kind == "developer" else "public_owner"
        known = Organisation(kind=kind, name=name, place=estate, valid_from=estate.valid_from)
        books.organisations[estate.pk, name] = known
        books.new_organisations.append(known)
    return known


def _person(one: Name, books: _Books) -> Person:
    """Somebody without a phone is a person of their own in each set: two of one name are not one."""
    digest = sealer().digest(one.phone) if one.phone else None
    known = books.persons.get(digest) if digest else None
    if known is not None:
        return known
    sealed = sealer().seal(one.phone) if one.phone else None
    person = Person(name=one.name, phone_sealed=sealed, phone_digest=digest, password=NO_PASSWORD)
    books.new_persons.append(person)
    if digest:
        books.persons[digest] = person
    return person


def _new_set(books: _Books, owner_set: OwnerSet) -> OwnerSet:
    books.new_sets.append(owner_set)
    if owner_set.digest:
        books.sets[bytes(owner_set.digest)] = owner_set
    return owner_set


def _digest(kind: str, ids: Iterable[str]) -> bytes:
    return hashlib.sha256("\0".join([kind, *sorted(ids)]).encode()).digest()


def _write(books: _Books) -> None:
    copy_in(books.new_organisations)
    copy_in(books.new_persons)
    copy_in(books.new_sets)
    copy_in(books.new_owners)


def _record(plan: Plan) -> None:
    """How much was changed stands in the record of each estate; who owns what does not."""
    for estate in {change.estate.pk: change.estate for change in plan.changes}.values():
        here = [change for change in plan.changes if change.estate.pk == estate.pk]
        counts = {what: sum(1 for one in here if what in one.what) for what in ("new", "area", "use", "owners")}
        note(estate, "imported", actor=None, body=counts)
