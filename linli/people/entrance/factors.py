"""A person's second steps and sign-ins, as their own page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from allauth.mfa.models import Authenticator

from linli.lib.text import Said
from linli.people.models import Person, SignIn

MOST = 10
WAYS = MappingProxyType(
    {
        "code": Said("短信验证码", "Code by text message"),
        "password": Said("密码", "Password"),
        "totp": Said("验证器", "Authenticator app"),
        "webauthn": Said("通行密钥", "Passkey"),
        "recovery_codes": Said("恢复码", "Recovery codes"),
        "invitation": Said("邀请链接", "Invitation"),
        "demonstration": Said("演示登录", "Demonstration"),
        "": Said("", ""),
    }
)
OUTCOMES = MappingProxyType(
    {
        "in": Said("登录成功", "Signed in"),
        "second_step": Said("通过第二步验证", "Passed the second step"),
        "failed": Said("没有通过", "Did not pass"),
        "locked": Said("次数太多，已暂时锁定", "Locked after too many tries"),
        "out_everywhere": Said("在所有设备上退出", "Signed out everywhere"),
        "set_up": Said("已设置", "Set up"),
        "removed": Said("已停用", "Removed"),
    }
)


@dataclass(frozen=True, slots=True)
class Way:
    pk: int
    type: str
    title: Said
    name: str
    since: datetime
    used: datetime | None


@dataclass(frozen=True, slots=True)
class Factors:
    """`codes`: how many recovery codes are left, None where none were made."""

    ways: tuple[Way, ...]
    codes: int | None


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    how: Said
    outcome: Said
    device: str
    bad: bool


def factors_of(person: Person) -> Factors:
    rows = list(Authenticator.objects.filter(user_id=person.pk).order_by("created_at", "pk"))
    lists = [one for one in rows if one.type == Authenticator.Type.RECOVERY_CODES]
    return Factors(
        tuple(_way(one) for one in rows if one.type != Authenticator.Type.RECOVERY_CODES),
        len(lists[0].wrap().get_unused_codes()) if lists else None,
    )


def _way(one: Authenticator) -> Way:
    name = one.data.get("name", "") if one.type == Authenticator.Type.WEBAUTHN else ""
    return Way(one.pk, str(one.type), WAYS[one.type], name, one.created_at, one.last_used_at)


def recent_sign_ins(person: Person) -> list[Line]:
    rows = SignIn.objects.filter(person=person).order_by("-at", "-pk")[:MOST]
    return [
        Line(one.at, WAYS[one.how], OUTCOMES[one.outcome], one.device, one.outcome in ("failed", "locked"))
        for one in rows
    ]
