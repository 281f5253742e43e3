"""What people with a post do with facilities, and how a finding becomes a matter. Each gate is passed here."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

from django.db import IntegrityError, transaction

from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.matters.actions.raising import raise_matter
from linli.matters.models import Matter
from linli.people.models import Post
from linli.people.reader import Reader
from linli.places import code_actions, facility_actions
from linli.places.facilities import BROKEN, CONDITIONS, KINDS, TO_REPAIR, WORN
from linli.places.facility_actions import Actor, Details
from linli.places.models import Code, Facility, Inspection, Place
from linli.requests.facilities.policies import require_inspector, require_keeper
from linli.requests.models import FacilityMatter

REPAIR = "repair"
URGENCY = MappingProxyType({WORN: "ordinary", BROKEN: "urgent"})
LEVELS = ("estate", "phase", "building", "unit")  # where a facility may stand: a repair can be raised at each of these
WRONG_PLACE = Said(
    "设施请登记到小区、期、楼栋或单元。", "Please enter a facility at an estate, a phase, a building or a unit."
)
NOTHING_TO_REPAIR = Said(
    "这次巡检没有发现要修的问题，不需要报修。",
    "This inspection found nothing to repair, so there is nothing to report.",
)
FINDING = Said("巡检发现{what}：{condition}。", "Inspection found {what}: {condition}.")
ABOUT = Said("【{what}】", "[{what}] ")


def title_of(facility: Facility) -> Said:
    kind = KINDS[facility.kind].title
    return Said(f"{kind.zh} {facility.name}", f"{kind.en} {facility.name}")


def _as(post: Post) -> Actor:
    return Actor(post.person_id, post.pk)


def add_facility(place: Place, given: Details, *, actor: Reader, key: uuid.UUID | None = None) -> Facility:
    post = require_keeper(actor, place)
    if place.level not in LEVELS:
        raise Refused(WRONG_PLACE)
    return facility_actions.add_facility(place, given, actor=_as(post), key=key)


def inspect(
    facility: Facility, condition: str, *, note: str = "", actor: Reader, key: uuid.UUID | None = None
) -> Inspection:
    post = require_inspector(actor, facility)
    return facility_actions.inspect(facility, condition, note=note, actor=_as(post), key=key)


def install(facility: Facility, *, on: date, actor: Reader) -> Facility:
    return facility_actions.install(facility, on=on, actor=_as(require_keeper(actor, facility.place)))


def take_off(facility: Facility, *, actor: Reader) -> Facility:
    return facility_actions.take_off(facility, actor=_as(require_keeper(actor, facility.place)))


def make_codes(
    under: Place, places: Sequence[Place] = (), facilities: Sequence[Facility] = (), *, actor: Reader
) -> list[Code]:
    """For what stands at `under` and below it."""
    post = require_keeper(actor, under)
    return code_actions.make_codes(places, facilities, by=post.person_id)


def revoke(code: Code, place: Place, *, actor: Reader) -> bool:
    return code_actions.revoke(code, by=require_keeper(actor, place).person_id)


def report_finding(inspection: Inspection, *, note: str = "", actor: Reader) -> Matter:
    """Raise a repair about what an inspection found. One inspection is one matter, whoever asks again."""
    require_inspector(actor, inspection.facility)
    if inspection.condition not in TO_REPAIR:
        raise Refused(NOTHING_TO_REPAIR)
    try:
        with transaction.atomic():
            return _reported(inspection) or _report(inspection, note, actor)
    except IntegrityError:  # somebody else asked for it at the same moment
        matter = _reported(inspection)
        if matter is None:
            raise
        return matter


def _reported(inspection: Inspection) -> Matter | None:
    link = FacilityMatter.objects.select_related("matter").filter(inspection=inspection).first()
    return link.matter if link else None


def _report(inspection: Inspection, note: str, actor: Reader) -> Matter:
    facility = inspection.facility
    found = FINDING.filled(what=title_of(facility), condition=CONDITIONS[inspection.condition])
    what = found.in_(_language(actor)) + note
    matter = raise_matter(
        REPAIR, facility.place, actor=actor, answers={"what": what}, key=uuid.uuid5(inspection.pk, REPAIR),
        urgency=URGENCY[inspection.condition], facts={"facility": str(facility.pk)},
    )  # fmt: skip
    FacilityMatter.objects.create(facility=facility, matter=matter, inspection=inspection)
    return matter


@transaction.atomic
def raise_about(
    facility: Facility, name: str, place: Place, *, actor: Reader, answers: Mapping[str, Any], **more: Any
) -> Matter:
    """What somebody reports who scanned a facility's code. Of another place than the facility's, it is about that place alone."""
    if place.pk != facility.place_id:
        return raise_matter(name, place, actor=actor, answers=answers, **more)
    words = str(answers.get("what", "")).strip()
    about = ABOUT.filled(what=title_of(facility)).in_(_language(actor))
    given = {**answers, "what": f"{about}{words}" if words else ""}
    matter = raise_matter(name, place, actor=actor, answers=given, facts={"facility": str(facility.pk)}, **more)
    FacilityMatter.objects.get_or_create(matter=matter, defaults={"facility": facility})
    return matter


def _language(actor: Reader) -> str:
    return actor.person.language if actor.person else "zh-hans"
