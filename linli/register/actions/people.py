"""Finding somebody by name and phone, or entering them: a phone number stands for one person."""

from __future__ import annotations

from linli.lib.masks import mask_name
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.people.actions import add_person
from linli.people.models import Person
from linli.record.sealer import sealer
from linli.register.cells import Bad, read_name, read_phone

NAME_NEEDED = Said("请填写姓名。", "Give the name.")
PHONE_NEEDED = Said("请填写电话，用来认出是哪一位。", "Give the phone number: it tells who this is.")
SOMEBODY_ELSE = Said(
    "这个电话已登记在另一位（{name}）名下，请核对姓名和号码。",
    "This phone is already that of somebody else ({name}). Check the name and the number.",
)
FULL_STOP = Said("{why}。", "{why}.")


def person_known_as(name: str, phone: str) -> Person:
    if not name.strip():
        raise Refused(NAME_NEEDED)
    if not phone.strip():
        raise Refused(PHONE_NEEDED)
    try:
        name, phone = read_name(name), read_phone(phone)
    except Bad as bad:
        raise Refused(FULL_STOP.filled(why=bad.why)) from None
    person = Person.objects.filter(phone_digest=sealer().digest(phone)).first()
    if person is None:
        return add_person(name, phone=phone)
    if person.name != name:
        raise Refused(SOMEBODY_ELSE.filled(name=mask_name(person.name)))
    return person
