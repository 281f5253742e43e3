"""P11: whatever neighbours get to see can carry no name, no phone and no room."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from linli.lib.text import Said
from linli.playbooks.checks.graph import Case
from linli.playbooks.checks.parts import fields_of, moves_of
from linli.playbooks.checks.registries import Registries
from linli.playbooks.checks.wording import hint, problem, titled
from linli.playbooks.model import RAISER, Duty, Field, Mark, Playbook, Problem

PRIVATE = Said(
    "“{name}”在{where}里标为不公开（private），不能放进 public。请从 public 中删去。",
    "“{name}” is marked private in {where} and cannot be public. Take it out of `public`.",
)
MAY_NAME_SOMEBODY = Said(
    "“{name}”是{kind}类的内容，可能露出姓名、电话或门牌，不能公开。请从 public 中删去。",
    "“{name}” is of the kind {kind}, which can give away a name, a phone or a room, so it cannot be public. Take it "
    "out of `public`.",
)
WRITTEN_BY_RESIDENTS = Said(
    "“{name}”在{where}里由居民自己写，可能写进姓名、电话或门牌，不能公开。请从 public 中删去；"
    "要公开的话写在工作人员的答复里。",
    "“{name}” is written by residents in {where} and may hold a name, a phone or a room, so it cannot be public. Take "
    "it out of `public`; what is to be public belongs into an answer by the staff.",
)
NEVER_PUBLIC = Said(
    "“{name}”会暴露是谁家的事，不能公开。请从 public 中删去；地点最细可以写到 place.building。",
    "“{name}” gives away whose matter it is, so it cannot be public. Take it out of `public`; the finest place that "
    "may be shown is place.building.",
)
UNKNOWN = Said("没有“{name}”这一项，不能公开。{hint}", "There is nothing called “{name}” to make public. {hint}")
IN_FORM = Said("表单", "the form")
IN_MOVE = Said("动作“{move}”", "the move “{move}”")
GIVEAWAYS = ("place", "place.unit", "place.room", "raiser", "phone", "name", "holder", "person")


def nobody_is_exposed(case: Case) -> Iterator[Problem]:
    """P11. A field comes before a standard fact of the same name, so that no field can hide behind a harmless name."""
    book, registries = case.book, case.registries
    asked = tuple(_asked(book))
    names = {field.name for field, _, _ in asked}
    for name, mark in book.public:
        if name in names:
            complaints = (
                _exposes(each, where, own, mark, registries) for each, where, own in asked if each.name == name
            )
            yield from (complaint for complaint in complaints if complaint is not None)
        elif name in GIVEAWAYS:
            yield problem("P11", mark, NEVER_PUBLIC, name=name)
        elif name not in registries.public_facts:
            yield problem("P11", mark, UNKNOWN, name=name, hint=hint(name, (*registries.public_facts, *sorted(names))))


def _asked(book: Playbook) -> Iterator[tuple[Field, Said, bool]]:
    """Every field, where it is asked for, and whether residents fill it in."""
    yield from ((field, IN_FORM, True) for field in book.form)
    roles = {field.name: field.role for _, field in fields_of(book) if field.kind == "person"}
    for _, stage, move in moves_of(book):
        own = _is_resident(move.by or stage.duty, roles)
        where = IN_MOVE.filled(move=titled(move.title, move.name))
        yield from ((need, where, own) for need in move.needs)


def _is_resident(maker: Duty | None, roles: Mapping[str, str]) -> bool:
    """Stairwell and building heads write as such, though they are neighbours too."""
    if maker is None:
        return False
    return maker.person == RAISER or "resident" in (maker.role, roles.get(maker.person))


def _exposes(field: Field, where: Said, own: bool, mark: Mark, registries: Registries) -> Problem | None:
    kind = registries.field_kinds.get(field.kind)
    if field.private:
        return problem("P11", mark, PRIVATE, name=field.name, where=where)
    if kind is None:
        return None
    if not kind.publishable:
        return problem("P11", mark, MAY_NAME_SOMEBODY, name=field.name, kind=kind.title)
    if kind.personal and own:
        return problem("P11", mark, WRITTEN_BY_RESIDENTS, name=field.name, where=where)
    return None
