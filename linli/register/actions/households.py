"""Who lives in a room, verified; membership gives the post of a resident there, and takes it again."""

from __future__ import annotations

from django.db import transaction

from linli.lib import clock
from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.people.actions import appoint, end_post
from linli.people.models import Person, Post
from linli.people.reader import Reader
from linli.places.models import Place
from linli.register.actions.people import person_known_as
from linli.register.actions.recording import note
from linli.register.kinds import PROOFS
from linli.register.models import Household, Member, Owner
from linli.register.policies import NOT_TO_VERIFY, may_verify

NO_PROOF = Said("请选择是怎样核实的。", "Say how this was verified.")
NOT_AN_OWNER = Said(
    "名册上这一户的产权人不是您登记的号码。请带证件到社区核实。",
    "The register does not name you as an owner of this room. Bring your papers to the community.",
)


@transaction.atomic
def verify_member(room: Place, *, name: str, phone: str, how: str, actor: Reader) -> Member:
    """The community enters somebody who lives here, with what it saw as proof."""
    if not may_verify(actor, room):
        raise NotYours(NOT_TO_VERIFY)
    if how not in PROOFS:
        raise Refused(NO_PROOF)
    person = person_known_as(name, phone)
    if how == "register" and not owns(person, room):
        raise Refused(NOT_AN_OWNER)
    return enter_member(room, person, how, actor)


@transaction.atomic
def join_as_owner(room: Place, *, actor: Reader) -> Member:
    """An owner who signed in by the phone number of the register is verified by it."""
    if actor.person is None or not owns(actor.person, room):
        raise NotYours(NOT_AN_OWNER)
    return enter_member(room, actor.person, "register", actor)


def owns(person: Person, room: Place) -> bool:
    """Whether the register of today names this person as an owner of the room."""
    today = Owner.objects.filter(owner_set__holdings__room=room, owner_set__holdings__valid_to__isnull=True)
    return today.filter(person=person).exists()


@transaction.atomic
def end_member(member: Member, *, actor: Reader) -> None:
    """Somebody moved out: the post of a resident ends with it, at once."""
    room = member.household.room
    if not may_verify(actor, room):
        raise NotYours(NOT_TO_VERIFY)
    if not Member.objects.filter(pk=member.pk, until__isnull=True).update(until=clock.now()):
        return
    for post in Post.objects.filter(person_id=member.person_id, role="resident", place=room, until__isnull=True):
        end_post(post)
    note(room, "member_left", actor=actor.person_id, body={"member": str(member.pk)})


def enter_member(room: Place, person: Person, how: str, actor: Reader) -> Member:
    """Whoever calls has asked whether the actor may."""
    household, _ = Household.objects.get_or_create(
        room=room, until=None, defaults={"since": clock.local_day(clock.now())}
    )
    proof = {"verified_how": how, "verified_by": actor.person, "verified_at": clock.now()}
    member, new = Member.objects.get_or_create(household=household, person=person, until=None, defaults=proof)
    if new:
        appoint(person, "resident", room)
        note(room, "member_verified", actor=actor.person_id, body={"member": str(member.pk), "how": how})
    return member
