"""What a register file would change, worked out before anything is written."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from linli.lib.text import Said
from linli.people.models import Person
from linli.places.models import Place
from linli.record.sealer import sealer
from linli.register.cells import Bad
from linli.register.estate_tree import EstateTree, standing
from linli.register.headings import find_columns
from linli.register.models import Holding, Owner
from linli.register.rows import TOO_MANY_CELLS, BadRow, Entry, Name, read_row
from linli.register.tables import Table

SAME_ROOM = Said("与第 {line} 行是同一户", "this is the same room as in line {line}")
PHONE_TAKEN = Said(
    "电话已登记在另一位（{name}，{where}）名下；一个号码只认一个人，请核对",
    "the phone is already that of somebody else ({name}, {where}); a number stands for one person: check it",
)
LINE, REGISTERED = Said("第 {line} 行", "line {line}"), Said("已在册", "on record")
CHUNK = 5000


@dataclass(frozen=True, slots=True)
class Standing:
    """What the register says of a room today."""

    holding: uuid.UUID
    use: str
    area: int
    source: str
    kind: str
    owner_set: uuid.UUID
    since: date
    owners: tuple[tuple[str, bytes | None], ...]


@dataclass(frozen=True, slots=True)
class Change:
    """A room whose holding is new (`was` is None) or is no longer what the file says; `what` names the columns."""

    entry: Entry
    room: Place
    estate: Place
    was: Standing | None
    what: tuple[str, ...]


@dataclass(slots=True)
class Plan:
    tree: EstateTree
    titles: tuple[str, ...]
    changes: list[Change] = field(default_factory=list)
    unchanged: int = 0
    bad: list[BadRow] = field(default_factory=list)

    def counted(self, what: str) -> int:
        return sum(1 for change in self.changes if what in change.what)


@dataclass(frozen=True, slots=True)
class Wish:
    """How a file is to be read where it does not say so itself."""

    estate: str = ""
    area_source: str = ""
    ignore: tuple[str, ...] = ()


def make_plan(table: Table, *, parent: Place | None, since: date, wish: Wish) -> Plan:
    columns = find_columns([row for _, row in table[:10]], ignore=wish.ignore)
    good: list[Entry] = []
    bad: list[BadRow] = []
    cells_of: dict[int, Sequence[str]] = {}
    for line, row in table[columns.row + 1 :]:
        cells_of[line] = row
        read = _read(line, row, columns.of, len(columns.titles), wish)
        if isinstance(read, Entry):
            good.append(read)
        else:
            bad.append(BadRow(line, read, row))
    plan = Plan(standing({entry.spot[0] for entry in good}, parent=parent, since=since), columns.titles, bad=bad)
    _compare(plan, good, cells_of)
    plan.bad.sort(key=lambda row: row.line)
    return plan


def _read(line: int, row: Sequence[str], of: Mapping[str, int], width: int, wish: Wish) -> Entry | tuple[Said, ...]:
    given = {column: row[at] if at < len(row) else "" for column, at in of.items()}
    read = read_row(line, given, estate=wish.estate, area_source=wish.area_source)
    if any(cell.strip() for cell in row[width:]):
        return (TOO_MANY_CELLS, *(read if isinstance(read, tuple) else ()))
    return read


def _compare(plan: Plan, entries: Sequence[Entry], cells_of: Mapping[int, Sequence[str]]) -> None:
    phones = _Phones.of(entries)
    placed: list[tuple[Entry, Place]] = []
    seen: dict[uuid.UUID, int] = {}
    for entry in entries:
        try:
            phones.check(entry)
            room = plan.tree.room_of(entry)
            if room.pk in seen:
                raise Bad(SAME_ROOM.filled(line=seen[room.pk]))
        except Bad as bad:
            plan.bad.append(BadRow(entry.line, (bad.why,), cells_of[entry.line]))
            continue
        phones.keep(entry)
        seen[room.pk] = entry.line
        placed.append((entry, room))
    today = _standing_of(plan.tree)
    for entry, room in placed:
        was = today.get(room.pk)
        what = _differs(entry, was)
        if what:
            plan.changes.append(Change(entry, room, plan.tree.estates[entry.spot[0]], was, what))
        else:
            plan.unchanged += 1


@dataclass(slots=True)
class _Phones:
    """Whose a number is: as the book has it, and as earlier lines of the file gave it."""

    known: dict[bytes, tuple[str, Said]]

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> _Phones:
        digests = {sealer().digest(one.phone) for entry in entries for one in entry.owners if one.phone}
        return cls({digest: (name, REGISTERED) for digest, name in names_by_digest(digests)})

    def check(self, entry: Entry) -> None:
        for one in _natural(entry):
            name, where = (
                self.known.get(sealer().digest(one.phone), (one.name, LINE)) if one.phone else (one.name, LINE)
            )
            if name != one.name:
                raise Bad(PHONE_TAKEN.filled(name=f"{name[:1]}*", where=where))

    def keep(self, entry: Entry) -> None:
        for one in _natural(entry):
            if one.phone:
                self.known.setdefault(sealer().digest(one.phone), (one.name, LINE.filled(line=entry.line)))


def _natural(entry: Entry) -> Iterable[Name]:
    return entry.owners if entry.kind in ("owner", "co_owners") else ()


def names_by_digest(digests: Iterable[bytes]) -> Iterator[tuple[bytes, str]]:
    for part in parts(sorted(digests)):
        for digest, name in Person.objects.filter(phone_digest__in=part).values_list("phone_digest", "name"):
            yield bytes(digest or b""), name


def parts(values: Sequence[bytes]) -> Iterator[Sequence[bytes]]:
    """In pieces that one statement can take."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def _standing_of(tree: EstateTree) -> dict[uuid.UUID, Standing]:
    found: dict[uuid.UUID, Standing] = {}
    for estate in {one.pk: one for one in tree.estates.values()}.values():
        within = {"room__path__startswith": f"{estate.path}.", "valid_to__isnull": True}
        owners = _owners_below(estate)
        columns = ("room_id", "pk", "use", "area", "area_source", "valid_from", "owner_set_id", "owner_set__kind")
        rows = Holding.objects.filter(**within).values_list(*columns, "owner_set__organisation__name")
        for room, pk, use, area, source, since, owner_set, kind, organisation in rows.iterator(chunk_size=CHUNK):
            names = owners.get(owner_set, ()) or (((organisation, None),) if organisation else ())
            found[room] = Standing(pk, use, area, source, kind, owner_set, since, tuple(names))
    return found


def _owners_below(estate: Place) -> dict[uuid.UUID, list[tuple[str, bytes | None]]]:
    sets = Holding.objects.filter(room__path__startswith=f"{estate.path}.", valid_to__isnull=True).values(
        "owner_set_id"
    )
    rows = Owner.objects.filter(owner_set_id__in=sets).order_by("order")
    owners: dict[uuid.UUID, list[tuple[str, bytes | None]]] = {}
    for owner_set, name, digest in rows.values_list("owner_set_id", "person__name", "person__phone_digest").iterator():
        owners.setdefault(owner_set, []).append((name, bytes(digest) if digest else None))
    return owners


def _differs(entry: Entry, was: Standing | None) -> tuple[str, ...]:
    if was is None:
        return ("new",)
    area = (entry.area, entry.source) != (was.area, was.source)
    different = {"area": area, "use": entry.use != was.use, "owners": not _same_owners(entry, was)}
    return tuple(name for name, differs in different.items() if differs)


def _same_owners(entry: Entry, was: Standing) -> bool:
    """A file that gives no phone for somebody takes none away."""
    if entry.kind != was.kind or len(entry.owners) != len(was.owners):
        return False
    for wanted, (name, digest) in zip(sorted(entry.owners, key=_name), sorted(was.owners, key=_first), strict=True):
        known = not wanted.phone or sealer().digest(wanted.phone) == digest or entry.kind in ("developer", "public")
        if wanted.name != name or not known:
            return False
    return True


def _name(one: Name) -> str:
    return one.name


def _first(one: tuple[str, bytes | None]) -> str:
    return one[0]
