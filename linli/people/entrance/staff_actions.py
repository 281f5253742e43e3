"""Staff: a password, and a second step by an app, a passkey or a code from a list. Both begin with an invitation."""

from __future__ import annotations

import secrets
import uuid
from hashlib import sha256

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, validate_totp_code
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F, QuerySet

from linli.lib import clock
from linli.lib.phones import digits, mobile
from linli.lib.refusals import NotYours, Refused
from linli.lib.text import Said
from linli.people.actions import add_person, appoint
from linli.people.entrance.code_actions import NOT_A_MOBILE, read_name
from linli.people.entrance.guard_actions import FAILED, LOCKED, TooOften, give_back, take, write_down
from linli.people.entrance.limits import INVITATION_LASTS
from linli.people.entrance.passwords import check_new_password
from linli.people.models import Invitation, Person
from linli.places.models import Place
from linli.record.sealer import sealer

WRONG_PASSWORD = Said("手机号或密码不对。", "The number or the password is wrong.")
NO_FACTOR = Said(
    "您还没有设置第二步验证。请联系给您设岗的单位，重新发一个邀请。",
    "You have not set up the second step yet. Ask those who appointed you for a new invitation.",
)
WRONG_CODE = Said(
    "验证码不对。请看验证器里当前显示的 6 位数字，或改用恢复码。",
    "This is not the code. Look at the six digits that the app shows now, or use a recovery code.",
)
WRONG_KEY = Said(
    "这个通行密钥没有通过验证。请再试一次，或改用验证码。",
    "This passkey was not accepted. Try again, or use a code instead.",
)
INVITATION_OVER = Said(
    "这个邀请已用过、已收回或已过期（有效 72 小时）。请联系给您设岗的单位重新发一个。",
    "This invitation was used, taken back, or has expired (it is valid for 72 hours). Ask those who appointed you for another.",
)
SOMEBODY_ELSE = Said(
    "这个号码登记的是另一个姓名，请核对。", "This number is entered under another name. Please check both."
)
HAS_APP = Said(
    "您已经绑定了一个验证器。要换手机，请先停用原来的。",
    "An app is set up already. To change it, remove the old one first.",
)
LAST_ONE = Said(
    "这是您最后一种第二步验证，不能停用。请先设置另一种。",
    "This is your last way to pass the second step and cannot be removed. Set up another first.",
)
NAME_OF_KEY = Said("通行密钥", "Passkey")
MOST_KEYS = 10
TOO_MANY_KEYS = Said(
    "通行密钥最多 {most} 个，请先删除不用的。", "There can be {most} passkeys at the most; remove one first."
)


def person_by_password(phone: str, password: str, *, address: str) -> Person:
    """Who signs in by a password, before the second step. Unknown numbers take the same time and get the same answer."""
    number = mobile(phone) or phone.strip()[:20]
    digest = sealer().digest(number)
    person = Person.objects.filter(phone_digest=digest, shredded_at__isnull=True).first()
    try:
        take("password_address", address)
        take("password", number)
    except TooOften:
        write_down(person.pk if person else None, "password", LOCKED)
        raise
    if person is None:
        make_password(password)
    if person is None or not person.check_password(password):
        write_down(person.pk if person else None, "password", FAILED)
        raise Refused(WRONG_PASSWORD)
    give_back("password", number)
    if not has_factor(person):
        raise Refused(NO_FACTOR)
    return person


def has_factor(person: Person) -> bool:
    ways = Authenticator.objects.filter(user_id=person.pk).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return bool(ways.exists())


def pass_by_code(person: Person, typed: str) -> str:
    """Which way was taken: an app's code or one from the list. Each code is taken once."""
    _take_factor(person)
    code = digits(typed)
    for one in Authenticator.objects.filter(user_id=person.pk, type__in=("totp", "recovery_codes")):
        if code and _is_right(one, code):
            one.record_usage()
            give_back("factor", str(person.pk))
            return str(one.type)
    write_down(person.pk, "code", FAILED)
    raise Refused(WRONG_CODE)


def _take_factor(person: Person) -> None:
    try:
        take("factor", str(person.pk))
    except TooOften:
        write_down(person.pk, "code", LOCKED)
        raise


def _is_right(one: Authenticator, code: str) -> bool:
    """The library remembers the used codes of an app in the memory of one process; here they are rows that all see."""
    if one.type != Authenticator.Type.TOTP:
        return bool(one.wrap().validate_code(code))
    if not validate_totp_code(get_adapter().decrypt(one.data["secret"]), code):
        return False
    take("app_code", f"{one.user_id} {code}")
    return True


def take_passkey_try(person: Person) -> None:
    _take_factor(person)


def passed_by_passkey(person: Person, used: Authenticator) -> None:
    used.record_usage()
    give_back("factor", str(person.pk))


# -- setting up


@transaction.atomic
def set_up_app(person: Person, secret: str, typed: str) -> list[str]:
    """Bind an app that showed the right code; returns the recovery codes when these are the first."""
    _hold(person)
    if Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.TOTP).exists():
        raise Refused(HAS_APP)
    if not validate_totp_code(secret, digits(typed)):
        raise Refused(WRONG_CODE)
    TOTP.activate(person, secret)
    write_down(person.pk, "totp", "set_up")
    return _first_codes(person)


@transaction.atomic
def set_up_passkey(person: Person, name: str, credential: dict[str, object]) -> list[str]:
    """The credential has been verified. Its name tells several devices apart."""
    _hold(person)
    keys = Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.WEBAUTHN).count()
    if keys >= MOST_KEYS:
        raise Refused(TOO_MANY_KEYS.filled(most=MOST_KEYS))
    WebAuthn.add(person, " ".join(name.split())[:40] or f"{NAME_OF_KEY.in_(person.language)} {keys + 1}", credential)
    write_down(person.pk, "webauthn", "set_up")
    return _first_codes(person)


def _first_codes(person: Person) -> list[str]:
    if Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.RECOVERY_CODES).exists():
        return []
    codes: list[str] = RecoveryCodes.activate(person).generate_codes()
    return codes


@transaction.atomic
def renew_codes(person: Person) -> list[str]:
    """Ten new recovery codes; the old ones open nothing any more."""
    _hold(person)
    Authenticator.objects.filter(user_id=person.pk, type=Authenticator.Type.RECOVERY_CODES).delete()
    write_down(person.pk, "recovery_codes", "set_up")
    return _first_codes(person)


@transaction.atomic
def remove_factor(person: Person, pk: int) -> None:
    _hold(person)
    mine = Authenticator.objects.filter(user_id=person.pk).exclude(type=Authenticator.Type.RECOVERY_CODES)
    found = mine.filter(pk=pk).first()
    if found is None:
        return
    if mine.count() == 1:
        raise Refused(LAST_ONE)
    write_down(person.pk, str(found.type), "removed")
    found.delete()


def _hold(person: Person) -> None:
    """Two changes of one person's ways in wait for each other."""
    Person.objects.select_for_update().get(pk=person.pk)


# -- invitations


@transaction.atomic
def invite(person: Person, *, made_by: uuid.UUID | None) -> tuple[Invitation, str]:
    """A link's token, told once; an earlier invitation of this person is taken back."""
    now, token = clock.now(), secrets.token_urlsafe(32)
    _open_of(person).update(revoked_at=now)
    invitation = Invitation.objects.create(
        person=person, made_by_id=made_by, digest=_token_digest(token), made_at=now, until=now + INVITATION_LASTS
    )
    return invitation, token


@transaction.atomic
def appoint_and_invite(name: str, phone: str, role: str, place: Place) -> tuple[Invitation, str]:
    """The first person of a new neighbourhood, whom nobody there could appoint; by a command on the server itself."""
    name, number = read_name(name), mobile(phone)
    if not number:
        raise Refused(NOT_A_MOBILE)
    person = Person.objects.filter(phone_digest=sealer().digest(number)).first() or add_person(name, phone=number)
    if person.name != name:
        raise Refused(SOMEBODY_ELSE)
    appoint(person, role, place)
    return invite(person, made_by=None)


def revoke_invitations(person: Person) -> int:
    return _open_of(person).update(revoked_at=clock.now())


def _open_of(person: Person) -> QuerySet[Invitation]:
    return Invitation.objects.filter(person=person, used_at__isnull=True, revoked_at__isnull=True)


def _token_digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def invitation_by(token: str) -> Invitation | None:
    """An invitation that is still good. Looking at it uses nothing up."""
    found = Invitation.objects.filter(
        digest=_token_digest(token), used_at__isnull=True, revoked_at__isnull=True, until__gt=clock.now(),
        person__shredded_at__isnull=True,
    )  # fmt: skip
    return found.select_related("person").first()


@transaction.atomic
def accept_invitation(token: str, password: str, again: str) -> Person:
    """A new password; ways in that were set up before are gone, and so is every session."""
    invitation = invitation_by(token)
    if invitation is None:
        raise NotYours(INVITATION_OVER)
    check_new_password(password, again)
    if not Invitation.objects.filter(pk=invitation.pk, used_at__isnull=True, revoked_at__isnull=True).update(
        used_at=clock.now()
    ):
        raise NotYours(INVITATION_OVER)
    person = invitation.person
    Authenticator.objects.filter(user_id=person.pk).delete()
    Person.objects.filter(pk=person.pk).update(password=make_password(password), signed_out=F("signed_out") + 1)
    person.refresh_from_db()
    return person


def sign_out_everywhere(person: Person) -> None:
    Person.objects.filter(pk=person.pk).update(signed_out=F("signed_out") + 1)
    write_down(person.pk, "", "out_everywhere")
