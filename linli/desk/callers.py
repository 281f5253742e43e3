"""Who called: found again by the number, or somebody new, or somebody who left neither name nor number."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.matters.answers import BadAnswers
from linli.people.models import Person
from linli.record.sealer import sealer
from linli.register.cells import Bad, read_name, read_phone

NAME, PHONE, SAME, CHANNEL = "_caller", "_phone", "_same", "_channel"
NAMELESS = "未留名"
BAD = Said("{why}。", "{why}.")
WHO = Said(
    "请写姓名或电话；都没有留下的，请选“没有留下姓名和电话”。",
    "Give a name or a number; if there is neither, say that nothing was left.",
)
NOTHING_LEFT = "_nameless"


@dataclass(frozen=True, slots=True)
class Caller:
    """`same`: staff asked whoever has this number already, and it is that person."""

    name: str = ""
    phone: str = ""
    same: bool | None = None


def read_caller(name: str, phone: str, same: str, *, nameless: bool) -> Caller:
    problems: dict[str, Said] = {}
    for field, reader, text in ((NAME, read_name, name), (PHONE, read_phone, phone)):
        try:
            if text.strip():
                reader(text)
        except Bad as bad:
            problems[field] = BAD.filled(why=bad.why)
    if not name.strip() and not phone.strip() and not nameless:
        problems[NAME] = WHO
    if problems:
        raise BadAnswers(problems)
    known = {"yes": True, "no": False}.get(same)
    return Caller(read_name(name) if name.strip() else "", read_phone(phone) if phone.strip() else "", known)


def known_by(phone: str) -> Person | None:
    if not phone:
        return None
    return Person.objects.filter(phone_digest=sealer().digest(phone), shredded_at__isnull=True).first()


def id_without_phone(key: uuid.UUID) -> uuid.UUID:
    """A form that is sent twice means one person, also where no number tells."""
    return uuid.uuid5(key, "caller")


class AskWhetherSame(Refused):
    """The number is known: who takes it down must ask whether it is that person before anything is put to their name."""

    def __init__(self, person: Person) -> None:
        super().__init__(Said("这个号码已登记在一位居民名下，请先核对是不是本人。",
                              "This number is known here; please ask first whether it is that person."))  # fmt: skip
        self.person = person
