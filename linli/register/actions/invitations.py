"""Who may fill a post may invite its holder to sign in for it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.people.entrance.staff_actions import invite, revoke_invitations
from linli.people.models import Post
from linli.people.queries import posts_of
from linli.people.reader import Reader
from linli.people.roles import STAFF
from linli.register.actions.recording import note
from linli.register.policies import NOT_THIS_POST, may_appoint

NO_NEED = Said(
    "这个岗位用手机验证码登录就可以，不需要邀请。",
    "The holder of this post signs in by phone; no invitation is needed.",
)
HOLDS_MORE = Said(
    "这位人员还有不归您任免的岗位。邀请会重设其密码，请由任命那个岗位的单位来发。",
    "This person also holds a post that is not yours to fill. An invitation resets their password, "
    "so it is for those who fill that post.",
)
NO_PHONE = Said(
    "这位人员没有登记手机号，无法登录。请结束这个任期，用姓名和手机号重新任命。",
    "No phone number is entered for this person, so they cannot sign in. End this term and appoint them again with a number.",
)


@transaction.atomic
def invite_holder(post: Post, *, actor: Reader) -> tuple[str, datetime]:
    """The token of a link, told once. An earlier invitation stops working.

    An invitation opens all that its person may do, so it is not for who fills only some of their posts.
    """
    if may_appoint(actor, post.role, post.place) is None:
        raise NotYours(NOT_THIS_POST)
    if post.role not in STAFF:
        raise Refused(NO_NEED)
    if any(may_appoint(actor, held.role, held.place) is None for held in posts_of(post.person) if held.role in STAFF):
        raise NotYours(HOLDS_MORE)
    if not post.person.phone_digest:
        raise Refused(NO_PHONE)
    invitation, token = invite(post.person, made_by=actor.person_id)
    note(post.place, "holder_invited", actor=actor.person_id, body={"post": str(post.pk)})
    return token, invitation.until


@transaction.atomic
def take_back_invitation(post: Post, *, actor: Reader) -> None:
    if may_appoint(actor, post.role, post.place) is None:
        raise NotYours(NOT_THIS_POST)
    if revoke_invitations(post.person):
        note(post.place, "invitation_taken_back", actor=actor.person_id, body={"post": str(post.pk)})
