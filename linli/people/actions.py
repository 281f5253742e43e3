from __future__ import annotations

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import transaction

from linli.lib import clock
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.people.models import Organisation, Person, Post, SignInCode
from linli.people.roles import ROLES
from linli.places.levels import LEVELS
from linli.places.models import Place
from linli.record.actions import shred
from linli.record.sealer import sealer

WRONG_LEVEL = Said(
    "“{role}”不能设在“{level}”这一级。请改选：{levels}。",
    "“{role}” cannot be held at the level “{level}”. Choose one of: {levels}.",
)


def add_person(name: str, *, phone: str = "", language: str = "zh-hans") -> Person:
    person = Person(name=name, language=language)
    person.set_unusable_password()
    if phone:
        person.phone_sealed, person.phone_digest = sealer().seal(phone), sealer().digest(phone)
    person.save()
    return person


def rename(person: Person, name: str) -> Person:
    """Somebody corrects their own name; whoever was verified is named by the register instead."""
    person.name = name
    person.save(update_fields=["name"])
    return person


def phone_of(person: Person) -> str:
    return sealer().open(person.phone_sealed) if person.phone_sealed else ""


def appoint(
    person: Person, role: str, place: Place, *, since: datetime | None = None, organisation: Organisation | None = None
) -> Post:
    """Put a person on a post. Appointing who holds it already changes nothing."""
    if place.level not in ROLES[role].levels:
        levels = "、".join(LEVELS[level].zh for level in ROLES[role].levels)
        raise Refused(WRONG_LEVEL.filled(role=ROLES[role].title, level=LEVELS[place.level], levels=levels))
    post, _ = Post.objects.get_or_create(
        person=person,
        role=role,
        place=place,
        until=None,
        defaults={"since": since or clock.now(), "organisation": organisation},
    )
    return post


def end_post(post: Post) -> Post:
    """End a term now. What the person held by name is handed on by the lateness job within a minute."""
    Post.objects.filter(pk=post.pk, until__isnull=True).update(until=clock.now())
    post.refresh_from_db()
    return post


@transaction.atomic
def forget(person: Person) -> int:
    """Shred a person: the name, the number and every sealed text about them go; the record's chains stay whole.

    Returns how many sealed texts were erased (Personal Information Protection Law, art. 47).
    """
    if person.phone_digest:
        SignInCode.objects.filter(phone_digest=bytes(person.phone_digest)).delete()
    Person.objects.filter(pk=person.pk).update(
        name="",
        phone_sealed=None,
        phone_digest=None,
        password=make_password(None),
        shredded_at=clock.now(),
    )
    Post.objects.filter(person=person, until__isnull=True).update(until=clock.now())
    _forget_ways_in(person)
    return shred(person.pk)


def _forget_ways_in(person: Person) -> None:
    """Second steps, invitations, and when and from what the person signed in."""
    for kept in (Authenticator.objects.filter(user_id=person.pk), person.invitations.all(), person.sign_ins.all()):
        kept.delete()


def prefer(person: Person, *, language: str | None = None, large_type: bool | None = None) -> Person:
    """Remember how a person likes to read. Nothing of it is an event of the neighbourhood."""
    chosen = {"language": language, "large_type": large_type}
    given = {name: value for name, value in chosen.items() if value is not None}
    for name, value in given.items():
        setattr(person, name, value)
    person.save(update_fields=list(given))
    return person
