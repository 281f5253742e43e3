"""Filling posts and ending them in the pages, and what their public cards say."""

from __future__ import annotations

from django.db import transaction

from linli.lib.refusals import NotYours, Refused
from linli.people.actions import appoint, end_post
from linli.people.models import Post
from linli.people.reader import Reader
from linli.people.roles import ROLES
from linli.places.models import Place
from linli.register.actions.people import FULL_STOP, person_known_as
from linli.register.actions.recording import note
from linli.register.cells import Bad, read_phone
from linli.register.models import PublicCard
from linli.register.policies import NOT_THIS_POST, NOT_YOUR_CARD, ONLY_THE_HOLDER, may_appoint, may_edit_card


@transaction.atomic
def fill_post(role: str, place: Place, *, name: str, phone: str, actor: Reader) -> Post:
    by = may_appoint(actor, role, place)
    if by is None:
        raise NotYours(NOT_THIS_POST)
    person = person_known_as(name, phone)
    same_office = by.organisation if by.organisation and by.organisation.kind == ROLES[role].organisation else None
    post = appoint(person, role, place, organisation=same_office)
    note(place, "post_filled", actor=actor.person_id, body={"role": role, "post": str(post.pk)})
    return post


@transaction.atomic
def vacate_post(post: Post, *, actor: Reader) -> None:
    """The rights of the post are gone with the next page; what its holder held by name is handed on."""
    if may_appoint(actor, post.role, post.place) is None:
        raise NotYours(NOT_THIS_POST)
    if post.until is None:
        end_post(post)
        note(post.place, "post_ended", actor=actor.person_id, body={"role": post.role, "post": str(post.pk)})


@transaction.atomic
def set_card(post: Post, *, shows_name: bool, office_phone: str, actor: Reader) -> PublicCard:
    """The name is shown when its holder says so, and no longer (Personal Information Protection Law, art. 25)."""
    if not may_edit_card(actor, post):
        raise NotYours(NOT_YOUR_CARD)
    card, _ = PublicCard.objects.get_or_create(post=post)
    if shows_name != bool(card.shown_name) and actor.person_id != post.person_id:
        raise NotYours(ONLY_THE_HOLDER)
    card.shown_name = post.person.name if shows_name else ""
    card.office_phone = _office_phone(office_phone)
    card.save()
    note(post.place, "card_set", actor=actor.person_id, body={"post": str(post.pk), "shown": shows_name})
    return card


def _office_phone(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return read_phone(text)
    except Bad as bad:
        raise Refused(FULL_STOP.filled(why=bad.why)) from None
