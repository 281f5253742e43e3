"""A code to a phone, and whoever types it: known by the number, or new here and asked for a name once."""

from __future__ import annotations

import hmac
import logging
import secrets
import uuid

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F

from linli.lib import clock
from linli.lib.phones import digits, mobile
from linli.lib.refusals import Refused
from linli.lib.text import Said
from linli.people.actions import add_person
from linli.people.entrance.channels import Channel, Message, NotSent
from linli.people.entrance.guard_actions import clear_old, give_back, take
from linli.people.entrance.limits import CODE_LASTS, CODE_TRIES, NAMING_LASTS
from linli.people.models import Person, SignInCode
from linli.record.sealer import sealer

log = logging.getLogger(__name__)
LONGEST_NAME = 60
NOT_SET_UP = Said(
    "这里还没有开通短信登录。请到社区综合窗口办理，或打电话反映。",
    "Signing in by text message is not set up here. Please go to the community’s desk, or report by phone.",
)
NOT_A_MOBILE = Said(
    "请填写 11 位手机号，例如 138 0000 0000。", "Give a mobile number of 11 digits, such as 138 0000 0000."
)
NOT_SENT = Said(
    "验证码没有发出去。请过几分钟再试；还是不行，请联系社区。",
    "The code could not be sent. Try again in a few minutes; if it still fails, please contact the community.",
)
WRONG = Said(
    "验证码不对，请核对短信后再填。还可以试 {left} 次。",
    "This is not the code. Look at the message again; {left} tries are left.",
)
OVER = Said(
    "这个验证码已过期或已用过，请重新获取。", "This code has expired or was used already. Please ask for a new one."
)
NO_NAME = Said(
    "请填写姓名，工作人员要知道怎么称呼您。", "Give your name, so that those who help you know how to address you."
)
BAD_NAME = Said(
    "姓名不能以 = + - @ 开头，不能有星号，最多 {most} 个字。",
    "A name does not begin with = + - @, has no asterisk, and has at most {most} characters.",
)
TEXT = Said(
    "【邻里】验证码 {code}，10 分钟内有效。请勿告诉任何人，工作人员也不会向您索要。",
    "[Linli] Your code is {code}. It is valid for 10 minutes. Tell it to nobody; no staff will ever ask for it.",
)


def ask_code(phone: str, *, address: str, language: str) -> uuid.UUID:
    """Send a code and return what the browser keeps to hand it in with. Known and unknown numbers go the same way."""
    channel: Channel | None = settings.SMS
    if channel is None:
        raise Refused(NOT_SET_UP)
    number = mobile(phone)
    if not number:
        raise Refused(NOT_A_MOBILE)
    clear_old()
    _take_all(number, address)
    row, code = _new_code(number)
    try:
        channel.send(Message(number, code, TEXT.filled(code=code).in_(language)))
    except NotSent as error:
        log.warning("A code was not sent: %s", error)
        SignInCode.objects.filter(pk=row.pk).delete()
        raise Refused(NOT_SENT) from None
    return row.pk


@transaction.atomic
def _take_all(number: str, address: str) -> None:
    """All limits or none: who asks again too soon has not used up the hour with it."""
    take("code_address", address)
    take("code_all", "")
    for limit in ("code_day", "code_hour", "code_minute"):
        take(limit, number)


def _new_code(number: str) -> tuple[SignInCode, str]:
    """Codes that went to the number before are over."""
    now, digest, code = clock.now(), sealer().digest(number), f"{secrets.randbelow(1_000_000):06}"
    SignInCode.objects.filter(phone_digest=digest, used_at__isnull=True, until__gt=now).update(until=now)
    row = SignInCode(phone_sealed=sealer().seal(number), phone_digest=digest, sent_at=now, until=now + CODE_LASTS)
    row.digest = _digest(row.pk, code)
    row.save()
    return row, code


def _digest(row: uuid.UUID, code: str) -> bytes:
    return sealer().digest(f"code\0{row}\0{code}")


def enter_code(pk: uuid.UUID | None, typed: str) -> SignInCode:
    """The row of the code that was typed. It is taken once: of two who type it at the same time one is told that it is over."""
    row = SignInCode.objects.filter(pk=pk).first() if pk else None
    if row is None:
        raise Refused(OVER)
    number = sealer().open(row.phone_sealed)
    take("typed", number)
    alive = SignInCode.objects.filter(pk=row.pk, used_at__isnull=True, until__gt=clock.now())
    if not alive.filter(tries__lt=CODE_TRIES).update(tries=F("tries") + 1):
        raise Refused(OVER)
    if not hmac.compare_digest(bytes(row.digest), _digest(row.pk, digits(typed))):
        raise Refused(_wrong(row))
    if not alive.update(used_at=clock.now()):
        raise Refused(OVER)
    give_back("typed", number)
    return row


def _wrong(row: SignInCode) -> Said:
    row.refresh_from_db()
    left = CODE_TRIES - row.tries
    return WRONG.filled(left=left) if left > 0 else OVER


def known_by(row: SignInCode) -> Person | None:
    return Person.objects.filter(phone_digest=bytes(row.phone_digest), shredded_at__isnull=True).first()


def add_newcomer(pk: uuid.UUID | None, name: str) -> Person:
    """Somebody whose number nobody knew. They live nowhere yet as far as we know, and hold no post."""
    after = clock.now() - NAMING_LASTS
    row = SignInCode.objects.filter(pk=pk, used_at__gt=after).first() if pk else None
    if row is None:
        raise Refused(OVER)
    name = read_name(name)
    known = known_by(row)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return add_person(name, phone=sealer().open(row.phone_sealed))
    except IntegrityError:  # a second click was faster
        return Person.objects.get(phone_digest=bytes(row.phone_digest))


def read_name(text: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise Refused(NO_NAME)
    if name[0] in "=+-@" or "*" in name or len(name) > LONGEST_NAME:
        raise Refused(BAD_NAME.filled(most=LONGEST_NAME))
    return name
