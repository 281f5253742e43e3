"""Who, said for a reader: roles by their title, people masked."""

from __future__ import annotations

from linli.lib.masks import mask_name
from linli.lib.text import Said
from linli.matters.models import Duty, Matter
from linli.people.roles import ROLES

RAISER_SAID = Said("提出人", "the raiser")
NOBODY = Said("无", "nobody")


def holder_said(matter: Matter) -> Said:
    return duty_said(matter.holder, matter) if matter.holder else NOBODY


def duty_said(duty: Duty, matter: Matter) -> Said:
    if duty.role:
        return ROLES[duty.role].title
    if duty.person_id == matter.raiser_id:
        return RAISER_SAID
    name = mask_name(duty.person.name) if duty.person else ""
    return Said(name, name)
